//! Presses of moderators: the wiki, its gaps and drafts, digests, and the settings of a server.

use std::fmt;

use super::text;
use crate::triage::Track;

/// A section of a page, by its index in the revision that an editor saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionAt {
    /// The page.
    pub page: String,
    /// The revision.
    pub revision: i64,
    /// Its index in the revision, from 0.
    pub at: usize,
}

impl SectionAt {
    fn read(page: &str, revision: &str, at: &str) -> Option<Self> {
        Some(Self { page: page.to_owned(), revision: revision.parse().ok()?, at: at.parse().ok()? })
    }
}

impl fmt::Display for SectionAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.page, self.revision, self.at)
    }
}

/// A change of the wiki with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditPress {
    /// The form itself.
    Form(SectionAt),
    /// Open the form again.
    Again(SectionAt),
    /// Save the section with an empty text.
    Empty(SectionAt),
    /// Revert to an older revision.
    Revert {
        /// The page.
        page: String,
        /// The older revision.
        to: i64,
        /// The newest revision that the editor saw.
        base: i64,
    },
    /// Say that the facts of a page were checked today.
    Checked {
        /// The page.
        page: String,
        /// The revision that was checked.
        base: i64,
    },
}

impl EditPress {
    /// The start of the ids of forms in which moderators write for others.
    pub const FORM: &'static str = "edit/";

    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["edit", page, revision, at] => Self::Form(SectionAt::read(page, revision, at)?),
            ["again", page, revision, at] => Self::Again(SectionAt::read(page, revision, at)?),
            ["empty", page, revision, at] => Self::Empty(SectionAt::read(page, revision, at)?),
            ["revert", page, to, base] => {
                Self::Revert { page: (*page).to_owned(), to: to.parse().ok()?, base: base.parse().ok()? }
            }
            ["checked", page, base] => Self::Checked { page: (*page).to_owned(), base: base.parse().ok()? },
            _ => return None,
        })
    }
}

impl fmt::Display for EditPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(section) => write!(f, "edit/{section}"),
            Self::Again(section) => write!(f, "again/{section}"),
            Self::Empty(section) => write!(f, "empty/{section}"),
            Self::Revert { page, to, base } => write!(f, "revert/{page}/{to}/{base}"),
            Self::Checked { page, base } => write!(f, "checked/{page}/{base}"),
        }
    }
}

/// An action on questions without a result. A key identifies one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GapPress {
    /// Show all of them.
    List,
    /// Show the one that is chosen.
    Look,
    /// Send people with this question to a place. Without a place, a form asks for it.
    Point {
        /// The question.
        key: String,
        /// The page and section.
        place: Option<String>,
    },
    /// Open the form that asks for a place.
    Other(String),
    /// Start a page. The form has the same id.
    StartPage(String),
    /// The wiki should not answer it.
    Refuse(String),
    /// The wiki should answer it after all.
    Accept(String),
}

impl GapPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        let ["gaps", path @ ..] = path else { return None };
        Some(match path {
            ["list"] => Self::List,
            ["look"] => Self::Look,
            ["point", key, place @ ..] => Self::Point { key: (*key).to_owned(), place: text(place) },
            ["other", key] => Self::Other((*key).to_owned()),
            ["page", key] => Self::StartPage((*key).to_owned()),
            ["no", key] => Self::Refuse((*key).to_owned()),
            ["yes", key] => Self::Accept((*key).to_owned()),
            _ => return None,
        })
    }
}

impl fmt::Display for GapPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("gaps/list"),
            Self::Look => f.write_str("gaps/look"),
            Self::Point { key, place: None } => write!(f, "gaps/point/{key}"),
            Self::Point { key, place: Some(place) } => write!(f, "gaps/point/{key}/{place}"),
            Self::Other(key) => write!(f, "gaps/other/{key}"),
            Self::StartPage(key) => write!(f, "gaps/page/{key}"),
            Self::Refuse(key) => write!(f, "gaps/no/{key}"),
            Self::Accept(key) => write!(f, "gaps/yes/{key}"),
        }
    }
}

/// An action on verdicts of triage, each by the number of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriagePress {
    /// Show all that wait.
    List,
    /// Show one; `None`: the one chosen in a select.
    Look(Option<i64>),
    /// It is right.
    Right(i64),
    /// This guide would have been right.
    Guide(i64, Track),
    /// No newcomer asks there.
    Other(i64),
    /// Take back what was just said.
    Undo(i64),
}

impl TriagePress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        let ["triage", path @ ..] = path else { return None };
        Some(match path {
            ["list"] => Self::List,
            ["look"] => Self::Look(None),
            ["look", id] => Self::Look(Some(id.parse().ok()?)),
            ["right", id] => Self::Right(id.parse().ok()?),
            ["guide", id, track] => Self::Guide(id.parse().ok()?, track.parse().ok()?),
            ["other", id] => Self::Other(id.parse().ok()?),
            ["undo", id] => Self::Undo(id.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for TriagePress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("triage/list"),
            Self::Look(None) => f.write_str("triage/look"),
            Self::Look(Some(id)) => write!(f, "triage/look/{id}"),
            Self::Right(id) => write!(f, "triage/right/{id}"),
            Self::Guide(id, track) => write!(f, "triage/guide/{id}/{track}"),
            Self::Other(id) => write!(f, "triage/other/{id}"),
            Self::Undo(id) => write!(f, "triage/undo/{id}"),
        }
    }
}

/// An action on a waiting change of the wiki, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftPress {
    /// Show all of them.
    List,
    /// Show one; `None`: the one chosen in a select.
    Look(Option<i64>),
    /// Publish it.
    Publish(i64),
    /// Drop it.
    Discard(i64),
}

impl DraftPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        let ["draft", path @ ..] = path else { return None };
        Some(match path {
            ["list"] => Self::List,
            ["look"] => Self::Look(None),
            ["look", id] => Self::Look(Some(id.parse().ok()?)),
            ["publish", id] => Self::Publish(id.parse().ok()?),
            ["discard", id] => Self::Discard(id.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for DraftPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("draft/list"),
            Self::Look(None) => f.write_str("draft/look"),
            Self::Look(Some(id)) => write!(f, "draft/look/{id}"),
            Self::Publish(id) => write!(f, "draft/publish/{id}"),
            Self::Discard(id) => write!(f, "draft/discard/{id}"),
        }
    }
}

/// Takes back a choice for a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestPress {
    /// Neither pin nor exclude this paper any more.
    Clear(String),
    /// Post the digest in this channel after all.
    Unskip(u64),
}

impl DigestPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["digest", "clear", paper @ ..] => Self::Clear(text(paper)?),
            ["digest", "unskip", channel] => Self::Unskip(channel.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for DigestPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clear(paper) => write!(f, "digest/clear/{paper}"),
            Self::Unskip(channel) => write!(f, "digest/unskip/{channel}"),
        }
    }
}

/// A setting of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsPress {
    /// The first page.
    Back,
    /// The page of roles for tracks.
    Tracks,
    /// The page on people in danger.
    Danger,
    /// Choose the role of editors.
    Editor,
    /// Choose the role of approvers.
    Approver,
    /// Choose the role of a track.
    Track(Track),
    /// Choose the channels in which posts are answered.
    Channels,
    /// Choose where moderators are notified about people in danger.
    DangerChannel,
    /// Choose how confident the bot must be to answer a post.
    Bands,
    /// Allow or forbid reading posts.
    Reads(bool),
    /// A setting of study.
    Study(StudySetting),
}

/// A setting of study in a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StudySetting {
    /// The page.
    Page,
    /// Choose the study channel.
    Channel,
    /// Choose the voice channels in which time counts.
    Voice,
    /// Open the form, with the minimum commitment and the zone that were typed before and refused.
    Form(Option<(String, String)>),
    /// The submitted form.
    Typed,
}

impl SettingsPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["set", "back"] => Self::Back,
            ["set", "tracks"] => Self::Tracks,
            ["set", "danger"] => Self::Danger,
            ["set", "editor"] => Self::Editor,
            ["set", "approver"] => Self::Approver,
            ["set", "track", track] => Self::Track(track.parse().ok()?),
            ["set", "channels"] => Self::Channels,
            ["set", "danger", "channel"] => Self::DangerChannel,
            ["set", "bands"] => Self::Bands,
            ["set", "reads", "on"] => Self::Reads(true),
            ["set", "reads", "off"] => Self::Reads(false),
            ["set", "study"] => Self::Study(StudySetting::Page),
            ["set", "study", "channel"] => Self::Study(StudySetting::Channel),
            ["set", "study", "voice"] => Self::Study(StudySetting::Voice),
            ["set", "study", "form"] => Self::Study(StudySetting::Form(None)),
            ["set", "study", "form", floor, zone @ ..] => {
                Self::Study(StudySetting::Form(Some(((*floor).to_owned(), text(zone)?))))
            }
            ["study", "server"] => Self::Study(StudySetting::Typed),
            _ => return None,
        })
    }
}

impl fmt::Display for SettingsPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Back => "set/back",
            Self::Tracks => "set/tracks",
            Self::Danger => "set/danger",
            Self::Editor => "set/editor",
            Self::Approver => "set/approver",
            Self::Track(track) => return write!(f, "set/track/{track}"),
            Self::Channels => "set/channels",
            Self::DangerChannel => "set/danger/channel",
            Self::Bands => "set/bands",
            Self::Reads(true) => "set/reads/on",
            Self::Reads(false) => "set/reads/off",
            Self::Study(StudySetting::Page) => "set/study",
            Self::Study(StudySetting::Channel) => "set/study/channel",
            Self::Study(StudySetting::Voice) => "set/study/voice",
            Self::Study(StudySetting::Form(None)) => "set/study/form",
            Self::Study(StudySetting::Form(Some((floor, zone)))) => return write!(f, "set/study/form/{floor}/{zone}"),
            Self::Study(StudySetting::Typed) => "study/server",
        })
    }
}
