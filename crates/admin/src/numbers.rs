//! What sources tell: numbers that have a name, and labels where a name has several of them.

/// The numbers of one look at all sources. Numbers with the same name, from whichever source, stand together.
#[derive(Debug, Default)]
pub struct Numbers {
    families: Vec<Family>,
    /// The labels that all numbers of the source have that tells now.
    labels: Vec<Label>,
}

/// All numbers of one name.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) numbers: Vec<(Vec<Label>, Value)>,
}

pub(crate) type Label = (&'static str, String);

/// A number of one of the kinds that Prometheus knows.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// It only grows, from 0 at the start.
    Counter(u64),
    /// It goes up and down.
    Gauge(u64),
    /// How often something was in each step, whose bound is told, and all of it together.
    Histogram { steps: Vec<(f64, u64)>, sum: f64 },
}

impl Numbers {
    /// A number that only grows while the server runs. Its name is shown between `codelab_` and `_total`.
    ///
    /// # Panics
    /// In debug builds, where the name is known for a number of another kind. So for all kinds.
    pub fn counter(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &str)],
        count: u64,
    ) {
        self.add(name, help, labels, Value::Counter(count));
    }

    /// A number that goes up and down. Its name is shown behind `codelab_`.
    pub fn gauge(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &str)],
        value: u64,
    ) {
        self.add(name, help, labels, Value::Gauge(value));
    }

    /// How something is spread. Each step has its bound, which is infinite for the last, and how often it was within this
    /// bound and over the one before; `sum` is all of it together.
    pub fn histogram(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &str)],
        steps: Vec<(f64, u64)>,
        sum: f64,
    ) {
        self.add(name, help, labels, Value::Histogram { steps, sum });
    }

    /// From now on a source tells whose numbers all have these labels.
    pub(crate) fn begin(&mut self, labels: Vec<Label>) {
        self.labels = labels;
    }

    pub(crate) fn families(&self) -> &[Family] {
        &self.families
    }

    fn add(&mut self, name: &'static str, help: &'static str, labels: &[(&'static str, &str)], value: Value) {
        let labels = labels.iter().map(|(label, value)| (*label, (*value).to_owned()));
        let labels = self.labels.iter().cloned().chain(labels).collect();
        let family = self.family(name, help);
        debug_assert!(family.is_of_kind(&value), "{name} is of two kinds");
        family.numbers.push((labels, value));
    }

    /// There are a few dozen names, so that a look at all of them is quick.
    fn family(&mut self, name: &'static str, help: &'static str) -> &mut Family {
        let known = self.families.iter().position(|family| family.name == name);
        let index = known.unwrap_or_else(|| {
            let numbers = Vec::new();
            self.families.push(Family { name, help, numbers });
            self.families.len() - 1
        });
        &mut self.families[index]
    }
}

impl Family {
    fn is_of_kind(&self, value: &Value) -> bool {
        self.numbers
            .iter()
            .all(|(_, other)| std::mem::discriminant(other) == std::mem::discriminant(value))
    }
}
