//! A student as the database has them: their folded state beside the events that it is the fold of.

pub mod agenda;
pub(crate) mod sql;
pub mod subjects;
pub mod track;

use jiff::Timestamp;
use tracing::warn;

use crate::people::{self, Identity, PersonId};
use crate::store::{Connection, Millis, Store};
use crate::streak::events;
use crate::streak::ledger::View;
use crate::streak::milestones::{Milestone, Told};
use crate::streak::outage::Outages;
use crate::streak::refusal::Refusal;
use crate::streak::state::{Act, StudyState};
use crate::streak::status::Status;
use crate::{Result, uptime};

/// Before any instant that an outage was recorded at: all of them are wanted.
const EVER: Timestamp = Timestamp::MIN;

/// Who does something, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// By what they are known.
    pub identity: Identity,
    /// The server they are in, if any: their community, if they have none yet.
    pub guild: Option<u64>,
    /// The channel they are in, if it is in a server: where their timer speaks if they take no direct messages.
    pub channel: Option<u64>,
}

/// Somebody who has joined.
pub struct Student {
    /// Their number.
    pub id: PersonId,
    /// The server where they joined.
    pub guild: Option<u64>,
    /// Where their timer was started.
    pub channel: Option<u64>,
    /// Their study.
    pub person: StudyState,
    /// How many events that is the fold of.
    pub events: i64,
    /// When the last of them was.
    last: Timestamp,
    /// The milestones that they were told of.
    pub told: Told,
}

impl Student {
    /// Somebody who has just joined, by their first event.
    pub fn new(id: PersonId, guild: Option<u64>, person: StudyState, at: Timestamp) -> Self {
        Self { id, guild, channel: None, person, events: 0, last: at, told: Told::default() }
    }

    /// The student of that number, if that person has joined.
    pub async fn load(db: &mut Connection, id: PersonId) -> Result<Option<Self>> {
        let Some(row) = sql::student(db, id).await? else { return Ok(None) };
        let person = match serde_json::from_str(&row.state) {
            Ok(person) => person,
            // A state that this version cannot read is made again from the events.
            Err(cause) => {
                warn!(person = id.0, %cause, "a study ledger is folded again");
                fold(db, id).await?
            }
        };
        let (guild, channel, last) = (row.guild(), row.channel(), row.at());
        let told = row.marks.as_deref().and_then(|marks| serde_json::from_str(marks).ok()).unwrap_or_default();
        Ok(Some(Self { id, guild, channel, person, events: row.events, last, told }))
    }

    /// The instant `now`, but never before this person's last event, even if the clock was set back.
    pub fn instant(&self, now: Timestamp) -> Timestamp {
        Millis::whole(now).max(self.last)
    }

    /// When their last event was.
    pub fn last(&self) -> Timestamp {
        self.last
    }

    /// Does something at an instant and writes it down. What was done before so long ago that its days were let go is
    /// read again first.
    ///
    /// # Errors
    /// The inner one is the rules' refusal, after which nothing may be saved.
    pub async fn act(
        &mut self,
        db: &mut Connection,
        at: Timestamp,
        act: &Act,
        floor: u16,
    ) -> Result<Result<(), Refusal>> {
        let mut done = self.person.apply(at, act, floor);
        if done == Err(Refusal::Forgotten) {
            self.person = fold(db, self.id).await?;
            done = self.person.apply(at, act, floor);
        }
        if done.is_ok() {
            self.append_event(db, at, act).await?;
        }
        Ok(done)
    }

    /// Writes an event down that has been applied.
    pub async fn append_event(&mut self, db: &mut Connection, at: Timestamp, act: &Act) -> Result<()> {
        self.events += 1;
        self.last = at;
        sql::add_event(db, self.id, self.events, at, &events::written(act).to_string()).await
    }

    /// What their ledger shows at an instant, outages and all.
    pub async fn view(&mut self, db: &mut Connection, at: Timestamp) -> Result<Viewed<'_>> {
        let ledger = self.person.ledger();
        let seen = i64::try_from(ledger.seen()).unwrap_or(i64::MAX);
        let outages = outages(db, seen, ledger.days()[0].begin).await?;
        let view = match self.person.needs_refold(&outages) {
            false => self.person.view(at, &outages),
            true => self.view_with_full_history(db, at).await?,
        };
        Ok(Viewed { student: self, view, at })
    }

    /// The same person with every day since joining, viewed at an instant.
    pub async fn view_with_full_history(&mut self, db: &mut Connection, at: Timestamp) -> Result<View> {
        self.person = fold(db, self.id).await?;
        Ok(self.person.view(at, &outages(db, 0, EVER).await?))
    }
}

/// A student whose ledger was brought up to an instant: only now can it be judged and saved.
pub struct Viewed<'a> {
    student: &'a mut Student,
    view: View,
    at: Timestamp,
}

impl Viewed<'_> {
    /// The ledger.
    pub fn into_view(self) -> View {
        self.view
    }

    /// Where they stand.
    pub fn status(&self) -> Status {
        Status::of(&self.student.person, self.view.clone(), self.at)
    }

    /// Whether outages of the bot cover the running day as it stands.
    pub async fn was_away(&self, db: &mut Connection) -> Result<bool> {
        let ledger = self.student.person.ledger();
        let (begin, end) = (ledger.days()[ledger.running()].begin, ledger.end(ledger.running()));
        let seen = i64::try_from(ledger.seen()).unwrap_or(i64::MAX);
        Ok(outages(db, seen, begin).await?.cover(begin, end))
    }

    /// The milestone to tell them of, after what they have just done.
    pub fn next_milestone(&mut self) -> Option<Milestone> {
        self.student.told.reach(self.student.person.ledger(), &self.view)
    }

    /// Writes their state down.
    pub async fn save(self, db: &mut Connection) -> Result<()> {
        let student = self.student;
        student.person.trim();
        let state = serde_json::to_string(&student.person).map_err(anyhow::Error::new)?;
        let marks = if student.told.is_empty() { None } else { serde_json::to_string(&student.told).ok() };
        let Student { id, guild, channel, events, last, .. } = *student;
        sql::save(db, id, &sql::Saved { guild, state: &state, events, at: last, channel, marks }).await
    }
}

/// Whether somebody has joined.
pub async fn has_joined(store: &Store, identity: &Identity) -> Result<bool> {
    let mut db = store.read().await?;
    let Some(person) = people::find(&mut db, identity).await? else { return Ok(false) };
    Ok(sql::student(&mut db, person.id).await?.is_some())
}

/// Whether the person of that number has joined.
pub async fn is_student(db: &mut Connection, id: PersonId) -> Result<bool> {
    Ok(sql::student(db, id).await?.is_some())
}

/// The student who calls.
///
/// # Errors
/// Refused to somebody who has not joined.
pub async fn joined(db: &mut Connection, caller: &Caller) -> Result<Student> {
    let person = people::find(db, &caller.identity).await?.ok_or(Refusal::NotJoined)?;
    let mut student = Student::load(db, person.id).await?.ok_or(Refusal::NotJoined)?;
    student.guild = student.guild.or(caller.guild);
    Ok(student)
}

/// The outages that a fold has not seen, and those that ended after `since`.
async fn outages(db: &mut Connection, seen: i64, since: Timestamp) -> Result<Outages> {
    let mut outages = Outages::default();
    for known in uptime::known(db, seen, since).await? {
        outages.add_numbered(usize::try_from(known.number).unwrap_or(0), known.outage.from, known.outage.to);
    }
    Ok(outages)
}

/// The fold of all events. They were granted when they were made, under the floor of then, and are so again.
async fn fold(db: &mut Connection, id: PersonId) -> Result<StudyState> {
    let mut folded: Option<StudyState> = None;
    for (at, text) in sql::events(db, id, 0).await? {
        let act = events::read_act(&text).map_err(anyhow::Error::msg)?;
        let done = match (&mut folded, &act) {
            (Some(person), act) => person.apply(at, act, 0),
            (None, Act::Join { zone, day_start, commitment }) => {
                StudyState::join(at, zone.clone(), *day_start, *commitment, 0).map(|person| folded = Some(person))
            }
            (None, _) => Err(Refusal::NotJoined),
        };
        if let Err(refusal) = done {
            warn!(person = id.0, ?refusal, "an event that was granted is refused now");
        }
    }
    Ok(folded.ok_or_else(|| anyhow::anyhow!("a student without a first event"))?)
}
