//! Every page of the console as people see it: on a desk and a telephone, light and dark, open to all.

use crate::chrome::{DESK, PHONE, Setup, is_there, tell};
use crate::entering::Site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_open_to_all_and_fits() {
    if !is_there() {
        return;
    }
    let site = Site::start();
    // Something to see: two revisions, a draft, a page that is due, a retired one.
    let old = "---\nslug: tea\ntitle: Tea\nsummary: How to make tea.\ntags: [drinks]\nreviewed: 2025-01-01\n---\n\nLeaves.\n\n## How long?\n\n<!-- asked: tea time -->\n\nThree minutes.\n";
    let gone = old
        .replace("slug: tea", "slug: gone")
        .replace("title: Tea", "title: Gone")
        .replace("reviewed", "retired: 2026-11-01\nreviewed");
    for (page, text) in [("tea", old), ("gone", gone.as_str())] {
        site.cairn.run_with(&["guides", "edit", page, "--base", "0", "--reason", "begun"], text.as_bytes()).well();
    }
    let longer = old.replace("Three minutes.", "Three minutes, or four if it is black.");
    site.cairn.run_with(&["guides", "edit", "tea", "--reason", "black tea takes longer"], longer.as_bytes()).well();
    for (width, dark) in [(DESK, false), (DESK, true), (PHONE, false), (PHONE, true)] {
        let setup = Setup { javascript: true, width, dark };
        let link = site.link("Mara");
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.enter(&link).await;
            if width == DESK && !dark {
                mara.goto("/console/pages/tea?section=%23how-long").await;
                mara.write("#src", "Five minutes.").await;
                mara.write("#why", "bitter is better").await;
                mara.press("Send for a second look").await;
                mara.sees("Draft 1").await;
            }
            for (name, path) in [
                ("pages", "/console"),
                ("due", "/console?show=due"),
                ("none", "/console?q=nothing-like-it"),
                ("editor", "/console/pages/hardware"),
                ("section", "/console/pages/tea?section=%23how-long"),
                ("new", "/console/new"),
                ("history", "/console/pages/tea/history"),
                ("change", "/console/pages/tea/history/2"),
                ("back", "/console/pages/tea/history/1"),
                ("more", "/console/pages/tea/more"),
                ("drafts", "/console/drafts"),
                ("draft", "/console/drafts/1"),
                ("sign-ins", "/console/sign-ins"),
            ] {
                mara.goto(path).await;
                mara.sees("Sign out").await;
                mara.is_open_to_all(name).await;
                mara.shot(name).await;
            }
        })
        .await;
    }
}
