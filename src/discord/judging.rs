//! `/mod triage`: what triage decided lately where everybody can read it, why, and whether that was right. The console's desk
//! shows the same verdicts.

use poise::serenity_prelude as serenity;
use serenity::ComponentInteractionDataKind as Chosen;

use super::context::{MAX_CHOICES, bot, reply};
use super::input;
use super::lookup::short;
use super::member::Who;
use super::mod_guide::named;
use super::reply::{Answer, older_of};
use super::{Bot, Context, rights};
use crate::community::{Community, Moderator, Role};
use crate::desk::cards::{self, Case};
use crate::desk::judging::{self, Judgement, Says};
use crate::outbox::press::TriagePress;
use crate::outbox::{Button, Choice, Controls, Reply, Select, Style};
use crate::text::{cut, escape};
use crate::triage::{Action, Track, Verdict};
use crate::welcome;
use crate::{Error, Kind, Result};

/// How many verdicts are listed.
const SHOWN: usize = 10;
/// How much of a text the list shows, and how much is shown of one, in characters.
const PREVIEW: usize = 100;
const TEXT: usize = 900;

/// Which guides Cairn chose lately, and why: say whether they were right
#[poise::command(slash_command, rename = "triage")]
pub async fn triage_(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, async { Ok(Answer::Say(Desk::of(bot(ctx), &who).await?.all("").await?)) }).await
}

/// A button or select of this file was used.
///
/// # Errors
/// Refused to everybody but editors of the server, and if the verdict is gone or judged already.
pub async fn pressed(bot: &Bot, who: &Who, wanted: TriagePress, chosen: &Chosen) -> Result<Answer> {
    let desk = Desk::of(bot, who).await?;
    Ok(Answer::Update(match wanted {
        TriagePress::List => desk.all("").await?,
        TriagePress::Look(Some(id)) => desk.one(id).await?,
        TriagePress::Look(None) => {
            let id = input::value(chosen).and_then(|id| id.parse().ok()).ok_or_else(|| older_of("/mod triage"))?;
            desk.one(id).await?
        }
        TriagePress::Right(id) => desk.judge(id, Says::Right).await?,
        TriagePress::Guide(id, track) => desk.judge(id, Says::Track(track)).await?,
        TriagePress::Other(id) => desk.judge(id, Says::NotStarting).await?,
        TriagePress::Undo(id) => {
            let Desk { bot, by, community } = &desk;
            match judging::undo(&bot.app.store, by, community, &source(id), bot.app.clock.now()).await {
                Ok(()) => desk.one(id).await?,
                Err(error) => by_name(error)?,
            }
        }
    }))
}

/// The verdicts of a server, and who looks at them.
struct Desk<'a> {
    bot: &'a Bot,
    by: Moderator,
    community: Community,
}

impl<'a> Desk<'a> {
    async fn of(bot: &'a Bot, who: &Who) -> Result<Self> {
        let by = rights::here(bot, who, Role::Editor, "judge verdicts").await?;
        Ok(Self { bot, by, community: who.community()? })
    }

    /// The verdicts that nobody has judged, newest first.
    async fn waiting(&self) -> Result<Vec<(String, Case)>> {
        let (store, now) = (&self.bot.app.store, self.bot.app.clock.now());
        let cards = cards::waiting(store, &self.by, &self.community, now).await?;
        let cases = |card: cards::Card| {
            let author = card.author;
            card.cases.into_iter().map(move |case| (author.clone(), case))
        };
        let mut all: Vec<(String, Case)> = cards.into_iter().flat_map(cases).collect();
        all.sort_by_key(|(_, case)| std::cmp::Reverse(case.at));
        Ok(all)
    }

    /// All of them, below what was just done.
    async fn all(&self, done: &str) -> Result<Reply> {
        let all = self.waiting().await?;
        let gap = if done.is_empty() { "" } else { "\n\n" };
        if all.is_empty() {
            let none = "Nothing to judge: no answer of the last two weeks waits.";
            let buttons = self.undo().await?.into_iter().collect();
            return Ok(Reply::text(format!("{done}{gap}{none}")).with_buttons(buttons));
        }
        let line = |(_, case): &(String, Case)| {
            format!("- **{}**: {}", outcome(&case.verdict), escape::quoted(&cut::characters(&words(case), PREVIEW)))
        };
        let lines: Vec<String> = all.iter().take(SHOWN).map(line).collect();
        let more = all.len().saturating_sub(SHOWN);
        let more = if more == 0 { String::new() } else { format!("\n- … and {more} more") };
        let option = |(_, case): &(String, Case)| {
            let id = case.source.strip_prefix("discord/")?.to_owned();
            let about = Some(short(&outcome(&case.verdict)));
            Some(Choice { about, ..Choice::new(id, short(&words(case))) })
        };
        let options = all.iter().filter_map(option).take(MAX_CHOICES).collect();
        let select = Select::one_of(TriagePress::Look(None), "Was it right? Look at one", options);
        let title = Some(("What Cairn decided lately".to_owned(), String::new()));
        let footer = Some("Public posts of the last two weeks. Cairn does not learn from them.".to_owned());
        let text = format!("{done}{gap}{}{more}", lines.join("\n"));
        let undo = self.undo().await?.map(|undo| Controls::Buttons(vec![undo]));
        let rows = [select.into()].into_iter().chain(undo).collect();
        Ok(Reply { title, text, footer, rows, ..Reply::default() })
    }

    /// Takes the last judgement back, for as long as that is promised, wherever they have gone on to.
    async fn undo(&self) -> Result<Option<Button>> {
        let (store, now) = (&self.bot.app.store, self.bot.app.clock.now());
        let last = judging::last(store, &self.by, &self.community, now).await?;
        let id = last.and_then(|last| last.strip_prefix("discord/")?.parse().ok());
        Ok(id.map(|id| Button::press("Undo the last", TriagePress::Undo(id))))
    }

    /// One of them, with a button for each thing that can be said of it.
    async fn one(&self, id: i64) -> Result<Reply> {
        let wanted = source(id);
        match self.waiting().await?.into_iter().find(|(_, case)| case.source == wanted) {
            Some((author, case)) => Ok(shown(id, &author, &case, self.undo().await?)),
            None => self.all("That one is judged already, or no longer kept.").await,
        }
    }

    async fn judge(&self, id: i64, says: Says) -> Result<Reply> {
        let (store, now) = (&self.bot.app.store, self.bot.app.clock.now());
        let judged = judging::judge(store, &self.by, &self.community, &source(id), says, now).await;
        let judgement = match judged {
            Ok(judgement) => judgement,
            Err(error) => return by_name(error),
        };
        let undo = Button::press("Undo", TriagePress::Undo(id));
        let next =
            self.waiting().await?.first().and_then(|(_, case)| case.source.strip_prefix("discord/")?.parse().ok());
        let next = next.map(|id| Button::press("Next", TriagePress::Look(Some(id))).styled(Style::Main));
        let buttons = [undo].into_iter().chain(next).chain([back()]).collect();
        let seconds = crate::desk::UNDO.as_secs();
        let said = noted(&judgement);
        let text = format!("Noted: {said}. You can take that back for {seconds} seconds.");
        Ok(Reply::text(text).with_buttons(buttons))
    }
}

/// What was said of a verdict.
fn noted(judgement: &Judgement) -> String {
    match (judgement.fits, judgement.track) {
        (true, Some(track)) => format!("{} was right", track.title()),
        (true, None) => "that was right".to_owned(),
        _ => judgement.told(),
    }
}

/// Somebody else has judged it: shown by name, with a way on.
fn by_name(error: Error) -> Result<Reply> {
    if error.kind() != Some(Kind::Stale) {
        return Err(error);
    }
    Ok(Reply::text(named(&escape::discord(&error.to_string()))).with_buttons(vec![back()]))
}

fn source(id: i64) -> String {
    format!("discord/{id}")
}

fn back() -> Button {
    Button::press("All of them", TriagePress::List)
}

/// What somebody wrote, as one text.
fn words(case: &Case) -> String {
    [case.title.trim(), case.body.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What triage did.
fn outcome(verdict: &Verdict) -> String {
    match (verdict.action, verdict.track) {
        (Action::Answer, Some(track)) => track.title().to_owned(),
        (Action::Ask, _) => "asked back which guide fits".to_owned(),
        _ => "said nothing".to_owned(),
    }
}

fn shown(id: i64, author: &str, case: &Case, undo: Option<Button>) -> Reply {
    let verdict = &case.verdict;
    let text = escape::quoted(&cut::characters(&words(case), TEXT));
    let why = match verdict.why() {
        none if none.is_empty() => "; no single words decided it".to_owned(),
        why => format!(", {}", escape::quoted(&welcome::of_another(&why))),
    };
    let how = if case.is_unasked { "Cairn answered by itself." } else { "Somebody pointed Cairn at it." };
    let opinion = match case.opinion.as_deref() {
        Some("good") => " Its author says 👍.",
        Some("bad") => " Its author says 👎.",
        _ => "",
    };
    let link = case.link.as_ref().map(|link| format!(" [The post](<{link}>)")).unwrap_or_default();
    let answered = verdict.track.filter(|_| verdict.action == Action::Answer);
    let right = Button::press("✓ Right", TriagePress::Right(id)).styled(Style::Good);
    let other = Button::press("✗ Not a newcomer's question", TriagePress::Other(id)).styled(Style::Danger);
    let guides = Track::ALL.into_iter().filter(|track| Some(*track) != answered);
    let guides = guides.map(|track| Button::press(format!("✗ {}", track.title()), TriagePress::Guide(id, track)));
    let rows = vec![vec![right, other], guides.collect(), [back()].into_iter().chain(undo).collect()];
    let text = format!(
        "{} wrote: {text}{link}\n\n**{}**{why}. {how}{opinion}\n\nWas that right? If not, press the right guide.",
        named(author),
        outcome(verdict),
    );
    Reply::text(text).with(rows.into_iter().map(Controls::Buttons).collect())
}
