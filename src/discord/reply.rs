//! What a person is shown, and how it gets there: cut, ringing for nobody, and in time.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use poise::serenity_prelude as serenity;
use serenity::{
    Builder, ButtonStyle, CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateEmbed,
    CreateEmbedFooter, CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal,
    EditInteractionResponse, Http, InteractionId,
};
use tracing::{error, warn};

use super::outlet;
use super::trouble::{self, is_passing};
use crate::outbox::{Payload, Press};
use crate::wiki::snippet;
use crate::{Error, Result};

/// The most characters of a text. Discord takes 2,000; the rest is room for what we add.
pub const MAX_TEXT: usize = 1_900;
/// The most characters of a title.
const MAX_TITLE: usize = 250;
/// Discord waits three seconds for a first answer. Whoever is slower says "thinking…" first.
const SOON: Duration = Duration::from_millis(1_500);
/// The waits before a call is made again that failed in passing.
const AGAIN: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(750)];

/// A message to somebody who asked.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// Heading and where it leads. With a heading, the text stands in a frame.
    pub title: Option<(String, String)>,
    /// Discord's Markdown. User text in it must have gone through [`super::escape::escape`].
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

    /// What the outbox would say, as it would say it.
    pub fn of(payload: &Payload) -> Self {
        let frames = outlet::embeds(payload).iter().map(framed).collect();
        Self { text: payload.body.clone(), frames, rows: rows(payload), ..Self::default() }
    }

    fn embeds(&self) -> Vec<CreateEmbed> {
        let Some((title, link)) = &self.title else { return self.frames.clone() };
        let embed = CreateEmbed::new().title(fitted(title, MAX_TITLE)).description(fitted(&self.text, MAX_TEXT));
        let embed = if link.is_empty() { embed } else { embed.url(link) };
        let footer = self.footer.as_deref().map(|footer| CreateEmbedFooter::new(fitted(footer, MAX_TEXT)));
        let own = footer.into_iter().fold(embed, CreateEmbed::footer);
        std::iter::once(own).chain(self.frames.clone()).collect()
    }

    fn content(&self) -> String {
        if self.title.is_some() { String::new() } else { fitted(&self.text, MAX_TEXT) }
    }

    fn response(self) -> CreateInteractionResponseMessage {
        CreateInteractionResponseMessage::new()
            .content(self.content())
            .embeds(self.embeds())
            .components(self.rows)
            .files(self.files)
            .ephemeral(!self.public)
            .allowed_mentions(nobody())
    }

    fn edit(self) -> EditInteractionResponse {
        let edit = EditInteractionResponse::new().content(self.content()).embeds(self.embeds());
        let edit = edit.components(self.rows).allowed_mentions(nobody());
        self.files.into_iter().fold(edit, EditInteractionResponse::new_attachment)
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
    text.chars().take(limit - 1).chain(['…']).collect()
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
    /// What answers it; good for 15 minutes.
    pub token: &'a str,
}

/// Does the work and answers, whatever comes of it: in time, or "thinking…" first. A panic is a fault.
pub async fn respond(http: &Http, to: Asked<'_>, work: impl Future<Output = Result<Answer>>) {
    let work = AssertUnwindSafe(work).catch_unwind().map(|done| match done {
        Ok(done) => worded(done),
        Err(_) => worded(Err(anyhow::anyhow!("an answer panicked").into())),
    });
    let mut work = pin!(work);
    let sent = match tokio::time::timeout(SOON, &mut work).await {
        Ok(answer) => first(http, to, answer).await,
        Err(_) => {
            let waiting = CreateInteractionResponseMessage::new().ephemeral(true);
            let acknowledged = call(http, to, CreateInteractionResponse::Defer(waiting)).await;
            let answer = work.await;
            match acknowledged {
                Ok(()) => later(http, to, answer).await,
                Err(cause) => Err(cause),
            }
        }
    };
    let Err(cause) = sent else { return };
    warn!(trouble = %trouble::of(&cause), "an answer did not reach Discord");
    // What Discord finds malformed, or serenity too long, the person would otherwise never hear of.
    if trouble::is_our_fault(&cause) {
        let plain =
            Reply::text("The answer could not be shown on Discord; its keepers can see that in the log.").response();
        let _ = call(http, to, CreateInteractionResponse::Message(plain)).await;
    }
}

/// The answer, or what went wrong in one sentence.
fn worded(done: Result<Answer>) -> Answer {
    match done {
        Ok(answer) => answer,
        Err(error) => Answer::Say(Reply::text(sentence(&error))),
    }
}

/// What a person is told of an error. A fault is logged here, once.
pub fn sentence(error: &Error) -> String {
    match error {
        Error::Refused(sentence) => super::escape::escape(sentence),
        Error::Fault(cause) => {
            error!(fault = format!("{cause:#}"), "an interaction failed");
            "Something failed inside Cairn, and its keepers can see it in the log. Try again in a minute.".to_owned()
        }
    }
}

async fn first(http: &Http, to: Asked<'_>, answer: Answer) -> serenity::Result<()> {
    match answer {
        Answer::Say(reply) => call(http, to, CreateInteractionResponse::Message(reply.response())).await,
        Answer::Update(reply) => call(http, to, CreateInteractionResponse::UpdateMessage(reply.response())).await,
        Answer::Form(form) => call(http, to, CreateInteractionResponse::Modal(form)).await,
        Answer::Delete => {
            call(http, to, CreateInteractionResponse::Acknowledge).await?;
            persist(|| http.delete_original_interaction_response(to.token)).await
        }
    }
}

/// After "thinking…". A form cannot pop up any more; opening one takes no work worth the name.
async fn later(http: &Http, to: Asked<'_>, answer: Answer) -> serenity::Result<()> {
    match answer {
        Answer::Say(reply) | Answer::Update(reply) => {
            let edit = reply.edit();
            persist(|| edit.clone().execute(http, to.token)).await?;
            Ok(())
        }
        Answer::Form(_) | Answer::Delete => persist(|| http.delete_original_interaction_response(to.token)).await,
    }
}

/// The first answer to an interaction.
pub async fn call(http: &Http, to: Asked<'_>, response: CreateInteractionResponse) -> serenity::Result<()> {
    let done = persist(|| response.clone().execute(http, (to.id, to.token))).await;
    match done {
        // An earlier call that seemed to fail had arrived.
        Err(cause) if trouble::code(&cause) == Some(trouble::ANSWERED_ALREADY) => Ok(()),
        done => done,
    }
}

/// Calls again what failed in passing.
pub async fn persist<T, F: Future<Output = serenity::Result<T>>>(call: impl Fn() -> F) -> serenity::Result<T> {
    for wait in AGAIN {
        match call().await {
            Err(cause) if is_passing(&cause) => tokio::time::sleep(wait).await,
            done => return done,
        }
    }
    call().await
}

/// A payload's buttons. Emoji have no words beside them.
pub fn rows(payload: &Payload) -> Vec<CreateActionRow> {
    let button = |b: &crate::outbox::Button| match &b.does {
        Press::Id(id) => CreateButton::new(id).label(&b.label).style(ButtonStyle::Secondary),
        Press::Link(link) => CreateButton::new_link(link).label(&b.label),
    };
    let rows = payload.buttons.iter().filter(|row| !row.is_empty()).take(5);
    rows.map(|row| CreateActionRow::Buttons(row.iter().take(5).map(button).collect())).collect()
}
