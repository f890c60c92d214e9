//! The calculator's client at a terminal: a prompt with line editing and history.

use net::Connection;
use terminal::Prompt;

use crate::expression::{Expression, Mistake};
use crate::wire;

const PROMPT: &str = "> ";

pub(crate) fn calculate(connection: &Connection) -> anyhow::Result<()> {
    command_line::print_line(&format!(
        "connected to {}; two numbers and one of + - * / % between them; Ctrl-D ends",
        connection.peer_address()
    ))?;
    let mut prompt = Prompt::open()?;
    while let Some(line) = prompt.read(PROMPT)? {
        if line.trim().is_empty() {
            continue;
        }
        match line.parse::<Expression>() {
            Ok(expression) => command_line::print_line(&wire::ask(connection, expression)?.to_string())?,
            Err(mistake) => point_at(&mistake)?,
        }
    }
    Ok(())
}

/// Puts a caret under the mistake, which stands in the line above, behind the prompt.
fn point_at(Mistake { column, problem }: &Mistake) -> anyhow::Result<()> {
    let blanks = " ".repeat(PROMPT.len() + column);
    command_line::print_line(&format!("{blanks}^ {problem}"))
}
