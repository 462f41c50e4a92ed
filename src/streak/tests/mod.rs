//! The rules as tables (`days`, `streaks`), the file format (`lines`), and laws over random histories (`laws`).

mod days;
pub mod laws;
mod lines;
mod milestones;
mod streaks;

use super::FLOOR;
use super::events::Broken;
use super::run::DayState;
use super::simulate::{Printed, simulate};

/// The output of all `as_of` lines of a file.
fn shown(file: &str) -> Result<Vec<Printed>, String> {
    let mut all = Vec::new();
    simulate(file.as_bytes(), FLOOR, |shown| {
        all.push(shown.clone());
        Ok(())
    })
    .map_err(|broken: Broken| broken.to_string())?;
    Ok(all)
}

/// The ledgers of a story, one per line: running day, minutes, streak, best, freezes, show-up days, the days as
/// letters, and the refused lines.
///
/// A story has one line per event: month, day and time in UTC in 2025, the event, and its values in the order of
/// `streak::events`, with `-` for a missing one. `join` adds the person.
fn story(lines: &str) -> String {
    let written: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let file: Vec<String> = written.iter().map(|line| json(line)).collect();
    let shown = shown(&file.join("\n")).expect("a whole history");
    shown.iter().map(summary).collect::<Vec<_>>().join("\n")
}

fn instant(short: &str) -> String {
    if short.len() > 12 { short.to_owned() } else { format!("2025-{short}:00Z") }
}

fn date(short: &str) -> String {
    if short.len() > 6 { short.to_owned() } else { format!("2025-{short}") }
}

fn json(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (at, event, values) = (instant(words[0]), words[1], &words[2..]);
    let names: &[&str] = match event {
        "join" => &["zone", "day_start", "commitment"],
        "log" => &["minutes", "for_date"],
        "zone" => &["zone"],
        "day_start" => &["hour"],
        "commitment" => &["minutes"],
        "pause" => &["days"],
        "rest" => &["weekdays"],
        "excuse" => &["date"],
        "outage" => &["from", "to"],
        _ => &[],
    };
    let mut fields = serde_json::json!({ "at": at, "person": "ann", "event": event });
    for (name, value) in names.iter().zip(values).filter(|(_, value)| **value != "-") {
        fields[*name] = match *name {
            "for_date" | "date" => date(value).into(),
            "from" | "to" => instant(value).into(),
            "weekdays" => value.split(',').filter(|day| *day != "none").collect::<Vec<_>>().into(),
            "zone" => (*value).into(),
            _ => value.parse::<i64>().expect("a value").into(),
        };
    }
    fields.to_string()
}

fn summary(shown: &Printed) -> String {
    let view = &shown.view;
    let days: String = view.days.iter().map(|day| letter(day.state)).collect();
    let refused = if shown.refused.is_empty() { String::new() } else { format!(" refused {:?}", shown.refused) };
    format!(
        "{} {}min streak {} best {} freezes {} show-up {} {days}{refused}",
        view.date.strftime("%m-%d"),
        view.minutes,
        view.streak,
        view.best,
        view.freezes,
        view.show_up_30
    )
}

fn letter(state: DayState) -> char {
    match state {
        DayState::Open => '.',
        DayState::Met => 'M',
        DayState::Paused => 'p',
        DayState::Rest => 'r',
        DayState::Sick => 's',
        DayState::Outage => 'o',
        DayState::Excused => 'e',
        DayState::Travel => 't',
        DayState::Frozen => 'f',
        DayState::ShownUp => 'u',
        DayState::Missed => 'x',
    }
}
