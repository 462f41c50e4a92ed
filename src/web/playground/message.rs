//! One message as Discord shows it: who, what, cards, pictures, buttons and menus.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde_json::Value;

use super::markdown::{self, Names};
use super::ways;
use crate::playground::stand_in::commands;
use crate::playground::stand_in::posts::Post;
use crate::playground::stand_in::state::{Id, State};
use crate::web::layout::encoded;

/// Who looks, where and when.
pub struct Here<'a> {
    /// Where the playground's own copy of the web page stands.
    pub site: String,
    /// The pretend server.
    pub server: &'a State,
    /// Their name.
    pub name: &'a str,
    /// The channel.
    pub place: Id,
    /// What forms carry.
    pub token: String,
    /// What time it is there.
    pub now: Timestamp,
}

impl Here<'_> {
    fn hidden(&self) -> Markup {
        hidden(&self.token, self.name, self.place)
    }

    fn text(&self, text: &str) -> Markup {
        let (site, server, who) = (&self.site, self.server, self.name);
        markdown::render(text, &Names { site, server, who, place: self.place, now: self.now })
    }
}

/// A message in the list; `is_last` if none comes after it.
pub fn message(here: &Here<'_>, post: &Post, is_last: bool) -> Markup {
    let author = here.server.town.find_person(post.author);
    let (name, is_bot) = author.map_or(("somebody", false), |person| (person.name.as_str(), person.bot));
    html! {
        li.msg.only-you[post.ephemeral_for.is_some()] id=(ways::anchor(post.id)) data-id=(post.id) {
            @if is_bot { span.face { img src="/mark.svg" alt="" width="26" height="26"; } }
            @else { span.face aria-hidden="true" { (name.chars().next().unwrap_or('?')) } }
            div {
                @if is_last { a #last {} }
                (before(here, post))
                p.who {
                    strong { (name) } @if is_bot { span.app { "APP" } }
                    time datetime=(post.created) { (at(post.created, here.now)) }
                    @if post.edited.is_some() && post.interaction.is_none() { span.quiet.small { " edited" } }
                    @if post.pinned { span.quiet.small { " pinned" } }
                }
                @if post.is_loading() { p.quiet { "Cairn is thinking…" } }
                (here.text(&post.content))
                @for embed in &post.embeds { (card(here, post, embed)) }
                (files(post))
                @for row in &post.components { (controls(here, post, row)) }
                (reactions(post))
                @if post.ephemeral_for.is_some() { (dismissed(here, post)) } @else { (menu(here, post)) }
            }
        }
    }
}

/// What it answers.
fn before(here: &Here<'_>, post: &Post) -> Markup {
    let person = |id: Id| here.server.town.find_person(id).map_or("somebody", |person| person.name.as_str());
    let answered = post.reply_to.and_then(|id| here.server.posts.all.get(&id));
    let used = post.interaction.as_ref().and_then(|told| {
        let name = told["name"].as_str().filter(|name| name.starts_with('/'))?;
        Some((told["user"]["username"].as_str().unwrap_or("somebody"), name))
    });
    html! {
        @if let Some(answered) = answered {
            p.before { "↳ " strong { (person(answered.author)) } " " (cut(&answered.content)) }
        } @else if let Some((who, name)) = used {
            p.before { "↳ " strong { (who) } " used " code { (name) } }
        }
    }
}

fn cut(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 60 { line.chars().take(59).chain(['…']).collect() } else { line }
}

fn at(then: Timestamp, now: Timestamp) -> String {
    let (then, now) = (then.to_zoned(TimeZone::UTC), now.to_zoned(TimeZone::UTC));
    let form = if then.date() == now.date() { "%H:%M" } else { "%a %-d %b, %H:%M" };
    then.strftime(form).to_string()
}

/// An address that leads to the web or to this site.
fn link(here: &Here<'_>, value: &Value) -> Option<String> {
    let url = value.as_str().filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    ways::way(url, &here.site, here.server, here.name).address()
}

/// An embed.
fn card(here: &Here<'_>, post: &Post, embed: &Value) -> Markup {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    html! {
        div.embed {
            @if let Some(author) = text(&embed["author"]["name"]) { p.quiet.small { (author) } }
            @if let Some(title) = text(&embed["title"]) {
                p.card-title { @match link(here, &embed["url"]) { Some(url) => { a href=(url) { (title) } } None => { (title) } } }
            }
            @if let Some(body) = text(&embed["description"]) { (here.text(&body)) }
            @for field in embed["fields"].as_array().into_iter().flatten() {
                p.card-field { strong { (field["name"].as_str().unwrap_or_default()) } }
                (here.text(field["value"].as_str().unwrap_or_default()))
            }
            @if let Some(name) = embed["image"]["url"].as_str().and_then(|url| url.strip_prefix("attachment://")) { (picture(post, name)) }
            @if let Some(footer) = text(&embed["footer"]["text"]) { p.quiet.small { (footer) } }
        }
    }
}

fn picture(post: &Post, name: &str) -> Markup {
    let file = post.files.iter().find(|file| file.name == name);
    let alt = file.map_or("", |file| file.description.as_str());
    // The room that it takes is known before it comes, so nothing is pushed away.
    let (width, height) = file.and_then(|file| size(&file.bytes)).unzip();
    html! { img.picture src=(address(post, name)) alt=(alt) width=[width] height=[height]; }
}

/// How wide and high a PNG is.
fn size(png: &[u8]) -> Option<(u32, u32)> {
    let number = |from: usize| Some(u32::from_be_bytes(png.get(from..from + 4)?.try_into().ok()?));
    Some((number(16)?, number(20)?))
}

fn address(post: &Post, name: &str) -> String {
    format!("/playground/file/{}/{}", post.id, encoded(name))
}

/// Files that no card shows.
fn files(post: &Post) -> Markup {
    let is_shown = |name: &str| {
        let url = format!("attachment://{name}");
        post.embeds.iter().any(|embed| embed["image"]["url"].as_str() == Some(&url))
    };
    html! {
        @for file in post.files.iter().filter(|file| !is_shown(&file.name)) {
            @if file.bytes.starts_with(b"\x89PNG") { (picture(post, &file.name)) }
            @else { p { a.button href=(address(post, &file.name)) download=(file.name) { "📎 " (file.name) } } }
        }
    }
}

/// A row of buttons, or a menu.
fn controls(here: &Here<'_>, post: &Post, row: &Value) -> Markup {
    let all: Vec<&Value> = row["components"].as_array().into_iter().flatten().collect();
    let is_button = |control: &Value| control["type"].as_u64() == Some(2);
    html! {
        @if all.iter().any(|control| is_button(control)) {
            form.row action="/playground/press" method="post" {
                (here.hidden())
                input type="hidden" name="message" value=(post.id);
                @for control in &all { (button(here, control)) }
            }
        }
        @for select in all.iter().filter(|control| !is_button(control)) { (menu_of(here, post, select)) }
    }
}

fn button(here: &Here<'_>, control: &Value) -> Markup {
    let label = [control["emoji"]["name"].as_str(), control["label"].as_str()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let off = control["disabled"] == Value::Bool(true);
    html! {
        @if let Some(url) = link(here, &control["url"]) { a.button href=(url) { (label) } }
        @else if control["url"].is_string() { button type="button" disabled { (label) } }
        @else {
            button.main[control["style"].as_u64() == Some(1)].harm[control["style"].as_u64() == Some(4)]
                name="id" value=(control["custom_id"].as_str().unwrap_or_default()) disabled[off] { (label) }
        }
    }
}

/// A select: one of several as a menu, several of them as boxes.
fn menu_of(here: &Here<'_>, post: &Post, select: &Value) -> Markup {
    let bound = |key: &str| select[key].as_u64().unwrap_or(1);
    let title = select["placeholder"].as_str().unwrap_or("Choose");
    let name = select["custom_id"].as_str().unwrap_or_default();
    let id = format!("menu-{}-{}", post.id, encoded(name));
    let choices = choices(here, select);
    html! {
        form.pick action="/playground/choose" method="post" {
            (here.hidden())
            input type="hidden" name="message" value=(post.id);
            input type="hidden" name="id" value=(name);
            @if bound("max_values") <= 1 {
                label.hidden for=(id) { (title) }
                div.joined {
                    select id=(id) name="value" {
                        option value="" { (title) }
                        @for choice in &choices { option value=(choice.value) selected[choice.chosen] { (choice.label) @if !choice.about.is_empty() { " – " (choice.about) } } }
                    }
                    button { "Choose" }
                }
            } @else {
                fieldset {
                    legend { (title) }
                    @for choice in &choices {
                        label.check { input type="checkbox" name="value" value=(choice.value) checked[choice.chosen]; span { (choice.label) @if !choice.about.is_empty() { span.quiet { " " (choice.about) } } } }
                    }
                    button { "Choose" }
                }
            }
        }
    }
}

struct Choice {
    value: String,
    label: String,
    about: String,
    chosen: bool,
}

fn choices(here: &Here<'_>, select: &Value) -> Vec<Choice> {
    let town = &here.server.town;
    let defaults: Vec<&str> =
        select["default_values"].as_array().into_iter().flatten().filter_map(|value| value["id"].as_str()).collect();
    let of = |id: Id, label: String| {
        let value = id.to_string();
        Choice { chosen: defaults.contains(&value.as_str()), value, label, about: String::new() }
    };
    let people =
        || town.people.iter().filter(|person| !person.bot).map(|person| of(person.id, format!("@{}", person.name)));
    let roles = || town.roles.iter().map(|role| of(role.id, format!("@{}", role.name.trim_start_matches('@'))));
    match select["type"].as_u64() {
        Some(5) => people().collect(),
        Some(6) => roles().collect(),
        Some(7) => people().chain(roles()).collect(),
        Some(8) => {
            let top = town.channels.values().filter(|channel| channel.parent.is_none() && channel.recipient.is_none());
            top.map(|channel| of(channel.id, format!("#{}", channel.name))).collect()
        }
        _ => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let option = |option: &Value| Choice {
                value: text(&option["value"]),
                label: text(&option["label"]),
                about: text(&option["description"]),
                chosen: option["default"] == Value::Bool(true),
            };
            select["options"].as_array().into_iter().flatten().map(option).collect()
        }
    }
}

fn reactions(post: &Post) -> Markup {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for (emoji, _) in &post.reactions {
        match counted.iter_mut().find(|(name, _)| name == emoji) {
            Some((_, count)) => *count += 1,
            None => counted.push((emoji, 1)),
        }
    }
    html! { @if !counted.is_empty() { p.reactions { @for (emoji, count) in counted { span { (emoji) " " (count) } } } } }
}

fn dismissed(here: &Here<'_>, post: &Post) -> Markup {
    html! {
        form.own action="/playground/dismiss" method="post" {
            (here.hidden())
            input type="hidden" name="message" value=(post.id);
            span.quiet.small { "Only you can see this." } button.link { "Dismiss" }
        }
    }
}

/// What Discord offers in the menu of a message that a person wrote.
fn menu(here: &Here<'_>, post: &Post) -> Markup {
    let is_bots = post.author == here.server.town.bot;
    let names = if is_bots { Vec::new() } else { here.server.commands.names(commands::kind::MESSAGE) };
    html! {
        @if !names.is_empty() {
            details.more {
                summary { "Apps" }
                form.row action="/playground/menu" method="post" {
                    (here.hidden())
                    input type="hidden" name="message" value=(post.id);
                    @for name in names { button name="name" value=(name) { (name) } }
                }
            }
        }
    }
}

/// What every form carries.
pub fn hidden(token: &str, who: &str, place: Id) -> Markup {
    html! {
        input type="hidden" name="token" value=(token);
        input type="hidden" name="as" value=(who);
        input type="hidden" name="in" value=(place);
    }
}
