//! The home communities: their moderators manage what all communities share. The settings name them; otherwise home is
//! the only server that the bot is in. Kept in memory and checked at each act.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Community, HomeModerator, Moderator};
use crate::{Error, Kind, Result};

/// The home communities. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Home(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// The communities in the settings; empty if not set.
    named: Vec<Community>,
    servers: Mutex<Servers>,
}

/// The bot's Discord servers, as reported by Discord.
#[derive(Debug, Default)]
struct Servers {
    ids: BTreeSet<u64>,
    /// The number of shards; 0 until the first shard reports.
    shards: u32,
    /// The shards that have reported their servers.
    heard: BTreeSet<u32>,
}

/// What is known about the home communities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The settings name them.
    Named(Vec<Community>),
    /// The bot is only in this server.
    Only(Community),
    /// None, because the bot is in this many servers.
    Several(usize),
    /// None yet, because we know of no server with the bot.
    Nowhere,
}

impl Home {
    /// Reads the setting: communities separated by commas, or nothing.
    ///
    /// # Errors
    /// Refused if one of them is not a community.
    pub fn named(setting: Option<&str>) -> Result<Self> {
        let parts = setting.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| {
            part.parse().map_err(|error: Error| error.reworded(|why| format!("CAIRN_HOME cannot be read: {why}")))
        };
        let named = parts.map(read).collect::<Result<Vec<Community>>>()?;
        Ok(Self(Arc::new(Inner { named, servers: Mutex::default() })))
    }

    fn servers(&self) -> MutexGuard<'_, Servers> {
        // After a panic the set is still consistent.
        self.0.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that a shard has begun, with all of its servers.
    pub fn heard(&self, shard: u32, shards: u32, ids: impl IntoIterator<Item = u64>) {
        let mut servers = self.servers();
        if servers.shards != shards {
            *servers = Servers { shards, ..Servers::default() };
        }
        servers.ids.retain(|id| shard_of(*id, shards) != shard);
        servers.ids.extend(ids);
        servers.heard.insert(shard);
    }

    /// Records that the bot was added to a server, or is still in it.
    pub fn joined(&self, id: u64) {
        self.servers().ids.insert(id);
    }

    /// Records that the bot left a server.
    pub fn left(&self, id: u64) {
        self.servers().ids.remove(&id);
    }

    /// Whether the bot is in a Discord server.
    pub fn is_in(&self, id: u64) -> bool {
        self.servers().ids.contains(&id)
    }

    /// What is known about home.
    pub fn standing(&self) -> Standing {
        if !self.0.named.is_empty() {
            return Standing::Named(self.0.named.clone());
        }
        let servers = self.servers();
        let is_all = servers.shards > 0 && servers.heard.len() == servers.shards as usize;
        match (servers.ids.first(), servers.ids.len()) {
            (Some(only), 1) if is_all => Standing::Only(Community::Discord(*only)),
            (Some(_), n) if n > 1 => Standing::Several(n),
            _ => Standing::Nowhere,
        }
    }

    /// All communities that are home.
    pub fn all(&self) -> Vec<Community> {
        match self.standing() {
            Standing::Named(named) => named,
            Standing::Only(only) => vec![only],
            Standing::Several(_) | Standing::Nowhere => Vec::new(),
        }
    }

    /// Whether this community is home.
    pub fn has(&self, community: &Community) -> bool {
        match self.standing() {
            Standing::Named(named) => named.contains(community),
            Standing::Only(only) => only == *community,
            Standing::Several(_) | Standing::Nowhere => false,
        }
    }

    /// Whether there is a home community. Without one, moderators cannot read what is kept for them.
    pub fn exists(&self) -> bool {
        matches!(self.standing(), Standing::Named(_) | Standing::Only(_))
    }

    /// Proves that a moderator belongs to home. `to` says why, as in "edit the wiki".
    ///
    /// # Errors
    /// Refused to moderators of other communities.
    pub fn moderator(&self, by: Moderator, to: &str) -> Result<HomeModerator> {
        let Some(community) = by.community() else { return Ok(HomeModerator::proven(by)) };
        if self.has(community) {
            return Ok(HomeModerator::proven(by));
        }
        Err(self.elsewhere(community, to))
    }

    /// Turns a moderator of home into one of another home community: all home communities count as one.
    ///
    /// # Errors
    /// Refused for a community that is not home. The person who runs Cairn is never refused.
    pub fn moderator_in(&self, by: &HomeModerator, community: &Community) -> Result<Moderator> {
        match by.community() {
            Some(own) if own != community && self.has(community) => {
                Ok(Moderator::checked(by.actor(), by.role(), community.clone())?.through(by.way()))
            }
            _ => by.must_moderate(community).map(|()| Moderator::clone(by)),
        }
    }

    /// The refusal in another community of what only home may do.
    pub fn elsewhere(&self, community: &Community, to: &str) -> Error {
        Error::of(
            Kind::NotAllowed,
            if self.exists() {
                format!("Only moderators of Cairn's home community can {to}; in this one you can read.")
            } else {
                format!(
                    "Nobody can {to} yet, because Cairn has no home community; ask the person who runs Cairn to set \
                 CAIRN_HOME={community} if this is it."
                )
            },
        )
    }
}

/// The shard of a server, by Discord's formula.
fn shard_of(id: u64, shards: u32) -> u32 {
    u32::try_from((id >> 22) % u64::from(shards.max(1))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::{Role, Way};

    const ONE: u64 = 5 << 22;
    const TWO: u64 = 6 << 22;

    fn discord(id: u64) -> Community {
        Community::Discord(id)
    }

    #[test]
    fn a_setting_is_a_list_of_communities() {
        let home = Home::named(Some("discord:123, reddit:LearnMachineLearning,")).unwrap();
        assert!(home.has(&discord(123)) && home.has(&"reddit:learnmachinelearning".parse().unwrap()));
        assert!(!home.has(&discord(124)) && home.exists());
        for wrong in ["123", "discord:123;discord:124", "discord:", "reddit:a b"] {
            let refused = Home::named(Some(wrong)).unwrap_err().to_string();
            assert!(refused.starts_with("CAIRN_HOME cannot be read: ") && refused.lines().count() == 1, "{refused}");
        }
        for nothing in [None, Some(""), Some(" , ")] {
            assert_eq!(Home::named(nothing).unwrap().standing(), Standing::Nowhere);
        }
    }

    #[test]
    fn a_setting_outranks_the_servers_that_the_bot_is_in() {
        let home = Home::named(Some("discord:123")).unwrap();
        home.heard(0, 1, [ONE]);
        assert!(home.has(&discord(123)) && !home.has(&discord(ONE)));
    }

    #[test]
    fn the_only_server_is_home_as_long_as_it_is_the_only_one() {
        let home = Home::default();
        assert_eq!(home.standing(), Standing::Nowhere);
        home.heard(0, 1, [ONE]);
        home.joined(ONE);
        assert_eq!(home.standing(), Standing::Only(discord(ONE)));
        home.joined(TWO);
        assert_eq!(home.standing(), Standing::Several(2));
        assert!(!home.has(&discord(ONE)) && !home.has(&discord(TWO)) && !home.exists());
        home.left(ONE);
        assert!(home.has(&discord(TWO)));
        // A new connection reports all servers of its shard.
        home.heard(0, 1, [ONE, TWO]);
        assert_eq!(home.standing(), Standing::Several(2));
        home.heard(0, 1, []);
        assert_eq!(home.standing(), Standing::Nowhere);
    }

    #[test]
    fn nothing_is_home_before_every_shard_was_heard_of() {
        let home = Home::default();
        home.heard(1, 2, [ONE]);
        assert_eq!(home.standing(), Standing::Nowhere);
        home.heard(0, 2, []);
        assert_eq!(home.standing(), Standing::Only(discord(ONE)));
        home.heard(0, 2, [TWO]);
        assert_eq!(home.standing(), Standing::Several(2));
        // With fewer shards, all servers are reported again.
        home.heard(0, 1, [TWO]);
        assert_eq!(home.standing(), Standing::Only(discord(TWO)));
    }

    #[test]
    fn who_moderates_home_does_so_in_all_its_places() {
        let home = Home::named(Some("discord:123,reddit:learnml")).unwrap();
        let (here, there): (Community, Community) = (discord(123), "reddit:learnml".parse().unwrap());
        let elsewhere: Community = "reddit:cooking".parse().unwrap();
        let ann = Moderator::checked("ann", Role::Approver, here.clone()).unwrap().through(Way::Console);
        let ann = home.moderator(ann, "act").unwrap();
        let there_too = home.moderator_in(&ann, &there).unwrap();
        assert_eq!(
            (there_too.community(), there_too.role(), there_too.way()),
            (Some(&there), Role::Approver, Way::Console)
        );
        assert_eq!(home.moderator_in(&ann, &here).unwrap().community(), Some(&here));
        assert!(home.moderator_in(&ann, &elsewhere).is_err());
        let root = HomeModerator::operator("root").unwrap();
        assert_eq!(home.moderator_in(&root, &elsewhere).unwrap().community(), None);
    }

    #[test]
    fn the_proof_is_of_home_and_of_nowhere_else() {
        let home = Home::named(Some("discord:123")).unwrap();
        let of = |id| Moderator::checked("ann", Role::Admin, discord(id)).unwrap();
        assert!(home.moderator(of(123), "edit").is_ok());
        assert_eq!(
            home.moderator(of(124), "edit the wiki").unwrap_err().to_string(),
            "Only moderators of Cairn's home community can edit the wiki; in this one you can read."
        );
        assert!(home.moderator(Moderator::operator("root").unwrap(), "edit").is_ok());
        assert_eq!(
            Home::default().moderator(of(124), "edit the wiki").unwrap_err().to_string(),
            "Nobody can edit the wiki yet, because Cairn has no home community; ask the person who runs Cairn to set \
             CAIRN_HOME=discord:124 if this is it."
        );
    }
}
