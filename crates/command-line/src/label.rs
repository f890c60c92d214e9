//! Fields that every line of the log has: which of many servers writes it, since their lines may be brought together.

use parking_lot::RwLock;

/// A field's name, and what it says now.
type Fields = Vec<(&'static str, String)>;

static LABEL: RwLock<Option<Box<dyn Fn() -> Fields + Send + Sync>>> = RwLock::new(None);

/// From now on each line of the log has these fields, as they are then. They are asked for on whichever thread logs, so this
/// must not log, and must not need a lock that somebody holds while logging.
pub fn label_log(fields: impl Fn() -> Fields + Send + Sync + 'static) {
    *LABEL.write() = Some(Box::new(fields));
}

pub(crate) fn label() -> Fields {
    let label = LABEL.read();
    label.as_ref().map(|fields| fields()).unwrap_or_default()
}
