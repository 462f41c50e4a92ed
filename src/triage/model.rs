//! Adds the evidence up: log-odds for "getting started", points for the tracks.
//!
//! First version: weights by judgement. A trained model can take its place behind [`read`].

use super::cues::Cue;
use super::degree::{self, ResearchRow};
use super::lexicon::{Hit, Lexicon, lexicon};
use super::text::{self, Part, Text};
use super::verdict::Reason;
use super::{Bands, Post, Track};

/// Log-odds of "getting started" for a text that says nothing.
const PRIOR: f64 = -1.8;
/// What a find in the title counts against one in the body: titles say what is wanted.
const TITLE: f64 = 1.3;
/// Evidence of many phrases is not independent; this brings the sum of weights back to honest log-odds.
const SHRINK: f64 = 0.65;
/// Words up to which a post counts in full.
const PLAIN_LENGTH: f64 = 140.0;
/// Words up to which a post is a short message.
const SHORT: usize = 30;
/// Points below which a track counts as not named at all.
const NAMED: f64 = 0.9;
/// Reasons kept in a verdict.
const REASONS: usize = 6;

/// What the model makes of a post.
pub struct Reading {
    /// Probability that the post asks how to get started, 0–1.
    pub p: f64,
    /// The tracks, likeliest first, with their shares (sum 1).
    pub ranking: [(Track, f64); 4],
    /// The text says something that decides between the tracks.
    pub decided: bool,
    /// The author's words that weighed most, heaviest first.
    pub reasons: Vec<Reason>,
    /// The row of the degree table, if degree and subject are said.
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

/// Reads a post.
pub fn read(post: &Post<'_>) -> Reading {
    let lexicon = lexicon();
    let text = text::cut(post, lexicon);
    let hits = lexicon.find(&text);
    let evidence = evidence(&text, &hits, lexicon);
    let points = points(&text, &hits, lexicon);
    let decided = points.iter().any(|points| *points >= NAMED);
    let ranking = ranking(points);
    let reasons = reasons(post, &text, &hits, lexicon, decided.then_some(ranking[0].0));
    let row = degree::research_row(&text, &hits, lexicon);
    Reading { p: logistic(SHRINK * (evidence + shape(post, &text))), ranking, decided, reasons, row }
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// What each sentence speaks of, as bits.
struct Said {
    sentences: Vec<u16>,
    /// The union over the title.
    title: u16,
    /// The union over all.
    all: u16,
    /// The union over the body.
    body: u16,
}

const ASK: u16 = 1;
const ENTER: u16 = 2;
const FIELD: u16 = 4;
const SUBJECT: u16 = 8;
const PERSON: u16 = 16;
const PLEA: u16 = 32;
const YOU: u16 = 64;
const WISH: u16 = 128;
const GOAL: u16 = 256;

fn said(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> Said {
    let mut sentences: Vec<u16> = text.sentences.iter().map(|sentence| u16::from(sentence.question) * ASK).collect();
    for hit in hits {
        sentences[text.tokens[hit.first].sentence as usize] |= match lexicon.cue(hit) {
            Cue::Ask => ASK,
            Cue::Enter => ENTER,
            Cue::Field => FIELD,
            Cue::Subject => SUBJECT,
            Cue::Person => PERSON,
            Cue::Plea => PLEA,
            Cue::You => YOU,
            Cue::Wish => WISH,
            Cue::Goal | Cue::Start => GOAL,
            _ => 0,
        };
    }
    let union = |part: &[u16]| part.iter().fold(0, |all, bits| all | bits);
    let in_title = text.sentences.iter().filter(|sentence| sentence.part == Part::Title).count();
    Said {
        title: union(&sentences[..in_title]),
        body: union(&sentences[in_title..]),
        all: union(&sentences),
        sentences,
    }
}

/// How much a positive find counts by whether ML is spoken of around it: "where do I start" may be about anything.
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

/// A technical term beside "learn", "start" or "course" is often only something to be learnt.
fn aside(said: &Said, sentence: usize, cue: Cue) -> f64 {
    if cue == Cue::Technical && said.sentences[sentence] & ENTER != 0 { 0.5 } else { 1.0 }
}

/// Long posts hold something of everything, so each find in them says less.
fn brevity(text: &Text) -> f64 {
    (PLAIN_LENGTH / text.tokens.len().max(1) as f64).min(1.0).sqrt()
}

/// Sum of the weights of all finds, bounded per cue, and of cues that mean more together.
fn evidence(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> f64 {
    let said = said(text, hits, lexicon);
    let brevity = brevity(text);
    let mut found = vec![0_i32; lexicon.rows.len()];
    let mut sums = Sums::default();
    for hit in hits {
        let weight = lexicon.rows[hit.row].weight;
        if weight == 0.0 || hit.denied && weight < 0.0 {
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
        let add = weight * about * 0.5_f64.powi(found[hit.row]) * place(text, hit);
        found[hit.row] += 1;
        let cue = lexicon.cue(hit);
        sums.add(cue, add);
    }
    sums.total() + together(text, &said, brevity)
}

/// Sums of the weights of the finds, by cue.
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
        sum + self.venture() + if inside { -0.8 } else { 0.0 }
    }

    /// Someone who already works or studies in the field, and says nothing of entering it: a question of career.
    fn inside(&self) -> bool {
        self.of(Cue::Insider) + self.of(Cue::Admission) <= -1.2
            && self.of(Cue::Start) + self.of(Cue::Goal) + self.of(Cue::Novice) < 1.5
    }

    /// Someone who says in so many words that they want in: technical terms are then what they have heard of.
    fn learner(&self) -> bool {
        self.of(Cue::Start) + self.of(Cue::Goal) >= 1.5
    }

    /// Someone who asks where to start and has something in mind to make with it is a beginner with a project.
    fn venture(&self) -> f64 {
        let said = |cue: Cue| self.of(cue) > 0.0;
        let begins = said(Cue::Where) || said(Cue::Start) || said(Cue::Novice);
        if begins && (said(Cue::Own) || said(Cue::Fun)) { 0.9 } else { 0.0 }
    }
}

/// Most that one cue may add, either way.
fn bound(cue: Cue) -> f64 {
    match cue {
        Cue::Start | Cue::Insider | Cue::Symptom | Cue::HowTo | Cue::Success => 3.4,
        Cue::Ama | Cue::Thread | Cue::Advert | Cue::Show => 4.0,
        Cue::Hardware => 6.5,
        Cue::Ask => 0.6,
        Cue::Background | Cue::Advice => 1.0,
        _ => 2.4,
    }
}

fn place(text: &Text, hit: &Hit) -> f64 {
    match text.sentences[text.tokens[hit.first].sentence as usize].part {
        Part::Title => TITLE,
        // A short message without a title says at once what is wanted.
        Part::Body if text.tokens.len() <= SHORT && text.sentences[0].part == Part::Body => TITLE,
        Part::Body => 1.0,
    }
}

/// A sentence that asks, speaks of entering and names the field says more than its parts; a post in which nobody
/// asks, or no one speaks, or the field is missing, says less.
fn together(text: &Text, said: &Said, brevity: f64) -> f64 {
    let worth = |(bits, part): (&u16, Part)| sentence_worth(*bits) * if part == Part::Title { TITLE } else { brevity };
    let best = said.sentences.iter().zip(text.sentences.iter().map(|s| s.part)).map(worth).fold(0.0, f64::max);
    let short = text.tokens.len() <= SHORT;
    // In a short message much goes without saying, and an aim said is as good as a question.
    let unsaid = if short { 0.6 } else { 1.0 } * if said.all & GOAL != 0 { 0.3 } else { 1.0 };
    let missing = |bits: u16, cost: f64| if said.all & bits == 0 { -cost } else { 0.0 };
    let aside = if said.title != 0 && said.title & (FIELD | SUBJECT) == 0 { -0.5 } else { 0.0 };
    let lectures = if said.all & (YOU | PLEA) == YOU { -1.2 } else { 0.0 };
    best + aside
        + lectures
        + article(text, said)
        + missing(PLEA, 1.0 * unsaid)
        + missing(ASK, 1.0 * unsaid)
        + missing(PERSON, 0.7 * unsaid)
        + missing(FIELD | SUBJECT, 0.8)
        + missing(FIELD, 0.3)
}

/// A headline, and under it statements by nobody: an article, however its title asks.
fn article(text: &Text, said: &Said) -> f64 {
    let asks = text.sentences.iter().any(|sentence| sentence.question);
    let nobody = said.all & (PERSON | WISH) == 0;
    if said.title != 0 && said.body != 0 && !asks && nobody && said.body & (ASK | PLEA) == 0 { -2.0 } else { 0.0 }
}

/// Worth of the cues of one sentence; bits as in [`Said`].
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

/// What the look of a post tells: links and code are the mark of other posts, and so are the tags of some forums.
fn shape(post: &Post<'_>, text: &Text) -> f64 {
    let links = -0.5 * f64::from(text.links.min(3));
    let code = if text.code > 0 { -1.0 } else { 0.0 };
    let silence = if text.tokens.is_empty() { -3.0 } else { 0.0 };
    PRIOR + links + code + silence + tag(post.title)
}

/// Tags as r/MachineLearning and others use them: research, project, news are never a beginner's question.
fn tag(title: &str) -> f64 {
    let title = title.trim_start();
    let tagged = |tags: &[&str]| {
        tags.iter().any(|tag| title.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)))
    };
    if tagged(&["[r]", "[p]", "[n]", "[research]", "[project]", "[news]", "[oc]"]) {
        -4.0
    } else if tagged(&["[d]", "[discussion]"]) {
        -0.5
    } else {
        0.0
    }
}

/// Points of the four tracks, in the order of [`Track::ALL`].
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

/// Being at school outweighs what one wants to be later; but a pupil who only plays is a hacker.
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

/// Shares of the tracks, likeliest first; equal ones in the order of the guides.
fn ranking(points: [f64; 4]) -> [(Track, f64); 4] {
    let powers = points.map(f64::exp);
    let total: f64 = powers.iter().sum();
    let mut ranking = Track::ALL.map(|track| (track, powers[track as usize] / total));
    ranking.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranking
}

/// The finds that weighed most: for the track if there is one, then for or against getting started.
fn reasons(post: &Post<'_>, text: &Text, hits: &[Hit], lexicon: &Lexicon, track: Option<Track>) -> Vec<Reason> {
    let mut weighed: Vec<(f64, &Hit, &'static str)> = Vec::new();
    for hit in hits {
        let row = lexicon.rows[hit.row];
        let length = (hit.last - hit.first).min(4) as f64 * 0.1;
        match row.aim {
            Some((aim, worth)) if Some(aim) == track && worth > 0.5 && !hit.denied => {
                weighed.push((10.0 + worth * place(text, hit) + length, hit, aim.slug()))
            }
            _ if row.weight >= 0.7 => weighed.push((row.weight * place(text, hit) + length, hit, "getting_started")),
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

/// The author's own words of a find, cut to what may be shown.
fn quote<'a>(post: &Post<'a>, text: &Text, hit: &Hit) -> &'a str {
    let (first, last) = (text.tokens[hit.first], text.tokens[hit.last - 1]);
    let source = match text.sentences[first.sentence as usize].part {
        Part::Title => post.title,
        Part::Body => post.body,
    };
    let whole = source.get(first.start as usize..last.end as usize).unwrap_or_default();
    let end = whole.char_indices().nth(Reason::MAX_CHARS).map_or(whole.len(), |(end, _)| end);
    &whole[..end]
}
