//! The ports of a fleet: where the API server listens, and each of its game servers.

use std::fmt;

use anyhow::Context;
use command_line::{Addresses, Listening};
use http::WebOrigin;
use net::{Listener, NetAddress};
use room_server::{WebAddress, host, is_everywhere};
use web::api_url;

/// How many servers of each game there may be: so many that nobody has typed a zero too many.
const MOST_SERVERS: i64 = 64;

/// How many servers there are, where they listen, and what clients are told of that.
#[derive(Debug, Clone, clap::Args)]
pub struct PortFlags {
    /// Where the API server listens. Port 0 lets the system choose, for the game servers too where nothing else is said.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    bind: NetAddress,
    /// The host that clients are told for the game servers; without it, the one at which these listen.
    #[arg(long, value_name = "HOST", value_parser = host)]
    advertise: Option<String>,
    /// Chat servers, each with rooms of its own: the first has the rooms from 0, the next those behind them.
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u16).range(0..=MOST_SERVERS))]
    chat_servers: u16,
    /// Where the first chat server listens: port 11021 of the host of --bind, if nothing is said. The others take the ports
    /// behind it.
    #[arg(long, value_name = "HOST:PORT")]
    chat_bind: Option<NetAddress>,
    /// Baccarat servers, each with tables of its own.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(0..=MOST_SERVERS))]
    baccarat_servers: u16,
    /// Where the first baccarat server listens: port 11031 of the host of --bind, if nothing is said. The others take the
    /// ports behind it.
    #[arg(long, value_name = "HOST:PORT")]
    baccarat_bind: Option<NetAddress>,
    /// Serve a page with each game to browsers, over HTTP and WebSocket: at 127.0.0.1, if nothing is said, and from the port
    /// 11080 on: the chat servers first, then the baccarat servers. Users of all ports share rooms and names.
    #[arg(long, value_name = "HOST[:PORT]", num_args = 0..=1, default_missing_value = "127.0.0.1", help_heading = "Browsers")]
    web: Option<WebAddress>,
    /// Let pages of this origin in as well, at all servers, as `https://play.example`; can be given several times, or with commas
    /// in between. The pages of the servers themselves are let in.
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',', help_heading = "Browsers")]
    web_origin: Vec<WebOrigin>,
    /// Where pages find the API server, if that is not where it listens.
    #[arg(long, value_name = "URL", value_parser = api_url, help_heading = "Browsers")]
    web_api: Option<String>,
}

/// The sockets of a fleet: for each server at least one, and as many as its host has addresses.
#[derive(Debug)]
pub struct Sockets {
    pub(crate) api: Vec<Listener>,
    pub(crate) chat: Vec<Vec<Listener>>,
    pub(crate) baccarat: Vec<Vec<Listener>>,
    /// For browsers: those of the chat servers, then those of the baccarat servers. Empty where there are none.
    pub(crate) web: Vec<Vec<Listener>>,
    pub(crate) web_origins: Vec<WebOrigin>,
    /// Where pages find the API server.
    pub(crate) web_api: Option<String>,
    /// The host that clients are told for the game servers.
    pub(crate) advertise: Option<String>,
}

impl Sockets {
    /// How many servers these are.
    pub(crate) fn servers(&self) -> usize {
        1 + self.chat.len() + self.baccarat.len()
    }
}

impl Addresses for PortFlags {
    fn listeners(&self) -> usize {
        let ports = if self.web.is_some() { 2 } else { 1 };
        1 + ports * usize::from(self.games())
    }
}

impl PortFlags {
    /// Finds flags that do not go together.
    ///
    /// # Errors
    /// Where clients would be sent to an address that is none.
    pub fn check(&self) -> Result<(), String> {
        let given = !self.web_origin.is_empty() || self.web_api.is_some();
        if self.web.is_none() && given {
            return Err("--web-origin and --web-api are for the pages of --web".to_owned());
        }
        let rows = [Some(self.chat()), Some(self.baccarat()), self.web_row()];
        let mut everywhere = rows
            .iter()
            .flatten()
            .filter(|row| row.servers > 0 && is_everywhere(&row.first));
        match everywhere.next() {
            Some(row) if self.advertise.is_none() => Err(format!(
                "{} means each address of this machine: --advertise HOST must say which one clients are told",
                row.first
            )),
            _ => Ok(()),
        }
    }

    /// Opens all ports, or none.
    ///
    /// # Errors
    /// Those of [`Listening::tcp`]; where a row of servers needs more ports than there are.
    pub fn listen(&self, listening: &mut Listening) -> anyhow::Result<Sockets> {
        let bind = format_args!("--bind {}", self.bind);
        Ok(Sockets {
            api: listening.tcp(bind, "api", &self.bind)?,
            chat: self.chat().listen(listening)?,
            baccarat: self.baccarat().listen(listening)?,
            web: self
                .web_row()
                .map_or(Ok(Vec::new()), |row| row.listen(listening))?,
            web_origins: self.web_origin.clone(),
            web_api: self.web_api.clone(),
            advertise: self.advertise.clone(),
        })
    }

    /// At most 128.
    fn games(&self) -> u16 {
        self.chat_servers + self.baccarat_servers
    }

    /// The ports for browsers of all game servers.
    fn web_row(&self) -> Option<Row> {
        let usual = if self.bind.port() == 0 { 0 } else { 11_080 };
        self.web.as_ref().map(|web| Row {
            game: "web",
            servers: self.games(),
            first: web.or_port(usual),
        })
    }

    fn chat(&self) -> Row {
        self.row("chat", self.chat_servers, self.chat_bind.as_ref(), 11_021)
    }

    fn baccarat(&self) -> Row {
        self.row(
            "baccarat",
            self.baccarat_servers,
            self.baccarat_bind.as_ref(),
            11_031,
        )
    }

    fn row(&self, game: &'static str, servers: u16, first: Option<&NetAddress>, usual_port: u16) -> Row {
        let beside_api = || {
            let port = if self.bind.port() == 0 { 0 } else { usual_port };
            NetAddress::new(self.bind.host(), port)
        };
        Row {
            game,
            servers,
            first: first.cloned().unwrap_or_else(beside_api),
        }
    }
}

/// The servers of one game, whose ports are one behind the other.
struct Row {
    game: &'static str,
    servers: u16,
    first: NetAddress,
}

impl Row {
    fn listen(&self, listening: &mut Listening) -> anyhow::Result<Vec<Vec<Listener>>> {
        let Self { game, first, .. } = self;
        let flag = match *game {
            "web" => format!("--web {first}"),
            game => format!("--{game}-bind {first}"),
        };
        let listen = |number| {
            let name = Name { game, number };
            let address = behind(first, number)
                .with_context(|| format!("{flag} leaves no port for the server {name}"))?;
            listening.tcp(&flag, name, &address)
        };
        (0..self.servers).map(listen).collect()
    }
}

/// The address so many ports behind this one. Where the system chooses the first, it chooses all.
fn behind(first: &NetAddress, number: u16) -> anyhow::Result<NetAddress> {
    let port = match first.port() {
        0 => 0,
        port => port.checked_add(number).context("there are 65535 ports")?,
    };
    Ok(NetAddress::new(first.host(), port))
}

/// What a game server of the fleet is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name {
    pub(crate) game: &'static str,
    pub(crate) number: u16,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.game, self.number)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        ports: PortFlags,
    }

    fn ports(flags: &[&str]) -> PortFlags {
        let flags = std::iter::once("fleet").chain(flags.iter().copied());
        Program::parse_from(flags).ports
    }

    fn firsts(flags: &[&str]) -> [String; 2] {
        let ports = ports(flags);
        [ports.chat(), ports.baccarat()].map(|row| row.first.to_string())
    }

    fn port_behind(first: u16, number: u16) -> Option<u16> {
        let address = behind(&NetAddress::new("127.0.0.1", first), number);
        address.ok().map(|address| address.port())
    }

    #[test]
    fn the_servers_of_a_game_have_ports_in_a_row() {
        assert_eq!(port_behind(11_021, 0), Some(11_021));
        assert_eq!(port_behind(11_021, 3), Some(11_024));
        assert_eq!(port_behind(0, 3), Some(0));
        assert_eq!(port_behind(65_535, 1), None);
    }

    #[test]
    fn game_servers_listen_where_the_api_server_does() {
        assert_eq!(firsts(&[]), ["127.0.0.1:11021", "127.0.0.1:11031"]);
        assert_eq!(firsts(&["--bind", "[::1]:80"]), ["[::1]:11021", "[::1]:11031"]);
        assert_eq!(firsts(&["--bind", "127.0.0.2:0"]), ["127.0.0.2:0", "127.0.0.2:0"]);
        let flags = ["--bind", "127.0.0.2:0", "--chat-bind", "127.0.0.1:7"];
        assert_eq!(firsts(&flags), ["127.0.0.1:7", "127.0.0.2:0"]);
    }

    #[test]
    fn clients_are_told_a_host_or_nothing() {
        assert!(ports(&["--advertise", "game.example"]).advertise.is_some());
        for text in ["game.example:80", "0.0.0.0", "a b", ""] {
            let flags = ["fleet", "--advertise", text];
            assert!(Program::try_parse_from(flags).is_err(), "{text:?}");
        }
    }

    #[test]
    fn clients_are_not_sent_to_every_address_at_once() {
        for bind in ["0.0.0.0:8080", "[::]:8080"] {
            assert!(ports(&["--bind", bind]).check().is_err(), "{bind}");
            assert_eq!(
                ports(&["--bind", bind, "--advertise", "game.example"]).check(),
                Ok(())
            );
            let without_games = ["--bind", bind, "--chat-servers", "0", "--baccarat-servers", "0"];
            assert_eq!(ports(&without_games).check(), Ok(()));
        }
    }
}
