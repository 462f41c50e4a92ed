//! Custom ids: a button or a form with any id at all, at the running program.

use crate::labs::dice::Dice;
use crate::world::discord::Message;
use crate::world::server::World;

/// The beginnings of ids that there are.
const KNOWN: [&str; 34] = [
    "go/1/engineer",
    "none/1",
    "me/1",
    "share/1",
    "read/1",
    "delete/1",
    "erase/yes",
    "erase/no",
    "erase/never",
    "show/hardware",
    "next/hardware",
    "gap/x",
    "helped/x",
    "list/x",
    "found/x",
    "study/undo/1",
    "study/why",
    "study/plan/1",
    "study/buddy/1",
    "study/remind/1",
    "study/rank/1",
    "study/heatmap/1",
    "study/calendar/1",
    "digest/1/pin",
    "vote/2611.00001",
    "pass/2611.00001/1",
    "week/2026-W47",
    "set/channels",
    "draft/1/publish",
    "gaps/1",
    "again/x",
    "edit/hardware/1/0",
    "revert/hardware/1",
    "help/x",
];

/// What stands in ids.
const PIECES: [&str; 20] = [
    "",
    "/",
    "//",
    "0",
    "-1",
    "1",
    "9223372036854775808",
    "18446744073709551615",
    "engineer",
    "yes",
    "never",
    "\u{202e}",
    "ß",
    "%2F",
    "'",
    "\"; DROP TABLE pages; --",
    "..",
    "2026-W53",
    "2611.00001",
    "undo",
];

fn bent(dice: &mut Dice) -> String {
    let mut id: Vec<char> = dice.one_of(&KNOWN).chars().collect();
    for _ in 0..dice.below(4) {
        let at = usize::try_from(dice.below(id.len() as u64 + 1)).unwrap();
        match dice.below(4) {
            0 => id.truncate(at),
            1 if at < id.len() => drop(id.remove(at)),
            _ => drop(id.splice(at..at, dice.one_of(&PIECES).chars())),
        }
    }
    let id: String = id.into_iter().take(100).collect();
    if id.is_empty() { "x".to_owned() } else { id }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custom_ids() {
    let (seed, seconds) = (super::number("CAIRN_FUZZ_SEED").unwrap_or(28), super::number("CAIRN_FUZZ_SECONDS"));
    let world = World::start().await;
    let d = &world.discord;
    d.slash("ann", "/study zone zone:UTC").await;
    // The first search reads all pages.
    d.slash("ann", "/wiki query:gpu").await;
    let (mut dice, since, mut tried, mut late) = (Dice::new(seed), std::time::Instant::now(), 0, 0);
    let goes_on = |tried: u64| seconds.map_or(tried < 120, |seconds| since.elapsed().as_secs() < seconds);
    while goes_on(tried) {
        let ids: Vec<String> = (0..5).map(|_| bent(&mut dice)).collect();
        let message: Message = d.bot_message("general", &ids);
        for (n, id) in ids.iter().enumerate() {
            // Each by another person, lest one be told to ask less often.
            let who = format!("p{}", (tried + n as u64) % 40);
            let reply = match dice.below(3) {
                0 => d.forge_submit(&who, id, Some(message.id), &[("text", "a"), ("reason", "b")]).await,
                1 => d.forge_choice(&who, &message, id, &["engineer"]).await,
                _ => d.forge_press(&who, &message, id).await,
            };
            late += u64::from(reply.took.is_none());
            assert!(!reply.to_string().contains("Something failed"), "{id:?}: {reply}\n{}", world.log());
        }
        tried += 5;
    }
    println!("custom-ids: {tried} inputs in {:.0?}, {late} answered late", since.elapsed());
    // What takes long in a build without optimisation, beside others, is a search; what panics is never answered.
    let _ = d.late();
    assert!(late * 20 <= tried, "{late} of {tried} were not answered in time");
    assert!(!world.log().contains("panicked"), "{}", world.log());
    world.finish();
}
