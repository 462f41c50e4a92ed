//! How right triage is on labelled posts: the confusion table, precision and recall with Wilson's 95 % bounds, and how
//! honest its probabilities are. And what another threshold would have answered.

use std::fmt;

use serde::Serialize;

use super::train::Example;
use super::{Action, Bands, Verdict};

/// A share of some cases, with the bounds within which the true share lies 95 times in 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// How many of them.
    pub hits: usize,
    /// How many there were.
    pub of: usize,
    /// Wilson's lower bound.
    pub low: f64,
    /// Wilson's upper bound.
    pub high: f64,
}

impl Share {
    /// The share of so many in so many.
    pub fn new(hits: usize, of: usize) -> Share {
        if of == 0 {
            return Share { hits, of, low: 0.0, high: 1.0 };
        }
        const Z: f64 = 1.96;
        let (n, p) = (of as f64, hits as f64 / of as f64);
        let middle = p + Z * Z / (2.0 * n);
        let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let whole = 1.0 + Z * Z / n;
        Share { hits, of, low: ((middle - reach) / whole).max(0.0), high: ((middle + reach) / whole).min(1.0) }
    }

    /// As a number between 0 and 1; 0 of nothing.
    pub fn value(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits as f64 / self.of as f64 }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ({} of {}; {:.3}–{:.3})", self.value(), self.hits, self.of, self.low, self.high)
    }
}

/// What came of labelled posts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measures {
    /// The version of the model.
    pub model: String,
    /// How many posts.
    pub posts: usize,
    /// Rows: beginners' questions, others; columns: answer, ask, silent.
    pub confusion: [[usize; 3]; 2],
    /// How often a beginner's question has a higher `p` than another post.
    pub auroc: f64,
    /// Of the answered, how many are beginners' questions.
    pub answer_precision: Share,
    /// Of beginners' questions, how many are answered.
    pub answer_recall: Share,
    /// The same for answered or asked back.
    pub reaction_precision: Share,
    /// The same for answered or asked back.
    pub reaction_recall: Share,
    /// Of the other posts, how many are left alone.
    pub out_of_scope_recall: Share,
    /// Mean distance of `p` from the share of beginners' questions, over ten bins.
    pub calibration_error: f64,
    /// Of beginners' questions with a labelled track, how many are given one with enough margin.
    pub track_commits: Share,
    /// Of these, how many are given the right one.
    pub track_accuracy: Share,
}

/// Measures a model of this version, whose verdicts `judge` gives, on labelled posts.
pub fn measure(model: &str, examples: &[Example], bands: &Bands, judge: impl Fn(&Example) -> Verdict) -> Measures {
    let judged: Vec<(&Example, Verdict)> = examples.iter().map(|e| (e, judge(e))).collect();
    let count = |is: &dyn Fn(&Example, &Verdict) -> bool| judged.iter().filter(|(e, v)| is(e, v)).count();
    let mut confusion = [[0; 3]; 2];
    for (example, verdict) in &judged {
        confusion[usize::from(!example.getting_started)][verdict.action as usize] += 1;
    }
    let [yes, no] = confusion;
    let (beginners, others) = (yes.iter().sum::<usize>(), no.iter().sum::<usize>());
    let commits = |e: &Example, v: &Verdict| e.getting_started && e.track.is_some() && v.margin >= bands.margin;
    let committed = count(&commits);
    Measures {
        model: model.to_owned(),
        posts: judged.len(),
        confusion,
        auroc: auroc(&judged.iter().map(|(e, v)| (v.p, e.getting_started)).collect::<Vec<_>>()),
        answer_precision: Share::new(yes[0], yes[0] + no[0]),
        answer_recall: Share::new(yes[0], beginners),
        reaction_precision: Share::new(yes[0] + yes[1], yes[0] + yes[1] + no[0] + no[1]),
        reaction_recall: Share::new(yes[0] + yes[1], beginners),
        out_of_scope_recall: Share::new(no[2], others),
        calibration_error: calibration_error(&judged),
        track_commits: Share::new(committed, count(&|e, _| e.getting_started && e.track.is_some())),
        track_accuracy: Share::new(count(&|e, v| commits(e, v) && e.track == v.track), committed),
    }
}

/// How often a positive stands above a negative; ties count half.
fn auroc(scores: &[(f64, bool)]) -> f64 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut above, mut at) = (0.0, 0.0, 0);
    while at < sorted.len() {
        let tied = sorted[at..].iter().take_while(|score| score.0 == sorted[at].0).count();
        let positive = sorted[at..at + tied].iter().filter(|score| score.1).count() as f64;
        let negative = tied as f64 - positive;
        above += positive * (below + negative / 2.0);
        below += negative;
        at += tied;
    }
    let pairs = below * (scores.len() as f64 - below);
    if pairs == 0.0 { 0.5 } else { above / pairs }
}

fn calibration_error(judged: &[(&Example, Verdict)]) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for (example, verdict) in judged {
        let bin = &mut bins[((verdict.p * 10.0) as usize).min(9)];
        *bin = (bin.0 + verdict.p, bin.1 + f64::from(u8::from(example.getting_started)), bin.2 + 1.0);
    }
    bins.iter().map(|(told, true_, _)| (told - true_).abs()).sum::<f64>() / judged.len().max(1) as f64
}

impl fmt::Display for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [yes, no] = &self.confusion;
        writeln!(f, "Model {}, {} posts\n", self.model, self.posts)?;
        writeln!(f, "                     answer   ask  silent")?;
        writeln!(f, "getting started     {:7}{:6}{:8}", yes[0], yes[1], yes[2])?;
        writeln!(f, "anything else       {:7}{:6}{:8}\n", no[0], no[1], no[2])?;
        writeln!(f, "answer: precision    {}", self.answer_precision)?;
        writeln!(f, "answer: recall       {}", self.answer_recall)?;
        writeln!(f, "or ask: precision    {}", self.reaction_precision)?;
        writeln!(f, "or ask: recall       {}", self.reaction_recall)?;
        writeln!(f, "out of scope: recall {}", self.out_of_scope_recall)?;
        writeln!(f, "track: commits       {}", self.track_commits)?;
        writeln!(f, "track: right         {}", self.track_accuracy)?;
        writeln!(f, "area under ROC       {:.3}", self.auroc)?;
        write!(f, "calibration error    {:.3}", self.calibration_error)
    }
}

/// Which posts other bands would treat otherwise: number, what was done, what would be.
pub fn replay<'a>(
    examples: &'a [Example],
    from: &Bands,
    to: &Bands,
    judge: impl Fn(&Example, &Bands) -> Verdict,
) -> Vec<(&'a Example, Action, Action)> {
    let both = |e: &'a Example| (e, judge(e, from).action, judge(e, to).action);
    examples.iter().map(both).filter(|(_, before, after)| before != after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_wilsons_bounds() {
        let share = Share::new(45, 50);
        assert!((share.low - 0.786).abs() < 0.001 && (share.high - 0.957).abs() < 0.001, "{share}");
        assert_eq!((Share::new(0, 0).value(), Share::new(0, 0).low), (0.0, 0.0));
        assert_eq!(Share::new(0, 10).low, 0.0);
    }

    #[test]
    fn auroc_counts_pairs() {
        assert_eq!(auroc(&[(0.1, false), (0.9, true)]), 1.0);
        assert_eq!(auroc(&[(0.9, false), (0.1, true)]), 0.0);
        assert_eq!(auroc(&[(0.5, false), (0.5, true)]), 0.5);
        assert_eq!(auroc(&[]), 0.5);
    }
}
