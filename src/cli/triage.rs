//! `cairn triage`: train the model from the examples, measure it, and see what other thresholds would have done.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Ending, say, say_json};
use crate::config::Config;
use crate::triage::examples::{self, is_set_aside};
use crate::triage::measure::{self, Measures};
use crate::triage::train::{self, Example};
use crate::triage::{Action, Bands, Model};
use crate::{Error, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make the model anew from the examples; one that is worse on the examples set aside is refused
    Train {
        /// The folder of examples
        #[arg(long, default_value = "src/triage/examples")]
        examples: PathBuf,
        /// The model's file
        #[arg(long, default_value = "src/triage/model.bin")]
        out: PathBuf,
        /// Only say whether the file is what the examples give
        #[arg(long)]
        check: bool,
    },
    /// Measure the model on labelled posts
    Eval {
        /// Posts with labels, a JSON object a line
        file: PathBuf,
        /// Only the examples that are set aside from learning
        #[arg(long)]
        aside: bool,
    },
    /// Say which posts other thresholds would treat otherwise
    Replay {
        /// Posts with labels, a JSON object a line
        file: PathBuf,
        /// The least probability to answer
        #[arg(long)]
        threshold: f64,
        /// The least probability to ask back
        #[arg(long)]
        ask: Option<f64>,
    },
}

pub fn run(command: Command, config: &Config) -> Result<Ending> {
    match command {
        Command::Train { examples, out, check } => train(&examples, &out, check),
        Command::Eval { file, aside } => {
            let mut posts = read(&file)?;
            posts.retain(|post| !aside || is_set_aside(post));
            let measures = measure::measure(Model::builtin(), &posts, &Bands::default());
            if config.json { say_json(&measures) } else { say(&measures.to_string()) }?;
            Ok(Ending::Well)
        }
        Command::Replay { file, threshold, ask } => replay(&file, threshold, ask, config),
    }
}

fn train(folder: &Path, out: &Path, check: bool) -> Result<Ending> {
    let (examples, checksum) = all(folder)?;
    let (aside, learnt): (Vec<Example>, Vec<Example>) = examples.into_iter().partition(is_set_aside);
    let model = train::train(&learnt, checksum);
    if check {
        return if fs::read(out)? == model.write() {
            say("The model is what the examples give.").map(|()| Ending::Well)
        } else {
            Err(Error::refused("The model is not what the examples give; run `cairn triage train`."))
        };
    }
    let before = measure::measure(Model::builtin(), &aside, &Bands::default());
    let after = measure::measure(&model, &aside, &Bands::default());
    if is_worse(&after, &before) {
        return Err(Error::refused(format!(
            "The new model is worse on the {} examples set aside ({:.3} after {:.3}); it was not kept.",
            after.posts, after.auroc, before.auroc
        )));
    }
    fs::write(out, model.write())?;
    say(&format!("{after}\n\nLearnt from {} examples; set aside: the {} above.", learnt.len(), aside.len()))?;
    Ok(Ending::Well)
}

/// Worse by more than chance moves a figure between two like models.
fn is_worse(after: &Measures, before: &Measures) -> bool {
    after.auroc < before.auroc - 0.01
}

/// All examples of a folder in the order of their ids, and their checksum.
fn all(folder: &Path) -> Result<(Vec<Example>, [u8; 8])> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let mut examples = Vec::new();
    let mut bytes = Vec::new();
    for file in &files {
        bytes.extend(fs::read(file)?);
        examples.extend(read(file)?);
    }
    examples.sort_by(|a, b| a.id.cmp(&b.id));
    if examples.len() < 20 {
        return Err(Error::refused(format!("There are only {} examples in {}.", examples.len(), folder.display())));
    }
    Ok((examples, examples::checksum(&bytes)))
}

fn read(file: &Path) -> Result<Vec<Example>> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|cause| Error::refused(format!("{name} cannot be read: {cause}.")))?;
    examples::read(&text).map_err(|why| Error::refused(format!("In {name}, {why}.")))
}

#[derive(Serialize)]
struct Changed<'a> {
    id: &'a str,
    getting_started: bool,
    before: Action,
    after: Action,
}

fn replay(file: &Path, answer: f64, ask: Option<f64>, config: &Config) -> Result<Ending> {
    let posts = read(file)?;
    let now = Bands::default();
    let then = Bands { answer, ask: ask.unwrap_or(now.ask.min(answer)), ..now };
    let changed = measure::replay(Model::builtin(), &posts, &now, &then);
    for (example, before, after) in &changed {
        let line =
            Changed { id: &example.id, getting_started: example.getting_started, before: *before, after: *after };
        if config.json {
            say_json(&line)?;
        } else {
            let kind = if example.getting_started { "getting started" } else { "anything else" };
            say(&format!("{}  {before:?} → {after:?}  ({kind})", example.id).to_lowercase())?;
        }
    }
    if !config.json {
        say(&format!("{} of {} posts would be treated otherwise.", changed.len(), posts.len()))?;
    }
    Ok(Ending::Well)
}
