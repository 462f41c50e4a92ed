//! `cairn reddit shadow`: what the bot would have said to an exported history, on all processors.
//!
//! Words first, for all posts; then the encoder reads those of which the words left something open. It costs far more than the
//! words and may be ended: what it has not read by then counts by its words, and the report says so.

use std::fs;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::judge::Judge;
use super::{Ending, complain, say, say_json};
use crate::reddit::shadow::{Line, Report};
use crate::triage::{Bands, MAX_CHARS, Model, Occasion, Post, Verdict};
use crate::{Error, Result};

/// The most threads, whatever the machine has.
const MAX_THREADS: usize = 32;
/// How many texts a thread takes at a time: few, so that all end together.
const AT_ONCE: usize = 8;
/// From so many texts for the encoder on, it takes a while, and the person who waits is told.
const MANY: usize = 200;

/// How much time the encoder may take.
#[derive(Debug, Clone, Copy)]
pub enum Meaning {
    /// None: words alone decide.
    Out,
    /// So much since the start; without it, as much as it needs.
    Within(Option<Duration>),
}

pub fn run(file: &Path, meaning: Meaning, json: bool) -> Result<Ending> {
    let started = Instant::now();
    let unreadable = |cause: std::io::Error| Error::refused(format!("{} cannot be read: {cause}.", file.display()));
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let whole = text.lines().filter(|line| !line.trim().is_empty());
    let (lines, odd): (Vec<_>, Vec<_>) = whole.map(serde_json::from_str::<Line>).partition(std::result::Result::is_ok);
    let lines: Vec<Line> = lines.into_iter().flatten().map(bounded).collect();
    let report = reported(&lines, meaning, started);
    if !odd.is_empty() {
        complain(&format!("{} lines are no JSON object and were passed over.", odd.len()));
    }
    if json { say_json(&report) } else { say(report.to_string().trim_end()) }.map(|()| Ending::Well)
}

/// Of a text the bot reads so much and no more.
fn bounded(line: Line) -> Line {
    let cut = |text: Option<String>| text.map(|text| text.chars().take(MAX_CHARS).collect());
    Line { title: cut(line.title), body: cut(line.body), ..line }
}

fn reported(lines: &[Line], meaning: Meaning, started: Instant) -> Report {
    let (judge, bands) = (Judge::new(Model::builtin(), false), Bands::default());
    let by_words = side_by_side(lines, |line| {
        let verdict = judge.by_words(&post(line), &bands, Occasion::Unasked);
        let is_unsure = judge.is_unsure(&post(line), &verdict);
        (verdict, is_unsure)
    });
    let unsure: Vec<(usize, Verdict)> =
        by_words.iter().enumerate().filter(|(_, (_, is))| *is).map(|(at, (v, _))| (at, v.clone())).collect();
    let read = match meaning {
        Meaning::Out => Vec::new(),
        Meaning::Within(most) => read(lines, &unsure, &judge, most.map(|most| started + most)),
    };
    let mut verdicts: Vec<Verdict> = by_words.into_iter().map(|(verdict, _)| verdict).collect();
    let mut report = Report { unsure: unsure.len(), ..Report::default() };
    for (at, verdict) in read.into_iter().flatten() {
        report.read_by_meaning += 1;
        verdicts[at] = verdict;
    }
    for (line, verdict) in lines.iter().zip(&verdicts) {
        report.add(line, verdict);
    }
    report
}

/// What the encoder makes of those that are unsure; nothing for those that it does not come to in time.
fn read(
    lines: &[Line],
    unsure: &[(usize, Verdict)],
    judge: &Judge<'_>,
    until: Option<Instant>,
) -> Vec<Option<(usize, Verdict)>> {
    if unsure.len() >= MANY {
        complain(&format!(
            "{} of {} posts are unsure by their words; the encoder reads them now. --fast leaves it out, --within SECONDS ends it.",
            unsure.len(),
            lines.len()
        ));
    }
    side_by_side(unsure, |(at, by_words)| {
        let is_over = until.is_some_and(|until| Instant::now() >= until);
        let verdict = || judge.by_meaning(&post(&lines[*at]), &Bands::default(), Occasion::Unasked, by_words.clone());
        (!is_over).then(|| (*at, verdict()))
    })
}

fn post(line: &Line) -> Post<'_> {
    Post { title: line.title.as_deref().unwrap_or_default(), body: line.body.as_deref().unwrap_or_default() }
}

/// Does the same with each item on all processors, and returns what came of it in their order.
fn side_by_side<T: Sync, R: Send>(items: &[T], act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    let (next, act) = (AtomicUsize::new(0), &act);
    let mut done: Vec<(usize, Vec<R>)> = thread::scope(|scope| {
        let work = || {
            let mut own = Vec::new();
            loop {
                let start = next.fetch_add(AT_ONCE, Ordering::Relaxed);
                let Some(part) = items.get(start..items.len().min(start + AT_ONCE)).filter(|part| !part.is_empty())
                else {
                    return own;
                };
                own.push((start, part.iter().map(act).collect()));
            }
        };
        let tasks: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        tasks.into_iter().flat_map(|task| task.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back_in_their_order() {
        for length in [0, 1, 7, 8, 9, 1_000] {
            let items: Vec<usize> = (0..length).collect();
            assert_eq!(side_by_side(&items, |n| n * 2), items.iter().map(|n| n * 2).collect::<Vec<_>>());
        }
    }
}
