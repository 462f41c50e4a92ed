//! Discord's documented limits on what a bot sends, checked whether or not the specification is at hand.

use serde_json::{Value, json};

use super::command_limits;
use super::http::{Call, Violation};
use super::interactions::ack;
use super::posts::flag;

/// What a body must keep to, and what was found against it.
#[derive(Default)]
pub struct Findings(pub Vec<Violation>);

impl Findings {
    /// Notes something wrong.
    pub fn add(&mut self, at: &str, reason: impl Into<String>) {
        self.0.push(Violation::new(at, reason));
    }

    /// The length, in characters, of a text that may be absent.
    pub fn text(&mut self, at: &str, value: &Value, allowed: std::ops::RangeInclusive<usize>) -> usize {
        let Some(text) = value.as_str() else { return 0 };
        let length = text.chars().count();
        if !allowed.contains(&length) {
            let (least, most) = (allowed.start(), allowed.end());
            self.add(at, format!("{length} characters; must be {least} to {most}"));
        }
        length
    }

    /// The items of a list that may be absent.
    pub fn list<'v>(&mut self, at: &str, value: &'v Value, most: usize) -> &'v [Value] {
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        if items.len() > most {
            self.add(at, format!("{} items; at most {most}", items.len()));
        }
        items
    }
}

/// What is against the documented limits in this request.
pub fn violations(call: &Call) -> Vec<Violation> {
    let mut found = Findings::default();
    let path: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("POST", ["interactions", .., "callback"]) => callback(&mut found, call),
        ("POST" | "PATCH", ["webhooks", ..]) => message(&mut found, "", &call.body),
        ("POST" | "PATCH", ["channels", _, "messages"] | ["channels", _, "messages", _]) => {
            message(&mut found, "", &call.body);
            if call.body["flags"].as_u64().unwrap_or(0) & flag::EPHEMERAL != 0 {
                found.add("flags", "only answers to interactions can be ephemeral");
            }
        }
        ("POST", ["channels", .., "threads"]) => {
            found.text("name", &call.body["name"], 1..=100);
            message(&mut found, "message.", &call.body["message"]);
        }
        ("PUT", ["applications", .., "commands"]) => command_limits::all(&mut found, &call.body),
        ("POST" | "PATCH", ["applications", _, .., "commands"] | ["applications", _, .., "commands", _]) => {
            command_limits::one(&mut found, "", &call.body);
        }
        _ => {}
    }
    if call.files.len() > 10 {
        found.add("files", "more than 10 files");
    }
    found.0
}

fn callback(found: &mut Findings, call: &Call) {
    let data = &call.body["data"];
    match call.body["type"].as_u64().and_then(|kind| u8::try_from(kind).ok()) {
        Some(ack::MESSAGE | ack::UPDATE) => message(found, "data.", data),
        Some(ack::CHOICES) => choices(found, &data["choices"]),
        Some(ack::MODAL) => modal(found, data),
        _ => {}
    }
}

fn choices(found: &mut Findings, choices: &Value) {
    for (n, choice) in found.list("data.choices", choices, 25).iter().enumerate() {
        found.text(&format!("data.choices.{n}.name"), &choice["name"], 1..=100);
        found.text(&format!("data.choices.{n}.value"), &choice["value"], 0..=100);
    }
}

fn modal(found: &mut Findings, data: &Value) {
    found.text("data.title", &data["title"], 1..=45);
    found.text("data.custom_id", &data["custom_id"], 1..=100);
    let rows = found.list("data.components", &data["components"], 5);
    if rows.is_empty() {
        found.add("data.components", "a modal needs an input");
    }
    let mut ids = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let at = format!("data.components.{n}.components");
        for input in found.list(&at, &row["components"], 1) {
            found.text(&format!("{at}.label"), &input["label"], 1..=45);
            found.text(&format!("{at}.value"), &input["value"], 0..=4000);
            found.text(&format!("{at}.placeholder"), &input["placeholder"], 0..=100);
            let bounds = (input["min_length"].as_u64().unwrap_or(0), input["max_length"].as_u64().unwrap_or(4000));
            if bounds.0 > bounds.1 || bounds.1 > 4000 || bounds.1 == 0 {
                found.add(&format!("{at}.max_length"), "lengths must be within 0 to 4000, least before most");
            }
            let prefilled = input["value"].as_str().map_or(0, |text| text.chars().count() as u64);
            if prefilled > bounds.1 || (0 < prefilled && prefilled < bounds.0) {
                found.add(&format!("{at}.value"), "the value does not keep to the input's own lengths");
            }
            custom_id(found, &at, input, &mut ids);
        }
    }
}

/// Everything a message may hold.
fn message(found: &mut Findings, at: &str, body: &Value) {
    found.text(&format!("{at}content"), &body["content"], 0..=2000);
    found.text(&format!("{at}nonce"), &body["nonce"], 0..=25);
    embeds(found, &format!("{at}embeds"), &body["embeds"]);
    components(found, &format!("{at}components"), &body["components"]);
    allowed_mentions(found, &format!("{at}allowed_mentions"), &body["allowed_mentions"]);
}

fn embeds(found: &mut Findings, at: &str, embeds: &Value) {
    let mut total = 0;
    for (n, embed) in found.list(at, embeds, 10).iter().enumerate() {
        let at = format!("{at}.{n}");
        total += found.text(&format!("{at}.title"), &embed["title"], 0..=256);
        total += found.text(&format!("{at}.description"), &embed["description"], 0..=4096);
        total += found.text(&format!("{at}.footer.text"), &embed["footer"]["text"], 1..=2048);
        total += found.text(&format!("{at}.author.name"), &embed["author"]["name"], 1..=256);
        for (n, field) in found.list(&format!("{at}.fields"), &embed["fields"], 25).iter().enumerate() {
            total += found.text(&format!("{at}.fields.{n}.name"), &field["name"], 1..=256);
            total += found.text(&format!("{at}.fields.{n}.value"), &field["value"], 1..=1024);
        }
        for link in [&embed["url"], &embed["image"]["url"], &embed["thumbnail"]["url"], &embed["author"]["url"]] {
            web_address(found, &at, link, &["https://", "http://", "attachment://"]);
        }
    }
    if total > 6000 {
        found.add(at, format!("{total} characters in all embeds; at most 6000"));
    }
}

fn web_address(found: &mut Findings, at: &str, link: &Value, schemes: &[&str]) {
    if let Some(link) = link.as_str().filter(|link| !schemes.iter().any(|scheme| link.starts_with(scheme))) {
        found.add(at, format!("“{link}” is not an address of {schemes:?}"));
    }
}

fn components(found: &mut Findings, at: &str, rows: &Value) {
    let mut ids = Vec::new();
    for (n, row) in found.list(at, rows, 5).iter().enumerate() {
        let at = format!("{at}.{n}.components");
        let items = found.list(&at, &row["components"], 5);
        if items.is_empty() {
            found.add(&at, "an action row cannot be empty");
        }
        let selects = items.iter().filter(|item| item["type"] != json!(2)).count();
        if selects > 0 && items.len() > 1 {
            found.add(&at, "a select needs a row to itself");
        }
        for (n, item) in items.iter().enumerate() {
            let at = format!("{at}.{n}");
            match item["type"].as_u64() {
                Some(2) => button(found, &at, item, &mut ids),
                Some(3 | 5..=8) => select(found, &at, item, &mut ids),
                _ => found.add(&at, "only buttons and selects stand in a message's row"),
            }
        }
    }
}

fn button(found: &mut Findings, at: &str, button: &Value, ids: &mut Vec<String>) {
    found.text(&format!("{at}.label"), &button["label"], 0..=80);
    let bare = button["label"].as_str().is_none_or(str::is_empty) && button["emoji"].is_null();
    match button["style"].as_u64() {
        Some(5) if button["url"].is_null() || !button["custom_id"].is_null() => {
            found.add(at, "a link button has a url and no custom id");
        }
        Some(5) => {
            found.text(&format!("{at}.url"), &button["url"], 1..=512);
            web_address(found, at, &button["url"], &["https://", "http://", "discord://"]);
        }
        Some(6) => {}
        _ => custom_id(found, at, button, ids),
    }
    if bare && button["style"].as_u64() != Some(6) {
        found.add(at, "a button needs a label or an emoji");
    }
}

fn select(found: &mut Findings, at: &str, select: &Value, ids: &mut Vec<String>) {
    custom_id(found, at, select, ids);
    found.text(&format!("{at}.placeholder"), &select["placeholder"], 0..=150);
    let (least, most) = (select["min_values"].as_u64().unwrap_or(1), select["max_values"].as_u64().unwrap_or(1));
    if least > most || most > 25 || most == 0 {
        found.add(at, "min_values and max_values must be ordered, and at most 25");
    }
    if select["type"] != json!(3) {
        return;
    }
    let options = found.list(&format!("{at}.options"), &select["options"], 25);
    if options.is_empty() || options.len() < usize::try_from(most).unwrap_or(0) {
        found.add(&format!("{at}.options"), "a select needs an option, and as many as may be chosen");
    }
    let mut values = Vec::new();
    for (n, option) in options.iter().enumerate() {
        let at = format!("{at}.options.{n}");
        found.text(&format!("{at}.label"), &option["label"], 1..=100);
        found.text(&format!("{at}.value"), &option["value"], 1..=100);
        found.text(&format!("{at}.description"), &option["description"], 0..=100);
        if values.contains(&&option["value"]) {
            found.add(&at, "the value stands in this select already");
        }
        values.push(&option["value"]);
    }
}

fn custom_id(found: &mut Findings, at: &str, component: &Value, ids: &mut Vec<String>) {
    let at = format!("{at}.custom_id");
    let Some(id) = component["custom_id"].as_str() else { return found.add(&at, "missing") };
    found.text(&at, &component["custom_id"], 1..=100);
    if ids.iter().any(|known| known == id) {
        found.add(&at, format!("“{id}” stands here already"));
    }
    ids.push(id.to_owned());
}

fn allowed_mentions(found: &mut Findings, at: &str, allowed: &Value) {
    let Some(fields) = allowed.as_object() else { return };
    for key in fields.keys() {
        if !["parse", "users", "roles", "replied_user"].contains(&key.as_str()) {
            found.add(at, format!("there is no “{key}” in allowed_mentions"));
        }
    }
    for sort in found.list(&format!("{at}.parse"), &allowed["parse"], 3) {
        let sort = sort.as_str().unwrap_or_default();
        if !["users", "roles", "everyone"].contains(&sort) {
            found.add(at, format!("“{sort}” is no kind of mention"));
        }
        if !found.list(at, &allowed[sort], 100).is_empty() {
            found.add(at, format!("parse and {sort} exclude each other"));
        }
    }
}
