//! Laws for every history, tested on random histories in every zone.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{FLOOR, shown};
use crate::streak::ledger::{Ledger, View};
use crate::streak::outage::Outages;
use crate::streak::refusal::Refusal;
use crate::streak::run::DayState;
use crate::streak::state::{Act, StudyState};
use crate::streak::time_off::Weekdays;
use crate::time::zone::Zone;

fn names() -> Vec<String> {
    TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect()
}

fn zones() -> Vec<Zone> {
    // The system's database may be older than the built-in one, so it may lack a few names.
    names().iter().filter_map(|name| Zone::named(name)).collect()
}

pub fn any_zone() -> impl Strategy<Value = Zone> {
    proptest::sample::select(zones())
}

fn any_second() -> impl Strategy<Value = Timestamp> {
    // 2000 to 2030.
    (946_684_800_i64..1_893_456_000).prop_map(|second| Timestamp::from_second(second).expect("within the calendar"))
}

/// The next event: the seconds until it, and its content. An outage has its length and how long ago it ended.
#[derive(Debug, Clone)]
enum Next {
    Act(Act),
    Excuse(i64),
    Backfill(i64, i64),
    Outage(i64, i64),
}

fn next() -> impl Strategy<Value = Next> {
    use proptest::sample::select;
    let weekdays = proptest::collection::vec(
        (0_i8..7).prop_map(|n| Weekday::from_monday_zero_offset(n).expect("a weekday")),
        0..3,
    );
    prop_oneof![
        8 => select(vec![1, 9, 10, 60, 119, 120, 240, 720, 0, 721]).prop_map(log),
        3 => (1_i64..200, -1_i64..5).prop_map(|(minutes, ago)| Next::Backfill(minutes, ago)),
        1 => Just(Next::Act(Act::Undo)),
        4 => Just(Next::Act(Act::Start)),
        3 => Just(Next::Act(Act::Confirm)),
        3 => Just(Next::Act(Act::Stop)),
        1 => any_zone().prop_map(|zone| Next::Act(Act::Zone(zone))),
        1 => (-1_i64..8).prop_map(|hour| Next::Act(Act::DayStart(hour))),
        1 => (100_i64..300).prop_map(|minutes| Next::Act(Act::Commitment(minutes))),
        1 => (0_i64..23).prop_map(|days| Next::Act(Act::Pause(days))),
        1 => Just(Next::Act(Act::Resume)),
        1 => weekdays.prop_filter_map("0–2 different", |w| Some(Next::Act(Act::Rest(Weekdays::new(&w).ok()?)))),
        1 => Just(Next::Act(Act::Sick)),
        1 => (-1_i64..28).prop_map(Next::Excuse),
        1 => (0_i64..40_000, 0_i64..200_000).prop_map(|(long, ago)| Next::Outage(long, ago)),
    ]
}

fn log(minutes: i64) -> Next {
    Next::Act(Act::Log { minutes, for_date: None })
}

/// Seconds between events: often short, sometimes days, and the periods in the rules.
fn gap() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0_i64..20_000,
        2 => 0_i64..200_000,
        1 => 0_i64..2_000_000,
        1 => proptest::sample::select(vec![0, 900, 901, 7200, 10_800, 11_700, 86_400, 172_800, 604_800]),
    ]
}

/// A person, the outages, and the instant of the last event.
#[derive(Debug, Clone)]
struct World {
    person: StudyState,
    outages: Outages,
    now: Timestamp,
}

impl World {
    fn begin(now: Timestamp, zone: Zone, day_start: i64) -> Self {
        let person = StudyState::join(now, zone, day_start, 120, FLOOR).expect("it is granted");
        Self { person, outages: Outages::default(), now }
    }

    fn date(&self, ago: i64) -> Date {
        let today = self.person.schedule().zone().date(self.now);
        today.checked_sub(SignedDuration::from_hours(24 * ago)).expect("it is granted")
    }

    /// Returns whether the event was granted.
    fn happen(&mut self, gap: i64, next: &Next) -> bool {
        self.now += SignedDuration::from_secs(gap);
        let act = match next {
            Next::Act(act) => act.clone(),
            Next::Excuse(ago) => Act::Excuse(self.date(*ago)),
            Next::Backfill(minutes, ago) => Act::Log { minutes: *minutes, for_date: Some(self.date(*ago)) },
            Next::Outage(long, ago) => {
                let to = self.now - SignedDuration::from_secs(*ago);
                return self.outages.record(self.now, to - SignedDuration::from_secs(*long), to).is_ok();
            }
        };
        self.person.apply(self.now, &act, FLOOR).is_ok()
    }

    fn view(&mut self) -> View {
        self.person.view(self.now, &self.outages)
    }
}

fn history() -> impl Strategy<Value = Vec<(i64, Next)>> {
    proptest::collection::vec((gap(), next()), 1..200)
}

/// The stored state is bounded, and shows the same as untrimmed state, even after five years.
#[test]
fn five_years() {
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    let mut whole = World::begin("2021-01-01T12:00:00Z".parse().expect("a value"), zone, 4);
    let mut trimmed = whole.clone();
    for day in 0..5 * 366_i64 {
        for world in [&mut whole, &mut trimmed] {
            assert!(world.happen(86_400, &log(if day % 11 == 0 { 60 } else { 120 })));
        }
        assert_eq!(whole.view(), trimmed.view());
        trimmed.person.trim();
        assert!(trimmed.person.ledger().days().len() < 66);
    }
    assert!(serde_json::to_string(&trimmed.person).expect("JSON").len() < 8_000);
    // Only the trimmed state needs a rebuild for old dates.
    let past = Act::Excuse("2021-02-01".parse().expect("a value"));
    assert_eq!(whole.person.apply(whole.now, &past, FLOOR), Ok(()));
    assert_eq!(trimmed.person.apply(trimmed.now, &past, FLOOR), Err(Refusal::Forgotten));
    let (from, to) =
        ("2021-02-01T20:00:00Z".parse().expect("a value"), "2021-02-02T02:00:00Z".parse().expect("a value"));
    trimmed.outages.record(trimmed.now, from, to).expect("it is granted");
    assert!(trimmed.person.needs_refold(&trimmed.outages));
}

/// Each day begins where the previous one ends, and the running day has not ended.
fn tiles(ledger: &Ledger, now: Timestamp) {
    let days = ledger.days();
    assert!(days[0].begin <= now && now < ledger.end(ledger.running()));
    assert!(days.windows(2).all(|pair| pair[0].begin <= pair[1].begin));
    assert!((1..days.len()).all(|index| ledger.end(index - 1) == days[index].begin));
    assert!(
        (1..days.len())
            .all(|index| ledger.date(index - 1).tomorrow().expect("within the calendar") == ledger.date(index))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Viewing, storing, reading and trimming after each event gives the same as one fold at the end.
    #[test]
    fn incremental_is_recomputed(start in any_second(), zone in any_zone(), hour in 0_i64..7, history in history()) {
        let mut once = World::begin(start, zone, hour);
        let mut often = once.clone();
        for (index, (gap, next)) in history.iter().enumerate() {
            prop_assert_eq!(once.happen(*gap, next), often.happen(*gap, next));
            prop_assert!(!often.person.needs_refold(&often.outages));
            let view = often.view();
            prop_assert_eq!(&once.clone().view(), &view);
            if index % 5 == 0 {
                let stored = serde_json::to_string(&often.person).expect("JSON");
                often.person = serde_json::from_str(&stored).expect("JSON");
                prop_assert_eq!(&often.view(), &view);
            }
            often.person.trim();
        }
        prop_assert_eq!(once.view(), often.view());
        tiles(once.person.ledger(), once.now);
    }

    #[test]
    fn refused_events_change_nothing(start in any_second(), zone in any_zone(), history in history()) {
        let mut world = World::begin(start, zone, 4);
        for (gap, next) in history {
            let mut before = world.clone();
            if !world.happen(gap, &next) {
                before.now = world.now;
                prop_assert_eq!(before.view(), world.view());
                prop_assert_eq!(before.person, world.person.clone());
                prop_assert_eq!(before.outages, world.outages.clone());
            }
        }
    }

    /// A date counts once, whatever is logged on it. A streak is that many met dates.
    #[test]
    fn one_credit_a_date(start in any_second(), zone in any_zone(), history in history()) {
        let mut world = World::begin(start, zone, 4);
        for (gap, next) in history {
            world.happen(gap, &next);
            let view = world.view();
            prop_assert!(view.streak <= view.best && view.freezes <= 2 && view.minutes <= 960);
            prop_assert!(view.days.windows(2).all(|pair| pair[0].date.tomorrow().expect("within the calendar") == pair[1].date));
            let unbroken = view.days.iter().all(|day| !matches!(day.state, DayState::Missed | DayState::ShownUp));
            let met = view.days.iter().filter(|day| day.state == DayState::Met).count();
            let all = view.days.len() == world.person.ledger().days().len();
            prop_assert!(!(all && unbroken) || usize::try_from(view.streak).expect("it fits") == met);
            if view.days.last().expect("the running day").state == DayState::Met && world.happen(0, &log(10)) {
                prop_assert_eq!(world.view().streak, view.streak);
            }
        }
    }

    /// Wherever an outage falls, it does not break a streak: the run after the day equals the run before. (Much later
    /// days can be worse: a longer run earns freezes on other days, perhaps while two are already held.)
    #[test]
    fn no_outage_breaks_a_streak(start in any_second(), zone in any_zone(), history in history()) {
        let mut world = World::begin(start, zone, 4);
        for (gap, next) in history {
            world.happen(gap, &next);
            let before = world.view();
            // Now record that the bot was down for the whole last day.
            let ledger = world.person.ledger();
            let Some(closed) = ledger.running().checked_sub(1) else { continue };
            let (from, to) = (ledger.days()[closed].begin, ledger.end(closed));
            let mut faulty = world.clone();
            if faulty.outages.record(world.now, from, to).is_ok() {
                let after = faulty.view();
                let breaks = [DayState::Missed, DayState::ShownUp, DayState::Frozen];
                prop_assert!(after.streak >= before.streak && after.freezes >= before.freezes);
                prop_assert!(!breaks.contains(&after.days[after.days.len() - 2].state));
            }
        }
    }

    /// The order of events with different instants in the file does not matter.
    #[test]
    fn order_of_writing_does_not_matter(
        start in any_second(), zone in any_zone(), minutes in proptest::collection::vec((1_i64..3000, 0_usize..9), 1..80),
        seed in any::<u64>(),
    ) {
        let acts = [
            r#""log","minutes":130"#, r#""log","minutes":60"#, r#""undo""#, r#""start""#, r#""stop""#, r#""confirm""#,
            r#""sick""#, r#""pause","days":2"#, r#""as_of""#,
        ];
        let mut at = start;
        let mut lines = vec![format!(r#"{{"at":"{at}","person":"a","event":"join","zone":"{}"}}"#, zone.name())];
        for (gap, act) in minutes.into_iter().chain([(1, 8)]) {
            at += SignedDuration::from_mins(gap);
            lines.push(format!(r#"{{"at":"{at}","person":"a","event":{}}}"#, acts[act]));
        }
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|line| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(*line as u32 % 64) ^ *line as u64);
        let shuffled: Vec<&str> = order.iter().map(|line| lines[*line].as_str()).collect();
        let first = shown(&lines.join("\n")).expect("a whole history");
        let mut second = shown(&shuffled.join("\n")).expect("a whole history");
        for shown in &mut second {
            shown.refused.iter_mut().for_each(|line| *line = order[*line - 1] + 1);
        }
        prop_assert_eq!(first, second);
    }

    /// Any lines with any values give an answer or an error, never a panic.
    #[test]
    fn never_panics(lines in proptest::collection::vec(any_line(), 1..60), text in ".{0,60}") {
        let mut file = lines.join("\n");
        let _ = shown(&file);
        let _ = shown(&text);
        file.push_str(&text);
        let _ = shown(&file);
    }
}

/// A line with every field, most of them wrong for its event.
fn any_line() -> impl Strategy<Value = String> {
    let event = proptest::sample::select(vec![
        "join",
        "log",
        "undo",
        "start",
        "confirm",
        "stop",
        "zone",
        "day_start",
        "commitment",
        "pause",
        "resume",
        "rest",
        "sick",
        "excuse",
        "outage",
        "as_of",
    ]);
    let zone = proptest::sample::select(vec!["UTC", "Pacific/Apia", "Africa/Monrovia", "Etc/GMT-14", "x", ""]);
    let year = prop_oneof![50 => 2020_i32..2024, 1 => 1600_i32..2200];
    (year, 1_u8..13, 0_u8..24, event, -2_i64..1000, zone).prop_map(|(year, month, hour, event, number, zone)| {
        let date = format!("{year:04}-{month:02}-11");
        let for_date = if number % 2 == 0 { Some(&date) } else { None };
        serde_json::json!({
            "at": format!("{date}T{hour:02}:00:00Z"), "person": "p", "event": event, "zone": zone, "minutes": number,
            "for_date": for_date, "hour": number % 9, "day_start": number % 8, "days": number % 30, "weekdays": ["sat"],
            "date": date, "from": format!("{date}T00:00:00Z"), "to": format!("{date}T{hour:02}:00:00Z"),
        })
        .to_string()
    })
}

/// At both ends of the calendar there is no day before or after. Nothing panics or hangs.
#[test]
fn the_ends_of_the_calendar() {
    for zone in ["UTC", "Etc/GMT-14", "Etc/GMT+12", "America/New_York"] {
        for span in
            [["-009999-01-03T00:00:00Z", "-009999-01-20T00:00:00Z"], ["9999-12-01T00:00:00Z", "9999-12-30T21:59:59Z"]]
        {
            let event = |at: &str, event: &str| format!(r#"{{"at":"{at}","person":"a","event":{event}}}"#);
            let join = event(span[0], &format!(r#""join","zone":"{zone}""#));
            let acts = [r#""rest","weekdays":["sat"]"#, r#""pause","days":21"#, r#""start""#, r#""log","minutes":9"#];
            let acts = acts.iter().flat_map(|act| [event(span[0], act), event(span[1], act)]);
            let file: Vec<String> = [join].into_iter().chain(acts).chain([event(span[1], r#""as_of""#)]).collect();
            assert_eq!(shown(&file.join("\n")).expect("a whole history").len(), 1);
        }
    }
}

/// In every zone, for 400 days from a different year each: the clock reads the day start exactly when a day begins, and
/// days follow each other without gaps.
#[test]
fn days_begin_right_in_every_zone() {
    let names = names();
    let zones = zones();
    assert!(zones.len() > 500 && zones.len() + 5 > names.len(), "{} of {}", zones.len(), names.len());
    for (index, zone) in zones.iter().enumerate() {
        let hour = i8::try_from(index % 7).expect("it fits");
        let mut date = Date::constant(i16::try_from(1995 + index % 35).expect("it fits"), 1, 1);
        let mut before = zone.first_reading(date.yesterday().expect("within the calendar"), hour);
        for _ in 0..400 {
            let (begin, wanted) = (zone.first_reading(date, hour), date.at(hour, 0, 0, 0));
            assert!(reads(zone, begin) >= wanted, "{} {date}", zone.name());
            assert!(reads(zone, begin - SignedDuration::from_secs(1)) < wanted, "{} {date}", zone.name());
            assert!(before <= begin, "{} {date}", zone.name());
            (before, date) = (begin, date.tomorrow().expect("within the calendar"));
        }
    }
}

fn reads(zone: &Zone, at: Timestamp) -> DateTime {
    at.in_tz(zone.name()).expect("it is granted").datetime()
}

/// In every zone, 400 days of a person who travels, changes the day start and logs at odd hours.
#[test]
fn days_tile_time_in_every_zone() {
    let zones = zones();
    for (index, zone) in zones.iter().enumerate() {
        let start = Timestamp::from_second(946_684_800 + 1_577_836 * i64::try_from(index).expect("it fits"))
            .expect("within the calendar");
        let mut world = World::begin(start, zone.clone(), i64::try_from(index % 7).expect("it fits"));
        let mut credited: HashMap<Date, u32> = HashMap::new();
        for step in 0..40_usize {
            let there = zones[(index * 31 + step * 97) % zones.len()].clone();
            let hour = i64::try_from((index + step) % 7).expect("it fits");
            let change = if step % 3 == 0 { Act::DayStart(hour) } else { Act::Zone(there) };
            world.happen(10 * 86_400 + 3571, &Next::Act(change));
            if world.happen(60, &log(120)) {
                *credited.entry(world.person.ledger().today()).or_default() += 120;
            }
        }
        tiles(world.person.ledger(), world.now);
        let ledger = world.person.ledger();
        let logged = |date: &Date| u32::from(ledger.days()[ledger.index(*date).expect("it is granted")].logged);
        assert!(credited.iter().all(|(date, minutes)| logged(date) == *minutes));
    }
}
