//! Heat maps as people get them: for themselves, shared, and looked at by others.

use cairn::heatmap::draw::{HEIGHT, WIDTH};
use cairn::people::{self, Identity};
use cairn::streak::state::{Act, StudyState};
use cairn::streak::time_off::Weekdays;
use cairn::student::Student;
use cairn::time::zone::Zone;
use insta::assert_snapshot;
use jiff::SignedDuration;
use jiff::civil::Weekday;

use super::talk::joined;
use crate::world::discord::Message;
use crate::world::rehearsal::Rehearsal;

/// The picture, as a heat map must be: a PNG of its size with words beside it.
fn picture(message: &Message) -> &[u8] {
    let [file] = message.files.as_slice() else { panic!("no picture: {message}") };
    assert_eq!(file.name, "study-days.png");
    assert!(file.bytes.starts_with(b"\x89PNG") && file.bytes.len() < 100_000);
    let size = [WIDTH, HEIGHT].map(|side| u32::try_from(side).expect("a side").to_be_bytes());
    assert_eq!(file.bytes[16..24], *size.as_flattened(), "its width and height");
    &file.bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heat_map_is_shared_by_choice_and_taken_back_by_its_owner() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study log minutes:130").await;
    world.tick_to("2026-11-17T15:00:00Z").await;
    d.slash("ann", "/study log minutes:45").await;
    let own = d.slash("ann", "/study heatmap").await;
    picture(&own);
    assert_snapshot!(own.to_string().replace(&own.files[0].bytes.len().to_string(), "some"), @"
    [ephemeral]
    Your study days. Nobody else sees this.
    📎 study-days.png (some bytes)
    [Share] [Let my server look]
    ");
    assert_snapshot!(own.files[0].description, @"1-day streak in the 53 weeks up to 2026-11-17: longest streak 1, 2 h 55 min in all, 1 day met, 0 covered by rest, pause, freezes and the like.");
    let shared = d.press("ann", &own, "Share").await;
    assert_eq!(picture(&shared), picture(&own));
    assert!(!shared.ephemeral);
    assert_snapshot!(shared.to_string().replace(&own.files[0].bytes.len().to_string(), "some"), @"
    Study days of @ann.
    📎 study-days.png (some bytes)
    [Delete]
    ");
    assert!(shared.pings.is_empty());
    assert_snapshot!(d.press("bob", &shared, "Delete").await, @"
    [ephemeral]
    A picture is taken back by the person who shared it.
    ");
    assert!(d.press("ann", &shared, "Delete").await.deleted);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_see_a_heat_map_only_while_its_owner_lets_them() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    d.slash("bob", "/study zone zone:Europe/Berlin").await;
    let hidden = d.slash("bob", "/study heatmap user:@ann").await;
    assert_snapshot!(hidden, @"
    [ephemeral]
    There is no heat map of theirs to see; they decide that, with a button below their own /study heatmap.
    ");
    // The same words for somebody who never joined.
    d.person("cat");
    assert_eq!(d.slash("bob", "/study heatmap user:@cat").await.content, hidden.content);
    let own = d.slash("ann", "/study heatmap").await;
    let open = d.press("ann", &own, "Let my server look").await;
    picture(&open);
    assert!(open.updated);
    let seen = d.slash("bob", "/study heatmap user:@ann").await;
    picture(&seen);
    assert!(seen.ephemeral && seen.components.is_empty());
    d.press("ann", &open, "Keep it to myself").await;
    assert_eq!(d.slash("bob", "/study heatmap user:@ann").await.content, hidden.content);
    // Who has not joined is asked for a zone first.
    assert!(d.slash("cat", "/study heatmap").await.content.starts_with("**Where do you study?**"));
    world.finish().await;
}

/// Somebody who has studied for years, with rest, pauses, a lazy spring and much enthusiasm.
async fn veteran(world: &Rehearsal, user: u64, days: i32) {
    let now = world.now();
    let mut tx = world.app.store.write().await.expect("a transaction");
    let id = people::person(&mut tx, &Identity::Discord(user), now).await.expect("a person");
    let at = |ago: i32| now - SignedDuration::from_hours(24 * i64::from(ago)) - SignedDuration::from_mins(5);
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    let join = Act::Join { zone: zone.clone(), day_start: 4, commitment: 120 };
    let person = StudyState::join(at(days), zone, 4, 120, 120).expect("a person");
    let mut student = Student::new(id, None, person, at(days));
    student.append_event(&mut tx, at(days), &join).await.expect("an event");
    let mut acts = vec![(days, Act::Rest(Weekdays::new(&[Weekday::Sunday]).expect("a weekday")))];
    for ago in (1..days).rev() {
        let log = |minutes| (ago, Act::Log { minutes, for_date: None });
        match (ago, (ago * 7919 + 31) % 100) {
            (115, _) => acts.push((ago, Act::Pause(12))),
            (103..115 | 200..207, _) => {}
            (250..280, dice) if dice < 40 => acts.push(log(20)),
            (_, 0..4) => acts.push(log(40)),
            (_, 90..) => acts.extend([log(100), log(160)]),
            _ if at(ago).to_zoned(jiff::tz::TimeZone::UTC).weekday() == Weekday::Sunday => {}
            _ => acts.push(log(135)),
        }
    }
    for (ago, act) in acts {
        student.act(&mut tx, at(ago), &act, 120).await.expect("an event").expect("it is granted");
    }
    student.view(&mut tx, now).await.expect("a view").save(&mut tx).await.expect("a state");
    tx.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_years_are_drawn_at_once() {
    let world = Rehearsal::start("2026-11-20T15:00:00Z").await;
    let d = &world.discord;
    veteran(&world, d.person("ann"), 5 * 365).await;
    let own = d.slash("ann", "/study heatmap").await;
    crate::handouts::leave("heatmap-of-years.png", picture(&own));
    assert_snapshot!(own.files[0].description, @"156-day streak in the 53 weeks up to 2026-11-20: longest streak 1294, 711 h 25 min in all, 278 days met, 77 covered by rest, pause, freezes and the like.");
    // Nobody was left waiting with "thinking…", which comes after a second and a half.
    assert!(!own.deferred);
    let status = d.slash("ann", "/study status").await.content.clone();
    assert!(own.files[0].description.contains("longest streak") && status.contains("longest"), "{status}");
    world.finish().await;
}
