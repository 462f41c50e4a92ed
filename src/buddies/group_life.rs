//! What happens in a group of buddies: its start, signs of life, silence, leaving, news.

use jiff::{SignedDuration, Timestamp};

use super::delivery::{self, When, payload};
use super::group::Party;
use super::group_rules::{Effect, Group, Presence};
use super::texts::{HERE, News};
use super::{schedule, sql};
use crate::outbox::press::BuddyPress;
use crate::store::{Connection, Millis, PersonId};
use crate::streak::status::Status;
use crate::student::Student;
use crate::time::weekly::Quiet;
use crate::time::zone::Zone;
use crate::{Result, time};

/// When to check whether the thread of a new group is open.
const THREAD_CHECK_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// How long news is worth sending after it is due.
const NEWS_LIFETIME: SignedDuration = SignedDuration::from_hours(8);

impl Party {
    /// Creates a group and notifies its members.
    pub async fn make(
        db: &mut Connection,
        guild: u64,
        school: bool,
        members: &[PersonId],
        now: Timestamp,
    ) -> Result<()> {
        let id = sql::add_group(db, guild, school, members.len()).await?;
        let group = Group::new(members, school, now);
        for who in members {
            sql::enter(db, *who, id, now).await?;
        }
        let mut party = Self { id, guild, school, thread: None, group, size: members.len() };
        party.save(db).await?;
        if school {
            delivery::open(db, &party, now).await?;
            return sql::put_off(db, id, time::after(now, THREAD_CHECK_AFTER)).await;
        }
        for who in members {
            let others = party.others(*who);
            let mut names = Vec::with_capacity(others.len());
            for other in others {
                names.push(delivery::name(db, other).await?);
            }
            let payload = payload(News::Matched(&names), &party.greeting());
            let key = format!("study/group/{id}/matched/{who}");
            delivery::say(db, &mut party, *who, key, payload, When::now(now)).await?;
        }
        Ok(())
    }

    /// Handles the time that has passed.
    pub async fn look(&mut self, db: &mut Connection, now: Timestamp) -> Result<()> {
        delivery::thread(db, self).await?;
        if self.school && self.thread.is_none() && delivery::has_no_place(db, self).await? {
            return self.dissolve(db, now).await;
        }
        for who in self.group.members().iter().map(|member| member.who).collect::<Vec<_>>() {
            // A person who opted out has left.
            if delivery::user(db, who).await?.is_none() {
                return self.leave(db, who, now).await;
            }
        }
        if self.group.members().len() < self.size {
            // A member's data was erased.
            return self.go_on(db, now).await;
        }
        let effects = self.group.pass(now);
        self.follow(db, effects, now).await?;
        if self.school && self.thread.is_none() && !self.group.is_over() {
            // The thread is not open yet, and may fail.
            sql::put_off(db, self.id, time::after(now, THREAD_CHECK_AFTER)).await?;
        }
        Ok(())
    }

    /// A member leaves.
    pub async fn leave(&mut self, db: &mut Connection, who: PersonId, now: Timestamp) -> Result<()> {
        for other in self.others(who) {
            sql::part(db, who, other, now).await?;
        }
        sql::forget(db, who).await?;
        self.group.leave(who);
        self.go_on(db, now).await
    }

    /// Tells the remaining members how it continues.
    async fn go_on(&mut self, db: &mut Connection, now: Timestamp) -> Result<()> {
        let left: Vec<PersonId> = self.group.members().iter().map(|member| member.who).collect();
        if let [last] = left[..] {
            return self.follow(db, vec![Effect::Alone(last)], now).await;
        }
        for who in left {
            self.say(db, who, News::Fewer, &[], now).await?;
        }
        self.save(db).await
    }

    async fn follow(&mut self, db: &mut Connection, effects: Vec<Effect>, now: Timestamp) -> Result<()> {
        let gone: Vec<PersonId> = effects
            .iter()
            .filter_map(|effect| if let Effect::Release(who) = effect { Some(*who) } else { None })
            .collect();
        let was: Vec<PersonId> =
            self.group.members().iter().map(|member| member.who).chain(gone.iter().copied()).collect();
        for who in &gone {
            for other in was.iter().filter(|other| *other != who) {
                sql::part(db, *who, *other, now).await?;
            }
        }
        for effect in &effects {
            match *effect {
                Effect::Ask(who) => {
                    let buttons = [(HERE, BuddyPress::Here(self.id)), ("Leave", BuddyPress::Leave(Some(self.id)))];
                    self.say(db, who, News::Question, &buttons, now).await?;
                }
                Effect::Release(who) => {
                    if !self.school {
                        self.say(db, who, News::Released, &[], now).await?;
                    }
                    sql::forget(db, who).await?;
                }
                Effect::Alone(who) => {
                    self.say(db, who, News::Alone, &[], now).await?;
                    sql::wait_again(db, who, true, now).await?;
                }
            }
        }
        let fewer = !gone.is_empty() && !self.group.is_over();
        for who in self.group.members().iter().map(|member| member.who).filter(|_| fewer).collect::<Vec<_>>() {
            self.say(db, who, News::Fewer, &[], now).await?;
        }
        self.save(db).await?;
        schedule::hurry(db, self.guild, now).await
    }

    /// Ends a group without a place to meet. Its members wait for the next round and go first.
    async fn dissolve(&mut self, db: &mut Connection, now: Timestamp) -> Result<()> {
        for member in self.group.members() {
            sql::wait_again(db, member.who, true, now).await?;
        }
        sql::end_group(db, self.id).await?;
        schedule::replan(db, self.guild, now).await
    }

    async fn say(
        &mut self,
        db: &mut Connection,
        who: PersonId,
        news: News<'_>,
        buttons: &[(&str, BuddyPress)],
        now: Timestamp,
    ) -> Result<()> {
        let key = format!("study/group/{}/{}/{who}/{}", self.id, kind(news), Millis(now));
        let (payload, when) = (payload(news, buttons), When::now(now));
        match news {
            News::Released => delivery::say_alone(db, who, key, payload, when).await,
            _ => delivery::say(db, self, who, key, payload, when).await,
        }
    }

    /// A member says hello. Returns the names of the buddies who are told; the others have already had news today.
    pub async fn hello(&mut self, db: &mut Connection, who: PersonId, now: Timestamp) -> Result<Vec<String>> {
        self.group.sign(who);
        let mut told = Vec::new();
        let name = delivery::name(db, who).await?;
        for other in self.others(who) {
            if self.tell(db, other, News::Hello(&name), &format!("hello/{who}"), now).await? {
                self.group.hello(who, other, now);
                told.push(delivery::name(db, other).await?);
            }
        }
        self.save(db).await?;
        Ok(told)
    }

    /// Sends news to a member, unless they have had some today. Returns whether it was sent.
    async fn tell(
        &mut self,
        db: &mut Connection,
        who: PersonId,
        news: News<'_>,
        what: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let Some(student) = Student::load(db, who).await? else { return Ok(false) };
        let at = student.instant(now);
        let schedule = student.person.schedule();
        let date = schedule.running(at);
        if !self.group.tell(who, date) {
            return Ok(false);
        }
        let is_hello = matches!(news, News::Hello(_));
        let due = if is_hello { now } else { loud(schedule.zone(), now) };
        let worth = if is_hello { SignedDuration::from_hours(24) } else { NEWS_LIFETIME };
        let when = When { now, due, until: time::after(due, worth) };
        let buttons: &[(&str, BuddyPress)] = &[(HERE, BuddyPress::Here(self.id))];
        let payload = payload(news, if is_hello { buttons } else { &[] });
        let key = format!("study/group/{}/{what}/{who}/{date}", self.id);
        delivery::say(db, self, who, key, payload, when).await?;
        Ok(true)
    }
}

/// Handles a student's study: it is a sign of life, and when the day is met, the buddies are told. Returns a text for a
/// student who may not know of their buddies yet.
pub async fn studied(
    db: &mut Connection,
    student: &Student,
    status: &Status,
    now: Timestamp,
) -> Result<Option<String>> {
    let Some(buddy) = sql::buddy(db, student.id).await? else { return Ok(None) };
    let Some(group) = buddy.group_id else { return Ok(None) };
    let (date, who) = (status.view.date, student.id);
    let is_here = buddy.member()?.presence == Presence::Here;
    let is_told = !status.is_met() || buddy.met == Some(date.to_string());
    if is_here && is_told {
        return Ok(None);
    }
    let Some(mut party) = Party::load(db, group).await? else { return Ok(None) };
    party.group.sign(who);
    if !is_told {
        sql::set_met(db, student.id, date).await?;
        let name = delivery::name(db, who).await?;
        let here = |member: &&super::group_rules::Member| member.who != who && member.presence == Presence::Here;
        for other in party.group.members().iter().filter(here).map(|member| member.who).collect::<Vec<_>>() {
            party.tell(db, other, News::Met(&name), &format!("met/{who}"), now).await?;
        }
    }
    let thread = delivery::thread(db, &mut party).await?;
    party.save(db).await?;
    Ok(thread
        .filter(|_| !is_here)
        .map(|thread| format!("You have study buddies, and a place to meet them: <#{thread}>.")))
}

/// The name of a news in keys.
fn kind(news: News<'_>) -> &'static str {
    match news {
        News::Question => "question",
        News::Released => "released",
        News::Alone => "alone",
        News::Fewer => "fewer",
        _ => "news",
    }
}

/// The first instant from `now` on that is outside the usual quiet hours of a zone. News waits for it.
fn loud(zone: &Zone, now: Timestamp) -> Timestamp {
    Quiet::USUAL.over(now, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_are_quiet() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for (now, due) in [
            ("2026-11-18T20:59:59Z", "2026-11-18T20:59:59Z"),
            ("2026-11-18T21:00:00Z", "2026-11-19T07:00:00Z"),
            ("2026-11-19T06:59:59Z", "2026-11-19T07:00:00Z"),
            ("2026-11-19T07:00:00Z", "2026-11-19T07:00:00Z"),
            ("2026-10-24T23:00:00Z", "2026-10-25T07:00:00Z"),
        ] {
            assert_eq!(loud(&berlin, now.parse().unwrap()).to_string(), due, "{now}");
        }
    }
}
