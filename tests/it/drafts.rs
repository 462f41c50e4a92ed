//! Drafts, roles and the audit log, as the adapters use them.

use std::path::Path;

use cairn::community::{Community, Home, HomeModerator, Moderator, Role, audit};
use cairn::store::Store;
use cairn::wiki::{self, Approval, Change, Edited, Part, Revert, drafts, folder};
use jiff::Timestamp;

const PAGE: &str = "---\nslug: tea\ntitle: Tea\nsummary: How to make tea.\nreviewed: 2026-11-21\n---\n\nTea is hot.\n\n\
                    ## Green\n\nTwo minutes.\n\n## Black\n\nFour minutes.\n";

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().expect("an instant")
}

fn who(name: &str, role: Role) -> HomeModerator {
    let home = Home::named(Some("discord:1")).expect("a community");
    let by = Moderator::checked(name, role, Community::Discord(1)).expect("no reader");
    home.moderator(by, "edit").expect("of home")
}

/// A wiki with one page, made by ann, an admin.
async fn wiki(dir: &Path) -> Store {
    let store = Store::open(dir).await.expect("a database");
    let change = Change { page: "tea", part: Part::Page, text: PAGE, base: 0, reason: "" };
    let made = wiki::edit(&store, &who("ann", Role::Admin), change, Approval::Second, now()).await.expect("a page");
    assert_eq!(made.to_string(), "Saved as revision 1 of tea.");
    store
}

fn green(text: &str, base: i64) -> Change<'_> {
    Change { page: "tea", part: Part::Section { anchor: "green", heading: None }, text, base, reason: "taste" }
}

fn draft_of(edited: Edited) -> i64 {
    match edited {
        Edited::Draft { draft, .. } => draft,
        other => panic!("not a draft: {other}"),
    }
}

async fn source(store: &Store) -> String {
    wiki::page(store, "tea").await.expect("the page").source
}

#[tokio::test]
async fn an_editors_change_waits_where_a_second_approver_is_demanded() {
    let dir = crate::world::folder();
    let store = wiki(dir.path()).await;
    let (eve, eli) = (who("eve", Role::Editor), who("eli", Role::Editor));
    let (pat, second) = (who("pat", Role::Approver), Approval::Second);
    let kept = wiki::edit(&store, &eve, green("Three minutes.", 1), second, now()).await.expect("a draft");
    assert_eq!(
        kept.to_string(),
        "Kept as draft 1 of tea. Someone else, an approver, can publish it with /mod draft or cairn guides publish 1."
    );
    let id = draft_of(kept);
    assert_eq!(source(&store).await, PAGE);

    let shown = drafts::show(&store, &pat, id).await.expect("the draft");
    assert!(shown.diff.contains("-Two minutes.\n+Three minutes.\n"), "{}", shown.diff);
    assert_eq!(
        (shown.draft.to_string(), shown.stale),
        ("draft 1 of tea#green, 2026-11-21 10:00 UTC, eve: taste".into(), None)
    );

    // Neither another editor, nor its author once she is an approver.
    let refused = drafts::publish(&store, &eli, id, second, now()).await.expect_err("an editor");
    assert_eq!(
        refused.to_string(),
        "To publish a draft, you need the approver role; ask someone who may manage this server, who sets it in /mod settings."
    );
    let herself = who("eve", Role::Approver);
    let refused = drafts::publish(&store, &herself, id, second, now()).await.expect_err("her own");
    assert_eq!(refused.to_string(), "This draft is your own; ask another approver to look at it and publish it.");

    let published = drafts::publish(&store, &pat, id, second, now()).await.expect("published");
    assert_eq!(published.to_string(), "Saved as revision 2 of tea.");
    let newest = &wiki::history(&store, "tea", None, 1).await.expect("history").revisions[0];
    assert_eq!((newest.author.as_str(), newest.reason.as_str()), ("eve", "taste"));
    let again = drafts::publish(&store, &pat, id, second, now()).await.expect_err("published already");
    assert_eq!(again.to_string(), "No draft 1 waits; /mod draft list or cairn guides drafts shows those that do.");

    // A revert is a change like any other; an approver's own word is enough.
    let wish = Revert { page: "tea", to: 1, base: 2, reason: "" };
    draft_of(wiki::revert(&store, &eve, wish, second, now()).await.expect("a draft"));
    let back = wiki::revert(&store, &pat, wish, second, now()).await.expect("a revision");
    assert_eq!(back.to_string(), "Saved as revision 3 of tea.");
    assert_eq!(source(&store).await, PAGE);
}

#[tokio::test]
async fn a_stale_draft_stays_a_draft_and_shows_both_texts() {
    let dir = crate::world::folder();
    let store = wiki(dir.path()).await;
    let (eve, own) = (who("eve", Role::Editor), Approval::Own);
    let id = draft_of(drafts::save(&store, &eve, green("Draft.", 1), now()).await.expect("a draft"));
    // Another section has changed: the draft can go on top of that.
    let black = Change { part: Part::Section { anchor: "black", heading: None }, ..green("Five minutes.", 1) };
    wiki::edit(&store, &eve, black, own, now()).await.expect("saved");
    assert_eq!(drafts::show(&store, &eve, id).await.expect("the draft").stale, None);
    // Now its own section.
    wiki::edit(&store, &eve, green("Faster.", 2), own, now()).await.expect("saved");
    let stale = drafts::show(&store, &eve, id).await.expect("the draft").stale.expect("stale");
    assert_eq!((stale.current.as_str(), stale.yours.as_str(), stale.revision), ("Faster.", "Draft.", 3));
    let refused = drafts::publish(&store, &eve, id, own, now()).await.expect("an answer");
    assert_eq!(refused, Edited::Stale(stale));
    assert_eq!(drafts::list(&store, &eve).await.expect("drafts").len(), 1);

    // It can be taken back, by its author or an approver.
    let refused = drafts::discard(&store, &who("eli", Role::Editor), id, now()).await.expect_err("not his");
    assert!(refused.to_string().contains("To discard someone else's draft, you need the approver role"), "{refused}");
    assert_eq!(drafts::discard(&store, &eve, id, now()).await.expect("discarded").text, "Draft.");
    assert_eq!(drafts::list(&store, &eve).await.expect("drafts"), []);
}

#[tokio::test]
async fn a_draft_may_be_of_a_new_page_and_is_checked_when_it_is_made() {
    let dir = crate::world::folder();
    let store = wiki(dir.path()).await;
    let eve = who("eve", Role::Editor);
    let text = PAGE.replace("tea", "coffee").replace("Tea", "Coffee");
    let change = Change { page: "coffee", part: Part::Page, text: &text, base: 0, reason: "" };
    let broken = drafts::save(&store, &eve, Change { text: "x", ..change }, now()).await.expect_err("no page");
    assert!(broken.to_string().contains("broken in line 1"), "{broken}");
    let unknown = drafts::save(&store, &eve, Change { base: 3, ..change }, now()).await.expect_err("no page");
    assert!(unknown.to_string().starts_with("There is no page “coffee”"), "{unknown}");
    let id = draft_of(drafts::save(&store, &eve, change, now()).await.expect("a draft"));
    let shown = drafts::show(&store, &eve, id).await.expect("the draft");
    assert!(shown.diff.starts_with("--- coffee.md, revision 0\n+++ coffee.md, draft 1\n"), "{}", shown.diff);
    // Without the demand for a second approver its author may publish it.
    let published = drafts::publish(&store, &eve, id, Approval::Own, now()).await.expect("published");
    assert_eq!(published.to_string(), "Saved as revision 1 of coffee.");
}

#[tokio::test]
async fn whatever_changes_is_in_the_log_and_whatever_is_refused_is_not() {
    let dir = crate::world::folder();
    let store = wiki(dir.path()).await;
    let (eve, ann, own) = (who("eve", Role::Editor), who("ann", Role::Admin), Approval::Own);
    wiki::edit(&store, &eve, green("Three minutes.", 1), own, now()).await.expect("saved");
    wiki::edit(&store, &eve, green("Three minutes.", 2), own, now()).await.expect("unchanged");
    wiki::edit(&store, &eve, green("Stale.", 1), own, now()).await.expect("stale");
    wiki::edit(&store, &eve, green("```", 2), own, now()).await.expect_err("refused");
    let wish = Revert { page: "tea", to: 1, base: 2, reason: "" };
    wiki::revert(&store, &eve, wish, own, now()).await.expect("reverted");
    for text in ["Draft one.", "Draft two."] {
        drafts::save(&store, &eve, green(text, 3), now()).await.expect("a draft");
    }
    drafts::publish(&store, &ann, 2, own, now()).await.expect("published");
    drafts::discard(&store, &ann, 1, now()).await.expect("discarded");
    let files = crate::world::folder();
    folder::export(&store, files.path()).await.expect("exported");
    let file = files.path().join("tea.md");
    std::fs::write(&file, PAGE.replace("hot", "wet")).expect("a file");
    folder::import(&store, files.path(), &eve, now()).await.expect_err("an editor");
    folder::import(&store, files.path(), &ann, now()).await.expect("imported");

    let log = audit::read(&store, &ann, None, 100).await.expect("the log");
    let lines: Vec<String> =
        log.iter().map(|e| format!("{} {} {} ({})", e.actor, e.act, e.subject, e.detail)).collect();
    let import = format!("ann import tea (revision 5, from {})", file.display());
    let expected = [
        import.as_str(),
        "ann discard tea (draft 1 by eve)",
        "ann publish tea (revision 4, draft 2 by eve)",
        "eve draft tea (draft 2: taste)",
        "eve draft tea (draft 1: taste)",
        "eve revert tea (revision 3: back to revision 1)",
        "eve edit tea (revision 2, #green: taste)",
        "ann edit tea (revision 1)",
    ];
    assert_eq!(lines, expected);
    // By pages, newest first.
    let first = audit::read(&store, &ann, None, 3).await.expect("the log");
    let second = audit::read(&store, &ann, Some(first[2].id), 3).await.expect("the log");
    assert_eq!([first, second].concat(), log[..6]);
    audit::read(&store, &eve, None, 3).await.expect_err("an editor");
}
