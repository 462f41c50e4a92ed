//! `/guide` and `/wiki`: a section of a page, or what the wiki has on a question.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use poise::serenity_prelude as serenity;
use serenity::ComponentInteractionDataKind as Chosen;

use super::Bot;
use super::context::MAX_CHOICES;
use super::input;
use super::member::Who;
use super::render::{MAX_TEXT, fitted};
use super::reply::{Answer, older_of};
use crate::outbox::press::{MAX_ID, RevisitPress, Thing, WikiPress};
use crate::outbox::{Choice, Reply, Select};
use crate::store::aside;
use crate::text::cut;
use crate::text::escape::{self, quoted};
use crate::triage::Track;
use crate::wiki::search::{self, CHOICES, Found, Hit};
use crate::wiki::{self, Platform, Section, Snippet, Stored, gaps};
use crate::{Error, Kind, Result, welcome};

/// What somebody opens so soon after they asked in vain may be what they asked for.
const LATELY: SignedDuration = SignedDuration::from_mins(15);
/// Of how many people that is remembered.
const MOST_MISSES: usize = 1_000;

/// `/guide`: a track's guide, or one section of it.
///
/// # Errors
/// Refused, with the sections there are, if it has no such section.
pub async fn guide(bot: &Bot, track: Track, section: Option<&str>) -> Result<Answer> {
    let (store, base, anchor) = (&bot.app.store, bot.app.config.public_url(), section.unwrap_or_default());
    // What autocomplete offered is there; only what somebody typed needs the whole page.
    if !anchor.is_empty()
        && let Some(snippet) = wiki::guide_section(store, track, anchor, &base).await?
    {
        let page = snippet.page.clone();
        return Ok(Answer::Say(shareable(framed(snippet.for_platform(Platform::Discord)), &page, anchor)));
    }
    let stored = wiki::guide(store, track).await?;
    match section_of_page(&stored, anchor, &base) {
        Ok(reply) => Ok(Answer::Say(shareable(reply, &stored.page.front.slug, anchor))),
        Err(error) if error.kind() == Some(Kind::NotFound) => Ok(Answer::Say(sections(&stored, anchor))),
        Err(error) => Err(error),
    }
}

/// The sections of a page to choose from, instead of one that it does not have.
fn sections(stored: &Stored, wanted: &str) -> Reply {
    let slug = &stored.page.front.slug;
    let option = |section: &Section| {
        let value = format!("{slug}#{}", section.anchor);
        (value.chars().count() <= MAX_ID).then(|| Choice::new(value, short(&section.heading)))
    };
    let chapters = stored.page.sections.iter().filter(|section| section.level == 2);
    let options = chapters.filter_map(option).take(MAX_CHOICES).collect();
    let select = Select::one_of(WikiPress::Choose, "Its sections", options);
    let wanted: String = wanted.chars().take(60).collect();
    Reply::text(format!("This guide has no section “{}”. Choose one that it has:", quoted(&wanted)))
        .with(vec![select.into()])
}

/// A section by page and anchor; the lead, with a table of contents, if the anchor is empty.
async fn section_of(bot: &Bot, page: &str, anchor: &str) -> Result<Reply> {
    let (store, base) = (&bot.app.store, bot.app.config.public_url());
    if !anchor.is_empty()
        && let Some(snippet) = wiki::section(store, page, anchor, &base).await?
    {
        return Ok(framed(snippet.for_platform(Platform::Discord)));
    }
    section_of_page(&wiki::page(store, page).await?, anchor, &base)
}

fn section_of_page(stored: &Stored, anchor: &str, base: &str) -> Result<Reply> {
    let wanted = if anchor.is_empty() { stored.page.sections.first() } else { stored.page.section(anchor) };
    let section = wanted.ok_or_else(|| wiki::no_section(&stored.page, anchor))?;
    let mut reply = framed(stored.snippet(section, base).for_platform(Platform::Discord));
    if anchor.is_empty() {
        let slug = &stored.page.front.slug;
        let sections = stored.page.sections.iter().filter(|s| s.level == 2);
        let contents = sections.map(|s| format!("- [{}]({})", s.heading, wiki::link(base, slug, &s.anchor)));
        let contents = contents.collect::<Vec<_>>().join("\n");
        reply.text = format!("{}\n\n{}\n\n**In this page**\n{contents}", stored.page.front.summary, reply.text);
        reply.text = fitted(reply.text.trim(), MAX_TEXT);
    }
    Ok(reply)
}

fn framed(snippet: Snippet) -> Reply {
    let footer = format!("{} · reviewed {} · revision {}", snippet.title, snippet.reviewed, snippet.revision);
    Reply { title: Some((snippet.heading, snippet.link)), text: snippet.text, footer: Some(footer), ..Reply::default() }
}

/// With buttons that show the same to everybody, what comes next, and the same again on a date, if its name is short enough.
fn shareable(mut reply: Reply, page: &str, anchor: &str) -> Reply {
    let place = format!("{page}#{anchor}");
    reply.offer(WikiPress::Show(place.clone()), "Share");
    reply.offer(WikiPress::Next(place.clone()), "Next section");
    let thing = Thing::Section(place);
    if thing.fits() {
        reply.offer(RevisitPress::Ask(thing), "Remind me");
    }
    reply
}

/// With buttons that say whether this was the answer, if the question is short enough.
fn judgeable(mut reply: Reply, question: &str) -> Reply {
    reply.offer(WikiPress::Helped(question.to_owned()), "👍 That helped");
    reply.offer(WikiPress::Missed(question.to_owned()), "👎 Not what I asked");
    reply
}

/// An answer of the wiki was what somebody asked: one note that the question found nothing goes.
async fn helped(bot: &Bot, question: &str) -> Result<Answer> {
    aside(gaps::answered(&bot.app.store, question)).await?;
    Ok(Answer::Say(Reply::text("Good to know, thank you.")))
}

/// Shows a list of sections to everybody. It has no select: that would change the list for all.
async fn share_list(bot: &Bot, question: &str) -> Result<Answer> {
    let (store, base, humans) = (&bot.app.store, bot.app.config.public_url(), &bot.app.config.humans_url);
    let answer = search::search(store, question, CHOICES, &base, humans).await?;
    match answer.found() {
        Found::Choices(hits) => Ok(Answer::Say(Reply { rows: Vec::new(), public: true, ..choices(&answer, hits, "") })),
        _ => Err(Error::refused("The wiki has changed since; ask again with /wiki.")),
    }
}

/// An answer of the wiki was not what somebody asked: the question counts like one that found nothing.
async fn not_asked(bot: &Bot, question: &str) -> Result<Answer> {
    aside(gaps::note_disliked(&bot.app.store, question, bot.app.clock.now())).await?;
    let seen = if bot.app.home.exists() { " The moderators will see your question." } else { "" };
    let humans = &bot.app.config.humans_url;
    Ok(Answer::Say(Reply::text(format!("Thank you for saying so.{seen} {}", search::elsewhere(humans, None)))))
}

/// The section after another, in its place.
async fn next(bot: &Bot, place: &str) -> Result<Answer> {
    let (page, anchor) = place.split_once('#').unwrap_or((place, ""));
    let stored = wiki::page(&bot.app.store, page).await?;
    let sections = &stored.page.sections;
    let at = if anchor.is_empty() { Some(0) } else { sections.iter().position(|section| section.anchor == anchor) };
    let next = at
        .and_then(|at| sections.get(at + 1))
        .ok_or_else(|| Error::refused("That was the last section; /guide and /wiki show you others."))?;
    let snippet = stored.snippet(next, &bot.app.config.public_url()).for_platform(Platform::Discord);
    Ok(Answer::Update(shareable(framed(snippet), page, &next.anchor)))
}

/// Shows a section to everybody.
async fn show(bot: &Bot, place: &str) -> Result<Answer> {
    let (page, anchor) = place.split_once('#').unwrap_or((place, ""));
    Ok(Answer::Say(Reply { public: true, ..section_of(bot, page, anchor).await? }))
}

/// `/wiki`: one section, a choice of several, or nothing good.
///
/// # Errors
/// Refused if the question is empty or too long.
pub async fn wiki(bot: &Bot, user: u64, query: &str) -> Result<Answer> {
    let (store, base, humans) = (&bot.app.store, bot.app.config.public_url(), &bot.app.config.humans_url);
    // What autocomplete offered is a place, not a question.
    if let Some((page, anchor)) = query.split_once('#')
        && wiki::page(store, page).await.is_ok()
    {
        let reply = section_of(bot, page, anchor).await?;
        opened(bot, user, page, anchor).await?;
        return Ok(Answer::Say(shareable(reply, page, anchor)));
    }
    let mut answer = search::search(store, query, CHOICES, &base, humans).await?;
    answer.is_read = bot.app.home.exists();
    let read = answer.read_as(escape::discord).into_iter().map(|line| line + "\n");
    // Who asks how to get started is shown the guide first.
    let guide = welcome::to_search(store, query, &base).await?.map(|welcome| match &welcome.guide {
        Some(guide) => format!("{}\n{}\n\n", guide.lead(), welcome.why()),
        None => format!("{}\n\n", welcome.choices()),
    });
    let read: String = guide.into_iter().chain(read).collect();
    match answer.found() {
        Found::Clear(hit) => {
            let (page, anchor) = place(hit);
            opened(bot, user, page, anchor).await?;
            let mut reply = shareable(framed(hit.snippet.clone().for_platform(Platform::Discord)), page, anchor);
            reply.text.insert_str(0, &read);
            Ok(Answer::Say(judgeable(reply, query)))
        }
        Found::Choices(hits) => {
            if answer.is_gap() {
                aside(gaps::note(store, query, bot.app.clock.now())).await?;
                store.beside::<Misses>().missed(user, query, bot.app.clock.now());
            }
            let mut reply = choices(&answer, hits, &read);
            reply.offer(WikiPress::ShareList(query.to_owned()), "Share");
            Ok(Answer::Say(judgeable(reply, query)))
        }
        Found::Courtesy(reply) => Ok(Answer::Say(Reply::text(reply))),
        Found::Nothing => {
            aside(gaps::note(store, query, bot.app.clock.now())).await?;
            store.beside::<Misses>().missed(user, query, bot.app.clock.now());
            Ok(Answer::Say(Reply::text(format!("{read}{} {}", answer.nothing(), search::elsewhere(humans, None)))))
        }
    }
}

/// Who asked in vain lately, and what: for minutes, in memory alone.
#[derive(Debug, Default)]
struct Misses(Mutex<VecDeque<(u64, String, Timestamp)>>);

impl Misses {
    fn missed(&self, user: u64, question: &str, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(known, _, at)| *known != user && now.duration_since(*at) <= LATELY);
        if all.len() >= MOST_MISSES {
            all.pop_front();
        }
        all.push_back((user, question.to_owned(), now));
    }

    /// What they asked in vain, once.
    fn found(&self, user: u64, now: Timestamp) -> Option<String> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(known, ..)| *known == user)?;
        let (_, question, asked) = all.remove(at)?;
        (now.duration_since(asked) <= LATELY).then_some(question)
    }
}

fn place(hit: &Hit) -> (&str, &str) {
    (&hit.snippet.page, hit.snippet.link.split_once('#').map_or("", |(_, anchor)| anchor))
}

fn choices(answer: &search::Answer, hits: &[Hit], read: &str) -> Reply {
    let lines = search::listed(hits);
    let option = |hit: &Hit| {
        let (page, anchor) = place(hit);
        let value = format!("{page}#{anchor}");
        let fits = value.chars().count() <= MAX_ID;
        let about = Some(short(&hit.snippet.title)).filter(|_| hit.snippet.title != hit.snippet.heading);
        fits.then(|| Choice { about, ..Choice::new(value, short(&hit.snippet.heading)) })
    };
    let options = hits.iter().filter_map(option).collect();
    let select = Select::one_of(WikiPress::Choose, "Show one of them", options);
    let title = Some((answer.heading().to_owned(), String::new()));
    let people = if answer.is_sure { String::new() } else { format!("\n{}", answer.people()) };
    Reply { title, text: format!("{read}{lines}{people}"), rows: vec![select.into()], ..Reply::default() }
}

/// A name within Discord's 100 characters.
pub fn short(text: &str) -> String {
    cut::characters(text, MAX_ID)
}

/// A button or select below what the wiki says. That is no secret, so anybody may press.
///
/// # Errors
/// Refused if page or section are gone.
pub async fn pressed(bot: &Bot, who: &Who, wanted: &WikiPress, chosen: &Chosen) -> Result<Answer> {
    match wanted {
        WikiPress::Choose => self::chosen(bot, who, chosen).await,
        WikiPress::Show(place) => show(bot, place).await,
        WikiPress::Next(place) => next(bot, place).await,
        WikiPress::Missed(question) => not_asked(bot, question).await,
        WikiPress::Helped(question) => helped(bot, question).await,
        WikiPress::ShareList(question) => share_list(bot, question).await,
    }
}

/// One of several sections was chosen.
async fn chosen(bot: &Bot, who: &Who, chosen: &Chosen) -> Result<Answer> {
    let place = input::values(chosen).ok_or_else(|| older_of("/wiki"))?.first().map_or("", String::as_str);
    let (page, anchor) = place.split_once('#').unwrap_or((place, ""));
    if page.is_empty() {
        return Err(Error::refused("Nothing was chosen; choose one of the sections."));
    }
    let reply = section_of(bot, page, anchor).await?;
    opened(bot, who.user, page, anchor).await?;
    Ok(Answer::Update(shareable(reply, page, anchor)))
}

/// Somebody opened a section: if they had asked in vain just before, moderators may point others there.
async fn opened(bot: &Bot, user: u64, page: &str, anchor: &str) -> Result<()> {
    let now = bot.app.clock.now();
    match bot.app.store.beside::<Misses>().found(user, now) {
        Some(question) => aside(gaps::note_find(&bot.app.store, &question, (page, anchor), now)).await,
        None => Ok(()),
    }
}
