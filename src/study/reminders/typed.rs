//! Times and quiet hours as people write them (pure).

use jiff::civil::Weekday;

use super::clock::{Minute, Quiet, Times, WEEK};
use crate::{Error, Result};

/// What is shown of a word that is not understood, in characters.
const SHOWN: usize = 20;
/// Words that say nothing.
const FILLERS: [&str; 10] = ["at", "on", "and", "&", "every", "each", "the", "o'clock", "in", "a"];

/// What a word says.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    Days(Vec<Weekday>),
    Time(Minute),
    /// `to`, between two days.
    To,
    /// `7`: it may be morning or evening.
    Bare(u16),
    /// `am` or `pm`, apart from its hour.
    Half(bool),
    Filler,
}

/// Times for weekdays: `weekdays 19:00, sat 10:00`, `every day 8pm`, `mon,wed 18.30`.
///
/// Where two of them are for one weekday, the one for fewer days holds: `every day 20:00, sat 10:00`.
///
/// # Errors
/// Refused, with an example, for what is no such text, and for two times on one day.
pub fn times(text: &str) -> Result<Times> {
    let groups = groups(&words(text)?)?;
    let mut found: [Option<(usize, Minute)>; 7] = [None; 7];
    for (days, time) in &groups {
        for (slot, day) in found.iter_mut().zip(WEEK).filter(|(_, day)| days.contains(day)) {
            *slot = match *slot {
                Some((count, held)) if count == days.len() && held != *time => return Err(twice(day)),
                Some((count, held)) if count < days.len() => Some((count, held)),
                _ => Some((days.len(), *time)),
            };
        }
    }
    let mut times = Times::default();
    for (slot, day) in found.iter().zip(WEEK) {
        if let Some((_, time)) = slot {
            times.set(day, *time);
        }
    }
    if times.is_empty() { Err(unclear()) } else { Ok(times) }
}

/// Quiet hours: `22:00-08:00`, `11pm to 7am`, `none`.
///
/// # Errors
/// Refused, with an example, for what is no such text.
pub fn quiet(text: &str) -> Result<Quiet> {
    if ["none", "off", "no", "never"].contains(&text.trim().to_lowercase().as_str()) {
        return Ok(Quiet::NONE);
    }
    let refused = || Error::refused("Quiet hours are written like 22:00-08:00, or none; try again.");
    let text = text.to_lowercase().replace(['–', '—', '-'], " to ");
    let words: Vec<Word> = text.split_whitespace().map(word).collect::<Option<_>>().ok_or_else(refused)?;
    let words = joined(&words, true).into_iter().filter(|word| !matches!(word, Word::Filler | Word::To));
    match words.collect::<Vec<_>>().as_slice() {
        [Word::Time(from), Word::Time(until)] => Ok(Quiet { from: *from, until: *until }),
        _ => Err(refused()),
    }
}

fn unclear() -> Error {
    Error::refused("Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”.")
}

fn twice(day: Weekday) -> Error {
    let day = super::super::speech::weekdays([day]);
    Error::refused(format!("One reminder a day is the most; choose one time for {day}."))
}

/// What a text says, word for word.
fn words(text: &str) -> Result<Vec<Word>> {
    let text = text.to_lowercase().replace([',', ';', '\n', '+', '/'], " ");
    let text = text.replace(['–', '—'], "-");
    let mut words = Vec::new();
    for part in text.split_whitespace() {
        let refused = || {
            let shown: String = part.chars().take(SHOWN).collect();
            Error::refused(format!(
                "“{shown}” is neither a day nor a time; write “weekdays 19:00, sat 10:00” or “every day 8pm”."
            ))
        };
        match word(part).or_else(|| Some(Word::Days(range(part)?))) {
            Some(word) => words.push(word),
            None => return Err(refused()),
        }
    }
    Ok(joined(&words, false))
}

fn word(text: &str) -> Option<Word> {
    let text = text.trim_end_matches(':');
    if let Some(days) = days(text) {
        return Some(Word::Days(days));
    }
    match text {
        "to" | "until" | "till" | "through" | "-" => Some(Word::To),
        "am" | "a.m." => Some(Word::Half(false)),
        "pm" | "p.m." => Some(Word::Half(true)),
        "noon" => Minute::new(12, 0).map(Word::Time),
        "midnight" => Minute::new(0, 0).map(Word::Time),
        _ if FILLERS.contains(&text) => Some(Word::Filler),
        _ => time(text),
    }
}

/// `19:00`, `19.30`, `19h30`, `7pm`, `7:30am`; a number alone is not sure.
fn time(text: &str) -> Option<Word> {
    let halves = [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)];
    let half = halves.iter().find_map(|(end, late)| Some((text.strip_suffix(end)?, *late)));
    let (digits, half) = half.map_or((text, None), |(digits, late)| (digits, Some(late)));
    let split = digits.split_once([':', '.', 'h']);
    let number = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() <= 2 && !part.starts_with('+'));
    let (hour, minute) = match split {
        Some((hour, "")) if digits.ends_with('h') => (number(hour)?, 0),
        Some((hour, minute)) => (number(hour)?, number(minute).filter(|_| minute.len() == 2)?),
        None => (number(digits)?, 0),
    };
    match half {
        Some(late) => twelve(hour, minute, late).map(Word::Time),
        None if split.is_none() && (1..=12).contains(&hour) => Some(Word::Bare(hour)),
        None => Minute::new(hour, minute).map(Word::Time),
    }
}

fn twelve(hour: u16, minute: u16, late: bool) -> Option<Minute> {
    let hour = (1..=12).contains(&hour).then_some(hour % 12)?;
    Minute::new(hour + if late { 12 } else { 0 }, minute)
}

/// The same with `7 pm` as one word, and with an hour alone as one of 24 where that is `sure`.
fn joined(words: &[Word], sure: bool) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    for word in words {
        match (word, out.last()) {
            (Word::Half(late), Some(Word::Bare(hour))) => {
                let time = twelve(*hour, 0, *late).map_or(Word::Half(*late), Word::Time);
                out.pop();
                out.push(time);
            }
            _ => out.push(word.clone()),
        }
    }
    let of_24 = |word: Word| match word {
        Word::Bare(hour) if sure => Minute::new(hour, 0).map_or(Word::Bare(hour), Word::Time),
        word => word,
    };
    out.into_iter().map(of_24).collect()
}

/// The days that a word names.
fn days(text: &str) -> Option<Vec<Weekday>> {
    match text {
        "day" | "days" | "daily" | "everyday" | "all" | "week" => return Some(WEEK.to_vec()),
        "weekday" | "weekdays" | "workday" | "workdays" => return Some(WEEK[..5].to_vec()),
        "weekend" | "weekends" => return Some(WEEK[5..].to_vec()),
        _ => {}
    }
    let text = text.strip_suffix('.').unwrap_or(text);
    let stem = text.strip_suffix('s').filter(|stem| stem.ends_with("day")).unwrap_or(text);
    let fits = |day: &Weekday| {
        let name = super::super::speech::weekdays([*day]).to_lowercase();
        stem.chars().count() >= 2 && name.starts_with(stem) && (stem.len() <= 5 || stem == name)
    };
    WEEK.into_iter().find(fits).map(|day| vec![day])
}

/// `mon-fri`
fn range(text: &str) -> Option<Vec<Weekday>> {
    let (from, until) = text.split_once('-')?;
    between(days(from)?.first().copied()?, days(until)?.first().copied()?)
}

fn between(from: Weekday, until: Weekday) -> Option<Vec<Weekday>> {
    let span = usize::try_from(until.to_monday_zero_offset() - from.to_monday_zero_offset()).ok();
    let span =
        span.or_else(|| usize::try_from(7 + until.to_monday_zero_offset() - from.to_monday_zero_offset()).ok())?;
    Some(from.cycle_forward().take(span + 1).collect())
}

/// Days with their time, whichever of the two comes first; a time without days is for every day.
fn groups(words: &[Word]) -> Result<Vec<(Vec<Weekday>, Minute)>> {
    let meant: Vec<&Word> = words.iter().filter(|word| **word != Word::Filler).collect();
    let time_first = matches!(meant.first(), Some(Word::Time(_)));
    let mut groups: Vec<(Vec<Weekday>, Option<Minute>)> = Vec::new();
    let mut to = false;
    for word in meant {
        match word {
            Word::Time(time) => match groups.last_mut() {
                Some((_, open @ None)) => *open = Some(*time),
                Some(_) if !time_first => return Err(unclear()),
                _ => groups.push((Vec::new(), Some(*time))),
            },
            Word::Days(days) => {
                let open = groups.last_mut().filter(|(_, time)| time_first || time.is_none());
                match open {
                    Some((held, _)) => match (to, held.last().copied(), days.first()) {
                        (true, Some(from), Some(until)) => held.extend(between(from, *until).unwrap_or_default()),
                        _ => held.extend(days),
                    },
                    None => groups.push((days.clone(), None)),
                }
            }
            Word::Bare(hour) => {
                return Err(Error::refused(format!(
                    "“{hour}” can be morning or evening; write {hour}am, {hour}pm or a time like 19:00."
                )));
            }
            Word::To | Word::Half(_) | Word::Filler => {}
        }
        to = *word == Word::To;
    }
    let whole = |(days, time): (Vec<Weekday>, Option<Minute>)| {
        let days = if days.is_empty() { WEEK.to_vec() } else { once(days) };
        time.map(|time| (days, time)).ok_or_else(unclear)
    };
    groups.into_iter().map(whole).collect()
}

fn once(days: Vec<Weekday>) -> Vec<Weekday> {
    WEEK.into_iter().filter(|day| days.contains(day)).collect()
}
