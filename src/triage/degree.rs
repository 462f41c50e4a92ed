//! The degree table of the researchers' guide: degree, subject, and the advice for research.
//!
//! Rows after the degree lists in the researchers' part of the "'Getting Into ML' Guides", in our own words.

use super::cues::Cue;
use super::phrase_finder::{Hit, Lexicon};
use super::text::{Sym, Text, Token};
use serde::Serialize;

/// A row of the degree table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ResearchRow {
    /// `phd`, `masters` or `undergraduate`: completed or in progress.
    pub degree: &'static str,
    /// Its subject, grouped as in the table.
    pub field: &'static str,
    /// Our advice.
    pub advice: &'static str,
    /// Anchor in the researchers' guide.
    pub section: &'static str,
}

const PHD: &str = "you-have-or-are-doing-a-phd";
const MASTERS: &str = "you-have-or-are-doing-a-research-masters";
const UNDERGRADUATE: &str = "you-have-or-are-doing-an-undergraduate-degree";

const fn entry(degree: &'static str, field: &'static str, section: &'static str, advice: &'static str) -> ResearchRow {
    ResearchRow { degree, field, advice, section }
}

/// All ten rows.
pub const TABLE: [ResearchRow; 10] = [
    entry(
        "phd",
        "ml-statistics-cs",
        PHD,
        "Your doctorate is the entrance ticket already. Spend the time on your own results, on talks, and on writing to the groups whose work you like.",
    ),
    entry(
        "phd",
        "other-quantitative",
        PHD,
        "You know how to do research; now show it inside machine learning. Close the gaps in its theory, then put out one solid piece of work in it, best with someone from the field.",
    ),
    entry(
        "phd",
        "non-quantitative",
        PHD,
        "Your research habits will help, though the subject itself counts for little here. Plan for the mathematics and programming first, and look for places where your own field needs ML.",
    ),
    entry(
        "masters",
        "ml-statistics-cs",
        MASTERS,
        "You are close. If your thesis shows that you can carry a research question, apply now; if it does not yet, a PhD is the usual way to get there.",
    ),
    entry(
        "masters",
        "other-quantitative",
        MASTERS,
        "Your mathematics will carry over, but research posts will mostly want more ML than you can show yet. A PhD in or near machine learning is the natural next step.",
    ),
    entry(
        "masters",
        "non-quantitative",
        MASTERS,
        "It will take a fresh start in mathematics and computing, which many have managed. Consider a second, quantitative degree before you aim at a research post.",
    ),
    entry(
        "undergraduate",
        "maths-statistics-physics",
        UNDERGRADUATE,
        "Mathematics, statistics or physics is firm ground for ML research. Learn to program well beside it, and seek out a research project with a lecturer early.",
    ),
    entry(
        "undergraduate",
        "cs-software",
        UNDERGRADUATE,
        "You are next door: the code will come easily. Take all the mathematics and statistics you can, for that is what research leans on.",
    ),
    entry(
        "undergraduate",
        "other-quantitative",
        UNDERGRADUATE,
        "You're used to working with numbers, and that helps. Add probability, linear algebra and programming, and aim at a Master's, then a PhD, in a subject nearer to ML.",
    ),
    entry(
        "undergraduate",
        "non-quantitative",
        UNDERGRADUATE,
        "Few of your courses will count directly, so plan for new ones. If you're still early, a change to mathematics, physics or computing is the shortest way; if you've finished, a Master's and a PhD there are.",
    ),
];

/// The largest distance in words between a degree and its subject, in either direction.
const NEAR: usize = 7;

/// The row for the author's degree, completed or in progress, if its subject is near it. The highest degree counts.
pub fn research_row(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> Option<ResearchRow> {
    [(Cue::Phd, "phd"), (Cue::Masters, "masters"), (Cue::Undergraduate, "undergraduate")].into_iter().find_map(
        |(cue, degree)| {
            let mut held =
                hits.iter().filter(|hit| lexicon.cue(hit) == cue && !hit.denied && !is_wish(text, hit, lexicon));
            let field = held.find_map(|hit| subject(text, hits, hit, lexicon))?;
            TABLE.into_iter().find(|row| row.degree == degree && row.field == field_in_table(degree, field))
        },
    )
}

/// "I want to do a PhD" is a plan, not a degree.
fn is_wish(text: &Text, hit: &Hit, lexicon: &Lexicon) -> bool {
    let wishes = syms(
        lexicon,
        "@want apply applying worth require required requires without before should need needed get getting",
    );
    before(text, hit).take(4).any(|token| is_one_of(token, &wishes))
}

/// Whether a find names the degree of another person: "My supervisor has a PhD". Such a degree says nothing about the author
/// or the track.
pub fn is_of_another(text: &Text, hit: &Hit, lexicon: &Lexicon) -> bool {
    let degree = lexicon.sym("@degree");
    let is_sign =
        lexicon.rows[hit.row].aim.is_some() || matches!(lexicon.cue(hit), Cue::Phd | Cue::Masters | Cue::Undergraduate);
    if !is_sign || !text.tokens[hit.first..hit.last].iter().any(|token| token.is(degree)) {
        return false;
    }
    let another = lexicon.sym("@another");
    let author = syms(lexicon, "i we me myself you one");
    let my = lexicon.sym("my");
    if before(text, hit).take(2).any(|token| token.is(my)) {
        return false;
    }
    let nearest = before(text, hit).take(8).find(|token| token.is(another) || is_one_of(token, &author));
    nearest.is_some_and(|token| token.is(another)) || text.tokens[hit.first].is(another)
}

fn syms(lexicon: &Lexicon, words: &str) -> Vec<Sym> {
    words.split(' ').map(|word| lexicon.sym(word)).collect()
}

fn is_one_of(token: &Token, list: &[Sym]) -> bool {
    list.iter().any(|sym| token.is(*sym))
}

/// The words before a find in its clause, nearest first.
fn before<'a>(text: &'a Text, hit: &Hit) -> impl Iterator<Item = &'a Token> {
    let sentence = text.tokens[hit.first].sentence;
    text.tokens[..hit.first].iter().rev().take_while(move |token| token.sentence == sentence && !token.pause)
}

/// The subject nearest to a degree. A subject after it ("PhD in physics") is preferred to one before it ("physics
/// PhD").
fn subject(text: &Text, hits: &[Hit], degree: &Hit, lexicon: &Lexicon) -> Option<Cue> {
    let sentence = text.tokens[degree.first].sentence;
    let near = |hit: &&Hit| {
        text.tokens[hit.first].sentence == sentence && hit.first + NEAR > degree.first && hit.first < degree.last + NEAR
    };
    let distance =
        |hit: &Hit| if hit.first >= degree.first { hit.first - degree.first } else { NEAR + degree.first - hit.first };
    let subjects = hits.iter().filter(near).filter(|hit| is_subject(lexicon.cue(hit)));
    subjects.min_by_key(|hit| (distance(hit), usize::MAX - hit.last)).map(|hit| lexicon.cue(hit))
}

fn is_subject(cue: Cue) -> bool {
    matches!(cue, Cue::InMl | Cue::InMaths | Cue::InStatistics | Cue::InCs | Cue::InQuantitative | Cue::InOther)
}

/// The subject's group in the table of that degree.
fn field_in_table(degree: &str, subject: Cue) -> &'static str {
    match (degree, subject) {
        ("undergraduate", Cue::InMaths | Cue::InStatistics) => "maths-statistics-physics",
        ("undergraduate", Cue::InCs | Cue::InMl) => "cs-software",
        (_, Cue::InMl | Cue::InCs | Cue::InStatistics) => "ml-statistics-cs",
        (_, Cue::InMaths | Cue::InQuantitative) => "other-quantitative",
        _ => "non-quantitative",
    }
}
