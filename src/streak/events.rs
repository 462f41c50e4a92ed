//! Recorded events: the JSON lines that `cairn study simulate` reads.
//!
//! Three errors name their line: broken JSON, a missing field, an unknown event. An `at` that is not an instant, or a
//! `person` that is not a name, counts as missing, because the event has no place without it. Every other bad value,
//! whatever its type, is a refusal.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use serde_json::{Map, Value, json};

use super::day::DEFAULT_START;
use super::refusal::Refusal;
use super::state::{Act, COMMITMENT};
use super::time_off::Weekdays;
use crate::time::zone::Zone;

/// One line of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number in the file, from 1.
    pub line: usize,
    /// When it happened.
    pub at: Timestamp,
    /// `at` as written in the file.
    pub written: String,
    /// What happened.
    pub what: What,
}

/// The content of an event. Invalid values are already refusals.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A person's act.
    Act(String, Result<Act, Refusal>),
    /// The bot was down: from, to.
    Outage(Result<(Timestamp, Timestamp), Refusal>),
    /// A request for a person's ledger.
    AsOf(String),
}

/// A line that is not an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its number in the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub cause: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {} is no event: {}.", self.line, self.cause)
    }
}

/// Reads a whole history in file order. Skips blank lines, but counts them.
///
/// # Errors
/// The first line that is not an event.
pub fn read(file: &[u8]) -> Result<Vec<Event>, Broken> {
    let lines = file.split(|byte| *byte == b'\n').zip(1..);
    let written = lines.filter(|(text, _)| !text.iter().all(u8::is_ascii_whitespace));
    written.map(|(text, line)| event(text, line).map_err(|cause| Broken { line, cause })).collect()
}

fn event(text: &[u8], line: usize) -> Result<Event, String> {
    let fields: Map<String, Value> = serde_json::from_slice(text).map_err(|e| {
        let cause = e.to_string();
        format!("it is not a JSON object (column {}: {})", e.column(), cause.split(" at line ").next().unwrap_or("?"))
    })?;
    let fields = Fields(fields);
    let written = fields.text("at")?.to_owned();
    let at = written.parse().map_err(|_| format!("`{written}` in the field `at` is not RFC 3339"))?;
    Ok(Event { line, at, written, what: what(&fields)? })
}

/// The fields of one event.
struct Fields(Map<String, Value>);

impl Fields {
    /// An optional field; null counts as missing.
    fn may(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn must(&self, name: &str) -> Result<&Value, String> {
        self.may(name).ok_or_else(|| format!("the field `{name}` is missing"))
    }

    fn text(&self, name: &str) -> Result<&str, String> {
        self.must(name)?.as_str().ok_or_else(|| format!("the field `{name}` is not a text"))
    }

    fn whole(&self, name: &str) -> Result<Result<i64, Refusal>, String> {
        self.must(name).map(whole)
    }
}

fn what(fields: &Fields) -> Result<What, String> {
    match fields.text("event")? {
        "outage" => {
            let (from, to) = (instant(fields.must("from")?), instant(fields.must("to")?));
            Ok(What::Outage(from.and_then(|from| Ok((from, to?)))))
        }
        "as_of" => Ok(What::AsOf(fields.text("person")?.to_owned())),
        event => {
            let act = act(fields, event)?;
            Ok(What::Act(fields.text("person")?.to_owned(), act))
        }
    }
}

fn act(fields: &Fields, event: &str) -> Result<Result<Act, Refusal>, String> {
    Ok(match event {
        "join" => join(fields)?,
        "log" => {
            let for_date = fields.may("for_date").map(date).transpose();
            fields.whole("minutes")?.and_then(|minutes| Ok(Act::Log { minutes, for_date: for_date? }))
        }
        "undo" => Ok(Act::Undo),
        "start" => Ok(Act::Start),
        "confirm" => Ok(Act::Confirm),
        "stop" => Ok(Act::Stop),
        "zone" => zone(fields.must("zone")?).map(Act::Zone),
        "day_start" => fields.whole("hour")?.map(Act::DayStart),
        "commitment" => fields.whole("minutes")?.map(Act::Commitment),
        "pause" => fields.whole("days")?.map(Act::Pause),
        "resume" => Ok(Act::Resume),
        "rest" => weekdays(fields.must("weekdays")?).map(Act::Rest),
        "sick" => Ok(Act::Sick),
        "excuse" => date(fields.must("date")?).map(Act::Excuse),
        unknown => return Err(format!("there is no event `{unknown}`")),
    })
}

/// An act as JSON for a history, without `at` and `person`.
pub fn written(act: &Act) -> Value {
    match act {
        Act::Join { zone, day_start, commitment } => {
            json!({ "event": "join", "zone": zone.name(), "day_start": day_start, "commitment": commitment })
        }
        Act::Log { minutes, for_date: Some(date) } => json!({ "event": "log", "minutes": minutes, "for_date": date }),
        Act::Log { minutes, for_date: None } => json!({ "event": "log", "minutes": minutes }),
        Act::Undo => json!({ "event": "undo" }),
        Act::Start => json!({ "event": "start" }),
        Act::Confirm => json!({ "event": "confirm" }),
        Act::Stop => json!({ "event": "stop" }),
        Act::Zone(zone) => json!({ "event": "zone", "zone": zone.name() }),
        Act::DayStart(hour) => json!({ "event": "day_start", "hour": hour }),
        Act::Commitment(minutes) => json!({ "event": "commitment", "minutes": minutes }),
        Act::Pause(days) => json!({ "event": "pause", "days": days }),
        Act::Resume => json!({ "event": "resume" }),
        Act::Rest(weekdays) => {
            let names: Vec<&str> =
                weekdays.days().map(|day| WEEKDAYS[usize::from(day.to_monday_zero_offset().unsigned_abs())]).collect();
            json!({ "event": "rest", "weekdays": names })
        }
        Act::Sick => json!({ "event": "sick" }),
        Act::Excuse(date) => json!({ "event": "excuse", "date": date }),
    }
}

/// Reads an act that [`written`] made.
///
/// # Errors
/// The reason why the text is not an act.
pub fn read_act(text: &str) -> Result<Act, String> {
    let fields = Fields(serde_json::from_str(text).map_err(|e| e.to_string())?);
    act(&fields, fields.text("event")?)?.map_err(|refusal| refusal.to_string())
}

fn join(fields: &Fields) -> Result<Result<Act, Refusal>, String> {
    let zone = zone(fields.must("zone")?);
    let day_start = fields.may("day_start").map_or(Ok(DEFAULT_START), whole);
    let commitment = fields.may("commitment").map_or(Ok(COMMITMENT), whole);
    Ok(zone.and_then(|zone| Ok(Act::Join { zone, day_start: day_start?, commitment: commitment? })))
}

/// A whole number: 45.0 is one, 45.5 and "45" are not. A number that is too large becomes the largest or smallest one.
fn whole(value: &Value) -> Result<i64, Refusal> {
    let round = |number: f64| if number > 0.0 { i64::MAX } else { i64::MIN };
    let small = |number: &f64| number.fract() == 0.0 && number.abs() < 1e9;
    match (value.as_i64(), value.as_f64()) {
        (Some(number), _) => Ok(number),
        // The cast is exact below 1e9.
        (None, Some(number)) if small(&number) => Ok(number as i64),
        (None, Some(number)) if number.fract() == 0.0 => Ok(round(number)),
        _ => Err(Refusal::Value),
    }
}

fn instant(value: &Value) -> Result<Timestamp, Refusal> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or(Refusal::Value)
}

fn zone(value: &Value) -> Result<Zone, Refusal> {
    value.as_str().and_then(Zone::named).ok_or(Refusal::Zone)
}

fn date(value: &Value) -> Result<Date, Refusal> {
    // The parser also accepts other forms and date-times.
    let text = value.as_str().filter(|text| text.len() == "2026-11-21".len());
    text.and_then(|text| text.parse().ok()).ok_or(Refusal::Value)
}

fn weekdays(value: &Value) -> Result<Weekdays, Refusal> {
    let names = value.as_array().ok_or(Refusal::Weekdays)?;
    let weekdays: Option<Vec<Weekday>> = names.iter().map(|name| weekday(name.as_str()?)).collect();
    Weekdays::new(&weekdays.ok_or(Refusal::Weekdays)?)
}

/// The names of weekdays in histories, starting with Monday.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn weekday(name: &str) -> Option<Weekday> {
    let offset = WEEKDAYS.iter().position(|weekday| *weekday == name)?;
    Weekday::from_monday_zero_offset(i8::try_from(offset).ok()?).ok()
}
