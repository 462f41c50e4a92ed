//! The life of a page: edited, compared, gone back to, proposed, renamed, retired.

use std::fs;

use crate::world::program::{Cairn, Page, Server, encode};
use crate::world::visit::Visit;

/// A page whose bytes are its own business.
const TEA: &str = "---\nslug: tea\ntitle: Tea\nsummary: How to make tea.\naliases: [chai]\ntags: [drinks]\nreviewed: 2026-11-01\n---\n\n\
                   Tea is leaves in hot water.\n\n## How long?\n\n<!-- asked: how long does tea steep; tea time -->\n\nThree minutes.\n\n\
                   ## Which water?\n\nSoft water,   well boiled.  \nIt matters.\n";

/// A wiki that has a page on tea.
fn with_tea(args: &[&str], settings: &[(&str, &str)]) -> (Cairn, Server) {
    let cairn = Cairn::new();
    let folder = cairn.path().join("pages");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("tea.md"), TEA).expect("a file");
    cairn.run(&["guides", "import", folder.to_str().expect("a path")]).well();
    let server = cairn.serve_with(args, settings);
    (cairn, server)
}

/// What stands in a field of a page, as a browser reads it.
#[track_caller]
fn field(page: &Page, name: &str) -> String {
    let at = page.body.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}: {}", page.text()));
    let tag = &page.body[page.body[..at].rfind('<').expect("a tag")..];
    let (head, rest) = tag.split_once('>').expect("its end");
    let raw = match head.starts_with("<textarea") {
        true => rest.split("</textarea>").next().expect("its text").strip_prefix('\n').expect("a first line end"),
        false => head.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default(),
    };
    raw.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// What a browser sends of a text area.
fn as_sent(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// Opens a page, or a section of it, changes its text, and sends it.
fn edit(visit: &mut Visit, server: &Server, at: &str, change: impl Fn(&str) -> String, more: &[(&str, &str)]) -> Page {
    let open = visit.get(server, at);
    assert_eq!(open.status, 200, "{at}: {}", open.text());
    send(visit, server, &open, &change(&field(&open, "text")), more)
}

fn send(visit: &mut Visit, server: &Server, open: &Page, text: &str, more: &[(&str, &str)]) -> Page {
    let (text, base, section) = (as_sent(text), field(open, "base"), field(open, "section"));
    let own = [("text", text.as_str()), ("base", &base), ("section", &section), ("how", "save")];
    let all: Vec<(&str, &str)> =
        own.into_iter().filter(|(k, _)| !more.iter().any(|(m, _)| m == k)).chain(more.iter().copied()).collect();
    let slug = field(open, "slug");
    visit.post(server, &format!("/console/pages/{slug}"), &all)
}

fn source(cairn: &Cairn) -> String {
    cairn.run(&["guides", "show", "tea"]).well()
}

#[test]
fn opening_and_saving_changes_no_byte() {
    let (cairn, server) = with_tea(&[], &[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let saved = edit(&mut mara, &server, "/console/pages/tea", str::to_owned, &[]);
    assert_eq!(saved.header("location"), Some("/console/pages/tea?saved=1"), "{}", saved.text());
    for section in ["", "how-long", "which-water"] {
        let at = format!("/console/pages/tea?section={}", encode(&format!("#{section}")));
        let asked = field(&mara.get(&server, &at), "asked");
        let saved = edit(&mut mara, &server, &at, str::to_owned, &[("asked", &asked), ("review", "")]);
        assert!(saved.header("location").is_some_and(|to| to.ends_with("saved=1")), "{section}: {}", saved.text());
    }
    assert_eq!(source(&cairn), TEA);
    // A text that begins with a line end keeps it.
    let blank = format!("{}\n\n\nEnd.\n", TEA.trim_end());
    edit(&mut mara, &server, "/console/pages/tea", |_| blank.clone(), &[]);
    assert_eq!(source(&cairn), blank);
}

#[test]
fn the_life_of_an_edit() {
    let (cairn, server) = with_tea(&["--now", "2026-11-29T12:00:00Z"], &[]);
    let link = cairn.run(&["console", "--author", "Mara", "--json", "--now", "2026-11-29T12:00:00Z"]).json();
    let mut mara = Visit::by(&server, link["link"].as_str().expect("a link"));
    let listed = mara.get(&server, "/console?q=tea");
    assert!(listed.text().contains("Tea 28 days ago Fine"), "{}", listed.text());
    let at = "/console/pages/tea?section=%23how-long";
    let open = mara.get(&server, at);
    assert_eq!(
        (field(&open, "text").as_str(), field(&open, "asked").as_str()),
        ("Three minutes.", "how long does tea steep; tea time")
    );
    assert!(
        open.text().contains("Edit: How long?") && open.text().contains("has 2 words; 60 to 250 are allowed"),
        "{}",
        open.text()
    );
    let fields = [
        ("asked", "how long does tea steep; minutes for tea\r\n steeping time"),
        ("why", "green tea,\nand black"),
        ("facts", "checked"),
        ("review", "2027-01-10"),
    ];
    let saved = edit(&mut mara, &server, at, |_| "Two minutes,\nor three.".to_owned(), &fields);
    assert_eq!(saved.header("location"), Some("/console/pages/tea?section=%23how-long&saved=2"), "{}", saved.text());
    let expected = TEA
        .replace("reviewed: 2026-11-01\n", "reviewed: 2026-11-29\nreview: 2027-01-10\n")
        .replace("how long does tea steep; tea time", "how long does tea steep; minutes for tea; steeping time")
        .replace("Three minutes.", "Two minutes,\nor three.");
    assert_eq!(source(&cairn), expected);
    let open = mara.get(&server, saved.header("location").expect("a place"));
    assert!(open.text().contains("Saved as revision 2"), "{}", open.text());
    assert!(server.get("/guides/tea").text().contains("Two minutes, or three."));
    assert!(server.get("/search?q=steeping+time").text().contains("How long?"));

    let history = mara.get(&server, "/console/pages/tea/history");
    for part in [
        "Revision 2: green tea, and black +5 −3 lines",
        "Mara, just now · What changed in revision 2",
        "Revision 1: imported from a file",
    ] {
        assert!(history.text().contains(part), "{part}: {}", history.text());
    }
    let change = mara.get(&server, "/console/pages/tea/history/2");
    for part in
        ["<del>Three</del><ins>Two</ins> minutes<ins>,\nor three</ins>.", "<del>2026-11-01</del>", "rel=\"prev\""]
    {
        assert!(change.body.contains(part), "{part}: {}", change.body);
    }
    assert!(!change.body.contains("rel=\"next\""));
    assert!(mara.get(&server, "/console/pages/tea/compare?from=0&to=2").body.contains("<ins>---\nslug: tea"));

    let back = [("to", "1"), ("base", "2"), ("why", "the old one was right")];
    let old = mara.get(&server, "/console/pages/tea/history/1");
    assert!(old.text().contains("Go back to revision 1"), "{}", old.text());
    let gone_back = mara.post(&server, "/console/pages/tea/revert", &back);
    assert_eq!(gone_back.header("location"), Some("/console/pages/tea?saved=3"), "{}", gone_back.text());
    assert_eq!(source(&cairn), TEA);
    assert!(mara.get(&server, "/console/pages/tea/history").text().contains("Revision 3: the old one was right"));
    // Pressed again by somebody who has not seen that.
    let late = mara.post(&server, "/console/pages/tea/revert", &[("to", "2"), ("base", "2")]);
    assert!(late.status == 409 && late.text().contains("Mara was faster"), "{}", late.text());
}

#[test]
fn two_moderators_change_one_text() {
    let (cairn, server) = with_tea(&[], &[]);
    let (mut mara, mut tom) = (Visit::operator(&cairn, &server, "Mara"), Visit::operator(&cairn, &server, "Tom"));
    let at = "/console/pages/tea?section=%23which-water";
    let (of_mara, of_tom) = (mara.get(&server, at), tom.get(&server, at));
    let mine = field(&of_mara, "text").replace("Soft water", "Fresh water");
    let his = field(&of_tom, "text").replace("It matters.", "It matters a lot.");
    assert_eq!(send(&mut tom, &server, &of_tom, &his, &[("why", "stronger")]).status, 303);
    let conflict = send(&mut mara, &server, &of_mara, &mine, &[("why", "fresh")]);
    assert_eq!(conflict.status, 409, "{}", conflict.text());
    for part in [
        "Tom and you changed the same text",
        "Tom’s, revision 2",
        "“stronger”",
        "Where you both began",
        "Save the joined text",
        "Put mine over Tom’s",
    ] {
        assert!(conflict.text().contains(part), "{part}: {}", conflict.text());
    }
    for part in ["<ins>Fresh</ins>", "<ins> a lot</ins>"] {
        assert!(conflict.body.contains(part), "{part}: {}", conflict.body);
    }
    let joined = field(&conflict, "text");
    assert_eq!(joined, "Soft water,   well boiled.  \nIt matters a lot.".replace("Soft", "Fresh"));
    let (base, section) = (field(&conflict, "base"), field(&conflict, "section"));
    assert_eq!((base.as_str(), section.as_str()), ("2", "#which-water"));
    let text = as_sent(&joined);
    let saved = mara.post(
        &server,
        "/console/pages/tea",
        &[("text", &text), ("base", &base), ("section", &section), ("why", "fresh"), ("how", "save")],
    );
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(source(&cairn), TEA.replace("Soft water", "Fresh water").replace("It matters.", "It matters a lot."));

    // Both said the same: no conflict. Two sections: none either.
    let (of_mara, of_tom) = (mara.get(&server, at), tom.get(&server, at));
    assert_eq!(send(&mut tom, &server, &of_tom, "Any water.", &[]).status, 303);
    assert_eq!(send(&mut mara, &server, &of_mara, "Any water.", &[]).status, 303);
    let of_mara = mara.get(&server, "/console/pages/tea?section=%23how-long");
    edit(&mut tom, &server, at, |_| "No water.".to_owned(), &[]);
    let more = [("asked", "how long"), ("why", "asked so")];
    assert_eq!(send(&mut mara, &server, &of_mara, "Four minutes.", &more).status, 303);
    let now = source(&cairn);
    for part in ["No water.", "Four minutes.", "<!-- asked: how long -->"] {
        assert!(now.contains(part), "{part}: {now}");
    }
    // They contradict each other: one's own text stands ready, and theirs beside it.
    let (of_mara, of_tom) = (mara.get(&server, at), tom.get(&server, at));
    send(&mut tom, &server, &of_tom, "Rain.", &[]);
    let conflict = send(&mut mara, &server, &of_mara, "Snow.", &[]);
    assert!(conflict.status == 409 && conflict.text().contains("Bring them together"), "{}", conflict.text());
    assert_eq!(field(&conflict, "text"), "Snow.");
}

#[test]
fn a_text_outlives_its_writers_sign_in() {
    let (cairn, server) = with_tea(&[], &[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let open = mara.get(&server, "/console/pages/tea");
    cairn.run(&["console", "--sign-out", "--author", "Mara"]).well();
    let long = TEA.replace("Three minutes.", "A long thought, <b>&amp; more</b>.\n\n\"Yes\"");
    let kept = send(&mut mara, &server, &open, &long, &[("why", "thoughts")]);
    assert_eq!(kept.status, 401, "{}", kept.text());
    assert!(
        kept.text().contains("Your sign-in has ended") && kept.text().contains("nothing is lost"),
        "{}",
        kept.text()
    );
    assert_eq!(field(&kept, "text").replace("\r\n", "\n"), long);
    // Signed in again in another tab: the page that was kept is looked at once more, and sent.
    let again = Visit::operator(&cairn, &server, "Mara");
    let mut tab = again.with_forms_of(&mara);
    let fields = [
        ("text", field(&kept, "text")),
        ("base", field(&kept, "base")),
        ("section", field(&kept, "section")),
        ("why", field(&kept, "why")),
        ("how", field(&kept, "how")),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let confirm = tab.post(&server, "/console/pages/tea", &fields);
    assert!(confirm.status == 403 && confirm.text().contains("Send this?"), "{}", confirm.text());
    let saved = tab.post(&server, "/console/pages/tea", &fields);
    assert_eq!(saved.header("location"), Some("/console/pages/tea?saved=2"), "{}", saved.text());
    assert_eq!(source(&cairn), long);
    assert!(cairn.run(&["guides", "history", "tea"]).well().contains("Mara"));
}

#[test]
fn what_cannot_be_saved_comes_back_with_the_reason() {
    let (cairn, server) = with_tea(&[], &[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let at = "/console/pages/tea";
    for (text, why) in [
        (TEA.replace("slug: tea", "slug: coffee"), "a page's slug cannot change"),
        (TEA.replace("reviewed: 2026-11-01\n", ""), "the front matter has no reviewed"),
        (TEA.replace("chai", "hardware"), "already belongs to the page hardware"),
        (String::new(), "There is no text to save"),
        ("x".repeat(200_001), "a page may have at most 200000"),
    ] {
        let refused = edit(&mut mara, &server, at, |_| text.clone(), &[("why", "a try")]);
        assert_eq!(refused.status, 422, "{why}: {}", refused.text());
        assert!(
            refused.text().contains("Nothing was saved") && refused.text().contains(why),
            "{why}: {}",
            refused.text()
        );
        assert_eq!((field(&refused, "text"), field(&refused, "why")), (text, "a try".to_owned()));
    }
    let spills = edit(&mut mara, &server, "/console/pages/tea?section=%23how-long", |_| "```\nopen".to_owned(), &[]);
    assert!(spills.status == 422 && spills.text().contains("would run into another section"), "{}", spills.text());
    assert_eq!(field(&spills, "text"), "```\nopen");
    assert_eq!(mara.get(&server, "/console/pages/coffee").status, 422);
}

#[test]
fn what_people_write_is_shown_as_text() {
    let (cairn, server) = with_tea(&[], &[]);
    let mut mara = Visit::operator(&cairn, &server, "<b>Mara</b>");
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)></textarea>\"'>";
    let text = TEA.replace("title: Tea", "title: \"<script>alert(2)</script>\"").replace("Three minutes.", evil);
    let saved = edit(&mut mara, &server, "/console/pages/tea", |_| text.clone(), &[("why", evil)]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let draft = edit(
        &mut mara,
        &server,
        "/console/pages/tea",
        |text| format!("{text}{evil}"),
        &[("how", "draft"), ("why", evil)],
    );
    assert_eq!(draft.header("location"), Some("/console/drafts/1?kept=1"));
    for at in [
        "/console",
        "/console/pages/tea",
        "/console/pages/tea?section=%23how-long",
        "/console/pages/tea/history",
        "/console/pages/tea/history/2",
        "/console/pages/tea/more",
        "/console/pages/tea/preview?section=",
        "/console/drafts",
        "/console/drafts/1",
        "/console?q=%3Cscript%3E",
        "/console/new?title=%3Cscript%3Ealert(1)%3C/script%3E&asked=%3C/textarea%3E%3Cscript%3E",
        "/console/pages/%3Cscript%3Ealert(1)",
    ] {
        let page = mara.get(&server, at);
        let own = page.body.matches("<script src=\"/console/script/").count();
        assert_eq!(page.body.matches("<script").count(), own, "{at}: {}", page.body);
        assert!(!page.body.contains("<img src=x") && !page.body.contains("<b>Mara"), "{at}: {}", page.body);
    }
    for target in ["web", "discord", "reddit"] {
        let shown =
            mara.post(&server, "/console/preview", &[("text", &text), ("slug", "tea"), ("base", "2"), ("as", target)]);
        assert!(
            shown.status == 200 && !shown.body.contains("<script") && !shown.body.contains("onerror"),
            "{}",
            shown.body
        );
        let policy = shown.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("default-src 'none'") && policy.ends_with("sandbox") && !policy.contains("script-src"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
        assert!(policy.contains("font-src 'self'"), "headings look as they will: {policy}");
    }
    // A frame that is a sandbox asks for the font as another site would.
    assert_eq!(server.get("/font/vollkorn-600.woff2").header("access-control-allow-origin"), Some("*"));
}

#[test]
fn a_preview_says_what_each_place_shows() {
    let (cairn, server) = with_tea(&[], &[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let table = "| a | b |\n|---|---|\n| 1 | 2 |";
    let mut shown = |text: &str, target: &str| {
        let fields = [
            ("text", text),
            ("slug", "tea"),
            ("section", "#how-long"),
            ("base", "1"),
            ("as", target),
            ("asked", "how long"),
        ];
        mara.post(&server, "/console/preview", &fields)
    };
    assert!(shown(table, "web").body.contains("<table>") && !shown(table, "discord").body.contains("<table>"));
    let long = "Many words make a long text. ".repeat(100);
    let on_discord = shown(&long, "discord").text();
    assert!(
        on_discord.contains("Cut It is longer than the 1900 characters") && on_discord.contains("Found by: how long"),
        "{on_discord}"
    );
    assert!(shown(&long, "reddit").text().contains(" of 9500 characters."));
    assert!(shown("```\nopen", "web").text().contains("No preview yet. The new text of “How long?” would run into"));
    cairn.run(&["console", "--sign-out", "--author", "Mara"]).well();
    let ended = shown("text", "web");
    assert!(ended.status == 401 && ended.text().contains("Your text is safe"), "{}", ended.text());
}
