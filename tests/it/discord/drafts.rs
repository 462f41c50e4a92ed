//! Conversations on Discord: drafts that wait for an approver, and questions that found nothing.

use insta::assert_snapshot;

use crate::world::discord::permission;
use crate::world::server::World;

/// A world in which an editor's change waits for an approver: eve edits, ada approves.
async fn approving() -> World {
    let mut world = World::empty().await;
    world.settings = vec![("CAIRN_SECOND_APPROVER", "true".to_owned())];
    world.begin().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let (editors, approvers) = (d.role("editors", 0), d.role("approvers", 0));
    d.grant("eve", editors);
    d.grant("ada", approvers);
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/editor", &["editors"]).await;
    d.choose("root", &panel, "set/approver", &["approvers"]).await;
    world
}

/// Somebody sends the form of the beginning of a page.
async fn edits(world: &World, who: &str, page: &str, text: &str, reason: &str) -> String {
    let d = &world.discord;
    let form = d.slash(who, &format!("/mod guide edit page:{page}")).await.modal().clone();
    d.submit(who, &form, &[("text", text), ("reason", reason)]).await.content.clone()
}

/// A text without times.
fn undated(text: &str) -> String {
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let is_time = |word: &&str| is_number(word) && matches!(word.len(), 5 | 10);
    let words: Vec<&str> = text.split(' ').filter(|word| !is_time(word)).collect();
    words.join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_found_compared_and_published() {
    let world = approving().await;
    let d = &world.discord;
    assert_eq!(d.slash("ada", "/mod draft list").await.content, "No drafts wait.");
    assert_snapshot!(edits(&world, "eve", "hardware", "Buy nothing yet.", "shorter").await, @"Kept as draft 1 of hardware. Someone else, an approver, can publish it with /mod draft or cairn guides publish 1.");
    edits(&world, "eve", "hacker", "Be quick.", "").await;
    let list = d.slash("ada", "/mod draft list").await;
    assert_snapshot!(undated(&list.to_string()), @"
    [ephemeral]
    │ **Drafts that wait**
    │ - draft 2 of hacker#, UTC, @eve
    │ - draft 1 of hardware#, UTC, @eve: shorter
    (Look at a draft ▾)
      Draft 2 of hacker#
      Draft 1 of hardware#: shorter
    ");
    // Only those who may see drafts are offered them.
    assert_eq!(d.autocomplete("ada", "/mod draft publish draft:hard|").await.choices.clone().map(|c| c.len()), Some(1));
    assert_eq!(d.autocomplete("mal", "/mod draft publish draft:|").await.choices.clone().map(|c| c.len()), Some(0));
    let look = d.choose("ada", &list, "Look at a draft", &["1"]).await;
    assert!(look.content.contains("+Buy nothing yet."), "{look}");
    // Its author cannot publish it, nor can another editor.
    let own = d.slash("eve", "/mod draft publish draft:1").await;
    assert_eq!(
        own.content,
        "To publish a draft, you need the approver role; ask someone who may manage this server, who sets it in /mod settings."
    );
    let done = d.press("ada", &look, "Publish").await;
    assert!(
        done.updated && done.content.starts_with("Draft 1 is published. Saved as revision 2 of hardware."),
        "{done}"
    );
    let history = d.slash("ada", "/mod guide history page:hardware").await.to_string();
    assert!(history.contains("@eve, +1") && history.contains("shorter"), "{history}");
    assert_eq!(
        d.slash("ada", "/mod draft publish draft:1").await.content,
        "No draft 1 waits; /mod draft list or cairn guides drafts shows those that do."
    );
    // Its author takes the other one back.
    let look = d.slash("eve", "/mod draft compare draft:2").await;
    assert_eq!(d.press("eve", &look, "Discard").await.content, "Draft 2 of hacker is discarded.");
    let back = d.slash("ada", "/mod draft list").await;
    assert_eq!(back.content, "No drafts wait.");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_draft_says_so_with_both_texts() {
    let world = approving().await;
    let d = &world.discord;
    edits(&world, "eve", "hardware", "Buy nothing yet.", "").await;
    edits(&world, "ada", "hardware", "Buy something.", "").await;
    let look = d.slash("ada", "/mod draft compare draft:1").await;
    let said = "Draft 1 cannot be published as it is: it is based on revision 1 of hardware, but the newest is revision 2, by @ada. \
                Edit the newest text so that it says what the draft wanted, then discard the draft.";
    assert!(look.to_string().contains(said), "{look}");
    assert_eq!(look.files.len(), 2);
    assert!(!look.to_string().contains("[Publish]"), "{look}");
    let published = d.slash("root", "/mod draft publish draft:1").await;
    assert!(published.to_string().contains(said) && published.files.len() == 2, "{published}");
    // The command line shows the same, and settles it.
    let shown = world.run(&["guides", "drafts", "1"]).well();
    assert!(shown.contains("-Buy something.\n+Buy nothing yet."), "{shown}");
    assert!(
        world
            .run(&["guides", "publish", "1"])
            .refused(1)
            .contains("Nothing was saved: your text is based on revision 1")
    );
    assert_eq!(world.run(&["guides", "discard", "1"]).well(), "Draft 1 of hardware is discarded.\n");
    assert_eq!(world.run(&["guides", "drafts"]).well(), "No drafts wait.\n");
    edits(&world, "eve", "hardware", "Buy a book.", "").await;
    assert_eq!(world.run(&["guides", "drafts", "--json"]).json()[0]["id"], 2);
    assert_eq!(world.run(&["guides", "publish", "2"]).well(), "Saved as revision 3 of hardware.\n");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moderators_see_what_was_asked_in_vain() {
    let world = approving().await;
    let d = &world.discord;
    let nothing = d.slash("eve", "/mod gaps").await.content.clone();
    assert!(nothing.starts_with("Every search of the last 30 days found something."), "{nothing}");
    for query in ["zxqv wvut", "wvut zxqv", "qqqzzz"] {
        d.slash("ann", &format!("/wiki query:{query}")).await;
    }
    let shown = undated(&d.slash("eve", "/mod gaps").await.to_string());
    assert!(shown.contains("- 2 times, to") && shown.contains("zxqv") && shown.contains("“qqqzzz”"), "{shown}");
    let listed = world.run(&["gaps"]).well();
    assert!(listed.starts_with("- 2 times, "), "{listed}");
    assert_eq!(world.run(&["gaps", "--json"]).json()[0]["times"], 2);
    // Nobody is promised a reader where there is none.
    let second = d.second_server();
    d.foreign_channel("second", second);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let said = d.slash("ann", "/wiki query:zxqv wvut").await.content.clone();
    assert!(said.starts_with("The wiki has nothing good on that yet. Try other words"), "{said}");
    assert!(!world.run(&["wiki", "zxqv wvut"]).well().contains("moderators"));
    let home = format!("discord:{}", d.guild());
    assert!(
        world
            .run(&["--home", &home, "wiki", "zxqv wvut"])
            .well()
            .contains("The moderators will see that someone asked.")
    );
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_refused_leads_back_with_its_text() {
    let world = approving().await;
    let d = &world.discord;
    let form = d.slash("ada", "/mod guide edit page:hardware").await.modal().clone();
    // A section is emptied only if somebody says so again.
    let asked = d.submit("ada", &form, &[("text", "  ")]).await;
    assert_snapshot!(asked, @"
    [ephemeral]
    “Hardware and software for learning machine learning” would have no text any more. Empty it?
    [Back to the form] [Empty it]
    ");
    let again = d.press("ada", &asked, "Back to the form").await.modal().clone();
    assert_eq!(again.fields[0].value, form.fields[0].value);
    // A broken text comes back as it was typed.
    let broken = "Look:\n\n```\nno end";
    let refused = d.submit("ada", &form, &[("text", broken), ("reason", "a try")]).await;
    assert!(refused.content.contains("would run into another section"), "{refused}");
    let again = d.press("ada", &refused, "Back to the form").await.modal().clone();
    assert_eq!((again.fields[0].value.as_str(), again.fields[1].value.as_str()), (broken, "a try"));
    let saved = d.submit("ada", &again, &[("text", "Hi.")]).await;
    assert!(saved.content.starts_with("Saved as revision 2 of hardware."), "{saved}");
    assert!(saved.content.contains("Worth fixing in this page:\n- the section “Hardware"), "{saved}");
    // Somebody was faster: both texts, and the form again on top of the newest revision.
    let stale = d.submit("root", &form, &[("text", "Mine.")]).await;
    assert!(stale.content.contains("the newest is revision 2, by <@") && stale.files.len() == 2, "{stale}");
    let again = d.press("root", &stale, "Back to the form").await.modal().clone();
    assert_eq!((again.custom_id.as_str(), again.fields[0].value.as_str()), ("edit/hardware/2/0", "Mine."));
    assert!(d.submit("root", &again, &[]).await.content.starts_with("Saved as revision 3"));
    assert_eq!(d.slash("root", "/mod guide revert page:hardware to:3").await.content, "It says that already.");
    world.finish();
}
