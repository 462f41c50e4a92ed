//! What the learned model is told of the rules' finds beside their sum: which cues there are, and how a post looks.

use super::Post;
use super::cues::Cue;
use super::phrase_finder::{Hit, Lexicon};
use super::spoken_of::{place, said};
use super::text::Text;

/// One head for the intent, one for each track.
pub const HEADS: usize = 5;
/// How many cues and looks there are.
pub const ATTRIBUTES: usize = CUES + LOOKS;
const CUES: usize = Cue::InOther as usize + 1;
const LOOKS: usize = 19;

/// What the rules say of a post, for the learned model to weigh.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Log-odds of getting started, and for each track its points beyond the next best one's.
    pub odds: [f64; HEADS],
    /// What was found, cue by cue, and what the post looks like.
    pub attributes: [f32; ATTRIBUTES],
}

/// How often each cue was found, said or denied, in title and body, and the looks of the post.
pub fn attributes(post: &Post<'_>, text: &Text, hits: &[Hit], lexicon: &Lexicon) -> [f32; ATTRIBUTES] {
    let mut out = [0.0_f32; ATTRIBUTES];
    for hit in hits {
        let count = &mut out[lexicon.cue(hit) as usize];
        let step = if hit.denied { -0.5 } else { place(text, hit) as f32 };
        *count = (*count + step).clamp(-2.0, 3.0);
    }
    let said = said(text, hits, lexicon);
    let is = |yes: bool| f32::from(u8::from(yes));
    let looks = [
        is(post.title.is_empty()),
        is(post.body.is_empty()),
        (text.tokens.len() as f32).ln_1p() / 3.0,
        text.links.min(3) as f32 / 2.0,
        is(text.code > 0),
        is(post.title.trim_end().ends_with('?')),
        is(post.body.trim_end().ends_with('?')),
        text.sentences.iter().filter(|sentence| sentence.question).count().min(4) as f32 / 2.0,
        is(post.title.trim_start().starts_with('[')),
    ];
    let bits = (0..10).map(|bit| is(said.all >> bit & 1 == 1));
    let rest = out[CUES..].iter_mut();
    rest.zip(looks.into_iter().chain(bits)).for_each(|(slot, look)| *slot = 2.0 * look);
    out.map(|value| value * 0.15)
}
