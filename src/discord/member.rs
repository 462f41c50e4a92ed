//! Who does something: their id, and what they may do in their server. Looked up again each time.

use poise::serenity_prelude as serenity;
use serenity::{
    AuthorizingIntegrationOwner, AuthorizingIntegrationOwners, CommandInteraction, ComponentInteraction, GuildId,
    Member, ModalInteraction, Permissions,
};

use super::server::Server;
use crate::community::{Community, Home, Moderator, Role};
use crate::people::Identity;
use crate::{Error, Result};

/// Somebody who does something, as Discord itself tells.
#[derive(Debug, Clone)]
pub struct Who {
    /// Their id.
    pub user: u64,
    /// The server; none in direct messages.
    pub guild: Option<u64>,
    /// Whether Cairn was added to that server, and not by this person to their own account alone.
    installed: bool,
    roles: Vec<u64>,
    manages: bool,
}

impl Who {
    fn new(user: u64, guild: Option<u64>, installed: bool, member: Option<&Member>) -> Self {
        let roles = member.map(|m| m.roles.iter().map(|r| r.get()).collect()).unwrap_or_default();
        let permissions = member.and_then(|m| m.permissions).unwrap_or_else(Permissions::empty);
        Self { user, guild, installed, roles, manages: permissions.manage_guild() || permissions.administrator() }
    }

    /// A member as Discord tells when it is asked, of a server that the bot is in.
    pub fn told(user: u64, guild: u64, roles: Vec<u64>, manages: bool) -> Self {
        Self { user, guild: Some(guild), installed: true, roles, manages }
    }

    /// Who sent a command.
    pub fn commands(i: &CommandInteraction) -> Self {
        let installed = is_added(&i.authorizing_integration_owners, i.guild_id);
        Self::new(i.user.id.get(), i.guild_id.map(GuildId::get), installed, i.member.as_deref())
    }

    /// Who pressed a button or chose in a select.
    pub fn presses(i: &ComponentInteraction) -> Self {
        let installed = is_added(&i.authorizing_integration_owners, i.guild_id);
        Self::new(i.user.id.get(), i.guild_id.map(GuildId::get), installed, i.member.as_ref())
    }

    /// Who sent a form. With one, serenity does not tell where Cairn was added, but `home` knows the servers it is in.
    pub fn submits(i: &ModalInteraction, home: &Home) -> Self {
        let guild = i.guild_id.map(GuildId::get);
        Self::new(i.user.id.get(), guild, guild.is_some_and(|id| home.is_in(id)), i.member.as_ref())
    }

    /// By what they are known.
    pub fn identity(&self) -> Identity {
        Identity::Discord(self.user)
    }

    /// Whether they have a role.
    pub fn has(&self, role: u64) -> bool {
        self.roles.contains(&role)
    }

    /// The role that their server gives them; a reader's where they are in none, or Cairn is not a part of it.
    pub fn role(&self, server: &Server) -> Role {
        let has = |role: Option<u64>| role.is_some_and(|role| self.roles.contains(&role));
        if self.community().is_err() {
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

    /// The proof that they moderate their server with the role `needs` or a higher one; `to` says what for.
    ///
    /// # Errors
    /// Refused with a lower role, and where nobody moderates.
    pub fn moderator(&self, server: &Server, needs: Role, to: &str) -> Result<Moderator> {
        let community = self.community()?;
        let role = self.role(server);
        if role < needs {
            return Err(needs.needed(to));
        }
        Moderator::checked(self.identity().to_string(), role, community)
    }

    /// The community whose member they are here, if it can have moderators.
    ///
    /// # Errors
    /// Refused in direct messages, and in servers that Cairn was not added to.
    pub fn community(&self) -> Result<Community> {
        let guild = self.server()?;
        if self.installed {
            return Ok(Community::Discord(guild));
        }
        Err(Error::refused(
            "Moderators' commands work only in servers that Cairn was added to; add it to this one first.",
        ))
    }

    /// The server they are in.
    ///
    /// # Errors
    /// Refused outside of one.
    pub fn server(&self) -> Result<u64> {
        self.guild.ok_or_else(|| Error::refused("Do that in your server; in direct messages nobody has a role."))
    }
}

/// Whether Cairn was added to the server, and not by somebody to their own account alone.
fn is_added(owners: &AuthorizingIntegrationOwners, guild: Option<GuildId>) -> bool {
    let here = |owner: &AuthorizingIntegrationOwner| match owner {
        AuthorizingIntegrationOwner::GuildInstall(added) => added.is_some() && *added == guild,
        _ => false,
    };
    owners.0.iter().any(here)
}
