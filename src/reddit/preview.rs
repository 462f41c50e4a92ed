//! What would become of a post on Reddit: what the bot says to it, and which of Cairn's AutoModerator rules comments.

use super::api::thing::Post;
use super::automod::matcher::{self, Item};
use super::automod::{compiled, page};
use super::decide::{self, Decided};
use super::render::Links;
use crate::triage::Verdict;
use crate::{App, Result, decisions, triage};

/// The subreddit and the bot that it would be.
const SUBREDDIT: &str = "learnmachinelearning";
const BOT: &str = "cairn_bot";

/// What would become of a post.
#[derive(Debug)]
pub struct Tried {
    /// What triage decided.
    pub verdict: Verdict,
    /// The bot's comment, in Reddit's Markdown; none if it says nothing.
    pub comment: Option<String>,
    /// The rule that comments, if one does.
    pub rule: Option<Fired>,
}

/// An AutoModerator rule that fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fired {
    /// What it is called.
    pub name: String,
    /// Its comment.
    pub comment: String,
    /// What its searches found, by their names.
    pub found: Vec<(String, String)>,
}

/// Tries a post. Links lead below `base`.
///
/// # Errors
/// Refused if the wiki lacks a guide.
pub async fn tried(app: &App, base: &str, title: &str, body: &str) -> Result<Tried> {
    let post = triage::Post { title, body };
    let verdict = decisions::unasked(&app.store, decisions::Here::Home, &post, &triage::Bands::default()).await;
    let links = Links { subreddit: SUBREDDIT, pages: &[], base, bot: BOT };
    let said = Post { title: title.to_owned(), body: body.to_owned(), ..Post::default() };
    let comment = match decide::unasked(app, &links, &said).await? {
        Decided::Say(say) => Some(say.answer),
        Decided::Silent | Decided::Danger => None,
    };
    let (title, body, base) = (title.to_owned(), body.to_owned(), base.to_owned());
    let rule = tokio::task::spawn_blocking(move || fired(&base, &title, &body)).await.map_err(anyhow::Error::new)?;
    Ok(Tried { verdict, comment, rule })
}

/// The rule of Cairn's page that comments on a post.
fn fired(base: &str, title: &str, body: &str) -> Option<Fired> {
    let rules = compiled(false, |slug| format!("{base}/guides/{slug}"));
    let item = Item { title, body, url: "" };
    matcher::rules(&page::sections(&rules)).into_iter().find_map(|rule| {
        let found = rule.found(&item)?;
        Some(Fired { comment: filled(rule.comment?, &found), name: rule.name, found })
    })
}

/// The comment as it would be posted: with the author's words in their place.
fn filled(comment: String, found: &[(String, String)]) -> String {
    found.iter().fold(comment, |comment, (name, words)| comment.replace(&format!("{{{{match-{name}-1}}}}"), words))
}
