//! People of the labs: what they do at the bot, and what they were told came of it.

use super::Lab;
use super::dice::Dice;
use crate::world::discord::Reply;

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Join,
    Log(u32),
    Undo,
    /// Sets a daily reminder.
    Remind,
    /// Asks which guide is theirs, and presses another one.
    Correct,
    Never,
    Erase,
}

/// What they were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is done.
    Done,
    /// It is not, and why.
    Refused,
    /// Nothing: the bot was killed, or its answer was lost.
    Nothing,
}

/// Somebody, and all they did, in order.
#[derive(Debug)]
pub struct Person {
    pub name: String,
    pub acts: Vec<(Act, Told)>,
    next: u32,
}

/// Minutes of one person are different for each log, and no day holds more than 960.
const MOST_LOGS: u32 = 40;

impl Person {
    pub fn new(name: String) -> Self {
        Self { name, acts: Vec::new(), next: 0 }
    }

    /// Whether they are done with the bot, or the bot with them.
    pub fn is_done(&self) -> bool {
        self.next >= MOST_LOGS || self.acts.iter().any(|(act, _)| *act == Act::Erase)
    }

    pub fn count(&self, act: Act, told: Told) -> usize {
        self.acts.iter().filter(|done| **done == (act, told)).count()
    }

    /// What they do next.
    pub fn choose(&mut self, dice: &mut Dice) -> Act {
        if !self.acts.contains(&(Act::Join, Told::Done)) {
            return Act::Join;
        }
        let once = |act: Act| !self.acts.iter().any(|(done, _)| *done == act);
        match dice.below(100) {
            0..3 if once(Act::Never) => Act::Never,
            3..6 => Act::Erase,
            6..14 => Act::Undo,
            14..22 => Act::Correct,
            22..27 if once(Act::Remind) => Act::Remind,
            _ => {
                self.next += 1;
                Act::Log(self.next)
            }
        }
    }

    /// Does it, and notes what came of it.
    pub async fn act(&mut self, lab: &Lab, act: Act) -> Told {
        let told = lab.unless_killed(perform(lab, &self.name, act)).await.unwrap_or(Told::Nothing);
        self.acts.push((act, told));
        told
    }
}

async fn perform(lab: &Lab, who: &str, act: Act) -> Told {
    let d = &lab.discord;
    match act {
        Act::Join => told(&d.slash(who, "/study zone zone:Europe/Berlin").await, &["Berlin"]),
        Act::Log(minutes) => {
            told(&d.slash(who, &format!("/study log minutes:{minutes}")).await, &[&format!("**{minutes} min** logged")])
        }
        Act::Undo => told(&d.slash(who, "/study undo").await, &["Took back"]),
        Act::Remind => {
            let times = "/study reminder times:every day 12:00, every day 15:00, every day 19:00";
            told(&d.slash(who, times).await, &["Reminders are on"])
        }
        Act::Correct => {
            let text = "/start text:I'm in grade 11 and want a career in machine learning. Where do I start?";
            let answer = d.slash(who, text).await;
            if !has(&answer, "Researcher guide") {
                // Nothing was corrected yet.
                return Told::Refused;
            }
            told(&d.press(who, &answer, "Researcher guide").await, &["doing ML research"])
        }
        Act::Never => press_privacy(lab, who, "Never answer my posts", "never again").await,
        Act::Erase => press_privacy(lab, who, "Erase it for ever", "Erased.").await,
    }
}

/// Presses a button below `/privacy delete`.
async fn press_privacy(lab: &Lab, who: &str, button: &str, done: &str) -> Told {
    let ask = lab.discord.slash(who, "/privacy delete").await;
    if !has(&ask, button) {
        return Told::Refused;
    }
    told(&lab.discord.press(who, &ask, button).await, &[done])
}

fn has(reply: &Reply, button: &str) -> bool {
    reply.took.is_some() && reply.to_string().contains(&format!("[{button}]"))
}

/// What an answer says came of an act.
fn told(reply: &Reply, done: &[&str]) -> Told {
    let text = reply.to_string();
    if done.iter().any(|done| text.contains(done)) {
        Told::Done
    } else if reply.took.is_some() && reply.message.id != 0 && !text.contains("Something failed") {
        Told::Refused
    } else {
        Told::Nothing
    }
}

/// Whether `found`, in order, is what these acts have left: each that is done once, each of which nobody knows once or not at
/// all, and nothing else.
pub fn fits(acts: &[(Act, Told)], found: &[Act]) -> bool {
    // `reach[n]`: the acts so far may have left the first n.
    let mut reach = vec![false; found.len() + 1];
    reach[0] = true;
    for (act, told) in acts {
        let with = |reach: &[bool], n: usize| n > 0 && reach[n - 1] && found[n - 1] == *act;
        reach = (0..reach.len())
            .map(|n| match told {
                Told::Done => with(&reach, n),
                Told::Refused => reach[n],
                Told::Nothing => reach[n] || with(&reach, n),
            })
            .collect();
    }
    reach[found.len()]
}

#[test]
fn what_is_lost_or_doubled_does_not_fit() {
    use Told::{Done, Nothing, Refused};
    let (one, two) = (Act::Log(1), Act::Log(2));
    let acts = [(one, Done), (Act::Undo, Nothing), (Act::Undo, Done), (two, Nothing), (Act::Log(3), Refused)];
    assert!(fits(&acts, &[one, Act::Undo]));
    assert!(fits(&acts, &[one, Act::Undo, Act::Undo, two]));
    for found in
        [&[one][..], &[Act::Undo], &[one, one, Act::Undo], &[one, Act::Undo, Act::Log(3)], &[one, two, Act::Undo]]
    {
        assert!(!fits(&acts, found), "{found:?}");
    }
}
