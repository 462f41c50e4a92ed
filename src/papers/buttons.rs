//! The buttons below a digest (pure): one vote per paper, a link to the archive, and a reminder of a paper.

use super::{ArxivId, Digest, Entry};
use crate::outbox::press::{PapersPress, RevisitPress, Thing};
use crate::outbox::{Button, Payload};

/// The most votes in a row, and the most in a digest.
const ROW: usize = 5;
const VOTES: usize = 10;

/// A digest as a message with buttons: votes where members may vote, and a link if people can reach the website.
pub fn payload(digest: &Digest, votes: bool) -> Payload {
    let mut payload = digest.payload();
    if votes {
        let all: Vec<Button> = digest.entries.iter().take(VOTES).map(vote).collect();
        payload.buttons.extend(all.chunks(ROW).map(<[Button]>::to_vec));
    }
    if !digest.entries.is_empty() {
        let week = format!("{}/papers/{}", digest.base, digest.week);
        let remind = Button::press("Remind me of one…", RevisitPress::Week(digest.week.to_string()));
        payload.buttons.push(vec![Button::link("All papers of the week", week), remind]);
    }
    payload
}

fn vote(entry: &Entry) -> Button {
    Button::press(format!("👍 {}", entry.rank), PapersPress::Vote(entry.id.to_string()))
}

/// The three passes of reading, each with a button to tick it off, a link to the paper, and a reminder of it.
pub fn passes(id: &ArxivId) -> Vec<Vec<Button>> {
    let names = [(1, "First pass"), (2, "Second pass"), (3, "Third pass")];
    let pass = |(pass, name)| Button::press(name, PapersPress::Pass { pass, paper: id.to_string() });
    let remind = Button::press("Remind me", RevisitPress::Ask(Thing::Paper(id.to_string())));
    vec![names.map(pass).into_iter().chain([Button::link("The paper", id.pdf()), remind]).collect()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_enough_for_discord() {
        for id in ["2511.12345", "astro-ph/0601001", "cond-mat/9912001"] {
            let id: ArxivId = id.parse().unwrap();
            let vote = Button::press("👍 1", PapersPress::Vote(id.to_string()));
            assert!(passes(&id).iter().flatten().chain([&vote]).all(Button::fits));
        }
    }
}
