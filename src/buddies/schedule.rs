//! When the next round of matching is in a server.

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};

use super::round::AT_ONCE;
use super::sql;
use crate::community::study_settings;
use crate::store::Connection;
use crate::time::zone::Zone;
use crate::{Result, time};

/// The hour of the weekly round, on Mondays in the community's zone.
const MONDAY_HOUR: i8 = 9;
/// No round and no group is planned further ahead.
const FURTHEST_PLAN: SignedDuration = SignedDuration::from_hours(9 * 24);

/// Plans a server's next round: on Monday, or as soon as somebody has waited for 48 h. One that is due stays due.
pub async fn replan(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    match sql::next_round(db, guild).await? {
        Some(next) if next <= now => Ok(()),
        _ => plan(db, guild, now).await,
    }
}

/// The same when somebody new waits: people who have waited for long are matched at once.
pub async fn hurry(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    let waiting = sql::waiting(db, guild).await?;
    if waiting.len() > 1 && waiting.iter().any(|buddy| too_long(buddy.since()) <= now) {
        return sql::set_next_round(db, guild, Some(now)).await;
    }
    replan(db, guild, now).await
}

/// Whether a round or a group waits longer than any can be planned: a clock that was ahead has left it there.
pub async fn is_late(db: &mut Connection, now: Timestamp) -> Result<bool> {
    sql::is_due_after(db, time::after(now, FURTHEST_PLAN)).await
}

/// Brings back what a clock that was ahead has dated: it happened now, rounds are planned again, and groups are looked at now.
pub async fn bring_back(db: &mut Connection, now: Timestamp) -> Result<()> {
    let tomorrow = time::after(now, SignedDuration::from_hours(24));
    sql::bring_back(db, now, tomorrow).await?;
    for (group, mut member) in sql::grouped(db).await? {
        if member.presence.bring_back(now) {
            sql::set_member(db, group, &member).await?;
        }
    }
    for guild in sql::planning(db).await? {
        replan(db, guild, now).await?;
    }
    Ok(())
}

pub async fn plan(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    let zone = study_settings::of(db, Some(guild)).await?.zone_or_utc();
    let waiting = sql::waiting(db, guild).await?;
    let at_once = waiting.iter().map(|buddy| too_long(buddy.since())).filter(|at| *at > now).min();
    // Somebody who waits alone is matched when another comes.
    let at_once = at_once.filter(|_| waiting.len() > 1);
    let next = at_once.into_iter().chain(monday(&zone, now)).min();
    sql::set_next_round(db, guild, next.filter(|_| !waiting.is_empty())).await
}

/// When somebody will have waited for too long.
fn too_long(since: Timestamp) -> Timestamp {
    // More than 48 h: in the milliseconds that are kept, one more.
    time::after(since, AT_ONCE + SignedDuration::from_millis(1))
}

/// The next Monday, 09:00, after an instant.
fn monday(zone: &Zone, now: Timestamp) -> Option<Timestamp> {
    let today = zone.date(now);
    let days = (0..=7).map(|n| time::days_after(today, n));
    let mondays = days.filter(|date| date.weekday() == Weekday::Monday);
    mondays.map(|date| zone.first_reading(date, MONDAY_HOUR)).find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mondays_follow_the_clock_there() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for (now, next) in [
            ("2026-10-19T06:59:59Z", "2026-10-19T07:00:00Z"),
            ("2026-10-19T07:00:00Z", "2026-10-26T08:00:00Z"),
            ("2027-03-23T12:00:00Z", "2027-03-29T07:00:00Z"),
        ] {
            assert_eq!(monday(&berlin, now.parse().unwrap()).unwrap().to_string(), next, "{now}");
        }
        assert_eq!(
            monday(&Zone::utc(), "2026-11-22T23:59:00Z".parse().unwrap()).unwrap().to_string(),
            "2026-11-23T09:00:00Z"
        );
    }
}
