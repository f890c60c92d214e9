//! The address at which the server of a page listens: the one that the page shows, and the real one of the test.

use crate::transcript::Event;

/// Nobody listens there, which is what a client before the first server has to meet.
const NOBODY: &str = "127.0.0.1:1";

/// The addresses of all services of one server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    all: Vec<Address>,
}

/// The address of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Its name; none where the server has only this service.
    pub service: String,
    /// As the page has it.
    pub shown: String,
    /// That of the test.
    pub real: String,
}

impl Addresses {
    /// Those of the server that an event starts, before it runs.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        let all = event.listening().map(|(service, shown)| Address {
            service: service.to_owned(),
            shown: shown.to_owned(),
            real: NOBODY.to_owned(),
        });
        Self { all: all.collect() }
    }

    /// Of a page whose servers are all somebody else's, such as `nc -l 127.0.0.1 18080`.
    #[must_use]
    pub fn of_others(real: String) -> Self {
        let address = Address {
            service: String::new(),
            shown: "127.0.0.1:18080".to_owned(),
            real,
        };
        Self { all: vec![address] }
    }

    /// Whoever starts a server lets the system choose.
    #[must_use]
    pub fn to_be_chosen(mut self) -> Self {
        for address in &mut self.all {
            "127.0.0.1:0".clone_into(&mut address.real);
        }
        self
    }

    /// To fill the real ones in.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Address> {
        self.all.iter_mut()
    }

    /// The address of a step, or of a program with one service.
    #[must_use]
    pub fn first(&self) -> &str {
        self.all.first().map_or(NOBODY, |address| &address.real)
    }

    /// The variables that tell a program where to listen: `TIME_SERVER_UDP` for its service `udp`. A fleet has none: its
    /// servers, `chat-0` and `chat-1`, are where its first address says.
    pub fn variables(&self, prefix: &str) -> impl Iterator<Item = (String, String)> {
        let is_fleet = self.all.iter().any(|address| address.service.contains('-'));
        self.all
            .iter()
            .filter(move |address| !is_fleet && !address.service.is_empty())
            .map(move |address| {
                let service = address.service.to_uppercase();
                (format!("{prefix}_{service}"), address.real.clone())
            })
    }

    /// A line of the test with the addresses of the page.
    #[must_use]
    pub fn as_shown(&self, line: &str) -> String {
        self.all.iter().fold(line.to_owned(), |line, address| {
            let Address { service, shown, real } = address;
            let chosen = format!("{service}=127.0.0.1:0");
            line.replace(real, shown)
                .replace(&chosen, &format!("{service}={shown}"))
        })
    }

    /// The ports of the page.
    #[must_use]
    pub fn shown_ports(&self) -> Vec<&str> {
        self.all.iter().map(|address| port(&address.shown)).collect()
    }

    /// The ports of the test.
    pub fn real_ports(&self) -> impl Iterator<Item = u16> {
        self.all
            .iter()
            .filter_map(|address| port(&address.real).parse().ok())
    }

    /// A command with the real ports. Where a port of the page is that of two services, TCP and UDP, `nc -u` and
    /// `udp-client` mean the one called `udp`.
    #[must_use]
    pub fn in_command(&self, command: &str) -> String {
        let is_udp = ["nc -u", "udp-client"].iter().any(|word| command.contains(word));
        let real_port = |number: &str| {
            let mut candidates: Vec<_> = self.all.iter().filter(|it| port(&it.shown) == number).collect();
            candidates.sort_by_key(|address| (address.service == "udp") != is_udp);
            candidates.first().map(|address| port(&address.real))
        };
        let mut text = String::new();
        let mut rest = command;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, number) = rest.split_at(start);
            let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            let (number, after) = number.split_at(end);
            text += before;
            text += real_port(number).unwrap_or(number);
            rest = after;
        }
        text + rest
    }
}

fn port(address: &str) -> &str {
    address.rsplit_once(':').map_or("", |(_, port)| port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Action;

    fn addresses() -> Addresses {
        let lines = [
            "daytime listening on 127.0.0.1:7777",
            "sessions listening on 127.0.0.1:1200",
            "udp listening on 127.0.0.1:1200",
        ];
        let mut addresses = Addresses::of(&Event {
            line: 1,
            action: Action::Command("time-server".to_owned()),
            expected: lines.map(str::to_owned).to_vec(),
        });
        let real = ["127.0.0.1:41200", "127.0.0.1:17777", "127.0.0.1:33333"];
        for (address, real) in addresses.all_mut().zip(real) {
            real.clone_into(&mut address.real);
        }
        addresses
    }

    #[test]
    fn a_command_reaches_the_service_that_the_page_means() {
        for (command, expected) in [
            ("nc 127.0.0.1 7777", "nc 127.0.0.1 41200"),
            ("nc -N 127.0.0.1 1200", "nc -N 127.0.0.1 17777"),
            ("nc -u -w 1 127.0.0.1 1200", "nc -u -w 1 127.0.0.1 33333"),
            ("head -c 12000", "head -c 12000"),
        ] {
            assert_eq!(addresses().in_command(command), expected);
        }
    }

    #[test]
    fn a_line_shows_the_addresses_of_the_page() {
        let line = "daytime=127.0.0.1:0 on 127.0.0.1:17777 udp=127.0.0.1:0";
        let shown = "daytime=127.0.0.1:7777 on 127.0.0.1:1200 udp=127.0.0.1:1200";
        assert_eq!(addresses().as_shown(line), shown);
    }
}
