//! `cairn guides drafts`, `publish` and `discard`: changes waiting for an approver.

use super::editing::{AUTHOR, admin, approval, tell};
use super::{say, say_json, with_app};
use crate::config::Config;
use crate::wiki::drafts::{self, Draft, DraftView};
use crate::{App, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the drafts that wait, or show what one of them changes
    Drafts {
        /// Its number; without it, all are listed
        draft: Option<i64>,
    },
    /// Make a draft the newest text of its page, in its author's name
    Publish {
        /// Its number
        draft: i64,
        /// Who publishes it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
    /// Turn a draft down; its text is kept
    Discard {
        /// Its number
        draft: i64,
        /// Who discards it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
}

pub async fn run(command: Command, config: Config) -> Result<()> {
    let json = config.json;
    match command {
        Command::Drafts { draft: None } => list(config).await,
        Command::Drafts { draft: Some(id) } => {
            let by = admin(AUTHOR)?;
            let found = with_app(config, async |app| drafts::show(&app.store, &by, id).await).await?;
            if json { say_json(&found) } else { say(&text(&found)) }
        }
        Command::Publish { draft, author } => {
            let by = admin(&author)?;
            let work = async |app: &App| drafts::publish(&app.store, &by, draft, approval(app), app.clock.now()).await;
            tell(with_app(config, work).await?, json)
        }
        Command::Discard { draft, author } => {
            let by = admin(&author)?;
            let work = async |app: &App| drafts::discard(&app.store, &by, draft, app.clock.now()).await;
            let draft = with_app(config, work).await?;
            if json { say_json(&draft) } else { say(&format!("Draft {} of {} is discarded.", draft.id, draft.page)) }
        }
    }
}

async fn list(config: Config) -> Result<()> {
    let json = config.json;
    let by = admin(AUTHOR)?;
    let found = with_app(config, async |app| drafts::list(&app.store, &by).await).await?;
    if json {
        return say_json(&found);
    }
    if found.is_empty() {
        return say("No drafts wait.");
    }
    say(&found.iter().map(Draft::to_string).collect::<Vec<_>>().join("\n"))
}

fn text(found: &DraftView) -> String {
    let DraftView { draft, diff, stale, .. } = found;
    match stale {
        Some(stale) => format!("{draft}\n{}\n{}", stale.of_draft(draft.id), stale.difference()),
        None => format!("{draft}\n{}", diff.trim_end_matches('\n')),
    }
}
