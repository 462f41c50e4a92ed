//! Conversations on Discord: moderators.

use insta::assert_snapshot;

use crate::world::discord::permission;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_editor_changes_a_section() {
    let world = World::start().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let form = d.slash("root", "/mod guide edit page:hardware").await;
    let form = form.modal();
    assert!(form.custom_id.starts_with("edit/hardware/1/0"), "{}", form.custom_id);
    let saved = d.submit("root", form, &[("text", "Buy nothing yet."), ("reason", "shorter")]).await;
    assert_snapshot!(saved, @"
    [ephemeral]
    Saved as revision 2 of hardware. [Look at it](<https://cairn.example/guides/hardware>)
    ");
    // The same form again: somebody was faster.
    let stale = d.submit("root", form, &[("text", "Buy everything.")]).await;
    // Ids depend on how many commands there are.
    assert_snapshot!(stale.to_string().replace(&d.person("root").to_string(), "ROOT"), @"
    [ephemeral]
    Nothing was saved: your text is based on revision 1 of hardware, but the newest is revision 2, by discord:ROOT; bring the two texts together and save that, based on revision 2.
    📎 now-revision-2.md (16 bytes)
    📎 your-text.md (15 bytes)
    ");
    assert_eq!(stale.files.len(), 2);
    assert_snapshot!(d.slash("root", "/mod guide history page:hardware").await.embeds[0]["title"], @r#""History of hardware""#);
    assert_snapshot!(d.slash("root", "/mod guide diff page:hardware").await, @r#"
    [ephemeral]
    hardware, revision 1 to 2
    ```diff
    --- hardware.md, revision 1
    +++ hardware.md, revision 2
    @@ -10,13 +10,7 @@
       - "The cold start problem: how to break into machine learning, Edouard Harris, 2019"
     ---
     
    -<!-- asked: what gear do i need for ai; hardware buying advice for beginners; overview of compute options for machine learning; my rig or the cloud what makes sense; equipment for deep learning; tech setup for an ai student; when is it time to upgrade my machine; everything about gpus and computers for learners -->
    -
    -You can start with the computer you have. Nearly everything that a beginner does runs on a normal laptop, and what doesn't runs in a free notebook in your browser. This page helps you to decide when that stops being enough, and what to get then: a better laptop, rented machines, a desktop, or one that you build.
    -
    -Hardware ages faster than any other advice. So you'll find rules of thumb here and few model names. Where a price or product is mentioned, its year is with it; check before you buy.
    -
    -If you only need an answer for today: don't buy anything until a real project of yours has been too slow three times.
    +Buy nothing yet.
     
     ## Do you need to buy anything to start?
     
    ```
    "#);
    let ask = d.slash("root", "/mod guide revert page:hardware to:1").await;
    let back = d.press("root", &ask, "Back to revision 1").await;
    assert_snapshot!(back, @"
    [ephemeral]
    Saved as revision 3 of hardware. [Look at it](<https://cairn.example/guides/hardware>)
    ");
    assert_snapshot!(d.press("root", &ask, "Back to revision 1").await.files.len(), @"0");
    assert_snapshot!(d.autocomplete("root", "/mod guide edit page:hard|").await, @"
    Hardware and software for learning machine learning → hardware
    What is hard to learn alone → hard-parts
    ");
    assert_snapshot!(d.autocomplete("root", "/mod guide edit page:hacker section:your first|").await, @"Your first three steps this week → your-first-three-steps-this-week");
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
    Editors change guides, approvers publish drafts; whoever may manage the server may do everything.
    Editors: nobody. Approvers: nobody.
    New posts in the chosen channels and forums are answered if they ask how to get started: nowhere. Cairn reads only the titles of forum posts, for reading posts is off.

    Every message that Cairn sent by itself has arrived.
    (Role of editors ▾)
    (Role of approvers ▾)
    (Beginners' channels and forums ▾)
    (How readily to answer posts ▾)
      Answer posts readily – answers more posts, and is wrong more often
      ✓ Answer posts as usual – answers when it is sure, asks back when it is not
      Answer posts only when sure – answers fewer posts
    [Allow reading posts] [Roles for tracks…] [Study…]
    ");
    let after = d.choose("root", &panel, "set/editor", &["editors"]).await;
    assert!(after.updated);
    let tracks = d.press("root", &after, "Roles for tracks…").await;
    assert_snapshot!(tracks, @"
    [updated]
    [ephemeral]
    **Roles for tracks**
    Somebody who presses “This is me” below an answer gets the role of that guide. Cairn needs the permission Manage Roles, and its own role must stand above these.
    - High Schooler guide: nobody
    - Engineer guide: nobody
    - Researcher guide: nobody
    - Hacker guide: nobody
    (Role for the High Schooler guide ▾)
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
    To see the settings takes the admin role, and yours is editor; ask somebody who has it.
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
