//! The desks of the console, as a browser without JavaScript meets them.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tokio::runtime::Runtime;

use crate::world::program::{Cairn, Page, Server};
use crate::world::visit::Visit;

const ENGINEER: &str = "How do I get into machine learning? I've been a backend developer for five years and want a job as an ML engineer.";
const HACKER: &str =
    "I want to add machine learning to my hobby project, <script>alert(1)</script> a bird feeder. Where do I start?";

/// A Cairn at home in server 7, running, with ann, who runs it, signed in.
struct Desk {
    cairn: Cairn,
    server: Option<Server>,
    visit: Visit,
}

impl Desk {
    fn open() -> Self {
        let cairn = Cairn::new();
        cairn.run(&["guides", "list"]).well();
        let server = cairn.serve_with(&[], &[("CAIRN_HOME", "discord:7")]);
        let visit = Visit::operator(&cairn, &server, "ann");
        Self { cairn, server: Some(server), visit }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    #[track_caller]
    fn get(&mut self, path: &str) -> Page {
        let server = self.server.take().expect("it runs");
        let page = self.visit.get(&server, path);
        self.server = Some(server);
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        page
    }

    /// Sends a form and follows where it leads.
    #[track_caller]
    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let server = self.server.take().expect("it runs");
        let page = self.visit.post(&server, path, fields);
        self.server = Some(server);
        if page.status != 303 {
            return page;
        }
        let to = page.header("location").expect("a place").to_owned();
        self.get(&to)
    }

    fn write(&self, work: impl AsyncFnOnce(&mut SqliteConnection)) {
        let file = self.cairn.path().join("data/cairn.db");
        Runtime::new().expect("a runtime").block_on(async {
            let mut db = SqliteConnectOptions::new().filename(file).connect().await.expect("a database");
            work(&mut db).await;
        });
    }

    /// What Cairn answered in server 7.
    fn answered(&self, author: u64, text: &str) {
        let verdict = cairn::triage::triage(
            cairn::triage::Model::builtin(),
            &cairn::triage::Post { title: "", body: text },
            &cairn::triage::Bands::default(),
        );
        self.write(async |db| {
            let query =
                "INSERT INTO discord_answers (asker, author, guild, post, channel, title, body, track, at, verdict)
                         VALUES ($1, $1, 7, (SELECT count(*) FROM discord_answers) + 1000, 70, '', $2, $3, $4, $5)";
            sqlx::query(query)
                .bind(format!("discord:{author}"))
                .bind(text)
                .bind(verdict.track.map(cairn::triage::Track::slug))
                .bind(Timestamp::now().as_millisecond() - 60_000)
                .bind(verdict.to_kept())
                .execute(db)
                .await
                .expect("a row");
        });
    }

    fn asked(&self, question: &str) {
        self.write(async |db| {
            sqlx::query("INSERT INTO gaps (at, query) VALUES ($1, $2)")
                .bind(Timestamp::now().as_millisecond())
                .bind(question)
                .execute(db)
                .await
                .expect("a row");
        });
    }
}

/// The value of a hidden field after a heading of the page.
fn hidden(page: &Page, after: &str, name: &str) -> String {
    let rest = page.body.split_once(after).unwrap_or_else(|| panic!("no {after}: {}", page.text())).1;
    let rest = rest.split_once(&format!("name=\"{name}\" value=\"")).expect("the field").1;
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn a_verdict_is_judged_and_taken_back() {
    let mut desk = Desk::open();
    assert!(desk.get("/console/desk").text().contains("Nothing waits to be judged."));
    desk.answered(41, ENGINEER);
    desk.answered(42, HACKER);
    let page = desk.get("/console/desk");
    assert!(page.text().contains("2 verdicts wait."), "{}", page.text());
    assert!(page.body.contains("<mark>backend</mark>") || page.body.contains("<mark>"), "{}", page.body);
    assert!(page.body.contains("https://discord.com/channels/7/70/1000"), "{}", page.body);
    assert!(
        !page.body.contains("<script>alert") && page.body.contains("&lt;script&gt;alert"),
        "what people write is text"
    );
    assert!(page.text().contains("Not yet: 0 of 100 answers are judged; 100 more are needed."), "{}", page.text());
    let source = hidden(&page, "discord:41", "source");
    let said = desk.post("/console/desk/judge", &[("source", &source), ("says", "engineer")]);
    assert!(said.text().contains("Noted for discord:41 : right: Engineer guide."), "{}", said.text());
    assert!(said.body.contains("action=\"/console/desk/undo\"") && said.text().contains("One verdict waits."));
    // Nobody says it twice, and a form of another page is looked at again.
    let second = desk.post("/console/desk/judge", &[("source", &source), ("says", "other")]);
    let told = "You have judged that already: right: Engineer guide. Nothing was changed.";
    assert!(second.text().contains(told), "{}", second.text());
    let forged = desk.post("/console/desk/judge", &[("source", &source), ("says", "other"), ("token", "0000")]);
    assert_eq!(forged.status, 403, "{}", forged.text());
    let back = desk.post("/console/desk/undo", &[("source", &source)]);
    assert!(back.text().contains("2 verdicts wait."), "{}", back.text());
    let other = hidden(&back, "discord:42", "source");
    let said = desk.post("/console/desk/judge", &[("source", &other), ("says", "other")]);
    assert!(said.text().contains("no newcomer’s question"), "{}", said.text());
    assert_eq!(desk.post("/console/desk/judge", &[("source", "discord/999"), ("says", "right")]).status, 422);
}

/// What stands in all hidden fields of a name.
fn all_hidden(page: &Page, name: &str) -> Vec<String> {
    let field = format!("name=\"{name}\" value=\"");
    let values = page.body.split(&field).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(str::to_owned).collect()
}

#[test]
fn many_verdicts_are_judged_with_one_word_and_taken_back_as_one() {
    let mut desk = Desk::open();
    assert!(desk.get("/console/desk/many").text().contains("Nothing waits to be judged."));
    for author in 41..=44 {
        desk.answered(author, ENGINEER);
    }
    desk.answered(45, HACKER);
    let list = desk.get("/console/desk/many?mark=engineer");
    assert_eq!(list.body.matches(" checked").count(), 4, "{}", list.body);
    assert!(list.text().contains("Mark all 5") && !list.body.contains("<script>alert"), "{}", list.text());
    assert_eq!(desk.get("/console/desk/many").body.matches(" checked").count(), 0, "nothing is marked unasked");

    // What is marked is shown once more; what was judged meanwhile stays as it is.
    let sources = all_hidden(&list, "source");
    let marked: Vec<(&str, &str)> = sources[..3].iter().map(|source| ("source", source.as_str())).collect();
    let look = desk.post("/console/desk/many/look", &[&marked[..], &[("says", "right")]].concat());
    assert!(look.text().contains("3 verdicts right?") && look.text().contains("Note 3 verdicts"), "{}", look.text());
    assert_eq!(all_hidden(&look, "source"), sources[..3]);
    assert!(desk.get("/console/desk").text().contains("5 verdicts wait."), "a look notes nothing");
    desk.post("/console/desk/judge", &[("source", &sources[0]), ("says", "other")]);
    let noted = desk.post("/console/desk/many", &[&marked[..], &[("says", "right")]].concat());
    assert!(noted.text().contains("Noted for 2 verdicts. 1 had been judged by then, and stay"), "{}", noted.text());
    assert!(noted.text().contains("2 verdicts wait.") && noted.text().contains("Undo all"), "{}", noted.text());
    let batch = hidden(&noted, "/console/desk/many/undo", "batch");
    let back = desk.post("/console/desk/many/undo", &[("batch", &batch)]);
    assert!(back.text().contains("4 verdicts wait."), "what was judged alone stays: {}", back.text());
    assert_eq!(desk.post("/console/desk/many/undo", &[("batch", &batch)]).status, 422, "and only once");
    assert_eq!(
        desk.post("/console/desk/many/undo", &[("batch", "2026-11-29T12:00:00Z")]).status,
        422,
        "and not after half a minute"
    );

    let nothing: [&[(&str, &str)]; 3] = [&[], &[("says", "right")], &[("says", "perhaps"), marked[0]]];
    for fields in nothing {
        assert_eq!(desk.post("/console/desk/many/look", fields).status, 422, "{fields:?}");
        assert_eq!(desk.post("/console/desk/many", fields).status, 422, "{fields:?}");
    }
    let log = desk.get("/console/log?act=judge");
    assert!(log.text().contains("one of many") && log.text().contains("taken back"), "{}", log.text());
}

#[test]
fn a_gap_is_filled_or_set_aside() {
    let mut desk = Desk::open();
    for question in ["zxqv <b>wvut</b>", "wvut zxqv", "qqqzzz pizza", "ppppq ml"] {
        desk.asked(question);
    }
    let page = desk.get("/console/gaps");
    assert!(page.text().contains("Asked 2 times in 30 days; no names are kept"), "{}", page.text());
    assert!(!page.body.contains("<b>wvut"), "what people ask is text");
    let key = hidden(&page, "wvut", "key");
    let done =
        desk.post("/console/gaps/point", &[("key", &key), ("place", "hardware#do-you-need-to-buy-anything-to-start")]);
    assert!(done.text().contains("are led to hardware now (revision 2)."), "{}", done.text());
    let found = desk.cairn.run(&["wiki", "zxqv wvut"]).well();
    assert!(found.contains("revision 2"), "{found}");
    assert!(!done.text().contains("wvut"), "the gap is closed");

    let pizza = hidden(&done, "qqqzzz pizza", "key");
    let aside = desk.post("/console/gaps/refuse", &[("key", &pizza)]);
    assert!(aside.text().contains("is listed no more.") && !aside.text().contains("qqqzzz"), "{}", aside.text());
    let back = desk.post("/console/gaps/accept", &[("key", &pizza)]);
    assert!(back.text().contains("qqqzzz"), "{}", back.text());

    let key = hidden(&back, "ppppq ml", "key");
    let draft = desk.post("/console/gaps/page", &[("key", &key), ("title", "What ppppq is")]);
    assert!(draft.text().contains("Draft 1 of what-ppppq-is waits."), "{}", draft.text());
    assert!(desk.cairn.run(&["guides", "drafts", "1"]).well().contains("+<!-- asked: ppppq ml -->"));
    let taken = desk.post("/console/gaps/page", &[("key", &key), ("title", "Hardware and software")]);
    assert!(taken.status == 422 || taken.text().contains("Draft"), "{}", taken.text());
    assert_eq!(desk.post("/console/gaps/point", &[("key", "nothing"), ("place", "hardware")]).status, 422);
}

#[test]
fn examples_are_written_in_ones_own_words() {
    let mut desk = Desk::open();
    desk.answered(41, ENGINEER);
    let page = desk.get("/console/examples");
    assert!(page.text().contains("Write an example first."), "{}", page.text());
    let quoted = desk.post("/console/examples/add", &[("text", ENGINEER), ("is", "engineer")]);
    assert_eq!(quoted.status, 422);
    assert!(quoted.text().contains("Cairn never learns from what members write"), "{}", quoted.text());
    let kept = desk.post(
        "/console/examples/add",
        &[("title", "From cobol to ml"), ("text", "which way would you go, I maintain mainframes"), ("is", "engineer")],
    );
    assert!(
        kept.text().contains("From cobol to ml") && kept.text().contains("Engineer guide, by ann"),
        "{}",
        kept.text()
    );
    assert!(kept.text().contains("Train with 1 example"), "{}", kept.text());
    let gone = desk.post("/console/examples/remove", &[("id", "1")]);
    assert!(gone.text().contains("None yet."), "{}", gone.text());
}

#[test]
fn settings_are_saved_exported_and_imported_and_the_log_tells() {
    let mut desk = Desk::open();
    let page = desk.get("/console/settings");
    assert!(page.text().contains("Nobody has changed anything yet; these are the defaults."), "{}", page.text());
    let saved = desk.post("/console/settings/readiness", &[("name", "only when sure")]);
    assert!(saved.text().contains("All is saved; the last change was just now, by ann."), "{}", saved.text());
    assert!(saved.text().contains("bands 0.85 0.2 0.5 0.95 0.35 0.8"), "{}", saved.text());
    let file = desk.get("/console/settings/file");
    let mut settings: Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!(settings["bands"]["answer"], 0.95);
    settings["editor"] = "1234".into();
    let imported = desk.post("/console/settings/import", &[("text", &settings.to_string())]);
    assert!(imported.text().contains("editor role none 1234"), "{}", imported.text());
    let broken = desk.post("/console/settings/import", &[("text", "{}")]);
    assert_eq!(broken.status, 422);
    let log = desk.get("/console/log?act=settings&who=ann");
    assert!(log.text().contains("settings discord/7: editor role: 1234 ann, console"), "{}", log.text());
    let none = desk.get("/console/log?act=revert");
    assert!(none.text().contains("Nobody has done anything like that."), "{}", none.text());
    let csv = desk.get("/console/log/file.csv?act=settings");
    assert!(csv.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")));
    assert_eq!(csv.body.trim_end().lines().count(), 3, "{}", csv.body);
    let json: Value = serde_json::from_str(&desk.get("/console/log/file.json").body).expect("JSON");
    assert!(json.as_array().is_some_and(|entries| entries.len() >= 3), "{json}");
}

#[test]
fn a_message_that_did_not_arrive_is_settled() {
    let mut desk = Desk::open();
    desk.write(async |db| {
        let query = "INSERT INTO outbox (key, via, target, payload, state, attempts, due_at, trouble, community, created_at, settled_at)
                     VALUES ($1, 'discord', 'discord/channel/70', '{\"body\":\"**Papers** of the week\"}', $2, 3, $3, $4, 'discord:7', $3, $3)";
        for (key, state, trouble) in [("digest/one", "dead", "gone"), ("digest/two", "unknown", "cannot_tell")] {
            let now = Timestamp::now().as_millisecond();
            sqlx::query(query).bind(key).bind(state).bind(now).bind(trouble).execute(&mut *db).await.expect("a row");
        }
    });
    let page = desk.get("/console/outbox");
    assert!(
        page.text().contains("dead digest/one To Channel 70, decided just now, 3 tries: its target is gone."),
        "{}",
        page.text()
    );
    assert!(page.text().contains("Look for it there first: it may have arrived."), "{}", page.text());
    assert!(page.text().contains("Outbox 2") || page.text().contains("Outbox , waiting: 2"), "{}", page.text());
    let two = hidden(&page, "digest/two", "id");
    let after = desk.post("/console/outbox/resolve", &[("id", &two), ("what", "arrived")]);
    assert!(!after.text().contains("digest/two"), "{}", after.text());
    let one = hidden(&after, "digest/one", "id");
    let after = desk.post("/console/outbox/resolve", &[("id", &one), ("what", "again")]);
    assert!(after.text().contains("ready digest/one"), "{}", after.text());
    assert_eq!(desk.post("/console/outbox/resolve", &[("id", &two), ("what", "drop")]).status, 422);
    assert!(desk.get("/console/log").text().contains("delivery"));
}

#[test]
fn every_desk_is_there_and_none_without_a_sign_in() {
    let mut desk = Desk::open();
    let all = ["desk", "gaps", "examples", "digest", "outbox", "settings", "log", "links", "health"];
    for place in all {
        let page = desk.get(&format!("/console/{place}"));
        assert!(page.body.contains("aria-current=\"page\""), "{place} stands in the rail");
        assert_eq!(page.body.matches("<h1").count(), 1, "{place}");
    }
    desk.visit.forget();
    for place in all {
        let server = desk.server.take().expect("it runs");
        let page = desk.visit.get(&server, &format!("/console/{place}"));
        desk.server = Some(server);
        assert_eq!(page.status, 401, "{place}: {}", page.text());
    }
    let _ = desk.server();
}
