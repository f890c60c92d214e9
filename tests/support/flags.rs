//! How every program refuses its flags.

use super::Finished;

impl Finished {
    /// The flags were refused: exit code 2, nothing on standard output, and one line that names the problem.
    #[track_caller]
    pub(crate) fn refuses_flags(&self, program: &str, problem: &str) {
        let line = self.expect_failure(2);
        assert!(
            line.starts_with(&format!("{program}: ")) && line.contains(problem),
            "{line}"
        );
        assert!(line.ends_with("; try --help"), "{line}");
        assert!(self.stdout.is_empty(), "{}", self.text());
    }
}
