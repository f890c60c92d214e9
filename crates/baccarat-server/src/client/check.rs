//! `baccarat-client verify`: checks the recorded shoes of a file.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use baccarat::{Record, verify};
use command_line::print_line;

/// Prints what each record shows. The first one that does not show a fair shoe is an error.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
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
