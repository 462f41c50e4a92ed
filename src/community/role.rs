//! Roles, and proofs that a person has one in a community.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;

use super::Community;
use crate::{Error, Kind, Result};

/// The longest name of an actor, in characters.
pub const MAX_ACTOR_CHARS: usize = 100;

/// A person's permissions in a community. Each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May read and ask.
    Reader,
    /// May edit pages, or propose edits if a second approver is required.
    Editor,
    /// May publish what others proposed.
    Approver,
    /// May change settings and roles, and do everything else.
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
    /// The refusal of an act that needs this role. `to` names the act, as in "publish drafts".
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

/// A person whose role in a community was checked and is above [`Role::Reader`]. Every moderator's act takes this
/// proof, so an adapter cannot forget the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderator {
    actor: String,
    role: Role,
    /// The community; `None` for the person who runs Cairn, who may do everything everywhere.
    of: Option<Community>,
    way: Way,
}

/// How a moderator's acts come in, for the log.
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
    /// For adapters that have just looked up `role`. `actor` is written into history and log and must identify the
    /// person: one line, always the same. Use the text of the `people::Identity` if there is one, because export and
    /// erasure search for it.
    ///
    /// # Errors
    /// Refused for readers, and for an empty or too long name.
    pub fn checked(actor: impl Into<String>, role: Role, of: Community) -> Result<Self> {
        if role < Role::Editor {
            return Err(Role::Editor.needed("do that"));
        }
        let way = if matches!(of, Community::Discord(_)) { Way::Discord } else { Way::Reddit };
        Ok(Self { actor: named(actor)?, role, of: Some(of), way })
    }

    /// A person with access to the database, such as at the command line.
    ///
    /// # Errors
    /// Refused for an empty or too long name.
    pub fn operator(actor: impl Into<String>) -> Result<Self> {
        Ok(Self { actor: named(actor)?, role: Role::Admin, of: None, way: Way::CommandLine })
    }

    /// The person's name in history and log.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The same moderator, whose acts come in another way.
    #[must_use]
    pub fn through(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// How the moderator's acts come in.
    pub fn way(&self) -> Way {
        self.way
    }

    /// Never [`Role::Reader`].
    pub fn role(&self) -> Role {
        self.role
    }

    /// The community of the role; `None` for the person who runs Cairn.
    pub fn community(&self) -> Option<&Community> {
        self.of.as_ref()
    }

    /// Demands `role` or a higher one. `to` says why, as in "publish drafts".
    ///
    /// # Errors
    /// Refused with a lower role.
    pub fn must_be(&self, role: Role, to: &str) -> Result<()> {
        if self.role >= role { Ok(()) } else { Err(role.needed(to)) }
    }

    /// Demands that this is the moderator's community.
    ///
    /// # Errors
    /// Refused in any other community.
    pub fn must_moderate(&self, community: &Community) -> Result<()> {
        if self.of.as_ref().is_none_or(|own| own == community) {
            return Ok(());
        }
        Err(Error::of(Kind::NotAllowed, "That belongs to another server; only its own moderators can change it."))
    }
}

/// A moderator of a home community. Only such moderators change what all communities share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeModerator(Moderator);

impl HomeModerator {
    /// Only for [`super::Home`], which checks.
    pub(super) fn proven(by: Moderator) -> Self {
        Self(by)
    }

    /// A person with access to the database, such as at the command line.
    ///
    /// # Errors
    /// Refused for an empty or too long name.
    pub fn operator(actor: impl Into<String>) -> Result<Self> {
        Moderator::operator(actor).map(Self)
    }

    /// The same moderator, whose acts come in another way.
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

/// Puts a name on one line.
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
