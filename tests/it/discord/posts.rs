//! Conversations on Discord: beginners' channels and forums.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::world::discord::{Fault, intent, permission};
use crate::world::server::World;

const ENGINEER: &str = "How do I get into machine learning? I've been a backend developer for five years and want a job as an ML engineer.";
const MOMENT: Duration = Duration::from_millis(700);

/// A bot that may read posts in `beginners` and in the forum `questions`.
async fn reading() -> World {
    let world = World::start().await;
    let d = &world.discord;
    d.grant_intents(intent::MESSAGE_CONTENT);
    d.channel("beginners");
    d.forum("questions");
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/channels", &["beginners", "questions"]).await;
    let before = d.identified().len();
    d.press("root", &panel, "Allow reading posts").await;
    for _ in 0..100 {
        if d.identified().len() > before && d.connected() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(d.identified().len() > before, "the bot asks again for what it is told");
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_beginners_post_is_answered_once() {
    let world = reading().await;
    let d = &world.discord;
    d.says("ann", "beginners", ENGINEER);
    let answer = d.bot_says("beginners").await;
    assert_snapshot!(answer, @r#"
    **Engineer guide: working as an ML or AI engineer**
    This guide, because you said “job as an ML engineer”, “backend” and “developer”.

    **Your first step:** Read ten adverts from your area across the titles in [the job table](https://cairn.example/guides/engineer#which-kinds-of-ml-and-ai-jobs-are-there), count the skills they ask for, and mark each as "have", "half" or "missing" with the [skills checklist](https://cairn.example/guides/skills).
    [Hacker guide] [High school guide] [Researcher guide]
    [Read on] [👍] [👎] [Not my question]
    "#);
    // The rest is for anybody who presses, and no cards are drawn of the links.
    let rest = d.press("bob", &answer, "Read on").await;
    assert!(rest.ephemeral && rest.to_string().contains("3. Choose a problem from your own work"), "{rest}");
    assert!(!rest.to_string().contains("because you"), "{rest}");
    assert_eq!(d.requests_to("POST", "/channels/*/messages")[0].body["flags"], 4);
    assert!(answer.pings.iter().all(|p| p == "@ann"), "{:?}", answer.pings);
    let sent = d.requests_to("POST", "/channels/*/messages");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].body["enforce_nonce"], true);
    // Once a day and author, never to a bot, never for small talk, never elsewhere.
    d.says("ann", "beginners", ENGINEER);
    d.says("bob", "beginners", "look at this funny cat");
    d.says("bob", "general", ENGINEER);
    let store = cairn::store::Store::open(&world.cairn.path().join("data")).await.expect("the bot's database");
    let zoe = cairn::people::Identity::Discord(d.person("zoe"));
    cairn::people::optout::opt_out(&store, &zoe, jiff::Timestamp::now()).await.expect("she is opted out");
    d.says("zoe", "beginners", ENGINEER);
    d.stays_silent("beginners", MOMENT).await;
    d.stays_silent("general", MOMENT).await;
    // The buttons are the author's.
    assert_snapshot!(d.press("bob", &answer, "Hacker guide").await, @"
    [ephemeral]
    These buttons are for the person who asked; use /start to get an answer of your own.
    ");
    let other = d.press("ann", &answer, "Hacker guide").await;
    assert!(other.updated && !other.ephemeral);
    assert_snapshot!(d.press("ann", &answer, "👍").await, @"
    [ephemeral]
    Thank you, good luck!
    ");
    assert_snapshot!(d.press("ann", &answer, "👎").await, @"
    [ephemeral]
    Thank you for saying so. Press the guide that fits you, or “Not my question” to take the answer away.
    ");
    d.press("ann", &answer, "Not my question").await;
    assert!(d.message(answer.id).is_none(), "the answer is gone");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forum_post_is_read_by_its_title_too() {
    let world = reading().await;
    let d = &world.discord;
    let post = d.posts(
        "ann",
        "questions",
        "How do I get into machine learning?",
        "I'm 16 and at school, I want a career in it later.",
    );
    let answer = d.bot_says(&post).await;
    assert_snapshot!(answer, @"
    **High school guide: getting into ML while you're at school**
    This guide, because you said “I'm 16” and “How do I get into machine learning”.

    **Your first step:** **Train something.** Make a picture or sound classifier in [Teachable Machine](https://teachablemachine.withgoogle.com) with your webcam, try to fool it, and write down when it fails and why. If that was the best part of your week, look at [what can be made](https://cairn.example/guides/hacker#what-can-be-made-with-ml).
    [Engineer guide] [Researcher guide] [Hacker guide]
    [Read on] [👍] [👎] [Not my question]
    ");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_are_never_answered() {
    let world = reading().await;
    let d = &world.discord;
    d.is_a_bot("robot");
    d.says("robot", "beginners", ENGINEER);
    d.webhook_says("beginners", ENGINEER);
    let post = d.posts("robot", "questions", "How do I get into machine learning?", ENGINEER);
    // Whoever comes after them is answered, so they were looked at by then.
    d.says("ann", "beginners", ENGINEER);
    let answer = d.bot_says("beginners").await;
    assert!(answer.reply_to.is_some_and(|id| d.message(id).is_some_and(|m| m.author == "ann")), "{answer}");
    d.stays_silent("beginners", MOMENT).await;
    d.stays_silent(&post, MOMENT).await;
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opted_out_is_left_alone_and_unread_posts_stay_unread() {
    let world = World::start().await;
    let d = &world.discord;
    // Only granted intents are asked for, and none of them is privileged.
    assert!(d.identified().iter().all(|i| i.intents & intent::MESSAGE_CONTENT == 0));
    d.channel("beginners");
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/channels", &["beginners"]).await;
    d.says("ann", "beginners", ENGINEER);
    d.stays_silent("beginners", MOMENT).await;
    // Discord refuses to let it read: it goes on without, and says so.
    d.refuse_identify(4014);
    d.press("root", &panel, "Allow reading posts").await;
    for _ in 0..150 {
        if world.log().contains("Message Content Intent") && d.connected() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(world.log().contains("turn on Message Content Intent"), "{}", world.log());
    let panel = d.slash("root", "/mod settings").await;
    assert!(panel.content.contains("Developer Portal"), "{panel}");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_wants_to_be_left_alone_says_so_by_a_button() {
    let world = reading().await;
    let d = &world.discord;
    let panel = d.slash("ann", "/privacy delete").await;
    assert_snapshot!(d.press("ann", &panel, "Never answer my posts").await, @"
    [updated]
    [ephemeral]
    Cairn will never again answer your posts or write to you unasked. What you ask it yourself, it still answers. This cannot be undone.
    ");
    d.says("ann", "beginners", ENGINEER);
    d.stays_silent("beginners", MOMENT).await;
    assert!(d.slash("ann", &format!("/start text:{ENGINEER}")).await.ephemeral, "what ann asks is answered");
    d.says("bob", "beginners", ENGINEER);
    d.bot_says("beginners").await;
    world.finish();
}

fn refusal(status: u16, code: u32) -> Fault {
    Fault::answer(status, vec![], json!({"code": code, "message": "Refused on demand."}))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forum_post_that_is_not_quite_there_yet_is_answered_all_the_same() {
    let world = reading().await;
    let d = &world.discord;
    let read = "/channels/*/messages/*";
    let write = "/channels/*/messages";
    let troubles = [("GET", read, 404, 10_008, 2), ("GET", read, 403, 50_001, 1), ("POST", write, 403, 40_058, 1)];
    for (n, (method, path, status, code, times)) in troubles.into_iter().enumerate() {
        d.fail_next(method, path, refusal(status, code), times);
        let who = format!("person{n}");
        let post = d.posts(&who, "questions", "How do I get into machine learning?", ENGINEER);
        let answer = d.bot_says(&post).await;
        assert!(answer.content.contains("Engineer guide"), "{code}: {answer}");
        assert!(d.all_faults_met(), "{code}");
    }
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn never_stops_what_is_on_its_way() {
    let world = reading().await;
    let d = &world.discord;
    d.fail_next("POST", "/channels/*/messages", Fault::status(503), 1);
    d.fail_next("GET", "/channels/*/messages", Fault::status(503), 2);
    d.says("ann", "beginners", ENGINEER);
    for _ in 0..100 {
        if !d.requests_to("POST", "/channels/*/messages").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let panel = d.slash("ann", "/privacy delete").await;
    d.press("ann", &panel, "Never answer my posts").await;
    d.heal();
    d.stays_silent("beginners", Duration::from_secs(9)).await;
    // Nor is it anything that moderators could send again.
    let panel = d.slash("root", "/mod settings").await;
    assert!(!panel.content.contains("answer/discord"), "{panel}");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forwarded_question_is_a_question() {
    let world = reading().await;
    let d = &world.discord;
    let forward = |message: &crate::world::discord::Message| {
        let ann = d.person("ann").to_string();
        json!({
            "id": message.id.to_string(), "channel_id": message.channel.to_string(), "guild_id": d.guild().to_string(),
            "author": {"id": ann, "username": "ann", "discriminator": "0", "avatar": null, "global_name": null},
            "content": "", "type": 0, "timestamp": "2026-11-20T00:00:00+00:00", "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "pinned": false, "flags": 16384, "components": [],
            "message_reference": {"type": 1, "channel_id": "5", "message_id": "6", "guild_id": "7"},
            "message_snapshots": [{"message": {
                "type": 0, "content": ENGINEER, "embeds": [], "attachments": [], "components": [], "flags": 0,
                "timestamp": "2026-11-20T00:00:00+00:00", "edited_timestamp": null, "mentions": [], "mention_roles": [],
            }}],
        })
    };
    let said = d.says("ann", "beginners", "look at this");
    d.stays_silent("beginners", MOMENT).await;
    d.tells("MESSAGE_CREATE", &forward(&said));
    let answer = d.bot_says("beginners").await;
    assert!(answer.content.contains("Engineer guide") && answer.reply_to == Some(said.id), "{answer}");
    // And where somebody points at it.
    let menu = d.commands().into_iter().find(|command| command["name"] == "Point to a guide").expect("the menu");
    let id = said.id.to_string();
    let data = json!({
        "id": menu["id"], "name": "Point to a guide", "type": 3, "target_id": id,
        "resolved": {"messages": {id: forward(&said)}},
    });
    let pointed = d.forge_command("bob", data).await;
    assert!(pointed.to_string().contains("Engineer guide: working as an ML or AI engineer"), "{pointed}");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_be_in_danger_is_not_answered_in_public() {
    let world = reading().await;
    let d = &world.discord;
    d.says(
        "ann",
        "beginners",
        "I want to kill myself. how do i even get into machine learning as a career with no degree",
    );
    tokio::time::sleep(MOMENT).await;
    d.says("bob", "beginners", ENGINEER);
    let answer = d.bot_says("beginners").await;
    assert!(answer.pings.iter().all(|p| p == "@bob"), "the first is left to people: {:?}", answer.pings);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moderators_are_told_of_danger_if_they_want_it() {
    let world = reading().await;
    let d = &world.discord;
    let danger = "I want to kill myself. how do i even get into machine learning";
    d.channel("staff");
    d.says("ann", "beginners", danger);
    tokio::time::sleep(MOMENT).await;
    assert!(d.messages("staff").is_empty() && d.messages("beginners").len() == 1, "off unless it is wanted");
    let panel = d.slash("root", "/mod settings").await;
    let page = d.press("root", &panel, "People in danger…").await;
    assert_snapshot!(page, @"
    [updated]
    [ephemeral]
    **People in danger**
    A post in a beginners' channel may sound as if its author, or someone near them, is in danger. Cairn never answers such a post by itself. If you choose a channel, it tells you there where the post is, without its text.
    You are not told at present; choose a channel that only moderators see.
    (Moderators' channel ▾)
    [Back]
    ");
    let set = d.choose("root", &page, "Moderators' channel", &["staff"]).await;
    assert!(set.content.contains("You are told in <#"), "{set}");
    let post = d.says("ann", "beginners", danger);
    let told = d.bot_says("staff").await;
    let link = format!("https://discord.com/channels/{}/{}/{}", d.guild(), post.channel, post.id);
    assert!(told.content.contains(&link) && !told.content.contains("kill") && told.pings.is_empty(), "{told}");
    assert_eq!(d.messages("beginners").len(), 2, "nobody is answered in public");
    d.choose("root", &set, "Moderators' channel", &[]).await;
    d.says("ann", "beginners", danger);
    tokio::time::sleep(MOMENT).await;
    assert_eq!(d.messages("staff").len(), 1);
    world.finish();
}
