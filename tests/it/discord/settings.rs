//! Conversations on Discord: what admins set.

use cairn::community::{HomeModerator, audit};
use cairn::store::Store;
use insta::assert_snapshot;

use crate::world::discord::permission;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_is_shown_and_noted() {
    let world = World::start().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let (approvers, _) = (d.role("approvers", 0), d.channel("beginners"));
    d.grant("ada", approvers);
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/approver", &["approvers"]).await;
    d.choose("root", &panel, "set/channels", &["beginners"]).await;
    let after = d.choose("root", &panel, "set/bands", &["readily"]).await;
    assert_snapshot!(after, @"
    [updated]
    [ephemeral]
    **Settings of this server**
    Editors change guides, approvers publish drafts; people who may manage the server may do everything.
    Editors: nobody. Approvers: @approvers.
    New posts in the chosen channels and forums are answered if they ask how to get started: #beginners. Cairn reads only the titles of forum posts, for reading posts is off.

    Every message that Cairn sent here by itself has arrived.
    (Role of editors ▾)
    (Role of approvers ▾)
    (Beginners' channels and forums ▾)
    (How readily to answer posts ▾)
      ✓ Answer posts readily – answers more posts, and is wrong more often
      Answer posts as usual – answers when it is sure, asks back when it is not
      Answer posts only when sure – answers fewer posts
    [Allow reading posts] [Roles for tracks…] [Study…] [People in danger…]
    ");
    d.choose("root", &panel, "set/bands", &["only when sure"]).await;
    let tracks = d.press("root", &panel, "Roles for tracks…").await;
    d.choose("root", &tracks, "set/track/hacker", &["approvers"]).await;
    d.choose("root", &tracks, "set/track/hacker", &[]).await;
    let back = d.press("root", &tracks, "Back").await;
    assert!(back.content.contains("Approvers: <@&"), "{back}");
    // An approver may edit; to set anything takes more.
    assert!(d.slash("ada", "/mod guide edit page:hacker").await.modal.is_some());
    assert_snapshot!(d.forge_choice("ada", &panel, "set/bands", &["readily"]).await, @"
    [ephemeral]
    To change the settings, you need the permission Manage Server; ask someone who has it.
    ");
    let store = Store::open(&world.cairn.path().join("data")).await.expect("the bot's database");
    let reader = HomeModerator::operator("test").expect("a name");
    let log = audit::read(&store, &reader, None, 50).await.expect("the log");
    let root = format!("discord:{}", d.person("root"));
    assert!(log.iter().all(|entry| entry.actor == root && entry.subject == format!("discord/{}", d.guild())));
    let lines: Vec<String> = log.iter().rev().map(|entry| format!("{}: {}", entry.act, entry.detail)).collect();
    assert_snapshot!(lines.join("\n"), @"
    settings: approver role: 1000000000000000006
    settings: beginners' channels: 1000000000000000007
    settings: bands: 0.75 0.1 0.4
    settings: bands: 0.95 0.35 0.8
    settings: role for hacker: 1000000000000000006
    settings: role for hacker: none
    ");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn admins_say_who_may_do_what() {
    let world = World::start().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let (editors, hackers) = (d.role("editors", 0), d.role("hackers", 0));
    d.grant("eve", editors);
    let panel = d.slash("root", "/mod settings").await;
    assert_snapshot!(panel, @"
    [ephemeral]
    **Settings of this server**
    Editors change guides, approvers publish drafts; people who may manage the server may do everything.
    Editors: nobody. Approvers: nobody.
    New posts in the chosen channels and forums are answered if they ask how to get started: nowhere. Cairn reads only the titles of forum posts, for reading posts is off.

    Every message that Cairn sent here by itself has arrived.
    (Role of editors ▾)
    (Role of approvers ▾)
    (Beginners' channels and forums ▾)
    (How readily to answer posts ▾)
      Answer posts readily – answers more posts, and is wrong more often
      ✓ Answer posts as usual – answers when it is sure, asks back when it is not
      Answer posts only when sure – answers fewer posts
    [Allow reading posts] [Roles for tracks…] [Study…] [People in danger…]
    ");
    let after = d.choose("root", &panel, "set/editor", &["editors"]).await;
    assert!(after.updated);
    let tracks = d.press("root", &after, "Roles for tracks…").await;
    assert_snapshot!(tracks, @"
    [updated]
    [ephemeral]
    **Roles for tracks**
    Somebody who presses “This is me” below an answer gets the role of that guide. Cairn needs the permission Manage Roles, and its own role must stand above these.
    - High school guide: nobody
    - Engineer guide: nobody
    - Researcher guide: nobody
    - Hacker guide: nobody
    (Role for the High school guide ▾)
    (Role for the Engineer guide ▾)
    (Role for the Researcher guide ▾)
    (Role for the Hacker guide ▾)
    [Back]
    ");
    d.choose("root", &tracks, "set/track/hacker", &["hackers"]).await;
    // Editors edit but do not set.
    assert!(d.slash("eve", "/mod guide edit page:hacker").await.modal.is_some());
    assert_snapshot!(d.slash("eve", "/mod settings").await, @"
    [ephemeral]
    To see the settings, you need the permission Manage Server; ask someone who has it.
    ");
    // "This is me" gives the role, unless it is out of reach.
    let goals = d.slash("ann", "/start").await;
    let guide = d.press("ann", &goals, "Fun, or a project of my own").await;
    assert_snapshot!(d.press("ann", &guide, "This is me").await, @"
    [ephemeral]
    Done: you have the role of your guide now.
    ");
    assert_eq!(d.roles_of("ann"), ["hackers"]);
    d.put_out_of_reach(hackers);
    let goals = d.slash("bob", "/start").await;
    let guide = d.press("bob", &goals, "Fun, or a project of my own").await;
    assert_snapshot!(d.press("bob", &guide, "This is me").await, @"
    [ephemeral]
    Discord does not let Cairn give that role; ask a moderator to put Cairn's own role above it.
    ");
    world.finish();
}
