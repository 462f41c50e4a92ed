//! What is done when something is to be shown again: it is put into the outbox, exactly once.

use jiff::{SignedDuration, Timestamp};
use tracing::error;

use super::shown::{Shown, address, shown};
use super::{Manner, rules, sql};
use crate::Result;
use crate::community::{Community, study_settings};
use crate::outbox::press::{RevisitPress, Thing};
use crate::outbox::{self, Button, Fate, Message, Otherwise, Payload, Target};
use crate::people::{self, optout};
use crate::reminders::{DELIVERY_RETRIES, LATE, Place};
use crate::store::{Connection, Store};
use crate::text::escape;
use crate::time::{self, format};

/// How many are looked at in one go.
const BATCH_SIZE: i64 = 100;
/// When what has failed is looked at again.
const RETRY_AFTER_FAULT: SignedDuration = SignedDuration::from_mins(10);

/// The key of the message that shows something again.
pub(super) fn key(id: i64) -> String {
    format!("remind/{id}")
}

/// Puts all that is due at `now` into the outbox, each once, and returns how much that was.
pub async fn due(store: &Store, base: &str, now: Timestamp) -> Result<usize> {
    let mut looked = 0;
    loop {
        let rows = sql::due(&mut *store.read().await?, now, BATCH_SIZE).await?;
        if rows.is_empty() {
            return Ok(looked);
        }
        for row in rows {
            looked += 1;
            let id = row.id;
            // One that fails must not hold up the others.
            if let Err(cause) = show(store, base, row, now).await {
                error!(id, "something to be shown again failed: {cause}");
                let mut tx = store.write().await?;
                sql::set_due(&mut tx, id, Some(time::after(now, RETRY_AFTER_FAULT)), now).await?;
                tx.commit().await?;
            }
        }
    }
}

/// When the next thing is due.
pub async fn next_due(store: &Store) -> Result<Option<Timestamp>> {
    sql::next_due(&mut *store.read().await?).await
}

/// Forgets what has arrived, and what the outbox has forgotten.
pub async fn purge(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    for id in sql::said(&mut tx).await? {
        if matches!(outbox::fate(&mut tx, &key(id)).await?, None | Some(Fate::Arrived | Fate::ArrivedOtherwise(_))) {
            sql::delete(&mut tx, id).await?;
        }
    }
    tx.commit().await
}

async fn show(store: &Store, base: &str, row: sql::Row, now: Timestamp) -> Result<()> {
    let is_now = match row.thing() {
        Some(thing) => shown(store, base, &thing).await?,
        None => None,
    };
    let mut tx = store.write().await?;
    // Otherwise another process was faster.
    if sql::set_due(&mut tx, row.id, None, now).await? {
        say(&mut tx, &row, base, is_now, now).await?;
    }
    tx.commit().await
}

async fn say(db: &mut Connection, row: &sql::Row, base: &str, is_now: Option<Shown>, now: Timestamp) -> Result<()> {
    let person = people::get(db, row.person_id).await?;
    let (Some(person), Some(thing)) = (person, row.thing()) else { return sql::delete(db, row.id).await };
    let Some(user) = person.discord else { return sql::delete(db, row.id).await };
    for identity in person.identities() {
        if optout::opted_out(db, &identity).await? {
            return sql::delete(db, row.id).await;
        }
    }
    let manner = Manner::of(db, row.person_id, row.guild()).await?;
    let quiet = manner.reminders.quiet;
    if quiet.hold(now, &manner.zone) {
        return sql::wait(db, row.id, quiet.over(now, &manner.zone)).await;
    }
    let meant = row.date().map(|date| rules::due(date, &manner.zone, &manner.reminders.times, quiet));
    let late = meant.filter(|due| now.duration_since(*due) > LATE);
    let late = late.map(|due| format::full_moment(due, &manner.zone));
    let direct = direct(&thing, &row.title, is_now.as_ref(), late.as_deref());
    let channel = study_settings::of(db, manner.guild).await?.channel;
    let channel = channel.filter(|_| manner.reminders.place != Place::Direct);
    let community = manner.guild.map(Community::Discord);
    let public = public(user, &thing, &row.title, base);
    let to_person =
        || Otherwise { target: Target::DiscordDm(user), community: None, payload: direct.clone(), first: None };
    let to_room = |channel| {
        let (target, community) = (Target::DiscordChannel(channel), community.clone());
        Otherwise { target, community, payload: public.clone(), first: None }
    };
    let (way, otherwise) = match channel {
        Some(channel) if manner.reminders.place == Place::Channel => (to_room(channel), Some(to_person())),
        channel => (to_person(), channel.map(to_room)),
    };
    let Otherwise { target, community, payload, .. } = way;
    let about = Some(row.person_id.0);
    let message = Message { key: key(row.id), target, community, about, payload, otherwise, due: None, expires: None };
    outbox::enqueue_patiently(db, &message, &DELIVERY_RETRIES, now).await.map(drop)
}

fn direct(thing: &Thing, title: &str, is_now: Option<&Shown>, late: Option<&str>) -> Payload {
    let late = late.map_or_else(String::new, |due| format!(" It was due at {due}, when I was away."));
    let Some(shown) = is_now else {
        let title = escape::markdown(title);
        let body = format!(
            "**You wanted to see “{title}” again.** It is not there any more; `/wiki` finds what took its place.{late}"
        );
        return Payload { body, ..Payload::default() };
    };
    let again = Button::press("Remind me again", RevisitPress::Ask(thing.clone()));
    Payload {
        body: format!("**You wanted to see this again.**{late}"),
        embeds: vec![shown.embed.clone()],
        buttons: vec![vec![again]],
        ..Payload::default()
    }
}

/// The same where others read it.
fn public(user: u64, thing: &Thing, title: &str, base: &str) -> Payload {
    let (title, link) = (escape::markdown(title), address(thing, base));
    let body = format!("<@{user}> You wanted to see this again: [{title}]({link}).");
    Payload { body, ..Payload::default() }
}
