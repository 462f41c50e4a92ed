//! Conversations on Discord: what moderators do about questions that found nothing.

use crate::world::discord::permission;
use crate::world::server::World;

/// A world in which eve edits the wiki.
async fn edited() -> World {
    let world = World::start().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    d.grant("eve", d.role("editors", 0));
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/editor", &["editors"]).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_led_to_a_section_by_a_button() {
    let world = edited().await;
    let d = &world.discord;
    let asked = "zxqv wvut for hardware";
    for query in ["zxqv wvut", "wvut zxqv", "qqqzzz"] {
        d.slash("ann", &format!("/wiki query:{query}")).await;
    }
    // Who asks in vain and then opens a section shows where the answer may be.
    d.slash("ann", "/wiki query:hardware#").await;
    d.slash("bob", &format!("/wiki query:{asked}")).await;
    let list = d.slash("eve", "/mod gaps").await;
    assert!(list.to_string().contains("(Do something about a question ▾)"), "{list}");
    let refused = d.slash("mal", "/mod gaps").await;
    assert!(refused.content.contains("To see what people asked in vain, you need the editor role"), "{refused}");
    let look = d.choose("eve", &list, "gaps/look", &["qqqzzz"]).await;
    let text = look.to_string();
    assert!(text.contains("Asked once in 30 days; no names are kept."), "{text}");
    assert!(text.contains("Opened afterwards: ") && text.contains("[Point them to that section]"), "{text}");
    let done = d.press("eve", &look, "Point them to that section").await;
    assert!(done.content.contains("Saved as revision 2 of hardware."), "{done}");
    // The question leads there from now on, and is a gap no more.
    let found = d.slash("ann", "/wiki query:qqqzzz").await;
    assert!(found.to_string().contains("revision 2"), "{found}");
    assert!(!world.run(&["gaps"]).well().contains("“qqqzzz”"));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_becomes_a_draft() {
    let world = edited().await;
    let d = &world.discord;
    d.slash("ann", "/wiki query:zxqv wvut").await;
    let list = d.slash("eve", "/mod gaps").await;
    let look = d.choose("eve", &list, "gaps/look", &["zxqv wvut"]).await;
    let form = d.press("eve", &look, "Start a page…").await.modal().clone();
    let draft = d.submit("eve", &form, &[("title", "What wvut is: zxqv")]).await;
    assert!(draft.content.contains("Kept as draft 1 of what-wvut-is-zxqv."), "{draft}");
    let shown = d.press("eve", &draft, "Look at the draft").await;
    assert!(shown.content.contains("+<!-- asked: zxqv wvut -->"), "{shown}");
    let all = d.slash("eve", "/mod drafts").await;
    assert!(all.to_string().contains("draft 1 of what-wvut-is-zxqv"), "{all}");
    let published = d.press("eve", &shown, "Publish").await;
    assert!(published.content.contains("Saved as revision 1 of what-wvut-is-zxqv."), "{published}");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_set_aside_and_taken_back() {
    let world = edited().await;
    let d = &world.discord;
    d.slash("ann", "/wiki query:vvkrx qqqzzz").await;
    let list = d.slash("eve", "/mod gaps").await;
    let look = d.choose("eve", &list, "gaps/look", &["vvkrx qqqzzz"]).await;
    let aside = d.press("eve", &look, "Not ours").await;
    assert!(aside.content.contains("is not ours to answer"), "{aside}");
    d.slash("bob", "/wiki query:qqqzzz vvkrx").await;
    assert!(!world.run(&["gaps"]).well().contains("qqqzzz"), "what is like it is not listed either");
    let back = d.press("eve", &aside, "Undo").await;
    assert!(back.to_string().contains("qqqzzz"), "{back}");
    world.finish();
}
