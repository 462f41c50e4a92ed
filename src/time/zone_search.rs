//! Finds a time zone from what people type: cities, countries, abbreviations, offsets, typing errors (pure).
//!
//! A zone is certain only if the text is its exact name or the only large place with that name. If not, we ask.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use super::zone::Zone;
use crate::{Error, Result};

/// The most suggestions in a refusal.
const MENTIONED: usize = 3;
/// With fewer letters, too many names match for a guess.
const TELLING: usize = 3;
/// With this many letters, the start of a word in `places.txt` may be guessed.
const LONG_ENOUGH: usize = 5;
/// Words after a place that only mean “time zone”.
const ZONE_WORDS: [&str; 6] = ["time", "timezone", "zone", "standard", "daylight", "summer"];

/// Zones with many people, one for each rule, from west to east. Suggested before anything is typed.
pub const POPULAR: [&str; 24] = [
    "America/Los_Angeles",
    "America/Denver",
    "America/Mexico_City",
    "America/Chicago",
    "America/Bogota",
    "America/New_York",
    "America/Toronto",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Europe/London",
    "Africa/Lagos",
    "Europe/Berlin",
    "Europe/Paris",
    "Africa/Cairo",
    "Europe/Istanbul",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
];

/// Regions whose zones are places. The database also holds older names.
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// The content of `places.txt` and of the zone database.
static PLACES: LazyLock<Places> = LazyLock::new(Places::read);

struct Places {
    /// Words that are not zone names, and the zones that they may mean.
    words: HashMap<&'static str, Meant>,
    /// The same words, in file order.
    in_order: Vec<&'static str>,
    /// Cities that are too small, or have too common a name, to be certain.
    small: HashSet<String>,
    /// Every name in the database, by its lower-case form.
    names: HashMap<String, String>,
    /// The names that may be suggested.
    offered: Vec<Name>,
}

/// The meaning of a text.
#[derive(Debug, Clone)]
enum Meant {
    /// One zone, certainly.
    Sure(&'static str),
    /// One of these zones, likeliest first.
    Maybe(Vec<&'static str>),
}

struct Name {
    name: String,
    plain: String,
    city: String,
}

impl Places {
    fn read() -> Self {
        let (mut words, mut in_order) = (HashMap::new(), Vec::new());
        let (mut small, mut old) = (HashSet::new(), HashSet::new());
        for line in include_str!("places.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(cities) = line.strip_prefix("! ") {
                small.extend(cities.split(' ').map(plain));
            } else if let Some(names) = line.strip_prefix("~ ") {
                old.extend(names.split(' '));
            } else if let Some((names, zone)) = line.split_once(" = ") {
                in_order.extend(names.split(", "));
                words.extend(names.split(", ").map(|name| (name, Meant::Sure(zone))));
            } else if let Some((names, zones)) = line.split_once(" ? ") {
                in_order.extend(names.split(", "));
                words.extend(names.split(", ").map(|name| (name, Meant::Maybe(zones.split(' ').collect()))));
            }
        }
        let bundled = TimeZoneDatabase::bundled();
        let all: Vec<String> = bundled.available().map(|name| name.as_str().to_owned()).collect();
        let is_place = |name: &&String| name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region));
        let is_old = |name: &&String| old.contains(name.to_lowercase().as_str());
        let offered = all.iter().filter(is_place).filter(|name| !is_old(name)).cloned().chain(["UTC".to_owned()]);
        let mut offered: Vec<Name> = offered.map(Name::of).collect();
        offered.sort_by(|a, b| a.name.cmp(&b.name));
        // `Factory` is for a clock that nobody has set.
        let names = all.into_iter().filter(|name| name != "Factory").map(|name| (key(&name), name)).collect();
        Self { words, in_order, small, names, offered }
    }
}

impl Name {
    fn of(name: String) -> Self {
        let plain = plain(&name);
        let city = name.rsplit('/').next().map(self::plain).unwrap_or_default();
        Self { name, plain, city }
    }
}

impl Meant {
    fn zones(&self) -> &[&'static str] {
        match self {
            Self::Sure(zone) => std::slice::from_ref(zone),
            Self::Maybe(zones) => zones,
        }
    }
}

/// Normalises a text for comparison: lower case, only letters and digits, single spaces.
fn plain(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase).map(|c| if c.is_alphanumeric() { c } else { ' ' });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Normalises a zone name for comparison: punctuation is kept.
fn key(text: &str) -> String {
    text.trim().to_lowercase().replace(' ', "_")
}

/// The zone that a text certainly means.
///
/// # Errors
/// Refused, with suggestions, if no zone is certain.
pub fn read(text: &str, now: Timestamp) -> Result<Zone> {
    let text = text.trim();
    let found = match meant(text, now) {
        Some(Meant::Sure(name)) if let Some(zone) = Zone::named(name) => return Ok(zone),
        Some(meant) => meant.zones().to_vec(),
        None if plain(text).chars().count() < TELLING => Vec::new(),
        None => near(text, LONG_ENOUGH),
    };
    let shown: String = text.chars().take(40).collect();
    let known = found.into_iter().filter(|name| Zone::named(name).is_some());
    let names: Vec<&str> = known.take(MENTIONED).collect();
    Err(Error::refused(match names.as_slice() {
        [] => format!("“{shown}” is no time zone; write a large city near you, or a name like Europe/Berlin."),
        [one] => format!("“{shown}” is no time zone; did you mean {one}?"),
        [most @ .., last] => {
            format!("“{shown}” can be several time zones; did you mean {} or {last}?", most.join(", "))
        }
    }))
}

/// Up to `most` zones that a text may mean, likeliest first; for an empty text, the popular ones.
pub fn suggest(text: &str, now: Timestamp, most: usize) -> Vec<&'static str> {
    if text.trim().is_empty() {
        return POPULAR.into_iter().chain(["UTC"]).take(most).collect();
    }
    let mut found = meant(text.trim(), now).map(|meant| meant.zones().to_vec()).unwrap_or_default();
    for name in near(text, 0) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    // The system's database may be older than the built-in one.
    found.into_iter().filter(|name| Zone::named(name).is_some()).take(most).collect()
}

/// The meaning of a whole text, if every word is known.
fn meant(text: &str, now: Timestamp) -> Option<Meant> {
    let words = stripped(plain(text));
    // `WEST` is in the database only by chance; `US/Pacific` is not.
    let asks = !text.contains('/') && matches!(PLACES.words.get(words.as_str()), Some(Meant::Maybe(_)));
    if let Some(name) = PLACES.names.get(&key(text)).filter(|_| !asks) {
        return Some(Meant::Sure(name));
    }
    if text.ends_with(['+', '-', '−']) {
        return None;
    }
    place(&words).or_else(|| offset(text).map(|ahead| at_offset(text, ahead, now))).or_else(|| within(text))
}

/// A place without further words.
fn place(words: &str) -> Option<Meant> {
    if let Some(meant) = PLACES.words.get(words) {
        return Some(meant.clone());
    }
    let cities: Vec<&'static str> =
        PLACES.offered.iter().filter(|name| name.city == words).map(|name| name.name.as_str()).collect();
    match cities.as_slice() {
        [] => None,
        [one] if !PLACES.small.contains(words) => Some(Meant::Sure(one)),
        _ => Some(Meant::Maybe(cities)),
    }
}

/// A place and its region: `New York, USA`, `Davis (California)`, `Paris France`.
fn within(text: &str) -> Option<Meant> {
    let marks = [',', '(', ';', ' '];
    let splits = marks.into_iter().filter_map(|mark| text.split_once(mark).map(|_| text.rsplit_once(mark))).flatten();
    splits.filter_map(|(inner, outer)| part(&plain(inner), &plain(outer))).next()
}

fn part(inner: &str, outer: &str) -> Option<Meant> {
    let outer = PLACES.words.get(outer).cloned().or_else(|| place(outer))?;
    // An unknown place may still be in that region, but only the person knows.
    let Some(inner) = place(inner) else { return Some(Meant::Maybe(outer.zones().to_vec())) };
    let both: Vec<&str> = inner.zones().iter().copied().filter(|zone| outer.zones().contains(zone)).collect();
    Some(match both.as_slice() {
        [one] => Meant::Sure(one),
        [] => Meant::Maybe(outer.zones().iter().chain(inner.zones()).copied().collect()),
        _ => Meant::Maybe(both),
    })
}

/// Removes the words that only mean “time zone”.
fn stripped(mut words: String) -> String {
    while let Some((rest, last)) = words.rsplit_once(' ')
        && ZONE_WORDS.contains(&last)
    {
        words.truncate(rest.len());
    }
    words
}

/// Zones with this UTC offset now. Only UTC itself is certain.
fn at_offset(text: &str, ahead: i32, now: Timestamp) -> Meant {
    if ahead == 0 && text.starts_with(|c: char| c.is_alphabetic()) {
        return Meant::Sure("UTC");
    }
    let same = |name: &&'static str| Zone::named(name).is_some_and(|zone| zone.ahead(now) == ahead);
    let mut zones: Vec<&'static str> = POPULAR.into_iter().filter(same).collect();
    let others = PLACES.offered.iter().map(|name| name.name.as_str()).filter(same);
    zones.extend(others.filter(|name| !POPULAR.contains(name)));
    Meant::Maybe(zones)
}

/// Names similar to the typed text, nearest first. A text with fewer letters than `least` does not match the start of a
/// word from `places.txt`.
fn near(text: &str, least: usize) -> Vec<&'static str> {
    let typed = plain(text);
    let mut found: Vec<(u8, &'static str)> = Vec::new();
    let mut add = |rank: u8, name: &'static str| match found.iter_mut().find(|(_, known)| *known == name) {
        Some(known) => known.0 = known.0.min(rank),
        None => found.push((rank, name)),
    };
    if typed.is_empty() {
        return Vec::new();
    }
    let is_long = typed.chars().count() >= least;
    for word in &PLACES.in_order {
        let Some(meant) = PLACES.words.get(word) else { continue };
        // For a typing error, guess only words with a certain meaning.
        let fits = |rank: &u8| match rank {
            0 => true,
            3 => matches!(meant, Meant::Sure(_)),
            _ => is_long,
        };
        if let Some(rank) = distance(&typed, word).filter(fits) {
            meant.zones().iter().for_each(|zone| add(2 * rank + 1, zone));
        }
    }
    for name in &PLACES.offered {
        let ranks = [distance(&typed, &name.city), distance(&typed, &name.plain)];
        if let Some(rank) = ranks.into_iter().flatten().min() {
            add(2 * rank, &name.name);
        }
    }
    found.sort_by_key(|(rank, name)| (*rank, !POPULAR.contains(name)));
    found.into_iter().map(|(_, name)| name).collect()
}

/// 0: equal. 1: the start of the name. 2: the start of a word in it. 3: typing errors, one in a short name and two in a
/// long one.
fn distance(typed: &str, name: &str) -> Option<u8> {
    let letters = typed.chars().count();
    let slips = if letters < 9 { 1 } else { 2 };
    match () {
        () if typed == name => Some(0),
        () if name.starts_with(typed) => Some(1),
        () if name.match_indices(typed).any(|(at, _)| name[..at].ends_with(' ')) => Some(2),
        // If the lengths differ by more than the allowed errors, skip the comparison: its time is their product.
        () if letters < 4 || name.len() < 4 || letters.abs_diff(name.chars().count()) > slips => None,
        () if strsim::osa_distance(typed, name) <= slips => Some(3),
        () => None,
    }
}

/// The UTC offset in seconds of `UTC+2`, `+05:30`, `GMT - 3`, `UTC−03:00`, `UTC+5.5` or `+0200`.
fn offset(text: &str) -> Option<i32> {
    let text = text.to_ascii_uppercase().replace(['−', '–', '—', '‐', '‑'], "-");
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT"));
    let (sign, digits) = match (rest, rest.unwrap_or(&text).split_at_checked(1)?) {
        (_, ("+", digits)) => (1, digits),
        (_, ("-", digits)) => (-1, digits),
        // `UTC0100`
        (Some(digits), _) => (1, digits),
        (None, _) => return None,
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (hours, minutes) = match digits.split_once([':', '.', ',']) {
        Some((hours, minutes)) if digits.contains(':') => (hours, minutes.to_owned()),
        Some((hours, part)) => {
            let quarter =
                [("0", "0"), ("25", "15"), ("5", "30"), ("75", "45")].iter().find(|(of_ten, _)| *of_ten == part)?;
            (hours, quarter.1.to_owned())
        }
        None if digits.len() > 2 => {
            let (hours, minutes) = digits.split_at_checked(digits.len() - 2)?;
            (hours, minutes.to_owned())
        }
        None => (digits, "0".to_owned()),
    };
    if !is_digits(hours) || !is_digits(&minutes) || hours.len() > 2 || minutes.len() > 2 {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn said(text: &str) -> String {
        match read(text, now()) {
            Ok(zone) => zone.name().to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn people_write_their_zones_in_many_ways() {
        for (text, expected) in [
            ("Europe/Berlin", "Europe/Berlin"),
            (" europe/berlin ", "Europe/Berlin"),
            ("us/pacific", "US/Pacific"),
            ("gmt", "GMT"),
            ("etc/gmt+5", "Etc/GMT+5"),
            ("Etc/GMT-5", "Etc/GMT-5"),
            ("america/new york", "America/New_York"),
            ("Asia/Calcutta", "Asia/Calcutta"),
            ("Australia/West", "Australia/West"),
            ("UTC", "UTC"),
            ("utc+0", "UTC"),
            ("New York", "America/New_York"),
            ("new_york", "America/New_York"),
            ("New York, USA", "America/New_York"),
            ("London, UK", "Europe/London"),
            ("London (England)", "Europe/London"),
            ("Paris France", "Europe/Paris"),
            ("Davis, California", "America/Los_Angeles"),
            ("San Juan, Puerto Rico", "America/Puerto_Rico"),
            ("Berlin time", "Europe/Berlin"),
            ("Buenos Aires", "America/Argentina/Buenos_Aires"),
            ("Mumbai", "Asia/Kolkata"),
            ("Calcutta", "Asia/Kolkata"),
            ("Saigon", "Asia/Ho_Chi_Minh"),
            ("Kyiv", "Europe/Kyiv"),
            ("Kiev", "Europe/Kyiv"),
            ("japan", "Asia/Tokyo"),
            ("egypt", "Africa/Cairo"),
            ("Osaka", "Asia/Tokyo"),
            ("Ankara", "Europe/Istanbul"),
            ("Calgary", "America/Edmonton"),
            ("Taiwan", "Asia/Taipei"),
            ("san francisco", "America/Los_Angeles"),
        ] {
            // A text that is a zone's whole name gets that name.
            let said = said(text);
            assert!(said == expected || text.eq_ignore_ascii_case(&said), "{text}: {said}");
        }
    }

    #[test]
    fn what_is_not_certain_is_asked_back() {
        for (text, first) in [
            ("WEST", "Europe/Lisbon, Atlantic/Canary or Africa/Casablanca?"),
            ("CET", "Europe/Berlin, Europe/Paris or Europe/Madrid?"),
            ("EST", "America/New_York, America/Toronto or America/Panama?"),
            ("ET", "America/New_York, America/Toronto or America/Detroit?"),
            ("Eastern Standard Time", "America/New_York, America/Toronto or America/Detroit?"),
            ("IST", "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem?"),
            ("HKT", "Asia/Hong_Kong?"),
            ("PKT", "Asia/Karachi?"),
            ("LA", "America/Los_Angeles or Asia/Vientiane?"),
            ("Davis", "America/Los_Angeles or Antarctica/Davis?"),
            ("Norfolk", "America/New_York, Europe/London or Pacific/Norfolk?"),
            ("Victoria", "America/Vancouver, Australia/Melbourne or Indian/Mahe?"),
            ("San Juan", "America/Puerto_Rico or America/Argentina/San_Juan?"),
            ("Petersburg", "Europe/Moscow, America/New_York or America/Indiana/Petersburg?"),
            ("South", "Australia/Adelaide?"),
            ("Troll", "Antarctica/Troll?"),
            ("USA", "America/New_York, America/Chicago or America/Denver?"),
            ("London, Ontario", "America/Toronto or Europe/London?"),
            ("Belrin", "Europe/Berlin?"),
            ("UTC+2", "Africa/Cairo, Africa/Blantyre or Africa/Bujumbura?"),
            ("UTC+0200", "Africa/Cairo, Africa/Blantyre or Africa/Bujumbura?"),
            ("+0200", "Africa/Cairo, Africa/Blantyre or Africa/Bujumbura?"),
            ("gmt + 2", "Africa/Cairo, Africa/Blantyre or Africa/Bujumbura?"),
            ("UTC−3", "America/Sao_Paulo, America/Argentina/Buenos_Aires or America/Araguaina?"),
            ("UTC–03:00", "America/Sao_Paulo, America/Argentina/Buenos_Aires or America/Araguaina?"),
            ("+5.5", "Asia/Kolkata or Asia/Colombo?"),
            ("+05:45", "Asia/Kathmandu?"),
            ("UTC0100", "Africa/Lagos, Europe/Berlin or Europe/Paris?"),
        ] {
            let said = said(text);
            assert!(
                said.starts_with(&format!("“{text}” ")) && said.ends_with(&format!("did you mean {first}")),
                "{said}"
            );
        }
        for text in ["Mars", "", "🙂", "<@1> **x**", "Atlantis", "Factory", "+99", "UTC+2:75", "xq", "-", "+é"] {
            let none = format!("“{text}” is no time zone; write a large city near you, or a name like Europe/Berlin.");
            assert_eq!(said(text), none);
        }
    }

    #[test]
    fn every_name_in_the_tables_is_a_zone() {
        let places = &*PLACES;
        for zone in POPULAR.iter().chain(places.words.values().flat_map(Meant::zones)) {
            assert!(Zone::named(zone).is_some(), "{zone}");
        }
        assert!(places.in_order.iter().all(|word| *word == plain(word)));
        assert_eq!(places.in_order.len(), places.words.len(), "a word stands twice");
    }

    #[test]
    fn suggestions_begin_with_the_likeliest() {
        assert_eq!(suggest("", now(), 25).len(), 25);
        assert_eq!(suggest("ber", now(), 3)[0], "Europe/Berlin");
        assert_eq!(suggest("new york", now(), 1), ["America/New_York"]);
        assert_eq!(suggest("europe/", now(), 25).len(), 25);
        assert_eq!(suggest("kat", now(), 9).iter().filter(|name| name.contains("/Kat")).count(), 1);
        assert_eq!(suggest("mum", now(), 1), ["Asia/Kolkata"]);
        assert!(suggest("x".repeat(4_000).as_str(), now(), 25).is_empty());
    }

    proptest::proptest! {
        /// Any text is read or refused, and gets at most the requested suggestions.
        #[test]
        fn nothing_typed_is_too_odd(text in "(utc|gmt|[-+−]|[0-9:.]{1,4}|[a-z]{1,4}|[, (]|\\PC){0,8}") {
            let _ = read(&text, now());
            proptest::prop_assert!(suggest(&text, now(), 25).len() <= 25);
        }
    }
}
