//! Which communities are home: their moderators keep what all communities share. Named in the settings, or else the only
//! server that the bot is in. Kept in memory, and looked up at each act.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Community, HomeModerator, Moderator};
use crate::{Error, Kind, Result};

/// The home communities. Clones are the same ones.
#[derive(Debug, Clone, Default)]
pub struct Home(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// As the settings name them; nothing if they don't.
    named: Vec<Community>,
    servers: Mutex<Servers>,
}

/// The Discord servers that the bot is in, by what Discord has told us.
#[derive(Debug, Default)]
struct Servers {
    ids: BTreeSet<u64>,
    /// Between how many shards they are divided; 0 before the first of them was heard of.
    shards: u32,
    /// Shards that have said which servers are theirs.
    heard: BTreeSet<u32>,
}

/// What is known about home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The settings name these.
    Named(Vec<Community>),
    /// The bot is in this server alone.
    Only(Community),
    /// There is none, for the bot is in so many servers.
    Several(usize),
    /// There is none yet, for the bot is in no server that we know of.
    Nowhere,
}

impl Home {
    /// As the setting says: communities with commas between them, or nothing.
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
        // The set is whole after each of the changes below, whatever became of the thread that made it.
        self.0.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A shard of `shards` has begun, and these servers are all of its servers.
    pub fn heard(&self, shard: u32, shards: u32, ids: impl IntoIterator<Item = u64>) {
        let mut servers = self.servers();
        if servers.shards != shards {
            *servers = Servers { shards, ..Servers::default() };
        }
        servers.ids.retain(|id| shard_of(*id, shards) != shard);
        servers.ids.extend(ids);
        servers.heard.insert(shard);
    }

    /// The bot was added to a server, or hears again from one it is in.
    pub fn joined(&self, id: u64) {
        self.servers().ids.insert(id);
    }

    /// The bot is no longer in a server.
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

    /// Whether any community is home: only then can moderators read what is kept for them.
    pub fn exists(&self) -> bool {
        matches!(self.standing(), Standing::Named(_) | Standing::Only(_))
    }

    /// The proof that a moderator is one of home; `to` says what for, as in "edit the wiki".
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

    /// A moderator of home where home has another place: a server and a subreddit that are home together are one community.
    ///
    /// # Errors
    /// Refused for a community that is not home, but to the person who runs Cairn.
    pub fn moderator_in(&self, by: &HomeModerator, community: &Community) -> Result<Moderator> {
        match by.community() {
            Some(own) if own != community && self.has(community) => {
                Ok(Moderator::checked(by.actor(), by.role(), community.clone())?.through(by.way()))
            }
            _ => by.must_moderate(community).map(|()| Moderator::clone(by)),
        }
    }

    /// The refusal of what only home may do, in another community.
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

/// The shard that hears of a server, as Discord divides them.
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
        // A new connection tells all servers of its shard again.
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
        // Fewer shards: all is told again.
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
