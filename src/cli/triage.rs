//! `cairn triage`: trains the model from the examples, measures it, and shows the effect of other thresholds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::judge::Judge;
use super::{Ending, say, say_json};
use crate::config::Config;
use crate::meaning::{ContentKey, Encoder, KEPT_BYTES, KEY_BYTES, Vector, from_bytes, to_bytes};
use crate::triage::examples::{self, is_set_aside};
use crate::triage::measure::{self, Measures};
use crate::triage::train::{self, Example};
use crate::triage::trial::is_worse;
use crate::triage::{Action, Bands, Model, Occasion, danger};
use crate::{Error, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Train the model from the examples; one that is worse on the examples set aside is refused
    Train {
        /// The folder of examples
        #[arg(long, default_value = "src/triage/examples")]
        examples: PathBuf,
        /// The model's file
        #[arg(long, default_value = "src/triage/model.bin")]
        out: PathBuf,
        /// The folder of texts of people in danger and of safe ones, and of the model made of them
        #[arg(long, default_value = "src/triage/danger")]
        danger: PathBuf,
        /// Keep what the examples mean in this file, so that the next training need not compute it again
        #[arg(long)]
        meanings: Option<PathBuf>,
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
        /// By words alone, without the sentence encoder
        #[arg(long)]
        fast: bool,
        /// Another model than the one that is built in
        #[arg(long)]
        model: Option<PathBuf>,
    },
    /// Examples that moderators write, and models trained with them
    #[command(subcommand)]
    Lessons(super::lessons::Command),
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
        Command::Train { examples, out, danger, meanings, check } => {
            train(&examples, &out, &danger, meanings.as_deref(), check)
        }
        Command::Eval { file, aside, fast, model } => {
            let mut posts = read(&file)?;
            posts.retain(|post| !aside || is_set_aside(post));
            let other = model.map(|file| other_model(&file)).transpose()?;
            let measures = measured(other.as_ref().unwrap_or(Model::builtin()), &posts, fast);
            if config.json { say_json(&measures) } else { say(&measures.to_string()) }?;
            Ok(Ending::Well)
        }
        Command::Replay { file, threshold, ask } => replay(&file, threshold, ask, config),
        // These need the database and are run elsewhere.
        Command::Lessons(_) => Ok(Ending::Well),
    }
}

fn measured(model: &Model, posts: &[Example], is_fast: bool) -> Measures {
    let (judge, bands) = (Judge::new(model, is_fast), Bands::default());
    measure::measure(model.version(), posts, &bands, |e| judge.decide(&e.post(), &bands, Occasion::Unasked))
}

fn other_model(file: &Path) -> Result<Model> {
    let bytes =
        fs::read(file).map_err(|cause| Error::refused(format!("{} cannot be read: {cause}.", file.display())))?;
    Model::read(&bytes).ok_or_else(|| Error::refused(format!("{} is no model of this version.", file.display())))
}

fn train(folder: &Path, out: &Path, danger_folder: &Path, kept: Option<&Path>, check: bool) -> Result<Ending> {
    let (examples, checksum) = all(folder)?;
    let (aside, learnt): (Vec<Example>, Vec<Example>) = examples.into_iter().partition(is_set_aside);
    train_ear(&learnt, danger_folder, &danger_folder.join("ear.bin"), kept, check)?;
    let texts: Vec<String> = learnt.iter().map(|example| example.post().for_meaning()).collect();
    let meanings = meanings(&texts, kept)?;
    let model = train::train(&learnt, Some(&meanings), checksum);
    if check {
        return if fs::read(out)? == model.write() {
            say("The model is what the examples give.").map(|()| Ending::Well)
        } else {
            Err(Error::refused("The model is not what the examples give; run `cairn triage train`."))
        };
    }
    let before = measured(Model::builtin(), &aside, false);
    let after = measured(&model, &aside, false);
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

/// Trains the detector for implied danger from the texts in a folder. A file's name begins with the label of its texts.
fn train_ear(learnt: &[Example], folder: &Path, out: &Path, kept: Option<&Path>, check: bool) -> Result<()> {
    let (mut told, mut bytes) = (Vec::new(), Vec::new());
    for file in files(folder, "txt")? {
        let text = fs::read_to_string(&file)?;
        let is_danger = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("in_danger"));
        told.extend(danger::train::read(&text, is_danger));
        bytes.extend(text.into_bytes());
    }
    let ear = danger::train::train(&told, learnt, examples::checksum(&bytes), |texts| meanings(&texts, kept))?;
    let unchanged = check && fs::read(out)? == ear.write();
    match (check, unchanged) {
        (true, false) => Err(Error::refused("The ear is not what its texts give; run `cairn triage train`.")),
        (true, true) => Ok(()),
        _ => Ok(fs::write(out, ear.write())?),
    }
}

/// The meanings of texts. `kept` is a file of keys and vectors; missing ones are computed and added.
fn meanings(texts: &[String], kept: Option<&Path>) -> Result<Vec<Vector>> {
    let bytes = kept.filter(|file| file.exists()).map(fs::read).transpose()?.unwrap_or_default();
    let entry = |bytes: &[u8]| Some((ContentKey::from_bytes(&bytes[..KEY_BYTES])?, bytes[KEY_BYTES..].to_vec()));
    let mut known: BTreeMap<ContentKey, Vec<u8>> =
        bytes.chunks_exact(KEY_BYTES + KEPT_BYTES).filter_map(entry).collect();
    let missing: Vec<&String> = texts.iter().filter(|text| !known.contains_key(&ContentKey::of(text))).collect();
    let half = missing.len().div_ceil(2).max(1);
    let made = std::thread::scope(|scope| {
        let embed = |texts: &[&String]| -> Result<Vec<_>> {
            let encoder = Encoder::open()?;
            Ok(texts.iter().map(|text| (ContentKey::of(text), to_bytes(&encoder.embed(text)))).collect())
        };
        let running: Vec<_> = missing.chunks(half).map(|texts| scope.spawn(move || embed(texts))).collect();
        running.into_iter().filter_map(|part| part.join().ok()).collect::<Result<Vec<_>>>()
    })?;
    known.extend(made.into_iter().flatten());
    if let Some(file) = kept {
        fs::write(file, known.iter().flat_map(|(key, vector)| [key.as_bytes(), vector].concat()).collect::<Vec<u8>>())?;
    }
    let vector = |text: &String| known.get(&ContentKey::of(text)).and_then(|bytes| from_bytes(bytes));
    let vectors: Option<Vec<Vector>> = texts.iter().map(vector).collect();
    Ok(vectors.ok_or_else(|| anyhow::anyhow!("the encoder did not tell what each example means"))?)
}

/// The files of a folder with this ending, sorted.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|found| found == ending));
    files.sort();
    Ok(files)
}

/// All examples of a folder, sorted by id, and their checksum.
fn all(folder: &Path) -> Result<(Vec<Example>, [u8; 8])> {
    let files = files(folder, "jsonl")?;
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
    let judge = Judge::new(Model::builtin(), false);
    let changed = measure::replay(&posts, &now, &then, |e, bands| judge.decide(&e.post(), bands, Occasion::Unasked));
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
