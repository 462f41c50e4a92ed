//! The audit after a lab: what was acknowledged is there once, and each message is there once or in the desk with its reason.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use cairn::people::{Identity, optout};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};

use super::Lab;
use super::people::{Act, Person, Told, fits};
use super::work::Journal;

/// What was counted, and what was wrong.
#[derive(Debug, Default)]
pub struct Audit {
    pub wrong: Vec<String>,
    pub counts: Vec<(&'static str, usize)>,
}

impl Audit {
    /// Looks at everything. The program has ended.
    pub async fn of(lab: &Lab, journal: &Journal) -> Self {
        let mut audit = Self::default();
        let file = lab.reddit.cairn.path().join("data/cairn.db");
        let mut db = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        audit.database(&mut db).await;
        let people = journal.people.lock().unwrap().drain(..).collect::<Vec<_>>();
        audit.people(lab, &mut db, &people).await;
        let kept = |texts: &Mutex<Vec<String>>| texts.lock().unwrap().clone();
        let (messages, calls) = (kept(&journal.messages), kept(&journal.calls));
        let edits = journal.edits.lock().unwrap().clone();
        audit.edits(&mut db, &edits).await;
        audit.outbox(lab, &mut db).await;
        audit.messages(lab, &mut db, &messages).await;
        audit.posts(lab, &journal.posts.lock().unwrap());
        audit.calls(lab, &mut db, &calls).await;
        audit
    }

    fn count(&mut self, what: &'static str, n: usize) {
        self.counts.push((what, n));
    }

    fn wrong(&mut self, is: bool, what: impl FnOnce() -> String) {
        if is {
            self.wrong.push(what());
        }
    }

    async fn database(&mut self, db: &mut SqliteConnection) {
        let whole: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *db).await.unwrap();
        self.wrong(whole != ["ok"], || format!("integrity: {whole:?}"));
        let astray = sqlx::query("PRAGMA foreign_key_check").fetch_all(db).await.unwrap().len();
        self.wrong(astray > 0, || format!("{astray} rows point nowhere"));
    }

    async fn people(&mut self, lab: &Lab, db: &mut SqliteConnection, people: &[Person]) {
        for person in people {
            let id = lab.discord.person(&person.name);
            let events = events(db, id).await;
            let labels = number(db, &format!("SELECT count(*) FROM labels WHERE person_id = {}", by(id))).await;
            let erased = (person.count(Act::Erase, Told::Done), person.count(Act::Erase, Told::Nothing));
            let fits = fits(&kept(&person.acts), &events);
            match erased {
                (0, 0) => self.wrong(!fits, || format!("{}: {:?} left {events:?}", person.name, person.acts)),
                // Either nobody knows, or all of it is gone.
                (0, _) => self.wrong(!fits && !events.is_empty(), || format!("{}: half erased", person.name)),
                _ => {
                    let left = number(db, &format!("SELECT count(*) FROM persons WHERE discord_id = '{id}'")).await;
                    self.wrong(left > 0 || !events.is_empty(), || format!("{} is erased and still there", person.name));
                }
            }
            // Of who said never, perhaps unheard, no correction is kept from then on.
            let before = person.acts.iter().take_while(|(act, _)| *act != Act::Never);
            let least = before.filter(|done| **done == (Act::Correct, Told::Done)).count();
            let most = person.count(Act::Correct, Told::Done) + person.count(Act::Correct, Told::Nothing);
            let is_right = (least..=most).contains(&labels) || erased != (0, 0);
            self.wrong(!is_right, || format!("{}: {labels} corrections of {:?}", person.name, person.acts));
            if person.count(Act::Never, Told::Done) > 0 {
                let out = optout::opted_out(db, &Identity::Discord(id)).await.unwrap();
                self.wrong(!out, || format!("{} said never, in vain", person.name));
            }
        }
        let done = |which: fn(&Act) -> bool, told| {
            people.iter().flat_map(|p| &p.acts).filter(|(act, said)| which(act) && *said == told).count()
        };
        self.count("people", people.len());
        self.count("logs acknowledged", done(|act| matches!(act, Act::Log(_)), Told::Done));
        self.count("logs taken back", done(|act| *act == Act::Undo, Told::Done));
        self.count("corrections", done(|act| *act == Act::Correct, Told::Done));
        self.count("said never", done(|act| *act == Act::Never, Told::Done));
        self.count("erased", done(|act| *act == Act::Erase, Told::Done));
        self.count("acts of which nobody knows", done(|_| true, Told::Nothing));
        self.count("acts refused", done(|_| true, Told::Refused));
    }

    async fn edits(&mut self, db: &mut SqliteConnection, edits: &[(String, Told)]) {
        for (text, told) in edits {
            let there: i64 = sqlx::query_scalar("SELECT count(*) FROM revisions WHERE instr(source, $1) > 0")
                .bind(text)
                .fetch_one(&mut *db)
                .await
                .unwrap();
            let is_right = if *told == Told::Done { there == 1 } else { there <= 1 };
            self.wrong(!is_right, || format!("“{text}” was {told:?} and is there {there} times"));
        }
        self.count("edits and imports acknowledged", edits.iter().filter(|(_, told)| *told == Told::Done).count());
    }

    /// Each row that is sent has a message of its own at Discord, no message is there without a row, and what did not arrive
    /// has a reason.
    async fn outbox(&mut self, lab: &Lab, db: &mut SqliteConnection) {
        let query =
            "SELECT id, state, coalesce(target, ''), coalesce(remote_id, ''), coalesce(trouble, ''), via FROM outbox
                     WHERE coalesce(target, '') NOT LIKE 'discord/thread/%'";
        let rows = sqlx::query(query).fetch_all(db).await.unwrap();
        let mut unclaimed: HashSet<u64> = lab.discord.unasked().iter().map(|message| message.id).collect();
        let (mut states, mut without) = (HashMap::<String, usize>::new(), 0);
        for row in &rows {
            let [state, target, remote, trouble, via]: [String; 5] = [1, 2, 3, 4, 5].map(|n| row.get(n));
            let id: i64 = row.get(0);
            *states.entry(state.clone()).or_default() += 1;
            match state.as_str() {
                "sent" if via == "discord" && !remote.is_empty() => {
                    let there = remote
                        .rsplit('/')
                        .next()
                        .and_then(|id| id.parse().ok())
                        .is_some_and(|id| unclaimed.remove(&id));
                    self.wrong(!there, || format!("row {id} to {target} is sent, but not at Discord"));
                }
                "sent" => {}
                "dead" | "unknown" => {
                    without += 1;
                    self.wrong(trouble.is_empty() && !target.is_empty(), || format!("row {id} has no reason"));
                }
                _ => {}
            }
            // What erasure has emptied does not say which message it was.
            without += usize::from(target.is_empty());
        }
        self.wrong(unclaimed.len() > without, || format!("{} messages without a row of their own", unclaimed.len()));
        self.count("messages sent", states.get("sent").copied().unwrap_or(0));
        self.count("messages given up, with their reason", states.get("dead").copied().unwrap_or(0));
        self.count("messages of which nobody knows, in the desk", states.get("unknown").copied().unwrap_or(0));
        self.count("messages that are not due yet", states.get("ready").copied().unwrap_or(0));
    }

    async fn messages(&mut self, lab: &Lab, db: &mut SqliteConnection, texts: &[String]) {
        let mut said = HashMap::<String, usize>::new();
        for message in lab.discord.unasked() {
            *said.entry(message.content).or_default() += 1;
        }
        for text in texts {
            let state: String = sqlx::query_scalar("SELECT state FROM outbox WHERE key = $1")
                .bind(text)
                .fetch_one(&mut *db)
                .await
                .unwrap();
            let there = said.get(text).copied().unwrap_or(0);
            let is_right = match state.as_str() {
                "sent" => there == 1,
                "dead" => there == 0,
                "unknown" => there <= 1,
                _ => false,
            };
            self.wrong(!is_right, || format!("“{text}” is {state} and there {there} times"));
        }
        self.count("decided beside the program", texts.len());
    }

    fn posts(&mut self, lab: &Lab, posts: &[u64]) {
        let mut replies = HashMap::<u64, usize>::new();
        for to in lab.discord.unasked().iter().filter_map(|message| message.reply_to) {
            *replies.entry(to).or_default() += 1;
        }
        let twice = posts.iter().filter(|post| replies.get(post).copied().unwrap_or(0) > 1).count();
        self.wrong(twice > 0, || format!("{twice} posts were answered twice"));
        self.count("posts", posts.len());
        self.count("posts answered", posts.iter().filter(|post| replies.contains_key(post)).count());
    }

    async fn calls(&mut self, lab: &Lab, db: &mut SqliteConnection, calls: &[String]) {
        let said = lab.reddit.said();
        let mut answered = 0;
        for call in calls {
            let there = said.iter().filter(|comment| comment.parent == *call).count();
            answered += there;
            self.wrong(there > 1, || format!("the call {call} was answered {there} times"));
        }
        let sent = number(db, "SELECT count(*) FROM reddit_desk WHERE state = 'sent'").await;
        let unknown = number(db, "SELECT count(*) FROM reddit_desk WHERE state = 'unknown'").await;
        // Begun when the program was killed, and looked for at growing distances.
        let begun = number(db, "SELECT count(*) FROM reddit_desk WHERE state <> 'sent' AND begun").await;
        self.wrong(!(sent..=sent + begun).contains(&said.len()), || {
            format!("{} comments at Reddit, {sent} sent and {begun} begun", said.len())
        });
        self.count("calls on Reddit", calls.len());
        self.count("calls answered", answered);
        self.count("answers on Reddit of which nobody knows, in the desk", unknown);
    }
}

/// The acts that leave an event of study.
fn kept(acts: &[(Act, Told)]) -> Vec<(Act, Told)> {
    let leaves = |act: &Act| matches!(act, Act::Join | Act::Log(_) | Act::Undo);
    acts.iter().filter(|(act, _)| leaves(act)).copied().collect()
}

fn by(id: u64) -> String {
    format!("(SELECT id FROM persons WHERE discord_id = '{id}')")
}

async fn number(db: &mut SqliteConnection, query: &str) -> usize {
    let n: i64 = sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(db).await.unwrap();
    usize::try_from(n).unwrap()
}

/// What somebody's study entries are, in order.
async fn events(db: &mut SqliteConnection, id: u64) -> Vec<Act> {
    let query = format!("SELECT act FROM study_events WHERE person_id = {} ORDER BY n", by(id));
    let acts: Vec<String> = sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(db).await.unwrap();
    let read = |act: &String| {
        let act: serde_json::Value = serde_json::from_str(act).unwrap();
        match act["event"].as_str().unwrap() {
            "join" => Some(Act::Join),
            "log" => Some(Act::Log(u32::try_from(act["minutes"].as_u64().unwrap()).unwrap())),
            "undo" => Some(Act::Undo),
            _ => None,
        }
    };
    acts.iter().filter_map(read).collect()
}
