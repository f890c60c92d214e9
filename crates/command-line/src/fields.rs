//! How a line of the log is written: its fields for people, or all of it as one JSON object.
//!
//! A field with a dot in its name is for machines. `status.users` is the entry `users` of the object `status`; where the
//! entry's name is `json`, as in `settings.json`, the value is the whole object, as JSON. The message says the same in
//! words, so the text for people leaves such fields out.

use std::error::Error;
use std::fmt::{self, Debug};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::{RecordFields, VisitOutput};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{DefaultVisitor, FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::registry::LookupSpan;

use crate::label::label;

/// Between the names of an object and its entry.
const DOT: char = '.';

/// The fields of a line for people.
pub(crate) struct ForPeople;

impl<'writer> FormatFields<'writer> for ForPeople {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut shown = WithoutDots(DefaultVisitor::new(writer.by_ref(), true));
        fields.record(&mut shown);
        shown.0.finish()?;
        label()
            .into_iter()
            .try_for_each(|(name, value)| write!(writer, " {name}={value}"))
    }
}

struct WithoutDots<'a>(DefaultVisitor<'a>);

/// Numbers come as their `Debug`.
impl Visit for WithoutDots<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if !field.name().contains(DOT) {
            self.0.record_debug(field, value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if !field.name().contains(DOT) {
            self.0.record_str(field, value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if !field.name().contains(DOT) {
            self.0.record_error(field, value);
        }
    }
}

/// A line for machines: `{"timestamp":"…","level":"INFO","fields":{"message":"…", …}}`.
///
/// The one of tracing-subscriber knows no object in a field.
pub(crate) struct AsJson;

impl<S, N> FormatEvent<S, N> for AsJson
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let level = event.metadata().level();
        let mut fields = Fields::default();
        event.record(&mut fields);
        for (name, value) in label() {
            // What the line itself says of it counts.
            fields.0.entry(name).or_insert(Value::from(value));
        }
        // By hand for the order: a map of serde_json is in that of the alphabet.
        writeln!(
            writer,
            r#"{{"timestamp":"{time}","level":"{level}","fields":{}}}"#,
            Value::Object(fields.0)
        )
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        let Some((object, entry)) = field.name().split_once(DOT) else {
            self.0.insert(field.name().to_owned(), value);
            return;
        };
        let object = self.0.entry(object).or_insert_with(|| Value::Object(Map::new()));
        match (entry, value) {
            ("json", Value::String(text)) => {
                *object = serde_json::from_str(&text).unwrap_or(Value::String(text));
            }
            (entry, value) => {
                if let Value::Object(entries) = object {
                    entries.insert(entry.to_owned(), value);
                }
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, Value::from(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::from(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, Value::from(value.to_string()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::from(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::from(value));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use parking_lot::Mutex;
    use serde_json::json;
    use tracing::info;

    use super::*;

    /// What has been written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Written {
        fn lines(&self) -> Vec<String> {
            let text = String::from_utf8(self.0.lock().clone()).unwrap();
            text.lines().map(str::to_owned).collect()
        }
    }

    /// One line with all that a field can be.
    fn log() {
        let peer = "127.0.0.1:80";
        let error = io::Error::other("gone");
        let settings = r#"{"max-packet":9}"#;
        info!(
            client = 7,
            %peer,
            is_slow = true,
            change = -1,
            reason = &error as &(dyn Error + 'static),
            status.users = 2,
            status.rate = 0.5,
            settings.json = %settings,
            "said \"hi\""
        );
        info!("no field");
    }

    #[test]
    fn the_text_for_people_leaves_out_what_is_for_machines() {
        let written = Written::default();
        let output = written.clone();
        let log = tracing_subscriber::fmt()
            .without_time()
            .with_target(false)
            .with_ansi(false)
            .with_writer(move || output.clone());
        tracing::subscriber::with_default(log.fmt_fields(ForPeople).finish(), self::log);
        let first = " INFO said \"hi\" client=7 peer=127.0.0.1:80 is_slow=true change=-1 reason=gone";
        assert_eq!(written.lines(), [first, " INFO no field"]);
    }

    #[test]
    fn the_text_for_machines_is_one_object_a_line() {
        let written = Written::default();
        let output = written.clone();
        let log = tracing_subscriber::fmt().with_writer(move || output.clone());
        tracing::subscriber::with_default(log.event_format(AsJson).finish(), self::log);
        let lines = written.lines();
        let lines: Vec<Value> = lines
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let fields = json!({
            "message": "said \"hi\"",
            "client": 7,
            "peer": "127.0.0.1:80",
            "is_slow": true,
            "change": -1,
            "reason": "gone",
            "status": {"users": 2, "rate": 0.5},
            "settings": {"max-packet": 9},
        });
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["fields"], fields);
        assert_eq!(lines[1]["fields"], json!({"message": "no field"}));
        for line in lines {
            assert_eq!(line["level"], "INFO");
            assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
        }
    }
}
