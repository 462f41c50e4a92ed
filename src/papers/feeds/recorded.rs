//! A week from recorded Hugging Face bodies: `YYYY-MM-DD.json` files in a folder.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::hf;
use crate::papers::{Gathered, Missing, Source, Week, rank};
use crate::{Error, Result, error};

/// The longest recording, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The recorded days of a week, and a sentence for each file that could not be read, fully or in part. A day without
/// a file is no problem: Hugging Face lists nothing at weekends.
///
/// # Errors
/// Refused if the folder cannot be read, or has no day of the week.
pub fn recorded(folder: &Path, week: Week) -> Result<(Gathered, Vec<String>)> {
    fs::read_dir(folder).map_err(|cause| {
        let shown = folder.display();
        Error::refused(format!(
            "{shown} cannot be read ({}); name a folder of YYYY-MM-DD.json files.",
            error::reason(&cause)
        ))
    })?;
    let (mut papers, mut warnings, mut lost, mut files) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for date in week.dates() {
        let file = folder.join(format!("{date}.json"));
        let shown = file.display();
        let body = match read(&file) {
            Ok(Some(body)) => body,
            Ok(None) => continue,
            Err(why) => {
                warnings.push(format!("{shown} was skipped: {why}."));
                lost.push(date);
                continue;
            }
        };
        files += 1;
        match hf::read(&body, date) {
            Ok(listed) => {
                warnings.extend(listed.left_out.iter().map(|why| format!("{shown}: {why}.")));
                if listed.papers.is_empty() && listed.items > 0 {
                    lost.push(date);
                }
                papers.extend(listed.papers);
            }
            Err(why) => {
                warnings.push(format!("{shown} was skipped: {why}."));
                lost.push(date);
            }
        }
    }
    if files == 0 && lost.is_empty() {
        return Err(Error::refused(format!(
            "{} has no recording of {week}; name a folder of YYYY-MM-DD.json files with one of its days.",
            folder.display()
        )));
    }
    let missing = if lost.is_empty() { vec![] } else { vec![Missing { source: Source::HuggingFace, days: lost }] };
    Ok((Gathered { week, papers: rank::merged(papers), sightings: vec![], missing }, warnings))
}

/// The bytes of a file; none if there is no such file.
fn read(file: &Path) -> Result<Option<Vec<u8>>, String> {
    match fs::metadata(file) {
        Ok(meta) if meta.len() > MOST_BYTES => return Err("it is too long".to_owned()),
        Ok(_) => {}
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(format!("it cannot be read ({})", error::reason(&cause))),
    }
    fs::read(file).map(Some).map_err(|cause| format!("it cannot be read ({})", error::reason(&cause)))
}
