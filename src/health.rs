//! Whether each part of Cairn works, kept in memory, so that `/readyz` needs no query.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tracing::{info, warn};

/// The database: it works while it can be written.
pub const DATABASE: &str = "database";
/// The connection to Discord.
pub const DISCORD: &str = "discord";

/// What a check of the setup found out about one thing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The subject, in one or two words.
    pub about: String,
    /// How it is.
    pub state: Judgement,
    /// The rest of the sentence that begins with `about`, without secrets.
    pub told: String,
}

/// The state of one thing in the setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It works.
    Well,
    /// Cairn runs without it, but something should be done.
    ToDo,
    /// It does not work.
    Wrong,
}

impl Finding {
    /// It works.
    pub fn well(about: impl Into<String>, told: impl Into<String>) -> Self {
        Self { about: about.into(), state: Judgement::Well, told: told.into() }
    }

    /// Something should be done about it.
    pub fn to_do(about: impl Into<String>, told: impl Into<String>) -> Self {
        Self { about: about.into(), state: Judgement::ToDo, told: told.into() }
    }

    /// It does not work.
    pub fn wrong(about: impl Into<String>, told: impl Into<String>) -> Self {
        Self { about: about.into(), state: Judgement::Wrong, told: told.into() }
    }
}

/// The state of all parts. Clones share it. A part that has not reported counts as well.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<BTreeMap<&'static str, State>>>);

/// How a part is that works while it is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Nothing is expected of it.
    Off,
    /// It was begun and not heard yet.
    Awaited,
    /// It was heard in time, again and again, since then.
    Heard(Instant),
    /// It has not been heard for too long: since then.
    Silent(Instant),
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Well,
    /// Begun, and well until then, unless the part reports first.
    Awaited(Instant),
    /// Well until then, unless the part reports again first; heard in time since the other instant.
    Until(Instant, Instant),
    Ill(String),
}

impl Health {
    /// The part is well from now on.
    pub fn well(&self, part: &'static str) {
        self.set(part, State::Well);
    }

    /// The part was begun and will be heard before `until` if it is well.
    pub fn awaited_until(&self, part: &'static str, until: Instant) {
        self.set(part, State::Awaited(until));
    }

    /// The part was heard at `now`, and is well until `until`, unless it is heard again first.
    pub fn heard(&self, part: &'static str, now: Instant, until: Instant) {
        let since = match self.parts().get(part) {
            Some(State::Until(end, since)) if now < *end => *since,
            _ => now,
        };
        self.set(part, State::Until(until, since));
    }

    /// How a part is that works while it is heard.
    pub fn line(&self, part: &str, now: Instant) -> Line {
        match self.parts().get(part) {
            Some(State::Awaited(until)) if now < *until => Line::Awaited,
            Some(State::Until(until, since)) if now < *until => Line::Heard(*since),
            Some(State::Awaited(until) | State::Until(until, _)) => Line::Silent(*until),
            Some(State::Well | State::Ill(_)) | None => Line::Off,
        }
    }

    /// The part is not well. `why` ends a sentence for the people who run Cairn, without anybody's name or text.
    pub fn ill(&self, part: &'static str, why: &str) {
        self.set(part, State::Ill(why.to_owned()));
    }

    /// Each part that is not well at `now`, and why.
    pub fn troubles(&self, now: Instant) -> Vec<(&'static str, String)> {
        let parts = self.parts();
        let ill = parts.iter().filter_map(|(part, state)| match state {
            State::Ill(why) => Some((*part, why.clone())),
            State::Awaited(until) | State::Until(until, _) if *until <= now => {
                Some((*part, "nothing was heard from it for too long".to_owned()))
            }
            _ => None,
        });
        ill.collect()
    }

    fn set(&self, part: &'static str, state: State) {
        let before = self.parts().insert(part, state.clone());
        match (before, state) {
            (Some(State::Ill(before)), State::Ill(why)) if before == why => {}
            (_, State::Ill(why)) => warn!(part, why, "not ready"),
            (Some(State::Ill(_)), _) => info!(part, "ready again"),
            _ => {}
        }
    }

    /// The parts that have reported at least once.
    pub fn parts_known(&self) -> Vec<&'static str> {
        self.parts().keys().copied().collect()
    }

    fn parts(&self) -> MutexGuard<'_, BTreeMap<&'static str, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn troubles_are_those_of_now() {
        let (health, now) = (Health::default(), Instant::now());
        assert_eq!(health.troubles(now), []);
        health.well(DATABASE);
        health.awaited_until(DISCORD, now + Duration::from_secs(180));
        assert_eq!(health.troubles(now + Duration::from_secs(179)), []);
        health.ill("web", "it failed");
        let later = health.troubles(now + Duration::from_secs(180));
        let silent = "nothing was heard from it for too long".to_owned();
        assert_eq!(later, [(DISCORD, silent), ("web", "it failed".to_owned())]);
        health.well("web");
        health.well(DISCORD);
        assert_eq!(health.clone().troubles(now + Duration::from_secs(999)), []);
    }

    #[test]
    fn a_line_says_since_when_it_is_heard_or_silent() {
        let (health, start) = (Health::default(), Instant::now());
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let line = |now: u64| health.line(DISCORD, at(now));
        assert_eq!(line(0), Line::Off);
        health.awaited_until(DISCORD, at(180));
        assert_eq!((line(179), line(180)), (Line::Awaited, Line::Silent(at(180))));
        for now in [200, 300, 450] {
            health.heard(DISCORD, at(now), at(now + 180));
        }
        assert_eq!((line(629), line(630)), (Line::Heard(at(200)), Line::Silent(at(630))));
        assert_eq!(health.troubles(at(630)).len(), 1);
        // After a silence it begins again.
        health.heard(DISCORD, at(700), at(880));
        assert_eq!(line(701), Line::Heard(at(700)));
        health.well(DISCORD);
        assert_eq!(line(999), Line::Off);
    }
}
