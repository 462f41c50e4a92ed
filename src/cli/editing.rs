//! `cairn guides history`, `diff`, `edit` and `revert`. The command line acts as an admin, because a person who may run
//! it can also open the database.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process;

use super::{Ending, from_stdin, say, say_json, with_app, with_pages};
use crate::community::HomeModerator;
use crate::config::{self, Config};
use crate::wiki::{self, Approval, Change, Edited, Part, Revert, Stale};
use crate::{App, Error, Kind, Result, error};

/// The default author of acts from the command line, in history and log.
pub const AUTHOR: &str = "command line";

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List a page's revisions, newest first
    History {
        /// Its slug, an alias or its title
        page: String,
        /// The most revisions to list
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Only revisions before this one
        #[arg(long, value_name = "REVISION")]
        before: Option<i64>,
    },
    /// Show what changed between two revisions of a page
    Diff {
        /// Its slug, an alias or its title
        page: String,
        /// The older revision; 0 is the empty page [default: the one before TO]
        from: Option<i64>,
        /// The newer revision [default: the newest]
        to: Option<i64>,
    },
    /// Change a page or one section of it, from a file, standard input or your $EDITOR
    Edit(EditArgs),
    /// Make a page say again what it said; that is a new revision
    Revert {
        /// Its slug, an alias or its title
        page: String,
        /// The revision whose text you want back
        revision: i64,
        #[command(flatten)]
        note: Note,
    },
}

/// What may be said with a change of a whole page.
#[derive(Debug, clap::Args)]
pub struct Note {
    /// The revision you had in front of you [default: the newest]
    #[arg(long, value_name = "REVISION")]
    pub base: Option<i64>,
    /// Why, in a few words
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Who the revision is by
    #[arg(long, default_value = AUTHOR)]
    pub author: String,
}

#[derive(Debug, clap::Args)]
pub struct EditArgs {
    /// Its slug, an alias or its title; with #anchor, one section
    page: String,
    /// Change only what stands below this heading; "" is the part before the first one
    #[arg(long, value_name = "ANCHOR")]
    section: Option<String>,
    /// Give the section this heading
    #[arg(long, value_name = "TEXT")]
    heading: Option<String>,
    /// The revision your text is based on; 0 makes a new page [default: the newest]
    #[arg(long, value_name = "REVISION")]
    base: Option<i64>,
    /// File with the new text, or - for standard input
    #[arg(long)]
    file: Option<PathBuf>,
    /// Why, in a few words
    #[arg(long, default_value = "")]
    reason: String,
    /// Who the revision is by
    #[arg(long, default_value = AUTHOR)]
    author: String,
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    let json = config.json;
    match command {
        Command::History { page, limit, before } => {
            let work = async |app: &App| wiki::history(&app.store, &page, before, limit).await;
            let history = with_pages(config, work).await?;
            if json { say_json(&history.revisions)? } else { say(&history.to_string())? }
        }
        Command::Diff { page, from, to } => {
            let diff = with_pages(config, async |app| wiki::diff(&app.store, &page, from, to).await).await?;
            if json { say_json(&diff)? } else { super::say_whole(&diff.to_string())? }
        }
        Command::Edit(args) => edit(args, config).await?,
        Command::Revert { page, revision, note: Note { base, reason, author } } => {
            let by = admin(&author)?;
            let work = async |app: &App| {
                let base = match base {
                    Some(base) => base,
                    None => wiki::page(&app.store, &page).await?.revision,
                };
                let wish = Revert { page: &page, to: revision, base, reason: &reason };
                wiki::revert(&app.store, &by, wish, approval(app), app.clock.now()).await
            };
            tell(with_app(config, work).await?, json)?;
        }
    }
    Ok(Ending::Well)
}

/// The moderator for acts from the command line.
pub fn admin(author: &str) -> Result<HomeModerator> {
    HomeModerator::operator(author)
}

/// Whether a change needs a second person, according to the settings.
pub fn approval(app: &App) -> Approval {
    Approval::setting(app.config.second_approver)
}

/// Prints the result of a change; a stale one is an error.
pub fn tell(edited: Edited, json: bool) -> Result<()> {
    match edited {
        Edited::Stale(stale) => Err(Error::of(Kind::Stale, stale.to_string())),
        edited if json => say_json(&edited),
        edited => say(&edited.to_string()),
    }
}

/// The text that a person edits.
struct Seen {
    slug: String,
    section: Option<String>,
    base: i64,
    text: String,
}

async fn edit(args: EditArgs, config: Config) -> Result<()> {
    let json = config.json;
    let seen = with_app(config.clone(), async |app| seen(app, &args).await).await?;
    let from_editor = args.file.is_none() && io::stdin().is_terminal();
    if !from_editor {
        let text = match &args.file {
            Some(file) if file != Path::new("-") => read(file)?,
            _ => from_stdin()?,
        };
        return match (save(&args, &seen, &text, config).await?, &args.file) {
            (Edited::Stale(stale), Some(file)) if file != Path::new("-") => {
                Err(Error::of(Kind::Stale, format!("{stale}\n{}", to_merge(&seen, &stale, file))))
            }
            (edited, _) => tell(edited, json),
        };
    }
    let kept = keep(&config.data_dir, &seen)?;
    let ended = open_editor(&kept);
    let text = read(&kept)?;
    if text == seen.text && (args.heading.is_none() || ended.is_err()) {
        fs::remove_file(&kept)?;
        return ended.and_then(|()| say("Nothing was changed, so nothing was saved."));
    }
    let saved = match ended {
        Ok(()) => save(&args, &seen, &text, config).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(Edited::Stale(stale)) => Err(Error::of(Kind::Stale, format!("{stale}\n{}", to_merge(&seen, &stale, &kept)))),
        Ok(edited) => {
            tell(edited, json)?;
            Ok(fs::remove_file(&kept)?)
        }
        Err(fault @ Error::Fault(_)) => {
            super::complain(&where_kept(&seen, &kept));
            Err(fault)
        }
        Err(refused) => Err(refused.reworded(|why| format!("{why}\n{}", where_kept(&seen, &kept)))),
    }
}

async fn seen(app: &App, args: &EditArgs) -> Result<Seen> {
    let (name, anchor) = match args.page.split_once('#') {
        Some((name, anchor)) => (name, Some(anchor)),
        None => (args.page.as_str(), None),
    };
    let section = args.section.as_deref().or(anchor).map(|a| a.trim_start_matches('#').to_owned());
    if args.heading.is_some() && section.is_none() {
        return Err(Error::refused("A heading belongs to a section; say which one with --section."));
    }
    if args.base == Some(0) {
        return Ok(Seen { slug: name.to_owned(), section, base: 0, text: String::new() });
    }
    let newest = wiki::page(&app.store, name).await?;
    let slug = newest.page.front.slug.clone();
    let base = args.base.unwrap_or(newest.revision);
    let source = wiki::revision(&app.store, &slug, base).await?.source;
    let text = match &section {
        None => source,
        Some(anchor) => wiki::section_text(&source, anchor)? + "\n",
    };
    Ok(Seen { slug, section, base, text })
}

async fn save(args: &EditArgs, seen: &Seen, text: &str, config: Config) -> Result<Edited> {
    if text.trim().is_empty() {
        return Err(Error::refused(
            "There is no text to save; give it with --file FILE, on standard input, or type it into your editor.",
        ));
    }
    let part = match &seen.section {
        None => Part::Page,
        Some(anchor) => Part::Section { anchor, heading: args.heading.as_deref() },
    };
    let change = Change { page: &seen.slug, part, text, base: seen.base, reason: &args.reason };
    let by = admin(&args.author)?;
    with_app(config, async |app| wiki::edit(&app.store, &by, change, approval(app), app.clock.now()).await).await
}

fn read(file: &Path) -> Result<String> {
    let bytes = fs::read(file).map_err(|cause| {
        let cause = error::reason(&cause);
        Error::refused(format!("Cairn cannot read {} ({cause}); name a file with the new text.", file.display()))
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Error::refused(format!("The file {} is not UTF-8 text; save it as UTF-8.", file.display())))
}

/// Writes the text to edit into a new file in the data folder. It stays there until it is saved.
fn keep(data_dir: &Path, seen: &Seen) -> Result<PathBuf> {
    let folder = data_dir.join("edits");
    fs::create_dir_all(&folder)?;
    let section = seen.section.as_ref().map(|anchor| format!("-{anchor}")).unwrap_or_default();
    for number in 1_u32.. {
        let path = folder.join(format!("{}{section}-{number}.md", seen.slug.replace(['/', '\\'], "-")));
        match fs::File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(seen.text.as_bytes())?;
                return Ok(path);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(Error::refused(format!("The folder {} is full; delete old edits in it.", folder.display())))
}

fn open_editor(path: &Path) -> Result<()> {
    let editor = config::editor();
    // Like git: the setting is a command that may have arguments.
    let command = format!("{editor} \"$1\"");
    let ended = process::Command::new("sh").arg("-c").arg(command).arg("sh").arg(path).status()?;
    if ended.success() {
        return Ok(());
    }
    Err(Error::refused(format!(
        "The editor `{editor}` did not end well, so nothing was saved; set EDITOR to one that works."
    )))
}

/// Explains how to save a kept text after a correction.
fn where_kept(seen: &Seen, kept: &Path) -> String {
    format!("Your text is kept in {}; correct it, and save it with: {}", kept.display(), command(seen, seen.base, kept))
}

/// Explains how to save a text after merging it with the newest one.
fn to_merge(seen: &Seen, stale: &Stale, file: &Path) -> String {
    let command = command(seen, stale.revision, file);
    format!("Your text is in {}; put what is new on the page into it, and save it with: {command}", file.display())
}

fn command(seen: &Seen, base: i64, file: &Path) -> String {
    let section = seen.section.as_ref().map(|anchor| format!(" --section '{anchor}'")).unwrap_or_default();
    format!("cairn guides edit {}{section} --base {base} --file {}", seen.slug, file.display())
}
