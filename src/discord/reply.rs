//! How an answer gets to the person who asked: once, and in time.

use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use poise::serenity_prelude::{ApplicationId, CreateModal, InteractionId, ModalInteraction};
use serde_json::{Value, json};
use tracing::{error, warn};

use super::age::{Age, long_before};
use super::http::{Failure, Refusal, Rest};
use super::render;
use crate::outbox::{File, Reply};
use crate::store::{DoneBefore, Gate, Once};
use crate::{Error, Kind, Result, metrics};

/// Discord waits three seconds for a first answer. An answer that takes longer says "thinking…" first.
const SOON: Duration = Duration::from_millis(1_500);
/// An interaction of this age is answered with "thinking…" at the latest.
const LATEST: Duration = Duration::from_millis(2_200);
/// How long a first answer is tried, with time left for the way there.
const FIRST: Duration = Duration::from_millis(2_700);
/// How long what follows it is tried: what answers an interaction is good for 15 minutes.
const FOLLOWING: Duration = Duration::from_secs(14 * 60 + 30);
/// How long other calls are tried, for which nobody waits with a clock.
pub const CALL_DEADLINE: Duration = Duration::from_secs(10);
/// Discord's numbers for what answers an interaction.
const SAY: u8 = 4;
const THINK: u8 = 5;
const TAKE_NOTE: u8 = 6;
const UPDATE: u8 = 7;
const FORM: u8 = 9;
/// "Interaction has already been acknowledged."
const ANSWERED_ALREADY: u32 = 40_060;

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

/// What one must know of an interaction to answer it.
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

impl<'a> From<&'a ModalInteraction> for Asked<'a> {
    fn from(form: &'a ModalInteraction) -> Self {
        Self { id: form.id, application: form.application_id, token: &form.token, on_message: form.message.is_some() }
    }
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

/// What an answer needs done. It lies on the heap: by value, its large state would lie on the stack of each function on the way,
/// and a debug build has not so much.
pub type Work<'a> = Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>>;

/// Does the work once and answers, whatever comes of it: in time, or "thinking…" first. A panic is a fault. Before
/// anything is written, Discord has taken a first answer: what cannot be answered any more is not done, and what another
/// answers is left to it.
pub async fn respond(rest: &Rest, to: Asked<'_>, work: Work<'_>) {
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
        let plain = answered(SAY, &render::message(&Reply::text(text)));
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
        true => json!({ "type": TAKE_NOTE }),
        false => answered(THINK, &json!({ "flags": render::EPHEMERAL })),
    };
    let (body, path, tries) = (waiting.to_string(), to.callback(), AtomicU32::new(0));
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

/// The refusal of a button or form that this version does not know; `command` shows such buttons again.
pub fn older_of(command: &str) -> Error {
    Error::of(Kind::Stale, format!("This button is from an older Cairn and leads nowhere now; use {command} again."))
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
        Answer::Say(reply) => (answered(SAY, &render::message(&reply)), reply.files),
        Answer::Update(reply) => (answered(UPDATE, &render::message(&reply)), reply.files),
        // What serenity writes of a form is an object, so this does not fail.
        Answer::Form(form) => (answered(FORM, &serde_json::to_value(form).unwrap_or_default()), Vec::new()),
        Answer::Delete => {
            call(rest, to, &json!({ "type": TAKE_NOTE }), &[], begun).await?;
            return take_back(rest, to, begun).await;
        }
    };
    call(rest, to, &response, &files, begun).await
}

fn answered(kind: u8, data: &Value) -> Value {
    json!({ "type": kind, "data": data })
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
    let (body, path) = (render::edit(&reply).to_string(), to.original());
    persist(begun + FOLLOWING, || rest.patch_with(&path, &body, &reply.files)).await.map(drop)
}

/// A message of its own, after the first answer.
async fn follow_up(rest: &Rest, to: Asked<'_>, reply: Reply, begun: Instant) -> Result<(), Failure> {
    let (body, path) = (render::message(&reply).to_string(), to.following());
    persist(begun + FOLLOWING, || rest.post_with(&path, &body, &reply.files)).await.map(drop)
}

async fn take_back(rest: &Rest, to: Asked<'_>, begun: Instant) -> Result<(), Failure> {
    let path = to.original();
    persist(begun + FOLLOWING, || rest.delete(&path)).await.map(drop)
}

/// The first answer to an interaction that we began to work on at `begun`.
async fn call(rest: &Rest, to: Asked<'_>, response: &Value, files: &[File], begun: Instant) -> Result<(), Failure> {
    let (body, path) = (response.to_string(), to.callback());
    match persist(begun + FIRST, || rest.post_with(&path, &body, files)).await {
        // An earlier call that seemed to fail had arrived.
        Err(Failure::Refused(Refusal { code: Some(ANSWERED_ALREADY), .. })) => Ok(()),
        done => done.map(drop),
    }
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
