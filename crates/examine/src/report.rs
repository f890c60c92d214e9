//! Prints the results of an examination, as text for people or JSON for programs.

use std::fmt::Write;

use protocol::Codec;
use serde_json::{Value, json};

use crate::check::Check;
use crate::examination::{Finding, Verdict};
use crate::failure::{Failure, Shown};
use crate::kind::Kind;

/// Characters of a line, behind its name.
const WIDTH: usize = 100;

/// Lines of the conversation that are shown: those before the failure.
const LAST_WORDS: usize = 8;

/// One line for a check that passed, a paragraph for one that did not.
#[must_use]
pub fn text(kind: &Kind, finding: &Finding) -> String {
    let Check { name, does, .. } = finding.check;
    match &finding.verdict {
        Verdict::Passed => format!("ok    {name:<18} {does}"),
        Verdict::Skipped(reason) => format!("-     {name:<18} {reason}"),
        Verdict::NotReached => format!("FAIL  {name:<18} not reached: the time for all checks is over"),
        Verdict::Failed {
            failure,
            conversation,
        } => format!(
            "FAIL  {name:<18} {does}\n{}",
            paragraph(kind, &finding.check, failure, conversation)
        ),
    }
}

fn paragraph(kind: &Kind, check: &Check, failure: &Failure, conversation: &[String]) -> String {
    let mut text = String::new();
    let before = conversation.len().saturating_sub(LAST_WORDS);
    if before > 0 {
        let lines = if before == 1 { "line" } else { "lines" };
        line(&mut text, "so far", &format!("... {before} {lines}"));
    }
    for (index, said) in conversation[before..].iter().enumerate() {
        line(&mut text, if index + before == 0 { "so far" } else { "" }, said);
    }
    shown(&mut text, "expected", &failure.expected);
    shown(&mut text, "came", &failure.came);
    if let Some(remark) = &failure.remark {
        line(&mut text, "looks like", remark);
    }
    line(&mut text, "rule", &rule(kind, check));
    line(&mut text, "hint", check.hint);
    text
}

fn shown(text: &mut String, name: &str, shown: &Shown) {
    line(text, name, &shown.words);
    for hex in &shown.hex {
        line(text, "", hex);
    }
}

/// A line, and as many more as it takes.
fn line(text: &mut String, name: &str, what: &str) {
    let mut name = name;
    let mut rest = what;
    while !rest.is_empty() {
        let (start, end) = rest.split_at(end_of_line(rest));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "      {name:<10} {}", start.trim_end());
        (name, rest) = ("", end);
    }
}

/// Where to break a text: behind the last blank that fits, or else not at all.
fn end_of_line(text: &str) -> usize {
    let Some((limit, _)) = text.char_indices().nth(WIDTH) else {
        return text.len();
    };
    let blank = text[..limit].rfind(' ').or_else(|| text.find(' '));
    blank.map_or(text.len(), |blank| blank + 1)
}

fn rule(kind: &Kind, check: &Check) -> String {
    match check.rule.contains(".md") {
        true => check.rule.to_owned(),
        false => format!("wire.md, section {}: {}", kind.section, check.rule),
    }
}

/// `22 checks: 20 passed, 1 failed, 1 skipped`.
#[must_use]
pub fn summary(findings: &[Finding]) -> String {
    let count = |wanted: fn(&Verdict) -> bool| findings.iter().filter(|one| wanted(&one.verdict)).count();
    let passed = count(|verdict| *verdict == Verdict::Passed);
    let skipped = count(|verdict| matches!(verdict, Verdict::Skipped(_)));
    let failed = findings.len() - passed - skipped;
    let checks = if findings.len() == 1 { "check" } else { "checks" };
    let mut text = format!("{} {checks}: {passed} passed, {failed} failed", findings.len());
    if skipped > 0 {
        let _ = write!(text, ", {skipped} skipped");
    }
    text
}

/// The names of all checks, and what they do.
#[must_use]
pub fn list(checks: &[Check]) -> String {
    let lines: Vec<_> = checks
        .iter()
        .map(|check| format!("{:<18} {}", check.name, check.does))
        .collect();
    lines.join("\n")
}

/// All of it for a program.
#[must_use]
pub fn json(kind: &Kind, codec: Codec, server: &str, findings: &[Finding]) -> Value {
    let checks: Vec<_> = findings.iter().map(|finding| json_of(kind, finding)).collect();
    let mut report = json!({
        "kind": kind.name,
        "server": server,
        "good": findings.iter().all(|finding| finding.verdict.is_good()),
        "checks": checks,
    });
    if kind.has_codecs {
        report["codec"] = json!(codec.name());
    }
    report
}

fn json_of(kind: &Kind, finding: &Finding) -> Value {
    let mut value = json!({
        "name": finding.check.name,
        "does": finding.check.does,
        "verdict": match finding.verdict {
            Verdict::Passed => "passed",
            Verdict::Failed { .. } => "failed",
            Verdict::Skipped(_) => "skipped",
            Verdict::NotReached => "not reached",
        },
    });
    match &finding.verdict {
        Verdict::Skipped(reason) => value["reason"] = json!(reason),
        Verdict::Failed {
            failure,
            conversation,
        } => {
            value["expected"] = json_of_shown(&failure.expected);
            value["came"] = json_of_shown(&failure.came);
            value["looks_like"] = json!(failure.remark);
            value["rule"] = json!(rule(kind, &finding.check));
            value["hint"] = json!(finding.check.hint);
            value["conversation"] = json!(conversation);
        }
        Verdict::Passed | Verdict::NotReached => {}
    }
    value
}

fn json_of_shown(shown: &Shown) -> Value {
    json!({ "words": shown.words, "hex": shown.hex })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let mut text = String::new();
        line(&mut text, "rule", &"word ".repeat(25));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[0],
            format!("      rule       {}", "word ".repeat(20).trim_end())
        );
        assert_eq!(
            lines[1],
            format!("                 {}", "word ".repeat(5).trim_end())
        );
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn a_word_that_is_longer_than_a_line_is_kept_whole() {
        assert_eq!(end_of_line(&"x".repeat(200)), 200);
        assert_eq!(end_of_line(&format!("{} y", "x".repeat(200))), 201);
    }

    /// People talk at a table as in a chat, so its kind has rules of two sections, and of two pages.
    #[test]
    fn a_rule_names_its_page_once() {
        let kind = &crate::kinds::BACCARAT;
        for codec in protocol::Codec::ALL {
            for check in kind.checks(codec) {
                let rule = rule(kind, &check);
                assert_eq!(rule.matches(".md").count(), 1, "{rule}");
            }
        }
        let told = |name| {
            let mut checks = kind.checks(protocol::Codec::Binary).into_iter();
            rule(kind, &checks.find(|check| check.name == name).expect("a check"))
        };
        assert!(told("login").starts_with("wire.md, section 3: LOGIN_REQ"));
        assert!(told("stake").starts_with("wire.md, section 5: STAKE_RES"));
    }
}
