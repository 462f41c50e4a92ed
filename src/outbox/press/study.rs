//! Presses of students. Except below a reminder, people act for themselves, even below somebody else's message.

use std::fmt;

use jiff::civil::Date;

use crate::store::PersonId;
use crate::streak::day::DEFAULT_START;
use crate::streak::logs::When;
use crate::streak::subject::Subject;
use crate::triage::Track;

/// What a student wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StudyPress {
    /// Below `/help`: show the status.
    Status,
    /// Keep the timer running.
    Here,
    /// Stop the timer.
    Stop,
    /// End a pause.
    Resume,
    /// Undo an act, by its number.
    Undo(i64),
    /// Explain the streak.
    Why,
    /// Say what an act was about, by its number. A form has the same id.
    What(i64),
    /// Show a milestone to others, by its days.
    Share(u32),
    /// Joining: the zone is chosen.
    Zone(How, Pending),
    /// Joining: open the form for another zone.
    Elsewhere(How, Pending),
    /// Joining: that form, submitted.
    Typed(Pending),
    /// Joining: the zone is known; choose how much to study on a day.
    Pace(String, How, Pending),
    /// The calendar.
    Calendar(CalendarPress),
    /// The plan.
    Plan(PlanPress),
    /// The heat map.
    Heatmap(HeatmapPress),
    /// A reminder, and its owner.
    Remind(PersonId, ReminderPress),
    /// Buddies.
    Buddy(BuddyPress),
    /// The ranking.
    Rank(RankPress),
}

impl StudyPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        let path = match path {
            ["help", "study"] => return Some(Self::Status),
            ["study", path @ ..] => path,
            _ => return None,
        };
        Some(match path {
            ["here"] => Self::Here,
            ["stop"] => Self::Stop,
            ["resume"] => Self::Resume,
            ["undo", event] => Self::Undo(event.parse().ok()?),
            ["why"] => Self::Why,
            ["what", event] => Self::What(event.parse().ok()?),
            ["share", mark] => Self::Share(mark.parse().ok()?),
            ["join", start, minutes, pending @ ..] => Self::Zone(How::read(start, minutes)?, Pending::read(pending)?),
            ["place", start, minutes, pending @ ..] => {
                Self::Elsewhere(How::read(start, minutes)?, Pending::read(pending)?)
            }
            ["joining", pending @ ..] => Self::Typed(Pending::read(pending)?),
            ["pace", zone, start, minutes, pending @ ..] => {
                Self::Pace(zone.replace('~', "/"), How::read(start, minutes)?, Pending::read(pending)?)
            }
            ["calendar", path @ ..] => Self::Calendar(CalendarPress::read(path)?),
            ["plan", path @ ..] => Self::Plan(PlanPress::read(path)?),
            ["heatmap", path @ ..] => Self::Heatmap(HeatmapPress::read(path)?),
            ["remind", whose, path @ ..] => Self::Remind(whose.parse().ok()?, ReminderPress::read(path)?),
            ["buddy", path @ ..] => Self::Buddy(BuddyPress::read(path)?),
            ["rank", path @ ..] => Self::Rank(RankPress::read(path)?),
            _ => return None,
        })
    }
}

impl fmt::Display for StudyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => f.write_str("help/study"),
            Self::Here => f.write_str("study/here"),
            Self::Stop => f.write_str("study/stop"),
            Self::Resume => f.write_str("study/resume"),
            Self::Undo(event) => write!(f, "study/undo/{event}"),
            Self::Why => f.write_str("study/why"),
            Self::What(event) => write!(f, "study/what/{event}"),
            Self::Share(mark) => write!(f, "study/share/{mark}"),
            Self::Zone(how, pending) => write!(f, "study/join/{how}/{pending}"),
            Self::Elsewhere(how, pending) => write!(f, "study/place/{how}/{pending}"),
            Self::Typed(pending) => write!(f, "study/joining/{pending}"),
            Self::Pace(zone, how, pending) => write!(f, "study/pace/{}/{how}/{pending}", zone.replace('/', "~")),
            Self::Calendar(press) => write!(f, "study/calendar/{}", press.name()),
            Self::Plan(press) => write!(f, "study/plan/{press}"),
            Self::Heatmap(press) => write!(f, "study/heatmap/{press}"),
            Self::Remind(whose, press) => write!(f, "study/remind/{whose}/{press}"),
            Self::Buddy(press) => write!(f, "study/buddy/{press}"),
            Self::Rank(press) => write!(f, "study/rank/{}", press.name()),
        }
    }
}

/// How a person who joins wants to study, except the zone: `4/120`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How {
    /// The hour at which the person's days start.
    pub day_start: i64,
    /// Minutes a day; `None` if not chosen yet.
    pub commitment: Option<i64>,
}

impl How {
    /// The default.
    pub const USUAL: Self = Self { day_start: DEFAULT_START, commitment: None };

    fn read(day_start: &str, commitment: &str) -> Option<Self> {
        let commitment = if commitment == "-" { None } else { Some(commitment.parse().ok()?) };
        Some(Self { day_start: day_start.parse().ok()?, commitment })
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.commitment {
            Some(minutes) => write!(f, "{}/{minutes}", self.day_start),
            None => write!(f, "{}/-", self.day_start),
        }
    }
}

/// What a person wanted before we asked for the zone. It is done once they have joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pending {
    /// `log/45`, `log/45/yesterday` or `log/45/2026-11-21`; with a subject, `log/45/today/linear algebra`
    Log(i64, When, Option<Subject>),
    /// `start`, or `start/linear algebra`
    Start(Option<Subject>),
    /// `status`
    Status,
    /// `buddy`
    Buddy,
    /// `plan/engineer/6/2027-03-01`
    Plan(Track, i64, Date),
}

impl Pending {
    fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["log", minutes] => Self::Log(minutes.parse().ok()?, When::Today, None),
            ["log", minutes, "yesterday"] => Self::Log(minutes.parse().ok()?, When::Yesterday, None),
            ["log", minutes, "today", what @ ..] => Self::Log(minutes.parse().ok()?, When::Today, Some(subject(what)?)),
            ["log", minutes, "yesterday", what @ ..] => {
                Self::Log(minutes.parse().ok()?, When::Yesterday, Some(subject(what)?))
            }
            ["log", minutes, date] => Self::Log(minutes.parse().ok()?, When::On(date.parse().ok()?), None),
            ["log", minutes, date, what @ ..] => {
                Self::Log(minutes.parse().ok()?, When::On(date.parse().ok()?), Some(subject(what)?))
            }
            ["start"] => Self::Start(None),
            ["start", what @ ..] => Self::Start(Some(subject(what)?)),
            ["status"] => Self::Status,
            ["buddy"] => Self::Buddy,
            ["plan", track, hours, date] => Self::Plan(track.parse().ok()?, hours.parse().ok()?, date.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(minutes, When::Today, None) => write!(f, "log/{minutes}"),
            Self::Log(minutes, When::Yesterday, None) => write!(f, "log/{minutes}/yesterday"),
            Self::Log(minutes, When::On(date), None) => write!(f, "log/{minutes}/{date}"),
            Self::Log(minutes, When::Today, Some(what)) => write!(f, "log/{minutes}/today/{what}"),
            Self::Log(minutes, When::Yesterday, Some(what)) => write!(f, "log/{minutes}/yesterday/{what}"),
            Self::Log(minutes, When::On(date), Some(what)) => write!(f, "log/{minutes}/{date}/{what}"),
            Self::Start(None) => f.write_str("start"),
            Self::Start(Some(what)) => write!(f, "start/{what}"),
            Self::Status => f.write_str("status"),
            Self::Buddy => f.write_str("buddy"),
            Self::Plan(track, hours, date) => write!(f, "plan/{track}/{hours}/{date}"),
        }
    }
}

/// A subject, which may itself have strokes in it.
fn subject(rest: &[&str]) -> Option<Subject> {
    Subject::read(&super::text(rest)?).ok()?
}

/// An action on a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarPress {
    /// Show it as a file.
    File,
    /// Make a secret link.
    Link,
    /// Make a new link and end the old one.
    NewLink,
    /// End the link.
    Off,
}

impl CalendarPress {
    const ALL: [Self; 4] = [Self::File, Self::Link, Self::NewLink, Self::Off];

    fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Link => "link",
            Self::NewLink => "new",
            Self::Off => "off",
        }
    }

    fn read(path: &[&str]) -> Option<Self> {
        Self::ALL.into_iter().find(|press| path == [press.name()])
    }
}

/// An action on a plan. The number is the plan's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanPress {
    /// Replace the plan with a new one: track, hours a week, deadline.
    Make(Track, i64, Date),
    /// Show it.
    Show,
    /// Show a page of it.
    Page(usize),
    /// Mark a step as done or not done.
    Mark {
        /// The plan.
        number: i64,
        /// The step, from 0.
        step: usize,
        /// Whether it is done.
        done: bool,
    },
    /// Plan the remaining steps again.
    Replan(i64),
    /// Move the deadline, so that everything fits.
    Later(i64),
    /// Drop sections, so that everything fits.
    Fewer(i64),
    /// Add the pages that the guide leads to.
    Whole(i64),
    /// Change the minutes a day to what the plan needs.
    Commit(i64),
    /// Ask for confirmation before dropping it.
    Drop(i64),
    /// Drop it.
    Dropped(i64),
}

impl PlanPress {
    fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["make", track, hours, date] => Self::Make(track.parse().ok()?, hours.parse().ok()?, date.parse().ok()?),
            ["show"] => Self::Show,
            ["page", at] => Self::Page(at.parse().ok()?),
            [mark @ ("done" | "undone"), number, step] => {
                Self::Mark { number: number.parse().ok()?, step: step.parse().ok()?, done: *mark == "done" }
            }
            ["again", number] => Self::Replan(number.parse().ok()?),
            ["later", number] => Self::Later(number.parse().ok()?),
            ["fewer", number] => Self::Fewer(number.parse().ok()?),
            ["whole", number] => Self::Whole(number.parse().ok()?),
            ["commit", minutes] => Self::Commit(minutes.parse().ok()?),
            ["drop", number] => Self::Drop(number.parse().ok()?),
            ["dropped", number] => Self::Dropped(number.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for PlanPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make(track, hours, date) => write!(f, "make/{track}/{hours}/{date}"),
            Self::Show => f.write_str("show"),
            Self::Page(at) => write!(f, "page/{at}"),
            Self::Mark { number, step, done: true } => write!(f, "done/{number}/{step}"),
            Self::Mark { number, step, done: false } => write!(f, "undone/{number}/{step}"),
            Self::Replan(number) => write!(f, "again/{number}"),
            Self::Later(number) => write!(f, "later/{number}"),
            Self::Fewer(number) => write!(f, "fewer/{number}"),
            Self::Whole(number) => write!(f, "whole/{number}"),
            Self::Commit(minutes) => write!(f, "commit/{minutes}"),
            Self::Drop(number) => write!(f, "drop/{number}"),
            Self::Dropped(number) => write!(f, "dropped/{number}"),
        }
    }
}

/// An action on the heat map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeatmapPress {
    /// Show it to everybody, once.
    Share,
    /// Delete a shared one of this person.
    Delete(PersonId),
    /// Whether others in the server may see it.
    Show(bool),
}

impl HeatmapPress {
    fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["share"] => Self::Share,
            ["delete", whose] => Self::Delete(whose.parse().ok()?),
            ["show"] => Self::Show(true),
            ["hide"] => Self::Show(false),
            _ => return None,
        })
    }
}

impl fmt::Display for HeatmapPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share => f.write_str("share"),
            Self::Delete(whose) => write!(f, "delete/{whose}"),
            Self::Show(true) => f.write_str("show"),
            Self::Show(false) => f.write_str("hide"),
        }
    }
}

/// An action on a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReminderPress {
    /// Start the timer.
    Start,
    /// Remind again after so many minutes, 1 to 720.
    Snooze(u16),
    /// Remind again tomorrow.
    Tomorrow,
    /// No more reminders today.
    Skip,
    /// Turn reminders off.
    Off,
}

impl ReminderPress {
    fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["start"] => Self::Start,
            ["snooze", "tomorrow"] => Self::Tomorrow,
            ["snooze", minutes] => Self::Snooze(minutes.parse().ok().filter(|minutes| (1..=720).contains(minutes))?),
            ["skip"] => Self::Skip,
            ["off"] => Self::Off,
            _ => return None,
        })
    }
}

impl fmt::Display for ReminderPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("start"),
            Self::Snooze(minutes) => write!(f, "snooze/{minutes}"),
            Self::Tomorrow => f.write_str("snooze/tomorrow"),
            Self::Skip => f.write_str("skip"),
            Self::Off => f.write_str("off"),
        }
    }
}

/// An action on buddies. The number is the group's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuddyPress {
    /// Look for a buddy.
    Join,
    /// The guide is chosen.
    Track,
    /// The times are chosen.
    Times(Track),
    /// Check in.
    Here(i64),
    /// Say hello.
    Hello(i64),
    /// Leave a group, or stop looking.
    Leave(Option<i64>),
    /// Ask whom to block, or block this person.
    Block(Option<PersonId>),
}

impl BuddyPress {
    fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["join"] => Self::Join,
            ["track"] => Self::Track,
            ["times", track] => Self::Times(track.parse().ok()?),
            ["here", group] => Self::Here(group.parse().ok()?),
            ["hello", group] => Self::Hello(group.parse().ok()?),
            ["leave"] => Self::Leave(None),
            ["leave", group] => Self::Leave(Some(group.parse().ok()?)),
            ["block"] => Self::Block(None),
            ["block", whom] => Self::Block(Some(whom.parse().ok()?)),
            _ => return None,
        })
    }
}

impl fmt::Display for BuddyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Join => f.write_str("join"),
            Self::Track => f.write_str("track"),
            Self::Times(track) => write!(f, "times/{track}"),
            Self::Here(group) => write!(f, "here/{group}"),
            Self::Hello(group) => write!(f, "hello/{group}"),
            Self::Leave(None) => f.write_str("leave"),
            Self::Leave(Some(group)) => write!(f, "leave/{group}"),
            Self::Block(None) => f.write_str("block"),
            Self::Block(Some(whom)) => write!(f, "block/{whom}"),
        }
    }
}

/// An action on the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankPress {
    /// Be in it.
    Join,
    /// Leave it.
    Leave,
    /// The guide is chosen.
    Track,
}

impl RankPress {
    const ALL: [Self; 3] = [Self::Join, Self::Leave, Self::Track];

    fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Track => "track",
        }
    }

    fn read(path: &[&str]) -> Option<Self> {
        Self::ALL.into_iter().find(|press| path == [press.name()])
    }
}

impl From<BuddyPress> for super::Press {
    fn from(press: BuddyPress) -> Self {
        Self::Study(StudyPress::Buddy(press))
    }
}

impl From<CalendarPress> for super::Press {
    fn from(press: CalendarPress) -> Self {
        Self::Study(StudyPress::Calendar(press))
    }
}

impl From<HeatmapPress> for super::Press {
    fn from(press: HeatmapPress) -> Self {
        Self::Study(StudyPress::Heatmap(press))
    }
}

impl From<PlanPress> for super::Press {
    fn from(press: PlanPress) -> Self {
        Self::Study(StudyPress::Plan(press))
    }
}

impl From<RankPress> for super::Press {
    fn from(press: RankPress) -> Self {
        Self::Study(StudyPress::Rank(press))
    }
}

impl From<(PersonId, ReminderPress)> for super::Press {
    fn from((whose, press): (PersonId, ReminderPress)) -> Self {
        Self::Study(StudyPress::Remind(whose, press))
    }
}
