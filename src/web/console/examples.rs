//! Examples for triage that moderators write in their own words, and the models that are trained with them.

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;
use tracing::error;

use super::door::Trouble;
use super::form::Sent;
use super::frame::{self, Place, act};
use super::guard::Signed;
use super::{Console, words};
use crate::community::Role;
use crate::decisions::own::State as Stage;
use crate::desk::lessons::{self, Lesson, MAX_CHARS, Trained, Written};
use crate::triage::trial::Comparison;
use crate::triage::{Model, Track};
use crate::{Error, Result};

/// The examples and models.
pub async fn page(State(console): State<Console>, signed: Signed) -> Result<Markup, Trouble> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let (all, models) = (lessons::list(store, &signed.by).await?, lessons::models(store, &signed.by).await?);
    let in_use = models.iter().find(|trained| trained.model.state == Stage::InUse);
    let is_busy = models.first().is_some_and(|trained| trained.model.state == Stage::Training);
    let main = html! {
        h1 { "Examples" }
        p.lead.column { "Cairn learns from examples that you write in words of your own, and from nothing that members write." }
        p.quiet {
            "Deciding at home: "
            @match in_use {
                Some(Trained { model, .. }) if !model.is_outdated() => { "your model " (model.id) ", version " (model.version) "." }
                Some(_) => "the model that comes with Cairn, for yours is older than the examples of this version; train it again.",
                None => { "the model that comes with Cairn, version " (Model::builtin().version()) "." }
            }
        }
        div.split {
            (write(&signed))
            section.panel aria-labelledby="train" {
                h2 #train { "See what they change" }
                p { "A model is trained with Cairn’s own examples and yours, and measured on examples that neither has seen. One that is worse is not kept." }
                @if is_busy { p.note { strong { "A model is being trained." } " That takes a minute or two. " a href="/console/examples" { "Look again" } } }
                @else if all.is_empty() { p.quiet { "Write an example first." } }
                @else if signed.by.role() >= Role::Approver {
                    (act(&signed, "/console/examples/train", html! { button.main { "Train with " (all.len()) @if all.len() == 1 { " example" } @else { " examples" } } }))
                }
                @if in_use.is_some() && signed.by.role() >= Role::Approver {
                    (act(&signed, "/console/examples/retire", html! { button { "Go back to Cairn’s own model" } }))
                }
            }
        }
        @for trained in &models { (model(&signed, trained, &all, &words::ago(trained.model.at, now))) }
        h2 { "Your examples" }
        @if all.is_empty() { p.quiet { "None yet." } }
        @for lesson in all.iter().rev() {
            article.panel {
                p.quiet.small { "Example " (lesson.id) ", " (is(lesson)) ", by " (console.author(&signed, &lesson.actor).await) ", " (words::ago(lesson.at, now)) }
                @if !lesson.title.is_empty() { p { strong { (lesson.title) } } }
                p { (lesson.body) }
                (act(&signed, "/console/examples/remove", html! {
                    input type="hidden" name="id" value=(lesson.id);
                    button.bare { "Take it away" }
                }))
            }
        }
    };
    Ok(frame::page(&console, &signed, Place::Examples, "Examples", main).await?)
}

fn is(lesson: &Lesson) -> String {
    match (lesson.getting_started, lesson.track) {
        (false, _) => "not a newcomer’s question".to_owned(),
        (true, None) => "a newcomer, no guide certain".to_owned(),
        (true, Some(track)) => track.title().to_owned(),
    }
}

fn write(signed: &Signed) -> Markup {
    let choice = |value: &str, label: &str, is_first: bool| {
        html! { label.check { input type="radio" name="is" value=(value) required checked[is_first]; (label) } }
    };
    html! {
        section.panel aria-labelledby="write" {
            h2 #write { "Write one" }
            (act(signed, "/console/examples/add", html! {
                div.field {
                    label for="title" { "Headline, if it has one" }
                    input #title name="title" maxlength="300";
                }
                div.field {
                    label for="text" { "What somebody might post" }
                    textarea #text name="text" rows="6" required maxlength=(MAX_CHARS) {}
                    p.hint { "Not the words of someone who posted: tell it as you would." }
                }
                fieldset {
                    legend.label { "What should Cairn make of it?" }
                    @for track in Track::ALL { (choice(track.slug(), &format!("The {}", track.title()), track == Track::HighSchool)) }
                    (choice("none", "A newcomer, but no guide is certain", false))
                    (choice("other", "Not a newcomer’s question", false))
                }
                p { button.main { "Keep this example" } }
            }))
        }
    }
}

fn model(signed: &Signed, trained: &Trained, all: &[Lesson], ago: &str) -> Markup {
    let model = &trained.model;
    let stage = match model.state {
        Stage::Training => "is being trained",
        Stage::Failed => "was not finished",
        Stage::Refused => "was refused: it is worse",
        Stage::Ready => "waits for your decision",
        Stage::InUse => "decides at home",
        Stage::Retired => "is retired",
    };
    html! {
        article.panel aria-labelledby=(format!("model-{}", model.id)) {
            h2 id=(format!("model-{}", model.id)) { "Model " (model.id) " " (stage) }
            p.quiet.small { "Trained " (ago) " with " (model.lessons) @if model.lessons == 1 { " example" } @else { " examples" } }
            @if let Some(comparison) = &trained.comparison { (compared(comparison, all)) }
            @if model.state == Stage::Ready && signed.by.role() >= Role::Approver {
                (act(signed, "/console/examples/adopt", html! {
                    input type="hidden" name="id" value=(model.id);
                    button.main { "Let this model decide at home" }
                }))
            }
        }
    }
}

fn compared(found: &Comparison, all: &[Lesson]) -> Markup {
    let share = |(hits, of): (usize, usize)| format!("{hits} of {of}");
    let rows = [
        ("Beginners told from others", format!("{:.3}", found.auroc[0]), format!("{:.3}", found.auroc[1])),
        ("Answers that were right", share(found.answers[0]), share(found.answers[1])),
        ("Guides that were right", share(found.tracks[0]), share(found.tracks[1])),
    ];
    let named = |id: &str| {
        let lesson = all.iter().find(|lesson| format!("lesson-{}", lesson.id) == id);
        lesson.map_or_else(|| "an example that was taken away".to_owned(), |l| format!("{} {}", l.title, l.body))
    };
    html! {
        div.table role="region" aria-label="Comparison" tabindex="0" { table {
            caption { "On the " (found.measured) " examples that measure; " (found.changed) " of them are treated otherwise" }
            thead { tr { th scope="col" { "What" } th scope="col" { "Before" } th scope="col" { "After" } } }
            tbody { @for (what, before, after) in rows { tr { th scope="row" { (what) } td { (before) } td { (after) } } } }
        } }
        details {
            summary { "What becomes of your examples" }
            ul.inside {
                @for effect in &found.lessons {
                    li {
                        (named(&effect.id).chars().take(90).collect::<String>()) ": "
                        (effect.action[0]) " → " (effect.action[1]) ", "
                        @match effect.is_right { [_, true] => "right now", [true, false] => "wrong now, and was right", [false, false] => "still wrong" }
                    }
                }
            }
        }
    }
}

/// What somebody wrote.
#[derive(Debug, Deserialize)]
pub struct Example {
    #[serde(default)]
    title: String,
    text: String,
    is: String,
}

/// Keeps an example.
pub async fn add(State(console): State<Console>, sent: Sent<Example>) -> Result<Redirect, Trouble> {
    let Example { title, text, is } = &sent.form;
    let (getting_started, track) = match is.as_str() {
        "other" => (false, None),
        "none" => (true, None),
        slug => (true, Some(slug.parse().map_err(|_| Error::refused("Say what Cairn should make of the example."))?)),
    };
    let written = Written { title, body: text, getting_started, track };
    lessons::add(&console.app.store, &sent.signed.by, written, console.app.clock.now()).await?;
    Ok(back())
}

/// Which one.
#[derive(Debug, Deserialize)]
pub struct Which {
    id: i64,
}

/// Takes an example away.
pub async fn remove(State(console): State<Console>, sent: Sent<Which>) -> Result<Redirect, Trouble> {
    lessons::remove(&console.app.store, &sent.signed.by, sent.form.id, console.app.clock.now()).await?;
    Ok(back())
}

/// A form that says nothing more.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// Trains a model, beside everything else.
pub async fn train(State(console): State<Console>, sent: Sent<Nothing>) -> Result<Redirect, Trouble> {
    let store = console.app.store.clone();
    let id = lessons::begin(&store, &sent.signed.by, console.app.clock.now()).await?;
    tokio::spawn(async move {
        if let Err(fault) = lessons::train(&store, id).await {
            error!(%fault, "a model could not be trained");
        }
    });
    Ok(back())
}

/// Lets a model decide.
pub async fn adopt(State(console): State<Console>, sent: Sent<Which>) -> Result<Redirect, Trouble> {
    lessons::adopt(&console.app.store, &sent.signed.by, sent.form.id, console.app.clock.now()).await?;
    Ok(back())
}

/// Lets the built-in model decide again.
pub async fn retire(State(console): State<Console>, sent: Sent<Nothing>) -> Result<Redirect, Trouble> {
    lessons::retire(&console.app.store, &sent.signed.by, console.app.clock.now()).await?;
    Ok(back())
}

fn back() -> Redirect {
    Redirect::to("/console/examples")
}
