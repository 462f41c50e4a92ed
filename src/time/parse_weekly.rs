//! Parses weekly times and quiet hours as people type them (pure). A text with an unknown word is refused.

use jiff::civil::Weekday;

use super::weekly::{Minute, Quiet, Times, WEEK};
use super::{format, names};
use crate::{Error, Result};

/// How many characters of an unknown word are shown.
const SHOWN: usize = 20;
/// Words without a meaning of their own.
const FILLERS: [&str; 13] =
    ["at", "on", "and", "&", "every", "each", "all", "the", "o'clock", "oclock", "in", "from", "between"];
/// Words for switching off.
const OFF: [&str; 4] = ["off", "no", "never", "stop"];
/// Words for an empty value.
const NONE: [&str; 5] = ["none", "nothing", "remove", "delete", "clear"];

/// The meaning of a word.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    Days(Vec<Weekday>),
    Time(Minute),
    /// `7:30` or `19`: on the 24-hour clock, unless `am` or `pm` follows.
    Clock(u16, u16),
    /// `7`: morning or evening.
    Bare(u16),
    /// `to`, between two days.
    To,
    /// `am` or `pm`, separate from its hour.
    Half(bool),
    /// `noon` or `midnight`; may follow its hour.
    Twelve(bool),
    Filler,
}

/// Whether a text such as `Off` means switching off.
pub fn is_off(text: &str) -> bool {
    OFF.contains(&alone(text).as_str())
}

/// Whether a text such as `None` means an empty value.
pub fn is_none(text: &str) -> bool {
    NONE.contains(&alone(text).as_str())
}

fn alone(text: &str) -> String {
    text.trim().trim_end_matches(['.', '!']).to_lowercase()
}

/// Parses weekly times: `weekdays 19:00, sat 10:00`, `every day 8pm`, `mon,wed 18.30`.
///
/// If two times apply to a weekday, the one whose word means fewer days wins: `every day 20:00, sat 10:00`.
///
/// # Errors
/// Refused, with an example, if the text cannot be read or names a day twice in the same way, with two times.
pub fn times(text: &str) -> Result<Times> {
    let groups = groups(&words(text)?)?;
    let mut found: [Option<(usize, Minute)>; 7] = [None; 7];
    for (days, time) in &groups {
        for (slot, day) in found.iter_mut().zip(WEEK) {
            let Some(named) = days.iter().find(|named| named.day == day) else { continue };
            *slot = match *slot {
                Some((among, held)) if among == named.among && held != *time => return Err(twice(day)),
                Some((among, held)) if among < named.among => Some((among, held)),
                _ => Some((named.among, *time)),
            };
        }
    }
    let mut times = Times::default();
    for (slot, day) in found.iter().zip(WEEK) {
        if let Some((_, time)) = slot {
            times.set(day, *time);
        }
    }
    // A time that no day is left for was meant for something else.
    let all_count = groups.iter().all(|(_, time)| found.iter().flatten().any(|(_, held)| held == time));
    if all_count && !times.is_empty() { Ok(times) } else { Err(unclear()) }
}

/// Parses quiet hours: `22:00-08:00`, `11pm to 7am`, `none`. Two hours without `am` or `pm`, as in `11-7`, are
/// ambiguous.
///
/// # Errors
/// Refused, with an example, if the text cannot be read or is ambiguous.
pub fn quiet(text: &str) -> Result<Quiet> {
    if is_off(text) || is_none(text) {
        return Ok(Quiet::NONE);
    }
    let refused = || Error::refused("Quiet hours are written like 22:00-08:00, or none; try again.");
    let lower = text.to_lowercase().replace(['–', '—', '−', '-'], " to ");
    let words: Vec<Word> = lower.split_whitespace().map(word).collect::<Option<_>>().ok_or_else(refused)?;
    let words: Vec<Word> =
        joined(&words).ok_or_else(refused)?.into_iter().filter(|word| *word != Word::Filler).collect();
    let (from, until) = match words.as_slice() {
        [from, Word::To, until] | [from, until] => (from, until),
        _ => return Err(refused()),
    };
    // Next to a 24-hour time, a plain hour is on the 24-hour clock too.
    let is_24 = |word: &Word| matches!(word, Word::Clock(..));
    let sure = is_24(from) || is_24(until);
    match (settled(from, sure), settled(until, sure)) {
        (Some(from), Some(until)) => Ok(Quiet { from, until }),
        _ => Err(which(from, until).unwrap_or_else(refused)),
    }
}

/// The time of a word. A plain hour counts only if `sure` says that it is on the 24-hour clock.
fn settled(word: &Word, sure: bool) -> Option<Minute> {
    match word {
        Word::Time(time) => Some(*time),
        Word::Clock(hour, minute) => Minute::new(*hour, *minute),
        Word::Bare(hour) if sure => Minute::new(*hour, 0),
        _ => None,
    }
}

/// Asks whether ambiguous hours are in the morning or the evening.
fn which(from: &Word, until: &Word) -> Option<Error> {
    let (night, day) = match (from, until) {
        (Word::Bare(from), Word::Bare(until)) => {
            ((twelve(*from, 0, true)?, twelve(*until, 0, false)?), (twelve(*from, 0, false)?, twelve(*until, 0, true)?))
        }
        (Word::Bare(from), until) => {
            let until = settled(until, true)?;
            ((twelve(*from, 0, true)?, until), (twelve(*from, 0, false)?, until))
        }
        (from, Word::Bare(until)) => {
            let from = settled(from, true)?;
            ((from, twelve(*until, 0, false)?), (from, twelve(*until, 0, true)?))
        }
        _ => return None,
    };
    let shown = |(from, until): (Minute, Minute)| format!("{from}-{until}");
    Some(Error::refused(format!("Those hours can be morning or evening; write {} or {}.", shown(night), shown(day))))
}

fn unclear() -> Error {
    Error::refused("Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”.")
}

fn twice(day: Weekday) -> Error {
    let day = format::weekdays([day]);
    Error::refused(format!("One reminder a day is the most; choose one time for {day}."))
}

/// The words of a text.
fn words(text: &str) -> Result<Vec<Word>> {
    let text = text.to_lowercase().replace([',', ';', '\n', '+', '/'], " ");
    let text = text.replace(['–', '—', '−'], "-");
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
    joined(&words).ok_or_else(unclear)
}

fn word(text: &str) -> Option<Word> {
    let text = text.trim_end_matches(':');
    if let Some(days) = days(text) {
        return Some(Word::Days(days));
    }
    match text {
        "to" | "until" | "till" | "through" | "-" => Some(Word::To),
        "am" | "a.m." | "a.m" => Some(Word::Half(false)),
        "pm" | "p.m." | "p.m" => Some(Word::Half(true)),
        "noon" => Some(Word::Twelve(true)),
        "midnight" => Some(Word::Twelve(false)),
        _ if FILLERS.contains(&text) => Some(Word::Filler),
        _ => time(text),
    }
}

/// `19:00`, `19.30`, `19h30`, `7pm`, `7:30am`; a plain number stays ambiguous.
fn time(text: &str) -> Option<Word> {
    let halves = [("a.m.", false), ("p.m.", true), ("a.m", false), ("p.m", true), ("am", false), ("pm", true)];
    let half = halves.iter().find_map(|(end, late)| Some((text.strip_suffix(end)?, *late)));
    let (digits, half) = half.map_or((text, None), |(digits, late)| (digits, Some(late)));
    let split = digits.split_once([':', '.', 'h']);
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let number = |part: &str| part.parse::<u16>().ok().filter(|_| is_number(part));
    let (hour, minute) = match split {
        Some((hour, "")) if digits.ends_with('h') => (number(hour)?, 0),
        Some((hour, minute)) => (number(hour)?, number(minute).filter(|_| minute.len() == 2)?),
        None => (number(digits)?, 0),
    };
    match half {
        Some(late) => twelve(hour, minute, late).map(Word::Time),
        None if split.is_none() && (1..=12).contains(&hour) => Some(Word::Bare(hour)),
        None => Minute::new(hour, minute).map(|_| Word::Clock(hour, minute)),
    }
}

fn twelve(hour: u16, minute: u16, late: bool) -> Option<Minute> {
    let hour = (1..=12).contains(&hour).then_some(hour % 12)?;
    Minute::new(hour + if late { 12 } else { 0 }, minute)
}

/// Joins `7:30 pm` and `12 noon` into one word each. `None` if `am` or `pm` has no hour.
fn joined(words: &[Word]) -> Option<Vec<Word>> {
    let mut out: Vec<Word> = Vec::new();
    for word in words {
        match (word, out.last()) {
            (Word::Half(late), Some(Word::Bare(hour))) => {
                let time = twelve(*hour, 0, *late)?;
                out.pop();
                out.push(Word::Time(time));
            }
            (Word::Half(late), Some(Word::Clock(hour, minute))) => {
                let time = twelve(*hour, *minute, *late)?;
                out.pop();
                out.push(Word::Time(time));
            }
            (Word::Half(_), _) => return None,
            (Word::Twelve(late), last) => {
                if matches!(last, Some(Word::Bare(12) | Word::Clock(12, 0))) {
                    out.pop();
                }
                out.push(Word::Time(twelve(12, 0, *late)?));
            }
            _ => out.push(word.clone()),
        }
    }
    Some(out)
}

/// The weekdays that a word means.
fn days(text: &str) -> Option<Vec<Weekday>> {
    match text {
        "day" | "days" | "daily" | "everyday" => return Some(WEEK.to_vec()),
        "weekday" | "weekdays" | "workday" | "workdays" => return Some(WEEK[..5].to_vec()),
        "weekend" | "weekends" => return Some(WEEK[5..].to_vec()),
        _ => {}
    }
    names::weekday(text).map(|day| vec![day])
}

/// `mon-fri`
fn range(text: &str) -> Option<Vec<Weekday>> {
    let (from, until) = text.split_once('-')?;
    between(single(&days(from)?)?, single(&days(until)?)?)
}

fn single(days: &[Weekday]) -> Option<Weekday> {
    <[Weekday; 1]>::try_from(days).ok().map(|[day]| day)
}

fn between(from: Weekday, until: Weekday) -> Option<Vec<Weekday>> {
    let span = usize::try_from(until.to_monday_zero_offset() - from.to_monday_zero_offset()).ok();
    let span =
        span.or_else(|| usize::try_from(7 + until.to_monday_zero_offset() - from.to_monday_zero_offset()).ok())?;
    Some(from.cycle_forward().take(span + 1).collect())
}

/// A weekday, and how many days the word means that names it: 1 for `sat`, 2 for `weekend`.
#[derive(Debug, Clone, Copy)]
struct Named {
    day: Weekday,
    among: usize,
}

/// Days, and their time once it is known.
type Group = (Vec<Named>, Option<Minute>);

/// Pairs days with their time, in either order. A time without days is for every day.
fn groups(words: &[Word]) -> Result<Vec<(Vec<Named>, Minute)>> {
    let meant: Vec<&Word> = words.iter().filter(|word| **word != Word::Filler).collect();
    let time_first = matches!(meant.first(), Some(Word::Time(_) | Word::Clock(..)));
    let mut groups: Vec<Group> = Vec::new();
    let mut to = false;
    for word in meant {
        match word {
            Word::Time(_) | Word::Clock(..) if !to => {
                let time = settled(word, true).ok_or_else(unclear)?;
                match groups.last_mut() {
                    Some((_, open @ None)) => *open = Some(time),
                    Some(_) if !time_first => return Err(unclear()),
                    _ => groups.push((Vec::new(), Some(time))),
                }
            }
            Word::Days(days) => add(&mut groups, days, to, time_first).ok_or_else(unclear)?,
            Word::Bare(hour) => {
                return Err(Error::refused(format!(
                    "“{hour}” can be morning or evening; write {hour}am, {hour}pm or a time like 19:00."
                )));
            }
            Word::To if !to => {}
            _ => return Err(unclear()),
        }
        to = *word == Word::To;
    }
    let whole = |(days, time): Group| {
        let days = if days.is_empty() { named(&WEEK) } else { days };
        time.filter(|_| !to).map(|time| (days, time)).ok_or_else(unclear)
    };
    groups.into_iter().map(whole).collect()
}

/// Adds days to the current group; with `to`, all days after its last one. `None` if a day would be in it twice.
fn add(groups: &mut Vec<Group>, days: &[Weekday], to: bool, time_first: bool) -> Option<()> {
    match groups.last_mut().filter(|(_, time)| time_first || time.is_none()) {
        Some((held, _)) if to => {
            let range = named(&between(held.pop()?.day, single(days)?)?);
            held.extend(range);
        }
        Some((held, _)) if held.iter().any(|held| days.contains(&held.day)) => return None,
        Some((held, _)) => held.extend(named(days)),
        None if to => return None,
        None => groups.push((named(days), None)),
    }
    Some(())
}

/// The days of one word.
fn named(days: &[Weekday]) -> Vec<Named> {
    days.iter().map(|day| Named { day: *day, among: days.len() }).collect()
}
