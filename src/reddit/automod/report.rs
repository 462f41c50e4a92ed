//! What a page of rules does with posts: hits, misses, faults, and what to expect in a community (pure).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::matcher::{Item, Rule};
use crate::triage::Track;
use crate::triage::measure::Share;

/// A post of a file, with labels if somebody has given it any.
#[derive(Debug, Clone, Deserialize)]
pub struct Post {
    #[serde(default)]
    title: Option<String>,
    #[serde(default, alias = "selftext")]
    body: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    is_self: Option<bool>,
    #[serde(default, alias = "is_getting_started")]
    getting_started: Option<bool>,
    #[serde(default)]
    track: Option<String>,
    #[serde(default)]
    hard_negative: Option<bool>,
    #[serde(default)]
    confidence: Option<String>,
}

impl Post {
    fn item(&self) -> Item<'_> {
        let url = self.url.as_deref().filter(|_| self.is_self != Some(true)).unwrap_or_default();
        Item { title: self.title.as_deref().unwrap_or_default(), body: self.body.as_deref().unwrap_or_default(), url }
    }

    fn is_beginner(&self) -> bool {
        self.getting_started == Some(true)
    }
}

/// The posts of a text with one JSON object a line.
///
/// # Errors
/// A sentence that names the line that is none.
pub fn posts(text: &str) -> Result<Vec<Post>, String> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|cause| {
                let why = cause.to_string();
                format!("line {number} is no post: {}", why.split(" at line ").next().unwrap_or_default())
            })
        })
        .collect()
}

/// What one rule did.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// Its name.
    pub rule: String,
    /// How many posts it hits.
    pub hits: usize,
    /// Of these with a label: how many ask how to begin.
    pub right: Share,
    /// Of the right ones whose track somebody was sure of: how many are given another one.
    pub wrong_track: Share,
}

/// What the rules that comment did, together and one by one.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// How many posts.
    pub posts: usize,
    /// How many of them have a label.
    pub labelled: usize,
    /// Posts that some rule comments on.
    pub hits: usize,
    /// Of the labelled hits: how many ask how to begin.
    pub precision: Share,
    /// Of the posts that ask how to begin: how many are hit.
    pub recall: Share,
    /// Of the other posts: how many are hit.
    pub false_alarms: Share,
    /// Of the posts that only look as if they asked: how many are hit.
    pub hard_negatives: Share,
    /// Posts on which two rules comment.
    pub doubles: usize,
    /// The same by rule.
    pub rules: Vec<Done>,
    /// What the share of beginners is taken for.
    pub share: f64,
    /// The precision to expect there, and its lower bound.
    pub expected: (f64, f64),
    /// Checks that the posts' file does not tell about; they were taken for fulfilled.
    pub unseen: Vec<String>,
}

/// Tries the rules that comment on posts. `share` is how many of a community's posts ask how to begin.
pub fn report(rules: &[Rule], posts: &[Post], share: f64) -> Report {
    let commenting: Vec<&Rule> = rules.iter().filter(|rule| rule.comment.is_some()).collect();
    let removing: Vec<&Rule> = rules.iter().filter(|rule| rule.removes).collect();
    let hit = |post: &Post| {
        // What is removed is not answered: the first rule that removes ends it.
        let item = post.item();
        if removing.iter().any(|rule| rule.comment.is_none() && rule.unseen.is_empty() && rule.hits(&item)) {
            return Vec::new();
        }
        commenting.iter().enumerate().filter(|(_, rule)| rule.hits(&item)).map(|(at, _)| at).collect()
    };
    let hits: Vec<Vec<usize>> = posts.iter().map(hit).collect();
    let labelled = |post: &&Post| post.getting_started.is_some();
    let pairs = || posts.iter().zip(&hits);
    let share_of = |of: &dyn Fn(&Post) -> bool, is: &dyn Fn(&Post, &[usize]) -> bool| {
        let all = pairs().filter(|(post, _)| labelled(post) && of(post));
        let (mut right, mut total) = (0, 0);
        for (post, hits) in all {
            total += 1;
            right += usize::from(is(post, hits));
        }
        Share::new(right, total)
    };
    let is_hit = |_: &Post, hits: &[usize]| !hits.is_empty();
    let right = pairs().filter(|(post, hits)| labelled(post) && !hits.is_empty() && post.is_beginner()).count();
    let judged = pairs().filter(|(post, hits)| labelled(post) && !hits.is_empty()).count();
    let recall = share_of(&|post| post.is_beginner(), &is_hit);
    let false_alarms = share_of(&|post| !post.is_beginner(), &is_hit);
    let mut unseen: Vec<String> = commenting.iter().flat_map(|rule| rule.unseen.clone()).collect();
    unseen.sort();
    unseen.dedup();
    Report {
        posts: posts.len(),
        labelled: posts.iter().filter(labelled).count(),
        hits: hits.iter().filter(|hits| !hits.is_empty()).count(),
        precision: Share::new(right, judged),
        recall,
        false_alarms,
        hard_negatives: share_of(&|post| post.hard_negative == Some(true), &is_hit),
        doubles: hits.iter().filter(|hits| hits.len() > 1).count(),
        rules: commenting.iter().enumerate().map(|(at, rule)| done(rule, at, posts, &hits)).collect(),
        share,
        expected: (
            expected(share, recall.value(), false_alarms.value()),
            expected(share, recall.low, false_alarms.high),
        ),
        unseen,
    }
}

fn done(rule: &Rule, at: usize, posts: &[Post], hits: &[Vec<usize>]) -> Done {
    let hit: Vec<&Post> = posts.iter().zip(hits).filter(|(_, hits)| hits.contains(&at)).map(|(post, _)| post).collect();
    let judged = hit.iter().filter(|post| post.getting_started.is_some());
    let right = hit.iter().filter(|post| post.is_beginner()).count();
    let track = Track::ALL.into_iter().find(|track| rule.name.ends_with(track.slug()));
    let sure = |post: &&&Post| {
        let known = post.track.as_deref().and_then(|slug| slug.parse::<Track>().ok());
        known.is_some() && post.is_beginner() && post.confidence.as_deref() != Some("low") && track.is_some()
    };
    let wrong = |post: &&&Post| track.is_some_and(|track| post.track.as_deref() != Some(track.slug()));
    let known = hit.iter().filter(sure).count();
    Done {
        rule: rule.name.clone(),
        hits: hit.len(),
        right: Share::new(right, judged.count()),
        wrong_track: Share::new(hit.iter().filter(sure).filter(wrong).count(), known),
    }
}

/// Of the hits in a community with this share of beginners, how many are right.
fn expected(share: f64, recall: f64, false_alarms: f64) -> f64 {
    let (right, wrong) = (share * recall, (1.0 - share) * false_alarms);
    if right + wrong > 0.0 { right / (right + wrong) } else { 0.0 }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} posts, {} with a label. Shares are followed by their 95 % bounds.\n",
            self.posts, self.labelled
        )?;
        writeln!(f, "hits            {}", self.hits)?;
        writeln!(f, "right of these  {}", self.precision)?;
        writeln!(f, "found           {} of those who ask how to begin", self.recall)?;
        writeln!(f, "hit by mistake  {} of the other posts", self.false_alarms)?;
        writeln!(f, "                {} of those that only look alike", self.hard_negatives)?;
        writeln!(f, "commented twice {}\n", self.doubles)?;
        for rule in &self.rules {
            writeln!(f, "{}: {} hits, right {}, another track {}", rule.rule, rule.hits, rule.right, rule.wrong_track)?;
        }
        let (share, (likely, least)) = (self.share * 100.0, self.expected);
        writeln!(
            f,
            "\nWhere {share:.0} % of the posts ask how to begin, {:.0} % of the comments should be right, at least {:.0} %.",
            likely * 100.0,
            least * 100.0
        )?;
        if !self.unseen.is_empty() {
            writeln!(f, "Not looked at, because the posts do not tell: {}.", self.unseen.join(", "))?;
        }
        write!(f, "{CANNOT}")
    }
}

/// What no rule can do.
const CANNOT: &str = "AutoModerator has no memory: it cannot answer a person only once a day, take back a comment that is voted down, or \
                      leave out those who asked to be left alone.";
