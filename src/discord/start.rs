//! `/start` and its answer: a guide with the reason, or one question, or a guided choice; and its buttons.

use std::time::Instant;

use jiff::SignedDuration;
use poise::serenity_prelude::ComponentInteractionDataKind as Chosen;

use super::Bot;
use super::answers;
use super::input;
use super::member::Who;
use super::render::{MAX_TEXT, fitted};
use super::reply::{Answer, CALL_DEADLINE, older_of, persist};
use super::server::Server;
use super::sql::{self, Kept, New};
use crate::community::Community;
use crate::decisions::{self, Here};
use crate::outbox::press::{AnswerPress, Goal, Opinion, StartPress};
use crate::outbox::{self, Button, Choice, Controls, Embed, Message, Payload, Reply, Select, Style, Target};
use crate::people::{Identity, optout, person};
use crate::store::aside;
use crate::text::{escape::quoted, list};
use crate::triage::care::{self, Care};
use crate::triage::{self, Bands, DEGREES, Model, Post, Question, ResearchRow, Track};
use crate::welcome::{self, STEPS, Welcome};
use crate::wiki::reach::leads;
use crate::{Error, Result};

/// The button below a short answer.
const READ_ON: &str = "Read on";
/// How long it is worth saying an answer that somebody shares.
const SHARED: SignedDuration = SignedDuration::from_mins(15);
/// Where somebody may come from.
const BACKGROUNDS: [(&str, &str); 4] = [
    ("school", "I'm at school"),
    ("study", "I'm studying, or have studied"),
    ("work", "I work, as a programmer or otherwise"),
    ("other", "Something else"),
];

/// Who wrote a text.
#[derive(Debug, Clone, Copy)]
pub struct Author {
    /// Their id.
    pub user: u64,
    /// The message it stands in, by its channel and id, if somebody points at one.
    pub message: Option<(u64, u64)>,
}

/// `/start` with a text, and the context menu: triage of a text by `by`. Whose text tells of danger is shown people
/// to turn to, without a button, and nothing is kept.
///
/// # Errors
/// Refused if there is nothing to read.
pub async fn read(bot: &Bot, who: &Who, by: Author, text: &str, locale: &str) -> Result<Answer> {
    if text.trim().is_empty() {
        return Err(Error::refused("There is no text to read in that; use /start and say what you are after."));
    }
    let server = sql::settings(&bot.app.store, who.guild).await?;
    let here = Here::of(who.community().is_ok_and(|here| bot.app.home.has(&here)));
    let verdict = decisions::asked(&bot.app.store, here, &Post { title: "", body: text }, &server.bands).await;
    if verdict.crisis {
        let is_theirs = who.user == by.user;
        let care = || Care { locale: Some(locale) }.to_string();
        return Ok(Answer::Say(Reply::text(if is_theirs { care() } else { care::for_helper(Some(locale)) })));
    }
    bot.shared.person_limit.check(who.user)?;
    let welcome = welcome::welcome(&bot.app.store, &verdict, &bot.app.config.public_url()).await?;
    let track = welcome.guide.as_ref().map(|g| g.track);
    let Author { user: author, message } = by;
    let (asker, guild, verdict) = (who.user, who.guild, Some(&verdict));
    let new = New { asker, author, guild, post: None, message, place: None, title: "", body: text, track, verdict };
    let id = aside(answers::keep(&bot.app.store, &new, bot.app.clock.now())).await?;
    let mut reply = shown(&welcome, id, &server);
    if asker != author {
        reply.text = welcome::of_another(&reply.text);
    }
    Ok(Answer::Say(reply))
}

/// A welcome with its buttons.
fn shown(welcome: &Welcome, id: i64, server: &Server) -> Reply {
    let Some(guide) = &welcome.guide else { return asked_back(welcome, id) };
    let me = server.role_for(guide.track).map(|_| press("This is me", id, AnswerPress::Me).styled(Style::Good));
    let share = press("Share", id, AnswerPress::Share);
    let delete = press("Delete", id, AnswerPress::Delete).styled(Style::Danger);
    let own = me.into_iter().chain([share, delete]).collect();
    let rows = vec![Controls::Buttons(others(welcome, id)), Controls::Buttons(own)];
    Reply { title: Some((guide.title.clone(), guide.link.clone())), text: text(welcome), rows, ..Reply::default() }
}

/// What everybody reads: why, unless that is somebody's choice, and the first step. The rest comes on a press.
fn short(welcome: &Welcome) -> String {
    let Some(guide) = &welcome.guide else { return String::new() };
    let why = if welcome.chosen { String::new() } else { quoted(&welcome.why()) };
    let step = first_step(&guide.steps).map(|step| format!("**Your first step:** {step}")).unwrap_or_default();
    list::paragraphs([why, step])
}

/// The first of numbered steps.
fn first_step(steps: &str) -> Option<&str> {
    let first = steps.lines().find_map(|line| line.trim_start().strip_prefix("1."))?;
    Some(first.trim())
}

/// What an answer says: why, the degree's advice, the first steps, and what would lead elsewhere.
fn text(welcome: &Welcome) -> String {
    list::paragraphs([quoted(&welcome.why()), advice(welcome)])
}

/// The same without why.
fn advice(welcome: &Welcome) -> String {
    let Some(guide) = &welcome.guide else { return String::new() };
    let whole =
        if leads(&guide.link) { guide.whole() } else { format!("The whole guide: `/guide track:{}`", guide.track) };
    list::paragraphs([
        // What is said to this person comes before what is said to all.
        welcome.advice(),
        guide.summary.clone(),
        format!("**{STEPS}**\n{}", guide.steps),
        whole,
        welcome.otherwise().unwrap_or_default(),
    ])
}

fn others(welcome: &Welcome, id: i64) -> Vec<Button> {
    let others = welcome.others.iter().map(|guide| guide.track);
    others.map(|track| press(track.title(), id, AnswerPress::Go(track))).collect()
}

fn press(label: &str, id: i64, wanted: AnswerPress) -> Button {
    Button::press(label, (id, wanted))
}

/// The one question, with a button for each answer.
fn asked_back(welcome: &Welcome, id: i64) -> Reply {
    let Some(question) = &welcome.verdict.question else { return Reply::text("Use /start to choose a guide.") };
    let choice = |c: &triage::Choice| press(c.label, id, AnswerPress::Go(c.track)).styled(Style::Main);
    let none = press(question.none, id, AnswerPress::None);
    let rows = question.choices.iter().map(choice).chain([none]).map(|b| Controls::Buttons(vec![b]));
    Reply::text(asked(question, welcome)).with(rows.collect())
}

fn asked(question: &Question, welcome: &Welcome) -> String {
    format!("**{}**\n{}", question.text, quoted(&welcome.asks())).trim_end().to_owned()
}

/// The same as a message of its own accord, for the outbox.
pub fn unasked(welcome: &Welcome, id: i64) -> Payload {
    let mut buttons: Vec<Vec<Button>> = Vec::new();
    let body = match (&welcome.guide, &welcome.verdict.question) {
        (Some(guide), _) => {
            buttons.push(others(welcome, id));
            format!("**{}**\n{}", guide.title, short(welcome))
        }
        (None, Some(question)) => {
            let choices = question.choices.iter().map(|c| vec![press(c.label, id, AnswerPress::Go(c.track))]);
            buttons.extend(choices);
            asked(question, welcome)
        }
        (None, None) => String::new(),
    };
    let more = welcome.guide.as_ref().map(|_| press(READ_ON, id, AnswerPress::Read));
    let judged = [("👍", Opinion::Good), ("👎", Opinion::Bad), ("Not my question", Opinion::NotMine)];
    let judged = judged.map(|(label, opinion)| press(label, id, AnswerPress::Judge(opinion)));
    buttons.push(more.into_iter().chain(judged).collect());
    Payload { body: fitted(&body, MAX_TEXT), buttons, ..Payload::default() }
}

/// A button below an answer.
///
/// # Errors
/// Refused to everybody but the person who asked and moderators, save that everybody may read on.
pub async fn pressed(bot: &Bot, who: &Who, id: i64, wanted: AnswerPress) -> Result<Answer> {
    match wanted {
        AnswerPress::Go(track) => go(bot, who, id, track).await,
        AnswerPress::None => none(bot, who, id).await,
        AnswerPress::Me => me(bot, who, id).await,
        AnswerPress::Share => share(bot, who, id).await,
        AnswerPress::Read => rest(bot, who, id).await,
        AnswerPress::Delete => {
            found(bot, who, id).await?;
            Ok(Answer::Delete)
        }
        AnswerPress::Judge(opinion) => judge(bot, who, id, opinion).await,
    }
}

/// Another guide is the right one: it is shown in place of the first.
async fn go(bot: &Bot, who: &Who, id: i64, track: Track) -> Result<Answer> {
    let (kept, server) = answers::correct(&bot.app, id, who, track, bot.app.clock.now()).await?;
    let welcome = again(bot, &kept, &server, track).await?;
    if kept.post.is_some() {
        return Ok(Answer::Update(Reply { public: true, ..Reply::from(unasked(&welcome, id)) }));
    }
    Ok(Answer::Update(shown(&welcome, id, &server)))
}

async fn again(bot: &Bot, kept: &Kept, server: &Server, track: Track) -> Result<Welcome> {
    let verdict = kept.verdict(&server.bands);
    let base = bot.app.config.public_url();
    if verdict.track == Some(track) && verdict.action == triage::Action::Answer {
        return welcome::welcome(&bot.app.store, &verdict, &base).await;
    }
    welcome::chosen(&bot.app.store, &verdict, track, &base).await
}

/// None of the choices fits: no second question, but where to look.
async fn none(bot: &Bot, who: &Who, id: i64) -> Result<Answer> {
    let mut db = bot.app.store.read().await?;
    let server = sql::settings_in(&mut db, who.guild).await?;
    answers::pressed(&mut db, id, who, &server).await?;
    let (base, humans) = (bot.app.config.public_url(), &bot.app.config.humans_url);
    let guides =
        if leads(&base) { format!("[all guides]({base}/guides)") } else { "the guides with `/guide`".to_owned() };
    let text = format!(
        "Then look through {guides}, ask the wiki with `/wiki`, or [ask people]({humans}). They are glad to help."
    );
    Ok(Answer::Update(Reply::text(text)))
}

/// "This is me": gives the role of the guide that is shown.
///
/// # Errors
/// Refused if there is no such role or Cairn may not give it.
async fn me(bot: &Bot, who: &Who, id: i64) -> Result<Answer> {
    let (kept, server) = found(bot, who, id).await?;
    let role = kept.track.and_then(|track| server.role_for(track));
    let (Some(guild), Some(role)) = (who.guild, role) else {
        return Err(Error::refused("This server has no role for that guide any more; nothing was changed."));
    };
    bot.app.store.may_act().await?;
    let path = format!("/guilds/{guild}/members/{}/roles/{role}", who.user);
    let given = persist(Instant::now() + CALL_DEADLINE, || bot.rest.put(&path, "This is me")).await;
    match given {
        Ok(_) => Ok(Answer::Say(Reply::text("Done: you have the role of your guide now."))),
        Err(failure) if matches!(failure.status(), Some(403 | 404)) => Err(Error::refused(
            "Discord does not let Cairn give that role; ask a moderator to put Cairn's own role above it.",
        )),
        Err(failure) => Err(anyhow::anyhow!("giving a role: {failure}").into()),
    }
}

async fn found(bot: &Bot, who: &Who, id: i64) -> Result<(Kept, Server)> {
    let mut db = bot.app.store.read().await?;
    let server = sql::settings_in(&mut db, who.guild).await?;
    let kept = answers::pressed(&mut db, id, who, &server).await?;
    Ok((kept, server))
}

/// The rest of what stands in public, for anybody who reads on.
async fn rest(bot: &Bot, who: &Who, id: i64) -> Result<Answer> {
    let mut db = bot.app.store.read().await?;
    let server = sql::settings_in(&mut db, who.guild).await?;
    let kept = answers::kept(&mut db, id).await?;
    drop(db);
    let welcome = again(bot, &kept, &server, kept.track.ok_or_else(older)?).await?;
    // Why it was shown stands where it was shown.
    let welcome = Welcome { chosen: true, ..welcome };
    let guide = welcome.guide.as_ref().ok_or_else(older)?;
    let title = Some((guide.title.clone(), guide.link.clone()));
    Ok(Answer::Say(Reply { title, text: advice(&welcome), ..Reply::default() }))
}

/// Says the answer again where everybody sees it: short, and for whom it is. Below the message that somebody pointed at,
/// it is a reply to that.
///
/// # Errors
/// Refused for the message of somebody who wants no answers.
async fn share(bot: &Bot, who: &Who, id: i64) -> Result<Answer> {
    let (kept, server) = found(bot, who, id).await?;
    let track = kept.track.ok_or_else(older)?;
    let welcome = again(bot, &kept, &server, track).await?;
    let guide = welcome.guide.as_ref().ok_or_else(older)?;
    let buttons = vec![press(READ_ON, id, AnswerPress::Read), press("Delete", id, AnswerPress::Delete)];
    if let Some((channel, message)) = kept.message {
        let embed = Embed {
            title: guide.title.clone(),
            link: Some(guide.link.clone()),
            text: short(&welcome),
            ..Embed::default()
        };
        let payload = Payload { embeds: vec![embed], buttons: vec![buttons], ..Payload::default() };
        return reply_to(bot, &kept, Target::DiscordReply { channel, message }, payload).await;
    }
    let whom = kept.author.trim_start_matches("discord:");
    let text = format!("For <@{whom}>. {}", short(&welcome));
    let title = Some((guide.title.clone(), guide.link.clone()));
    let rows = vec![Controls::Buttons(buttons)];
    Ok(Answer::Say(Reply { title, text, rows, public: true, ..Reply::default() }))
}

async fn reply_to(bot: &Bot, kept: &Kept, target: Target, payload: Payload) -> Result<Answer> {
    let (now, author) = (bot.app.clock.now(), kept.author.parse::<Identity>()?);
    let mut tx = bot.app.store.write().await?;
    if optout::opted_out(&mut tx, &author).await? {
        return Err(Error::refused("They asked Cairn never to answer their messages; tell them yourself."));
    }
    let about = Some(person(&mut tx, &author, now).await?.0);
    let (community, expires) = (kept.guild.map(Community::Discord), now.checked_add(SHARED).ok());
    let message =
        Message { community, about, payload, expires, ..Message::new(format!("share/{}", kept.id), target, "") };
    let is_new = outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    bot.app.nudge.notify_one();
    let said = if is_new { "Shared as a reply to that message." } else { "It is shared already." };
    Ok(Answer::Say(Reply::text(said)))
}

/// What the author thinks of an answer to a post.
async fn judge(bot: &Bot, who: &Who, id: i64, opinion: Opinion) -> Result<Answer> {
    answers::judge(&bot.app, id, who, opinion, bot.app.clock.now()).await?;
    Ok(match opinion {
        Opinion::Good => Answer::Say(Reply::text("Thank you, good luck!")),
        Opinion::Bad => Answer::Say(Reply::text(
            "Thank you for saying so. Press the guide that fits you, or “Not my question” to take the answer away.",
        )),
        Opinion::NotMine => Answer::Delete,
    })
}

/// `/start` without a text: what are you after?
pub fn goals() -> Reply {
    let goals = Goal::ALL.map(|goal| Button::press(label(goal), StartPress::Goal(goal)).styled(Style::Main));
    Reply::text("**What would you like to do with machine learning?**\nTwo or three clicks, and you have your guide. Or say it in your own words: `/start text:`")
        .with_buttons(goals.into())
}

/// A goal as people read it.
pub fn label(goal: Goal) -> &'static str {
    match goal {
        Goal::Job => "A job or a future in it",
        Goal::Research => "Research",
        Goal::Fun => "Fun, or a project of my own",
    }
}

/// A step of the guided choice. On the panel, which stays as it is, the answer is a message of its own.
///
/// # Errors
/// Refused if the choice is from an older Cairn.
pub async fn step(bot: &Bot, who: &Who, step: StartPress, chosen: &Chosen) -> Result<Answer> {
    match step {
        StartPress::Begin | StartPress::Find => Ok(Answer::Say(goals())),
        StartPress::Goal(goal) => Ok(Answer::Update(self::goal(bot, who, goal).await?)),
        StartPress::PanelGoal(goal) => Ok(Answer::Say(self::goal(bot, who, goal).await?)),
        StartPress::Background(goal) => Ok(Answer::Update(background(bot, who, goal, chosen).await?)),
        StartPress::Degree => Ok(Answer::Update(by_degree(bot, who, chosen).await?)),
        // Only a form asks for that.
        StartPress::Words => Err(older()),
    }
}

/// The goal is known: where do you come from?
async fn goal(bot: &Bot, who: &Who, goal: Goal) -> Result<Reply> {
    if goal == Goal::Fun {
        return finish(bot, who, Track::Hacker, None).await;
    }
    let options = BACKGROUNDS.map(|(value, label)| Choice::new(value, label)).into();
    let select = Select::one_of(StartPress::Background(goal), "What you do now", options);
    Ok(Reply::text("**What do you do now?**").with(vec![select.into()]))
}

/// The background is known: that decides, or the degree does.
async fn background(bot: &Bot, who: &Who, goal: Goal, chosen: &Chosen) -> Result<Reply> {
    match (goal, input::value(chosen).ok_or_else(older)?) {
        (_, "school") => finish(bot, who, Track::HighSchool, None).await,
        (Goal::Job, _) => finish(bot, who, Track::Engineer, None).await,
        (Goal::Research, _) => {
            let option = |(i, row): (usize, &ResearchRow)| Choice::new(i.to_string(), degree(row));
            let none = Choice::new("none", "None of these");
            let options = DEGREES.iter().enumerate().map(option).chain([none]).collect();
            let select = Select::one_of(StartPress::Degree, "Your degree, held or under way", options);
            Ok(Reply::text("**Which degree do you have, or are you doing?**").with(vec![select.into()]))
        }
        (Goal::Fun, _) => Err(older()),
    }
}

/// The degree is known.
async fn by_degree(bot: &Bot, who: &Who, chosen: &Chosen) -> Result<Reply> {
    let row = input::value(chosen).ok_or_else(older)?.parse::<usize>().ok().and_then(|i| DEGREES.get(i));
    finish(bot, who, Track::Researcher, row.copied()).await
}

/// A row of the degree table as people read it.
fn degree(row: &ResearchRow) -> String {
    let degree = match row.degree {
        "phd" => "PhD",
        "masters" => "Research Master's",
        _ => "Undergraduate",
    };
    let field = match row.field {
        "ml-statistics-cs" => "machine learning, statistics or computer science",
        "maths-statistics-physics" => "mathematics, statistics or physics",
        "cs-software" => "computer science or software",
        "other-quantitative" => "another subject with much mathematics",
        _ => "a subject without much mathematics",
    };
    format!("{degree}: {field}")
}

/// The end of the guided choice.
async fn finish(bot: &Bot, who: &Who, track: Track, row: Option<ResearchRow>) -> Result<Reply> {
    let mut verdict = triage::triage_explicit(Model::builtin(), &Post::default(), &Bands::default());
    verdict.research_row = row;
    let welcome = welcome::chosen(&bot.app.store, &verdict, track, &bot.app.config.public_url()).await?;
    let server = sql::settings(&bot.app.store, who.guild).await?;
    let (asker, guild, track) = (who.user, who.guild, Some(track));
    let new = New {
        asker,
        author: asker,
        guild,
        post: None,
        message: None,
        place: None,
        title: "",
        body: "",
        track,
        verdict: None,
    };
    let id = aside(answers::keep(&bot.app.store, &new, bot.app.clock.now())).await?;
    // They told what they are after; the guide follows from that.
    Ok(Reply { text: advice(&welcome), ..shown(&welcome, id, &server) })
}

fn older() -> Error {
    older_of("/start")
}
