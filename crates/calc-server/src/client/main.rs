//! The program `calc-client`: calculates at a server what is typed, given or piped.

mod expression;
mod prompt;
mod wire;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use anyhow::anyhow;
use command_line::{ClientFlags, Input, LogFlags, ProgramFlags};
use net::{NetAddress, NetError};

use crate::expression::Expression;

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  calc-client 10 + 20
  calc-client 127.0.0.1:4000 '6 * 7'
  calc-client --repeat 10000 10 + 20
  seq -f '%g + 1' 100000 | calc-client
  calc-client            (a prompt, on a terminal)";

/// More would take days, and their bytes could not be counted in 64 bits in the end.
const MOST_REPEATS: u64 = 1_000_000_000_000;

/// Sends calculations of two 32-bit numbers to a calculator server and prints the results: one from the
/// command line, one a line from a pipe, or as many as are typed at a prompt.
#[derive(clap::Parser)]
#[command(name = "calc-client", version, after_help = EXAMPLES)]
struct Flags {
    /// The server; it can also stand in front of the calculation, without this flag.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4000")]
    server: NetAddress,
    /// Send the calculation this many times before the first reply is read, and check every reply.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=MOST_REPEATS))]
    repeat: u64,
    #[command(flatten)]
    client: ClientFlags,
    /// A number, one of + - * / %, and a number; in one word or in three, behind all flags. The shell takes
    /// * for itself unless it is quoted. In front of it may stand the server, as HOST:PORT.
    #[arg(value_name = "CALCULATION", allow_hyphen_values = true)]
    words: Vec<String>,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        self.client.check()?;
        if let Some(flag) = self.words.iter().find(|word| is_flag(word)) {
            return Err(format!("{flag} comes after the calculation: flags go before it"));
        }
        self.server().map_err(|error| error.to_string())?;
        if self.repeat > 1 && self.calculation().is_empty() {
            return Err("--repeat needs a calculation to repeat".to_owned());
        }
        Ok(())
    }
}

impl Flags {
    /// No calculation has a colon, and no server is without one.
    fn starts_with_server(&self) -> bool {
        self.words.first().is_some_and(|word| word.contains(':'))
    }

    fn server(&self) -> Result<NetAddress, NetError> {
        match self.words.first() {
            Some(word) if self.starts_with_server() => word.parse(),
            _ => Ok(self.server.clone()),
        }
    }

    fn calculation(&self) -> &[String] {
        &self.words[usize::from(self.starts_with_server())..]
    }
}

fn main() -> ExitCode {
    command_line::run(|flags, _settings| calculate(&flags))
}

fn calculate(flags: &Flags) -> anyhow::Result<()> {
    let server = flags.server()?;
    if flags.calculation().is_empty() {
        let connection = flags.client.connect(&server)?;
        if io::stdin().is_terminal() {
            return prompt::calculate(&connection);
        }
        return command_line::pipe(
            connection,
            Input::Text,
            wire::line_to_request(),
            wire::replies_to_lines(),
        );
    }
    let text = flags.calculation().join(" ");
    let expression: Expression = text.parse().map_err(|mistake| anyhow!("{text}: {mistake}"))?;
    let result = wire::repeat(&flags.client.connect(&server)?, expression, flags.repeat)?;
    command_line::print_line(&result.to_string())
}

/// `--server`, but not `-5`, nor a `-` between two numbers.
fn is_flag(word: &str) -> bool {
    word.strip_prefix("--")
        .is_some_and(|name| name.starts_with(char::is_alphabetic))
}
