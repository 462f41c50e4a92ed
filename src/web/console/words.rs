//! How the console says things: times, devices, roles, verdicts (pure).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use maud::{Markup, html};

use crate::triage::{Action, Verdict};
use crate::wiki;

/// “an approver”, “an editor”.
pub fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// How long ago something was, in the largest unit that fits.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(then).as_mins().max(0);
    match minutes {
        0 => "just now".to_owned(),
        1..60 => many(minutes, "minute"),
        60..1_440 => many(minutes / 60, "hour"),
        1_440..86_400 => many(minutes / 1_440, "day"),
        _ => instant(then),
    }
}

fn many(count: i64, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

/// An instant, to the minute.
pub fn instant(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// How long ago a date was: “8 days ago”, “9 months ago”.
pub fn since(date: Date, now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    let days = today.since((Unit::Day, date)).map_or(0, |span| i64::from(span.get_days()));
    match days {
        ..0 => format!("on {date}"),
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..60 => many(days, "day"),
        60..730 => many(days / 30, "month"),
        _ => many(days / 365, "year"),
    }
}

/// What a browser is, from what it calls itself: enough for its owner to know it again.
pub fn device(agent: &str) -> String {
    let first = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "a Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "An unknown browser".to_owned(),
    }
}

/// What Cairn did, and why, in one line.
pub fn answered(verdict: &Verdict) -> Markup {
    html! {
        strong {
            @match (verdict.action, verdict.track) {
                (Action::Answer, Some(track)) => { "Answered: " a href=(wiki::link("", track.slug(), "")) { (track.title()) } }
                (Action::Ask, _) => "Asked back which guide fits",
                _ => "Said nothing",
            }
        }
        @if verdict.reasons.is_empty() { ". No single words decided it." } @else { ", because of the marked words." }
        " " span.quiet { "Sure to " (percent(verdict.p)) " that a newcomer asks" @if let Some(p) = verdict.track_p { ", to " (percent(p)) " of the guide" } "." }
    }
}

fn percent(p: f64) -> String {
    format!("{:.0} %", p * 100.0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let table = [
            ("2026-11-29T11:59:30Z", "just now"),
            ("2026-11-29T11:58:00Z", "2 minutes ago"),
            ("2026-11-29T10:30:00Z", "1 hour ago"),
            ("2026-11-21T12:00:00Z", "8 days ago"),
            ("2026-01-21T12:05:00Z", "21 January 2026, 12:05 UTC"),
        ];
        for (then, expected) in table {
            assert_eq!(ago(then.parse().unwrap(), now), expected);
        }
        let table = [
            (date(2026, 11, 29), "today"),
            (date(2026, 11, 28), "yesterday"),
            (date(2026, 11, 21), "8 days ago"),
            (date(2026, 2, 20), "9 months ago"),
            (date(2020, 2, 20), "6 years ago"),
            (date(2027, 2, 20), "on 2027-02-20"),
        ];
        for (then, expected) in table {
            assert_eq!(since(then, now), expected);
        }
    }

    #[test]
    fn a_browser_is_known_again() {
        let table = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari on an iPhone",
            ),
            ("curl/8.0", "An unknown browser"),
        ];
        for (agent, expected) in table {
            assert_eq!(device(agent), expected);
        }
        assert_eq!((with_article("approver"), with_article("reader")), ("an approver".into(), "a reader".into()));
    }
}
