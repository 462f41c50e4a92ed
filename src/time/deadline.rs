//! Parses deadlines as people type them: `2027-03-01`, `in 3 months`, `end of March` (pure). A text with an unknown
//! word is refused.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::{format, names};
use crate::text::list;
use crate::{Error, Result};

/// The furthest date, in years from today, for a plan or a reminder.
const FURTHEST: i16 = 3;
/// Suggestions before anything is typed.
const USUAL: [(i64, Unit); 5] =
    [(1, Unit::Months), (2, Unit::Months), (3, Unit::Months), (6, Unit::Months), (1, Unit::Years)];
/// Words that are ignored.
const NOISE: [&str; 13] =
    ["by", "until", "till", "before", "in", "on", "of", "the", "from", "now", "within", "at", "latest"];
const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word<'a> {
    Number(i64),
    /// `1.`: the day before a month, or the month before a year.
    Dotted(i64),
    /// `2027` or `'27`.
    Year(i64),
    Unit(Unit),
    Month(i8),
    Weekday(Weekday),
    /// `end`, `next`, `half`, `tomorrow`.
    Other(&'a str),
}

/// The date that a text means, counted from `today`.
///
/// # Errors
/// Refused, with an example, if the text is not a date, or if no plan can have this deadline.
pub fn read(text: &str, today: Date) -> Result<Date> {
    let lower = text.to_lowercase();
    let date = match split(&lower).and_then(|words| meant(&words, today)) {
        Some(Meant::Date(date)) => date,
        Some(Meant::Either(one, other)) => {
            return Err(Error::refused(format!(
                "That can be {} or {}; write {one} or {other}.",
                full(one),
                full(other)
            )));
        }
        None => {
            return Err(Error::refused("That is no date; write one like 2027-03-01, “in 3 months” or “end of March”."));
        }
    };
    let last = today.saturating_add(FURTHEST.years());
    match () {
        () if date < today => {
            Err(Error::refused(format!("{} is already past; choose a date after today.", full(date))))
        }
        () if date == today => Err(Error::refused(format!("{} is today; choose a date after it.", full(date)))),
        () if date > last => {
            Err(Error::refused(format!("Three years ahead is the most; choose a date up to {}.", full(last))))
        }
        () => Ok(date),
    }
}

/// The meaning of a text.
enum Meant {
    Date(Date),
    /// `3-1-2027` is in January for some people and in March for others.
    Either(Date, Date),
}

/// Suggested deadlines for a typed text, each with its label; the likeliest first.
pub fn offered(typed: &str, today: Date) -> Vec<(String, Date)> {
    let read = read(typed, today).ok().map(|date| (full(date), date));
    let number: Option<i64> = typed.trim().parse().ok().filter(|n| (1..=1_000).contains(n));
    let some = number.into_iter().flat_map(|n| [Unit::Weeks, Unit::Months, Unit::Years].map(|unit| (n, unit)));
    let is_open = number.is_none() && read.is_none();
    let usual = USUAL.into_iter().filter(|_| is_open);
    let span = |(n, unit): (i64, Unit)| Some((format!("in {}", named(n, unit)), today.checked_add(of(n, unit)?).ok()?));
    let typed = typed.trim().to_lowercase();
    let fits = |(name, date): &(String, Date)| {
        (number.is_some() || name.contains(&typed)) && self::read(&date.to_string(), today).is_ok()
    };
    let spans = some.chain(usual).filter_map(span).filter(fits);
    read.into_iter().chain(spans.map(|(name, date)| (format!("{name}: {}", full(date)), date))).collect()
}

/// `Friday 4 December 2026`
pub fn full(date: Date) -> String {
    format!("{} {}", format::day(date), date.year())
}

fn meant(words: &[Word<'_>], today: Date) -> Option<Meant> {
    use Word::{Number, Weekday, Year};
    match *words {
        [Number(first), Number(second), Year(year)] => match (date(year, second, first), date(year, first, second)) {
            (Some(one), Some(other)) if one != other => Some(Meant::Either(one, other)),
            (one, other) => one.or(other).map(Meant::Date),
        },
        // A weekday next to a date must fit that date.
        [Weekday(day), ref rest @ ..] if !rest.is_empty() => {
            meant(rest, today).filter(|meant| matches!(meant, Meant::Date(date) if date.weekday() == day))
        }
        _ => of_words(words, today).map(Meant::Date),
    }
}

fn of_words(words: &[Word<'_>], today: Date) -> Option<Date> {
    use Word::{Dotted, Month, Number, Other, Weekday, Year};
    let after = |n: i64, unit: Unit| today.checked_add(of(n, unit)?).ok();
    match *words {
        [Year(year), Number(month), Number(day)] => date(year, month, day),
        [Dotted(day), Dotted(month), Year(year)] => date(year, month, day),
        [Year(year), Number(month)] => Some(date(year, month, 1)?.last_of_month()),
        [Number(n), Word::Unit(unit)] => after(n, unit),
        [Other("half"), Word::Unit(Unit::Years)] | [Other("half"), Number(1), Word::Unit(Unit::Years)] => {
            after(6, Unit::Months)
        }
        [Other("next"), Word::Unit(unit)] => after(1, unit),
        [Other("tomorrow")] => after(1, Unit::Days),
        [Other("end"), Word::Unit(Unit::Months)] => Some(today.last_of_month()),
        [Other("end"), Word::Unit(Unit::Years)] => Some(today.last_of_year()),
        [Other("end"), Year(year)] => date(year, 12, 31),
        [Month(month)] | [Other("end"), Month(month)] => {
            coming(today, |year| Some(date(year, month.into(), 1)?.last_of_month()))
        }
        [Month(month), Year(year)] | [Other("end"), Month(month), Year(year)] => {
            Some(date(year, month.into(), 1)?.last_of_month())
        }
        [Number(day) | Dotted(day), Month(month)] | [Month(month), Number(day)] => {
            coming(today, |year| date(year, month.into(), day))
        }
        [Number(day) | Dotted(day), Month(month), Year(year)]
        | [Month(month), Number(day) | Dotted(day), Year(year)] => date(year, month.into(), day),
        // `1 March 27`
        [Number(day) | Dotted(day), Month(month), Number(year)] if year > 12 => date(2_000 + year, month.into(), day),
        [Weekday(day)] | [Other("next"), Weekday(day)] => today.nth_weekday(1, day).ok(),
        _ => None,
    }
}

/// The words of a text, without ignored ones. `3months` is two words, `1st` is one. `None` if any part is unknown, such
/// as a sign before a number.
fn split(text: &str) -> Option<Vec<Word<'_>>> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    let mut joined = false;
    while let Some(first) = rest.chars().next() {
        let is_word =
            |c: char| c.is_alphanumeric() == first.is_alphanumeric() && c.is_ascii_digit() == first.is_ascii_digit();
        let end = if first.is_alphanumeric() { rest.find(|c| !is_word(c)) } else { Some(first.len_utf8()) };
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        match first {
            // A separator in a date, not a sign.
            '-' | '/' if joined && rest.starts_with(|c: char| c.is_alphanumeric()) => {}
            '.' if joined => {
                if let Some(Word::Number(day)) = words.last().cloned() {
                    words.pop();
                    words.push(Word::Dotted(day));
                }
            }
            '\'' | '’' => {
                let (year, after) = rest.split_at_checked(2)?;
                let is_year =
                    year.bytes().all(|b| b.is_ascii_digit()) && !after.starts_with(|c: char| c.is_alphanumeric());
                words.push(Word::Year(2_000 + year.parse::<i64>().ok().filter(|_| is_year)?));
                rest = after;
            }
            ',' => {}
            _ if first.is_whitespace() => {}
            _ if joined
                && matches!(part, "st" | "nd" | "rd" | "th")
                && matches!(words.last(), Some(Word::Number(_))) => {}
            _ if NOISE.contains(&part) => {}
            _ => words.push(word(part)?),
        }
        joined = first.is_alphanumeric();
    }
    Some(words)
}

fn word(text: &str) -> Option<Word<'_>> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let number = text.parse().ok()?;
        return Some(if text.len() == 4 { Word::Year(number) } else { Word::Number(number) });
    }
    let word = match text {
        "a" | "an" => Word::Number(1),
        "d" | "day" | "days" => Word::Unit(Unit::Days),
        "w" | "week" | "weeks" | "wk" | "wks" => Word::Unit(Unit::Weeks),
        "m" | "month" | "months" => Word::Unit(Unit::Months),
        "y" | "year" | "years" => Word::Unit(Unit::Years),
        "end" | "next" | "half" | "tomorrow" => Word::Other(text),
        _ if NUMBERS.contains(&text) => {
            Word::Number(i64::try_from(NUMBERS.iter().position(|name| *name == text)?).ok()? + 1)
        }
        _ => match (names::month(text), names::weekday(text).filter(|_| text.len() >= 3)) {
            (Some(month), _) => Word::Month(month),
            (_, Some(day)) => Word::Weekday(day),
            _ => return None,
        },
    };
    Some(word)
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The next occurrence of a yearly date. February 29 occurs within eight years.
fn coming(today: Date, of: impl Fn(i64) -> Option<Date>) -> Option<Date> {
    (0..=8).filter_map(|years| of(i64::from(today.year()) + years)).find(|date| *date > today)
}

fn of(n: i64, unit: Unit) -> Option<Span> {
    let span = Span::new();
    match unit {
        Unit::Days => span.try_days(n),
        Unit::Weeks => span.try_weeks(n),
        Unit::Months => span.try_months(n),
        Unit::Years => span.try_years(n),
    }
    .ok()
}

fn named(n: i64, unit: Unit) -> String {
    let thing = match unit {
        Unit::Days => "day",
        Unit::Weeks => "week",
        Unit::Months => "month",
        Unit::Years => "year",
    };
    list::count(n.unsigned_abs(), thing)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 21);

    #[test]
    fn dates_as_people_write_them() {
        let table = [
            ("2027-03-01", "2027-03-01"),
            (" 2027/3/1 ", "2027-03-01"),
            ("1.3.2027", "2027-03-01"),
            ("21/12/2026", "2026-12-21"),
            ("2027-02", "2027-02-28"),
            ("in 3 months", "2027-02-21"),
            ("3months", "2027-02-21"),
            ("three months from now", "2027-02-21"),
            ("6w", "2027-01-02"),
            ("within a year", "2027-11-21"),
            ("half a year", "2027-05-21"),
            ("in 10 days", "2026-12-01"),
            ("next month", "2026-12-21"),
            ("tomorrow", "2026-11-22"),
            ("End of March", "2027-03-31"),
            ("by the end of march 2028", "2028-03-31"),
            ("end of the month", "2026-11-30"),
            ("end of the year", "2026-12-31"),
            ("end of 2027", "2027-12-31"),
            ("March", "2027-03-31"),
            ("nov", "2026-11-30"),
            ("sept 2027", "2027-09-30"),
            ("1st of May", "2027-05-01"),
            ("May 1", "2027-05-01"),
            ("November 20", "2027-11-20"),
            ("March 1st, 2028", "2028-03-01"),
            ("29 February", "2028-02-29"),
            ("friday", "2026-11-27"),
            ("next Sat", "2026-11-28"),
            ("5-5-2027", "2027-05-05"),
            ("3/21/2027", "2027-03-21"),
            ("1 March '27", "2027-03-01"),
            ("1 March 27", "2027-03-01"),
            ("March ’27", "2027-03-31"),
            ("1. March 2027", "2027-03-01"),
            ("Monday, 1 March 2027", "2027-03-01"),
            ("Monday 1 March", "2027-03-01"),
        ];
        for (text, wanted) in table {
            assert_eq!(read(text, TODAY).map(|date| date.to_string()).ok().as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_deadline_is_refused_plainly() {
        let refused = |text: &str| read(text, TODAY).expect_err(text).to_string();
        for text in [
            "",
            "soon",
            "30 February",
            "2027-13-01",
            "in 99999999999999 years",
            "½",
            "in -5 days",
            "-5 days",
            "in −5 days",
            "in - 5 days",
            "+5 days",
            "~5 days",
            "5 days ago",
            "Tuesday 1 March 2027",
            "1 March 2027!",
            "3 months 2 weeks",
            "March '2027",
        ] {
            assert!(refused(text).starts_with("That is no date; write one like"), "{text}: {}", refused(text));
        }
        assert_eq!(refused("2026-11-21"), "Saturday 21 November 2026 is today; choose a date after it.");
        assert_eq!(refused("1.1.1999"), "Friday 1 January 1999 is already past; choose a date after today.");
        for text in ["3-1-2027", "3/1/2027"] {
            let either = "That can be Sunday 3 January 2027 or Monday 1 March 2027; write 2027-01-03 or 2027-03-01.";
            assert_eq!(refused(text), either);
        }
        let far = "Three years ahead is the most; choose a date up to Wednesday 21 November 2029.";
        assert_eq!(refused("in 4 years"), far);
    }

    #[test]
    fn deadlines_are_offered() {
        let names = |typed: &str| {
            offered(typed, TODAY).into_iter().map(|(name, date)| format!("{name} → {date}")).collect::<Vec<_>>()
        };
        assert_eq!(names("").len(), 5);
        assert_eq!(names("")[0], "in 1 month: Monday 21 December 2026 → 2026-12-21");
        assert_eq!(names("in 3"), ["in 3 months: Sunday 21 February 2027 → 2027-02-21"]);
        assert_eq!(
            names("8"),
            ["in 8 weeks: Saturday 16 January 2027 → 2027-01-16", "in 8 months: Wednesday 21 July 2027 → 2027-07-21"]
        );
        assert_eq!(names("end of march"), ["Wednesday 31 March 2027 → 2027-03-31"]);
        assert_eq!(names("zzz"), [""; 0]);
    }

    /// Without any one of its words, a text has another meaning or none.
    #[test]
    fn every_word_counts() {
        let word =
            "(1|2|5|13|27|2027|'28|a|half|tomorrow|day|weeks|month|year|march|may|friday|monday|ago|not|-3|[+]2)";
        proptest::proptest!(|(words in proptest::collection::vec(word, 1..5))| {
            let said = |words: &[String]| read(&words.join(" "), TODAY).ok();
            if let Some(date) = said(&words) {
                for at in 0..words.len() {
                    let mut fewer = words.clone();
                    let left_out = fewer.remove(at);
                    // A weekday repeats its date, a year may be the next one anyway, and “half a year” is “half year”.
                    let again = words[0] == "half"
                        || ["friday", "monday", "2027", "27"].contains(&left_out.as_str()) && words.len() > 1;
                    proptest::prop_assert!(again || said(&fewer) != Some(date), "{words:?} without {left_out}");
                }
            }
        });
    }

    #[test]
    fn any_text_is_read_or_refused() {
        proptest::proptest!(|(text in "(end|next|half|in|a|of|[0-9]{1,20}|may|month|year|[-/. ]|\\PC){0,8}", days in 0_i64..40_000)| {
            let today = Date::constant(1970, 1, 1).saturating_add(days.days());
            if let Ok(date) = read(&text, today) {
                assert!(date > today && date <= today.saturating_add(FURTHEST.years()));
            }
            assert!(offered(&text, today).len() <= 25);
        });
        for end in [Date::MIN, Date::MAX] {
            let _ = (read("in 3 months", end), offered("", end), read("friday", end), read("March", end));
        }
    }
}
