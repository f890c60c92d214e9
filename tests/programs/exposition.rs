//! The text format of Prometheus, as strictly as its description has it: whoever breaks a rule fails the test.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>, <https://prometheus.io/docs/practices/naming/>

use std::collections::BTreeMap;

/// The numbers of one look.
pub(crate) struct Exposition {
    /// Each with its labels, as it stands in the text.
    values: BTreeMap<String, f64>,
}

/// A family of numbers, while its lines come.
struct Family {
    name: String,
    kind: String,
}

impl Exposition {
    #[track_caller]
    pub(crate) fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has no end");
        let mut families = Vec::new();
        let mut values = BTreeMap::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let (name, help) = after(line, "# HELP ");
            assert!(help.ends_with('.'), "{line}");
            let (same_name, kind) = after(lines.next().unwrap_or_default(), "# TYPE ");
            assert_eq!(same_name, name);
            let family = Family { name, kind };
            family.check();
            assert!(!families.contains(&family.name), "{} comes twice", family.name);
            while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
                let (number, value) = line.rsplit_once(' ').expect("a number and its value");
                assert!(family.has(number), "{number} stands under {}", family.name);
                let value = value.parse().expect("a value");
                let before = values.insert(number.to_owned(), value);
                assert!(before.is_none(), "{number} comes twice");
            }
            families.push(family.name);
        }
        Self { values }
    }

    /// What stands behind this name with these labels.
    #[track_caller]
    pub(crate) fn value(&self, number: &str) -> f64 {
        let value = self.values.get(number);
        *value.unwrap_or_else(|| panic!("no {number} among {:?}", self.values.keys()))
    }

    /// All numbers of this name, whatever their labels.
    pub(crate) fn sum(&self, name: &str) -> f64 {
        let of_name = |number: &str| number.split('{').next() == Some(name);
        let numbers = self.values.iter().filter(|(number, _)| of_name(number));
        numbers.map(|(_, value)| value).sum()
    }
}

impl Family {
    fn check(&self) {
        let Self { name, kind } = self;
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(name.bytes().all(is_plain), "{name}");
        assert!(name.starts_with("codelab_"), "{name}");
        match kind.as_str() {
            "counter" => assert!(name.ends_with("_total"), "{name}"),
            "gauge" => assert!(!name.ends_with("_total"), "{name}"),
            "histogram" => assert!(name.ends_with("_seconds"), "{name}"),
            other => panic!("{name} is a {other}"),
        }
    }

    fn has(&self, number: &str) -> bool {
        let (name, labels) = number.split_once('{').unwrap_or((number, "}"));
        assert!(labels.ends_with('}'), "{number}");
        match name.strip_prefix(&self.name) {
            Some("") => self.kind != "histogram",
            Some("_bucket" | "_sum" | "_count") => self.kind == "histogram",
            _ => false,
        }
    }
}

#[track_caller]
fn after(line: &str, beginning: &str) -> (String, String) {
    let rest = line.strip_prefix(beginning);
    let rest = rest.unwrap_or_else(|| panic!("`{line}` does not begin with `{beginning}`"));
    let (name, text) = rest.split_once(' ').expect("a name and more");
    (name.to_owned(), text.to_owned())
}
