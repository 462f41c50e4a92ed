//! Members and papers: votes, and reading together in three passes.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::{ArxivId, Entry, archive, buttons};
use crate::community::Community;
use crate::outbox::{self, Message, Payload, Target};
use crate::people::{Identity, PersonId, person};
use crate::store::{Connection, Store};
use crate::text::escape;
use crate::wiki::reach::leads;
use crate::{Error, Result, time};

mod sql;

/// How many reading threads a person may open per day.
const PER_DAY: i64 = 5;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The purpose of each pass, as in the guide.
const PASSES: [&str; 3] = [
    "First pass, 5–10 minutes: title, abstract, introduction, headings, conclusion. What is it about, and do you go on?",
    "Second pass, about an hour: everything but the proofs. What did they do, and what did they find?",
    "Third pass, an afternoon: every line, pen in hand. How would you rebuild it, and where is it weak?",
];

/// The result of a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voted {
    /// The paper's title; its id if the archive does not have it.
    pub title: String,
    /// Whether the vote is now set.
    pub stands: bool,
    /// How many people of the community vote for the paper now.
    pub votes: i64,
}

impl fmt::Display for Voted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, stands, votes } = self;
        let votes = match votes {
            1 => "It has 1 vote".to_owned(),
            n => format!("It has {n} votes"),
        };
        match stands {
            true => write!(f, "You voted for “{title}”. {votes} here; press again to take yours back."),
            false => write!(f, "You took your vote for “{title}” back. {votes} here."),
        }
    }
}

/// Sets a person's vote for a paper in a community, or removes it.
pub async fn vote(store: &Store, who: &Identity, community: &str, id: &ArxivId, now: Timestamp) -> Result<Voted> {
    let mut tx = store.write().await?;
    let voter = person(&mut tx, who, now).await?;
    let stands = sql::vote(&mut tx, voter, community, id, now).await?;
    let votes = sql::votes(&mut tx, community, id).await?;
    let title = archive::paper(&mut tx, id).await?.map_or_else(|| id.to_string(), |(_, entry)| entry.title);
    tx.commit().await?;
    Ok(Voted { title, stands, votes })
}

/// A person's own checklist for a paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Checklist {
    /// The paper.
    pub entry: Entry,
    /// The passes that they have ticked off.
    pub ticked: Vec<i64>,
    /// Its buttons.
    pub payload: Payload,
}

impl fmt::Display for Checklist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Your passes through {}:", linked(&self.entry))?;
        for (n, what) in (1..).zip(PASSES) {
            let (box_, line) = (if self.ticked.contains(&n) { "☑" } else { "☐" }, what);
            writeln!(f, "{box_} {line}")?;
        }
        if self.ticked.len() == PASSES.len() {
            return f.write_str("You have read the whole paper, which few people do.");
        }
        f.write_str("One pass may be all that a paper deserves. Press to tick off; nobody else sees it.")
    }
}

fn linked(entry: &Entry) -> String {
    format!("[{}]({})", escape::markdown(&entry.title), entry.id.abs())
}

async fn checklist(db: &mut Connection, reader: PersonId, entry: Entry) -> Result<Checklist> {
    let ticked = sql::ticks(db, reader, &entry.id).await?;
    let payload = Payload { buttons: buttons::passes(&entry.id), ..Payload::default() };
    Ok(Checklist { entry, ticked, payload })
}

/// Ticks a pass off for the person who pressed the button, or undoes that.
///
/// # Errors
/// Refused for an unknown paper or pass.
pub async fn tick(store: &Store, who: &Identity, id: &ArxivId, pass: i64, now: Timestamp) -> Result<Checklist> {
    if !(1..=3).contains(&pass) {
        return Err(Error::refused("There are three passes; press the button of one of them."));
    }
    let mut tx = store.write().await?;
    let entry = known(&mut tx, id).await?;
    let reader = person(&mut tx, who, now).await?;
    sql::tick(&mut tx, reader, id, pass, now).await?;
    let checklist = checklist(&mut tx, reader, entry).await?;
    tx.commit().await?;
    Ok(checklist)
}

/// The result of a request to read a paper.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A new thread opens in the channel.
    Opened(Entry),
    /// The channel already has a thread; its id, if known.
    There(Entry, Option<String>),
    /// Only the checklist, for this reader.
    Alone(Checklist),
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened(entry) => {
                write!(
                    f,
                    "A reading thread for {} opens in this channel. Its buttons tick off your passes.",
                    linked(entry)
                )
            }
            Self::There(entry, thread) => {
                let thread = thread.as_ref().map_or("join it".to_owned(), |thread| format!("join it: <#{thread}>"));
                write!(f, "This channel has a reading thread for {} already; {thread}.", linked(entry))
            }
            Self::Alone(checklist) => checklist.fmt(f),
        }
    }
}

/// Reads a paper: in a thread at `place` (server and channel) if one may be opened there, otherwise alone. The
/// thread's first message is the checklist. It goes through the outbox, once per channel and paper.
///
/// # Errors
/// Refused for an unknown paper, and to a person who has opened too many threads today.
pub async fn read(
    store: &Store,
    who: &Identity,
    place: Option<(u64, u64)>,
    id: &ArxivId,
    base: &str,
    now: Timestamp,
) -> Result<Reading> {
    let mut tx = store.write().await?;
    let entry = known(&mut tx, id).await?;
    let reader = person(&mut tx, who, now).await?;
    let Some((server, channel)) = place else {
        let checklist = checklist(&mut tx, reader, entry).await?;
        tx.commit().await?;
        return Ok(Reading::Alone(checklist));
    };
    let Some(reading) = sql::open(&mut tx, channel, id, reader, now).await? else {
        let thread = match sql::opened(&mut tx, channel, id).await? {
            Some(reading) => outbox::standing(&mut tx, &outbox::below(&format!("reading/{reading}"))).await?,
            None => None,
        };
        return Ok(Reading::There(entry, thread.and_then(|thread| thread.remote_id)));
    };
    if sql::opened_since(&mut tx, reader, time::before(now, DAY)).await? > PER_DAY {
        return Err(Error::refused(format!(
            "You have opened {PER_DAY} reading threads today; read one of them, or open another tomorrow."
        )));
    }
    let mut message =
        Message::new(format!("reading/{reading}"), Target::DiscordChannel(channel), invitation(&entry, base));
    message.community = Some(Community::Discord(server));
    message.payload.title = Some(format!("Reading: {}", entry.title));
    message.payload.buttons = buttons::passes(id);
    outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    Ok(Reading::Opened(entry))
}

/// The first message of a reading thread.
fn invitation(entry: &Entry, base: &str) -> String {
    let passes: Vec<String> = PASSES.iter().map(|pass| format!("☐ {pass}")).collect();
    format!(
        "**Let's read {}**\n{}\nPress a pass when you have done it: that ticks it off for you, and nobody else sees it. \
         Questions and notes go into the thread. {}",
        linked(entry),
        passes.join("\n"),
        how(base)
    )
}

/// Where to find the explanation of reading in three passes.
fn how(base: &str) -> String {
    match leads(base) {
        true => format!("[How to read in three passes](<{base}/guides/reading-papers#the-three-passes>)"),
        false => "How to read in three passes: `/wiki query:three passes`".to_owned(),
    }
}

async fn known(db: &mut Connection, id: &ArxivId) -> Result<Entry> {
    let known = archive::paper(db, id).await?;
    known.map(|(_, entry)| entry).ok_or_else(|| {
        Error::refused(format!("{id} is in no week that Cairn knows; choose a paper that /papers search finds."))
    })
}
