//! `cairn ask`: triage of one text, or of a stream of posts.

use std::io::{self, BufRead, IsTerminal, Write};

use serde::{Deserialize, Serialize};

use super::judge::Judge;
use super::{Ending, from_stdin, say, say_json, with_pages};
use crate::config::Config;
use crate::triage::{Bands, MAX_CHARS, Model, Occasion, Post, Verdict};
use crate::wiki::terminal::plain;
use crate::{Error, Result, welcome};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What somebody wrote; without it, the text is read from standard input
    text: Vec<String>,
    /// The headline of the text
    #[arg(long)]
    title: Option<String>,
    /// Read {"id","title","body"} lines from standard input, write a verdict line for each
    #[arg(long, conflicts_with_all = ["text", "title"])]
    jsonl: bool,
    /// Leave the sentence encoder out: decide by words alone
    #[arg(long, requires = "jsonl")]
    fast: bool,
}

pub async fn run(args: Args, config: Config) -> Result<Ending> {
    if args.jsonl {
        return stream(&Judge::new(Model::builtin(), args.fast), io::stdin().lock(), io::stdout().lock());
    }
    let title = args.title.unwrap_or_default();
    let body = match args.text.join(" ") {
        text if !args.text.is_empty() => text,
        _ if !title.is_empty() => String::new(),
        _ if io::stdin().is_terminal() => return Ok(Ending::Usage(HOW.to_owned())),
        _ => from_stdin()?,
    };
    if title.trim().is_empty() && body.trim().is_empty() {
        return Ok(Ending::Usage(HOW.to_owned()));
    }
    let post = Post { title: &title, body: &body };
    if config.json {
        say_json(&asked(&post)?)?;
        return Ok(Ending::Well);
    }
    let verdict = asked(&post)?;
    with_pages(config, async |app| {
        let shown = welcome::welcome(&app.store, &verdict, &app.config.public_url()).await?;
        say(&plain(&shown.to_string()))
    })
    .await?;
    Ok(Ending::Well)
}

const HOW: &str = "There is nothing to read; write for example: cairn ask \"how do I get into ML?\"";

/// The verdict on a question to us.
fn asked(post: &Post<'_>) -> Result<Verdict> {
    readable(post)?;
    Ok(Judge::new(Model::builtin(), false).decide(post, &Bands::default(), Occasion::Asked))
}

/// The verdict on a post in a stream, which did not ask us.
fn judged(judge: &Judge<'_>, post: &Post<'_>) -> Result<Verdict> {
    readable(post)?;
    Ok(judge.decide(post, &Bands::default(), Occasion::Unasked))
}

/// Refuses a text that is longer than any post.
fn readable(post: &Post<'_>) -> Result<()> {
    for text in [post.title, post.body] {
        let length = text.chars().count();
        if length > MAX_CHARS {
            return Err(Error::refused(format!(
                "That text has {length} characters, but Cairn reads at most {MAX_CHARS}; shorten it."
            )));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    body: Option<String>,
}

#[derive(Serialize)]
struct Judged {
    id: serde_json::Value,
    #[serde(flatten)]
    verdict: Verdict,
}

/// Answers each line as soon as it is read. Reports a bad line and continues.
fn stream(judge: &Judge<'_>, mut input: impl BufRead, mut output: impl Write) -> Result<Ending> {
    let mut ending = Ending::Well;
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match judge_line(judge, &line) {
            Ok(judged) => {
                serde_json::to_writer(&mut output, &judged).map_err(io::Error::from)?;
                output.write_all(b"\n")?;
                output.flush()?;
            }
            Err(sentence) => {
                super::complain(&format!("Line {number} was left out: {sentence}"));
                ending = Ending::Partly;
            }
        }
    }
    Ok(ending)
}

fn judge_line(judge: &Judge<'_>, line: &[u8]) -> Result<Judged, String> {
    let text =
        std::str::from_utf8(line).map_err(|e| format!("it is not UTF-8 text (byte {}).", e.valid_up_to() + 1))?;
    let line: Line = serde_json::from_str(text).map_err(|e| match e.classify() {
        serde_json::error::Category::Data => {
            let cause = e.to_string();
            format!("it is JSON, but no post ({}).", cause.split(" at line ").next().unwrap_or_default())
        }
        _ => format!("it is not JSON (from column {}).", e.column()),
    })?;
    let (title, body) = (line.title.unwrap_or_default(), line.body.unwrap_or_default());
    let verdict = judged(judge, &Post { title: &title, body: &body }).map_err(|e| e.to_string())?;
    Ok(Judged { id: line.id, verdict })
}
