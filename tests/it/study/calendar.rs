//! Calendars: the file, and the secret link to it, over real HTTP.

use insta::assert_snapshot;

use crate::handouts::leave;
use crate::world::discord::Message;
use crate::world::rehearsal::Rehearsal;
use crate::world::server::World;

/// The path of the link that a message shows.
fn path(message: &Message) -> String {
    let line = message.content.lines().find(|line| line.starts_with("https://cairn.example/")).expect("a link");
    line.trim_start_matches("https://cairn.example").to_owned()
}

fn file(message: &Message) -> String {
    let [file] = message.files.as_slice() else { panic!("no file: {message}") };
    assert_eq!(file.name, "study-times.ics");
    String::from_utf8(file.bytes.clone()).expect("text")
}

/// A line of each event: when, and what.
fn events(file: &str) -> String {
    let unfolded = file.replace("\r\n ", "");
    let wanted = |line: &&str| {
        ["DTSTART", "SUMMARY", "TRIGGER"].iter().any(|name| line.starts_with(name)) && !line.contains("Cairn")
    };
    unfolded.lines().filter(wanted).map(|line| format!("{line}\n")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn study_times_and_the_plan_come_as_a_file() {
    // Berlin puts its clocks back on Sunday, 25 October 2026.
    let world = Rehearsal::with_pages("2026-10-21T15:00:00Z", &[]).await;
    let d = &world.discord;
    assert!(d.slash("ann", "/study calendar").await.content.starts_with("**Where do you study?**"));
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    assert_snapshot!(d.slash("ann", "/study calendar").await, @"
    [ephemeral]
    There is nothing to put into a calendar yet; `/study plan` and `/study reminder` make something.
    A secret link keeps it up to date by itself.
    [Secret link]
    ");
    d.slash("ann", "/study reminder times:thu 19:00, mon 19:00").await;
    let calendar = d.slash("ann", "/study calendar").await;
    assert_snapshot!(calendar.content, @"
    Your study times and your plan, for your own calendar: 16 events, with an alarm ten minutes before each time.
    A secret link keeps it up to date by itself.
    ");
    assert_snapshot!(events(&file(&calendar)).lines().take(6).collect::<Vec<_>>().join("\n"), @"
    SUMMARY:Study time
    DTSTART:20261022T170000Z
    TRIGGER:-PT10M
    SUMMARY:Study time
    DTSTART:20261026T180000Z
    TRIGGER:-PT10M
    ");
    // The same bytes all day.
    world.tick_to("2026-10-21T20:00:00Z").await;
    assert_eq!(file(&d.slash("ann", "/study calendar").await.message), file(&calendar));
    // Rest and pauses make no study times, and a plan says what for.
    d.slash("ann", "/study pause days:3").await;
    let plan = d.slash("ann", "/study plan track:hacker hours:3 deadline:in 6 months").await;
    let with_plan = d.press("ann", &plan, ".ics").await;
    leave("planned.ics", file(&with_plan).as_bytes());
    assert_snapshot!(events(&file(&with_plan)).lines().take(9).collect::<Vec<_>>().join("\n"), @"
    SUMMARY:First step 1: Train a classifier in Teachable Machine
    DTSTART:20261026T180000Z
    TRIGGER:-PT10M
    SUMMARY:First step 2: Choose one idea from what can be made
    DTSTART:20261029T180000Z
    TRIGGER:-PT10M
    SUMMARY:First step 3: Write five sentences and a screenshot about it (+1)
    DTSTART:20261102T180000Z
    TRIGGER:-PT10M
    ");
    // What is done is planned no more.
    let first = "First step 1: Train a classifier in Teachable Machine";
    assert!(file(&with_plan).contains(first));
    d.press("ann", &plan, &format!("Done: {first}")).await;
    assert!(!file(&d.slash("ann", "/study calendar").await.message).contains(first));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_link_is_shown_once_renewed_and_ended() {
    let mut world = World::start().await;
    let d = world.discord.clone();
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    d.slash("ann", "/study reminder times:every day 19:00").await;
    let calendar = d.slash("ann", "/study calendar").await;
    let link = d.press("ann", &calendar, "Secret link").await;
    assert!(link.ephemeral);
    let old = path(&link);
    let secret = old.trim_start_matches("/study/").trim_end_matches(".ics").to_owned();
    assert_eq!(secret.len(), 32);
    assert_snapshot!(link.to_string().replace(&secret, "SECRET"), @"
    [ephemeral]
    Your calendar is at
    ```
    https://cairn.example/study/SECRET.ics
    ```
    Give that address to your calendar app as a subscription (“from URL”). Anyone who has it sees your study times and your plan, so keep it to yourself. It is not shown again; a new link ends this one.
    [New link] [Off]
    ");
    // It is the file, with the headers of a calendar and nothing that marks who reads it.
    let server = world.server.as_ref().expect("a server");
    let page = server.get(&old);
    assert_eq!((page.status, page.body.as_str()), (200, file(&calendar).as_str()));
    leave("served.ics", page.body.as_bytes());
    let head = page.head.to_lowercase();
    for line in ["content-type: text/calendar; charset=utf-8", "cache-control: private, no-cache", "etag: \""] {
        assert!(head.contains(line), "{line} is not in {head}");
    }
    assert!(!head.contains("set-cookie") && !page.body.contains(&secret));
    let tag = page.head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag").to_owned();
    let known = server.get_with(&old, &[("If-None-Match", &format!("\"other\", W/{tag}"))]);
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    // A wrong secret looks like any page that is not there.
    let wrong = format!("/study/{}.ics", "0".repeat(32));
    let missing = "/study/nothing-here-and-never-was-anything.ics";
    let shown = |path: &str| {
        let page = server.get(path);
        (page.status, page.body.replace(path, "PATH"))
    };
    let nowhere = shown("/nowhere");
    assert_eq!(nowhere.0, 404);
    for path in [wrong.as_str(), missing, &old.replace(".ics", ""), "/study/.ics", "/study/%00.ics", "/study/%FF.ics"] {
        assert_eq!(shown(path).0, 404, "{path}");
    }
    assert_eq!((shown(&wrong), shown(missing)), (nowhere.clone(), nowhere.clone()));
    // A second press does not end the link that is in use, and the secret is in no file and no log.
    assert_snapshot!(d.press("ann", &calendar, "Secret link").await, @"
    [ephemeral]
    You have a secret link, which was shown when it was made; /study calendar has a button for a new one.
    ");
    // Whoever else presses gets a link of their own calendar, or none.
    let press = calendar.components[0]["components"][0]["custom_id"].as_str().expect("a button").to_owned();
    assert_snapshot!(d.forge_press("bob", &calendar, &press).await, @"
    [ephemeral]
    You have not joined yet; use /study status to choose your time zone and begin.
    ");
    assert!(!world.log().contains(&secret));
    let export = world.run(&["privacy", "export", &format!("discord:{}", d.person("ann"))]).well();
    assert!(export.contains("study_feeds") && !export.contains(&secret));
    // After a restart it still works; a new link ends it; erasure ends that one.
    world.kill().await;
    world.begin().await;
    let server = world.server.as_ref().expect("a server");
    assert_eq!(server.get(&old).status, 200);
    let again = d.slash("ann", "/study calendar").await;
    assert!(again.content.contains("Your secret link is of "), "{again}");
    let new = path(&d.press("ann", &again, "New link").await.message);
    assert_eq!((server.get(&old).status, server.get(&new).status), (404, 200));
    let ask = d.slash("ann", "/privacy delete").await;
    assert!(ask.content.contains("1 secret link of a calendar"), "{ask}");
    d.press("ann", &ask, "Erase it for ever").await;
    assert_eq!(server.get(&new).status, 404);
    // Off ends it, too.
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    let calendar = d.slash("ann", "/study calendar").await;
    let link = d.press("ann", &calendar, "Secret link").await;
    let last = path(&link);
    assert_eq!(server.get(&last).status, 200);
    assert_snapshot!(d.press("ann", &link, "Off").await, @"
    [ephemeral]
    The secret link is off: that address leads nowhere now.
    [Secret link]
    ");
    assert_eq!(server.get(&last).status, 404);
    world.finish();
}
