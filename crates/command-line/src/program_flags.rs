//! What the flags of every program have: a log, defaults of their own, and a check of flags that do not go together.

use clap::Parser;

use crate::LogFlags;

/// The flags of one program.
pub trait ProgramFlags: Parser {
    /// Defaults of shared flags that are different in this program: the flag's id and its default.
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[];

    /// The log's flags. A program that prints what it has to say needs none: it logs problems only.
    fn log(&self) -> &LogFlags {
        const { &LogFlags::PROBLEMS }
    }

    /// What the log shows of flags whose values have a secret in them: each with its id. Such a flag hides its variable in
    /// the help (`hide_env_values`), and one that does so and is not among these is shown as `***`.
    fn shown(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Finds flags that do not go together, each of which is good alone.
    ///
    /// # Errors
    /// What is wrong and what to do; the program ends with exit code 2.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}
