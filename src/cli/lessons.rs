//! `cairn triage lessons`: examples written by moderators, and models trained with them.

use super::editing::{AUTHOR, admin};
use super::{Ending, from_stdin, say, say_json, with_app};
use crate::config::Config;
use crate::desk::lessons::{self, Lesson, Trained, Written};
use crate::triage::Track;
use crate::{App, Error, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the examples
    List,
    /// Keep an example, its text from standard input
    Add {
        /// The track that it asks for; `none` if it asks how to start but on no track, `other` if it does not ask that
        #[arg(long)]
        is: String,
        /// Its headline
        #[arg(long, default_value = "")]
        title: String,
        /// Who writes it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
    /// Take an example away
    Remove {
        /// Its number
        example: i64,
    },
    /// Train a model with all examples, and compare it with the one that decides now
    Train,
    /// List the models that were trained here
    Models,
    /// Let a model that was trained here decide at home
    Adopt {
        /// Its number
        model: i64,
    },
    /// Let the model decide that comes with Cairn
    Retire,
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    let json = config.json;
    let by = admin(AUTHOR)?;
    match command {
        Command::List => {
            let found = with_app(config, async |app| lessons::list(&app.store, &by).await).await?;
            if json {
                say_json(&found)?;
            } else if found.is_empty() {
                say("There is no example yet.")?;
            }
            if !json {
                for lesson in &found {
                    say(&line(lesson))?;
                }
            }
        }
        Command::Add { is, title, author } => {
            let by = admin(&author)?;
            let (getting_started, track) = read(&is)?;
            let body = from_stdin()?;
            let written = Written { title: &title, body: &body, getting_started, track };
            let lesson =
                with_app(config, async |app| lessons::add(&app.store, &by, written, app.clock.now()).await).await?;
            if json { say_json(&lesson)? } else { say(&format!("Kept as example {}.", lesson.id))? }
        }
        Command::Remove { example } => {
            with_app(config, async |app| lessons::remove(&app.store, &by, example, app.clock.now()).await).await?;
            say(&format!("Example {example} is taken away."))?;
        }
        Command::Train => {
            let work = async |app: &App| {
                let id = lessons::begin(&app.store, &by, app.clock.now()).await?;
                Ok((id, lessons::train(&app.store, id).await?))
            };
            let (id, comparison) = with_app(config, work).await?;
            if json {
                say_json(&comparison)?;
            } else {
                say(&comparison.to_string())?;
                if !comparison.is_worse {
                    say(&format!("It is model {id}: cairn triage lessons adopt {id}"))?;
                }
            }
            return Ok(if comparison.is_worse { Ending::Partly } else { Ending::Well });
        }
        Command::Models => {
            let found = with_app(config, async |app| lessons::models(&app.store, &by).await).await?;
            if json {
                say_json(&found)?;
            } else {
                for Trained { model, .. } in &found {
                    let (id, state, at) = (model.id, model.state.name(), model.at.strftime("%Y-%m-%d"));
                    let old = if model.is_outdated() { ", older than this program's examples" } else { "" };
                    say(&format!("{id}  {state}  {}  {at}, with {} examples{old}", model.version, model.lessons))?;
                }
            }
        }
        Command::Adopt { model } => {
            with_app(config, async |app| lessons::adopt(&app.store, &by, model, app.clock.now()).await).await?;
            say(&format!("Model {model} decides at home from now on."))?;
        }
        Command::Retire => {
            with_app(config, async |app| lessons::retire(&app.store, &by, app.clock.now()).await).await?;
            say("The model that comes with Cairn decides again.")?;
        }
    }
    Ok(Ending::Well)
}

fn read(is: &str) -> Result<(bool, Option<Track>)> {
    match is {
        "other" => Ok((false, None)),
        "none" => Ok((true, None)),
        slug => slug.parse().map(|track| (true, Some(track))).map_err(|_| {
            Error::refused("Say what the example is: high-school, engineer, researcher, hacker, none or other.")
        }),
    }
}

fn line(lesson: &Lesson) -> String {
    let is = match (lesson.getting_started, lesson.track) {
        (false, _) => "other".to_owned(),
        (true, None) => "none".to_owned(),
        (true, Some(track)) => track.to_string(),
    };
    let text = [lesson.title.as_str(), lesson.body.as_str()].join(" ");
    let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(100).collect();
    format!("{}  {is}  {short}", lesson.id)
}
