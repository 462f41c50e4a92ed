//! What the database keeps shows the same as `cairn study simulate` does of the same history, whatever was trimmed,
//! read again and folded again on the way.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use cairn::community::{Community, Moderator, Role};
use cairn::people::Identity;
use cairn::store::Store;
use cairn::streak::FLOOR;
use cairn::streak::ledger::View;
use cairn::streak::simulate::{Printed, simulate};
use cairn::student::Caller;
use cairn::study::{self, When, Wish};
use cairn::time::zone::Zone;
use cairn::{Error, jobs};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

const GUILD: u64 = 7;

#[derive(Debug, Clone)]
enum Next {
    Log(i64),
    Backfill(i64, i64),
    Undo,
    Start,
    Confirm,
    Stop,
    Zone(&'static str),
    DayStart(i64),
    Commitment(i64),
    Pause(i64),
    Resume,
    Rest(Vec<Weekday>),
    Sick,
    Excuse(i64),
    /// The bot says that it is alive; if it has not for long, that was an outage.
    Beat,
    /// What is due is looked at.
    Due,
}

fn next() -> impl Strategy<Value = Next> {
    use proptest::sample::select;
    let weekday = || (0_i8..7).prop_map(|n| Weekday::from_monday_zero_offset(n).unwrap());
    let zones = ["Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati", "America/Los_Angeles", "Antarctica/Troll"];
    prop_oneof![
        10 => select(vec![1, 9, 10, 60, 119, 120, 240, 720, 0, -1, 721]).prop_map(Next::Log),
        3 => (1_i64..200, -1_i64..5).prop_map(|(minutes, ago)| Next::Backfill(minutes, ago)),
        1 => Just(Next::Undo),
        4 => Just(Next::Start),
        3 => Just(Next::Confirm),
        3 => Just(Next::Stop),
        1 => select(zones.to_vec()).prop_map(Next::Zone),
        1 => (-1_i64..8).prop_map(Next::DayStart),
        1 => (100_i64..300).prop_map(Next::Commitment),
        1 => (0_i64..23).prop_map(Next::Pause),
        1 => Just(Next::Resume),
        1 => proptest::collection::vec(weekday(), 0..3).prop_map(Next::Rest),
        1 => Just(Next::Sick),
        2 => prop_oneof![-1_i64..28, 60_i64..200].prop_map(Next::Excuse),
        1 => Just(Next::Beat),
        2 => Just(Next::Due),
    ]
}

fn gap() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0_i64..20_000,
        4 => 0_i64..200_000,
        1 => 0_i64..2_000_000,
        1 => proptest::sample::select(vec![0, 900, 901, 7200, 10_800, 11_700, 86_400, 172_800, 604_800]),
    ]
    // Real clocks do not stand on whole seconds.
    .prop_map(|seconds| seconds * 1000 + seconds % 7)
}

/// A person in a database, and the same history as lines.
struct World {
    store: Store,
    caller: Caller,
    lines: Vec<Value>,
    refused: Vec<usize>,
    now: Timestamp,
    beat: Timestamp,
    zone: &'static str,
}

impl World {
    async fn begin(dir: &Path, now: Timestamp) -> Self {
        let store = Store::open(dir).await.unwrap();
        let caller = Caller { identity: Identity::Discord(1), guild: Some(GUILD), channel: Some(8) };
        let mut world =
            Self { store, caller, lines: Vec::new(), refused: Vec::new(), now, beat: now, zone: "Europe/Berlin" };
        jobs::beat(&world.store, now).await.unwrap();
        let wish = Wish::new(Zone::named(world.zone).unwrap());
        study::join(&world.store, &world.caller, &wish, now).await.unwrap();
        world.line(json!({ "event": "join", "zone": world.zone }));
        world
    }

    fn line(&mut self, mut event: Value) {
        event["at"] = self.now.to_string().into();
        event["person"] = "ann".into();
        self.lines.push(event);
    }

    fn date(&self, ago: i64) -> Date {
        let today = TimeZone::get(self.zone).unwrap().to_datetime(self.now).date();
        today - SignedDuration::from_hours(24 * ago)
    }

    async fn happen(&mut self, gap: i64, next: &Next) {
        self.now += SignedDuration::from_millis(gap);
        let (store, caller, now) = (&self.store, &self.caller, self.now);
        let (done, line) = match next {
            Next::Beat => return self.pulse().await,
            Next::Due => {
                study::due(store, now).await.unwrap();
                return;
            }
            Next::Log(minutes) => (
                study::log(store, caller, *minutes, When::Today, None, now).await,
                json!({ "event": "log", "minutes": minutes }),
            ),
            Next::Backfill(minutes, ago) => {
                let date = self.date(*ago);
                let line = json!({ "event": "log", "minutes": minutes, "for_date": date });
                (study::log(store, caller, *minutes, When::On(date), None, now).await, line)
            }
            Next::Undo => (study::undo(store, caller, None, now).await, json!({ "event": "undo" })),
            Next::Start => (study::start(store, caller, None, now).await, json!({ "event": "start" })),
            Next::Confirm => (study::confirm(store, caller, now).await, json!({ "event": "confirm" })),
            Next::Stop => (study::stop(store, caller, None, now).await, json!({ "event": "stop" })),
            Next::Zone(zone) => {
                let done = study::set_zone(store, caller, Zone::named(zone).unwrap(), now).await;
                (done, json!({ "event": "zone", "zone": zone }))
            }
            Next::DayStart(hour) => {
                (study::set_day_start(store, caller, *hour, now).await, json!({ "event": "day_start", "hour": hour }))
            }
            Next::Commitment(minutes) => {
                let done = study::set_commitment(store, caller, *minutes, now).await;
                (done, json!({ "event": "commitment", "minutes": minutes }))
            }
            Next::Pause(days) => {
                (study::pause(store, caller, *days, now).await, json!({ "event": "pause", "days": days }))
            }
            Next::Resume => (study::resume(store, caller, now).await, json!({ "event": "resume" })),
            Next::Rest(days) => {
                let names: Vec<String> = days.iter().map(|d| format!("{d:?}")[..3].to_lowercase()).collect();
                (study::rest(store, caller, days, now).await, json!({ "event": "rest", "weekdays": names }))
            }
            Next::Sick => (study::sick(store, caller, now).await, json!({ "event": "sick" })),
            Next::Excuse(ago) => {
                let by = Moderator::checked("discord:9", Role::Approver, Community::Discord(GUILD)).unwrap();
                let date = self.date(*ago);
                let done = study::excuse(store, &by, GUILD, &caller.identity, date, now).await;
                (done, json!({ "event": "excuse", "date": date }))
            }
        };
        self.line(line);
        match done {
            Ok(_) => {
                if let Next::Zone(zone) = next {
                    self.zone = zone;
                }
            }
            Err(Error::Refused(_)) => self.refused.push(self.lines.len()),
            Err(fault) => panic!("{next:?}: {fault}"),
        }
    }

    async fn pulse(&mut self) {
        if let Some(outage) = jobs::beat(&self.store, self.now).await.unwrap() {
            assert_eq!(outage.from, self.beat);
            self.line(json!({ "event": "outage", "from": outage.from.to_string(), "to": outage.to.to_string() }));
        }
        self.beat = self.now;
    }

    async fn view(&mut self) -> View {
        self.line(json!({ "event": "as_of" }));
        study::status(&self.store, &self.caller, self.now).await.unwrap().view
    }

    /// What `simulate` shows of the same history.
    fn simulated(&self) -> Vec<Printed> {
        simulated(&self.lines)
    }
}

fn simulated(lines: &[Value]) -> Vec<Printed> {
    let file: Vec<String> = lines.iter().map(Value::to_string).collect();
    let mut all = Vec::new();
    simulate(file.join("\n").as_bytes(), FLOOR, |shown| -> Result<(), Error> {
        all.push(shown.clone());
        Ok(())
    })
    .unwrap();
    all
}

async fn lives(history: Vec<(i64, Next)>) {
    let dir = crate::world::folder();
    let mut world = World::begin(dir.path(), "2026-02-01T12:00:00.123Z".parse().unwrap()).await;
    let mut seen = Vec::new();
    for (gap, next) in &history {
        world.happen(*gap, next).await;
        seen.push(world.view().await);
    }
    let shown = world.simulated();
    for (seen, shown) in seen.iter().zip(&shown) {
        assert_eq!(*seen, shown.view, "as of {}", shown.at);
    }
    assert_eq!(shown.last().unwrap().refused, world.refused);
    // The ledger with reasons shows the same days, and its numbers add up.
    let (last, why) = (seen.last().unwrap(), study::why(&world.store, &world.caller, world.now).await.unwrap());
    assert_eq!((&why.view, why.days.iter().map(|d| d.line).collect()), (last, last.days.clone()));
    let end = why.days.last().unwrap();
    assert_eq!((end.streak, end.freezes), (last.streak, last.freezes));
    assert!(why.days.iter().all(|d| u32::from(d.line.minutes) == (u32::from(d.logged) + u32::from(d.timed)).min(960)));
    assert!(why.to_string().chars().count() <= 1_900, "{why}");
    // So does the export, which is folded again from all entries; and its entries are a history of their own.
    let export = study::export(&world.store, &world.caller.identity, world.now).await.unwrap();
    assert_eq!(export.now, *last);
    let tail = &export.days[export.days.len() - last.days.len()..];
    assert_eq!(tail, why.days);
    let outages = world.lines.iter().filter(|line| line["event"] == "outage").cloned();
    let mut again: Vec<Value> = export.events.into_iter().chain(outages).collect();
    again.push(json!({ "at": world.now.to_string(), "person": "me", "event": "as_of" }));
    assert_eq!(simulated(&again).last().unwrap().view, *last);
    world.store.close().await;
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn the_database_shows_what_simulate_shows(history in proptest::collection::vec((gap(), next()), 1..160)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(lives(history));
    }
}

/// An outage that reaches back beyond the days that are kept, and an excuse for such a day.
#[tokio::test]
async fn what_lies_far_back_is_folded_anew() {
    // Three days are not met. Two are frozen, and the third ends the run.
    let day = |day: i64| (86_400_000, Next::Log(if (3..6).contains(&day) { 1 } else { 120 }));
    let history: Vec<(i64, Next)> = (0..100).map(day).collect();
    for last in [Next::Excuse(95), Next::Beat] {
        let mut history = history.clone();
        history.extend([(1_000, last), (1_000, Next::Undo), (1_000, Next::Log(5))]);
        lives(history).await;
    }
}
