//! The text of a message, wherever Discord puts it (pure but for [`whole`]): what was written, what was forwarded, embeds,
//! polls, and texts among the components.

use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{Message, MessageFlags};

use super::Bot;

/// How deep components may stand in each other.
const DEPTH: usize = 6;
/// More text than this is not looked at.
const MOST: usize = 8_000;

/// The text of a message as Discord sends it; its parts are lines.
pub fn of(message: &Value) -> String {
    let mut parts = Vec::new();
    gather(message, DEPTH, &mut parts);
    let parts: Vec<&str> = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join("\n").chars().take(MOST).collect()
}

/// The text of a message that serenity has read.
pub fn of_message(message: &Message) -> String {
    serde_json::to_value(message).map_or_else(|_| message.content.clone(), |message| of(&message))
}

/// The same; what serenity leaves out of a message made of components is asked for.
pub async fn whole(bot: &Bot, message: &Message) -> String {
    let text = of_message(message);
    let is_of_components = message.flags.is_some_and(|flags| flags.contains(MessageFlags::from_bits_retain(1 << 15)));
    if !text.is_empty() || !is_of_components {
        return text;
    }
    let path = format!("/channels/{}/messages/{}", message.channel_id, message.id);
    bot.rest.get(&path, "").await.map_or(text, |message| of(&message))
}

fn gather<'m>(message: &'m Value, depth: usize, parts: &mut Vec<&'m str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let list = |value: &'m Value| value.as_array().map_or(&[][..], Vec::as_slice);
    parts.extend(message["content"].as_str());
    // Discord wraps what was forwarded in a `message`; serenity writes it without.
    for forwarded in list(&message["message_snapshots"]) {
        gather(forwarded.get("message").unwrap_or(forwarded), depth, parts);
    }
    for embed in list(&message["embeds"]) {
        parts.extend([&embed["title"], &embed["description"]].into_iter().filter_map(Value::as_str));
        for field in list(&embed["fields"]) {
            parts.extend([&field["name"], &field["value"]].into_iter().filter_map(Value::as_str));
        }
    }
    parts.extend(message["poll"]["question"]["text"].as_str());
    parts.extend(list(&message["poll"]["answers"]).iter().filter_map(|answer| answer["poll_media"]["text"].as_str()));
    // Texts among components have a `content`, too.
    for component in list(&message["components"]) {
        gather(component, depth, parts);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_found_wherever_it_stands() {
        let table = [
            (json!({"content": " Hello "}), "Hello"),
            (
                json!({"content": "", "message_snapshots": [{"message": {"content": "I am in grade 11"}}]}),
                "I am in grade 11",
            ),
            (json!({"content": "", "message_snapshots": [{"content": "I am in grade 12"}]}), "I am in grade 12"),
            (
                json!({"content": "a", "embeds": [{"title": "b", "description": "c", "fields": [{"name": "d", "value": "e"}]}]}),
                "a\nb\nc\nd\ne",
            ),
            (json!({"poll": {"question": {"text": "q"}, "answers": [{"poll_media": {"text": "x"}}]}}), "q\nx"),
            (json!({"components": [{"type": 17, "components": [{"type": 10, "content": "deep"}]}]}), "deep"),
            (json!({"components": [{"type": 1, "components": [{"type": 2, "label": "Press"}]}]}), ""),
            (json!(null), ""),
        ];
        for (message, text) in table {
            assert_eq!(of(&message), text, "{message}");
        }
        let deep = (0..99).fold(json!({"content": "far"}), |inner, _| json!({"components": [inner]}));
        assert_eq!(of(&deep), "");
    }
}
