//! Groups similar questions (pure): words and pairs of words, weighed by TF-IDF, and groups around leaders. An
//! inverted index finds the leaders that share a word, so most pairs are never compared.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use crate::wiki::is_function_word;

/// The least similarity (cosine) of a question to a leader to join its group.
const FOLLOWS: f32 = 0.32;
/// The least similarity of a question to a group's centre to stay in it.
const STAYS: f32 = 0.25;
/// From this similarity of their centres on, two groups are merged.
const SAME: f32 = 0.52;
/// The most terms of a question, and of a group's centre, that are compared.
const MOST_TERMS: usize = 24;
const MOST_OF_MIDDLE: usize = 40;
/// How often the centres are recomputed and the questions reassigned.
const ROUNDS: usize = 3;
/// Words that mean the whole field, or only that something is asked. They say little about the topic.
const FRAME: &str = "question advice suggestion suggest recommendation recommend recommended please tip guidance guide \
    hello everyone really want need looking look help helpful best way beginner newbie noob start learn study into ml ai \
    dl ds complete currently background people time year thank hey hi really feel like think know";
/// Words with the same meaning here; the first of a line replaces the others.
const SAME_MEANING: &str = "start begin starting beginning started starter getting
learn learning self-taught understand master
switch transition transitioning switching change changing move moving pivot shift
job career work role profession hired hire
master masters ms msc mtech
degree bachelor bachelors bs bsc undergrad undergraduate btech
math mathematics maths calculus algebra
statistic statistics stat stats probability
laptop pc computer notebook macbook gpu hardware
course courses mooc coursera udemy
book books textbook textbooks
resource resources material materials
project projects portfolio
roadmap path plan syllabus curriculum roadmaps
school highschool grade teen teenager
programming coding code programmer coder
become becoming";
/// The weight of a word pair; a single word has 1.
const PAIR_WEIGHT: f32 = 0.3;
/// The weight of a word of [`FRAME`]; other words have 1.
const FRAME_WEIGHT: f32 = 0.4;

fn is_frame(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| FRAME.split_whitespace().collect());
    WORDS.contains(word)
}

/// The word that replaces a word of the same meaning.
fn meant(word: &str) -> Option<&'static str> {
    static MEANT: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let of_line = |line: &'static str| {
            let first = line.split(' ').next().unwrap_or_default();
            line.split(' ').map(move |word| (word, first))
        };
        SAME_MEANING.lines().flat_map(of_line).collect()
    });
    MEANT.get(word).copied()
}

/// The words of a question, with weights.
#[derive(Debug, Default)]
pub struct Words(BTreeMap<String, f32>);

impl Words {
    /// Adds a text's words, and pairs of neighbours, with this weight.
    pub fn add(&mut self, text: &str, weight: f32) {
        let lower = folded(text);
        let mut before: Option<&str> = None;
        let mut stems: Vec<String> = Vec::new();
        for word in lower.split(|c: char| !(c.is_alphanumeric() || "+#".contains(c))) {
            if word.is_empty() || word.len() > 30 || is_function_word(word) {
                continue;
            }
            if before == Some(word) {
                continue;
            }
            before = Some(word);
            stems.push(meant(word).unwrap_or_else(|| stem(word)).to_owned());
        }
        for stem in &stems {
            self.count(stem.clone(), if is_frame(stem) { weight * FRAME_WEIGHT } else { weight });
        }
        for pair in stems.windows(2) {
            let share = if is_frame(&pair[0]) || is_frame(&pair[1]) { FRAME_WEIGHT } else { 1.0 };
            self.count(format!("{} {}", pair[0], pair[1]), weight * share * PAIR_WEIGHT);
        }
    }

    fn count(&mut self, term: String, weight: f32) {
        let sum = self.0.entry(term).or_default();
        *sum = (*sum + weight).min(2.0 * weight.max(*sum));
    }
}

/// Lower case, with the field's long names as one word.
fn folded(text: &str) -> String {
    let mut text = text.to_lowercase().replace(['’', '\''], "");
    for (long, short) in [
        ("machine learning", "ml"),
        ("artificial intelligence", "ai"),
        ("deep learning", "dl"),
        ("data science", "ds"),
        ("data scientist", "ds"),
        ("mathematics", "math"),
        ("maths", "math"),
        ("road map", "roadmap"),
    ] {
        if text.contains(long) {
            text = text.replace(long, short);
        }
    }
    text
}

/// A word without the most common endings.
fn stem(word: &str) -> &str {
    let cut = |ending: &str, least: usize| {
        word.strip_suffix(ending).filter(|rest| rest.len() >= least && !rest.ends_with('s'))
    };
    cut("ings", 4).or_else(|| cut("ing", 4)).or_else(|| cut("ers", 4)).or_else(|| cut("s", 3)).unwrap_or(word)
}

type Vector = Vec<(u32, f32)>;

/// Similar questions: their indexes in the list, most typical first.
pub type Group = Vec<usize>;

/// Groups similar questions; largest group first.
pub fn groups(questions: &[Words]) -> Vec<Group> {
    let vectors = weighed(questions);
    // Short questions become leaders, because they say briefly what others say at length.
    let mut order: Vec<usize> = (0..vectors.len()).collect();
    order.sort_by_key(|&at| (vectors[at].len(), at));
    let mut leaders = Middles::default();
    for &at in &order {
        if leaders.nearest(&vectors[at]).is_none_or(|(_, likeness)| likeness < FOLLOWS) {
            leaders.add(vectors[at].clone());
        }
    }
    let mut middles = leaders;
    let mut groups = settled(&vectors, &middles);
    for _ in 0..ROUNDS {
        middles = merged(&vectors, groups);
        groups = settled(&vectors, &middles);
    }
    let mut sorted: Vec<Group> = groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .map(|mut group| {
            let middle = middle(&vectors, &group);
            let likeness: HashMap<usize, f32> = group.iter().map(|&at| (at, cosine(&vectors[at], &middle))).collect();
            group.sort_by(|a, b| likeness[b].total_cmp(&likeness[a]).then(a.cmp(b)));
            group
        })
        .collect();
    sorted.sort_by(|a, b| b.len().cmp(&a.len()).then(a[0].cmp(&b[0])));
    sorted
}

/// The questions as vectors of length 1, with their most telling words.
fn weighed(questions: &[Words]) -> Vec<Vector> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut found_in: Vec<u32> = Vec::new();
    for term in questions.iter().flat_map(|words| words.0.keys()) {
        let next = found_in.len() as u32;
        let number = *numbers.entry(term).or_insert(next);
        if number == next {
            found_in.push(0);
        }
        found_in[number as usize] += 1;
    }
    let all = questions.len() as f32;
    let vector = |words: &Words| {
        let weigh = |(term, count): (&String, &f32)| {
            let number = numbers[term.as_str()];
            (number, count * (1.0 + all / found_in[number as usize] as f32).ln())
        };
        unit(words.0.iter().map(weigh).collect(), MOST_TERMS)
    };
    questions.iter().map(vector).collect()
}

/// The `most` heaviest terms in the order of their numbers, scaled to length 1.
fn unit(mut vector: Vector, most: usize) -> Vector {
    vector.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    vector.truncate(most);
    vector.sort_by_key(|(term, _)| *term);
    let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    vector
}

fn cosine(a: &Vector, b: &Vector) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += a[i].1 * b[j].1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}

fn middle(vectors: &[Vector], group: &[usize]) -> Vector {
    let mut sum: BTreeMap<u32, f32> = BTreeMap::new();
    for (term, weight) in group.iter().flat_map(|&at| &vectors[at]) {
        *sum.entry(*term).or_default() += weight;
    }
    unit(sum.into_iter().collect(), MOST_OF_MIDDLE)
}

/// The centres of groups, with an index by word.
#[derive(Default)]
struct Middles {
    count: usize,
    having: HashMap<u32, Vec<(u32, f32)>>,
}

impl Middles {
    fn add(&mut self, vector: Vector) {
        for (term, weight) in vector {
            self.having.entry(term).or_default().push((self.count as u32, weight));
        }
        self.count += 1;
    }

    /// The centre most similar to a vector, and the similarity.
    fn nearest(&self, vector: &Vector) -> Option<(usize, f32)> {
        let mut sums = vec![0.0_f32; self.count];
        for (term, weight) in vector {
            for (middle, other) in self.having.get(term).into_iter().flatten() {
                sums[*middle as usize] += weight * other;
            }
        }
        let found = sums.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        found.map(|(at, likeness)| (at, *likeness))
    }
}

/// Puts each question into the group with the nearest centre; a question that is near to none becomes a group of its
/// own.
fn settled(vectors: &[Vector], middles: &Middles) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![Vec::new(); middles.count];
    for (at, vector) in vectors.iter().enumerate() {
        match middles.nearest(vector) {
            Some((middle, likeness)) if likeness >= STAYS => groups[middle].push(at),
            _ => groups.push(vec![at]),
        }
    }
    groups
}

/// The centres of the groups, largest group first, without those nearly equal to an earlier one.
fn merged(vectors: &[Vector], mut groups: Vec<Group>) -> Middles {
    groups.retain(|group| !group.is_empty());
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then(a[0].cmp(&b[0])));
    let mut middles = Middles::default();
    for group in &groups {
        let middle = middle(vectors, group);
        if middles.nearest(&middle).is_none_or(|(_, likeness)| likeness < SAME) {
            middles.add(middle);
        }
    }
    middles
}

#[cfg(test)]
mod tests {
    use super::{Words, groups};

    fn grouped(questions: &[&str]) -> Vec<Vec<usize>> {
        let words = questions.iter().map(|question| {
            let mut words = Words::default();
            words.add(question, 1.0);
            words
        });
        let mut groups = groups(&words.collect::<Vec<_>>());
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups
    }

    #[test]
    fn questions_of_one_subject_are_together() {
        let groups = grouped(&[
            "Which laptop should I buy for machine learning?",
            "How much calculus and linear algebra do I need?",
            "good laptops for ML",
            "is a gaming laptop enough for machine learning",
            "Do I need linear algebra and calculus for ML?",
            "From nurse to data scientist at 40",
        ]);
        assert_eq!(groups, [vec![0, 2, 3], vec![1, 4], vec![5]]);
    }

    #[test]
    fn every_question_is_in_one_group_and_the_order_is_always_the_same() {
        let questions: Vec<String> =
            (0..300).map(|n| format!("question about topic{} and thing{}", n % 17, n % 5)).collect();
        let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
        let first = grouped(&questions);
        let mut all: Vec<usize> = first.concat();
        all.sort_unstable();
        assert_eq!(all, (0..300).collect::<Vec<_>>());
        assert_eq!(grouped(&questions), first);
        assert_eq!(grouped(&[]), Vec::<Vec<usize>>::new());
    }
}
