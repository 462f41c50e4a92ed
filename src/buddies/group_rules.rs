//! The life of a group of buddies: everybody says hello; who does not within a day is asked; who does not answer that
//! within another day is let go, and the one who waited goes first in the next round.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::PersonId;
use crate::time;

/// From being expected to the question, and from the question to being let go.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_hours(24);

/// Two or three people who study side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Whether they are at school: then they are spoken to only where the server can see it, never directly.
    pub school: bool,
    /// Who is in it. Fewer than two: it is over.
    members: Vec<Member>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The person's number.
    pub who: PersonId,
    /// Whether they are there.
    pub presence: Presence,
    /// The last of their dates on which they were told something of their buddies.
    pub told: Option<Date>,
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// They have answered, or studied.
    Here,
    /// A sign of them is expected since then.
    Expected(Timestamp),
    /// They were shown the button "I'm here" then.
    Asked(Timestamp),
}

/// What follows from time that passed, or from what somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Show this person the button "I'm here".
    Ask(PersonId),
    /// This person is let go; they may look for a buddy again whenever they like.
    Release(PersonId),
    /// The group is over. This person is alone now, and goes first in the next round.
    Alone(PersonId),
}

impl Group {
    /// A new group: a sign of everybody is expected.
    pub fn new(members: &[PersonId], school: bool, now: Timestamp) -> Self {
        let member = |&who| Member { who, presence: Presence::Expected(now), told: None };
        Self { school, members: members.iter().map(member).collect() }
    }

    /// A group as it was kept.
    pub fn of(school: bool, members: Vec<Member>) -> Self {
        Self { school, members }
    }

    /// Who is in it.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Whether it is over: nobody is left to be a buddy.
    pub fn is_over(&self) -> bool {
        self.members.len() < 2
    }

    /// When [`Group::pass`] will next do something.
    pub fn due(&self) -> Option<Timestamp> {
        self.members.iter().filter_map(|member| member.presence.due()).min().filter(|_| !self.is_over())
    }

    /// Lets time pass up to `now`. After a long sleep somebody is still asked before they are let go.
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
        // Who is let go with the last of their buddies is not asked any more, nor put first.
        let released = effects.clone();
        effects.retain(|effect| !matches!(effect, Effect::Alone(who) if released.contains(&Effect::Release(*who))));
        effects.retain(|effect| !matches!(effect, Effect::Ask(_)) || !self.is_over());
        effects
    }

    /// Somebody gave a sign: pressed a button, said hello, studied. False if they are not in the group.
    pub fn sign(&mut self, who: PersonId) -> bool {
        let member = self.members.iter_mut().find(|member| member.who == who);
        member.map(|member| member.presence = Presence::Here).is_some()
    }

    /// Somebody says hello to another, who was told so: a sign of the one, and one of the other is expected from now on.
    /// False if they are not in the group.
    pub fn hello(&mut self, who: PersonId, to: PersonId, now: Timestamp) -> bool {
        let is_member = self.sign(who);
        for member in self.members.iter_mut().filter(|member| is_member && member.who == to && to != who) {
            if member.presence == Presence::Here {
                member.presence = Presence::Expected(now);
            }
        }
        is_member
    }

    /// Somebody leaves, or was blocked by another of the group (or erased their data).
    pub fn leave(&mut self, who: PersonId) -> Vec<Effect> {
        self.drop(who).into_iter().collect()
    }

    /// Whether a member may be told of their buddies on the date that they have now: once a day. Remembers that
    /// they were.
    pub fn tell(&mut self, who: PersonId, date: Date) -> bool {
        let over = self.is_over();
        let member = self.members.iter_mut().find(|member| member.who == who && !over);
        // Travelling west may bring a date again.
        let free = member.filter(|member| member.told.is_none_or(|told| told < date));
        free.map(|member| member.told = Some(date)).is_some()
    }

    /// Takes somebody out; gives who is left alone by that.
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
    /// Takes for now what is dated later; says whether anything was.
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

/// Whether patience ends; at exactly a day it does, so that a caller who waits until [`Group::due`] need not wait again.
fn is_over(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) >= ANSWER_TIME
}
