//! `cairn wiki`: searches the wiki.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use clap::builder::TypedValueParser;
use serde::Serialize;

use super::{Ending, say, say_json, with_pages};
use crate::Result;
use crate::config::Config;
use crate::triage::{self, care::Care};
use crate::welcome::{self, Welcome};
use crate::wiki::index::train;
use crate::wiki::search::{self, Answer, CHOICES, Hit};
use crate::wiki::terminal::plain;
use crate::wiki::{gaps, markdown, measure};

/// The files that the search has learnt.
const LEARNT: &str = "src/wiki/index";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What you want to know, in your own words, or the name of a page
    #[arg(required_unless_present_any = ["eval", "meanings"])]
    query: Vec<String>,
    /// The most sections to list
    #[arg(long, default_value_t = CHOICES, value_parser = clap::value_parser!(u16).range(1..=100).map(usize::from))]
    limit: usize,
    /// Say how each section was found
    #[arg(long)]
    explain: bool,
    /// For developers: measure the search on questions that say which sections answer them, a JSON object a line
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "query")]
    eval: Option<PathBuf>,
    /// For developers: write what the questions of this file mean beside it, as `.vec`, for tests that compute no meanings
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "query")]
    meanings: Option<PathBuf>,
}

#[derive(Serialize)]
struct Line<'a> {
    page: &'a str,
    title: &'a str,
    heading: &'a str,
    link: &'a str,
    text: Cow<'a, str>,
    score: f64,
    revision: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}

pub async fn run(args: Args, config: Config) -> Result<Ending> {
    let json = config.json;
    if let Some(done) = develop(&args, &config).await? {
        return say(&done).map(|()| Ending::Well);
    }
    let query = args.query.join(" ");
    if triage::in_danger("", &query) {
        return if json { say_json(&[(); 0]) } else { say(&plain(&Care::default().to_string())) }
            .map(|()| Ending::Well);
    }
    let (answer, first) = with_pages(config, async |app| {
        let (config, humans) = (&app.config, &app.config.humans_url);
        let base = if json || args.explain { config.local_url() } else { config.public_url() };
        let mut answer = search::search(&app.store, &query, args.limit, &base, humans).await?;
        answer.is_read = app.home.exists();
        if answer.is_gap() {
            gaps::note(&app.store, &query, app.clock.now()).await?;
        }
        // Show the guide first to a person who asks how to get started.
        let first = if json || args.explain { None } else { welcome::to_search(&app.store, &query, &base).await? };
        Ok((answer, first))
    })
    .await?;
    if json {
        say_json(&answer.hits.iter().map(|h| line(h, args.explain)).collect::<Vec<_>>())?;
    } else if args.explain {
        say(&explained(&answer))?;
    } else {
        let said = |welcome: Welcome| if welcome.guide.is_some() { welcome.to_string() } else { welcome.choices() };
        let first = first.map_or_else(String::new, |welcome| format!("{}\n\nIn the wiki:\n\n", said(welcome)));
        say(&plain(&format!("{first}{answer}")))?;
    }
    Ok(Ending::Well)
}

/// Commands for developers of pages or search, only in the source folder. Elsewhere `train` is an ordinary word.
async fn develop(args: &Args, config: &Config) -> Result<Option<String>> {
    let config = config.clone();
    if args.query == ["train"] && Path::new(LEARNT).is_dir() {
        let (new, phrases) = with_pages(config, async |app| train::train(&app.store, Path::new(LEARNT)).await).await?;
        return Ok(Some(format!("New texts: {new}. Learnt from {phrases} ways of asking; now build Cairn again.")));
    }
    if let Some(file) = &args.eval {
        let rows = measure::read(file)?;
        let measured = with_pages(config, async |app| {
            measure::remember(&app.store, &rows).await?;
            measure::measure(&app.store, &rows).await
        });
        let measured = measured.await?;
        return Ok(Some(measured.to_string()));
    }
    let Some(file) = &args.meanings else { return Ok(None) };
    let rows = measure::read(file)?;
    let vectors = with_pages(config, async |app| measure::meanings(&app.store, &rows).await).await?;
    std::fs::write(file.with_extension("vec"), &vectors)?;
    Ok(Some(format!("{} bytes.", vectors.len())))
}

fn line(hit: &Hit, explain: bool) -> Line<'_> {
    let s = &hit.snippet;
    Line {
        page: &s.page,
        title: &s.title,
        heading: &s.heading,
        link: &s.link,
        text: markdown::without_pictures(&s.text, &s.link),
        score: (hit.score * 1e4).round() / 1e4,
        revision: s.revision,
        because: explain.then_some(hit.because.as_str()),
    }
}

fn explained(answer: &Answer) -> String {
    let read = answer.read_as(str::to_owned).into_iter().map(|line| line + "\n");
    let hits = answer.hits.iter().map(|hit| {
        let s = &hit.snippet;
        format!("{:.3}  {}  ({})\n       {}\n", hit.score, s.name(), s.link, hit.because)
    });
    let text: String = read.chain(hits).collect();
    if answer.hits.is_empty() { plain(&answer.to_string()) } else { text.trim_end().to_owned() }
}
