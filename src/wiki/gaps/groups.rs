//! Groups similar questions (pure): by shared words, and by meaning where it is known.

use std::collections::{BTreeMap, HashMap};

use super::{Asked, Gap};
use crate::meaning::{Vector, similarity};
use crate::wiki::{name, words};

/// Two questions are similar if they share at least this part of their words (numerator, denominator).
const ALIKE: (usize, usize) = (1, 2);
/// Or if the similarity of their meanings is at least this.
const SAME_MEANING: f32 = 0.70;

/// Groups similar questions, in any wording or word order. Most frequent groups first, then the latest. `meanings`
/// maps a question's normalised name to its vector, where known.
pub fn grouped(asked: &[Asked], meanings: &HashMap<String, Vector>) -> Vec<Gap> {
    let mut groups: Vec<(Vec<String>, Option<&Vector>, Gap)> = Vec::new();
    for gap in same(asked) {
        let (words, meaning) = (content(&gap.question), meanings.get(&name(&gap.question)));
        let mean_the_same =
            |one: &Option<&Vector>| one.zip(meaning).is_some_and(|(one, other)| similarity(one, other) >= SAME_MEANING);
        match groups.iter_mut().find(|(of, means, _)| are_alike(of, &words) || mean_the_same(means)) {
            Some((_, _, group)) => {
                group.times += gap.times;
                group.disliked += gap.disliked;
                group.first = group.first.min(gap.first);
                group.last = group.last.max(gap.last);
                group.also.push(gap.question);
            }
            None => groups.push((words, meaning, gap)),
        }
    }
    let mut gaps: Vec<Gap> = groups.into_iter().map(|(_, _, gap)| gap).collect();
    gaps.sort_by(|a, b| (b.times, b.last, &a.question).cmp(&(a.times, a.last, &b.question)));
    gaps
}

/// Each wording once, most frequent first.
pub fn same(asked: &[Asked]) -> Vec<Gap> {
    let mut all: BTreeMap<String, Gap> = BTreeMap::new();
    for Asked { at, question, disliked } in asked {
        let question = question.trim();
        let gap = all.entry(name(question)).or_insert_with(|| Gap::new(question, *at));
        gap.times += 1;
        gap.disliked += usize::from(*disliked);
        gap.first = gap.first.min(*at);
        gap.last = gap.last.max(*at);
    }
    let mut gaps: Vec<Gap> = all.into_values().collect();
    gaps.sort_by(|a, b| (b.times, b.last, &a.question).cmp(&(a.times, a.last, &b.question)));
    gaps
}

/// The content words of a question, sorted, without a plural “s”.
pub fn content(question: &str) -> Vec<String> {
    let read = name(question);
    let all: Vec<&str> = read.split(' ').collect();
    let stem = |word: &str| if word.len() > 3 { word.trim_end_matches('s') } else { word }.to_owned();
    let mut content: Vec<String> = words::content(&all).into_iter().map(stem).collect();
    content.sort_unstable();
    content.dedup();
    content
}

/// Whether two lists of content words share enough of them.
pub fn are_alike(a: &[String], b: &[String]) -> bool {
    let shared = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    let all = a.len() + b.len() - shared;
    shared > 0 && shared * ALIKE.1 >= all * ALIKE.0
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn asked(questions: &[&str]) -> Vec<Asked> {
        let at = |hour: i64| Timestamp::from_second(1_795_000_000 + hour * 3_600).expect("an instant");
        let one =
            |(hour, question): (i64, &&str)| Asked { at: at(hour), question: (*question).into(), disliked: false };
        (0..).zip(questions).map(one).collect()
    }

    #[test]
    fn questions_that_are_alike_are_one_gap() {
        let gaps = grouped(
            &asked(&[
                "what is mamba",
                "best pizza in naples",
                "How do mamba models work?",
                "mamba",
                "What is Mamba?",
                "pizza in Naples",
            ]),
            &HashMap::new(),
        );
        let lines: Vec<String> = gaps.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "3 times, 2026-11-18 to 2026-11-18: “what is mamba”, also “mamba”",
                "2 times, 2026-11-18 to 2026-11-18: “pizza in Naples”, also “best pizza in naples”",
                "once, on 2026-11-18: “How do mamba models work?”",
            ]
        );
    }

    #[test]
    fn what_means_the_same_is_one_gap_whatever_the_words() {
        let mut one: Vector = [0.0; crate::meaning::WIDTH];
        one[0] = 1.0;
        let (mut near, mut far) = (one, one);
        (near[0], near[1]) = (0.8, 0.6);
        (far[0], far[1]) = (0.6, 0.8);
        let named = |question: &str, vector| (name(question), vector);
        let meanings = [named("visa sponsorship", one), named("may I work abroad", near), named("what is a GPU", far)];
        let questions = asked(&["visa sponsorship", "may I work abroad", "what is a GPU"]);
        assert_eq!(grouped(&questions, &HashMap::new()).len(), 3);
        let gaps = grouped(&questions, &meanings.into());
        assert_eq!(gaps.iter().map(|gap| gap.times).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn nothing_makes_nothing() {
        assert!(grouped(&[], &HashMap::new()).is_empty());
        assert_eq!(grouped(&asked(&["", "???"]), &HashMap::new()).len(), 1);
    }

    proptest! {
        #[test]
        fn every_question_is_counted_once(questions in prop::collection::vec("[a-d ]{0,8}", 0..30)) {
            let all = asked(&questions.iter().map(String::as_str).collect::<Vec<_>>());
            let gaps = grouped(&all, &HashMap::new());
            prop_assert_eq!(gaps.iter().map(|gap| gap.times).sum::<usize>(), all.len());
            prop_assert!(gaps.iter().all(|gap| gap.first <= gap.last));
        }
    }
}
