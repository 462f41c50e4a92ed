//! A person's study state: takes events in time order, refuses what the rules forbid, shows the ledger.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::day::{self, Schedule};
use super::day_facts::Day;
use super::ledger::{Ledger, Live, View};
use super::logs::Logs;
use super::outage::Outages;
use super::refusal::Refusal;
use super::time_off::{Leave, Weekdays};
use super::timer::Timer;
use crate::time::zone::Zone;

/// The default commitment, in minutes a day (rule 5).
pub const COMMITMENT: i64 = 120;
/// The bounds of every commitment, in minutes a day (rule 5).
const COMMITMENTS: std::ops::RangeInclusive<i64> = 15..=960;

/// An act of a person (or of a moderator, for an excuse). Numbers are as typed; the rules check them.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Joins (rule 11).
    Join {
        /// The person's zone.
        zone: Zone,
        /// The hour at which days start.
        day_start: i64,
        /// Minutes a day.
        commitment: i64,
    },
    /// Logs minutes by hand (rule 3).
    Log {
        /// How many.
        minutes: i64,
        /// The day; `None` is the running day.
        for_date: Option<Date>,
    },
    /// Undoes the latest log (rule 3).
    Undo,
    /// Starts the timer (rule 4).
    Start,
    /// Answers the timer's question (rule 4).
    Confirm,
    /// Stops the timer (rule 4).
    Stop,
    /// Changes the zone (rule 2).
    Zone(Zone),
    /// Changes the hour at which days start (rule 2).
    DayStart(i64),
    /// Changes the commitment from the next day on, in minutes (rule 5).
    Commitment(i64),
    /// Pauses this many days (rule 9).
    Pause(i64),
    /// Ends the pause (rule 9).
    Resume,
    /// Sets the rest weekdays (rule 9).
    Rest(Weekdays),
    /// Marks today as a sick day (rule 9).
    Sick,
    /// Excuses a date (rule 9).
    Excuse(Date),
}

/// The state of a person who has joined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyState {
    schedule: Schedule,
    ledger: Ledger,
    /// The commitment of future days, in minutes; each day stores its own.
    commitment: u16,
    logs: Logs,
    leave: Leave,
    timer: Option<Timer>,
}

impl StudyState {
    /// A person who joins at `at`, in a community whose minimum commitment is `floor` minutes.
    ///
    /// # Errors
    /// Refused if a value is out of bounds.
    pub fn join(at: Timestamp, zone: Zone, day_start: i64, commitment: i64, floor: u16) -> Result<Self, Refusal> {
        let schedule = Schedule::new(zone, day_start)?;
        let commitment = committed(commitment, floor)?;
        let date = schedule.running(at);
        let day = Day::new(schedule.begin(date), commitment, (false, false));
        let ledger = Ledger::new(date, day, schedule.begin(day::next(date)));
        let (logs, leave) = (Logs::default(), Leave::default());
        Ok(Self { schedule, ledger, commitment, logs, leave, timer: None })
    }

    /// Applies an event. Events must be in time order. One from before the running day applies to the running day.
    ///
    /// # Errors
    /// Refused by the rules. Then only the time has advanced.
    pub fn apply(&mut self, at: Timestamp, act: &Act, floor: u16) -> Result<(), Refusal> {
        self.advance(at);
        let (running, today) = (self.ledger.running(), self.ledger.today());
        match act {
            Act::Join { .. } => return Err(Refusal::Joined),
            Act::Log { minutes, for_date } => {
                let live = self.live(at);
                self.logs.log(at, *minutes, *for_date, &mut self.ledger, live)?;
            }
            Act::Undo => self.logs.undo(at, &mut self.ledger)?,
            Act::Start => self.start(at)?,
            Act::Confirm => self.timer.as_mut().ok_or(Refusal::NoTimer)?.confirm(at, &mut self.ledger)?,
            Act::Stop => self.timer.take().ok_or(Refusal::NoTimer)?.stop(at, &mut self.ledger),
            Act::Zone(zone) => {
                self.schedule.set_zone(at, today, zone)?;
                self.ledger.set_end(self.schedule.begin(day::next(today)));
            }
            Act::DayStart(hour) => {
                self.schedule.set_start(at, today, *hour)?;
                self.ledger.set_end(self.schedule.begin(day::next(today)));
            }
            Act::Commitment(minutes) => self.commitment = committed(*minutes, floor)?,
            Act::Pause(days) => self.leave.pause(today, *days)?,
            Act::Resume => {
                self.leave.resume(today)?;
                self.ledger.touch(running).paused = false;
            }
            Act::Rest(weekdays) => self.leave.set_rest(today, *weekdays),
            Act::Sick => {
                self.leave.fall_sick(today)?;
                self.ledger.touch(running).sick = true;
            }
            Act::Excuse(date) => self.excuse(*date)?,
        }
        Ok(())
    }

    /// The ledger at an instant, which must not be before the last event.
    pub fn view(&mut self, at: Timestamp, outages: &Outages) -> View {
        self.advance(at);
        let live = self.live(at);
        self.ledger.fold(outages, live);
        self.ledger.view(live)
    }

    /// Drops old days, so that the stored state is bounded (about 60 days). Call it after [`StudyState::view`]. From
    /// then on, excuses for dropped dates are [`Refusal::Forgotten`], and [`StudyState::needs_refold`] reports outages
    /// before the stored days. For both, rebuild the state from all events.
    pub fn trim(&mut self) {
        self.ledger.trim();
    }

    /// Whether an outage was recorded that begins before the stored days.
    pub fn needs_refold(&self, outages: &Outages) -> bool {
        self.ledger.needs_refold(outages)
    }

    /// The person's days.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The schedule of day starts.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The commitment of future days, in minutes.
    pub fn commitment(&self) -> u16 {
        self.commitment
    }

    /// The logs that may still be undone.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// Their pauses, rest and sick days.
    pub fn leave(&self) -> &Leave {
        &self.leave
    }

    /// The unsettled time of the timer at an instant.
    pub fn live(&self, at: Timestamp) -> Live {
        self.timer.as_ref().map(|timer| timer.live(at))
    }

    /// The timer, if one runs.
    pub fn timer(&self) -> Option<&Timer> {
        self.timer.as_ref()
    }

    /// Opens every day that has begun, and stops a timer whose question was not answered in time.
    fn advance(&mut self, at: Timestamp) {
        while at >= self.ledger.end(self.ledger.running()) {
            let date = day::next(self.ledger.today());
            if date == self.ledger.today() {
                break; // The calendar ends here.
            }
            let begin = self.ledger.end(self.ledger.running());
            let day = Day::new(begin, self.commitment, self.leave.begin(date));
            self.ledger.open(day, self.schedule.begin(day::next(date)));
        }
        if let Some(lapsed) = self.timer.take_if(|timer| timer.has_lapsed(at)) {
            let question = lapsed.question();
            lapsed.stop(question, &mut self.ledger);
        }
    }

    fn start(&mut self, at: Timestamp) -> Result<(), Refusal> {
        if self.timer.is_some() {
            return Err(Refusal::TimerRuns);
        }
        self.timer = Some(Timer::start(at));
        Ok(())
    }

    /// Excuses a date between joining and the running day. A second excuse is not an error, because no rule forbids it.
    fn excuse(&mut self, date: Date) -> Result<(), Refusal> {
        if date < self.ledger.joined() || date > self.ledger.today() {
            return Err(Refusal::Excuse);
        }
        let index = self.ledger.index(date).ok_or(Refusal::Forgotten)?;
        self.ledger.touch(index).excused = true;
        Ok(())
    }
}

/// Checks a commitment, in minutes, against its bounds and the community's minimum. The same value again is allowed:
/// only for zone and day start is that refused.
fn committed(minutes: i64, floor: u16) -> Result<u16, Refusal> {
    let bounded = u16::try_from(minutes).ok().filter(|_| COMMITMENTS.contains(&minutes));
    bounded.filter(|bounded| *bounded >= floor).ok_or(Refusal::Commitment)
}
