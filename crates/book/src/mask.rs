//! Masks: the parts of an output that may differ between the page and a run, such as times and ports.
//!
//! 1. the time at the start of a line of the log, `2026-11-21T06:47:54.404441Z`, and the one that a time server
//!    tells: `2026-11-21T06:47:54Z`, or in seconds since 1970 or 1900, which is a word of ten digits;
//! 2. how long something took: the uptime in `served for 12s:`, and `after 3 s of silence:`;
//! 3. the port of a client, which the system chooses: `127.0.0.1:40994`. The server's own must
//!    be right; port 0, with which the test starts it, is the server's own;
//! 4. how much fits into the buffers of the system: `bytes_out` of a client that was cut off since it did not read,
//!    and `bytes_in` as well where it was sent back (`closed: write timeout`);
//! 5. in the settings that a server logs at its start, the address that the test has given by a variable, as in
//!    `bind=127.0.0.1:0 (ECHO_SERVER_BIND)`: the page's server has the default. So where nothing else is left, they are
//!    `all defaults`; and where all settings are logged, only the variable does not count;
//! 6. a server's warning that this machine allows fewer connections than the default: a page need not show it;
//! 7. blanks at the end of a line, with which `ss` fills its columns.

/// A line in which all that may differ is replaced. `ports` are the server's, as the page has them.
#[must_use]
pub fn mask(line: &str, ports: &[&str]) -> String {
    let line = without_buffered(&without_given(&without_durations(line.trim_end())));
    let words: Vec<_> = line.split(' ').map(|word| mask_word(word, ports)).collect();
    words.join(" ")
}

/// True for a line that says something about this machine only.
#[must_use]
pub fn is_about_this_machine(line: &str) -> bool {
    line.contains(" WARN max-connections lowered from ")
}

/// True where the line is the one of the page. ` ...` at its end stands for the rest of the line.
#[must_use]
pub fn fits(expected: &str, line: &str, ports: &[&str]) -> bool {
    match expected.strip_suffix(" ...") {
        Some(start) => mask(line, ports).starts_with(&mask(start, ports)),
        None => mask(line, ports) == mask(expected, ports),
    }
}

/// True where the output is what the page shows; `...` on the page stands for any lines.
#[must_use]
pub fn matches(expected: &[String], output: &[String], ports: &[&str]) -> bool {
    let Some((first, rest)) = expected.split_first() else {
        return output.is_empty();
    };
    if first == "..." {
        return (0..=output.len()).any(|skipped| matches(rest, &output[skipped..], ports));
    }
    match output.split_first() {
        Some((line, lines)) => fits(first, line, ports) && matches(rest, lines, ports),
        None => false,
    }
}

fn without_durations(line: &str) -> String {
    let without = |line: String, start: &str, end: &str| match line.split_once(start) {
        Some((before, after)) => match after.split_once(end) {
            Some((_, rest)) => format!("{before}{start}TIME{end}{rest}"),
            None => line,
        },
        None => line,
    };
    let line = without(line.to_owned(), "served for ", ":");
    without(line, "after ", " s of silence:")
}

fn without_given(line: &str) -> String {
    const GIVEN: [&str; 5] = ["_BIND)", "_SERVER)", "_DAYTIME)", "_SESSIONS)", "_UDP)"];
    let given_by_test = |word: &&str| word.starts_with('(') && GIVEN.iter().any(|end| word.ends_with(end));
    let has_defaults_too = line.contains(" all settings: ");
    let mut words = Vec::new();
    for word in line.split(' ') {
        match given_by_test(&word) {
            false => words.push(word),
            true if has_defaults_too => {}
            true => drop(words.pop()),
        }
    }
    if words.ends_with(&["INFO", "settings:"]) {
        words.push("all defaults");
    }
    words.join(" ")
}

fn without_buffered(line: &str) -> String {
    let masked: &[&str] = if line.contains("closed: write timeout: ") {
        &["bytes_in=", "bytes_out="]
    } else if line.contains("closed: outbox limit: ") {
        &["bytes_out="]
    } else {
        &[]
    };
    let mask = |word: &str| match masked.iter().find(|name| word.starts_with(**name)) {
        Some(name) => format!("{name}NUMBER"),
        None => word.to_owned(),
    };
    let words: Vec<_> = line.split(' ').map(mask).collect();
    words.join(" ")
}

fn mask_word(word: &str, ports: &[&str]) -> String {
    const LOOPBACK: &str = "127.0.0.1:";
    if is_time(word) {
        return "TIME".to_owned();
    }
    match word.split_once(LOOPBACK) {
        Some((before, after)) => {
            let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            let (found, rest) = after.split_at(end);
            let of_server = ports.iter().find(|port| **port == found || found == "0");
            let shown = of_server.copied().unwrap_or("PORT");
            format!("{before}{LOOPBACK}{shown}{rest}")
        }
        None => word.to_owned(),
    }
}

fn is_time(word: &str) -> bool {
    let patterns = [
        "dddd-dd-ddTdd:dd:dd.ddddddZ",
        "dddd-dd-ddTdd:dd:ddZ",
        "dddddddddd",
    ];
    let fits = |(c, p): (char, char)| if p == 'd' { c.is_ascii_digit() } else { c == p };
    let is = |pattern: &str| word.len() == pattern.len() && word.chars().zip(pattern.chars()).all(fits);
    patterns.into_iter().any(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_masked_and_nothing_else() {
        for (line, masked) in [
            (
                "2026-11-21T06:47:54.404441Z DEBUG opened client=1 peer=127.0.0.1:35640",
                "TIME DEBUG opened client=1 peer=127.0.0.1:PORT",
            ),
            (
                "INFO served for 1m 2s: 2 clients, 4284416 bytes in",
                "INFO served for TIME: 2 clients, 4284416 bytes in",
            ),
            ("after 3 s of silence:", "after TIME s of silence:"),
            ("after 3 of 9", "after 3 of 9"),
            ("2026-11-21T06:47:54Z", "TIME"),
            ("1795260211", "TIME"),
            ("-2147483648", "-2147483648"),
            ("20000000", "20000000"),
            ("ESTAB 0 0 127.0.0.1:18080  ", "ESTAB 0 0 127.0.0.1:18080"),
            ("127.0.0.1:18080: in use", "127.0.0.1:18080: in use"),
            ("127.0.0.1:0: in use", "127.0.0.1:18080: in use"),
            (
                "DEBUG all settings: bind=127.0.0.1:0 (ECHO_SERVER_BIND) drain=5s",
                "DEBUG all settings: bind=127.0.0.1:18080 drain=5s",
            ),
            (
                " INFO settings: bind=127.0.0.1:0 (ECHO_SERVER_BIND) drain=9s",
                " INFO settings: drain=9s",
            ),
            (
                " INFO settings: daytime=127.0.0.1:0 (TIME_SERVER_DAYTIME) udp=127.0.0.1:0 (TIME_SERVER_UDP)",
                " INFO settings: all defaults",
            ),
            (
                " INFO settings: rate-limit=9 (CHAT_SERVER_RATE_LIMIT)",
                " INFO settings: rate-limit=9 (CHAT_SERVER_RATE_LIMIT)",
            ),
            (
                "INFO closed: outbox limit: more than 9 bytes_in=46 bytes_out=185601",
                "INFO closed: outbox limit: more than 9 bytes_in=46 bytes_out=NUMBER",
            ),
            (
                "INFO closed: write timeout: took nothing for 1s bytes_in=4284416 bytes_out=4263936",
                "INFO closed: write timeout: took nothing for 1s bytes_in=NUMBER bytes_out=NUMBER",
            ),
            (
                "closed: end bytes_in=1234567 bytes_out=1234568",
                "closed: end bytes_in=1234567 bytes_out=1234568",
            ),
        ] {
            assert_eq!(mask(line, &["18080"]), masked);
        }
    }

    #[test]
    fn dots_stand_for_any_lines() {
        let lines = |text: &str| -> Vec<_> { text.split_whitespace().map(str::to_owned).collect() };
        let fits = |expected: &str, output: &str| matches(&lines(expected), &lines(output), &["18080"]);
        assert!(fits("a ... d", "a b c d"));
        assert!(fits("...", ""));
        assert!(!fits("a ... d", "a b c"));
        assert!(!fits("a", "a b"));
        assert!(super::fits("a b ...", "a b c d", &[]));
        assert!(!super::fits("a b ...", "a c b", &[]));
    }
}
