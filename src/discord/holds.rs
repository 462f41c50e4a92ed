//! What Discord has asked us to wait for (pure): which calls share a limit, and until when they are held back.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The most limits that are remembered by name. There are some twenty.
const MOST: usize = 500;
/// The holds on all calls, and on all answers to interactions: those have a limit of their own at Discord.
const ALL: &str = "all";
const ANSWERS: &str = "answers";

/// A kind of call, to one channel, server or interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Without the numbers of single things.
    kind: String,
    /// What each has a limit of its own.
    place: String,
    is_answer: bool,
}

impl Route {
    /// Of a call below the API's root.
    pub fn of(method: &str, path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let owned = match parts.first() {
            Some(&("channels" | "guilds")) => 2,
            Some(&("interactions" | "webhooks")) => 3,
            _ => 0,
        };
        let place = parts.get(1..owned.min(parts.len())).unwrap_or_default().join("/");
        let is_word = |part: &str| part.chars().all(|c| c.is_ascii_lowercase() || "@-".contains(c));
        let named = |(n, part): (usize, &&str)| {
            let is_place = (1..owned).contains(&n);
            if !is_place && is_word(part) { (*part).to_owned() } else { "*".to_owned() }
        };
        let kind: Vec<String> = parts.iter().enumerate().map(named).collect();
        Self { kind: format!("{method} {}", kind.join("/")), place, is_answer: owned == 3 }
    }
}

/// Until when which calls are held back.
#[derive(Debug, Default)]
pub struct Holds {
    until: HashMap<String, Instant>,
    /// The limits that Discord has named: which kinds of calls share one.
    limits: HashMap<String, String>,
}

impl Holds {
    /// Discord names the limit of a call.
    pub fn name(&mut self, route: &Route, limit: &str) {
        if self.limits.get(&route.kind).is_none_or(|known| known != limit) && self.limits.len() < MOST {
            self.limits.insert(route.kind.clone(), limit.to_owned());
        }
    }

    /// Holds back what shares the limit of a call.
    pub fn hold(&mut self, route: &Route, wait: Duration, now: Instant) {
        self.set(self.limit(route), wait, now);
    }

    /// Holds back all calls, or all answers if it was said to one.
    pub fn hold_all(&mut self, route: &Route, wait: Duration, now: Instant) {
        self.set(everything(route).to_owned(), wait, now);
    }

    /// How long a call is held back.
    pub fn wait(&self, route: &Route, now: Instant) -> Duration {
        let until = self.until.get(&self.limit(route)).max(self.until.get(everything(route)));
        until.map(|until| until.saturating_duration_since(now)).unwrap_or_default()
    }

    fn limit(&self, route: &Route) -> String {
        format!("{} {}", self.limits.get(&route.kind).unwrap_or(&route.kind), route.place)
    }

    fn set(&mut self, limit: String, wait: Duration, now: Instant) {
        self.until.retain(|_, until| *until > now);
        self.until.insert(limit, now + wait);
    }
}

fn everything(route: &Route) -> &'static str {
    if route.is_answer { ANSWERS } else { ALL }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_a_kind_differ_by_place_alone() {
        let route = |path| Route::of("POST", path);
        let table = [
            ("/channels/12/messages", "POST channels/*/messages", "12"),
            ("/channels/12/messages/34/threads", "POST channels/*/messages/*/threads", "12"),
            ("/guilds/5/members/6/roles/7", "POST guilds/*/members/*/roles/*", "5"),
            ("/users/@me/channels", "POST users/@me/channels", ""),
            ("/interactions/1/aBc/callback", "POST interactions/*/*/callback", "1/aBc"),
            ("/webhooks/1/abc/messages/@original", "POST webhooks/*/*/messages/@original", "1/abc"),
            ("/applications/9/commands", "POST applications/*/commands", ""),
            ("/channels", "POST channels", ""),
        ];
        for (path, kind, place) in table {
            let made = route(path);
            assert_eq!((made.kind.as_str(), made.place.as_str()), (kind, place), "{path}");
        }
        assert_ne!(Route::of("GET", "/channels/1/messages").kind, route("/channels/1/messages").kind);
    }

    #[test]
    fn what_shares_a_limit_waits_together() {
        let (mut holds, now, second) = (Holds::default(), Instant::now(), Duration::from_secs(1));
        let (post, patch) = (Route::of("POST", "/channels/1/messages"), Route::of("PATCH", "/channels/1/messages/2"));
        let other = Route::of("POST", "/channels/2/messages");
        holds.hold(&post, second, now);
        assert_eq!([&post, &patch, &other].map(|r| holds.wait(r, now)), [second, Duration::ZERO, Duration::ZERO]);
        for route in [&post, &patch] {
            holds.name(route, "abcd");
        }
        holds.hold(&patch, second * 2, now);
        assert_eq!([&post, &patch, &other].map(|r| holds.wait(r, now)), [second * 2, second * 2, Duration::ZERO]);
        assert_eq!(holds.wait(&post, now + second * 3), Duration::ZERO);
    }

    #[test]
    fn a_hold_on_all_leaves_answers_alone_and_the_other_way_round() {
        let (mut holds, now, second) = (Holds::default(), Instant::now(), Duration::from_secs(1));
        let (post, answer) =
            (Route::of("POST", "/channels/1/messages"), Route::of("POST", "/interactions/1/a/callback"));
        holds.hold_all(&post, second, now);
        assert_eq!([&post, &answer].map(|r| holds.wait(r, now)), [second, Duration::ZERO]);
        holds.hold_all(&answer, second * 2, now);
        assert_eq!([&post, &answer].map(|r| holds.wait(r, now)), [second, second * 2]);
    }
}
