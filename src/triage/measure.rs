//! Measures triage on labelled posts: confusion table, precision and recall with Wilson's 95 % bounds, and the
//! calibration of its probabilities. Also replays posts with other thresholds.

use std::fmt;

use serde::Serialize;

use super::train::Example;
use super::{Action, Bands, Verdict};

/// A proportion with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The number of hits.
    pub hits: usize,
    /// The number of cases.
    pub of: usize,
    /// Wilson's lower bound.
    pub low: f64,
    /// Wilson's upper bound.
    pub high: f64,
}

impl Share {
    /// The proportion of `hits` in `of`.
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

    /// The value between 0 and 1; 0 if there are no cases.
    pub fn value(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits as f64 / self.of as f64 }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ({} of {}; {:.3}–{:.3})", self.value(), self.hits, self.of, self.low, self.high)
    }
}

/// The results on labelled posts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measures {
    /// The version of the model.
    pub model: String,
    /// How many posts.
    pub posts: usize,
    /// Rows: beginners' questions, others; columns: answer, ask, silent.
    pub confusion: [[usize; 3]; 2],
    /// The probability that a beginner's question has a higher `p` than another post.
    pub auroc: f64,
    /// The share of beginners' questions among the answered posts.
    pub answer_precision: Share,
    /// The share of answered posts among beginners' questions.
    pub answer_recall: Share,
    /// `answer_precision` with posts that got a follow-up question, too.
    pub reaction_precision: Share,
    /// `answer_recall` with posts that got a follow-up question, too.
    pub reaction_recall: Share,
    /// The share of the other posts on which Cairn stays silent.
    pub out_of_scope_recall: Share,
    /// The mean distance between `p` and the share of beginners' questions, over ten bins.
    pub calibration_error: f64,
    /// Of the beginners' questions with a labelled track, the share that got a track with enough margin.
    pub track_commits: Share,
    /// Of these, the share that got the right track.
    pub track_accuracy: Share,
}

/// Measures the model version `model`, whose verdicts come from `judge`, on labelled posts.
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

/// The probability that a positive has a higher score than a negative; ties count half.
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

/// The posts that other bands would treat differently: example, old action, new action.
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
