//! A stored group of buddies.

use super::group_rules::Group;
use super::sql;
use crate::Result;
use crate::outbox::press::BuddyPress;
use crate::store::{Connection, PersonId};

/// A group of buddies.
pub struct Party {
    /// Its number.
    pub id: i64,
    /// Their server.
    pub guild: u64,
    /// Whether they are at school. Then they get messages only in their thread.
    pub school: bool,
    /// The group's thread, if it is known.
    pub thread: Option<u64>,
    /// The members and their presence.
    pub group: Group,
    /// The number of members when the group was last saved.
    pub size: usize,
}

impl Party {
    /// Loads the group with this number.
    pub async fn load(db: &mut Connection, id: i64) -> Result<Option<Self>> {
        let Some(row) = sql::group(db, id).await? else { return Ok(None) };
        let rows = sql::members(db, id).await?;
        let members = rows.iter().map(sql::Buddy::member).collect::<Result<Vec<_>>>()?;
        let group = Group::of(row.school, members);
        let size = usize::try_from(row.size).unwrap_or_default();
        Ok(Some(Self { id, guild: row.guild(), school: row.school, thread: row.thread(), group, size }))
    }

    /// The group that somebody is in, if they are in one.
    pub async fn of(db: &mut Connection, group: Option<i64>) -> Result<Option<Self>> {
        match group {
            Some(group) => Self::load(db, group).await,
            None => Ok(None),
        }
    }

    /// The buttons below the first message.
    pub fn greeting(&self) -> Vec<(&'static str, BuddyPress)> {
        vec![("Say hello", BuddyPress::Hello(self.id)), ("Leave", BuddyPress::Leave(Some(self.id)))]
    }

    /// All members except one.
    pub fn others(&self, who: PersonId) -> Vec<PersonId> {
        self.group.members().iter().map(|member| member.who).filter(|other| *other != who).collect()
    }

    /// Saves the group; deletes a group that is over.
    pub async fn save(&mut self, db: &mut Connection) -> Result<()> {
        if self.group.is_over() {
            return sql::end_group(db, self.id).await;
        }
        for member in self.group.members() {
            sql::set_member(db, self.id, member).await?;
        }
        self.size = self.group.members().len();
        sql::set_group(db, self.id, self.size, self.thread, self.group.due()).await
    }
}
