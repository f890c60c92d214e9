//! The fields of a head: names and values, in their order.

/// Names and values in one piece of memory: a head has a dozen of them, and each would be two allocations.
#[derive(Clone, Default)]
pub(crate) struct Fields {
    bytes: Vec<u8>,
    /// Where each name ends, and each value.
    ends: Vec<(usize, usize)>,
}

impl Fields {
    /// With room for so many fields, of so many bytes together.
    pub(crate) fn with_capacity(count: usize, bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(count),
        }
    }

    pub(crate) fn push(&mut self, name: &str, value: &[u8]) {
        self.bytes.extend_from_slice(name.as_bytes());
        let name_end = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.ends.push((name_end, self.bytes.len()));
    }

    /// All names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut start = 0;
        self.ends.iter().map(move |&(name_end, end)| {
            let field = (&self.bytes[start..name_end], &self.bytes[name_end..end]);
            start = end;
            field
        })
    }

    /// The values of every field with this name, in any case.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(one, _)| one.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The first value with this name as text; `None` where it is none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.all(name)
            .next()
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// True where one of the comma-separated words of this field is `word`, in any case.
    pub(crate) fn has_word(&self, name: &str, word: &str) -> bool {
        let words = self.all(name).flat_map(|value| value.split(|&byte| byte == b','));
        words
            .map(<[u8]>::trim_ascii)
            .any(|one| one.eq_ignore_ascii_case(word.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        let mut fields = Fields::default();
        fields.push("Host", b"one");
        fields.push("Empty", b"");
        fields.push("Connection", b"keep-alive , Close");
        fields.push("HOST", b"two");
        fields.push("Odd", b"\xe9");
        fields
    }

    #[test]
    fn a_name_is_found_in_any_case_and_in_order() {
        let fields = fields();
        assert_eq!(fields.all("host").collect::<Vec<_>>(), [b"one", b"two"]);
        assert_eq!(fields.text("hOST"), Some("one"));
        assert_eq!(fields.text("empty"), Some(""));
        assert_eq!(fields.text("hos"), None);
    }

    #[test]
    fn a_value_that_is_no_text_is_kept_and_not_shown_as_text() {
        assert_eq!(fields().text("odd"), None);
        assert_eq!(fields().all("odd").count(), 1);
    }

    #[test]
    fn words_stand_between_commas() {
        let fields = fields();
        assert!(fields.has_word("connection", "close"));
        assert!(fields.has_word("connection", "Keep-Alive"));
        assert!(!fields.has_word("connection", "keep"));
    }
}
