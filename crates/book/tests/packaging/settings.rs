//! What the files in `packaging/` set, for which program: services of Docker Compose, and units of systemd with their files
//! of variables.

use serde_json::Value;

use crate::file;

pub(crate) const UNITS: [&str; 3] = [
    "api-server.service",
    "baccarat-server.service",
    "chat-server@.service",
];

/// What stands for `%i`.
const INSTANCE: &str = "21";

/// Variables that are for `with-directory`, and for no server.
const OF_SCRIPT: [&str; 2] = ["DIRECTORY_HOST", "DIRECTORY_PASSWORD_FILE"];

/// One that is started.
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) program: String,
    pub(crate) flags: Vec<String>,
    /// Those of the program.
    pub(crate) variables: Vec<(String, String)>,
}

impl Service {
    fn new(name: &str, command: &[String], variables: impl Iterator<Item = (String, String)>) -> Self {
        let (program, flags) = command.split_first().expect("a command");
        let (_, program) = program.rsplit_once('/').unwrap_or(("", program));
        Self {
            name: name.to_owned(),
            program: program.to_owned(),
            flags: flags.to_vec(),
            variables: variables.collect(),
        }
    }

    /// The name of a variable.
    pub(crate) fn variable(&self, setting: &str) -> String {
        format!("{}_{setting}", self.program.to_uppercase().replace('-', "_"))
    }

    /// Its value.
    pub(crate) fn value(&self, setting: &str) -> &str {
        let wanted = self.variable(setting);
        let found = self.variables.iter().find(|(name, _)| *name == wanted);
        &found.unwrap_or_else(|| panic!("{}: no {wanted}", self.name)).1
    }
}

/// The services that run a program of this workspace.
pub(crate) fn of_compose(compose: &Value) -> Vec<Service> {
    let services = compose["services"].as_object().expect("services");
    let ours = services
        .iter()
        .filter(|(_, service)| service["build"].is_object());
    let ours: Vec<_> = ours.map(|(name, service)| of_service(name, service)).collect();
    assert_eq!(ours.len(), 5);
    ours
}

fn of_service(name: &str, service: &Value) -> Service {
    let command = service["command"].as_array().expect("a command").iter().map(text);
    let variables = service["environment"].as_object().expect("variables").iter();
    let (of_script, variables): (Vec<_>, Vec<_>) =
        variables.partition(|(name, _)| OF_SCRIPT.contains(&name.as_str()));
    assert_eq!(of_script.len(), OF_SCRIPT.len(), "{name}");
    let variables = variables
        .into_iter()
        .map(|(name, value)| (name.clone(), interpolated(&text(value))));
    Service::new(name, &command.collect::<Vec<_>>(), variables)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

/// With the default of `${NAME:-default}`.
fn interpolated(value: &str) -> String {
    match value.strip_prefix("${").and_then(|value| value.strip_suffix('}')) {
        Some(variable) => variable.split_once(":-").expect("a default").1.to_owned(),
        None => value.to_owned(),
    }
}

pub(crate) fn of_units() -> Vec<Service> {
    UNITS.map(of_unit).into()
}

fn of_unit(unit: &str) -> Service {
    let text = file(&format!("systemd/{unit}")).replace("%i", INSTANCE);
    let values = |key: &'static str| text.lines().filter_map(move |line| line.strip_prefix(key));
    let command = values("ExecStart=").next().expect("a command");
    let command: Vec<_> = command.split(' ').map(str::to_owned).collect();
    let set = values("Environment=").flat_map(|line| line.split(' ')).map(pair);
    let files = values("EnvironmentFile=").flat_map(|path| {
        let name = path.strip_prefix("/etc/").expect("a file of settings");
        let lines: Vec<_> = file(name).lines().map(str::to_owned).collect();
        let is_set = |line: &String| !line.is_empty() && !line.starts_with('#');
        lines.into_iter().filter(is_set).map(|line| pair(&line))
    });
    let mut service = Service::new(unit, &command, set.chain(files));
    // One file has the directory for all programs.
    let own = service.variable("");
    service
        .variables
        .retain(|(name, _)| name.starts_with(&own) || !name.ends_with("_DIRECTORY"));
    service
}

fn pair(line: &str) -> (String, String) {
    let (name, value) = line
        .split_once('=')
        .unwrap_or_else(|| panic!("no setting: {line}"));
    (name.to_owned(), value.to_owned())
}
