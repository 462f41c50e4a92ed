//! A message of the outbox as Discord takes it, and whether one found there is that message (pure).

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::discord::render::{EMBEDS_HIDDEN, controls, embeds, fitted, words};
use crate::outbox::{Controls, Payload, Row, Target};
use crate::wiki::reach::unlinked;

/// Discord's documented limits, in characters.
const CONTENT: usize = 2_000;
const THREAD: usize = 100;
/// Kinds of message that a bot writes: plain, and in reply.
const KINDS: [u64; 2] = [0, 19];
/// Discord's ids hold milliseconds since then, above their lowest 22 bits.
pub const EPOCH: i64 = 1_420_070_400_000;

/// The body of the request that sends a row.
pub fn of(row: &Row) -> Value {
    let payload = &row.payload;
    let roles: Vec<String> = payload.ping_role.iter().map(u64::to_string).collect();
    let mut body = json!({
        "nonce": row.id.to_string(),
        "enforce_nonce": true,
        "content": content(payload),
        "embeds": embeds(&payload.embeds),
        "components": controls(&payload.buttons.iter().cloned().map(Controls::Buttons).collect::<Vec<_>>()),
        "allowed_mentions": { "parse": [], "users": [], "roles": roles, "replied_user": false },
    });
    if payload.embeds.is_empty() {
        // Of our links no cards are drawn; with the flag our own embeds would go, too.
        body["flags"] = json!(EMBEDS_HIDDEN);
    }
    if let Target::DiscordReply { channel, message } = &row.target {
        let (channel, message) = (channel.to_string(), message.to_string());
        body["message_reference"] = json!({ "channel_id": channel, "message_id": message });
    }
    body
}

/// The body of the request that changes a message into a row.
pub fn changed(row: &Row) -> Value {
    let mut body = of(row);
    if let Some(object) = body.as_object_mut() {
        object.retain(|name, _| !matches!(name.as_str(), "nonce" | "enforce_nonce" | "message_reference"));
    }
    body
}

/// The body of the request that opens a thread.
pub fn thread(row: &Row) -> Value {
    json!({ "name": fitted(row.payload.title.as_deref().unwrap_or_default(), THREAD) })
}

fn content(payload: &Payload) -> String {
    let ring = payload.ping_role.map(|role| format!("<@&{role}>")).filter(|ring| !payload.body.contains(ring));
    let ring = ring.map(|ring| format!("{ring} ")).unwrap_or_default();
    format!("{ring}{}", fitted(&unlinked(&payload.body), CONTENT - ring.chars().count()))
}

/// What matters here of a message in a channel's history.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Its id.
    pub id: String,
    author: Author,
    #[serde(rename = "type")]
    kind: u64,
    flags: u64,
    content: String,
    embeds: Vec<Value>,
    edited_timestamp: Option<String>,
    message_reference: Option<Reference>,
    interaction_metadata: Option<Value>,
    interaction: Option<Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Author {
    id: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Reference {
    message_id: Option<String>,
}

/// Whether a message found in the history may be the one that was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// It says the same, in the same place.
    Same,
    /// It was changed since it was sent, so that it may have said the same.
    Changed,
    /// It is another one.
    Other,
}

/// How like a row's message the `seen` one is, if `me` is the bot.
pub fn likeness(row: &Row, seen: &Seen, me: &str) -> Likeness {
    let answers = seen.interaction_metadata.is_some() || seen.interaction.is_some();
    let wanted = match &row.target {
        Target::DiscordReply { message, .. } => Some(message.to_string()),
        _ => None,
    };
    let reference = seen.message_reference.as_ref().and_then(|reference| reference.message_id.clone());
    if seen.author.id != me || answers || !KINDS.contains(&seen.kind) || reference != wanted {
        Likeness::Other
    } else if says(seen, &row.payload) {
        Likeness::Same
    } else if seen.edited_timestamp.is_some() {
        Likeness::Changed
    } else {
        Likeness::Other
    }
}

/// Text and embeds agree. Discord trims texts, and adds embeds of its own for the links in them.
fn says(seen: &Seen, payload: &Payload) -> bool {
    let hidden = seen.flags & EMBEDS_HIDDEN != 0;
    let wanted = embeds(&payload.embeds);
    let same = |a: &Value, b: &Value| {
        let (a, b) = (words(a), words(b));
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| is_alike(a, b))
    };
    let embeds = wanted.len() <= seen.embeds.len() && wanted.iter().zip(&seen.embeds).all(|(a, b)| same(a, b));
    is_alike(&content(payload), &seen.content) && (embeds || hidden)
}

fn is_alike(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// The smallest id of what was made at `at`.
pub fn id_at(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond().saturating_sub(EPOCH)).unwrap_or(0) << 22
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::NOWHERE;
    use crate::discord::render::{EMBEDS, EMBEDS_TOTAL};
    use crate::outbox::press::StudyPress;
    use crate::outbox::{Button, Embed};

    fn row(payload: Payload) -> Row {
        let target = Target::DiscordChannel(1);
        Row {
            id: 7,
            key: "k".into(),
            target,
            payload,
            attempts: 1,
            sends: 1,
            created: Timestamp::UNIX_EPOCH,
            waits: vec![],
            about: None,
            community: None,
            expires: None,
        }
    }

    fn text(body: &str) -> Payload {
        Payload { body: body.into(), ..Payload::default() }
    }

    /// The message that Discord would show for a row.
    fn shown(row: &Row) -> Seen {
        let mut body = of(row);
        body["content"] = json!(body["content"].as_str().unwrap_or_default().trim());
        body["author"] = json!({ "id": "1000", "username": "cairn" });
        body["type"] = json!(if body["message_reference"].is_null() { 0 } else { 19 });
        body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn what_leads_nowhere_is_no_link() {
        let link = |to: &str| Button::link("Look", to);
        let embed = Embed { title: "A page".into(), link: Some(format!("{NOWHERE}/guides/a")), ..Embed::default() };
        let payload = Payload {
            body: format!("See [a]({NOWHERE}/guides/a) and [b](https://b.example)."),
            embeds: vec![embed],
            buttons: vec![vec![link(&format!("{NOWHERE}/papers"))], vec![link("https://b.example")]],
            ..Payload::default()
        };
        let sent = of(&row(payload));
        assert_eq!(sent["content"], "See a and [b](https://b.example).");
        assert_eq!(sent["embeds"], json!([{ "title": "A page" }]));
        let there = json!([{ "type": 2, "style": 5, "label": "Look", "url": "https://b.example" }]);
        assert_eq!(sent["components"], json!([{ "type": 1, "components": there }]));
    }

    #[test]
    fn a_row_becomes_a_message() {
        let payload = Payload {
            invites: Vec::new(),
            body: "**Hello** @everyone".into(),
            embeds: vec![
                Embed { title: "A paper".into(), fields: vec![("Votes".into(), "3".into())], ..Embed::default() },
                Embed::default(),
            ],
            buttons: vec![
                vec![Button::press("Here", StudyPress::Here), Button::link("Read", "https://example.org")],
                vec![],
            ],
            ping_role: Some(5),
            title: None,
        };
        let reply = Row { target: Target::DiscordReply { channel: 1, message: 2 }, ..row(payload) };
        assert_eq!(
            of(&reply),
            json!({
                "nonce": "7", "enforce_nonce": true, "content": "<@&5> **Hello** @everyone",
                "embeds": [{ "title": "A paper", "fields": [{ "name": "Votes", "value": "3" }] }],
                "components": [{ "type": 1, "components": [
                    { "type": 2, "style": 2, "label": "Here", "custom_id": "study/here" },
                    { "type": 2, "style": 5, "label": "Read", "url": "https://example.org" },
                ] }],
                "allowed_mentions": { "parse": [], "users": [], "roles": ["5"], "replied_user": false },
                "message_reference": { "channel_id": "1", "message_id": "2" },
            })
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        #[test]
        fn whatever_it_says_it_fits_and_is_known_again(
            body in "(.|\n){0,2200}", title in ".{0,300}", ping in prop::option::of(any::<u64>()),
            texts in prop::collection::vec((".{0,300}", "(.|\n){0,1200}"), 0..12),
        ) {
            let embed = |(title, text): (String, String)| {
                Embed { title, footer: Some(text.clone()), fields: vec![("f".into(), text.clone())], text, link: None }
            };
            let embeds = texts.into_iter().map(embed).collect();
            let row = row(Payload { body, title: Some(title), embeds, ping_role: ping, ..Payload::default() });
            let body = of(&row);
            prop_assert!(body["content"].as_str().unwrap().chars().count() <= CONTENT);
            let embeds = body["embeds"].as_array().unwrap();
            let total: usize = embeds.iter().flat_map(words).map(|text| text.chars().count()).sum();
            prop_assert!(embeds.len() <= EMBEDS && total <= EMBEDS_TOTAL);
            prop_assert!(thread(&row)["name"].as_str().unwrap().chars().count() <= THREAD);
            prop_assert_eq!(likeness(&row, &shown(&row), "1000"), Likeness::Same);
        }
    }

    #[test]
    fn only_the_same_message_is_the_same() {
        let row = row(text("Hello  world\n"));
        let same = shown(&row);
        assert_eq!(likeness(&row, &same, "1000"), Likeness::Same);
        let link = json!({ "type": "link", "title": "Discord's preview of a link" });
        assert_eq!(likeness(&row, &Seen { embeds: vec![link], ..same.clone() }, "1000"), Likeness::Same);
        assert_eq!(likeness(&row, &same, "somebody else"), Likeness::Other);
        assert_eq!(likeness(&row, &Seen { content: "Hello".into(), ..same.clone() }, "1000"), Likeness::Other);
        assert_eq!(likeness(&row, &Seen { kind: 18, ..same.clone() }, "1000"), Likeness::Other);
        assert_eq!(likeness(&row, &Seen { interaction: Some(json!({})), ..same.clone() }, "1000"), Likeness::Other);
        let edited = Seen { content: "Hi".into(), edited_timestamp: Some("2026".into()), ..same.clone() };
        assert_eq!(likeness(&row, &edited, "1000"), Likeness::Changed);
        let reply = Row { target: Target::DiscordReply { channel: 1, message: 2 }, ..row };
        assert_eq!(likeness(&reply, &same, "1000"), Likeness::Other);
        assert_eq!(likeness(&reply, &shown(&reply), "1000"), Likeness::Same);
    }

    #[test]
    fn hidden_embeds_are_no_difference() {
        let embed = Embed { title: "Week 47".into(), ..Embed::default() };
        let row = row(Payload { embeds: vec![embed], ..text("Papers") });
        let mut seen = shown(&row);
        seen.embeds.clear();
        assert_eq!(likeness(&row, &seen, "1000"), Likeness::Other);
        seen.flags = EMBEDS_HIDDEN;
        assert_eq!(likeness(&row, &seen, "1000"), Likeness::Same);
    }

    #[test]
    fn ids_hold_their_time() {
        // From Discord's documentation.
        assert_eq!(id_at("2016-04-30T11:18:25.796Z".parse().unwrap()), 175_928_847_299_117_063 >> 22 << 22);
        assert_eq!(id_at(Timestamp::UNIX_EPOCH), 0);
    }
}
