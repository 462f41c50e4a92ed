//! What a person is shown, and how it gets there: cut, ringing for nobody, and in time.

use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use serenity::{
    ApplicationId, ButtonStyle, CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateEmbed,
    CreateEmbedFooter, CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal,
    EditInteractionResponse, InteractionId, InteractionResponseFlags,
};
use tracing::{error, warn};

use super::age::{Age, long_before};
use super::http::{Failure, Refusal, Rest};
use super::lookup::MAX_ID;
use super::outlet;
use crate::outbox::{Button, Payload, Press};
use crate::store::{DoneBefore, Gate, Once};
use crate::wiki::reach::{leads, unlinked};
use crate::wiki::snippet;
use crate::{Error, Result, metrics};

/// The most characters of a text. Discord takes 2,000; the rest is room for what we add.
pub const MAX_TEXT: usize = 1_900;
/// The most buttons of a row, and the most rows.
const ROOM: usize = 5;
/// The most characters of a title.
const MAX_TITLE: usize = 250;
/// Discord waits three seconds for a first answer. Whoever is slower says "thinking…" first.
const SOON: Duration = Duration::from_millis(1_500);
/// An interaction of this age is answered with "thinking…" at the latest.
const LATEST: Duration = Duration::from_millis(2_200);
/// How long a first answer is tried, with time left for the way there.
const FIRST: Duration = Duration::from_millis(2_700);
/// How long what follows it is tried: what answers an interaction is good for 15 minutes.
const FOLLOWING: Duration = Duration::from_secs(14 * 60 + 30);
/// How long other calls are tried, for which nobody waits with a clock.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// "Interaction has already been acknowledged."
const ANSWERED_ALREADY: u32 = 40_060;

/// A message to somebody who asked.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// Heading and where it leads. With a heading, the text stands in a frame.
    pub title: Option<(String, String)>,
    /// Discord's Markdown. User text in it must have gone through [`crate::text::escape::discord`].
    pub text: String,
    /// Small print.
    pub footer: Option<String>,
    /// Frames below it.
    pub frames: Vec<CreateEmbed>,
    /// Buttons and selects.
    pub rows: Vec<CreateActionRow>,
    /// Attachments.
    pub files: Vec<CreateAttachment>,
    /// Whether everybody sees it.
    pub public: bool,
}

impl Reply {
    /// A text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same with rows of buttons and selects.
    #[must_use]
    pub fn with(mut self, rows: Vec<CreateActionRow>) -> Self {
        self.rows = rows;
        self
    }

    /// Adds a button to the last row that has room for it; nothing if Discord would not take the id or one row more.
    pub fn offer(&mut self, id: String, label: &str) {
        if id.chars().count() > MAX_ID {
            return;
        }
        let button = CreateButton::new(id).label(label).style(ButtonStyle::Secondary);
        let rows = self.rows.len();
        match self.rows.last_mut() {
            Some(CreateActionRow::Buttons(buttons)) if buttons.len() < ROOM => buttons.push(button),
            _ if rows < ROOM => self.rows.push(CreateActionRow::Buttons(vec![button])),
            _ => {}
        }
    }

    /// What the outbox would say, as it would say it.
    pub fn of(payload: &Payload) -> Self {
        let frames = outlet::embeds(payload).iter().map(framed).collect();
        Self { text: payload.body.clone(), frames, rows: rows(payload), ..Self::default() }
    }

    fn embeds(&self) -> Vec<CreateEmbed> {
        let Some((title, link)) = &self.title else { return self.frames.clone() };
        let embed =
            CreateEmbed::new().title(fitted(title, MAX_TITLE)).description(fitted(&unlinked(&self.text), MAX_TEXT));
        let embed = if link.is_empty() || !leads(link) { embed } else { embed.url(link) };
        let footer = self.footer.as_deref().map(|footer| CreateEmbedFooter::new(fitted(footer, MAX_TEXT)));
        let own = footer.into_iter().fold(embed, CreateEmbed::footer);
        std::iter::once(own).chain(self.frames.clone()).collect()
    }

    fn content(&self) -> String {
        if self.title.is_some() { String::new() } else { fitted(&unlinked(&self.text), MAX_TEXT) }
    }

    /// The message, and the files that go with it.
    fn response(self) -> (CreateInteractionResponseMessage, Vec<CreateAttachment>) {
        let embeds = self.embeds();
        // Of our links no cards are drawn; with the flag our own embeds would go, too.
        let plain = InteractionResponseFlags::SUPPRESS_EMBEDS;
        let flags = if embeds.is_empty() { plain } else { InteractionResponseFlags::empty() };
        let message = CreateInteractionResponseMessage::new()
            .content(self.content())
            .embeds(embeds)
            .components(self.rows)
            .flags(if self.public { flags } else { flags | InteractionResponseFlags::EPHEMERAL })
            .allowed_mentions(nobody());
        (message, self.files)
    }

    fn edit(self) -> (Value, Vec<CreateAttachment>) {
        let embeds = self.embeds();
        let flags = if embeds.is_empty() { InteractionResponseFlags::SUPPRESS_EMBEDS.bits() } else { 0 };
        let edit = EditInteractionResponse::new().content(self.content()).embeds(embeds);
        let edit = edit.components(self.rows).allowed_mentions(nobody());
        // What serenity writes is an object; flags it does not offer here.
        let mut edit = serde_json::to_value(edit).unwrap_or_default();
        edit["flags"] = json!(flags);
        (edit, self.files)
    }
}

/// An embed as Discord takes it, once more as serenity has it.
fn framed(embed: &serde_json::Value) -> CreateEmbed {
    let text = |name: &str| embed[name].as_str().filter(|text| !text.is_empty());
    let mut out = CreateEmbed::new();
    out = text("title").into_iter().fold(out, CreateEmbed::title);
    out = text("description").into_iter().fold(out, CreateEmbed::description);
    out = text("url").into_iter().fold(out, CreateEmbed::url);
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    let field = |f: &serde_json::Value, name: &str| f[name].as_str().unwrap_or_default().to_owned();
    out = out.fields(fields.iter().map(|f| (field(f, "name"), field(f, "value"), false)));
    let footer = embed["footer"]["text"].as_str().map(CreateEmbedFooter::new);
    footer.into_iter().fold(out, CreateEmbed::footer)
}

/// Nobody is ever rung for by an answer, whatever it says.
fn nobody() -> CreateAllowedMentions {
    CreateAllowedMentions::new()
}

/// The beginning of a text that fits.
pub fn fitted(text: &str, limit: usize) -> String {
    let (cut, _) = snippet::cut(text, limit);
    if cut.chars().count() <= limit && (!cut.is_empty() || text.trim().is_empty()) {
        return cut;
    }
    crate::text::cut::characters(text, limit)
}

/// What is done about an interaction.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A new message.
    Say(Reply),
    /// Another text in place of the message whose button was pressed.
    Update(Reply),
    /// A form pops up.
    Form(CreateModal),
    /// The message whose button was pressed goes.
    Delete,
}

/// An interaction, as far as answering goes.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its id.
    pub id: InteractionId,
    /// The application that it was sent to.
    pub application: ApplicationId,
    /// What answers it; good for 15 minutes.
    pub token: &'a str,
    /// Whether it came from a message, which the answer may change.
    pub on_message: bool,
}

impl Asked<'_> {
    /// Where the first answer goes.
    fn callback(&self) -> String {
        format!("/interactions/{}/{}/callback", self.id, self.token)
    }

    /// Where messages after the first answer go.
    fn following(&self) -> String {
        format!("/webhooks/{}/{}", self.application, self.token)
    }

    /// The first answer, once it is there.
    fn original(&self) -> String {
        format!("/webhooks/{}/{}/messages/@original", self.application, self.token)
    }
}

/// Does the work once and answers, whatever comes of it: in time, or "thinking…" first. A panic is a fault. Before
/// anything is written, Discord has taken a first answer: what cannot be answered any more is not done, and what another
/// answers is left to it.
pub async fn respond(rest: &Rest, to: Asked<'_>, work: impl Future<Output = Result<Answer>>) {
    let begun = Instant::now();
    let gate = Gate::default();
    let once = Once::new(to.id.get(), long_before(to.id.get()));
    let work = AssertUnwindSafe(once.act(gate.clone(), work)).catch_unwind().map(|done| match done {
        Ok(done) => worded(done),
        Err(_) => worded(Err(anyhow::anyhow!("an answer panicked").into())),
    });
    let sent = match rest.age_of(to.id.get()) {
        Age::Young(age) => in_time(rest, to, work, &gate, begun, age.unsigned_abs()).await,
        Age::Doubtful => after_acknowledging(rest, to, pin!(work), &gate, begun).await,
        Age::TooOld => {
            metrics::interaction("too_late", begun.elapsed());
            return warn!("an interaction came too late to be answered, so it was not acted upon");
        }
    };
    metrics::interaction(if sent.is_ok() { "answered" } else { "unanswered" }, begun.elapsed());
    let Err(failure) = sent else { return };
    warn!(trouble = %failure, "an answer did not reach Discord");
    // What Discord finds malformed, the person would otherwise never hear of.
    if failure.status() == Some(400) {
        let text = "The answer could not be shown on Discord; the people who run it can see that in the log.";
        let plain = CreateInteractionResponse::Message(Reply::text(text).response().0);
        let _ = call(rest, to, &plain, &[], begun).await;
    }
}

/// Answers what was `age` old when we began with it.
async fn in_time(
    rest: &Rest,
    to: Asked<'_>,
    work: impl Future<Output = Option<Answer>>,
    gate: &Gate,
    begun: Instant,
    age: Duration,
) -> Result<(), Failure> {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        answer = &mut work => match answer {
            Some(answer) => first(rest, to, answer, begun).await,
            None => Ok(()),
        },
        () = gate.wanted() => after_acknowledging(rest, to, work, gate, begun).await,
        () = tokio::time::sleep(SOON.min(LATEST.saturating_sub(age))) => {
            after_acknowledging(rest, to, work, gate, begun).await
        }
    }
}

/// Says "thinking…" first, and does the work only if Discord takes that from us.
async fn after_acknowledging(
    rest: &Rest,
    to: Asked<'_>,
    work: Pin<&mut impl Future<Output = Option<Answer>>>,
    gate: &Gate,
    begun: Instant,
) -> Result<(), Failure> {
    if !acknowledge(rest, to, begun).await? {
        return Ok(());
    }
    gate.open(true);
    let answer = work.await.unwrap_or_else(done_before);
    later(rest, to, answer, begun).await
}

/// Whether Discord has taken "thinking…" from us; not if another has answered.
async fn acknowledge(rest: &Rest, to: Asked<'_>, begun: Instant) -> Result<bool, Failure> {
    let waiting = match to.on_message {
        true => CreateInteractionResponse::Acknowledge,
        false => CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(true)),
    };
    let (body, path, tries) = (json_of(&waiting, "/data", &[]), to.callback(), AtomicU32::new(0));
    let call = || {
        tries.fetch_add(1, Ordering::Relaxed);
        rest.post_with(&path, &body, &[])
    };
    match persist(begun + FIRST, call).await {
        // An earlier call that seemed to fail had arrived; or another has answered.
        Err(Failure::Refused(Refusal { code: Some(ANSWERED_ALREADY), .. })) => Ok(tries.into_inner() > 1),
        done => done.map(|_| true),
    }
}

/// The answer to what another has done, if that other did not come to answer.
fn done_before() -> Answer {
    Answer::Say(Reply::text("That is done already."))
}

/// The answer, or what went wrong in one sentence; none if another has done it and answers.
fn worded(done: Result<Answer>) -> Option<Answer> {
    match done {
        Ok(answer) => Some(answer),
        Err(error) if DoneBefore::is(&error) => None,
        Err(error) => Some(Answer::Say(Reply::text(sentence(&error)))),
    }
}

/// What a person is told of an error. A fault is logged here, once.
pub fn sentence(error: &Error) -> String {
    match error {
        Error::Refused(refused) => crate::text::escape::discord(&refused.text),
        Error::Fault(cause) => {
            let (sentence, code) = crate::error::told(cause);
            error!(code, fault = format!("{cause:#}"), "an interaction failed");
            sentence
        }
    }
}

async fn first(rest: &Rest, to: Asked<'_>, answer: Answer, begun: Instant) -> Result<(), Failure> {
    let (response, files) = match answer {
        Answer::Say(reply) => {
            let (message, files) = reply.response();
            (CreateInteractionResponse::Message(message), files)
        }
        Answer::Update(reply) => {
            let (message, files) = reply.response();
            (CreateInteractionResponse::UpdateMessage(message), files)
        }
        Answer::Form(form) => (CreateInteractionResponse::Modal(form), Vec::new()),
        Answer::Delete => {
            call(rest, to, &CreateInteractionResponse::Acknowledge, &[], begun).await?;
            return take_back(rest, to, begun).await;
        }
    };
    call(rest, to, &response, &files, begun).await
}

/// After "thinking…", when a form cannot pop up any more.
async fn later(rest: &Rest, to: Asked<'_>, answer: Answer, begun: Instant) -> Result<(), Failure> {
    let too_slow = "Discord was too slow for the form to open. Do that once more, please.";
    let (reply, is_new) = match answer {
        Answer::Say(reply) => (reply, true),
        Answer::Form(_) => (Reply::text(too_slow), true),
        Answer::Update(reply) => (reply, false),
        Answer::Delete => return take_back(rest, to, begun).await,
    };
    if is_new && to.on_message {
        return follow_up(rest, to, reply, begun).await;
    }
    if is_new && reply.public {
        // "Thinking…" is seen by one person alone, and so would be what takes its place.
        take_back(rest, to, begun).await?;
        return follow_up(rest, to, reply, begun).await;
    }
    let (edit, files) = reply.edit();
    let body = json_of(&edit, "", &files);
    let path = to.original();
    persist(begun + FOLLOWING, || rest.patch_with(&path, &body, &files)).await.map(drop)
}

/// A message of its own, after the first answer.
async fn follow_up(rest: &Rest, to: Asked<'_>, reply: Reply, begun: Instant) -> Result<(), Failure> {
    let (message, files) = reply.response();
    let (body, path) = (json_of(&message, "", &files), to.following());
    persist(begun + FOLLOWING, || rest.post_with(&path, &body, &files)).await.map(drop)
}

async fn take_back(rest: &Rest, to: Asked<'_>, begun: Instant) -> Result<(), Failure> {
    let path = to.original();
    persist(begun + FOLLOWING, || rest.delete(&path)).await.map(drop)
}

/// The first answer to an interaction that we began to work on at `begun`.
async fn call(
    rest: &Rest,
    to: Asked<'_>,
    response: &CreateInteractionResponse,
    files: &[CreateAttachment],
    begun: Instant,
) -> Result<(), Failure> {
    let body = json_of(response, "/data", files);
    let path = to.callback();
    match persist(begun + FIRST, || rest.post_with(&path, &body, files)).await {
        // An earlier call that seemed to fail had arrived.
        Err(Failure::Refused(Refusal { code: Some(ANSWERED_ALREADY), .. })) => Ok(()),
        done => done.map(drop),
    }
}

/// What serenity's builders built, with the files named in the message at `place`. They write nothing that JSON cannot
/// hold, so this does not fail.
fn json_of(built: &impl serde::Serialize, place: &str, files: &[CreateAttachment]) -> String {
    if files.is_empty() {
        return serde_json::to_string(built).unwrap_or_default();
    }
    let mut whole = serde_json::to_value(built).unwrap_or_default();
    if let Some(message) = whole.pointer_mut(place) {
        let named = |(n, file): (usize, &CreateAttachment)| {
            let mut named = json!({ "id": n.to_string(), "filename": file.filename });
            if let Some(description) = &file.description {
                named["description"] = json!(description);
            }
            named
        };
        message["attachments"] = files.iter().enumerate().map(named).collect();
    }
    whole.to_string()
}

/// Calls again what failed in passing, never sooner than Discord asks, until there is no time left before `end`.
pub async fn persist<F: Future<Output = Result<Value, Failure>>>(
    end: Instant,
    call: impl Fn() -> F,
) -> Result<Value, Failure> {
    for failed in 1.. {
        let failure = match call().await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        match failure.pause(failed) {
            Some(pause) if Instant::now() + pause < end => tokio::time::sleep(pause).await,
            _ => return Err(failure),
        }
    }
    unreachable!("there are always more numbers")
}

/// A payload's buttons. Emoji have no words beside them.
pub fn rows(payload: &Payload) -> Vec<CreateActionRow> {
    let button = |b: &Button| match &b.does {
        Press::Id(id) => CreateButton::new(id).label(&b.label).style(ButtonStyle::Secondary),
        Press::Link(link) => CreateButton::new_link(link).label(&b.label),
    };
    let rows = outlet::rows(payload).into_iter();
    rows.map(|row| CreateActionRow::Buttons(row.into_iter().map(button).collect())).collect()
}
