//! `cairn study export`: every day since joining, and every entry, rebuilt from the events.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::people::Identity;
use crate::store::Store;
use crate::streak::explain::{Reason, reason};
use crate::streak::ledger::View;
use crate::streak::subject::{Subject, summed};
use crate::student::{Caller, joined, sql, subjects};
use crate::text::escape;
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
        f.write_str("date,state,minutes,logged,timer,commitment,streak,freezes,reason,subjects\n")?;
        for day in &self.days {
            let Reason { line, commitment, logged, timed, streak, freezes, reason, subjects } = day;
            let (date, minutes) = (line.date, line.minutes);
            let subjects: Vec<String> = subjects.iter().map(|s| format!("{} ({} min)", s.what, s.minutes)).collect();
            let subjects = escape::csv(&subjects.join("; "));
            // No reason holds a quotation mark.
            writeln!(
                f,
                "{date},{},{minutes},{logged},{timed},{commitment},{streak},{freezes},\"{reason}\",{subjects}",
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
    let studied = subjects::by_day(&mut db, &student, at).await?;
    let (ledger, live) = (student.person.ledger(), student.person.live(at));
    let day = |index| {
        let day = reason(ledger, index, live);
        let of_day = studied.iter().filter(|(date, _)| *date == day.line.date);
        Reason { subjects: summed(of_day.map(|(_, studied)| studied.clone())), ..day }
    };
    let whats: HashMap<i64, Subject> = subjects::all(&mut db, student.id).await?.into_iter().collect();
    let events = (1..).zip(sql::events(&mut db, student.id, 0).await?);
    Ok(Export {
        person: identity.clone(),
        zone: student.person.schedule().zone().name().to_owned(),
        day_start: student.person.schedule().start(),
        joined: ledger.joined(),
        days: (0..ledger.days().len()).map(day).collect(),
        events: events.map(|(n, event)| entry(event, whats.get(&n))).collect::<Result<_>>()?,
        now: view,
    })
}

fn entry((at, act): (Timestamp, String), what: Option<&Subject>) -> Result<Value> {
    let mut entry: Value = serde_json::from_str(&act).map_err(anyhow::Error::new)?;
    if let Value::Object(fields) = &mut entry {
        fields.insert("at".to_owned(), at.to_string().into());
        fields.insert("person".to_owned(), "me".into());
        // A history's reader passes over it: no rule looks at it.
        fields.extend(what.map(|what| ("what".to_owned(), what.as_str().into())));
    }
    Ok(entry)
}
