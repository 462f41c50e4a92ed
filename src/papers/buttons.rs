//! The buttons below a digest (pure): a vote for each paper, and the way to the archive.

use super::{ArxivId, Digest, Entry};
use crate::outbox::{Button, Payload, Press};

/// The most votes in a row, and the most that a digest shows.
const ROW: usize = 5;
const VOTES: usize = 10;

/// A digest as a message, with buttons: votes where members may vote, and a link if the web page can be reached.
pub fn payload(digest: &Digest, votes: bool) -> Payload {
    let mut payload = digest.payload();
    if votes {
        let all: Vec<Button> = digest.entries.iter().take(VOTES).map(vote).collect();
        payload.buttons.extend(all.chunks(ROW).map(<[Button]>::to_vec));
    }
    if !digest.entries.is_empty() {
        let week = Press::Link(format!("{}/papers/{}", digest.base, digest.week));
        payload.buttons.push(vec![Button { label: "All papers of the week".to_owned(), does: week }]);
    }
    payload
}

fn vote(entry: &Entry) -> Button {
    Button { label: format!("👍 {}", entry.rank), does: Press::Id(vote_id(&entry.id)) }
}

/// The custom id of a vote.
pub fn vote_id(id: &ArxivId) -> String {
    format!("vote/{id}")
}

/// The three passes of reading, each a button that ticks it off, and a link to the paper.
pub fn passes(id: &ArxivId) -> Vec<Vec<Button>> {
    let pass = |n: usize| {
        let label = format!("{} pass", ["First", "Second", "Third"][n - 1]);
        Button { label, does: Press::Id(format!("pass/{n}/{id}")) }
    };
    let pdf = Button { label: "The paper".to_owned(), does: Press::Link(id.pdf()) };
    vec![vec![pass(1), pass(2), pass(3), pdf]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_enough_for_discord() {
        for id in ["2511.12345", "astro-ph/0601001", "cond-mat/9912001"] {
            let id: ArxivId = id.parse().unwrap();
            let all = passes(&id);
            let ids = all.iter().flatten().filter_map(|b| match &b.does {
                Press::Id(id) => Some(id.clone()),
                Press::Link(_) => None,
            });
            assert!(ids.chain([vote_id(&id)]).all(|id| id.chars().count() <= 100));
        }
    }
}
