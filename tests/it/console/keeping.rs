//! Drafts and approval; pages that begin, get another name, are retired and come back.

use std::fs;

use crate::world::discord::permission;
use crate::world::program::{Cairn, Server, encode};
use crate::world::server::World;
use crate::world::visit::{Visit, path_of};

const NEW: &str = "---\nslug: tea\ntitle: Tea\nsummary: How to make tea.\naliases: [chai]\ntags: [drinks]\nreviewed: 2026-11-01\nsources: []\n---\n\n\
                   Tea is leaves in hot water.\n\n## How long?\n\nThree minutes. See [hardware](hardware.md).\n";

fn started() -> (Cairn, Server, Visit) {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let open = mara.get(&server, "/console/new?title=Tea+time&asked=how+do+i+make+tea");
    for part in [
        "slug: tea-time",
        "title: Tea time",
        "<!-- asked: how do i make tea -->".replace('<', "&lt;").replace('>', "&gt;").as_str(),
    ] {
        assert!(open.body.contains(part), "{part}: {}", open.body);
    }
    let made = mara.post(
        &server,
        "/console/new",
        &[("text", &NEW.replace('\n', "\r\n")), ("base", "0"), ("why", "asked for"), ("how", "save")],
    );
    assert_eq!(made.header("location"), Some("/console/pages/tea?saved=1"), "{}", made.text());
    assert_eq!(cairn.run(&["guides", "show", "tea"]).well(), NEW);
    (cairn, server, mara)
}

#[test]
fn a_page_begins_and_a_second_of_its_name_does_not() {
    let (_cairn, server, mut mara) = started();
    assert_eq!(server.get("/guides/chai").header("location"), Some("/guides/tea"));
    let _ = mara.get(&server, "/console/new");
    let again = mara.post(
        &server,
        "/console/new",
        &[("text", &NEW.replace("leaves", "herbs")), ("base", "0"), ("how", "save")],
    );
    assert_eq!(again.status, 409, "{}", again.text());
    assert!(again.text().contains("Mara and you changed the same text"), "{}", again.text());
    let broken = mara.post(&server, "/console/new", &[("text", "no front matter"), ("base", "0"), ("how", "save")]);
    assert!(broken.status == 422 && broken.body.contains("\nno front matter</textarea>"), "{}", broken.text());
}

#[test]
fn a_renamed_page_keeps_its_history_and_old_addresses_lead_on() {
    let (cairn, server, mut mara) = started();
    let draft = mara.post(
        &server,
        "/console/pages/tea",
        &[("text", "Four minutes."), ("section", "#how-long"), ("base", "1"), ("how", "draft")],
    );
    assert_eq!(draft.header("location"), Some("/console/drafts/1?kept=1"), "{}", draft.text());
    let _ = mara.get(&server, "/console/pages/tea/more");
    let rename = |slug: &'static str, base: &'static str| {
        [("title", "Tea, hot"), ("slug", slug), ("base", base), ("why", "colder one comes")]
    };
    for (slug, base, why) in [
        ("hardware", "1", "There is, or was, another page called hardware"),
        ("Hot Tea", "1", "slug must be 1–60 lower-case letters"),
    ] {
        let refused = mara.post(&server, "/console/pages/tea/rename", &rename(slug, base));
        assert!(refused.status == 422 && refused.text().contains(why), "{slug}: {}", refused.text());
    }
    let renamed = mara.post(&server, "/console/pages/tea/rename", &rename("hot-tea", "1"));
    assert_eq!(renamed.header("location"), Some("/console/pages/hot-tea/history"), "{}", renamed.text());
    let late = mara.post(&server, "/console/pages/hot-tea/rename", &[("title", "Tea"), ("slug", "tea"), ("base", "1")]);
    assert_eq!(late.status, 409, "{}", late.text());
    let source = cairn.run(&["guides", "show", "hot-tea"]).well();
    assert_eq!(
        source,
        NEW.replace("slug: tea", "slug: hot-tea")
            .replace("title: Tea", "title: \"Tea, hot\"")
            .replace("[chai]", "[chai, tea]")
    );
    for old in ["/guides/tea", "/guides/chai"] {
        assert_eq!(server.get(old).header("location"), Some("/guides/hot-tea"), "{old}");
    }
    assert!(server.get("/search?q=tea").text().contains("Tea, hot"));
    let history = mara.get(&server, "/console/pages/tea/history").text();
    assert!(history.contains("Revision 2: colder one comes") && history.contains("Revision 1: asked for"), "{history}");
    // The draft went along, and fits still.
    let published = mara.post(&server, "/console/drafts/1/publish", &[]);
    assert_eq!(published.header("location"), Some("/console/pages/hot-tea?saved=3"), "{}", published.text());
    // What is exported comes back as it is; links to the old name are no fault.
    let folder = cairn.path().join("out");
    cairn.run(&["guides", "export", folder.to_str().expect("a path")]).well();
    assert!(folder.join("hot-tea.md").exists() && !folder.join("tea.md").exists());
    let hardware = folder.join("hardware.md");
    let linked = fs::read_to_string(&hardware).expect("a page") + "\nAnd [tea](tea.md#how-long).\n";
    fs::write(&hardware, linked).expect("written");
    let checked = cairn.run(&["guides", "check", folder.to_str().expect("a path")]);
    assert!(!checked.out.contains("leads to a page that is not there"), "{}", checked.out);
}

#[test]
fn a_retired_page_is_gone_for_readers_and_can_come_back() {
    let (cairn, server, mut mara) = started();
    let _ = mara.get(&server, "/console/pages/tea/more");
    let gone = mara.post(&server, "/console/pages/tea/retire", &[("base", "1"), ("why", "nobody drinks it")]);
    assert_eq!(gone.header("location"), Some("/console/pages/tea/history"), "{}", gone.text());
    assert_eq!(server.get("/guides/tea").status, 404);
    assert!(!server.get("/guides").body.contains("/guides/tea\""));
    assert!(!server.get("/search?q=three+minutes+of+tea").text().contains("How long?"));
    assert!(!mara.get(&server, "/console").text().contains("Tea"));
    assert!(mara.get(&server, "/console?show=retired").text().contains("Tea"));
    let history = mara.get(&server, "/console/pages/tea/history").text();
    assert!(history.contains("Revision 2: nobody drinks it"), "{history}");
    // Its aliases are free, its slug is not.
    let other = NEW.replace("slug: tea", "slug: chai-latte").replace("title: Tea", "title: Milk tea");
    assert_eq!(mara.post(&server, "/console/new", &[("text", &other), ("base", "0"), ("how", "save")]).status, 303);
    assert_eq!(mara.post(&server, "/console/new", &[("text", NEW), ("base", "0"), ("how", "save")]).status, 409);
    // The program starts with a retired page, and exports it.
    drop(server);
    let folder = cairn.path().join("out");
    cairn.run(&["guides", "export", folder.to_str().expect("a path")]).well();
    assert!(fs::read_to_string(folder.join("tea.md")).expect("a page").contains("\nretired: 20"));
    let server = cairn.serve(&[]);
    let _ = mara.get(&server, "/console/pages/tea/more");
    let taken = mara.post(&server, "/console/pages/tea/return", &[("base", "2")]);
    assert!(taken.status == 422 && taken.text().contains("already belongs to the page chai-latte"), "{}", taken.text());
    let freed = other.replace("[chai]", "[]");
    assert_eq!(
        mara.post(&server, "/console/pages/chai-latte", &[("text", &freed), ("base", "1"), ("how", "save")]).status,
        303
    );
    let back = mara.post(&server, "/console/pages/tea/return", &[("base", "2")]);
    assert_eq!(back.status, 303, "{}", back.text());
    assert_eq!(cairn.run(&["guides", "show", "tea"]).well(), NEW);
    assert_eq!(server.get("/guides/chai").header("location"), Some("/guides/tea"));
    // People are led to the guides of the tracks.
    let guide = mara.post(&server, "/console/pages/hacker/retire", &[("base", "1")]);
    assert!(guide.status == 422 && guide.text().contains("is the guide for hacker"), "{}", guide.text());
}

/// Signs somebody in by `/mod console`.
pub async fn signed_in(world: &World, who: &str) -> Visit {
    let said = world.discord.slash(who, "/mod console").await;
    let json = serde_json::to_string(&said.components).expect("JSON");
    let (_, rest) = json.split_once("/console/enter/").unwrap_or_else(|| panic!("no link in {said}"));
    let key: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    Visit::by(world.server.as_ref().expect("it runs"), &format!("https://cairn.example/console/enter/{key}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_person_publishes_and_sees_who_wrote() {
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
    let server = world.server.as_ref().expect("it runs");
    let (mut eve, mut ada) = (signed_in(&world, "eve").await, signed_in(&world, "ada").await);
    let at = format!("/console/pages/hardware?section={}", encode("#"));
    let open = eve.get(server, &at);
    assert!(!open.text().contains(" Save Send for"), "an editor cannot publish: {}", open.text());
    // Whatever button is sent, it waits.
    let sent = [("text", "Buy nothing yet."), ("section", "#"), ("base", "1"), ("why", "shorter"), ("how", "save")];
    let kept = eve.post(server, "/console/pages/hardware", &sent);
    assert_eq!(kept.header("location"), Some("/console/drafts/1?kept=1"), "{}", kept.text());
    let own = eve.get(server, "/console/drafts/1").text();
    assert!(
        own.contains("This draft is your own: somebody else publishes it.") && own.contains("Take it back"),
        "{own}"
    );
    assert_eq!(eve.post(server, "/console/drafts/1/publish", &[]).status, 422);
    let listed = ada.get(server, "/console").text();
    assert!(listed.contains("Drafts , waiting: 1") && listed.contains("1 draft waits"), "{listed}");
    let shown = ada.get(server, "/console/drafts/1");
    assert!(shown.text().contains("by eve") && shown.body.contains("<ins>Buy nothing yet</ins>"), "{}", shown.text());
    let published = ada.post(server, "/console/drafts/1/publish", &[]);
    assert_eq!(published.header("location"), Some("/console/pages/hardware?saved=2"), "{}", published.text());
    let history = ada.get(server, "/console/pages/hardware/history").text();
    assert!(history.contains("Revision 2: shorter") && history.contains("eve, just now"), "{history}");
    // One that is behind is brought together in the editor.
    let sent = [("text", "Buy less."), ("section", "#"), ("base", "2"), ("how", "save")];
    eve.post(server, "/console/pages/hardware", &sent);
    let _ = ada.get(server, "/console");
    assert_eq!(
        ada.post(
            server,
            "/console/pages/hardware",
            &[("text", "Buy more."), ("section", "#"), ("base", "2"), ("how", "save")]
        )
        .status,
        303
    );
    let behind = ada.get(server, "/console/drafts/2").text();
    assert!(behind.contains("ada changed the same text since") && !behind.contains("Publish Go"), "{behind}");
    assert_eq!(ada.post(server, "/console/drafts/2/publish", &[]).header("location"), Some("/console/drafts/2"));
    assert!(ada.get(server, "/console/pages/hardware?draft=2").body.contains("Buy less."));
    assert_eq!(ada.post(server, "/console/drafts/2/discard", &[]).header("location"), Some("/console/drafts"));
    assert!(path_of("https://cairn.example/console") == "/console");
    world.finish();
}
