//! What a button, a choice or a form asks for, read from its id in the message (pure).
//!
//! Ids live as long as their messages, so a button must do the same after an upgrade. New ids may be added, but no id
//! may change its meaning. An id carries no authority: the permission is checked at each press.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod answer;
mod moderation;
mod papers;
mod pomodoro;
mod revisit;
mod study;
mod wiki;

pub use answer::{AnswerPress, Goal, Opinion, PrivacyPress, StartPress};
pub use moderation::{
    DigestPress, DraftPress, EditPress, GapPress, SectionAt, SettingsPress, StudySetting, TriagePress,
};
pub use papers::PapersPress;
pub use pomodoro::PomodoroPress;
pub use revisit::{RevisitPress, Thing};
pub use study::{
    BuddyPress, CalendarPress, HeatmapPress, How, Pending, PlanPress, RankPress, ReminderPress, StudyPress,
};
pub use wiki::WikiPress;

/// Discord's limit for an id or a value of a choice, in characters.
pub const MAX_ID: usize = 100;

/// What a button, a select or a form asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Press {
    /// An action on a stored answer, by its number.
    Answer(i64, AnswerPress),
    /// A step of the guided choice.
    Start(StartPress),
    /// An action on something from the wiki.
    Wiki(WikiPress),
    /// A change of the wiki.
    Edit(EditPress),
    /// A question without a result.
    Gap(GapPress),
    /// A waiting change of the wiki.
    Draft(DraftPress),
    /// A verdict to judge.
    Triage(TriagePress),
    /// An action on papers.
    Papers(PapersPress),
    /// A Pomodoro.
    Pomodoro(PomodoroPress),
    /// Something to be seen again.
    Revisit(RevisitPress),
    /// A future digest.
    Digest(DigestPress),
    /// A server's settings.
    Settings(SettingsPress),
    /// An action of a student.
    Study(StudyPress),
    /// The data about a person.
    Privacy(PrivacyPress),
    /// An id that this version does not know.
    Unknown(String),
}

impl Press {
    /// Whether Discord accepts an id of this length.
    pub fn fits(&self) -> bool {
        self.to_string().chars().count() <= MAX_ID
    }

    fn read(path: &[&str]) -> Option<Self> {
        AnswerPress::read(path)
            .map(|(id, press)| Self::Answer(id, press))
            .or_else(|| StartPress::read(path).map(Self::Start))
            .or_else(|| WikiPress::read(path).map(Self::Wiki))
            .or_else(|| EditPress::read(path).map(Self::Edit))
            .or_else(|| GapPress::read(path).map(Self::Gap))
            .or_else(|| DraftPress::read(path).map(Self::Draft))
            .or_else(|| TriagePress::read(path).map(Self::Triage))
            .or_else(|| PapersPress::read(path).map(Self::Papers))
            .or_else(|| PomodoroPress::read(path).map(Self::Pomodoro))
            .or_else(|| RevisitPress::read(path).map(Self::Revisit))
            .or_else(|| DigestPress::read(path).map(Self::Digest))
            .or_else(|| SettingsPress::read(path).map(Self::Settings))
            .or_else(|| StudyPress::read(path).map(Self::Study))
            .or_else(|| PrivacyPress::read(path).map(Self::Privacy))
    }
}

impl FromStr for Press {
    type Err = Infallible;

    fn from_str(id: &str) -> Result<Self, Infallible> {
        let path: Vec<&str> = id.split('/').collect();
        Ok(Self::read(&path).unwrap_or_else(|| Self::Unknown(id.to_owned())))
    }
}

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(id, press) => press.write(*id, f),
            Self::Start(press) => press.fmt(f),
            Self::Wiki(press) => press.fmt(f),
            Self::Edit(press) => press.fmt(f),
            Self::Gap(press) => press.fmt(f),
            Self::Draft(press) => press.fmt(f),
            Self::Triage(press) => press.fmt(f),
            Self::Papers(press) => press.fmt(f),
            Self::Pomodoro(press) => press.fmt(f),
            Self::Revisit(press) => press.fmt(f),
            Self::Digest(press) => press.fmt(f),
            Self::Settings(press) => press.fmt(f),
            Self::Study(press) => press.fmt(f),
            Self::Privacy(press) => press.fmt(f),
            Self::Unknown(id) => f.write_str(id),
        }
    }
}

impl From<String> for Press {
    fn from(id: String) -> Self {
        let Ok(press) = id.parse();
        press
    }
}

impl From<Press> for String {
    fn from(press: Press) -> Self {
        press.to_string()
    }
}

impl From<(i64, AnswerPress)> for Press {
    fn from((id, press): (i64, AnswerPress)) -> Self {
        Self::Answer(id, press)
    }
}

impl From<StartPress> for Press {
    fn from(press: StartPress) -> Self {
        Self::Start(press)
    }
}

impl From<WikiPress> for Press {
    fn from(press: WikiPress) -> Self {
        Self::Wiki(press)
    }
}

impl From<EditPress> for Press {
    fn from(press: EditPress) -> Self {
        Self::Edit(press)
    }
}

impl From<GapPress> for Press {
    fn from(press: GapPress) -> Self {
        Self::Gap(press)
    }
}

impl From<TriagePress> for Press {
    fn from(press: TriagePress) -> Self {
        Self::Triage(press)
    }
}

impl From<DraftPress> for Press {
    fn from(press: DraftPress) -> Self {
        Self::Draft(press)
    }
}

impl From<PapersPress> for Press {
    fn from(press: PapersPress) -> Self {
        Self::Papers(press)
    }
}

impl From<PomodoroPress> for Press {
    fn from(press: PomodoroPress) -> Self {
        Self::Pomodoro(press)
    }
}

impl From<RevisitPress> for Press {
    fn from(press: RevisitPress) -> Self {
        Self::Revisit(press)
    }
}

impl From<DigestPress> for Press {
    fn from(press: DigestPress) -> Self {
        Self::Digest(press)
    }
}

impl From<SettingsPress> for Press {
    fn from(press: SettingsPress) -> Self {
        Self::Settings(press)
    }
}

impl From<StudySetting> for Press {
    fn from(press: StudySetting) -> Self {
        Self::Settings(SettingsPress::Study(press))
    }
}

impl From<StudyPress> for Press {
    fn from(press: StudyPress) -> Self {
        Self::Study(press)
    }
}

impl From<PrivacyPress> for Press {
    fn from(press: PrivacyPress) -> Self {
        Self::Privacy(press)
    }
}

/// The command that shows buttons like this one, for a person whose button no longer works. It also knows ids of older
/// versions, which [`Press`] does not.
pub fn command(id: &str) -> &'static str {
    let mut path = id.split('/');
    match (path.next(), path.next()) {
        (Some("study"), Some("plan")) => "/study plan",
        (Some("study"), Some("calendar")) => "/study calendar",
        (Some("study"), Some("heatmap")) => "/study heatmap",
        (Some("study"), Some("remind")) => "/study reminder",
        (Some("study"), Some("buddy")) => "/study buddy",
        (Some("study"), Some("rank")) => "/study rank",
        (Some("study"), Some("server")) | (Some("set"), _) => "/mod settings",
        (Some("study"), _) => "/study status",
        (Some("digest"), _) => "/mod digest preview",
        (Some("vote" | "pass" | "week"), _) => "/papers week",
        (Some("draft"), _) => "/mod draft list",
        (Some("gaps"), _) => "/mod gaps",
        (Some("triage"), _) => "/mod triage",
        (Some("again" | "empty" | "edit" | "checked"), _) => "/mod guide edit",
        (Some("revert"), _) => "/mod guide revert",
        (Some("erase"), _) => "/privacy delete",
        (Some("wiki" | "show" | "next" | "gap" | "helped" | "list"), _) => "/wiki",
        (Some("found"), _) => "/papers search",
        (Some("remind"), _) => "/remind",
        (Some("pomodoro"), _) => "/pomodoro show",
        (Some("help"), _) => "/help",
        _ => "/start",
    }
}

/// The rest of a path as one text, which may contain slashes; `None` if it is empty.
fn text(rest: &[&str]) -> Option<String> {
    (!rest.is_empty()).then(|| rest.join("/"))
}

#[cfg(test)]
mod tests;
