//! Conversations on Discord: people who mean no good.

use insta::assert_snapshot;

use crate::world::discord::permission;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_ring_for_nobody_and_mask_no_link() {
    let world = World::start().await;
    let d = &world.discord;
    let text = "I'm in grade 11 @everyone <@1> [free GPUs](https://evil.example) and want a career in machine learning, `where` do **I** start?";
    let answer = d.slash("mal", &format!("/start text:{text}")).await;
    let shared = d.press("mal", &answer, "Share").await;
    assert!(shared.pings.is_empty(), "{:?}", shared.pings);
    let all = format!("{}{}", shared.content, shared.embeds[0]);
    assert!(!all.contains("[free GPUs](") && !all.contains("@everyone") && !all.contains("<@1>"), "{all}");
    let links =
        "I'm in grade 11 and want to https://evil.example/x discord.gg/evil \u{202e}start a career in machine learning";
    let answer = d.slash("mal", &format!("/start text:{links}")).await;
    let shared = d.press("mal", &answer, "Share").await;
    let all = format!("{}{}", shared.content, shared.embeds[0]);
    assert!(!all.contains("evil") && !all.contains('\u{202e}'), "{all}");
    for query in
        ["@everyone", "[x](https://evil.example)", "<@&1>", "a AND NEAR(\"", "#", "slug#anchor", "show/../../x"]
    {
        let reply = d.slash("mal", &format!("/wiki query:{query}")).await;
        let all = format!("{}{:?}", reply.content, reply.embeds);
        assert!(
            reply.pings.is_empty() && !all.contains("@everyone") && !all.contains("](https://evil"),
            "{query}: {all}"
        );
    }
    let refusal = d.slash("mal", "/guide track:hacker section:@everyone [x](https://evil.example)").await;
    let shown = refusal.content.replace('\u{200b}', "·");
    assert!(shown.contains("no section “@·everyone (link)”"), "{shown}");
    let long = "how do I get into machine learning? ".repeat(111);
    assert_eq!(long.chars().count(), 3_996);
    let reply = d.slash("mal", &format!("/start text:{}", long.trim())).await;
    assert!(reply.took.is_some());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_and_foreign_presses_are_refused() {
    let world = World::start().await;
    let d = &world.discord;
    let answer = d.slash("ann", "/start text:I'm in grade 11 and want to work in machine learning one day").await;
    let shared = d.press("ann", &answer, "Share").await;
    assert_snapshot!(d.press("mal", &shared, "Delete").await, @"
    [ephemeral]
    These buttons are for the person who asked; use /start to get an answer of your own.
    ");
    let mut refusals = Vec::new();
    for id in [
        "go/1/engineer",
        "go/1/nothing",
        "go/x/engineer",
        "go/99/engineer",
        "me/1",
        "share/1",
        "delete/1",
        "good/1",
        "notmine/1",
        "none/1",
        "set/editor",
        "set/tracks",
        "set/reads/on",
        "revert/hacker/1/1",
        "edit/hacker/1/0",
        "",
        "////",
        "goal/unknown",
        "from/job",
        "degree",
        "wiki",
        "show/nothing#at-all",
        "go/9223372036854775808/engineer",
    ] {
        let reply = d.forge_press("mal", &shared, id).await;
        assert!(reply.ephemeral && !reply.updated, "{id}: {reply}");
        refusals.push(format!("{id}: {}", reply.content));
    }
    assert_snapshot!(refusals.join("\n"), @"
    go/1/engineer: This button is from an older Cairn and leads nowhere now; use /start again.
    go/1/nothing: This button is from an older Cairn and leads nowhere now; use /start again.
    go/x/engineer: This button is from an older Cairn and leads nowhere now; use /start again.
    go/99/engineer: This button is from an older Cairn and leads nowhere now; use /start again.
    me/1: This button is from an older Cairn and leads nowhere now; use /start again.
    share/1: This button is from an older Cairn and leads nowhere now; use /start again.
    delete/1: These buttons are for the person who asked; use /start to get an answer of your own.
    good/1: This button is from an older Cairn and leads nowhere now; use /start again.
    notmine/1: This button is from an older Cairn and leads nowhere now; use /start again.
    none/1: This button is from an older Cairn and leads nowhere now; use /start again.
    set/editor: This button is from an older Cairn and leads nowhere now; use /mod settings again.
    set/tracks: This button is from an older Cairn and leads nowhere now; use /mod settings again.
    set/reads/on: This button is from an older Cairn and leads nowhere now; use /mod settings again.
    revert/hacker/1/1: This button is from an older Cairn and leads nowhere now; use /mod guide revert again.
    edit/hacker/1/0: This button is from an older Cairn and leads nowhere now; use /mod guide edit again.
    : This button is from an older Cairn and leads nowhere now; use /start again.
    ////: This button is from an older Cairn and leads nowhere now; use /start again.
    goal/unknown: This button is from an older Cairn and leads nowhere now; use /start again.
    from/job: This button is from an older Cairn and leads nowhere now; use /start again.
    degree: This button is from an older Cairn and leads nowhere now; use /start again.
    wiki: This button is from an older Cairn and leads nowhere now; use /wiki again.
    show/nothing#at-all: This button is from an older Cairn and leads nowhere now; use /wiki again.
    go/9223372036854775808/engineer: This button is from an older Cairn and leads nowhere now; use /start again.
    ");
    // Nor may one's own button be pressed on what is another's.
    let own = d.slash("mal", "/start text:I'm in grade 11 and want to work in machine learning one day").await;
    for id in ["go/2/hacker", "delete/2", "erase/no", "goal/fun"] {
        let reply = d.forge_press("mal", &shared, id).await;
        assert!(reply.ephemeral && !reply.updated && !reply.deleted, "{id}: {reply}");
    }
    assert!(d.press("mal", &own, "Delete").await.deleted);
    let still = d.message(shared.id).expect("nobody deleted it");
    assert_eq!(still.embeds, shared.embeds);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_moderate_nothing() {
    let world = World::start().await;
    let d = &world.discord;
    let mut refusals = Vec::new();
    for command in [
        "/mod settings",
        "/mod guide edit page:hacker",
        "/mod guide history page:hacker",
        "/mod guide diff page:hacker",
        "/mod guide revert page:hacker to:1",
    ] {
        refusals.push(format!("{command}: {}", d.slash("mal", command).await.content));
    }
    let form = [("text", "Send me your money."), ("reason", "")];
    refusals.push(format!("form: {}", d.forge_submit("mal", "edit/hacker/1/0", None, &form).await.content));
    let reply = d.forge_submit("mal", "edit/hacker", None, &form).await;
    refusals.push(format!("broken form: {}", reply.content));
    assert_snapshot!(refusals.join("\n"), @"
    /mod settings: To see the settings, you need the permission Manage Server; ask someone who has it.
    /mod guide edit page:hacker: To change the wiki, you need the editor role; ask someone who may manage this server, who sets it in /mod settings.
    /mod guide history page:hacker: To see how the wiki was changed, you need the editor role; ask someone who may manage this server, who sets it in /mod settings.
    /mod guide diff page:hacker: To see how the wiki was changed, you need the editor role; ask someone who may manage this server, who sets it in /mod settings.
    /mod guide revert page:hacker to:1: To change the wiki, you need the editor role; ask someone who may manage this server, who sets it in /mod settings.
    form: To change the wiki, you need the editor role; ask someone who may manage this server, who sets it in /mod settings.
    broken form: This button is from an older Cairn and leads nowhere now; use /mod guide edit again.
    ");
    // Somebody whose role was taken away while the form was open.
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let form = d.slash("root", "/mod guide edit page:hacker").await.modal().clone();
    let reply = d.submit("mal", &form, &[("text", "x")]).await;
    assert!(reply.content.starts_with("To change the wiki, you need the editor role"), "{reply}");
    assert!(world.run(&["guides", "history", "hacker"]).well().contains("revision 1"));
    world.finish();
}
