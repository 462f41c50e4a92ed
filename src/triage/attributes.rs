//! The rules' results as features for the learned model, besides their sum: the cues found, and the post's appearance.

use super::Post;
use super::cues::Cue;
use super::phrase_finder::{Hit, Lexicon};
use super::spoken_of::{place, said};
use super::text::Text;

/// One head for the intent, one for each track.
pub const HEADS: usize = 5;
/// The number of cues and appearance features.
pub const ATTRIBUTES: usize = CUES + LOOKS;
const CUES: usize = Cue::InOther as usize + 1;
const LOOKS: usize = 19;

/// The rules' results for a post, as input of the learned model.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Log-odds of getting started; then each track's lead in points over the best other track.
    pub odds: [f64; HEADS],
    /// The cues found, and the post's appearance.
    pub attributes: [f32; ATTRIBUTES],
}

/// How often each cue was found, affirmed or denied, in title and body; then the post's appearance.
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
