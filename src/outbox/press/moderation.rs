//! Presses of moderators: the wiki, its gaps and drafts, digests, and a server's settings.

use std::fmt;

use super::text;
use crate::triage::Track;

/// A section of a page, by its place in the revision that an editor saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionAt {
    /// The page.
    pub page: String,
    /// The revision.
    pub revision: i64,
    /// Which section of it, from 0.
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

/// A change of the wiki by form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditPress {
    /// The form itself.
    Form(SectionAt),
    /// Back to the form.
    Again(SectionAt),
    /// Save the section without a text.
    Empty(SectionAt),
    /// Back to an older revision.
    Revert {
        /// The page.
        page: String,
        /// The older revision.
        to: i64,
        /// The newest one that the editor saw.
        base: i64,
    },
}

impl EditPress {
    /// How the id of a form begins in which moderators write for others to read.
    pub const FORM: &'static str = "edit/";

    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["edit", page, revision, at] => Self::Form(SectionAt::read(page, revision, at)?),
            ["again", page, revision, at] => Self::Again(SectionAt::read(page, revision, at)?),
            ["empty", page, revision, at] => Self::Empty(SectionAt::read(page, revision, at)?),
            ["revert", page, to, base] => {
                Self::Revert { page: (*page).to_owned(), to: to.parse().ok()?, base: base.parse().ok()? }
            }
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
        }
    }
}

/// What is done about questions that found nothing. A key names one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GapPress {
    /// Show all of them.
    List,
    /// Show the one that is chosen.
    Look,
    /// Lead people who ask like that to a place; a form asks for it if none is named.
    Point {
        /// The question.
        key: String,
        /// The page and section.
        place: Option<String>,
    },
    /// Open the form that asks for a place.
    Other(String),
    /// Start a page. A form has the same id.
    StartPage(String),
    /// It is not ours to answer.
    Refuse(String),
    /// It is ours after all.
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

/// What is done about a change of the wiki that waits, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftPress {
    /// Show all of them.
    List,
    /// Show one; the one that is chosen, if none is named.
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

/// What is taken back of what was chosen for a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestPress {
    /// A paper is neither pinned nor kept out any more.
    Clear(String),
    /// A channel gets the digest after all.
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
    /// Choose where moderators are told of people in danger.
    DangerChannel,
    /// Choose how readily posts are answered.
    Bands,
    /// Whether posts may be read.
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
    /// Open the form, with the least commitment and the zone that were typed before and not taken.
    Form(Option<(String, String)>),
    /// The form.
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
            Self::Study(StudySetting::Form(None)) => "set/study/form",
            Self::Study(StudySetting::Form(Some((floor, zone)))) => return write!(f, "set/study/form/{floor}/{zone}"),
            Self::Study(StudySetting::Typed) => "study/server",
        })
    }
}
