//! People who call the bot.

use super::{BODY, TITLE, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_is_called_by_name_or_command() {
    let world = World::in_mode("summon").await;
    // Unasked, nothing is said in this mode.
    let ask = |author: &str, title: &str, body: &str| world.reddit.post("learnml", author, title, body);
    let (first, second) = (ask("ann", TITLE, BODY), ask("bob", "NaN", "My loss is NaN, why?"));
    let (third, fourth) = (ask("carl", "Books", "Which book do you like?"), ask("dora", "Papers?", "What is new?"));
    let named = world.reddit.comment(&first, "eva", "maybe u/cairn_ml can help");
    let wiki = world.reddit.comment(&second, "bob", "!wiki reading papers in three passes");
    let guide = world.reddit.comment(&third, "fred", "!guide engineer");
    world.reddit.comment(&fourth, "dora", "> !papers\n\nwhat does this do?");
    world.once();
    let said = world.said();
    let to = |parent: &str| said.iter().find(|c| c.parent == parent).map(|c| c.body.as_str()).expect("an answer");
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(to(&named).contains("**[High school guide") && to(&named).contains("because you said"), "{}", to(&named));
    assert!(to(&wiki).contains("pass"), "{}", to(&wiki));
    assert!(to(&guide).contains("**[Engineer"), "{}", to(&guide));
    // In the inbox it stands, too, and it is answered once; so is a thread.
    world.reddit.comment(&first, "george", "!guide hacker");
    world.pass(5);
    world.once();
    assert_eq!(world.said().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_call_in_vain() {
    let world = World::in_mode("on").await;
    let asked = |author: &str| world.reddit.post("learnml", author, "Books", "Which book do you like?");
    // A program, a moderators' thread, a thread of somebody in danger, a deep thread, another subreddit.
    world.reddit.comment(&asked("ann"), "wiki_bot", "!guide engineer");
    world.reddit.comment(&asked("Mod_Mary"), "bob", "!guide engineer");
    let dark = world.reddit.post("learnml", "carl", "I can't go on", "I want to kill myself.");
    world.reddit.comment(&dark, "dora", "!guide engineer");
    let mut deep = asked("eva");
    for _ in 0..6 {
        deep = world.reddit.comment(&deep, "eva", "and then?");
    }
    world.reddit.comment(&deep, "fred", "!guide engineer");
    let other = world.reddit.post("cooking", "george", "Soup", "Which soup?");
    world.reddit.comment(&other, "george", "u/cairn_ml which soup?");
    let locked = asked("harry");
    world.reddit.comment(&locked, "harry", "!guide engineer");
    world.reddit.state().post_mut(&locked).locked = true;
    world.once();
    assert_eq!(world.said().len(), 0);
    // Somebody in danger who calls is told where there is help, and nothing else.
    let fine = asked("iris");
    world.reddit.comment(&fine, "iris", "u/cairn_ml I want to kill myself");
    world.once();
    assert_eq!(world.said().len(), 1);
    let text = &world.said()[0].body;
    assert!(text.contains("findahelpline.com") && !text.contains("guide"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_cannot_talk_for_ever() {
    let world = World::in_mode("on").await;
    // It does not look like a program, and answers whatever the bot says.
    for n in 0..4 {
        let post = world.reddit.post("learnml", "ann", "Books", &format!("Which book do you like? ({n})"));
        world.reddit.comment(&post, "echo_of_ann", "!guide engineer");
        world.once();
        if let Some(last) = world.said().last() {
            world.reddit.comment(&last.name, "echo_of_ann", "u/cairn_ml !guide hacker");
        }
        world.pass(1);
        world.once();
    }
    assert_eq!(world.said().len(), 2, "whoever was answered twice within an hour waits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comment_that_is_shown_late_is_still_heard() {
    let world = World::in_mode("summon").await;
    let post = world.reddit.post("learnml", "ann", "Books", "Which book do you like?");
    world.reddit.state().shown_after = 8 * 60;
    world.reddit.comment(&post, "ann", "!guide engineer");
    for _ in 0..9 {
        world.pass(1);
        world.once();
    }
    assert_eq!(world.said().len() + usize::from(world.reddit.asked("POST", "/api/comment") == 0), 1);
}
