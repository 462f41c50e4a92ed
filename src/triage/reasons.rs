//! The reasons of a verdict: the author's own words with the most weight, each as a natural phrase.

use super::phrase_finder::{Hit, Lexicon};
use super::spoken_of::place;
use super::text::{Part, Text};
use super::{Post, Track};
use serde::Serialize;

/// The author's own words, and what they are evidence for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// An exact part of the title or the body, on one line, at most [`Reason::MAX_CHARS`] characters.
    pub quote: String,
    /// A track's slug, `getting_started` or `not_getting_started`.
    #[serde(rename = "for")]
    pub speaks_for: &'static str,
}

impl Reason {
    /// Longest quote, in characters.
    pub const MAX_CHARS: usize = 60;
}

/// The most reasons in a verdict.
const REASONS: usize = 6;
/// Words that must not be at the start or end of a quote.
const LOOSE: &str = " a an the in as of to for with and or my on at by from into is are was am be i im it that this so but if do how what where your our their some any about like just really very he she they we you me make need have has had get got getting want wants can could cant cannot will would wont should shall may might must ";
/// Words that are not a reason on their own.
const WEAK: &str = " years year have degree background experience want start starting learn learning study studying good best first know new help work possible supervisor advisor professor faculty lab later ";

/// The matches with the most weight: first those for the track, if there is one, then those for or against getting
/// started.
pub fn reasons(post: &Post<'_>, text: &Text, hits: &[Hit], lexicon: &Lexicon, track: Option<Track>) -> Vec<Reason> {
    let mut weighed: Vec<(f64, &Hit, &'static str)> = Vec::new();
    for hit in hits {
        let row = lexicon.rows[hit.row];
        let length = (hit.last - hit.first).min(4) as f64 * 0.1;
        match row.aim {
            Some((aim, worth)) if Some(aim) == track && worth > 0.5 && !hit.denied => {
                weighed.push((10.0 + worth * place(text, hit) + length, hit, aim.slug()))
            }
            _ if row.weight >= 0.7 && !hit.denied && row.aim.is_none_or(|(aim, _)| Some(aim) == track) => {
                weighed.push((row.weight * place(text, hit) + length, hit, "getting_started"))
            }
            _ if row.weight <= -0.7 && !hit.denied => {
                weighed.push((-row.weight * place(text, hit) + length, hit, "not_getting_started"))
            }
            _ => {}
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut reasons: Vec<Reason> = Vec::new();
    for (_, hit, speaks_for) in weighed {
        let quote = quote(post, text, hit);
        let known =
            reasons.iter().any(|r| r.speaks_for == speaks_for && (r.quote.contains(quote) || quote.contains(&r.quote)));
        if !known && !quote.is_empty() && reasons.iter().filter(|r| r.speaks_for == speaks_for).count() < REASONS / 2 {
            reasons.push(Reason { quote: quote.to_string(), speaks_for });
        }
    }
    reasons.truncate(REASONS + 2);
    reasons
}

/// The author's words of a match, shortened to the allowed length and to a phrase; empty if there are none.
fn quote<'a>(post: &Post<'a>, text: &Text, hit: &Hit) -> &'a str {
    let (first, last) = (text.tokens[hit.first], text.tokens[hit.last - 1]);
    let source = match text.sentences[first.sentence as usize].part {
        Part::Title => post.title,
        Part::Body => post.body,
    };
    let whole = source.get(first.start as usize..last.end as usize).unwrap_or_default();
    let end = whole.char_indices().nth(Reason::MAX_CHARS).map_or(whole.len(), |(end, _)| end);
    phrase(&whole[..end])
}

/// A phrase without the function words at its ends; empty if no content is left.
fn phrase(words: &str) -> &str {
    let is_on = |list: &str, word: &str| {
        let word: String = word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        word.is_empty() || list.contains(&format!(" {word} "))
    };
    let mut left = words.trim();
    while let Some((before, last)) = left.rsplit_once(char::is_whitespace) {
        if !is_on(LOOSE, last) {
            break;
        }
        left = before.trim_end();
    }
    let says = left.split_whitespace().any(|word| !is_on(LOOSE, word) && !is_on(WEAK, word));
    let asks = left.split_whitespace().count() > 3;
    if says || asks { left } else { "" }
}

#[cfg(test)]
mod tests {
    use super::phrase;

    #[test]
    fn a_reason_says_something() {
        for (words, said) in [
            ("can", ""),
            ("how can i", ""),
            ("I can't", ""),
            ("can code", "can code"),
            ("work as an ML engineer can", "work as an ML engineer"),
        ] {
            assert_eq!(phrase(words), said, "{words}");
        }
    }
}
