//! The texts of a digest: portable Markdown, and embeds for Discord. All its sentences are in this file.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::digest::{Digest, Entry, HEADLINES, News};
use super::{Missing, Source, Touched, Week};
use crate::outbox::{Embed, Payload};
use crate::text::{cut, escape, list};

/// How many authors are named.
const AUTHORS: usize = 3;
/// How much of an abstract a page shows before the fold, in characters.
const OPENING: usize = 330;
/// The fewest points of a post that counts as interest.
const TALKED: u32 = 5;
/// The section about reading a paper in three passes.
const PASSES: &str = "guides/reading-papers#the-three-passes";
/// Discord's limit for the text of all embeds in a message, with a margin.
const EMBEDS: usize = 5_900;
/// Discord's limit for the text of one embed, with a margin.
const DESCRIPTION: usize = 4_000;

/// The longest texts, in characters before escaping.
#[derive(Debug, Clone, Copy)]
struct Room {
    title: usize,
    /// A headline's abstract.
    headline: usize,
    /// Another paper's abstract; 0 to leave it out.
    other: usize,
    /// Related sections of the wiki per paper.
    touches: usize,
    authors: usize,
}

/// For platforms with enough space.
const ROOMY: Room = Room { title: 300, headline: 600, other: 320, touches: 2, authors: AUTHORS };
/// From the preferred sizes to sizes that always fit.
const NARROWER: [Room; 9] = [
    Room { title: 240, headline: 420, other: 220, touches: 2, authors: AUTHORS },
    Room { title: 240, headline: 360, other: 180, touches: 1, authors: AUTHORS },
    Room { title: 200, headline: 300, other: 150, touches: 1, authors: AUTHORS },
    Room { title: 160, headline: 260, other: 120, touches: 1, authors: AUTHORS },
    Room { title: 160, headline: 220, other: 90, touches: 1, authors: AUTHORS },
    Room { title: 160, headline: 200, other: 0, touches: 1, authors: AUTHORS },
    Room { title: 120, headline: 160, other: 0, touches: 0, authors: AUTHORS },
    Room { title: 80, headline: 100, other: 0, touches: 0, authors: 1 },
    Room { title: 30, headline: 0, other: 0, touches: 0, authors: 0 },
];
/// How many papers share an embed below the headlines; more might not fit.
const FRAME: usize = 4;

impl Digest {
    /// The digest as a message within Discord's limits: an introduction, one embed per headline, and embeds for the
    /// others.
    pub fn payload(&self) -> Payload {
        let fitting = NARROWER.iter().map(|room| self.embeds(room)).find(|embeds| fits(embeds));
        Payload { body: self.introduction(), embeds: fitting.unwrap_or_default(), ..Payload::default() }
    }

    /// The title of a post with this digest.
    pub fn title(&self) -> String {
        format!("Papers of the week: {}", dates(self.week))
    }

    /// Explains why there are fewer papers than requested; none if there are enough.
    pub fn note(&self) -> Option<String> {
        let (count, lost) = (self.entries.len(), self.missing.iter().any(|m| m.source == Source::HuggingFace));
        let known = if lost { ", as far as is known" } else { "" };
        Some(match (count, self.filtered) {
            (count, _) if count >= self.wanted => return None,
            (0, false) => format!("No papers were listed this week{known}."),
            (0, true) if self.listed == 0 => format!("No papers were listed this week{known}."),
            (0, true) => "None of this week’s papers fits the filters of this channel.".to_owned(),
            (1, false) => format!("Only 1 paper this week{known}."),
            (n, false) => format!("Only {n} papers this week{known}."),
            (1, true) => "Only 1 of this week’s papers fits the filters of this channel.".to_owned(),
            (n, true) => format!("Only {n} of this week’s papers fit the filters of this channel."),
        })
    }

    /// Whether the digest is ordered by Hugging Face's votes.
    pub fn is_by_votes(&self) -> bool {
        self.missing.iter().all(|m| m.source != Source::HuggingFace || !m.days.is_empty())
    }

    /// Notes for readers: why there are few papers, and which sources are missing.
    pub fn remarks(&self) -> Vec<String> {
        self.note().into_iter().chain(self.missing.iter().map(absent)).collect()
    }

    fn introduction(&self) -> String {
        let mut lines = vec![format!("**{}**", self.title())];
        lines.extend(self.note());
        if !self.entries.is_empty() {
            lines.push(if self.is_by_votes() {
                "Ordered by upvotes at Hugging Face; other places are evidence.".to_owned()
            } else {
                "Ordered by points at Hacker News.".to_owned()
            });
        }
        if let Some((line, level)) = lines.last_mut().zip(self.usual_level()) {
            line.push_str(&format!(" Level: {level}, unless a paper says otherwise."));
        }
        lines.extend(self.missing.iter().map(absent));
        if let Some(favourite) = &self.favourite {
            let (title, votes) = (escape::markdown(&cut::clause(&favourite.title, 120)), favourite.votes);
            let members = list::count(votes, "vote");
            lines.push(format!(
                "Your favourite of the last digest: {title} ({members}, [abstract]({})).",
                favourite.id.abs()
            ));
        }
        if !self.entries.is_empty() {
            lines.push(format!(
                "How to read one: a glance, then the argument, then the details. The guide explains the [three passes]({}/{PASSES}).",
                self.base
            ));
        }
        lines.join("\n\n")
    }

    fn embeds(&self, room: &Room) -> Vec<Embed> {
        let headline = |news: &News<'_>| Embed {
            title: news.entry.heading(room),
            link: Some(news.entry.id.abs()),
            text: news.lines(&self.base, room, room.headline).join("\n"),
            ..Embed::default()
        };
        let news = self.news(room.touches);
        let (headlines, more) = news.split_at(news.len().min(HEADLINES));
        let mut embeds: Vec<Embed> = headlines.iter().map(headline).collect();
        for (at, part) in more.chunks(FRAME).enumerate() {
            let papers: Vec<String> = part.iter().map(|e| e.paragraph(&self.base, room, room.other, "\n")).collect();
            let title = if at == 0 { "More papers" } else { "More papers, continued" };
            embeds.push(Embed { title: title.to_owned(), text: papers.join("\n\n"), ..Embed::default() });
        }
        embeds
    }
}

/// Whether Discord accepts these embeds.
fn fits(embeds: &[Embed]) -> bool {
    let length = |embed: &Embed| (embed.title.chars().count(), embed.text.chars().count());
    let lengths: Vec<(usize, usize)> = embeds.iter().map(length).collect();
    lengths.iter().all(|(title, text)| *title <= 250 && *text <= DESCRIPTION)
        && lengths.iter().map(|(title, text)| title + text).sum::<usize>() <= EMBEDS
}

/// Portable Markdown for Reddit and a terminal. It uses paragraphs, because some platforms join single lines.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.introduction())?;
        let news = self.news(ROOMY.touches);
        let (headlines, more) = news.split_at(news.len().min(HEADLINES));
        for news in headlines {
            let lines = news.lines(&self.base, &ROOMY, ROOMY.headline).join("\n\n");
            write!(f, "\n\n### {}\n\n{lines}", news.entry.heading(&ROOMY))?;
        }
        if !more.is_empty() {
            write!(f, "\n\n### More papers")?;
        }
        for news in more {
            write!(f, "\n\n{}", news.paragraph(&self.base, &ROOMY, ROOMY.other, "\n\n"))?;
        }
        Ok(())
    }
}

impl News<'_> {
    /// Number and title, then the other lines.
    fn paragraph(&self, base: &str, room: &Room, most: usize, between: &str) -> String {
        let title = format!("**{}**", self.entry.heading(room));
        std::iter::once(title).chain(self.lines(base, room, most)).collect::<Vec<_>>().join(between)
    }

    /// Authors, date and reason; abstract; links; level.
    fn lines(&self, base: &str, room: &Room, most: usize) -> Vec<String> {
        let entry = self.entry;
        let first = [entry.by(room.authors), entry.date(), entry.why()];
        let first: Vec<String> = first.into_iter().filter(|part| !part.is_empty()).collect();
        let mut lines = vec![first.join(" · ")];
        if most > 0 && !entry.summary.is_empty() {
            lines.push(escape::markdown(&cut::sentences(&entry.summary, most)));
        }
        let section = |touched: &&Touched| format!("[{}]({})", escape::markdown(&touched.title), touched.at(base));
        let touches: Vec<String> = self.touches.iter().map(section).collect();
        let wiki = (!touches.is_empty()).then(|| format!("in the wiki: {}", touches.join(", ")));
        let level = self.level.map(|level| level.to_string());
        lines.push([entry.links()].into_iter().chain(level).chain(wiki).collect::<Vec<_>>().join(" · "));
        lines
    }
}

impl Entry {
    fn heading(&self, room: &Room) -> String {
        format!("{}. {}", self.rank, escape::markdown(&cut::clause(&self.title, room.title)))
    }

    /// Some of its authors and the number of the others, as plain text.
    pub fn people(&self) -> String {
        self.named(AUTHORS, |name| name.to_owned())
    }

    /// The first sentences of the abstract, and the rest of it, as plain text.
    pub fn opening(&self) -> (String, &str) {
        let summary = self.summary.trim();
        let first = cut::sentences(summary, OPENING);
        // If the first part ends within a sentence, the rest repeats the whole abstract.
        let rest = summary.strip_prefix(&first).unwrap_or(summary).trim_start();
        (first, rest)
    }

    /// Up to `most` authors, and the number of the others. A single further author is named, too.
    fn by(&self, most: usize) -> String {
        self.named(most, escape::markdown)
    }

    fn named(&self, most: usize, shown: impl Fn(&str) -> String) -> String {
        let most = if most > 1 && self.authors.len() == most + 1 { most + 1 } else { most };
        let named: Vec<String> = self.authors.iter().take(most).map(|name| shown(&cut::clause(name, 60))).collect();
        match (self.authors.len() - named.len(), named.as_slice()) {
            (_, []) => String::new(),
            (0, named) => list::and(named),
            (more, _) => format!("{} and {more} more", named.join(", ")),
        }
    }

    fn date(&self) -> String {
        self.published.map(|at| day(TimeZone::UTC.to_datetime(at).date(), true)).unwrap_or_default()
    }

    /// Why it is in the digest: what people did with it.
    pub fn why(&self) -> String {
        let mut reasons = Vec::new();
        if self.pinned {
            reasons.push("chosen by a moderator".to_owned());
        }
        if self.votes > 0 {
            reasons.push(list::count(self.votes, "upvote"));
        }
        if self.comments > 0 {
            reasons.push(list::count(self.comments, "comment"));
        }
        if let Some(seen) = self.sightings.iter().max_by_key(|s| s.points).filter(|s| s.points >= TALKED) {
            reasons.push(format!("on [Hacker News]({}) with {}", seen.link, list::count(seen.points, "point")));
        }
        if reasons.is_empty() { "no votes yet".to_owned() } else { reasons.join(", ") }
    }

    fn links(&self) -> String {
        let code = self.code.as_ref().map(|link| format!(" · [code]({link})")).unwrap_or_default();
        format!("[abstract]({}) · [PDF]({}){code}", self.id.abs(), self.id.pdf())
    }
}

/// Names a missing source and its missing days.
fn absent(missing: &Missing) -> String {
    let days: Vec<String> = missing.days.iter().map(|date| day(*date, false)).collect();
    match (days.as_slice(), missing.source) {
        ([], Source::HuggingFace) => "Hugging Face could not be asked, so the votes are missing.".to_owned(),
        ([], source) => format!("{source} could not be asked this time."),
        (days, source) => format!("{source} could not be asked about {}.", list::and(days)),
    }
}

impl Week {
    /// Its days: “17 to 23 August 2026”.
    pub fn in_words(self) -> String {
        dates(self)
    }

    /// The same without the year, if it is the same at both ends: “17 to 23 August”.
    pub fn in_words_of_its_year(self) -> String {
        let words = dates(self);
        let year = format!(" {}", self.sunday().year());
        if self.monday().year() == self.sunday().year() { words.trim_end_matches(&year).to_owned() } else { words }
    }
}

/// “17 to 23 August 2026”.
fn dates(week: Week) -> String {
    let (from, to) = (week.monday(), week.sunday());
    let from = match (from.year() == to.year(), from.month() == to.month()) {
        (true, true) => from.day().to_string(),
        (same, _) => day(from, !same),
    };
    format!("{from} to {}", day(to, true))
}

fn day(date: Date, year: bool) -> String {
    date.strftime(if year { "%-d %B %Y" } else { "%-d %B" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_written_as_dates() {
        let table = [
            ("2026-W34", "17 to 23 August 2026"),
            ("2026-W40", "28 September to 4 October 2026"),
            ("2026-W53", "28 December 2026 to 3 January 2027"),
        ];
        for (week, expected) in table {
            assert_eq!(dates(week.parse().unwrap()), expected);
        }
    }
}
