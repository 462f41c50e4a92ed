//! One round of matching. As many people as possible get a buddy. Among those solutions, people who waited longest come
//! first, then the best fit.
//!
//! The pairs are a maximum-weight matching among those of maximum size (Galil 1986, from `rustworkx-core`), on a
//! selection of pairs. 2,000 people take 1.0 to 1.3 s in a release build, so keep it off the threads that answer.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use rustworkx_core::max_weight_matching::max_weight_matching;
use rustworkx_core::petgraph::graph::UnGraph;

use super::compatibility::{Seeker, fit};
use crate::store::PersonId;

/// How many of the best partners are considered for each person. The same number of random ones is added, so that not
/// everybody considers the same few.
const LOOKED_AT: usize = 12;
/// The most weeks of waiting that count.
const LONGEST_WAIT: i64 = 8;
/// After this wait a person is matched at once, without waiting for Monday.
pub const AT_ONCE: SignedDuration = SignedDuration::from_hours(48);

/// Whether a person has waited too long for the weekly round.
pub fn is_due(seekers: &[Seeker], now: Timestamp) -> bool {
    seekers.len() > 1 && seekers.iter().any(|seeker| now.duration_since(seeker.since) > AT_ONCE)
}

/// Groups of two, or of three where a person would be left over. People who fit nobody are in none. The result depends
/// only on the people and the instant, not on their order.
pub fn round(seekers: &[Seeker], now: Timestamp) -> crate::Result<Vec<Vec<PersonId>>> {
    let mut seekers: Vec<&Seeker> = seekers.iter().collect();
    seekers.sort_unstable_by_key(|seeker| seeker.who);
    seekers.dedup_by_key(|seeker| seeker.who);
    let pairs = matched(&seekers, now)?;
    let mut groups: Vec<Vec<&Seeker>> = pairs.iter().map(|&(a, b)| vec![seekers[a], seekers[b]]).collect();
    let taken: BTreeSet<usize> = pairs.into_iter().flat_map(|(a, b)| [a, b]).collect();
    let mut left: Vec<&Seeker> =
        (0..seekers.len()).filter(|index| !taken.contains(index)).map(|i| seekers[i]).collect();
    left.sort_by_key(|seeker| (Reverse(seeker.first), seeker.since, seeker.who));
    for odd in left {
        join(odd, &mut groups, now);
    }
    let mut numbers: Vec<Vec<PersonId>> =
        groups.iter().map(|group| group.iter().map(|seeker| seeker.who).collect()).collect();
    numbers.iter_mut().for_each(|group| group.sort_unstable());
    numbers.sort_unstable();
    Ok(numbers)
}

/// Pairs of indices, the smaller first.
fn matched(seekers: &[&Seeker], now: Timestamp) -> crate::Result<Vec<(usize, usize)>> {
    let mut graph: UnGraph<(), i128> = UnGraph::default();
    let nodes: Vec<_> = seekers.iter().map(|_| graph.add_node(())).collect();
    for (a, b, weight) in edges(seekers, now) {
        graph.add_edge(nodes[a], nodes[b], weight);
    }
    let pairs = max_weight_matching(&graph, true, |edge| anyhow::Ok(*edge.weight()), false).context("the matching")?;
    let mut pairs: Vec<(usize, usize)> = pairs.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
    pairs.sort_unstable();
    Ok(pairs)
}

/// The considered pairs and their weights, sorted.
fn edges(seekers: &[&Seeker], now: Timestamp) -> Vec<(usize, usize, i128)> {
    let mut looked_at = BTreeSet::new();
    for (a, seeker) in seekers.iter().enumerate() {
        let others = seekers.iter().enumerate().filter_map(|(b, other)| Some((b, fit(seeker, other, now)?)));
        let mut others: Vec<(usize, u32)> = others.collect();
        let chance = |b: usize| chance(seeker.who, seekers[b].who, now);
        others.sort_by_cached_key(|&(b, fit)| (Reverse(fit), chance(b)));
        let rest = others.split_off(others.len().min(LOOKED_AT));
        let mut rest: Vec<_> = rest.into_iter().map(|(b, fit)| (chance(b), b, fit)).collect();
        rest.sort_unstable();
        others.extend(rest.into_iter().take(LOOKED_AT).map(|(_, b, fit)| (b, fit)));
        looked_at.extend(others.into_iter().map(|(b, fit)| (a.min(b), a.max(b), fit)));
    }
    let weigh = |(a, b, fit): (usize, usize, u32)| (a, b, weight(seekers[a], seekers[b], fit, now));
    looked_at.into_iter().map(weigh).collect()
}

/// The weight of a pair: first whether their buddies left, then the wait, then the fit. Each outweighs any sum of the
/// lesser ones for 2,000 people and more. Chance breaks ties, so that numbers do not always lead to the same pairs.
fn weight(a: &Seeker, b: &Seeker, fit: u32, now: Timestamp) -> i128 {
    let first = i128::from(a.first) + i128::from(b.first);
    let weeks = |seeker: &Seeker| (now.duration_since(seeker.since).as_hours() / (7 * 24)).clamp(0, LONGEST_WAIT);
    let waited = i128::from(weeks(a) + weeks(b));
    (first << 80) + (waited << 64) + (i128::from(fit) << 40) + i128::from(chance(a.who, b.who, now) >> 40)
}

/// A number that looks random but depends only on the two people and the instant (SplitMix64).
fn chance(a: PersonId, b: PersonId, now: Timestamp) -> u64 {
    let mix = |mut state: u64| {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    };
    let step = |state: u64, number: i64| mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ number.cast_unsigned());
    [now.as_second(), a.min(b).0, a.max(b).0].into_iter().fold(0, step)
}

/// Adds a person who is left over to the pair that fits best, if they fit both members.
fn join<'a>(odd: &'a Seeker, groups: &mut [Vec<&'a Seeker>], now: Timestamp) {
    let fits = |group: &Vec<&Seeker>| match group[..] {
        [a, b] => Some(fit(odd, a, now)? + fit(odd, b, now)?),
        _ => None,
    };
    let best = groups.iter_mut().filter_map(|group| Some((fits(group)?, group))).max_by_key(|pair| pair.0);
    if let Some((_, group)) = best {
        group.push(odd);
    }
}
