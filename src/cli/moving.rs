//! `cairn guides rename` and `retire`: renames, removes or restores pages.

use super::editing::{Note, admin, approval, tell};
use super::{say, with_app};
use crate::config::Config;
use crate::wiki::{self, Edited, Rename};
use crate::{App, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give a page another slug or title; its old ones lead on, and its history stays
    Rename {
        /// Its slug, an alias or its title
        page: String,
        /// Its slug from now on
        slug: String,
        /// Its title from now on [default: the one it has]
        #[arg(long)]
        title: Option<String>,
        #[command(flatten)]
        note: Note,
    },
    /// Take a page away from readers; its history stays
    Retire {
        /// Its slug, an alias or its title
        page: String,
        /// Bring a retired page back instead
        #[arg(long)]
        back: bool,
        #[command(flatten)]
        note: Note,
    },
}

pub async fn run(command: Command, config: Config) -> Result<()> {
    let json = config.json;
    match command {
        Command::Rename { page, slug, title, note: Note { base, reason, author } } => {
            let by = admin(&author)?;
            let work = async |app: &App| {
                let newest = wiki::newest(&app.store, &page).await?;
                let title = title.as_deref().unwrap_or(&newest.page.front.title);
                let base = base.unwrap_or(newest.revision);
                let wish = Rename { page: &page, slug: &slug, title, base, reason: &reason };
                wiki::rename(&app.store, &by, wish, approval(app), app.clock.now()).await
            };
            let edited = with_app(config, work).await?;
            if let Edited::Revision { page: now, revision, .. } = &edited
                && !json
            {
                return say(&renamed(&page, now, *revision));
            }
            tell(edited, json)
        }
        Command::Retire { page, back, note: Note { base, reason, author } } => {
            let by = admin(&author)?;
            let work = async |app: &App| {
                let newest = wiki::newest(&app.store, &page).await?;
                let at = (page.as_str(), base.unwrap_or(newest.revision));
                wiki::retire(&app.store, &by, at, !back, &reason, approval(app), app.clock.now()).await
            };
            let edited = with_app(config, work).await?;
            if let Edited::Revision { page, revision, .. } = &edited
                && !json
            {
                return say(&moved(page, *revision, back));
            }
            tell(edited, json)
        }
    }
}

fn renamed(was: &str, now: &str, revision: i64) -> String {
    if was == now {
        format!("{now} has another title now (revision {revision}).")
    } else {
        format!("{was} is called {now} now (revision {revision}); the old name leads to it.")
    }
}

fn moved(page: &str, revision: i64, back: bool) -> String {
    if back {
        format!("{page} is back: readers see it again (revision {revision}).")
    } else {
        format!(
            "{page} is retired: readers no longer see it (revision {revision}). To bring it back: cairn guides retire {page} --back"
        )
    }
}
