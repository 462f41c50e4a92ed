//! Study in voice channels when things are odd: events in any order, other servers, people who are gone, kills.

use std::collections::BTreeMap;
use std::time::Duration;

use cairn::people::Identity;
use cairn::people::export::export;
use cairn::store::Store;
use cairn::student::Caller;
use cairn::study::{self, Wish};
use cairn::time::zone::Zone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::voice::{joins, leaves, name_channels, rooms, runs, said, stay, today, told};
use crate::world::discord::{Fault, permission};
use crate::world::program::Cairn;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_in_any_order_about_anybody() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    let (ann, guild) = (d.person("ann"), d.guild());
    let [library, attic, lounge] = ["library", "attic", "lounge"].map(|name| d.channel_id(name));
    // Leaves of who is not there, people and servers nobody knows, numbers at the ends.
    d.tells_voice(ann, guild, None);
    for user in [1, 7, u64::MAX, d.bot()] {
        for server in [guild, 1, u64::MAX] {
            for channel in [None, Some(library), Some(1), Some(u64::MAX)] {
                d.tells_voice(user, server, channel);
            }
        }
    }
    // What no Discord says.
    d.tells("VOICE_STATE_UPDATE", &json!({"user_id": "x", "channel_id": -1}));
    d.tells("VOICE_STATE_UPDATE", &json!({"user_id": ann.to_string(), "channel_id": library.to_string()}));
    told(&world).await;
    stay(&world, "ann", Value::is_null).await;
    // The same ten times, there and back at one instant, a storm of moves.
    (0..10).for_each(|_| d.tells_voice(ann, guild, Some(library)));
    (0..50).for_each(|n| d.tells_voice(ann, guild, [Some(library), None, Some(attic), Some(lounge)][n % 4]));
    d.tells_voice(ann, guild, Some(attic));
    told(&world).await;
    let now = stay(&world, "ann", |stay| stay["channel"] == attic.cast_signed() && stay["gone"].is_null()).await;
    assert_eq!(now["began"], world.now().as_millisecond());
    world.tick_to("2026-11-16T10:20:00Z").await;
    (0..5).for_each(|_| d.tells_voice(ann, guild, None));
    told(&world).await;
    world.tick_to("2026-11-16T10:30:00Z").await;
    assert!(today(&world, "ann").await.contains(", 20 of 120 min by timer;"));
    assert_eq!(said(&world, "ann").len(), 1);
    // The clock is set back while she is there: her minutes are none, and nothing breaks.
    joins(&world, "ann", "library").await;
    world.app.clock.set("2026-11-16T09:00:00Z".parse().expect("an instant"));
    leaves(&world, "ann").await;
    world.app.clock.set("2026-11-16T10:45:00Z".parse().expect("an instant"));
    world.tick().await;
    assert!(today(&world, "ann").await.contains(", 20 of 120 min by timer;"));
    assert!(!runs(&world, "ann").await);
    let acts =
        export(&world.app.store, &Identity::Discord(ann)).await.expect("an export")["held"]["study_events"].clone();
    assert_eq!(acts.as_array().map(Vec::len), Some(5), "joined, and two stays: {acts}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn channels_of_another_server_do_not_count_here() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    let (ann, here, there) = (d.person("ann"), d.guild(), d.second_server());
    let (library, cave) = (d.channel_id("library"), d.voice_channel("cave"));
    // Its channels are none of ours, even by the number of one of ours.
    d.tells_voice(ann, there, Some(cave));
    d.tells_voice(ann, there, Some(library));
    d.tells_voice(ann, here, Some(cave));
    told(&world).await;
    stay(&world, "ann", Value::is_null).await;
    // Its leaves end nothing here, nor does its list of who is there.
    joins(&world, "ann", "library").await;
    d.tells_voice(ann, there, Some(cave));
    d.tells_voice(ann, there, None);
    study::present_in_voice(&world.app.store, there, &BTreeMap::new(), world.now()).await.expect("nobody");
    told(&world).await;
    stay(&world, "ann", |stay| stay["gone"].is_null() && !stay.is_null()).await;
    // The bot is removed there, and then from here.
    d.removed_from(there);
    told(&world).await;
    stay(&world, "ann", |stay| stay["gone"].is_null() && !stay.is_null()).await;
    world.tick_to("2026-11-16T10:25:00Z").await;
    d.tells("GUILD_DELETE", &json!({"id": here.to_string()}));
    stay(&world, "ann", |stay| !stay["gone"].is_null()).await;
    world.pass("15m").await;
    assert!(said(&world, "ann")[0].contains(" 25 min counted for today."));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_wants_no_more_of_it_is_left_alone() {
    let world = rooms("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    for who in ["ann", "ben", "zoe"] {
        joins(&world, who, "library").await;
    }
    world.tick_to("2026-11-16T10:25:00Z").await;
    // Turned off in the middle: what was counts, and what comes does not.
    assert_eq!(
        d.slash("ann", "/study voice on:false").await.content,
        "Time in voice channels of this server does not count for you."
    );
    // Never again: Cairn writes nothing, and begins nothing.
    let asked = d.slash("ben", "/privacy delete").await;
    d.press("ben", &asked, "Never answer my posts").await;
    let refused = d.slash("ben", "/study voice on:true").await.content.clone();
    assert!(refused.starts_with("You asked Cairn never to write to you unasked"), "{refused}");
    // Erased.
    let cairn = Cairn::new();
    let (person, now) = (format!("discord:{}", d.person("zoe")), world.now().to_string());
    let folder = world.path().to_string_lossy().into_owned();
    let args = ["--data-dir", &folder, "--now", &now, "privacy", "delete", &person, "--yes"];
    let erased = tokio::task::block_in_place(|| cairn.run(&args)).well();
    assert!(erased.contains("- 1 stay in a study voice channel\n"), "{erased}");
    assert!(erased.contains("- 1 server whose voice channels count for them\n"), "{erased}");
    for who in ["ann", "ben", "zoe"] {
        d.mutes(who);
        d.leaves_voice(who);
        d.joins_voice(who, "attic");
    }
    d.slash("cid", "/study voice on:true").await;
    joins(&world, "cid", "library").await;
    for who in ["ann", "ben", "zoe"] {
        stay(&world, who, Value::is_null).await;
    }
    world.pass("1h").await;
    assert_eq!([said(&world, "ann").len(), said(&world, "ben").len(), said(&world, "zoe").len()], [1, 0, 0]);
    assert!(today(&world, "ann").await.contains(", 25 of 120 min by timer;") && !runs(&world, "ann").await);
    assert!(today(&world, "ben").await.contains(", 25 of 120 min by timer;") && !runs(&world, "ben").await);
    // A channel that is no study any more is left by who is in it.
    name_channels(d, &["attic"]).await;
    stay(&world, "cid", |stay| !stay["gone"].is_null()).await;
    world.pass("15m").await;
    assert!(today(&world, "cid").await.contains(", 60 of 120 min by timer;") && !runs(&world, "cid").await);
    world.finish().await;
}

/// She left three minutes ago but for some seconds. The program is killed after it has sent the message and before it knows
/// that, and again as soon as it runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_message_and_one_end_whatever_is_killed() {
    let mut world = World::empty().await;
    let (guild, ann) = (world.discord.guild(), world.discord.person("ann"));
    let library = world.discord.voice_channel("library");
    let caller = Caller { identity: Identity::Discord(ann), guild: Some(guild), channel: None };
    let store = Store::open(&world.cairn.path().join("data")).await.expect("a database");
    let now = Timestamp::now();
    let (began, left) = (now - SignedDuration::from_mins(50), now - SignedDuration::from_secs(3 * 60 - 8));
    // Where no day begins meanwhile.
    let zone =
        if (3..6).contains(&now.to_zoned(jiff::tz::TimeZone::UTC).hour()) { "America/Los_Angeles" } else { "UTC" };
    study::join(&store, &caller, &Wish::new(Zone::named(zone).expect("a zone")), began).await.expect("she joins");
    world.begin().await;
    world.discord.grant("root", world.discord.role("admins", permission::MANAGE_GUILD));
    name_channels(&world.discord, &["library"]).await;
    world.discord.slash("ann", "/study voice on:true").await;
    world.kill().await;
    study::heard_in_voice(&store, guild, ann, Some(library), began).await.expect("she comes");
    study::seen_in_voice(&store, left).await.expect("she is there");
    study::heard_in_voice(&store, guild, ann, None, left).await.expect("she leaves");
    store.close().await;
    world.discord.fail_next("POST", "/channels/*/messages", Fault::cut_after(), 1);
    world.begin().await;
    world.kill().await;
    world.begin().await;
    let said = tokio::time::timeout(Duration::from_secs(60), async {
        while world.discord.messages("@ann").is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        world.discord.messages("@ann")
    });
    let said = said.await.expect("it was said");
    world.kill().await;
    world.begin().await;
    let why = world.discord.slash("ann", "/study why").await.content.clone();
    assert!(why.contains(", 47 of 120 min by timer;"), "{why}");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(world.discord.messages("@ann").len(), 1, "{said:?}");
    assert!(said[0].content.contains(" 47 min counted for today."), "{}", said[0]);
    world.finish();
}

/// As long as Discord is heard, whoever is there was there a moment ago; when it is not, nobody knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_sign_is_when_discord_was_heard_last() {
    let mut world = World::empty().await;
    world.discord.heartbeat_every(Duration::from_millis(500));
    // Signs are noted every three seconds.
    world.begin_with(&["--discord-hurry", "20"]).await;
    let d = world.discord.clone();
    d.voice_channel("library");
    name_channels(&d, &["library"]).await;
    d.slash("ann", "/study zone zone:UTC").await;
    d.slash("ann", "/study voice on:true").await;
    let store = Store::open(&world.cairn.path().join("data")).await.expect("a database");
    let identity = Identity::Discord(d.person("ann"));
    let seen = async || {
        let held = export(&store, &identity).await.expect("an export");
        held["held"]["study_stays"][0]["seen"].as_i64().unwrap_or_default()
    };
    let grows = async |above: i64| {
        for _ in 0..600 {
            let now = seen().await;
            if now > above {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no sign after {above}");
    };
    d.joins_voice("ann", "library");
    let joined = grows(0).await;
    grows(joined).await;
    // The gateway is gone: after what was under way, no sign comes.
    d.gateway_is_down(true);
    let gone = Timestamp::now().as_millisecond();
    tokio::time::sleep(Duration::from_secs(8)).await;
    let last = seen().await;
    assert!(last <= gone + 500, "{last} {gone}");
    d.gateway_is_down(false);
    grows(last).await;
    store.close().await;
    world.finish();
}
