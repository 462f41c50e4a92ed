//! Study in voice channels: who comes, goes, moves, is asked, and what counts, on a clock that stands.

use std::time::{Duration, Instant};

use cairn::people::Identity;
use cairn::people::export::export;
use insta::assert_snapshot;
use serde_json::Value;

use crate::world::discord::{Discord, intent, permission};
use crate::world::rehearsal::Rehearsal;

/// A server with two study voice channels and a lounge, in which ann, ben and zoe study by voice, and cid by himself.
pub async fn rooms(now: &str) -> Rehearsal {
    let world = Rehearsal::start(now).await;
    let d = &world.discord;
    for name in ["library", "attic", "lounge"] {
        d.voice_channel(name);
    }
    name_channels(d, &["library", "attic"]).await;
    for who in ["ann", "ben", "zoe"] {
        d.slash(who, "/study zone zone:UTC").await;
        d.slash(who, "/study voice on:true").await;
    }
    d.slash("cid", "/study zone zone:UTC").await;
    world
}

/// The moderator names study voice channels, and the bot asks Discord to tell of them.
pub async fn name_channels(d: &Discord, names: &[&str]) -> String {
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let listens = || d.identified().iter().any(|asked| asked.intents & intent::GUILD_VOICE_STATES != 0);
    let listened = listens();
    let panel = d.slash("root", "/mod settings").await;
    let page = d.press("root", &panel, "Study…").await;
    let page = d.choose("root", &page, "Voice channels in which time counts", names).await;
    if !listened && !names.is_empty() {
        let until = Instant::now() + Duration::from_secs(20);
        while !listens() {
            assert!(Instant::now() < until, "Discord is not asked for voice states: {page}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        d.connects(1).await;
    }
    page.to_string()
}

/// The stay of somebody as an export tells it, once it is as it should be.
pub async fn stay(world: &Rehearsal, who: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let (identity, until) = (Identity::Discord(world.discord.person(who)), Instant::now() + Duration::from_secs(20));
    loop {
        let held = export(&world.app.store, &identity).await.expect("an export");
        let stay = held["held"]["study_stays"][0].clone();
        if is_so(&stay) {
            return stay;
        }
        assert!(Instant::now() < until, "the stay of {who} is {stay}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Joins, and waits until the bot knows.
pub async fn joins(world: &Rehearsal, who: &str, channel: &str) {
    world.discord.joins_voice(who, channel);
    let id = world.discord.channel_id(channel).cast_signed();
    stay(world, who, |stay| stay["channel"] == id && stay["gone"].is_null()).await;
}

/// Leaves, and waits until the bot knows.
pub async fn leaves(world: &Rehearsal, who: &str) {
    world.discord.leaves_voice(who);
    stay(world, who, |stay| stay.is_null() || !stay["gone"].is_null()).await;
}

/// Waits until the bot has taken all that was told before: events are taken in order.
pub async fn told(world: &Rehearsal) {
    joins(world, "zoe", "attic").await;
    world.discord.tells_voice(world.discord.person("zoe"), world.discord.guild(), None);
    stay(world, "zoe", |stay| !stay["gone"].is_null()).await;
}

/// What the bot has said to somebody.
pub fn said(world: &Rehearsal, who: &str) -> Vec<String> {
    world.discord.messages(&*format!("@{who}")).iter().map(|m| m.content.clone()).collect()
}

/// The minutes of somebody's running day.
pub async fn today(world: &Rehearsal, who: &str) -> String {
    let why = world.discord.slash(who, "/study why").await.content.clone();
    why.lines().find(|line| line.ends_with("still running")).unwrap_or_default().to_owned()
}

pub async fn runs(world: &Rehearsal, who: &str) -> bool {
    world.discord.slash(who, "/study status").await.content.contains("has been running")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stay_counts_and_its_question_is_asked() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    joins(&world, "ann", "library").await;
    assert!(runs(&world, "ann").await);
    world.tick_to("2026-11-16T10:30:00Z").await;
    d.mutes("ann");
    world.tick_to("2026-11-16T10:47:00Z").await;
    leaves(&world, "ann").await;
    // Who comes back in time has not left.
    assert!(said(&world, "ann").is_empty());
    world.tick_to("2026-11-16T10:50:00Z").await;
    let message = d.bot_says("@ann").await;
    assert_snapshot!(message, @"
    Your time in #library is over. Timer stopped: 47 min counted for today.
    ▰▰▰▱▱▱▱▱▱▱ 47 of 120 min today
    Your streak begins on the first day you reach your minutes.
    What did you study? Add a subject if you want to remember it.
    [Add a subject] [Why?]
    ");
    assert_eq!(today(&world, "ann").await, "- **Mon 16 Nov**: open, 47 of 120 min by timer; still running");
    assert!(!runs(&world, "ann").await);
    let form = d.press("ann", &message, "Add a subject").await.modal().clone();
    d.submit("ann", &form, &[("what", "linear algebra")]).await;
    assert!(d.slash("ann", "/study why").await.content.contains("linear algebra"));
    world.pass("5h").await;
    assert_eq!(said(&world, "ann").len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_names_and_what_members_choose() {
    let world = Rehearsal::start("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.voice_channel("library");
    let none =
        "This server has named no study voice channel yet; a moderator can name one in /mod settings, under Study.";
    // Nobody is asked to join for what this server does not have.
    assert_eq!(d.slash("ann", "/study voice on:true").await.content, none);
    assert_eq!(d.slash("ann", "/study voice").await.content, none);
    d.go("ann", "@cairn");
    assert_eq!(
        d.slash("ann", "/study voice on:true").await.content,
        "Voice channels are a server's: turn this on in the server where you study."
    );
    d.go("ann", "general");
    d.slash("ann", "/study zone zone:UTC").await;
    assert_eq!(d.slash("ann", "/study voice on:true").await.content, none);
    assert_eq!(d.slash("ann", "/study voice").await.content, none);
    assert_snapshot!(name_channels(d, &["library"]).await, @"
    [updated]
    [ephemeral]
    **Study in this server**
    Study here: the community's time zone is UTC, and the least commitment 15 min a day. There is no study channel. Time in #library counts for members who want that (`/study voice`).
    (Study channel ▾)
    (Voice channels in which time counts ▾)
    [Time zone and least commitment…] [Back]
    ");
    assert!(d.slash("bob", "/study voice on:true").await.content.starts_with("**Where do you study?**"));
    let library = format!("<#{}>", d.channel_id("library"));
    let aloud = |text: &str| text.replace(&library, "#library");
    assert_snapshot!(aloud(&d.slash("ann", "/study voice").await.content), @"Time in #library can count as timer minutes for you: `/study voice on:True` turns it on. Cairn then keeps that you want it, and, while you are there, since when.");
    assert_snapshot!(aloud(&d.slash("ann", "/study voice on:true").await.content), @"From the next time you join, your time in #library counts as timer minutes. Your timer asks whether you are still there, as always; three minutes after you have left, I tell you what counted. A timer that runs already is left alone. `/study voice on:False` turns it off.");
    assert_snapshot!(aloud(&d.slash("ann", "/study voice").await.content), @"Your time in #library counts as timer minutes. Your timer asks whether you are still there, as always; three minutes after you have left, I tell you what counted. A timer that runs already is left alone. `/study voice on:False` turns it off.");
    assert!(name_channels(d, &[]).await.contains("There is no study channel.\n"));
    assert_snapshot!(d.slash("ann", "/study voice").await.content, @"Time in study voice channels counts for you here, but this server names none now. `/study voice on:False` turns it off.");
    assert_snapshot!(d.slash("ann", "/study voice on:false").await.content, @"Time in voice channels of this server does not count for you.");
    d.go("ann", "@cairn");
    assert_snapshot!(d.slash("ann", "/study voice").await.content, @"Time in voice channels counts for you nowhere; `/study voice on:True` in a server turns it on there.");
    assert_snapshot!(d.slash("ann", "/study voice on:true").await.content, @"Voice channels are a server's: turn this on in the server where you study.");
    d.go("ann", "general");
    name_channels(d, &["library"]).await;
    d.slash("ann", "/study voice on:true").await;
    d.go("ann", "@cairn");
    assert_snapshot!(d.slash("ann", "/study voice").await.content, @"Time in study voice channels counts for you in 1 server; `/study voice on:False` turns it off everywhere.");
    d.slash("ann", "/study voice on:false").await;
    d.go("ann", "general");
    assert!(d.slash("ann", "/study voice").await.content.ends_with("while you are there, since when."));
    // Nobody is asked about who has not named a channel.
    let asked: Vec<bool> = d.identified().iter().map(|i| i.intents & intent::GUILD_VOICE_STATES != 0).collect();
    assert_eq!(asked, [false, true]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_kept_of_who_has_not_asked_for_it() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    let away = d.voice_channel("away");
    name_channels(d, &["library", "attic", "away"]).await;
    joins(&world, "zoe", "away").await;
    d.is_for_those_away(away);
    stay(&world, "zoe", |stay| !stay["gone"].is_null()).await;
    // cid studies, dan is a stranger, ann is elsewhere or away.
    d.joins_voice("cid", "library");
    d.joins_voice("dan", "library");
    d.joins_voice("ann", "lounge");
    d.joins_voice("ben", "away");
    told(&world).await;
    for who in ["ann", "ben", "cid", "dan"] {
        stay(&world, who, Value::is_null).await;
        let held = export(&world.app.store, &Identity::Discord(d.person(who))).await.expect("an export");
        assert_eq!(held["held"] == serde_json::json!({}), who == "dan", "{held}");
    }
    world.pass("1h").await;
    for who in ["ann", "ben", "cid"] {
        assert!(!runs(&world, who).await, "{who}");
    }
    // From the channel for those who are away they come, and go there.
    joins(&world, "ben", "library").await;
    world.pass("30m").await;
    d.joins_voice("ben", "away");
    stay(&world, "ben", |stay| !stay["gone"].is_null()).await;
    world.pass("30m").await;
    assert!(today(&world, "ben").await.contains(", 30 of 120 min by timer;"));
    // Who turns it on while they are there counts from the next sign of them, be it a mute.
    d.slash("cid", "/study voice on:true").await;
    d.mutes("cid");
    stay(&world, "cid", |stay| !stay.is_null()).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_stay_wherever_they_go_within_and_with_short_gaps() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    joins(&world, "ann", "library").await;
    world.tick_to("2026-11-16T10:20:00Z").await;
    joins(&world, "ann", "attic").await;
    world.tick_to("2026-11-16T10:30:00Z").await;
    leaves(&world, "ann").await;
    world.tick_to("2026-11-16T10:32:59Z").await;
    joins(&world, "ann", "library").await;
    world.tick_to("2026-11-16T10:50:00Z").await;
    assert!(said(&world, "ann").is_empty());
    // The lounge is no study.
    d.joins_voice("ann", "lounge");
    stay(&world, "ann", |stay| !stay["gone"].is_null()).await;
    world.tick_to("2026-11-16T10:53:00Z").await;
    assert!(today(&world, "ann").await.contains(", 50 of 120 min by timer;"));
    assert_eq!(said(&world, "ann").len(), 1);
    // Back after three minutes, before the bot has looked: two stays, each with its own end.
    joins(&world, "ann", "library").await;
    world.tick_to("2026-11-16T11:00:00Z").await;
    leaves(&world, "ann").await;
    world.app.clock.set("2026-11-16T11:10:00Z".parse().expect("an instant"));
    joins(&world, "ann", "library").await;
    world.tick_to("2026-11-16T11:20:00Z").await;
    assert!(today(&world, "ann").await.contains(", 67 of 120 min by timer;"), "{}", today(&world, "ann").await);
    leaves(&world, "ann").await;
    world.pass("15m").await;
    assert!(today(&world, "ann").await.contains(", 67 of 120 min by timer;"));
    let said = said(&world, "ann");
    let counted: Vec<bool> = [50, 7, 10]
        .iter()
        .zip(&said)
        .map(|(n, text)| text.contains(&format!(" is over. Timer stopped: {n} min counted for today.")))
        .collect();
    assert_eq!((counted, said.len()), (vec![true; 3], 3), "{said:?}");
    // Less than a minute says nothing.
    joins(&world, "ann", "library").await;
    world.app.clock.set(world.now() + jiff::SignedDuration::from_secs(59));
    leaves(&world, "ann").await;
    world.pass("15m").await;
    assert_eq!(self::said(&world, "ann").len(), 3);
    assert!(today(&world, "ann").await.contains(", 67 of 120 min by timer;") && !runs(&world, "ann").await);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_of_ones_own_is_left_alone_and_nothing_counts_twice() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.channel("hall");
    d.slash("ann", "/study start").await;
    joins(&world, "ann", "library").await;
    joins(&world, "ben", "library").await;
    world.tick_to("2026-11-16T10:30:00Z").await;
    // Ben stops his himself: it does not begin again while he is there, whatever he does.
    d.slash("ben", "/study stop").await;
    d.mutes("ben");
    told(&world).await;
    assert!(!runs(&world, "ben").await);
    leaves(&world, "ann").await;
    leaves(&world, "ben").await;
    world.tick_to("2026-11-16T11:00:00Z").await;
    assert!(runs(&world, "ann").await);
    d.slash("ann", "/study stop").await;
    assert!(today(&world, "ann").await.contains(", 60 of 120 min by timer;"));
    assert!(today(&world, "ben").await.contains(", 30 of 120 min by timer;"));
    assert_eq!((said(&world, "ann").len(), said(&world, "ben").len()), (0, 0));
    // A round of a Pomodoro within a stay, and a stay within a round.
    d.go("ann", "hall");
    d.go("ben", "hall");
    joins(&world, "ann", "library").await;
    let began = d.slash("ann", "/pomodoro start rounds:1 focus:30").await.content.clone();
    assert!(began.contains("Your own timer is running and goes on counting"), "{began}");
    d.slash("ben", "/pomodoro join").await;
    joins(&world, "ben", "library").await;
    world.tick_to("2026-11-16T11:30:00Z").await;
    world.tick_to("2026-11-16T11:45:00Z").await;
    leaves(&world, "ann").await;
    leaves(&world, "ben").await;
    world.tick_to("2026-11-16T12:00:00Z").await;
    assert!(today(&world, "ann").await.contains(", 105 of 120 min by timer;"), "{}", today(&world, "ann").await);
    assert!(today(&world, "ben").await.contains(", 60 of 120 min by timer;"), "{}", today(&world, "ben").await);
    assert_eq!((said(&world, "ann").len(), said(&world, "ben").len()), (1, 0));
    // Who has just left and starts at once has a timer of their own.
    joins(&world, "ann", "library").await;
    world.tick_to("2026-11-16T12:10:00Z").await;
    leaves(&world, "ann").await;
    world.app.clock.set("2026-11-16T12:11:00Z".parse().expect("an instant"));
    assert!(d.slash("ann", "/study start").await.content.starts_with("Timer started."));
    world.tick_to("2026-11-16T12:21:00Z").await;
    d.slash("ann", "/study stop").await;
    let why = d.slash("ann", "/study why").await.content.clone();
    assert!(why.contains("met, 125 of 120 min by timer;"), "{why}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_hours_are_what_the_timer_makes_of_them() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.takes_dms("ben", false);
    d.channel("hall");
    let panel = d.slash("root", "/mod settings").await;
    let page = d.press("root", &panel, "Study…").await;
    d.choose("root", &page, "Study channel", &["hall"]).await;
    joins(&world, "ann", "library").await;
    joins(&world, "ben", "library").await;
    world.tick_to("2026-11-16T13:05:00Z").await;
    let question = d.bot_says("@ann").await;
    assert!(question.content.starts_with("**Still studying?** Your timer has run for 3 h."), "{question}");
    d.press("ann", &question, "I'm still there").await;
    // Who takes no direct messages is asked in the study channel.
    let asked = d.bot_says("hall").await;
    assert!(asked.content.starts_with(&format!("<@{}> **Still studying?**", d.person("ben"))), "{asked}");
    world.tick_to("2026-11-17T06:00:00Z").await;
    leaves(&world, "ann").await;
    leaves(&world, "ben").await;
    world.pass("1h").await;
    let why = d.slash("ann", "/study why").await.content.clone();
    assert!(why.contains("- **Mon 16 Nov**: met, 300 of 120 min by timer"), "{why}");
    let why = d.slash("ben", "/study why").await.content.clone();
    assert!(why.contains("- **Mon 16 Nov**: met, 180 of 120 min by timer"), "{why}");
    let said = said(&world, "ann");
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[2].starts_with("I heard nothing at 15:00, so your timer stopped there."), "{said:?}");
    // The day starts at four: a stay over that hour counts for both days.
    world.tick_to("2026-11-18T03:50:00Z").await;
    joins(&world, "ann", "library").await;
    world.tick_to("2026-11-18T04:20:00Z").await;
    leaves(&world, "ann").await;
    world.pass("3m").await;
    let told = self::said(&world, "ann").pop().expect("a message");
    assert!(told.contains("Timer stopped: counted 10 min for Tuesday 17 November and 20 min for today."), "{told}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_was_away() {
    let mut world = rooms("2026-11-16T10:00:00Z").await;
    for who in ["ann", "ben"] {
        joins(&world, who, "library").await;
    }
    world.tick_to("2026-11-16T10:40:00Z").await;
    // Ann leaves and zoe comes while it is away; ben stays.
    let d = world.discord.clone();
    let away = {
        let (ann, zoe) = (d.clone(), d.clone());
        move || {
            ann.leaves_voice("ann");
            zoe.joins_voice("zoe", "attic");
        }
    };
    world.sleeping("2026-11-16T11:20:00Z", away).await;
    stay(&world, "ann", |stay| stay["unseen"] == 1).await;
    stay(&world, "zoe", |stay| stay["gone"].is_null() && !stay.is_null()).await;
    stay(&world, "ben", |stay| stay["gone"].is_null() && stay["seen"] == world.now().as_millisecond()).await;
    world.tick().await;
    assert_snapshot!(d.bot_says("@ann").await.content.replace(&d.channel_id("library").to_string(), "library"), @"
    Your time in <#library> is over. Timer stopped: 40 min counted for today.
    ▰▰▰▱▱▱▱▱▱▱ 40 of 120 min today
    Your streak begins on the first day you reach your minutes.
    I was away and could not see when you left, so it counts up to 10:40, when I last saw you there. If you studied on, add the rest with `/study log`.
    What did you study? Add a subject if you want to remember it.
    ");
    world.tick_to("2026-11-16T11:30:00Z").await;
    for who in ["ben", "zoe"] {
        leaves(&world, who).await;
    }
    world.pass("15m").await;
    assert!(today(&world, "ann").await.contains(", 40 of 120 min by timer;"));
    assert!(today(&world, "ben").await.contains(", 90 of 120 min by timer;"));
    assert!(today(&world, "zoe").await.contains(", 10 of 120 min by timer;"));
    // A connection that is dropped and resumed tells what it missed.
    joins(&world, "ann", "library").await;
    d.drop_gateway();
    d.leaves_voice("ann");
    stay(&world, "ann", |stay| stay["unseen"] == 0 && !stay["gone"].is_null()).await;
    world.finish().await;
}
