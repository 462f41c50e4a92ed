//! Plans the next round of matching in a server.

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};

use super::round::AT_ONCE;
use super::sql;
use crate::community::study_settings;
use crate::store::Connection;
use crate::time::zone::Zone;
use crate::{Result, time};

/// The hour of the weekly round on Mondays, in the community's zone.
const MONDAY_HOUR: i8 = 9;
/// No round or group is planned further ahead.
const FURTHEST_PLAN: SignedDuration = SignedDuration::from_hours(9 * 24);

/// Plans a server's next round: on Monday, or once somebody has waited 48 h. A round that is due stays due.
pub async fn replan(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    match sql::next_round(db, guild).await? {
        Some(next) if next <= now => Ok(()),
        _ => plan(db, guild, now).await,
    }
}

/// Like [`replan`], when a new person waits. If anybody has waited 48 h, the round is due at once.
pub async fn hurry(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    let waiting = sql::waiting(db, guild).await?;
    if waiting.len() > 1 && waiting.iter().any(|buddy| too_long(buddy.since()) <= now) {
        return sql::set_next_round(db, guild, Some(now)).await;
    }
    replan(db, guild, now).await
}

/// Whether a round or a group is planned too far ahead: a clock that ran ahead left it there.
pub async fn is_late(db: &mut Connection, now: Timestamp) -> Result<bool> {
    sql::is_due_after(db, time::after(now, FURTHEST_PLAN)).await
}

/// Repairs dates from a clock that ran ahead: sets facts to now, plans rounds again, and makes late groups due.
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
    // A person who waits alone is matched when another one comes.
    let at_once = at_once.filter(|_| waiting.len() > 1);
    let next = at_once.into_iter().chain(monday(&zone, now)).min();
    sql::set_next_round(db, guild, next.filter(|_| !waiting.is_empty())).await
}

/// When a person will have waited too long.
fn too_long(since: Timestamp) -> Timestamp {
    // More than 48 h: one millisecond more, the precision of the database.
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
