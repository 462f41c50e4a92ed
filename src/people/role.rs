//! Roles, and the proof that somebody has one.

use std::fmt;

use serde::Serialize;

use crate::{Error, Result};

/// The most characters of an actor's name.
pub const MAX_ACTOR_CHARS: usize = 100;

/// What a person may do, each role everything that the ones before it may.
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

/// Somebody whose role was checked and is more than a reader's. Whatever changes the wiki takes
/// one, so an adapter cannot forget to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderator {
    actor: String,
    role: Role,
}

impl Moderator {
    /// For adapters that have just looked up `role`. `actor` is written into history and log and
    /// tells two people apart, so it must be one line and the same each time: where they have one, the
    /// text of their [`super::Identity`], by which export and erasure find it.
    ///
    /// # Errors
    /// Refused for readers, and for a name that is empty or too long.
    pub fn checked(actor: impl Into<String>, role: Role) -> Result<Self> {
        let actor = actor.into().split_whitespace().collect::<Vec<_>>().join(" ");
        if role < Role::Editor {
            return Err(Error::refused("Only editors may do that; ask a moderator for the editor role."));
        }
        if actor.is_empty() || actor.chars().count() > MAX_ACTOR_CHARS {
            return Err(Error::refused(format!(
                "The name of whoever does this must have 1 to {MAX_ACTOR_CHARS} characters; give another one."
            )));
        }
        Ok(Self { actor, role })
    }

    /// Who.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// With which role; never [`Role::Reader`].
    pub fn role(&self) -> Role {
        self.role
    }

    /// Goes on only with `role` or a higher one; `to` says what for, as in "publish drafts".
    ///
    /// # Errors
    /// Refused with a lower role.
    pub fn must_be(&self, role: Role, to: &str) -> Result<()> {
        if self.role >= role {
            return Ok(());
        }
        Err(Error::refused(format!(
            "To {to} takes the {role} role, and yours is {}; ask somebody who has it.",
            self.role
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(Moderator::checked(actor, role).is_ok(), is_one, "{actor:?} as {role}");
        }
        assert_eq!(Moderator::checked(" ann\nb ", Role::Editor).expect("one line").actor(), "ann b");
    }

    #[test]
    fn a_role_may_what_lower_ones_may() {
        let roles = [Role::Editor, Role::Approver, Role::Admin];
        for (i, has) in roles.into_iter().enumerate() {
            for (j, needs) in roles.into_iter().enumerate() {
                let ann = Moderator::checked("ann", has).expect("no reader");
                assert_eq!(ann.must_be(needs, "do that").is_ok(), i >= j, "{has} where {needs} is needed");
            }
        }
    }
}
