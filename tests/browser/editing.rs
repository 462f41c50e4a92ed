//! The life of an edit, in conflict, in danger, and by the keyboard alone.

use fantoccini::key::Key;

use crate::chrome::{WITH, WITHOUT, is_there, tell};
use crate::entering::Site;

const SECTION: &str = "/console/pages/hardware?section=%23";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_life_of_an_edit() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT] {
        let site = Site::start();
        let link = site.link("Mara");
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.enter(&link).await;
            mara.press("Hardware and software for learning machine learning").await;
            mara.preview_says("You can start with the computer you have").await;
            mara.goto(SECTION).await;
            let before = mara.value("#src").await;
            assert!(before.starts_with("You can start"), "{before}");
            mara.write("#src", "Buy nothing yet.\n\n| a | b |\n|---|---|\n| cell | 2 |").await;
            mara.write("#why", "shorter").await;
            if setup.javascript {
                // The keystroke is enough, and Back leads to the page before, not through previews.
                mara.preview_says("Buy nothing yet.").await;
                let steps = mara.client.execute("return history.length", vec![]).await.expect("a number");
                assert!(steps.as_i64().is_some_and(|steps| steps <= 6), "{steps} steps");
            }
            mara.press("Discord").await;
            mara.preview_says("of 1900 characters").await;
            mara.press("Web").await;
            mara.preview_says("cell").await;
            assert_eq!(mara.value("#why").await, "shorter", "a preview changes nothing on the page");
            mara.press("Save").await;
            mara.sees("Saved as revision 2").await;
            mara.press("See it as readers do").await;
            mara.sees("Buy nothing yet.").await;
            mara.goto("/console/pages/hardware/history").await;
            mara.sees("Revision 2: shorter").await;
            mara.press("What changed in revision 2").await;
            mara.sees("Buy nothing yet.").await;
            mara.press("The change before").await;
            mara.sees("What revision 1 changed").await;
            mara.write("#why", "the long one was better").await;
            mara.press("Go back to revision 1").await;
            mara.sees("Saved as revision 3").await;
            mara.goto(SECTION).await;
            assert_eq!(mara.value("#src").await, before, "the text is the old one again, to the byte");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_moderators_meet_in_one_text() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT] {
        let site = Site::start();
        let links = [site.link("Mara"), site.link("Tom")];
        tell(setup, &site.address(), 2, async |browsers| {
            let [mara, tom] = &browsers[..] else { unreachable!("two were opened") };
            mara.enter(&links[0]).await;
            tom.enter(&links[1]).await;
            mara.goto(SECTION).await;
            tom.goto(SECTION).await;
            let text = tom.value("#src").await;
            tom.write("#src", &format!("{text} And then some.")).await;
            tom.write("#why", "more").await;
            tom.press("Save").await;
            tom.sees("Saved as revision 2").await;
            if setup.javascript {
                // Who comes back to an open editor is told, and not interrupted.
                mara.client.execute("window.dispatchEvent(new Event('focus'))", vec![]).await.expect("the focus");
                mara.sees("Tom saved revision 2").await;
            }
            mara.write("#src", &text.replace("You can start", "You may begin")).await;
            mara.press("Save").await;
            mara.sees("Tom and you changed the same text").await;
            mara.is_open_to_all("conflict").await;
            mara.shot("conflict").await;
            let joined = mara.value("#joined").await;
            assert!(joined.starts_with("You may begin") && joined.ends_with("And then some."), "{joined}");
            mara.press("Save the joined text").await;
            mara.sees("Saved as revision 3").await;
            // Theirs is overwritten only by name, and stays in the history.
            tom.goto(SECTION).await;
            mara.goto(SECTION).await;
            tom.write("#src", "Tom’s words.").await;
            tom.press("Save").await;
            tom.sees("Saved as revision 4").await;
            mara.write("#src", "Mara’s words.").await;
            mara.press("Save").await;
            mara.sees("Put mine over Tom’s").await;
            mara.press("Put mine over Tom’s").await;
            mara.sees("Saved as revision 5").await;
            assert_eq!(mara.value("#src").await, "Mara’s words.");
            mara.goto("/console/pages/hardware/history/4").await;
            mara.sees("Tom’s words.").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_person_looks_before_it_is_published() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT] {
        let site = Site::with(&["--second-approver", "true"]);
        let links = [site.link("Mara"), site.link("Tom")];
        tell(setup, &site.address(), 2, async |browsers| {
            let [mara, tom] = &browsers[..] else { unreachable!("two were opened") };
            mara.enter(&links[0]).await;
            tom.enter(&links[1]).await;
            mara.goto(SECTION).await;
            mara.write("#src", "Buy nothing yet.").await;
            mara.write("#why", "shorter").await;
            mara.press("Send for a second look").await;
            mara.sees("This draft is your own: somebody else publishes it.").await;
            tom.goto("/console").await;
            tom.sees("1 draft waits").await;
            tom.goto("/console/drafts").await;
            tom.press("hardware, first part").await;
            tom.sees("Buy nothing yet.").await;
            tom.press("Publish").await;
            tom.sees("Saved as revision 2").await;
            tom.goto("/console/pages/hardware/history").await;
            tom.sees("Mara, just now").await;
            mara.goto("/console/drafts").await;
            mara.sees("Nothing waits for a second look").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unsaved_text_outlives_its_writers_sign_in() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT] {
        let site = Site::start();
        let link = site.link("Mara");
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.enter(&link).await;
            mara.goto(SECTION).await;
            mara.write("#src", "A long thought.\n\nWith <b>signs</b> & \"quotes\".").await;
            site.cairn.run(&["console", "--sign-out", "--author", "Mara"]).well();
            mara.press("Save").await;
            mara.sees("Your sign-in has ended").await;
            mara.is_open_to_all("expired").await;
            mara.shot("expired").await;
            assert!(mara.value("textarea[name=text]").await.starts_with("A long thought."));
            let here = mara.client.window().await.expect("a tab");
            let tab = mara.client.new_window(true).await.expect("another tab");
            mara.client.switch_to_window(tab.handle).await.expect("a switch");
            mara.enter(&site.link("Mara")).await;
            mara.client.close_window().await.expect("closed");
            mara.client.switch_to_window(here).await.expect("a switch");
            mara.press("I’m signed in again: go on").await;
            mara.sees("Send this?").await;
            mara.press("Send it").await;
            mara.sees("Saved as revision 2").await;
            assert_eq!(mara.value("#src").await, "A long thought.\n\nWith <b>signs</b> & \"quotes\".");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_tab_loses_nothing() {
    if !is_there() {
        return;
    }
    let site = Site::start();
    let link = site.link("Mara");
    tell(WITH, &site.address(), 1, async |browsers| {
        let mara = &browsers[0];
        mara.enter(&link).await;
        mara.goto(SECTION).await;
        mara.write("#src", "Half a thought").await;
        let is_kept = "return Object.values(localStorage).includes('Half a thought')";
        mara.until_true("the browser keeps the text", is_kept, &[]).await;
        let here = mara.client.window().await.expect("a tab");
        let tab = mara.client.new_window(true).await.expect("another tab");
        mara.client.switch_to_window(tab.handle.clone()).await.expect("a switch");
        mara.goto(SECTION).await;
        mara.sees("This browser kept a text of yours").await;
        assert!(mara.value("#src").await.starts_with("You can start"), "nothing is put there unasked");
        mara.press("Put it here").await;
        assert_eq!(mara.value("#src").await, "Half a thought");
        mara.press("Save").await;
        mara.sees("Saved as revision 2").await;
        mara.goto(SECTION).await;
        assert!(!mara.text().await.contains("This browser kept"), "what was saved is not offered again");
        mara.client.switch_to_window(here).await.expect("a switch");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_write_runs_nowhere() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT] {
        let site = Site::start();
        let evil = "<script>window.evil = 1</script><img src=x onerror=window.evil=1><svg onload=window.evil=1>";
        let link = site.link("<img src=x onerror=window.evil=1>");
        let page = format!(
            "---\nslug: tea\ntitle: \"{evil}\"\nsummary: \"{evil}\"\nreviewed: 2026-11-01\n---\n\n{evil}\n\n[x](javascript:window.evil=1)\n"
        );
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.enter(&link).await;
            mara.goto("/console/new").await;
            mara.write("#src", &page).await;
            mara.write("#why", evil).await;
            mara.press("Web").await;
            mara.preview_says("x").await;
            mara.press("Publish the page").await;
            mara.sees("Saved as revision 1").await;
            for path in [
                "/console",
                "/console/pages/tea",
                "/console/pages/tea/history",
                "/console/pages/tea/history/1",
                "/console?q=%3Cscript%3Ewindow.evil=1%3C/script%3E",
                "/console/new?title=%3Cscript%3Ewindow.evil=1%3C/script%3E&asked=%3Csvg%20onload=window.evil=1%3E",
                "/guides/tea",
            ] {
                mara.goto(path).await;
                let ran = mara.client.execute("return window.evil === undefined", vec![]).await.expect("an answer");
                assert_eq!(ran, serde_json::json!(true), "{path}");
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_by_the_keyboard_alone() {
    if !is_there() {
        return;
    }
    let site = Site::start();
    let link = site.link("Mara");
    tell(WITH, &site.address(), 1, async |browsers| {
        let mara = &browsers[0];
        mara.client.goto(&link).await.expect("a page opens");
        mara.sees("Sign in as Mara?").await;
        // The button has the focus.
        mara.keys(&Key::Enter.to_string()).await;
        mara.sees("Start a page").await;
        let focused = "return document.activeElement.textContent + '|' + (document.activeElement.id || '')";
        let tab_to = async |wanted: &str| {
            for _ in 0..60 {
                mara.keys(&Key::Tab.to_string()).await;
                let at = mara.client.execute(focused, vec![]).await.expect("the focus");
                if at.as_str().is_some_and(|at| at.contains(wanted)) {
                    return;
                }
            }
            panic!("the keyboard never came to {wanted}");
        };
        mara.keys(&Key::Tab.to_string()).await;
        let first = mara.client.execute(focused, vec![]).await.expect("the focus");
        assert!(first.as_str().is_some_and(|at| at.contains("Skip to the content")), "{first}");
        mara.keys(&Key::Enter.to_string()).await;
        tab_to("Books and courses").await;
        mara.goto(SECTION).await;
        tab_to("|src").await;
        mara.keys("Typed. ").await;
        let send = format!("{}{}", Key::Control, Key::Enter);
        mara.keys(&send).await;
        mara.sees("Saved as revision 2").await;
        assert!(mara.value("#src").await.contains("Typed."));
    })
    .await;
}
