//! The rules for a group of buddies. Everybody says hello. A member who does not within a day is asked. A member who
//! does not answer within another day is released. A buddy who is left alone goes first in the next round.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::PersonId;
use crate::time;

/// The time until the question, and from the question to the release.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_hours(24);

/// Two or three people who study in parallel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Whether they are at school. Then they get messages only where the server can see them, never directly.
    pub school: bool,
    /// The members. With fewer than two, the group is over.
    members: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The person's number.
    pub who: PersonId,
    /// Whether they are active.
    pub presence: Presence,
    /// The member's date on which they last got news of their buddies.
    pub told: Option<Date>,
}

/// Whether a member is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// They have answered, or studied.
    Here,
    /// A sign of life is expected since then.
    Expected(Timestamp),
    /// They got the button "I'm here" then.
    Asked(Timestamp),
}

/// What follows from passed time or from an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Show this person the button "I'm here".
    Ask(PersonId),
    /// This person is released. They may look for a buddy again at any time.
    Release(PersonId),
    /// The group is over. This person is left alone, and goes first in the next round.
    Alone(PersonId),
}

impl Group {
    /// A new group, which expects a sign of life from everybody.
    pub fn new(members: &[PersonId], school: bool, now: Timestamp) -> Self {
        let member = |&who| Member { who, presence: Presence::Expected(now), told: None };
        Self { school, members: members.iter().map(member).collect() }
    }

    /// A stored group.
    pub fn of(school: bool, members: Vec<Member>) -> Self {
        Self { school, members }
    }

    /// The members.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Whether too few members are left.
    pub fn is_over(&self) -> bool {
        self.members.len() < 2
    }

    /// When [`Group::pass`] will next have an effect.
    pub fn due(&self) -> Option<Timestamp> {
        self.members.iter().filter_map(|member| member.presence.due()).min().filter(|_| !self.is_over())
    }

    /// Applies the time up to `now`. Even after a long downtime, members are asked before they are released.
    pub fn pass(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.is_over() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        let mut gone = Vec::new();
        for member in &mut self.members {
            match member.presence {
                Presence::Expected(since) if is_over(since, now) => {
                    member.presence = Presence::Asked(now);
                    effects.push(Effect::Ask(member.who));
                }
                Presence::Asked(at) if is_over(at, now) => gone.push(member.who),
                _ => {}
            }
        }
        for who in gone {
            effects.push(Effect::Release(who));
            effects.extend(self.drop(who));
        }
        // A member who is released together with their last buddy is neither asked nor put first.
        let released = effects.clone();
        effects.retain(|effect| !matches!(effect, Effect::Alone(who) if released.contains(&Effect::Release(*who))));
        effects.retain(|effect| !matches!(effect, Effect::Ask(_)) || !self.is_over());
        effects
    }

    /// Records a sign of life: a button, a hello, study. False if the person is not in the group.
    pub fn sign(&mut self, who: PersonId) -> bool {
        let member = self.members.iter_mut().find(|member| member.who == who);
        member.map(|member| member.presence = Presence::Here).is_some()
    }

    /// A member says hello to another, who is told. This is a sign of life of the first, and one of the second is now
    /// expected. False if the person is not in the group.
    pub fn hello(&mut self, who: PersonId, to: PersonId, now: Timestamp) -> bool {
        let is_member = self.sign(who);
        for member in self.members.iter_mut().filter(|member| is_member && member.who == to && to != who) {
            if member.presence == Presence::Here {
                member.presence = Presence::Expected(now);
            }
        }
        is_member
    }

    /// Removes a member who leaves, was blocked by a buddy or erased their data.
    pub fn leave(&mut self, who: PersonId) -> Vec<Effect> {
        self.drop(who).into_iter().collect()
    }

    /// Whether a member may get news on their present date: at most once a day. Records that they do.
    pub fn tell(&mut self, who: PersonId, date: Date) -> bool {
        let over = self.is_over();
        let member = self.members.iter_mut().find(|member| member.who == who && !over);
        // After travel to the west, a date may come again.
        let free = member.filter(|member| member.told.is_none_or(|told| told < date));
        free.map(|member| member.told = Some(date)).is_some()
    }

    /// Removes a member. Returns an effect if only one is left.
    fn drop(&mut self, who: PersonId) -> Option<Effect> {
        let before = self.members.len();
        self.members.retain(|member| member.who != who);
        match self.members[..] {
            [ref last] if before == 2 => Some(Effect::Alone(last.who)),
            _ => None,
        }
    }
}

impl Presence {
    /// Sets later instants to `now`. Returns whether there were any.
    pub fn bring_back(&mut self, now: Timestamp) -> bool {
        match self {
            Self::Expected(at) | Self::Asked(at) if *at > now => {
                *at = now;
                true
            }
            _ => false,
        }
    }

    fn due(self) -> Option<Timestamp> {
        match self {
            Self::Here => None,
            Self::Expected(since) | Self::Asked(since) => Some(time::after(since, ANSWER_TIME)),
        }
    }
}

/// Whether the time to answer is over. At exactly a day it is, so waiting until [`Group::due`] is long enough.
fn is_over(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) >= ANSWER_TIME
}
