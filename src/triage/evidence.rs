//! Adds up the evidence: log-odds for “getting started”, points for the tracks.
//!
//! The weights are set by judgement. Their sum is one of the features of the learned model.

use super::attributes::{HEADS, Rules, attributes};
use super::cues::Cue;
use super::degree::{self, ResearchRow};
use super::model::Model;
use super::phrase_finder::{Hit, Lexicon, lexicon};
use super::reasons::{Reason, reasons};
use super::spoken_of::{
    AIMED, ASK, ENTER, FIELD, GOAL, PERSON, PLEA, SHORT, SUBJECT, Said, TITLE, WISH, YOU, place, said,
};
use super::text::{Part, Text};
use super::{Bands, Post, Track, cutter, declared};
use crate::meaning::Vector;

/// Log-odds of “getting started” for a text without evidence.
const PRIOR: f64 = -1.2;
/// Matches are not independent evidence; this factor makes the sum of weights realistic log-odds.
const SHRINK: f64 = 0.62;
/// Up to this many words, a post's evidence has its full weight.
const PLAIN_LENGTH: f64 = 140.0;
/// The penalty for a post whose author does not say that they want to enter the field.
const AIMLESS: f64 = 0.4;
/// The penalties for questions that are not about beginning, and for such a title.
const OFF_AIM: f64 = 0.5;
const OFF_TITLE: f64 = 0.6;
/// From this evidence on, the author counts as already in the field; and the penalty for that.
const INSIDE: f64 = 1.0;
const INSIDE_COST: f64 = 0.4;
/// The bonus for a word about beginning in a short message, because the message has little else.
const CURT: f64 = 0.6;
/// Below these points, a track counts as not mentioned.
const NAMED: f64 = 0.9;
/// From these points on, school is worth mentioning.
const PUPIL: f64 = 2.0;
/// From these points against school on, the text rules school out.
const GROWN: f64 = -1.5;

/// The model's result for a post.
pub struct Reading {
    /// Probability that the post asks how to get started, 0–1.
    pub p: f64,
    /// The tracks, most likely first, with their shares (sum 1).
    pub ranking: [(Track, f64); 4],
    /// The text has evidence that decides between the tracks.
    pub decided: bool,
    /// The text rules out that its author is at school.
    pub grown: bool,
    /// The text has a sign of school.
    pub pupil: bool,
    /// The author's words with the most weight, heaviest first.
    pub reasons: Vec<Reason>,
    /// The row of the degree table, if the text has degree and subject.
    pub row: Option<ResearchRow>,
}

impl Reading {
    /// Lead of the first track over the second, 0–1.
    pub fn margin(&self) -> f64 {
        self.ranking[0].1 - self.ranking[1].1
    }

    /// Whether the track is clear enough to answer with its guide.
    pub fn track_decided(&self, bands: &Bands) -> bool {
        self.decided && self.margin() >= bands.margin
    }
}

/// Applies the rules to a post.
pub fn rules(post: &Post<'_>) -> Rules {
    let lexicon = lexicon();
    let text = cutter::cut(post, lexicon);
    let hits = finds(&text, lexicon);
    said_by_rules(post, &text, &hits, lexicon)
}

/// The finds that are about the author: without other people's degrees.
fn finds(text: &Text, lexicon: &Lexicon) -> Vec<Hit> {
    let mut hits = lexicon.find(text);
    hits.retain(|hit| !degree::is_of_another(text, hit, lexicon));
    hits
}

fn said_by_rules(post: &Post<'_>, text: &Text, hits: &[Hit], lexicon: &Lexicon) -> Rules {
    let intent = SHRINK * (evidence(text, hits, lexicon) + shape(post, text));
    let points = points(text, hits, lexicon);
    Rules { odds: odds(intent, points), attributes: attributes(post, text, hits, lexicon) }
}

fn odds(intent: f64, points: [f64; 4]) -> [f64; HEADS] {
    let lead = |track: usize| {
        let others = (0..4).filter(|other| *other != track).map(|other| points[other]);
        points[track] - others.fold(f64::MIN, f64::max)
    };
    std::array::from_fn(|head| match head.checked_sub(1) {
        None => intent.clamp(-9.2, 9.2),
        Some(track) => lead(track).clamp(-6.0, 6.0),
    })
}

/// Reads a post, with its meaning if it is known.
pub fn read(model: &Model, post: &Post<'_>, meaning: Option<&Vector>) -> Reading {
    let lexicon = lexicon();
    let text = cutter::cut(post, lexicon);
    let hits = finds(&text, lexicon);
    let points = points(&text, &hits, lexicon);
    let rules = said_by_rules(post, &text, &hits, lexicon);
    let log_odds = model.log_odds(model.sums(&model.features(post, &rules), rules.odds), meaning);
    let grown = points[Track::HighSchool as usize] <= GROWN;
    let pupil = points[Track::HighSchool as usize] >= PUPIL;
    let decided = points.iter().any(|points| *points >= NAMED);
    let ranking = ranking(log_odds, grown);
    let row = degree::research_row(&text, &hits, lexicon);
    let mut reasons = reasons(post, &text, &hits, lexicon, decided.then_some(ranking[0].0));
    let declared = declared::something_else(post.title, post.body);
    let most = if declared.is_some() { declared::MOST } else { 1.0 };
    reasons.splice(0..0, declared);
    Reading { p: logistic(log_odds[0]).min(most), ranking, decided, grown, pupil, reasons, row }
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The factor for positive evidence, by whether ML is mentioned nearby: "where do I start" may be about anything.
fn nearness(said: &Said, sentence: usize) -> f64 {
    let around = &said.sentences[sentence.saturating_sub(1)..(sentence + 2).min(said.sentences.len())];
    let bits = around.iter().fold(0, |all, bits| all | bits);
    if bits & FIELD != 0 {
        1.0
    } else if said.title & FIELD != 0 || bits & SUBJECT != 0 {
        0.7
    } else {
        0.4
    }
}

/// A technical term next to "learn", "start" or "course" is often only something to learn.
fn aside(said: &Said, sentence: usize, cue: Cue) -> f64 {
    if cue == Cue::Technical && said.sentences[sentence] & ENTER != 0 { 0.5 } else { 1.0 }
}

/// A long post has some of everything, so each match in it counts less.
fn brevity(text: &Text) -> f64 {
    (PLAIN_LENGTH / text.tokens.len().max(1) as f64).min(1.0).sqrt()
}

/// The sum of the weights of all matches, bounded per cue, and of cues that mean more in combination.
fn evidence(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> f64 {
    let said = said(text, hits, lexicon);
    let brevity = brevity(text);
    let mut found = vec![0_i32; lexicon.rows.len()];
    let begun = begun(text, hits, lexicon);
    let mut sums = Sums::default();
    for hit in hits {
        let weight = lexicon.rows[hit.row].weight;
        // Denied matches are neither wishes nor facts.
        if weight == 0.0 || hit.denied && (weight < 0.0 || wants(lexicon.cue(hit))) {
            continue;
        }
        let sentence = text.tokens[hit.first].sentence as usize;
        let in_title = text.sentences[sentence].part == Part::Title;
        if lexicon.cue(hit) == Cue::Headline && !in_title {
            continue;
        }
        let long = if in_title { 1.0 } else { brevity };
        let about =
            if weight > 0.0 { long * nearness(&said, sentence) } else { aside(&said, sentence, lexicon.cue(hit)) };
        let add =
            weight * about * 0.5_f64.powi(found[hit.row]) * place(text, hit) * novelty(hit, lexicon.cue(hit), &begun);
        found[hit.row] += 1;
        let cue = lexicon.cue(hit);
        sums.add(cue, add);
    }
    sums.total() + together(text, &said, brevity)
}

/// Cues that an author can deny (“I do not want …”).
fn wants(cue: Cue) -> bool {
    matches!(cue, Cue::Start | Cue::Goal | Cue::Want)
}

/// The tokens in matches of [`Cue::Start`].
fn begun(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> Vec<bool> {
    let mut begun = vec![false; text.tokens.len()];
    for hit in hits.iter().filter(|hit| lexicon.cue(hit) == Cue::Start) {
        begun[hit.first..hit.last].fill(true);
    }
    begun
}

/// The factor for words that already counted: an aim or a question inside a match of [`Cue::Start`] adds little.
fn novelty(hit: &Hit, cue: Cue, begun: &[bool]) -> f64 {
    let again = match cue {
        Cue::Goal => 0.3,
        Cue::Where => 0.5,
        _ => return 1.0,
    };
    if begun[hit.first..hit.last].contains(&true) { again } else { 1.0 }
}

/// Sums of the matches' weights, by cue.
#[derive(Default)]
struct Sums(Vec<(Cue, f64)>);

impl Sums {
    fn add(&mut self, cue: Cue, weight: f64) {
        match self.0.iter_mut().find(|(known, _)| *known == cue) {
            Some((_, sum)) => *sum += weight,
            None => self.0.push((cue, weight)),
        }
    }

    fn of(&self, cue: Cue) -> f64 {
        self.0.iter().find(|(known, _)| *known == cue).map_or(0.0, |(_, sum)| sum.clamp(-bound(cue), bound(cue)))
    }

    fn total(&self) -> f64 {
        let (inside, learner) = (self.inside(), self.learner());
        let counts = |cue: Cue| match cue {
            Cue::Where | Cue::StudyChoice | Cue::Path | Cue::Advice | Cue::Resource | Cue::Worry | Cue::Job
                if inside =>
            {
                0.5
            }
            Cue::Technical | Cue::HowTo if learner => 0.6,
            _ => 1.0,
        };
        let sum: f64 = self.0.iter().map(|(cue, _)| self.of(*cue) * counts(*cue)).sum();
        let aimless = [Cue::Start, Cue::Goal, Cue::Want].iter().all(|cue| self.of(*cue) <= 0.0);
        let inside = if inside { -INSIDE_COST } else { 0.0 };
        let aimless = if aimless { -AIMLESS } else { 0.0 };
        sum + self.venture() + inside + aimless
    }

    /// The author already works or studies in the field and does not mention entering it: a career question.
    fn inside(&self) -> bool {
        let told =
            self.of(Cue::Insider) + 0.6 * (self.of(Cue::Admission) + self.of(Cue::Venting) + self.of(Cue::Opinion));
        let begins = self.of(Cue::Start) + self.of(Cue::Goal) + self.of(Cue::Novice) + 0.5 * self.of(Cue::Where);
        told <= -INSIDE && begins < 2.5
    }

    /// The author says clearly that they want to start; technical terms are then only things they have heard of.
    fn learner(&self) -> bool {
        self.of(Cue::Start) + self.of(Cue::Goal) >= 1.5
    }

    /// A person who asks where to start and already has a project idea is a beginner.
    fn venture(&self) -> f64 {
        let said = |cue: Cue| self.of(cue) > 0.0;
        let begins = said(Cue::Where) || said(Cue::Start) || said(Cue::Novice);
        if begins && (said(Cue::Own) || said(Cue::Fun)) { 0.9 } else { 0.0 }
    }
}

/// The most that one cue may add, in either direction.
fn bound(cue: Cue) -> f64 {
    match cue {
        Cue::Insider => 2.9,
        Cue::Start | Cue::Symptom | Cue::HowTo | Cue::Success => 3.4,
        Cue::Ama | Cue::Thread | Cue::Advert | Cue::Show => 4.0,
        Cue::Hardware => 6.5,
        Cue::Ask => 0.6,
        Cue::Background | Cue::Advice => 1.0,
        _ => 2.4,
    }
}

/// A sentence that asks, mentions entering and names the field counts more than its parts. A post without a question,
/// without a person or without the field counts less.
fn together(text: &Text, said: &Said, brevity: f64) -> f64 {
    let worth = |(bits, part): (&u16, Part)| sentence_worth(*bits) * if part == Part::Title { TITLE } else { brevity };
    let best = said.sentences.iter().zip(text.sentences.iter().map(|s| s.part)).map(worth).fold(0.0, f64::max);
    let short = text.tokens.len() <= SHORT;
    // A short message leaves much unsaid, and an aim in it is as good as a question.
    let unsaid = if short { 0.6 } else { 1.0 } * if said.all & GOAL != 0 { 0.3 } else { 1.0 };
    let curt = if short && said.all & AIMED != 0 { CURT } else { 0.0 };
    let missing = |bits: u16, cost: f64| if said.all & bits == 0 { -cost } else { 0.0 };
    let aside = if said.title != 0 && said.title & (FIELD | SUBJECT) == 0 { -0.5 } else { 0.0 };
    let lectures = match said.all & (YOU | PLEA | PERSON) {
        bits if bits & (YOU | PERSON) == YOU => -2.4,
        bits if bits & (YOU | PLEA) == YOU => -1.2,
        _ => 0.0,
    };
    best + aside
        + lectures
        + article(text, said)
        + curt
        + off_aim(text, said)
        + missing(PLEA, 1.0 * unsaid)
        + missing(ASK, 1.0 * unsaid)
        + missing(PERSON, 0.7 * unsaid)
        + missing(FIELD | SUBJECT, 0.8)
        + missing(FIELD, 0.3)
}

/// Questions, but none about beginning: then the rest of the post is only their background.
fn off_aim(text: &Text, said: &Said) -> f64 {
    let aimed = |sentence: usize| said.sentences[sentence] & AIMED != 0;
    let mut asked = (0..text.sentences.len()).filter(|i| text.sentences[*i].question).peekable();
    let title_asks = text.sentences.iter().any(|s| s.part == Part::Title && s.question);
    let title = if title_asks && said.title & AIMED == 0 { -OFF_TITLE } else { 0.0 };
    let all = if asked.peek().is_some() && !asked.any(aimed) { -OFF_AIM } else { 0.0 };
    title + all
}

/// A headline, and below it statements without a person: an article, even if its title is a question.
fn article(text: &Text, said: &Said) -> f64 {
    let asks = text.sentences.iter().any(|sentence| sentence.question);
    let nobody = said.all & PERSON == 0;
    let body = said.body != 0 || text.links > 0;
    if said.title != 0 && body && !asks && nobody && said.body & PLEA == 0 { -4.0 } else { 0.0 }
}

/// The value of the cues in one sentence; bits as in [`Said`].
fn sentence_worth(cues: u16) -> f64 {
    let has = |bits: u16| cues & bits == bits;
    if has(ASK | ENTER | FIELD) {
        1.5
    } else if has(ENTER | FIELD | PERSON) || has(GOAL | FIELD | WISH) {
        0.9
    } else if has(ASK | ENTER | SUBJECT) {
        0.6
    } else {
        0.0
    }
}

/// Evidence from the post's appearance: links, code and some forums' tags are typical of other posts.
fn shape(post: &Post<'_>, text: &Text) -> f64 {
    let links = -0.5 * f64::from(text.links.min(3));
    let code = if text.code > 0 { -1.0 } else { 0.0 };
    let silence = if text.tokens.is_empty() { -3.0 } else { 0.0 };
    PRIOR + links + code + silence + tag(post.title)
}

/// Tags as used in r/MachineLearning and elsewhere: research, project and news are never beginners' questions.
fn tag(title: &str) -> f64 {
    let title = title.trim_start();
    let tagged = |tags: &[&str]| {
        tags.iter().any(|tag| title.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)))
    };
    if tagged(&["[r]", "[p]", "[n]", "[research]", "[project]", "[news]", "[oc]"]) {
        -6.0
    } else if tagged(&["[d]", "[discussion]"]) {
        -0.5
    } else {
        0.0
    }
}

/// The points of the four tracks, in the order of [`Track::ALL`].
fn points(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> [f64; 4] {
    let mut points = [0.0; 4];
    let mut found = vec![0_i32; lexicon.rows.len()];
    for hit in hits {
        if let Some((track, worth)) = lexicon.rows[hit.row].aim {
            let worth = worth * 0.5_f64.powi(found[hit.row]) * place(text, hit).sqrt();
            found[hit.row] += 1;
            points[track as usize] += if hit.denied { -0.7 * worth } else { worth };
        }
    }
    pupils(points, |cue| hits.iter().any(|hit| !hit.denied && lexicon.cue(hit) == cue))
}

/// School outweighs later plans; but a pupil who only plays is a hacker.
fn pupils(mut points: [f64; 4], said: impl Fn(Cue) -> bool) -> [f64; 4] {
    let [school, engineer, researcher, hacker] = &mut points;
    if said(Cue::School) && *school > 1.5 {
        let plays = (said(Cue::Fun) || said(Cue::Own)) && !said(Cue::Future) && !said(Cue::Job);
        *engineer *= 0.4;
        *researcher *= 0.4;
        *hacker *= if plays { 1.0 } else { 0.4 };
        if plays {
            *school *= 0.3;
        }
    }
    points
}

/// The tracks' shares, most likely first; equal ones in the order of the guides. School is last if it is ruled out.
fn ranking(log_odds: [f64; HEADS], grown: bool) -> [(Track, f64); 4] {
    let share = |track: Track| {
        let p = logistic(log_odds[track as usize + 1]);
        if grown && track == Track::HighSchool { 0.0 } else { p.max(1e-6) }
    };
    let shares = Track::ALL.map(share);
    let total: f64 = shares.iter().sum();
    let mut ranking = Track::ALL.map(|track| (track, shares[track as usize] / total));
    ranking.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranking
}
