//! Who does something: their id, and what they may do in their server. Looked up anew each time.

use poise::serenity_prelude as serenity;
use serenity::{CommandInteraction, ComponentInteraction, Member, ModalInteraction, Permissions};

use super::settings::Server;
use crate::people::{Identity, Moderator, Role};
use crate::{Error, Result};

/// Somebody who does something, as Discord itself tells.
#[derive(Debug, Clone)]
pub struct Who {
    /// Their id.
    pub user: u64,
    /// The server; none in direct messages.
    pub guild: Option<u64>,
    roles: Vec<u64>,
    manages: bool,
}

impl Who {
    fn new(user: u64, guild: Option<u64>, member: Option<&Member>) -> Self {
        let roles = member.map(|m| m.roles.iter().map(|r| r.get()).collect()).unwrap_or_default();
        let permissions = member.and_then(|m| m.permissions).unwrap_or_else(Permissions::empty);
        Self { user, guild, roles, manages: permissions.manage_guild() || permissions.administrator() }
    }

    /// Who sent a command.
    pub fn commands(i: &CommandInteraction) -> Self {
        Self::new(i.user.id.get(), i.guild_id.map(|g| g.get()), i.member.as_deref())
    }

    /// Who pressed a button or chose in a select.
    pub fn presses(i: &ComponentInteraction) -> Self {
        Self::new(i.user.id.get(), i.guild_id.map(|g| g.get()), i.member.as_ref())
    }

    /// Who sent a form.
    pub fn submits(i: &ModalInteraction) -> Self {
        Self::new(i.user.id.get(), i.guild_id.map(|g| g.get()), i.member.as_ref())
    }

    /// By what they are known.
    pub fn identity(&self) -> Identity {
        Identity::Discord(self.user)
    }

    /// Whether they have a role.
    pub fn has(&self, role: u64) -> bool {
        self.roles.contains(&role)
    }

    /// The role that their server gives them.
    pub fn role(&self, server: &Server) -> Role {
        let has = |role: Option<u64>| role.is_some_and(|role| self.roles.contains(&role));
        if self.guild.is_none() {
            Role::Reader
        } else if self.manages {
            Role::Admin
        } else if has(server.approver) {
            Role::Approver
        } else if has(server.editor) {
            Role::Editor
        } else {
            Role::Reader
        }
    }

    /// The proof that they may edit.
    ///
    /// # Errors
    /// Refused to readers, and outside of a server.
    pub fn moderator(&self, server: &Server) -> Result<Moderator> {
        if self.guild.is_none() {
            return Err(Error::refused("Do that in your server; in direct messages nobody has a role."));
        }
        Moderator::checked(self.identity().to_string(), self.role(server))
    }

    /// The server they are in.
    ///
    /// # Errors
    /// Refused outside of one.
    pub fn server(&self) -> Result<u64> {
        self.guild.ok_or_else(|| Error::refused("Do that in your server; direct messages have no settings."))
    }
}
