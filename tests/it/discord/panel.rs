//! The panel for people who know no commands, and the greeting in beginners' forums.

use std::time::Duration;

use insta::assert_snapshot;

use crate::world::discord::{Fault, permission};
use crate::world::server::World;

const MOMENT: Duration = Duration::from_millis(700);

/// A server with an admin, a beginners' channel and a forum.
async fn town() -> World {
    let world = World::start().await;
    let d = &world.discord;
    d.channel("beginners");
    d.forum("questions");
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pinned_panel_finds_people_their_guide() {
    let world = town().await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/mod panel channel:beginners").await, @"
    [ephemeral]
    To post the panel, you need the permission Manage Server; ask someone who has it.
    ");
    let told = d.slash("root", "/mod panel channel:beginners").await;
    assert!(told.ephemeral && told.to_string().contains("and pinned there"), "{told}");
    let panel = d.bot_says("beginners").await;
    assert_snapshot!(panel, @"
    **Find your guide to machine learning**
    Press what you are after. Two or three clicks, and you have your guide and your first three steps. Only you see the answer.
    [A job or a future in it] [Research] [Fun, or a project of my own]
    [Say it in my own words…]
    ");
    assert!(d.pinned(panel.id), "it is pinned");
    // Each press is answered to whom it comes from alone, and the panel stays as it is for the next one.
    let fun = d.press("ann", &panel, "Fun, or a project of my own").await;
    assert!(fun.ephemeral && !fun.updated && fun.to_string().contains("Your first three steps this week"), "{fun}");
    let job = d.press("bob", &panel, "A job or a future in it").await;
    assert!(job.ephemeral && !job.updated && job.to_string().contains("**What do you do now?**"), "{job}");
    let guide = d.choose("bob", &job, "from/job", &["I'm at school"]).await;
    assert!(guide.updated && guide.to_string().contains("High school guide"), "{guide}");
    let form = d.press("eve", &panel, "Say it in my own words…").await;
    let said = "I've been a backend developer for five years. How do I become an ML engineer?";
    let answer = d.submit("eve", form.modal(), &[("text", said)]).await;
    assert!(answer.ephemeral && answer.to_string().contains("because you said “become an ML engineer”"), "{answer}");
    let care = d.submit("eve", form.modal(), &[("text", "I feel like killing myself")]).await.to_string();
    assert!(care.contains("findahelpline") && !care.replace("[ephemeral]", "").contains('['), "{care}");
    assert!(d.message(panel.id).expect("it is there").to_string().contains("Find your guide"), "and it is as it was");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panel_that_cannot_be_posted_or_pinned_says_what_to_do() {
    let world = town().await;
    let d = &world.discord;
    d.forbid("beginners");
    let told = d.slash("root", "/mod panel channel:beginners").await.to_string();
    assert!(told.contains("Cairn may not write in that channel; let it see the channel"), "{told}");
    d.allow("beginners");
    d.fail_next("PUT", "/channels/*/messages/pins/*", Fault::status(403), 1);
    let told = d.slash("root", "/mod panel channel:beginners").await.to_string();
    assert!(told.contains("does not let Cairn pin it: pin it yourself"), "{told}");
    assert!(!d.pinned(d.bot_says("beginners").await.id));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opens_a_post_in_a_beginners_forum_is_greeted_if_that_is_wanted() {
    let world = town().await;
    let d = &world.discord;
    assert_snapshot!(d.slash("root", "/mod greeting on:true").await, @"
    [ephemeral]
    No beginners' forum is chosen yet; choose one in /mod settings first.
    ");
    let settings = d.slash("root", "/mod settings").await;
    d.choose("root", &settings, "set/channels", &["beginners", "questions"]).await;
    let post = d.posts("ann", "questions", "My cat walks over the keyboard", "What can I do?");
    d.stays_silent(&post, MOMENT).await;
    assert!(d.slash("root", "/mod greeting on:true").await.to_string().contains("From now on Cairn greets"));
    let post = d.posts("ann", "questions", "My cat walks over the keyboard", "What can I do?");
    let greeting = d.bot_says(&post).await;
    assert_snapshot!(greeting, @"
    Welcome, @ann! People answer here as they come by. If you say what you have tried and what came of it, they can help sooner. `/wiki` may know it already.
    [Find my guide] [Delete]
    ");
    assert_eq!(d.requests_to("POST", "/channels/*/messages").last().expect("it was sent").body["flags"], 4, "no cards");
    let goals = d.press("bob", &greeting, "Find my guide").await;
    assert!(goals.ephemeral && goals.to_string().contains("What would you like to do"), "{goals}");
    assert!(d.press("bob", &greeting, "Delete").await.to_string().contains("for the person who asked"));
    // Once to each; never in a channel; an answer is no greeting, and who was answered needs none.
    let again = d.posts("ann", "questions", "My dog walks over the keyboard", "What can I do?");
    d.stays_silent(&again, MOMENT).await;
    d.says("zoe", "beginners", "my cat walks over the keyboard");
    d.stays_silent("beginners", MOMENT).await;
    let asked = d.posts("max", "questions", "How do I get into machine learning? I'm 16 and at school", "Thanks!");
    assert!(d.bot_says(&asked).await.to_string().contains("High school guide"));
    let after = d.posts("max", "questions", "My cat walks over the keyboard", "What can I do?");
    d.stays_silent(&after, MOMENT).await;
    d.press("ann", &greeting, "Delete").await;
    assert!(d.message(greeting.id).is_none(), "it is gone");
    d.slash("root", "/mod greeting on:false").await;
    let later = d.posts("kim", "questions", "My cat walks over the keyboard", "What can I do?");
    d.stays_silent(&later, MOMENT).await;
    world.finish();
}
