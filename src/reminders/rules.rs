//! What is said when, and when it is better to say nothing (pure).

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::time;
use crate::time::weekly::{Minute, Quiet, Slot, Times};
use crate::time::zone::Zone;

/// What comes later than this says so.
pub const LATE: SignedDuration = SignedDuration::from_mins(10);
/// Reminders that are this late are dropped.
pub const TOO_LATE: SignedDuration = SignedDuration::from_hours(12);
/// Minimum streak length for an at-risk warning.
pub const AT_RISK: u32 = 3;
/// So long before quiet hours begin, or the study day ends.
const LEFT: SignedDuration = SignedDuration::from_hours(3);
/// The longest time for which a reminder is put off or held back, with some more.
const WAITS: SignedDuration = SignedDuration::from_hours(48);
/// While a timer runs, a day is looked at again after this.
const AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// After so many days with messages and without an answer comes one goodbye.
pub const UNANSWERED: u8 = 5;
/// After so many direct messages that were refused no more are tried.
pub const REFUSED: u8 = 3;

/// Where reminders go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// To the person.
    #[default]
    Direct,
    /// To the person, and to their server's study channel when they take no direct messages.
    DirectElseChannel,
    /// To their server's study channel.
    Channel,
}

/// Whether anything is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Yes.
    On,
    /// No, as the person wishes.
    Off,
    /// Not before the person does something again.
    Silent,
    /// No: the person takes no direct messages.
    Unreachable,
}

/// A message of which it is not known yet whether it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// Its key.
    pub key: String,
    /// The study day on which it was decided.
    pub day: Date,
    /// Whether it goes to the person first, rather than to the study channel.
    pub direct: bool,
}

/// What somebody chose, what comes next, and what was said last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reminders {
    /// Their own times.
    pub times: Times,
    /// Where reminders go.
    pub place: Place,
    /// Their quiet hours.
    pub quiet: Quiet,
    /// Whether they want the weekly recap; not without a word.
    pub recap: Option<bool>,
    /// Whether anything is said.
    pub mode: Mode,
    /// The next of their times.
    pub(super) next: Option<Slot>,
    /// When they want to hear again.
    pub(super) snooze: Option<Timestamp>,
    /// Until when what is late waits: the end of the quiet hours.
    held: Option<Timestamp>,
    /// The study day on which they want to hear nothing more.
    pub(super) not_today: Option<Date>,
    /// The study day of the last planned message.
    planned: Option<Date>,
    /// The study day of the last message about a streak.
    spoken_up: Option<Date>,
    /// The next recap.
    pub(super) next_recap: Option<Slot>,
    /// Study days with messages since the person last did anything, and the last of them.
    unanswered: u8,
    counted: Option<Date>,
    /// When the last message was decided.
    pub(super) sent: Option<Timestamp>,
    /// When a button was last pressed.
    pub(super) acted: Option<Timestamp>,
    /// Direct messages refused in a row.
    pub(super) refused: u8,
    /// The messages of which it is not known yet whether they arrived.
    #[serde(default)]
    pub(super) under_way: Vec<UnderWay>,
    /// Whether the study channel took nothing last time, so that it went to the person.
    #[serde(default)]
    pub(super) detour: bool,
    /// Whether the last message arrived nowhere.
    #[serde(default)]
    pub(super) nowhere: bool,
    /// Whether they know that they cannot be reached.
    pub(super) told: bool,
}

/// Where a person stands at an instant.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The instant.
    pub now: Timestamp,
    /// Their zone.
    pub zone: Zone,
    /// The running study day.
    pub today: Date,
    /// When it began.
    pub begin: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// When the next one ends.
    pub next_ends: Timestamp,
    /// Met days of the run.
    pub streak: u32,
    /// Whether the day is met.
    pub met: bool,
    /// Whether nothing is expected: paused, rest, sick or excused.
    pub free: bool,
    /// Whether gaps of the bot cover the day: its streak is not at risk.
    pub covered: bool,
    /// Whether the timer runs.
    pub studying: bool,
    /// When they last did anything.
    pub last: Timestamp,
}

/// What is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// It is one of their times; if it was due so long ago that this should be told, since when.
    Planned(Option<Timestamp>),
    /// They wanted to hear again; the same.
    Snoozed(Option<Timestamp>),
    /// Their streak is at risk, and it is the evening.
    AtRisk,
    /// This is the last message until they come back.
    Goodbye,
    /// It is Monday, of this date; if that is late, since when.
    Recap(Date, Option<Timestamp>),
}

/// What comes of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Something is said.
    Say(Say),
    /// Nothing is.
    Nothing,
    /// Something was due at that instant, and is not said any more.
    Dropped(Timestamp),
}

/// What becomes of something that was due.
enum Lateness {
    /// It is said, and if it is late, since when it was due.
    Now(Option<Timestamp>),
    /// It is said when the quiet hours are over.
    Held(Timestamp),
    /// It is not said any more.
    TooLate,
}

impl Default for Reminders {
    fn default() -> Self {
        Self {
            times: Times::default(),
            place: Place::Direct,
            quiet: Quiet::USUAL,
            recap: None,
            mode: Mode::Off,
            next: None,
            snooze: None,
            held: None,
            not_today: None,
            planned: None,
            spoken_up: None,
            next_recap: None,
            unanswered: 0,
            counted: None,
            sent: None,
            acted: None,
            refused: 0,
            under_way: Vec::new(),
            detour: false,
            nowhere: false,
            told: false,
        }
    }
}

impl Reminders {
    /// Plans everything again: after something was chosen, or the person's clock has changed.
    pub fn plan(&mut self, facts: &Facts) {
        self.held = None;
        self.plan_next(facts, None);
        self.plan_recap(facts);
    }

    /// The clock was ahead and is right again: what it dated later than now is forgotten, and nothing waits for a time
    /// that only that clock could plan.
    pub fn bring_back(&mut self, facts: &Facts) {
        if self.counted.is_some_and(|date| date > facts.today) {
            self.unanswered = 0;
        }
        for date in [&mut self.not_today, &mut self.planned, &mut self.spoken_up, &mut self.counted] {
            date.take_if(|date| *date > facts.today);
        }
        for at in [&mut self.sent, &mut self.acted] {
            *at = at.map(|at| at.min(facts.now));
        }
        for at in [&mut self.held, &mut self.snooze] {
            at.take_if(|at| *at > time::after(facts.now, WAITS));
        }
        let earlier =
            |kept: Option<Slot>, again: Option<Slot>| kept.into_iter().chain(again).min_by_key(|slot| slot.at);
        self.next = earlier(self.next, self.times.next(&facts.zone, facts.now, None));
        self.next_recap = earlier(self.next_recap, recaps().next(&facts.zone, facts.now, None));
    }

    /// They are there (again): whatever was unanswered is answered.
    pub fn wake(&mut self, facts: &Facts) {
        self.acted = Some(facts.now);
        self.unanswered = 0;
        if self.mode == Mode::Silent {
            self.mode = if self.times.is_empty() { Mode::Off } else { Mode::On };
            self.plan(facts);
        }
    }

    /// Whether they cannot be reached and have not been told.
    pub fn is_untold(&self) -> bool {
        (self.mode == Mode::Unreachable || self.nowhere) && !self.told
    }

    /// They have been told how things are.
    pub fn told(&mut self) {
        self.told = self.mode == Mode::Unreachable || self.nowhere;
    }

    /// When reminders are to be looked at next.
    pub fn due(&self) -> Option<Timestamp> {
        let planned = self.next.map(|slot| self.held.map_or(slot.at, |held| held.max(slot.at)));
        let earliest = planned.into_iter().chain(self.snooze).min();
        earliest.filter(|_| self.mode == Mode::On)
    }

    /// When the recap is.
    pub fn recap_due(&self) -> Option<Timestamp> {
        let slot = self.next_recap.filter(|_| self.wants_recap())?;
        Some(self.held.map_or(slot.at, |held| held.max(slot.at)))
    }

    /// Whether they get the weekly recap.
    pub fn wants_recap(&self) -> bool {
        match self.mode {
            Mode::On | Mode::Off => self.recap.unwrap_or(false),
            Mode::Silent | Mode::Unreachable => false,
        }
    }

    /// In which part of a study day a streak may have to be spoken up for: in the last three hours before quiet hours
    /// begin or the day ends. Of a day that quiet hours cut in two, the longer part counts.
    pub fn evening(&self, zone: &Zone, begin: Timestamp, ends: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let (from, until) = self.quiet.longest_open(begin, ends, zone)?;
        Some((time::before(until, LEFT).max(from), until))
    }

    /// When a streak may have to be spoken up for next, on this study day or the next. `looked`: that was done for
    /// this one just now.
    pub fn risk_due(&self, facts: &Facts, looked: bool) -> Option<Timestamp> {
        if self.mode != Mode::On {
            return None;
        }
        let today = self.evening(&facts.zone, facts.begin, facts.ends);
        let today = match looked {
            false => today.map(|(from, until)| (from.max(facts.now), until)),
            // Who studies may stop early.
            true => {
                today.filter(|_| facts.studying && !facts.met).map(|(_, until)| (time::after(facts.now, AGAIN), until))
            }
        };
        let today = today.filter(|(at, until)| at < until && self.spoken_up != Some(facts.today));
        today.or_else(|| self.evening(&facts.zone, facts.ends, facts.next_ends)).map(|(at, _)| at)
    }

    /// The instants to come at which they are reminded, for all that is known, at most `most`.
    pub fn to_come(&self, facts: &Facts, most: usize) -> Vec<Timestamp> {
        if self.mode != Mode::On {
            return Vec::new();
        }
        let later = |slot: &Slot| self.times.next(&facts.zone, slot.at, Some(slot.date));
        let slots = std::iter::successors(self.next, later).take(most).map(|slot| slot.at);
        let mut all: Vec<Timestamp> = slots.chain(self.snooze).collect();
        all.sort();
        all.truncate(most);
        all
    }

    /// Looks at what is due.
    pub fn look(&mut self, facts: &Facts) -> Look {
        let planned = self.next.filter(|slot| slot.at <= facts.now);
        let snoozed = self.snooze.take_if(|at| *at <= facts.now);
        if self.mode != Mode::On {
            return Look::Nothing;
        }
        let planned = planned.map(|slot| self.times.latest(&facts.zone, slot, facts.now));
        // A time of their own that has come meanwhile is more than being reminded again.
        let Some(at) = planned.map(|slot| slot.at).or(snoozed) else { return Look::Nothing };
        let late = match self.lateness(at, facts) {
            Lateness::Held(until) => {
                (self.held, self.snooze) = (Some(until), snoozed.filter(|_| planned.is_none()).map(|_| until));
                self.next = planned.or(self.next);
                return Look::Nothing;
            }
            lateness => lateness,
        };
        self.held = None;
        if let Some(slot) = planned {
            self.plan_next(facts, Some(slot.date));
        }
        match late {
            Lateness::Now(late) => self.reminder(facts, planned.map(|slot| of_day(slot.at, facts)), late),
            _ => Look::Dropped(at),
        }
    }

    /// A reminder; if it is one of their own times, of that study day. Each day has one, which may come on the next.
    fn reminder(&mut self, facts: &Facts, planned: Option<Date>, late: Option<Timestamp>) -> Look {
        if !self.is_welcome(facts) || planned.is_some() && self.planned >= planned {
            return Look::Nothing;
        }
        if self.has_no_answer(facts) {
            self.mode = Mode::Silent;
            self.sent = Some(facts.now);
            return Look::Say(Say::Goodbye);
        }
        self.planned = planned.or(self.planned);
        self.count(facts);
        Look::Say(if planned.is_some() { Say::Planned(late) } else { Say::Snoozed(late) })
    }

    /// Looks whether a streak is to be spoken up for.
    pub fn look_at_risk(&mut self, facts: &Facts) -> Look {
        let evening = self.evening(&facts.zone, facts.begin, facts.ends);
        let in_time = evening.is_some_and(|(from, until)| (from..until).contains(&facts.now));
        let fits =
            self.mode == Mode::On && self.is_welcome(facts) && !facts.covered && facts.streak >= AT_RISK && in_time;
        if !fits || self.spoken_up == Some(facts.today) || self.has_no_answer(facts) {
            return Look::Nothing;
        }
        self.spoken_up = Some(facts.today);
        self.count(facts);
        Look::Say(Say::AtRisk)
    }

    /// Looks at the recap. `is_fresh`: there was study in the last two weeks.
    pub fn look_at_recap(&mut self, facts: &Facts, is_fresh: bool) -> Look {
        let Some(slot) = self.next_recap.filter(|slot| slot.at <= facts.now) else { return Look::Nothing };
        let slot = recaps().latest(&facts.zone, slot, facts.now);
        let lateness = self.lateness(slot.at, facts);
        if let Lateness::Held(until) = lateness {
            (self.held, self.next_recap) = (Some(until), Some(slot));
            return Look::Nothing;
        }
        self.held = None;
        let wanted = self.wants_recap() && is_fresh;
        self.next_recap = recaps().next(&facts.zone, facts.now, Some(slot.date));
        match lateness {
            Lateness::Now(late) if wanted => Look::Say(Say::Recap(slot.date, late)),
            Lateness::TooLate if wanted => Look::Dropped(slot.at),
            _ => Look::Nothing,
        }
    }

    fn plan_next(&mut self, facts: &Facts, last: Option<Date>) {
        self.next = self.times.next(&facts.zone, facts.now, last);
    }

    fn plan_recap(&mut self, facts: &Facts) {
        let told = self.next_recap.map(|slot| slot.date).filter(|date| *date <= facts.zone.date(facts.now));
        self.next_recap = recaps().next(&facts.zone, facts.now, told);
    }

    /// Whether a reminder makes sense now.
    fn is_welcome(&self, facts: &Facts) -> bool {
        !facts.met && !facts.free && !facts.studying && self.not_today != Some(facts.today)
    }

    /// What is late is held back in quiet hours; what is on time was wanted at that time.
    fn lateness(&self, at: Timestamp, facts: &Facts) -> Lateness {
        let late = facts.now.duration_since(at);
        if late <= LATE {
            return Lateness::Now(None);
        }
        let until = self.quiet.over(facts.now, &facts.zone);
        match until.duration_since(at) {
            late if late > TOO_LATE => Lateness::TooLate,
            _ if until > facts.now => Lateness::Held(until),
            _ => Lateness::Now(Some(at)),
        }
    }

    fn has_no_answer(&self, facts: &Facts) -> bool {
        self.unanswered >= UNANSWERED && !self.has_acted(facts)
    }

    fn has_acted(&self, facts: &Facts) -> bool {
        let last = self.acted.map_or(facts.last, |acted| acted.max(facts.last));
        self.sent.is_none_or(|sent| last >= sent)
    }

    /// What was said on a study day has not arrived, so it has no answer to wait for.
    pub(super) fn uncount(&mut self, day: Date) {
        if self.counted == Some(day) {
            (self.unanswered, self.counted) = (self.unanswered.saturating_sub(1), None);
        }
    }

    /// A message goes out: of several on one study day, one counts.
    fn count(&mut self, facts: &Facts) {
        if self.has_acted(facts) {
            (self.unanswered, self.counted) = (0, None);
        }
        if self.counted != Some(facts.today) {
            (self.unanswered, self.counted) = (self.unanswered.saturating_add(1), Some(facts.today));
        }
        self.sent = Some(facts.now);
    }
}

/// The study day of an instant that is past, but not for longer than is remembered.
pub fn of_day(at: Timestamp, facts: &Facts) -> Date {
    if at < facts.begin { facts.today.yesterday().unwrap_or(facts.today) } else { facts.today }
}

/// Monday at 09:00.
fn recaps() -> Times {
    Minute::new(9, 0).map_or_else(Times::default, |time| Times::weekly(Weekday::Monday, time))
}
