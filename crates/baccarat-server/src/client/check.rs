//! `baccarat-client verify`: checks the recorded shoes of a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use baccarat::{Record, verify};
use command_line::print_line;

/// Bytes that are read of a file at most: thousands of shoes. A device or a pipe may have no end.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Prints what each record shows. The first one that does not show a fair shoe is an error.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let text = read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let records = Record::all_of(&text).with_context(|| file.display().to_string())?;
    if records.is_empty() {
        bail!("{}: no shoe is recorded there", file.display());
    }
    for record in &records {
        let verified = verify(record).with_context(|| format!("shoe {} is not verified", record.shoe))?;
        print_line(verified.to_string().trim_end())?;
    }
    Ok(())
}

fn read(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let read = File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if read as u64 > MOST_BYTES {
        return Err(io::Error::other(
            "it has more than 64 MiB, which is too much for a file of --record",
        ));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_without_end_is_not_read_for_ever() {
        let error = check(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "cannot read /dev/zero: it has more than 64 MiB, which is too much for a file of --record"
        );
    }
}
