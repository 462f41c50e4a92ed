//! `cairn reddit`: tools for a subreddit that need no Reddit keys, and the desk of a bot that has them.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Ending, complain, reddit_desk, say, say_json, say_whole, with_pages};
use crate::config::Config;
use crate::reddit::automod::{self, guidance, lint, matcher, page, report};
use crate::{Error, Result, wiki};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make AutoModerator rules that point newcomers to a guide, or read such rules
    Automod(Automod),
    #[command(flatten)]
    Desk(reddit_desk::Command),
}

#[derive(Debug, clap::Args)]
pub struct Automod {
    /// Print the list for Post Guidance instead, an entry a line
    #[arg(long, conflicts_with_all = ["wiki", "check", "report"])]
    guidance: bool,
    /// Write the wiki's pages into this folder, as Markdown to paste into the wiki of --subreddit
    #[arg(long, value_name = "DIR", requires = "subreddit", conflicts_with_all = ["check", "report"])]
    wiki: Option<PathBuf>,
    /// The subreddit's name, without r/
    #[arg(long, value_name = "NAME")]
    subreddit: Option<String>,
    /// Name what is wrong with an AutoModerator page, own or foreign
    #[arg(long, value_name = "FILE", conflicts_with = "report")]
    check: Option<PathBuf>,
    /// Try the rules on posts, a JSON object a line: title, body, and getting_started where it is known
    #[arg(long, value_name = "POSTS")]
    report: Option<PathBuf>,
    /// With --report: the AutoModerator page to try; without it, the rules that Cairn makes
    #[arg(long, value_name = "FILE", requires = "report")]
    rules: Option<PathBuf>,
    /// With --report: which share of the community's posts ask how to begin, from 0 to 1
    #[arg(long, default_value_t = 0.3, value_parser = share)]
    share: f64,
    /// One rule alone, which shows all four guides: for pages that have little room left
    #[arg(long)]
    short: bool,
    /// The address of Cairn's web page, if the rules are to lead there; without it, to the subreddit's own wiki
    #[arg(long, value_name = "URL", conflicts_with = "wiki")]
    link: Option<String>,
}

fn share(text: &str) -> std::result::Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "write a number from 0 to 1, such as 0.3".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("write a number from 0 to 1, such as 0.3".to_owned()) }
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    let args = match command {
        Command::Automod(args) => args,
        Command::Desk(command) => return reddit_desk::run(command, config).await,
    };
    if args.guidance {
        return guidance_list(config.json);
    }
    if let Some(file) = &args.check {
        return check(file, config.json);
    }
    if let Some(folder) = &args.wiki {
        return pages(folder, &args, config).await;
    }
    let rules = match &args.rules {
        Some(file) => text_of(file)?,
        None => automod::compiled(args.short, |slug| link(args.link.as_deref(), slug)),
    };
    match &args.report {
        Some(posts) => tried(&rules, posts, args.share, config.json),
        None => say_whole(rules.trim_end()).map(|()| Ending::Well),
    }
}

/// The address of a guide: below a web page, or in the wiki of the subreddit of the comment.
fn link(base: Option<&str>, slug: &str) -> String {
    base.map_or_else(
        || format!("/r/{{{{subreddit}}}}/wiki/{slug}"),
        |base| format!("{}/guides/{slug}", base.trim_end_matches('/')),
    )
}

fn text_of(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|cause| Error::refused(format!("{} cannot be read: {cause}.", file.display())))
}

fn guidance_list(json: bool) -> Result<Ending> {
    let entries = guidance::entries();
    if json { say_json(&entries) } else { say(&entries.join("\n")) }.map(|()| Ending::Well)
}

fn check(file: &Path, json: bool) -> Result<Ending> {
    let findings = lint::lint(&text_of(file)?);
    if json {
        say_json(&findings)?;
    } else if findings.is_empty() {
        say("Nothing to fix.")?;
    } else {
        let lines = findings.iter().map(|finding| format!("{}:{finding}", file.display()));
        say(&lines.collect::<Vec<_>>().join("\n"))?;
        complain(&format!("{} {} to fix.", findings.len(), if findings.len() == 1 { "thing" } else { "things" }));
    }
    Ok(if findings.is_empty() { Ending::Well } else { Ending::Partly })
}

fn tried(rules: &str, posts: &Path, share: f64, json: bool) -> Result<Ending> {
    let read =
        report::posts(&text_of(posts)?).map_err(|why| Error::refused(format!("In {}, {why}.", posts.display())))?;
    let sections = page::sections(rules);
    let untried =
        sections.iter().filter(|section| matcher::rule(section).is_none() && !matches!(section.read, Ok(None)));
    let lines: Vec<String> = untried.map(|section| section.line.to_string()).collect();
    if !lines.is_empty() {
        complain(&format!(
            "Not tried, because they are no rules that can be read: lines {}; see --check.",
            lines.join(", ")
        ));
    }
    let report = report::report(&matcher::rules(&sections), &read, share);
    if json { say_json(&report) } else { say(&report.to_string()) }.map(|()| Ending::Well)
}

async fn pages(folder: &Path, args: &Automod, config: Config) -> Result<Ending> {
    let listed = with_pages(config, async |app| {
        let mut pages = Vec::new();
        for listed in wiki::pages(&app.store).await? {
            pages.push(wiki::page(&app.store, &listed.slug).await?.page);
        }
        Ok(pages)
    })
    .await?;
    let unwritable = |cause: std::io::Error| {
        Error::refused(format!("Cairn cannot write to {} ({cause}); choose another folder.", folder.display()))
    };
    fs::create_dir_all(folder).map_err(unwritable)?;
    for page in &listed {
        let subreddit = args.subreddit.as_deref().unwrap_or_default().trim_start_matches("/").trim_start_matches("r/");
        let text = automod::wiki::page(page, |slug| format!("/r/{subreddit}/wiki/{slug}"));
        fs::write(folder.join(format!("{}.md", page.front.slug)), text).map_err(unwritable)?;
    }
    say(&format!(
        "{} pages written to {}. Paste each into the wiki page of its name.",
        listed.len(),
        folder.display()
    ))?;
    Ok(Ending::Well)
}
