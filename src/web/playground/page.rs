//! The page: channels, people and the clock beside a channel, and what stands in it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::message::{self, Here, hidden};
use super::{Room, assets};
use crate::playground::stand_in::posts::Post;
use crate::playground::stand_in::state::{Id, State as Server};
use crate::playground::stand_in::town::{Channel, kind};
use crate::playground::visit::{self, Form, MAX_MESSAGE, Visitor};
use crate::playground::{MEMBERS, MODERATOR, Stage, Suggestion, topic};
use crate::web::failure::Failure;
use crate::web::layout::{Page, encoded};

/// How long a page that waits for something new is held.
const HELD: Duration = Duration::from_secs(20);
/// The most messages that are shown.
const SHOWN: usize = 120;
/// What a newcomer may try, and in which words.
const TRIES: [(&str, &str); 4] = [
    (
        "Ask as a newcomer would",
        "hi, I make small games as a hobby and want to learn machine learning just for fun. Where do I start?",
    ),
    ("Log what you studied", "/study log minutes:45"),
    ("Ask the wiki", "/wiki query:which laptop do I need"),
    ("See what there is", "/help"),
];

#[derive(Deserialize)]
pub struct Asked {
    #[serde(rename = "as", default)]
    who: String,
    #[serde(rename = "in", default)]
    place: String,
    /// What the line says.
    #[serde(default)]
    say: String,
    /// What the page that asks shows already.
    #[serde(default)]
    seen: String,
}

/// `/playground`
pub async fn page(State(room): State<Room>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let stage = room.playground.enter().await?;
    let who = stage.person(&asked.who).or_else(|| stage.person(MEMBERS[0])).unwrap_or(0);
    let place = stage.shared.with(|server| place(server, who, &asked.place));
    let view = View { room: &room, stage: &stage, who, place };
    if !asked.seen.is_empty() {
        let seen = |server: &mut Server| (view.mark(server) != asked.seen).then_some(());
        let _ = stage.shared.wait(HELD, seen).await;
        stage.visited();
    }
    let commands = stage.suggest(who, place, "/").await;
    let main = stage.shared.look(|server| view.whole(server, &asked.say, &commands));
    Ok(Page::new("Playground")
        .about("A channel to try Cairn in. Its people and data are pretend.")
        .without_search()
        .with_head(head())
        .show(main))
}

fn head() -> Markup {
    html! {
        link rel="stylesheet" href=(*assets::STYLE_ADDRESS);
        script src=(*assets::SCRIPT_ADDRESS) defer {}
    }
}

/// The channel that is asked for, or the first.
fn place(server: &mut Server, who: Id, asked: &str) -> Id {
    let own = visit::conversation(server, who);
    let wanted = if asked == "me" { own } else { asked.parse().unwrap_or(0) };
    let found = server.town.channels.get(&wanted).filter(|channel| visit::may_see(channel, who));
    found.or_else(|| server.town.channels.values().next()).map_or(0, |channel| channel.id)
}

/// `/playground/offers`: what is offered while a command is typed.
pub async fn offers(State(room): State<Room>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let stage = room.playground.enter().await?;
    let who = stage.person(&asked.who).unwrap_or(0);
    let offered = stage.suggest(who, asked.place.parse().unwrap_or(0), &asked.say).await;
    Ok(html! { (maud::DOCTYPE) html lang="en" { head { title { "Commands" } } body { (listed(&offered)) } } })
}

fn listed(offered: &[Suggestion]) -> Markup {
    html! {
        ul #offers role="listbox" aria-label="Commands" {
            @for (n, offer) in offered.iter().enumerate() {
                li id=(format!("offer-{n}")) role="option" aria-selected=(n == 0) data-line=(offer.line) { b { (offer.name) } span { (offer.about) } }
            }
        }
    }
}

/// `/playground/file/{post}/{file}`: an attachment.
pub async fn file(State(room): State<Room>, Path((post, name)): Path<(Id, String)>) -> Result<Response, Failure> {
    let stage = room.playground.enter().await?;
    let found = stage.shared.look(|server| server.posts.all.get(&post)?.files.iter().find(|f| f.name == name).cloned());
    let file = found.ok_or_else(|| Failure::with(StatusCode::NOT_FOUND, "This file is gone."))?;
    let is_picture = file.bytes.starts_with(b"\x89PNG");
    let kind = if is_picture { "image/png" } else { "application/octet-stream" };
    let how = if is_picture { "inline" } else { "attachment" };
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, how)], file.bytes).into_response())
}

/// What somebody sees.
struct View<'a> {
    room: &'a Room,
    stage: &'a Stage,
    who: Id,
    place: Id,
}

impl View<'_> {
    /// A mark of all that changes by itself.
    fn mark(&self, server: &Server) -> String {
        let mut hasher = DefaultHasher::new();
        let visitors = self.stage.visitors();
        let parts = [
            self.side(server, visitors.get(&self.who)),
            self.feed(server),
            self.popup(server, visitors.get(&self.who)),
        ];
        drop(visitors);
        parts.iter().for_each(|part| part.0.hash(&mut hasher));
        format!("{:016x}", hasher.finish())
    }

    fn name(&self, server: &Server) -> String {
        server.town.find_person(self.who).map(|person| person.name.clone()).unwrap_or_default()
    }

    fn here<'s>(&self, server: &'s Server, name: &'s str) -> Here<'s> {
        let (site, token) = (self.stage.app().config.public_url(), self.room.token.to_string());
        Here { site, server, name, place: self.place, token, now: self.stage.now() }
    }

    fn whole(&self, server: &Server, say: &str, commands: &[Suggestion]) -> Markup {
        let mark = self.mark(server);
        let name = self.name(server);
        let mut visitors = self.stage.visitors();
        let visitor = visitors.entry(self.who).or_default();
        let newest = shown(server, self.who, self.place).last().map_or(0, |post| post.id);
        visitor.seen.retain(|(place, _)| *place != self.place);
        visitor.seen.push((self.place, newest));
        let visitor = &*visitor;
        let channel = server.town.channels.get(&self.place);
        html! {
            div.row { h1 { "Playground" } p.quiet { "A pretend server with the real program behind it. Nobody else sees it." } }
            noscript { p.note { "Without JavaScript all of it works by forms: write a line or a command and press Send; load the page again to see what came later." } }
            div #stage.stage data-seen=(mark) data-as=(name) data-in=(self.place) {
                (self.side(server, Some(visitor)))
                section.channel aria-labelledby="ch" {
                    header #head { h2 #ch { (channel.map(title).unwrap_or_default()) } p { (channel.map(|c| topic(&c.name)).unwrap_or_default()) } }
                    (self.feed(server))
                    (self.popup(server, Some(visitor)))
                    (self.composer(server, visitor, say, commands))
                }
            }
            div.beside {
                a.button href="/playground/reddit" { "Try a Reddit post" }
                p.quiet.small { "Links lead to the playground’s own copy of the web page. Nothing here changes the real one." }
                (self.over(&name))
            }
        }
    }

    fn side(&self, server: &Server, visitor: Option<&Visitor>) -> Markup {
        let me = self.name(server);
        html! {
            div #side.stage-side {
                h2 { "Channels" }
                ul {
                    @for channel in visit::channels(server, self.who) {
                        @let new = unseen(server, visitor, self.who, channel.id, self.place);
                        li.below[channel.parent.is_some()] {
                            a href=(format!("/playground?as={me}&in={}", channel.id)) aria-current=[(channel.id == self.place).then_some("page")] {
                                span { (title(channel)) }
                                @if new > 0 { b.count { (new) span.hidden { " new" } } }
                            }
                        }
                    }
                }
                h2 #you { "You are" }
                ul aria-labelledby="you" {
                    @for name in MEMBERS.iter().chain([&MODERATOR]) {
                        li { a href=(format!("/playground?as={name}&in={}", self.place_for(server))) aria-current=[(**name == me).then_some("true")] {
                            span { (name) } @if *name == MODERATOR { span.quiet.small { "moderator" } }
                        } }
                    }
                }
                (self.clock(&me))
            }
        }
    }

    /// Where somebody else begins: in the same channel, or in a conversation of their own.
    fn place_for(&self, server: &Server) -> String {
        let is_own = server.town.channels.get(&self.place).is_some_and(|channel| channel.kind == kind::DM);
        if is_own { "me".to_owned() } else { self.place.to_string() }
    }

    fn clock(&self, me: &str) -> Markup {
        html! {
            form.clock action="/playground/leap" method="post" {
                (hidden(&self.room.token, me, self.place))
                p { strong { (written(self.stage.now(), "%A, %H:%M")) } br; span.quiet.small { (written(self.stage.now(), "%-d %B %Y, UTC")) } }
                @if let Some(until) = self.stage.leaping() {
                    p.quiet.small { "Time moves on to " (written(until, "%A, %H:%M")) "…" }
                } @else {
                    button name="to" value="monday" { "Jump to Monday 09:00" }
                    button name="to" value="day" { "One day on" }
                    button name="to" value="hour" { "One hour on" }
                }
            }
        }
    }

    fn feed(&self, server: &Server) -> Markup {
        let name = self.name(server);
        let here = self.here(server, &name);
        let posts = shown(server, self.who, self.place);
        html! {
            ol #feed.feed tabindex="0" aria-label="Messages" {
                @if posts.is_empty() { li.quiet { "Nobody has said anything here yet." } }
                @for (n, post) in posts.iter().enumerate() { (message::message(&here, post, n + 1 == posts.len())) }
            }
        }
    }

    fn popup(&self, server: &Server, visitor: Option<&Visitor>) -> Markup {
        let form = visitor.and_then(|visitor| visitor.form.as_ref());
        html! { div #popup { @if let Some(form) = form { (self.form(server, form)) } } }
    }

    fn form(&self, server: &Server, form: &Form) -> Markup {
        let me = self.name(server);
        html! {
            dialog open aria-labelledby="form-title" data-key=(form.custom_id) {
                h2 #form-title { (form.title) }
                form action="/playground/submit" method="post" {
                    (hidden(&self.room.token, &me, self.place))
                    @for (n, field) in form.fields.iter().enumerate() { (input(n, field)) }
                    div.row { button.main { "Submit" } button name="close" value="yes" formnovalidate { "Not now" } }
                }
            }
        }
    }

    fn composer(&self, server: &Server, visitor: &Visitor, say: &str, commands: &[Suggestion]) -> Markup {
        let me = self.name(server);
        let refused = visitor.refused.as_ref().filter(|(place, ..)| *place == self.place);
        let line = match refused {
            Some((_, _, typed)) if say.is_empty() => typed.as_str(),
            _ => say,
        };
        let place = server.town.channels.get(&self.place).map(title).unwrap_or_default();
        let way = |say: &str| format!("/playground?as={me}&in={}&say={}#say", self.place, encoded(say));
        html! {
            div.composer {
                div #refused role="status" { @if let Some((_, why, _)) = refused { p.refused { (why) } } }
                div #offered.commands hidden {}
                form #line action="/playground/say" method="post" {
                    (hidden(&self.room.token, &me, self.place))
                    label.hidden for="say" { "Message to " (place) }
                    div.joined {
                        input #say name="text" value=(line) maxlength=(MAX_MESSAGE) autocomplete="off" placeholder="Write, or type /" required;
                        button.main { "Send" }
                    }
                }
                ul.tries aria-label="Try" { @for (what, say) in TRIES { li { a href=(way(say)) data-say=(say) { (what) } } } }
                details.all {
                    summary { "All commands" }
                    ul { @for command in commands { li { a href=(way(&command.line)) data-say=(command.line) { (command.name) } " " span.quiet { (command.about) } } } }
                }
            }
        }
    }

    fn over(&self, me: &str) -> Markup {
        html! {
            details.over {
                summary { "Start over" }
                p { "This forgets everything that was said and logged in the playground. What Cairn holds beside it stays." }
                form action="/playground/wipe" method="post" data-plain { (hidden(&self.room.token, me, self.place)) button.harm { "Forget all of it" } }
            }
        }
    }
}

/// A field of a form that has popped up.
fn input(number: usize, field: &Value) -> Markup {
    let text = |key: &str| field[key].as_str().unwrap_or_default();
    let (id, name) = (format!("field-{number}"), format!("field.{}", text("custom_id")));
    let required = field["required"] != Value::Bool(false);
    let (least, most) = (field["min_length"].as_u64(), field["max_length"].as_u64().unwrap_or(4_000));
    html! {
        div.field {
            label for=(id) { (text("label")) @if !required { span.quiet { " (you may leave this empty)" } } }
            @if field["style"].as_u64() == Some(2) {
                textarea id=(id) name=(name) rows="8" placeholder=(text("placeholder")) required[required] minlength=[least] maxlength=(most) { "\n" (text("value")) }
            } @else {
                input id=(id) name=(name) value=(text("value")) placeholder=(text("placeholder")) required[required] minlength=[least] maxlength=(most) autocomplete="off";
            }
        }
    }
}

fn title(channel: &Channel) -> String {
    match channel.kind {
        kind::DM => "Messages to you".to_owned(),
        kind::PUBLIC_THREAD => format!("↳ {}", channel.name),
        _ => format!("# {}", channel.name),
    }
}

fn written(at: Timestamp, form: &str) -> String {
    at.to_zoned(TimeZone::UTC).strftime(form).to_string()
}

/// The messages of a channel that a person sees, oldest first.
fn shown(server: &Server, who: Id, place: Id) -> Vec<&Post> {
    let mine = |post: &&Post| post.channel == place && post.ephemeral_for.is_none_or(|only| only == who);
    let mut newest: Vec<&Post> = server.posts.all.values().rev().filter(mine).take(SHOWN).collect();
    newest.reverse();
    newest
}

/// How many messages of others a person has not seen in a channel.
fn unseen(server: &Server, visitor: Option<&Visitor>, who: Id, channel: Id, here: Id) -> usize {
    if channel == here {
        return 0;
    }
    let last = visitor.and_then(|v| v.seen.iter().find(|(place, _)| *place == channel)).map_or(0, |(_, last)| *last);
    let new = |post: &&Post| {
        let is_mine = post.ephemeral_for.is_none_or(|only| only == who);
        post.channel == channel && post.author != who && is_mine && post.id > last
    };
    server.posts.all.values().filter(new).count()
}
