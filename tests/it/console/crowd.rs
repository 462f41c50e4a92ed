//! Two moderators on the web, the command line and Discord on one page at once: who comes second is told both texts.

use std::time::{Duration, Instant};

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use super::keeping::signed_in;
use crate::world::discord::permission;
use crate::world::server::World;
use crate::world::visit::Visit;

/// The section that all of them change.
const SECTION: &str = "/console/pages/hardware?section=%23";
/// How many rounds there are at least; for so many seconds as `CAIRN_CROWD_SECONDS` says, more of them.
const ROUNDS: usize = 3;

/// What became of somebody's text.
enum Fate {
    Saved,
    /// What they were shown instead.
    Refused(String),
}

async fn revisions(world: &World) -> Vec<(i64, String, String)> {
    let file = world.cairn.path().join("data/cairn.db");
    let mut db = SqliteConnectOptions::new().filename(file).connect().await.expect("a database");
    let query = "SELECT r.number, r.author, r.source FROM revisions r JOIN pages p ON p.id = r.page_id
                 WHERE p.slug = 'hardware' ORDER BY r.number";
    sqlx::query_as(query).fetch_all(&mut db).await.expect("rows")
}

fn on_the_web(world: &World, visit: &mut Visit, base: i64, text: &str) -> Fate {
    let server = world.server.as_ref().expect("it runs");
    let base = base.to_string();
    let form = [("text", text), ("section", "#"), ("base", base.as_str()), ("how", "save")];
    let answer = visit.post(server, "/console/pages/hardware", &form);
    match answer.status {
        303 => Fate::Saved,
        409 => Fate::Refused(answer.body),
        other => panic!("{other}: {}", answer.text()),
    }
}

fn by_command(world: &World, base: i64, text: &str) -> Fate {
    let base = base.to_string();
    let args = ["guides", "edit", "hardware#", "--base", &base, "--author", "cli"];
    let ran = world.cairn.run_with(&args, text.as_bytes());
    match ran.code {
        0 => Fate::Saved,
        1 => Fate::Refused(ran.err),
        other => panic!("{other}: {}", ran.err),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_all_who_save_at_once_one_is_saved_and_the_others_see_both_texts() {
    let world = World::start().await;
    let d = &world.discord;
    let admins = d.role("admins", permission::MANAGE_GUILD);
    for who in ["root", "mara", "tom"] {
        d.grant(who, admins);
    }
    let (mut mara, mut tom) = (signed_in(&world, "mara").await, signed_in(&world, "tom").await);
    let server = world.server.as_ref().expect("it runs");
    let long = std::env::var("CAIRN_CROWD_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
    let (since, mut round, mut expected) = (Instant::now(), 0, Vec::new());
    while round < ROUNDS || since.elapsed() < Duration::from_secs(long) {
        round += 1;
        // All of them look at the same revision …
        let base = i64::try_from(revisions(&world).await.len()).expect("few");
        let form = d.slash("root", "/mod guide edit page:hardware").await.modal().clone();
        for visit in [&mut mara, &mut tom] {
            assert!(visit.get(server, SECTION).text().contains(&format!("You began from revision {base}")));
        }
        let text = |who: &str| format!("Round {round} by {who}.");
        // … and save at once.
        let (by_mara, by_tom, by_cli) = (text("mara"), text("tom"), text("cli"));
        let (w, m, t, c) = (&world, &by_mara, &by_tom, &by_cli);
        let fates = std::thread::scope(|scope| {
            let first = scope.spawn(|| on_the_web(w, &mut mara, base, m));
            let second = scope.spawn(|| on_the_web(w, &mut tom, base, t));
            let third = scope.spawn(|| by_command(w, base, c));
            let fourth = tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(d.submit("root", &form, &[("text", &text("root"))]))
            });
            let [first, second, third] = [first, second, third].map(|one| one.join().expect("it ends"));
            let fourth = if fourth.content.starts_with("Saved as revision") {
                Fate::Saved
            } else {
                // Both texts come as files; the message says who was faster.
                let files = fourth
                    .files
                    .iter()
                    .map(|file| String::from_utf8_lossy(&file.bytes).into_owned())
                    .collect::<Vec<_>>()
                    .join("\n");
                Fate::Refused(format!("{}\n{files}", fourth.content))
            };
            [("mara", first), ("tom", second), ("cli", third), ("root", fourth)]
        });
        let saved: Vec<&str> =
            fates.iter().filter(|(_, fate)| matches!(fate, Fate::Saved)).map(|(who, _)| *who).collect();
        let [winner] = saved[..] else { panic!("round {round}: saved were {saved:?}") };
        for (who, fate) in &fates {
            let Fate::Refused(shown) = fate else { continue };
            assert!(shown.contains(&text(who)), "{who} is shown the text of their own: {shown}");
            assert!(shown.contains(&text(winner)), "{who} is shown the text of {winner}: {shown}");
        }
        expected.push(text(winner));
    }
    let all = revisions(&world).await;
    assert_eq!(all.len(), round + 1, "each text that was saved is a revision, and no other");
    for ((number, _, source), text) in all.iter().skip(1).zip(&expected) {
        assert!(source.contains(text.as_str()), "revision {number} has the text “{text}”");
        let page = mara.get(server, &format!("/console/pages/hardware/history/{number}"));
        assert!(page.body.contains(text.as_str()), "and the history shows it: {}", page.text());
    }
    println!("{round} rounds in {:.1?}; {} saved, {} refused", since.elapsed(), expected.len(), 3 * round);
    world.finish();
}
