//! Portable answers and messages as Discord takes them (pure).

use serde_json::{Value, json};

use crate::outbox::{Button, Choice, Controls, Does, Embed, File, Offers, ROOM, Reply, Select, Style};
use crate::text::visible;
use crate::wiki::reach::{leads, unlinked};
use crate::wiki::snippet;

/// The most characters of an answer's text. Discord takes 2,000; the rest is room for what we add.
pub const MAX_TEXT: usize = 1_900;
/// Discord's documented limits, in characters and pieces.
pub const EMBEDS: usize = 10;
pub const EMBEDS_TOTAL: usize = 6_000;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4_096;
const FIELDS: usize = 25;
const FIELD_VALUE: usize = 1_024;
const FOOTER: usize = 2_048;
const LABEL: usize = 80;
/// The label of an option in whose text there is nothing to see. Discord takes none without a label.
const NO_WORDS: &str = "(no words)";
/// Flag of a message below which no embeds are shown, not even of its links.
pub const EMBEDS_HIDDEN: u64 = 1 << 2;
/// Flag of an answer that only the person who asked sees.
pub const EPHEMERAL: u64 = 1 << 6;
/// Discord's numbers for controls: a row, a button, and selects of texts, roles and channels.
const ROW: u8 = 1;
const BUTTON: u8 = 2;
const TEXTS: u8 = 3;
const ROLES: u8 = 6;
const CHANNELS: u8 = 8;
/// Discord's numbers for channels: of texts, and forums.
const TEXT_CHANNEL: u8 = 0;
const FORUM: u8 = 15;
const VOICE_CHANNEL: u8 = 2;

/// An answer as a new message.
pub fn message(reply: &Reply) -> Value {
    let mut message = edit(reply);
    if !reply.public {
        message["flags"] = json!(message["flags"].as_u64().unwrap_or_default() | EPHEMERAL);
    }
    message
}

/// An answer in place of a message. Nobody is ever notified by an answer, whatever it says.
pub fn edit(reply: &Reply) -> Value {
    let (content, embeds) = match heading(reply) {
        Some(own) => (String::new(), std::iter::once(own).chain(reply.embeds.clone()).collect()),
        None => (fitted(&unlinked(&reply.text), MAX_TEXT), reply.embeds.clone()),
    };
    let embeds = self::embeds(&embeds);
    // Of our links no cards are drawn; with the flag our own embeds would go, too.
    let flags = if embeds.is_empty() { EMBEDS_HIDDEN } else { 0 };
    let mut message = json!({
        "content": content,
        "embeds": embeds,
        "components": controls(&reply.rows),
        "flags": flags,
        "allowed_mentions": { "parse": [], "users": [], "roles": [] },
    });
    if !reply.files.is_empty() {
        message["attachments"] = reply.files.iter().enumerate().map(attachment).collect();
    }
    message
}

/// The frame around an answer with a heading.
fn heading(reply: &Reply) -> Option<Embed> {
    let (title, link) = reply.title.clone()?;
    let text = fitted(&unlinked(&reply.text), MAX_TEXT);
    let link = Some(link).filter(|link| !link.is_empty());
    Some(Embed { title, link, text, footer: reply.footer.clone(), ..Embed::default() })
}

fn attachment((n, file): (usize, &File)) -> Value {
    let mut named = json!({ "id": n.to_string(), "filename": file.name });
    if let Some(about) = &file.about {
        named["description"] = json!(about);
    }
    named
}

/// The rows of controls that Discord takes, without links that lead nowhere. Emoji have no words beside them.
pub fn controls(rows: &[Controls]) -> Vec<Value> {
    let row = |row: &Controls| match row {
        Controls::Buttons(buttons) => buttons.iter().filter(|b| lives(b)).take(ROOM).map(button).collect(),
        Controls::Select(wish) => vec![select(wish)],
    };
    let rows = rows.iter().map(row).filter(|controls: &Vec<Value>| !controls.is_empty()).take(ROOM);
    rows.map(|controls| json!({ "type": ROW, "components": controls })).collect()
}

fn lives(button: &Button) -> bool {
    !matches!(&button.does, Does::Link(link) if !leads(link))
}

fn button(button: &Button) -> Value {
    let label = fitted(&button.label, LABEL);
    let style = match button.style {
        Style::Main => 1,
        Style::Plain => 2,
        Style::Good => 3,
        Style::Danger => 4,
    };
    match &button.does {
        Does::Press(press) => {
            json!({ "type": BUTTON, "style": style, "label": label, "custom_id": press.to_string() })
        }
        Does::Link(link) => json!({ "type": BUTTON, "style": 5, "label": label, "url": link }),
    }
}

fn select(select: &Select) -> Value {
    let mut out = json!({ "custom_id": select.does.to_string(), "placeholder": select.hint });
    let kind = match &select.offers {
        Offers::Choices(choices) => {
            out["options"] = choices.iter().map(choice).collect();
            TEXTS
        }
        Offers::Roles => ROLES,
        Offers::Channels { forums } => {
            out["channel_types"] = if *forums { json!([TEXT_CHANNEL, FORUM]) } else { json!([TEXT_CHANNEL]) };
            CHANNELS
        }
        Offers::VoiceChannels => {
            out["channel_types"] = json!([VOICE_CHANNEL]);
            CHANNELS
        }
    };
    out["type"] = json!(kind);
    if let Some((least, most)) = select.bounds {
        (out["min_values"], out["max_values"]) = (json!(least), json!(most));
    }
    out
}

/// Its words may be of people, and Discord shows them as they are, so what cannot be seen is left out of them.
fn choice(choice: &Choice) -> Value {
    let label = Some(visible::line(&choice.label)).filter(|label| !label.is_empty());
    let mut out = json!({ "label": label.as_deref().unwrap_or(NO_WORDS), "value": choice.value });
    if let Some(about) = choice.about.as_deref().map(visible::line).filter(|about| !about.is_empty()) {
        out["description"] = json!(about);
    }
    if choice.is_set {
        out["default"] = json!(true);
    }
    out
}

/// The embeds that fit, each within its own limits and all together within theirs.
pub fn embeds(embeds: &[Embed]) -> Vec<Value> {
    let mut room = EMBEDS_TOTAL;
    let shown = embeds.iter().map(embed).filter(|embed| embed.as_object().is_some_and(|e| !e.is_empty()));
    let fitting = shown.take_while(|embed| {
        let length = words(embed).iter().map(|text| text.chars().count()).sum();
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    });
    fitting.take(EMBEDS).collect()
}

fn embed(embed: &Embed) -> Value {
    let mut out = json!({});
    for (name, text, limit) in [("title", &embed.title, TITLE), ("description", &embed.text, DESCRIPTION)] {
        if !text.trim().is_empty() {
            out[name] = json!(fitted(&unlinked(text), limit));
        }
    }
    let fields = embed.fields.iter().filter(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty());
    let fields: Vec<Value> = fields
        .take(FIELDS)
        .map(|(name, value)| json!({ "name": fitted(name, TITLE), "value": fitted(&unlinked(value), FIELD_VALUE) }))
        .collect();
    if !fields.is_empty() {
        out["fields"] = json!(fields);
    }
    if let Some(footer) = embed.footer.as_deref().filter(|footer| !footer.trim().is_empty()) {
        out["footer"] = json!({ "text": fitted(footer, FOOTER) });
    }
    if let Some(link) = embed.link.as_deref().filter(|link| out["title"].is_string() && leads(link)) {
        out["url"] = json!(link);
    }
    // Looking a key up leaves a null behind.
    if let Some(object) = out.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    out
}

/// All that is to be read in an embed.
pub fn words(embed: &Value) -> Vec<&str> {
    let fields = embed.get("fields").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let footer = embed.get("footer").and_then(|footer| footer.get("text"));
    let own = [embed.get("title"), embed.get("description"), footer];
    let fields = fields.iter().flat_map(|field| [field.get("name"), field.get("value")]);
    own.into_iter().chain(fields).map(|text| text.and_then(Value::as_str).unwrap_or_default()).collect()
}

/// The beginning of a text that fits.
pub fn fitted(text: &str, limit: usize) -> String {
    let (cut, _) = snippet::cut(text, limit);
    // One unbroken fence or table has no beginning of its own.
    if cut.chars().count() <= limit && cut.chars().count() > limit / 4 || text.chars().count() <= limit {
        return cut;
    }
    crate::text::cut::characters(text, limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::NOWHERE;
    use crate::outbox::press::{SettingsPress, StudyPress, WikiPress};

    #[test]
    fn a_plain_answer_is_for_one_person_and_draws_no_cards() {
        let reply = Reply::text("Look: https://example.org").with_buttons(vec![
            Button::press("Why?", StudyPress::Why),
            Button::link("Nowhere", format!("{NOWHERE}/guides")),
            Button::link("Read", "https://example.org"),
        ]);
        assert_eq!(
            message(&reply),
            json!({
                "content": "Look: https://example.org",
                "embeds": [],
                "components": [{ "type": 1, "components": [
                    { "type": 2, "style": 2, "label": "Why?", "custom_id": "study/why" },
                    { "type": 2, "style": 5, "label": "Read", "url": "https://example.org" },
                ] }],
                "flags": EMBEDS_HIDDEN | EPHEMERAL,
                "allowed_mentions": { "parse": [], "users": [], "roles": [] },
            })
        );
    }

    #[test]
    fn a_heading_makes_a_frame_and_files_are_named() {
        let mut reply = Reply { title: Some(("GPUs".into(), String::new())), public: true, ..Reply::text("Rent one.") };
        reply.footer = Some("revision 3".into());
        let reply = reply.and_file(File { about: Some("A table".into()), ..File::new("a.md", "x") });
        let message = message(&reply);
        assert_eq!((&message["content"], &message["flags"]), (&json!(""), &json!(0)));
        let frame = json!({ "title": "GPUs", "description": "Rent one.", "footer": { "text": "revision 3" } });
        assert_eq!(message["embeds"], json!([frame]));
        assert_eq!(message["attachments"], json!([{ "id": "0", "filename": "a.md", "description": "A table" }]));
    }

    #[test]
    fn options_made_of_peoples_words_show_nothing_unseen() {
        let odd =
            Choice { about: Some("\u{202e}two\nlines\u{2069}".into()), ..Choice::new("1", "a\u{202e}b\u{1b}\nc") };
        let empty = Choice { about: Some("\u{200f}".into()), ..Choice::new("2", "\u{202e}") };
        let shown = controls(&[Select::one_of(WikiPress::Choose, "One", vec![odd, empty]).into()]);
        assert_eq!(
            shown[0]["components"][0]["options"],
            json!([
                { "label": "ab c", "value": "1", "description": "two lines" },
                { "label": "(no words)", "value": "2" },
            ])
        );
    }

    #[test]
    fn selects_offer_texts_roles_or_channels() {
        let set = Choice { about: Some("often".into()), is_set: true, ..Choice::new("a", "A") };
        let rows = [
            Select::one_of(WikiPress::Choose, "One", vec![set, Choice::new("b", "B")]).into(),
            Select::up_to(1, SettingsPress::Editor, "Editors", Offers::Roles).into(),
            Select::up_to(25, SettingsPress::Channels, "Where", Offers::Channels { forums: true }).into(),
        ];
        let shown: Vec<Value> = controls(&rows).into_iter().map(|row| row["components"][0].clone()).collect();
        assert_eq!(
            json!(shown),
            json!([
                { "type": 3, "custom_id": "wiki", "placeholder": "One", "options": [
                    { "label": "A", "value": "a", "description": "often", "default": true },
                    { "label": "B", "value": "b" },
                ] },
                { "type": 6, "custom_id": "set/editor", "placeholder": "Editors", "min_values": 0, "max_values": 1 },
                { "type": 8, "custom_id": "set/channels", "placeholder": "Where", "channel_types": [0, 15],
                  "min_values": 0, "max_values": 25 },
            ])
        );
    }
}
