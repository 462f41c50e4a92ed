//! `cairn study export`: every day since joining, and every entry, rebuilt from the events.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::people::Identity;
use crate::store::Store;
use crate::streak::explain::{Reason, reason};
use crate::streak::ledger::View;
use crate::student::{Caller, joined, sql};
use crate::{Error, Kind, Result};

/// Everything that somebody studied. Its text is CSV; as JSON it holds the entries, too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Export {
    /// Whose it is.
    pub person: Identity,
    /// Their zone.
    pub zone: String,
    /// The hour at which their days start.
    pub day_start: i8,
    /// The day they joined.
    pub joined: Date,
    /// What the ledger shows now.
    pub now: View,
    /// Every day since joining, oldest first, the running day last.
    pub days: Vec<Reason>,
    /// Every entry, in order, in the form of `cairn study simulate`.
    pub events: Vec<Value>,
}

impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("date,state,minutes,logged,timer,commitment,streak,freezes,reason\n")?;
        for day in &self.days {
            let Reason { line, commitment, logged, timed, streak, freezes, reason } = day;
            let (date, minutes) = (line.date, line.minutes);
            // No reason holds a quotation mark.
            writeln!(
                f,
                "{date},{},{minutes},{logged},{timed},{commitment},{streak},{freezes},\"{reason}\"",
                line.state
            )?;
        }
        Ok(())
    }
}

/// Everything that somebody studied, as of an instant.
///
/// # Errors
/// Refused if they have not joined.
pub async fn export(store: &Store, identity: &Identity, now: Timestamp) -> Result<Export> {
    let caller = Caller { identity: identity.clone(), guild: None, channel: None };
    let mut db = store.read().await?;
    let mut student = joined(&mut db, &caller).await.map_err(|error| match error.kind() {
        Some(Kind::NotJoined) => {
            let why = format!("{identity} does not study here; name somebody who has used /study.");
            Error::of(Kind::NotFound, why)
        }
        _ => error,
    })?;
    let at = student.instant(now);
    let view = student.view_with_full_history(&mut db, at).await?;
    let (ledger, live) = (student.person.ledger(), student.person.live(at));
    Ok(Export {
        person: identity.clone(),
        zone: student.person.schedule().zone().name().to_owned(),
        day_start: student.person.schedule().start(),
        joined: ledger.joined(),
        days: (0..ledger.days().len()).map(|index| reason(ledger, index, live)).collect(),
        events: sql::events(&mut db, student.id, 0).await?.into_iter().map(entry).collect::<Result<_>>()?,
        now: view,
    })
}

fn entry((at, act): (Timestamp, String)) -> Result<Value> {
    let mut entry: Value = serde_json::from_str(&act).map_err(anyhow::Error::new)?;
    if let Value::Object(fields) = &mut entry {
        fields.insert("at".to_owned(), at.to_string().into());
        fields.insert("person".to_owned(), "me".into());
    }
    Ok(entry)
}
