//! What the command line of every server has in common: its help, and how it refuses.

use super::Finished;

impl Finished {
    /// The help names every flag, with its default and the variable that is named after the program.
    #[track_caller]
    pub(crate) fn explains_flags(&self, program: &str, defaults: &[(&str, &str)]) {
        let help = self.text();
        for (flag, default) in defaults {
            let (_, about) = help.split_once(&format!("--{flag} <")).expect(flag);
            let about = about.split("\n      --").next().expect("the first part");
            assert!(
                about.contains(&format!("[default: {default}]")),
                "{flag}: {about}"
            );
            let variable = format!("{program}_{flag}").to_uppercase().replace('-', "_");
            assert!(about.contains(&format!("[env: {variable}=")), "{flag}: {about}");
        }
        assert!(help.contains(&format!("\nExamples:\n  {program}\n")), "{help}");
        assert!(self.stderr.is_empty(), "{}", self.stderr);
    }

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
