//! Recorded events: the JSON lines that `cairn study simulate` reads.
//!
//! Three things are errors and name their line: broken JSON, a missing field, an unknown event. (An `at` that is no
//! instant, and a `person` that is no name, are as good as missing: the event could not be put anywhere.) Every other
//! value that will not do, whatever its type, is a refusal.

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
    /// The same, as written.
    pub written: String,
    /// What happened.
    pub what: What,
}

/// What an event is about. Values that cannot be are refusals already.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Somebody did something.
    Act(String, Result<Act, Refusal>),
    /// The bot was away: from, to.
    Outage(Result<(Timestamp, Timestamp), Refusal>),
    /// Somebody's ledger is asked for.
    AsOf(String),
}

/// A line that is no event.
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

/// Reads a whole history, in the order of the file. Blank lines are counted and passed over.
///
/// # Errors
/// The first line that is no event.
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
    /// A field that may be absent; null is absent.
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

/// An act as a line of a history has it, without `at` and `person`.
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

/// The act that [`written`] wrote.
///
/// # Errors
/// What is wrong with a text that is none.
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

/// A whole number; 45.0 is one, 45.5 and "45" are not. One beyond all bounds is as good as the furthest.
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
    // The parser would take other forms, and date-times, as well.
    let text = value.as_str().filter(|text| text.len() == "2026-11-21".len());
    text.and_then(|text| text.parse().ok()).ok_or(Refusal::Value)
}

fn weekdays(value: &Value) -> Result<Weekdays, Refusal> {
    let names = value.as_array().ok_or(Refusal::Weekdays)?;
    let weekdays: Option<Vec<Weekday>> = names.iter().map(|name| weekday(name.as_str()?)).collect();
    Weekdays::new(&weekdays.ok_or(Refusal::Weekdays)?)
}

/// The weekdays as histories name them, from Monday on.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn weekday(name: &str) -> Option<Weekday> {
    let offset = WEEKDAYS.iter().position(|weekday| *weekday == name)?;
    Weekday::from_monday_zero_offset(i8::try_from(offset).ok()?).ok()
}
