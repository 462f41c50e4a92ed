//! Work that goes on while the program is killed and started again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cairn::outbox::{self, Message, Target};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Lab;
use super::dice::Dice;
use super::people::{Person, Told};

/// What a newcomer writes in a beginners' channel.
const POST: &str = "How do I get into machine learning? I've been a backend developer for five years and want a job as an ML engineer.";

/// All that was done.
#[derive(Default)]
pub struct Journal {
    pub people: Mutex<Vec<Person>>,
    /// Texts that were given to the outbox, each once.
    pub messages: Mutex<Vec<String>>,
    /// Edits of a page: the text that it has since, by whichever way.
    pub edits: Mutex<Vec<(String, Told)>>,
    /// Posts in the beginners' channel.
    pub posts: Mutex<Vec<u64>>,
    /// Comments that call the bot on Reddit.
    pub calls: Mutex<Vec<String>>,
}

/// The work: it goes on until it is told to stop.
pub struct Work {
    stop: Arc<AtomicBool>,
    tasks: JoinSet<()>,
    pub journal: Arc<Journal>,
}

impl Work {
    /// `hands` people at a time, a moderator, posts, messages, calls on Reddit.
    pub fn begin(lab: &Arc<Lab>, seed: u64, hands: u64) -> Self {
        let (stop, journal) = (Arc::new(AtomicBool::new(false)), Arc::new(Journal::default()));
        let (mut tasks, names) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
        for hand in 0..hands {
            let (lab, stop, journal, names) = (lab.clone(), stop.clone(), journal.clone(), names.clone());
            tasks.spawn(students(lab, Dice::new(seed * 1_000 + hand), stop, journal, names));
        }
        tasks.spawn(moderator(lab.clone(), stop.clone(), journal.clone()));
        tasks.spawn(importer(lab.clone(), stop.clone(), journal.clone()));
        tasks.spawn(passers_by(lab.clone(), stop.clone(), journal.clone()));
        tasks.spawn(decider(lab.clone(), stop.clone(), journal.clone()));
        Self { stop, tasks, journal }
    }

    /// Lets everybody finish what they are doing; the program must run.
    pub async fn end(self) -> Arc<Journal> {
        self.stop.store(true, Ordering::SeqCst);
        self.tasks.join_all().await;
        self.journal
    }
}

async fn students(
    lab: Arc<Lab>,
    mut dice: Dice,
    stop: Arc<AtomicBool>,
    journal: Arc<Journal>,
    names: Arc<AtomicUsize>,
) {
    while !stop.load(Ordering::SeqCst) {
        let mut person = Person::new(format!("p{}", names.fetch_add(1, Ordering::SeqCst)));
        while !stop.load(Ordering::SeqCst) && !person.is_done() {
            let act = person.choose(&mut dice);
            person.act(&lab, act).await;
            sleep(Duration::from_millis(dice.below(40))).await;
        }
        journal.people.lock().unwrap().push(person);
    }
}

/// Edits a page again and again.
async fn moderator(lab: Arc<Lab>, stop: Arc<AtomicBool>, journal: Arc<Journal>) {
    let d = &lab.discord;
    for n in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let text = format!("Edit number {n} of this page.");
        let edited = lab.unless_killed(async {
            let form = d.slash("root", "/mod guide edit page:hardware").await;
            let Some(form) = &form.modal else { return Told::Refused };
            let said = d.submit("root", form, &[("text", &text), ("reason", "a lab")]).await;
            if said.content.starts_with("Saved as revision") { Told::Done } else { Told::Nothing }
        });
        let told = edited.await.unwrap_or(Told::Nothing);
        journal.edits.lock().unwrap().push((text, told));
        sleep(Duration::from_millis(150)).await;
    }
}

/// Brings in a page by files, beside the program.
async fn importer(lab: Arc<Lab>, stop: Arc<AtomicBool>, journal: Arc<Journal>) {
    let folder = lab.reddit.cairn.path().join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    for n in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let text = format!("Import number {n} of this page.");
        let page = format!(
            "---\nslug: lab\ntitle: A lab\nsummary: One line.\nreviewed: 2026-11-01\nsources: []\n---\n# A lab\n\n{text}\n"
        );
        std::fs::write(folder.join("lab.md"), page).unwrap();
        let mut command = lab.command(&["guides", "import", "pages"]);
        let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let told = if done.status.success() { Told::Done } else { Told::Refused };
        journal.edits.lock().unwrap().push((text, told));
        sleep(Duration::from_millis(400)).await;
    }
}

/// Newcomers who post where the bot reads along, and people who call it on Reddit.
async fn passers_by(lab: Arc<Lab>, stop: Arc<AtomicBool>, journal: Arc<Journal>) {
    for n in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        lab.alive().await;
        let post = lab.discord.says(&format!("n{n}"), "beginners", POST);
        journal.posts.lock().unwrap().push(post.id);
        if n % 4 == 0 {
            let thread = lab.reddit.reddit.post("learnml", &format!("asker{n}"), "Books", "Which book do you like?");
            let call = lab.reddit.reddit.comment(&thread, &format!("caller{n}"), "!guide engineer");
            journal.calls.lock().unwrap().push(call);
        }
        sleep(Duration::from_millis(400)).await;
    }
}

/// Decides that something is to be said: on the disk before the bot knows of it.
async fn decider(lab: Arc<Lab>, stop: Arc<AtomicBool>, journal: Arc<Journal>) {
    let store = lab.store().await;
    let rooms: Vec<u64> = (0..5).map(|n| lab.discord.channel(&format!("room-{n}"))).collect();
    for n in 0_usize.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let text = format!("message number {n}");
        let message = Message::new(text.clone(), Target::DiscordChannel(rooms[n % rooms.len()]), text.clone());
        let mut tx = store.write().await.unwrap();
        outbox::enqueue(&mut tx, &message, lab.now()).await.unwrap();
        tx.commit().await.unwrap();
        journal.messages.lock().unwrap().push(text);
        sleep(Duration::from_millis(120)).await;
    }
    store.close().await;
}
