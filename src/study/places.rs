//! Time zones as people write them: cities, abbreviations, offsets, slips of the pen (pure).

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use super::zone::Zone;
use crate::{Error, Result};

/// The most suggestions in a refusal.
const MENTIONED: usize = 3;

/// Zones many people live in, one for each rule: what is offered before anything is typed, west to east.
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

/// What people call their zone that its name does not: cities and countries, lower case.
const ALIASES: [(&str, &str); 75] = [
    ("abuja", "Africa/Lagos"),
    ("ahmedabad", "Asia/Kolkata"),
    ("argentina", "America/Argentina/Buenos_Aires"),
    ("atlanta", "America/New_York"),
    ("austin", "America/Chicago"),
    ("austria", "Europe/Vienna"),
    ("bangalore", "Asia/Kolkata"),
    ("bangladesh", "Asia/Dhaka"),
    ("barcelona", "Europe/Madrid"),
    ("basel", "Europe/Zurich"),
    ("bavaria", "Europe/Berlin"),
    ("beijing", "Asia/Shanghai"),
    ("belgium", "Europe/Brussels"),
    ("bengaluru", "Asia/Kolkata"),
    ("bombay", "Asia/Kolkata"),
    ("boston", "America/New_York"),
    ("brasilia", "America/Sao_Paulo"),
    ("brazil", "America/Sao_Paulo"),
    ("california", "America/Los_Angeles"),
    ("canberra", "Australia/Sydney"),
    ("cape town", "Africa/Johannesburg"),
    ("chennai", "Asia/Kolkata"),
    ("china", "Asia/Shanghai"),
    ("cologne", "Europe/Berlin"),
    ("dallas", "America/Chicago"),
    ("delhi", "Asia/Kolkata"),
    ("edinburgh", "Europe/London"),
    ("england", "Europe/London"),
    ("ethiopia", "Africa/Addis_Ababa"),
    ("florida", "America/New_York"),
    ("france", "Europe/Paris"),
    ("frankfurt", "Europe/Berlin"),
    ("geneva", "Europe/Zurich"),
    ("germany", "Europe/Berlin"),
    ("glasgow", "Europe/London"),
    ("hamburg", "Europe/Berlin"),
    ("hanoi", "Asia/Bangkok"),
    ("houston", "America/Chicago"),
    ("hyderabad", "Asia/Kolkata"),
    ("india", "Asia/Kolkata"),
    ("indonesia", "Asia/Jakarta"),
    ("islamabad", "Asia/Karachi"),
    ("italy", "Europe/Rome"),
    ("kenya", "Africa/Nairobi"),
    ("korea", "Asia/Seoul"),
    ("kyiv", "Europe/Kyiv"),
    ("lahore", "Asia/Karachi"),
    ("miami", "America/New_York"),
    ("milan", "Europe/Rome"),
    ("montreal", "America/Toronto"),
    ("mumbai", "Asia/Kolkata"),
    ("munich", "Europe/Berlin"),
    ("netherlands", "Europe/Amsterdam"),
    ("new delhi", "Asia/Kolkata"),
    ("nigeria", "Africa/Lagos"),
    ("ottawa", "America/Toronto"),
    ("pakistan", "Asia/Karachi"),
    ("philadelphia", "America/New_York"),
    ("philippines", "Asia/Manila"),
    ("poland", "Europe/Warsaw"),
    ("pune", "Asia/Kolkata"),
    ("rio de janeiro", "America/Sao_Paulo"),
    ("saigon", "Asia/Ho_Chi_Minh"),
    ("san diego", "America/Los_Angeles"),
    ("san francisco", "America/Los_Angeles"),
    ("seattle", "America/Los_Angeles"),
    ("shenzhen", "Asia/Shanghai"),
    ("spain", "Europe/Madrid"),
    ("switzerland", "Europe/Zurich"),
    ("texas", "America/Chicago"),
    ("turkey", "Europe/Istanbul"),
    ("uk", "Europe/London"),
    ("usa", "America/New_York"),
    ("vietnam", "Asia/Ho_Chi_Minh"),
    ("washington", "America/New_York"),
];

/// Abbreviations, lower case, and whom they may mean; likeliest first.
const ABBREVIATIONS: [(&str, &[&str]); 31] = [
    ("aedt", &["Australia/Sydney", "Australia/Melbourne"]),
    ("aest", &["Australia/Sydney", "Australia/Brisbane", "Australia/Melbourne"]),
    ("akst", &["America/Anchorage"]),
    ("art", &["America/Argentina/Buenos_Aires"]),
    ("ast", &["America/Halifax", "Asia/Riyadh"]),
    ("awst", &["Australia/Perth"]),
    ("brt", &["America/Sao_Paulo"]),
    ("bst", &["Europe/London", "Asia/Dhaka"]),
    ("cat", &["Africa/Maputo", "Africa/Lusaka"]),
    ("cdt", &["America/Chicago", "America/Havana"]),
    ("cest", &["Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome"]),
    ("cet", &["Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Africa/Lagos"]),
    ("cst", &["America/Chicago", "Asia/Shanghai", "America/Mexico_City", "America/Havana"]),
    ("eat", &["Africa/Nairobi"]),
    ("edt", &["America/New_York", "America/Toronto"]),
    ("eest", &["Europe/Athens", "Europe/Kyiv", "Europe/Helsinki", "Europe/Bucharest"]),
    ("eet", &["Europe/Athens", "Europe/Kyiv", "Europe/Helsinki", "Africa/Cairo"]),
    ("est", &["America/New_York", "America/Toronto", "America/Panama"]),
    ("hst", &["Pacific/Honolulu"]),
    ("ict", &["Asia/Bangkok"]),
    ("ist", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("jst", &["Asia/Tokyo"]),
    ("kst", &["Asia/Seoul"]),
    ("mdt", &["America/Denver"]),
    ("msk", &["Europe/Moscow"]),
    ("mst", &["America/Denver", "America/Phoenix"]),
    ("pdt", &["America/Los_Angeles"]),
    ("pkt", &["Asia/Karachi"]),
    ("pst", &["America/Los_Angeles", "Asia/Manila"]),
    ("sgt", &["Asia/Singapore"]),
    ("wat", &["Africa/Lagos"]),
];

/// Regions whose names are places; the database holds older forms beside them.
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// The names that are suggested, each with how people may write it and its city alone.
static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let bundled = TimeZoneDatabase::bundled();
    let names = bundled.available().map(|name| name.as_str().to_owned());
    let places = names.filter(|name| name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region)));
    let mut all: Vec<Name> = places.chain(["UTC".to_owned()]).map(Name::of).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
});

struct Name {
    name: String,
    plain: String,
    city: String,
}

impl Name {
    fn of(name: String) -> Self {
        let plain = plain(&name);
        let city = name.rsplit('/').next().map(self::plain).unwrap_or_default();
        Self { name, plain, city }
    }
}

/// What was typed, as it is compared: lower case, words apart by one space.
fn plain(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase).map(|c| if c.is_alphanumeric() { c } else { ' ' });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The zone that a text names beyond doubt: by its IANA name in any case, as a city, or as one abbreviation.
///
/// # Errors
/// Refused with suggestions if there is none, or several.
pub fn read(text: &str, now: Timestamp) -> Result<Zone> {
    let text = text.trim();
    let abbreviated = ABBREVIATIONS.iter().any(|(short, _)| text.eq_ignore_ascii_case(short));
    if let Some(zone) = Zone::named(text).filter(|_| !abbreviated) {
        return Ok(zone);
    }
    let found = ranked(text, now);
    if let Some(zone) = sure(&found, now) {
        return Ok(zone);
    }
    let shown: String = text.chars().take(40).collect();
    let names: Vec<&str> = found.iter().take(MENTIONED).map(|(_, name)| *name).collect();
    Err(Error::refused(match names.as_slice() {
        [] => format!("“{shown}” is no time zone; write a large city near you, or a name like Europe/Berlin."),
        [one] => format!("“{shown}” is no time zone; did you mean {one}?"),
        [most @ .., last] => {
            format!("“{shown}” can be several time zones; did you mean {} or {last}?", most.join(", "))
        }
    }))
}

/// The one zone that is meant: the only one that says what was typed, or one of several names of the same city.
fn sure(found: &[(u8, &'static str)], now: Timestamp) -> Option<Zone> {
    let said: Vec<&str> = found.iter().filter(|(rank, _)| *rank == 0).map(|(_, name)| *name).collect();
    let zones: Vec<Zone> = said.iter().filter_map(|name| Zone::named(name)).collect();
    let city = |zone: &Zone| zone.name().rsplit('/').next().map(plain);
    let first = zones.first()?;
    let alike = |zone: &Zone| zone == first || city(zone) == city(first) && zone.ahead(now) == first.ahead(now);
    let known = zones.iter().find(|zone| POPULAR.contains(&zone.name()));
    zones.iter().all(alike).then(|| known.unwrap_or(first).clone())
}

/// The names of up to `most` zones that a text may mean, likeliest first; without a text, the popular ones.
pub fn suggest(text: &str, now: Timestamp, most: usize) -> Vec<&'static str> {
    if text.trim().is_empty() {
        return POPULAR.into_iter().chain(["UTC"]).take(most).collect();
    }
    // A system may have an older database than the one in the program.
    let known = ranked(text, now).into_iter().map(|(_, name)| name).filter(|name| Zone::named(name).is_some());
    known.take(most).collect()
}

/// Names with how far they are from what was typed: 0 is what it says.
fn ranked(text: &str, now: Timestamp) -> Vec<(u8, &'static str)> {
    let typed = plain(text);
    let mut found: Vec<(u8, &'static str)> = Vec::new();
    let mut add = |rank: u8, name: &'static str| match found.iter_mut().find(|(_, known)| *known == name) {
        Some(known) => known.0 = known.0.min(rank),
        None => found.push((rank, name)),
    };
    if typed.is_empty() {
        return found;
    }
    if let Some((_, zones)) = ABBREVIATIONS.iter().find(|(short, _)| *short == typed) {
        // In order of likelihood; nothing else is meant by it.
        return zones.iter().map(|zone| (0, *zone)).collect();
    }
    if let Some(ahead) = offset(text) {
        let same = |name: &&&str| Zone::named(name).is_some_and(|zone| zone.ahead(now) == ahead);
        POPULAR.iter().filter(same).for_each(|zone| add(1, zone));
        NAMES.iter().map(|name| name.name.as_str()).filter(|name| same(&&&**name)).for_each(|zone| add(2, zone));
    }
    for (alias, zone) in ALIASES {
        if let Some(rank) = distance(&typed, alias) {
            add(rank, zone);
        }
    }
    for name in NAMES.iter() {
        let ranks = [distance(&typed, &name.city), distance(&typed, &name.plain)];
        if let Some(rank) = ranks.into_iter().flatten().min() {
            add(rank, &name.name);
        }
    }
    found.sort_by_key(|(rank, name)| (*rank, !POPULAR.contains(name)));
    found
}

/// 0 the same, 1 its beginning, 2 the beginning of a word of it, 3 a slip of the pen.
fn distance(typed: &str, name: &str) -> Option<u8> {
    let slips = if name.chars().count() < 6 { 1 } else { 2 };
    match () {
        () if typed == name => Some(0),
        () if name.starts_with(typed) => Some(1),
        () if name.match_indices(typed).any(|(at, _)| name[..at].ends_with(' ')) => Some(2),
        () if typed.chars().count() >= 4 && strsim::osa_distance(typed, name) <= slips => Some(3),
        () => None,
    }
}

/// The seconds ahead of UTC that `UTC+2`, `+05:30` or `GMT-3` say.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim().to_ascii_uppercase();
    let signed = text.trim_start_matches("UTC").trim_start_matches("GMT").trim();
    let (sign, digits) = match signed.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "−", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 3600 + minutes * 60))
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
            ("New York", "America/New_York"),
            ("new_york", "America/New_York"),
            ("Buenos Aires", "America/Argentina/Buenos_Aires"),
            ("Mumbai", "Asia/Kolkata"),
            ("san francisco", "America/Los_Angeles"),
            ("UTC", "UTC"),
            ("Etc/GMT+5", "Etc/GMT+5"),
            ("PKT", "Asia/Karachi"),
            ("CET", "“CET” can be several time zones; did you mean Europe/Berlin, Europe/Paris or Europe/Madrid?"),
            ("IST", "“IST” can be several time zones; did you mean Asia/Kolkata, Europe/Dublin or Asia/Jerusalem?"),
            (
                "EST",
                "“EST” can be several time zones; did you mean America/New_York, America/Toronto or America/Panama?",
            ),
            ("Belrin", "“Belrin” is no time zone; did you mean Europe/Berlin?"),
            ("Mars", "“Mars” is no time zone; write a large city near you, or a name like Europe/Berlin."),
            ("+05:45", "“+05:45” can be several time zones; did you mean Asia/Kathmandu or Asia/Katmandu?"),
            (
                "UTC+2",
                "“UTC+2” can be several time zones; did you mean Africa/Cairo, Africa/Blantyre or Africa/Bujumbura?",
            ),
            ("", "“” is no time zone; write a large city near you, or a name like Europe/Berlin."),
            ("🙂", "“🙂” is no time zone; write a large city near you, or a name like Europe/Berlin."),
            ("<@1> **x**", "“<@1> **x**” is no time zone; write a large city near you, or a name like Europe/Berlin."),
        ] {
            let said = said(text);
            assert_eq!(said, expected, "{text}");
        }
    }

    #[test]
    fn every_name_in_the_tables_is_a_zone() {
        let aliases = ALIASES.iter().map(|(_, zone)| zone);
        let abbreviations = ABBREVIATIONS.iter().flat_map(|(_, zones)| zones.iter());
        for zone in POPULAR.iter().chain(aliases).chain(abbreviations) {
            assert!(Zone::named(zone).is_some(), "{zone}");
        }
        assert!(ALIASES.iter().all(|(alias, _)| *alias == plain(alias)));
        assert!(ALIASES.is_sorted() && ABBREVIATIONS.is_sorted_by_key(|(short, _)| short));
    }

    #[test]
    fn suggestions_begin_with_the_likeliest() {
        assert_eq!(suggest("", now(), 25).len(), 25);
        assert_eq!(suggest("ber", now(), 3), ["Europe/Berlin", "Atlantic/Bermuda"]);
        assert_eq!(suggest("europe/", now(), 25).len(), 25);
        assert!(suggest("x".repeat(4_000).as_str(), now(), 25).is_empty());
    }
}
