//! `cairn guides`: pages as files and in the database. `editing.rs` changes a page; `drafts.rs` handles drafts.

use std::path::PathBuf;

use serde::Serialize;

use super::editing::{self, admin};
use super::{Ending, drafts, moving, say, say_json, with_app, with_pages};
use crate::config::{Config, has_proxy};
use crate::text::list::count;
use crate::wiki::check::{self, Level};
use crate::wiki::terminal::plain;
use crate::wiki::{self, Listed, folder, review};
use crate::{App, Error, Result, links};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Look for what a page must not have: broken front matter, dead links, sections too long or not clear alone
    Check {
        /// Folder of pages; without it, ./guides, or else the pages that are compiled in
        folder: Option<PathBuf>,
        /// Name only what does not work, not what is worse to read
        #[arg(long)]
        no_warnings: bool,
    },
    /// List the pages whose facts are due for a new look
    Due,
    /// List the links to other places that are dead or have moved; Cairn looks at each once a week while it runs
    Links {
        /// Look at those that are due first, one request a second and host
        #[arg(long)]
        look: bool,
    },
    /// Save the pages of a folder that say something new
    Import {
        /// Folder of pages
        #[arg(default_value = "guides")]
        folder: PathBuf,
        /// Who the revisions are by
        #[arg(long, default_value = editing::AUTHOR)]
        author: String,
    },
    /// Write every page into a folder, to the byte
    Export {
        /// Folder of pages; made if it is missing
        #[arg(default_value = "guides")]
        folder: PathBuf,
    },
    /// List the pages
    List,
    /// Show a page as Markdown
    Show {
        /// Its slug, an alias or its title; with #anchor, one section
        page: String,
    },
    #[command(flatten)]
    Editing(editing::Command),
    #[command(flatten)]
    Drafts(drafts::Command),
    #[command(flatten)]
    Moving(moving::Command),
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    match command {
        Command::Check { folder, no_warnings } => check_pages(folder, !no_warnings, config.json),
        Command::Due => due(config).await,
        Command::Links { look } => links(look, config).await,
        Command::Import { folder, author } => import(folder, author, config).await,
        Command::Export { folder } => export(folder, config).await,
        Command::List => list(config).await,
        Command::Show { page } => show(page, config).await,
        Command::Editing(command) => editing::run(command, config).await,
        Command::Moving(command) => moving::run(command, config).await.map(|()| Ending::Well),
        Command::Drafts(command) => drafts::run(command, config).await.map(|()| Ending::Well),
    }
}

fn check_pages(folder: Option<PathBuf>, with_warnings: bool, json: bool) -> Result<Ending> {
    let here = PathBuf::from("guides");
    let (files, pictures) = match folder.or_else(|| here.is_dir().then_some(here)) {
        Some(folder) => (folder::read(&folder)?, folder::pictures_with(&folder)),
        None => (folder::seed(), folder::pictures()),
    };
    let mut findings = check::check(&files, &pictures);
    findings.retain(|finding| with_warnings || finding.level == Level::Error);
    if json {
        say_json(&findings)?;
    } else if findings.is_empty() {
        say(&format!("{}, nothing to fix.", count(files.len() as u64, "page")))?;
    } else {
        for finding in &findings {
            say(&finding.to_string())?;
        }
        let things = if findings.len() == 1 { "thing" } else { "things" };
        let pages = if files.len() == 1 { "page" } else { "pages" };
        super::complain(&format!("{} {things} to fix in {} {pages}.", findings.len(), files.len()));
    }
    Ok(if findings.is_empty() { Ending::Well } else { Ending::Partly })
}

async fn import(from: PathBuf, author: String, config: Config) -> Result<Ending> {
    let json = config.json;
    let by = admin(&author)?;
    let report = with_app(config, async |app| folder::import(&app.store, &from, &by, app.clock.now()).await).await?;
    if json {
        say_json(&report)?
    } else {
        say(&report.to_string())?
    }
    Ok(Ending::Well)
}

async fn export(to: PathBuf, config: Config) -> Result<Ending> {
    #[derive(Serialize)]
    struct Exported {
        pages: usize,
    }
    let json = config.json;
    let pages = with_app(config, async |app| folder::export(&app.store, &to).await).await?;
    if json {
        say_json(&Exported { pages })?
    } else {
        say(&format!("{} written to {}.", count(pages as u64, "page"), to.display()))?
    }
    Ok(Ending::Well)
}

async fn list(config: Config) -> Result<Ending> {
    let json = config.json;
    let pages = with_pages(config, async |app| wiki::pages(&app.store).await).await?;
    if json {
        say_json(&pages)?;
        return Ok(Ending::Well);
    }
    let width = pages.iter().map(|p| p.slug.len()).max().unwrap_or(0);
    let line =
        |p: &Listed| format!("{:width$}  {}  (revision {}, reviewed {})", p.slug, p.title, p.revision, p.reviewed);
    say(&pages.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(Ending::Well)
}

async fn due(config: Config) -> Result<Ending> {
    let json = config.json;
    let due = with_app(config, async |app| review::due(&app.store, app.clock.now()).await).await?;
    if json {
        say_json(&due)?;
    } else if due.is_empty() {
        say("No page is due for a new look.")?;
    } else {
        say(&due.iter().map(|page| format!("- {page}")).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(Ending::Well)
}

async fn links(look: bool, config: Config) -> Result<Ending> {
    let json = config.json;
    let by = admin(editing::AUTHOR)?;
    let work = async |app: &App| {
        let looked = if look { Some(look_at_links(app).await?) } else { None };
        Ok((looked, links::last_look(&app.store).await?, links::troubles(&app.store, &by).await?))
    };
    let (looked, last, troubles) = with_app(config, work).await?;
    if json {
        say_json(&troubles)?;
        return Ok(Ending::Well);
    }
    if let Some(looked) = looked {
        say(&looked.to_string())?;
    }
    match last {
        None => say("No link was looked at yet; use --look, or leave Cairn running.")?,
        Some((at, _)) if troubles.is_empty() => {
            say(&format!("No link is known to be dead or to have moved; last look on {}.", at.strftime("%Y-%m-%d")))?;
        }
        Some(_) => say(&troubles.iter().map(|trouble| format!("- {trouble}")).collect::<Vec<_>>().join("\n"))?,
    }
    Ok(Ending::Well)
}

async fn look_at_links(app: &App) -> Result<links::Looked> {
    let played = app.config.links_play.as_deref();
    if played.is_none() && has_proxy() {
        return Err(Error::refused(
            "This machine reaches the internet through a proxy, which would choose the addresses that are connected to; \
             look at links from a machine without one.",
        ));
    }
    links::look(&app.store, &links::Net::open(played)?, app.clock.now()).await
}

async fn show(wanted: String, config: Config) -> Result<Ending> {
    #[derive(Serialize)]
    struct Shown<'a> {
        slug: &'a str,
        title: &'a str,
        revision: i64,
        reviewed: String,
        source: &'a str,
    }
    let json = config.json;
    let base = config.public_url();
    let (name, anchor) = wanted.split_once('#').unwrap_or((&wanted, ""));
    let stored = with_pages(config, async |app| wiki::page(&app.store, name).await).await?;
    let front = &stored.page.front;
    if json {
        let (slug, title, source) = (&front.slug, &front.title, &stored.source);
        say_json(&Shown { slug, title, revision: stored.revision, reviewed: front.reviewed.to_string(), source })?;
    } else if anchor.is_empty() {
        super::say_whole(stored.source.trim_end())?;
    } else {
        let section = stored.page.section(anchor).ok_or_else(|| wiki::no_section(&stored.page, anchor))?;
        say(&plain(&stored.snippet(section, &base).to_string()))?;
    }
    Ok(Ending::Well)
}
