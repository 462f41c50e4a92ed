//! Roles, and the proofs that somebody has one in a community.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;

use super::Community;
use crate::{Error, Kind, Result};

/// The most characters of an actor's name.
pub const MAX_ACTOR_CHARS: usize = 100;

/// What a person may do in a community, each role everything that the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads and asks.
    Reader,
    /// Edits pages, or proposes edits where a second approver is demanded.
    Editor,
    /// Publishes what others have proposed.
    Approver,
    /// Settings, roles, and everything else.
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reader => "reader",
            Self::Editor => "editor",
            Self::Approver => "approver",
            Self::Admin => "admin",
        })
    }
}

impl Role {
    /// The refusal of what takes this role; `to` says what, as in "publish drafts".
    pub fn needed(self, to: &str) -> Error {
        Error::of(
            Kind::NotAllowed,
            match self {
                Self::Reader | Self::Editor | Self::Approver => format!(
                    "To {to}, you need the {self} role; ask someone who may manage this server, who sets it in \
                 /mod settings."
                ),
                Self::Admin => format!("To {to}, you need the permission Manage Server; ask someone who has it."),
            },
        )
    }
}

/// Somebody whose role in a community was checked and is more than a reader's. Whatever moderators do takes one, so an
/// adapter cannot forget to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderator {
    actor: String,
    role: Role,
    /// Where; none for the person who runs Cairn, who may do everything everywhere.
    of: Option<Community>,
    way: Way,
}

/// Which way a moderator's acts come in, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Commands, buttons and forms on Discord.
    Discord,
    /// Messages on Reddit.
    Reddit,
    /// The console on the web page.
    Console,
    /// The command line.
    CommandLine,
}

impl Way {
    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Reddit => "reddit",
            Self::Console => "console",
            Self::CommandLine => "command line",
        }
    }
}

impl Moderator {
    /// For adapters that have just looked up `role`. `actor` is written into history and log and
    /// tells two people apart, so it must be one line and the same each time: where they have one, the
    /// text of their `people::Identity`, by which export and erasure find it.
    ///
    /// # Errors
    /// Refused for readers, and for a name that is empty or too long.
    pub fn checked(actor: impl Into<String>, role: Role, of: Community) -> Result<Self> {
        if role < Role::Editor {
            return Err(Role::Editor.needed("do that"));
        }
        let way = if matches!(of, Community::Discord(_)) { Way::Discord } else { Way::Reddit };
        Ok(Self { actor: named(actor)?, role, of: Some(of), way })
    }

    /// Somebody who can open the database anyway, such as at the command line.
    ///
    /// # Errors
    /// Refused for a name that is empty or too long.
    pub fn operator(actor: impl Into<String>) -> Result<Self> {
        Ok(Self { actor: named(actor)?, role: Role::Admin, of: None, way: Way::CommandLine })
    }

    /// Who.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The same, whose acts come in another way than is usual for them.
    #[must_use]
    pub fn through(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// Which way their acts come in.
    pub fn way(&self) -> Way {
        self.way
    }

    /// With which role; never [`Role::Reader`].
    pub fn role(&self) -> Role {
        self.role
    }

    /// In which community; none for who runs Cairn.
    pub fn community(&self) -> Option<&Community> {
        self.of.as_ref()
    }

    /// Goes on only with `role` or a higher one; `to` says what for, as in "publish drafts".
    ///
    /// # Errors
    /// Refused with a lower role.
    pub fn must_be(&self, role: Role, to: &str) -> Result<()> {
        if self.role >= role { Ok(()) } else { Err(role.needed(to)) }
    }

    /// Goes on only in a community of theirs.
    ///
    /// # Errors
    /// Refused in every other one.
    pub fn must_moderate(&self, community: &Community) -> Result<()> {
        if self.of.as_ref().is_none_or(|own| own == community) {
            return Ok(());
        }
        Err(Error::of(Kind::NotAllowed, "That belongs to another server; only its own moderators can change it."))
    }
}

/// A moderator of a home community: what all communities share is changed by nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeModerator(Moderator);

impl HomeModerator {
    /// For [`super::Home`], which has looked.
    pub(super) fn proven(by: Moderator) -> Self {
        Self(by)
    }

    /// Somebody who can open the database anyway, such as at the command line.
    ///
    /// # Errors
    /// Refused for a name that is empty or too long.
    pub fn operator(actor: impl Into<String>) -> Result<Self> {
        Moderator::operator(actor).map(Self)
    }

    /// The same, whose acts come in another way than is usual for them.
    #[must_use]
    pub fn through(self, way: Way) -> Self {
        Self(self.0.through(way))
    }
}

impl Deref for HomeModerator {
    type Target = Moderator;

    fn deref(&self) -> &Moderator {
        &self.0
    }
}

/// A name on one line.
fn named(actor: impl Into<String>) -> Result<String> {
    let actor = actor.into().split_whitespace().collect::<Vec<_>>().join(" ");
    if actor.is_empty() || actor.chars().count() > MAX_ACTOR_CHARS {
        return Err(Error::refused(format!("Give a name of 1 to {MAX_ACTOR_CHARS} characters for the author.")));
    }
    Ok(actor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Community = Community::Discord(1);

    #[test]
    fn readers_and_the_nameless_are_no_moderators() {
        let table = [
            ("ann", Role::Reader, false),
            ("ann", Role::Editor, true),
            ("ann", Role::Admin, true),
            (" \n ", Role::Admin, false),
            (&"x".repeat(MAX_ACTOR_CHARS), Role::Editor, true),
            (&"x".repeat(MAX_ACTOR_CHARS + 1), Role::Editor, false),
        ];
        for (actor, role, is_one) in table {
            assert_eq!(Moderator::checked(actor, role, HERE).is_ok(), is_one, "{actor:?} as {role}");
        }
        assert_eq!(Moderator::checked(" ann\nb ", Role::Editor, HERE).expect("one line").actor(), "ann b");
    }

    #[test]
    fn a_role_may_what_lower_ones_may() {
        let roles = [Role::Editor, Role::Approver, Role::Admin];
        for (i, has) in roles.into_iter().enumerate() {
            for (j, needs) in roles.into_iter().enumerate() {
                let ann = Moderator::checked("ann", has, HERE).expect("no reader");
                assert_eq!(ann.must_be(needs, "do that").is_ok(), i >= j, "{has} where {needs} is needed");
            }
        }
    }

    #[test]
    fn a_role_counts_in_its_own_community_alone() {
        let ann = Moderator::checked("ann", Role::Admin, HERE).expect("no reader");
        assert!(ann.must_moderate(&HERE).is_ok() && ann.must_moderate(&Community::Discord(2)).is_err());
        let root = Moderator::operator("root").expect("a name");
        assert!(root.must_moderate(&HERE).is_ok() && root.must_moderate(&Community::Discord(2)).is_ok());
    }
}
