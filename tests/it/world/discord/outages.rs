//! Trouble on demand: REST faults, gateway trouble, revoked tokens, clocks and nonces that move on.

use std::time::Duration;

use jiff::Timestamp;

use super::Discord;
use super::faults::{Fault, Planned};
use super::gateway::{Identified, Push, Session, Unrest};

impl Discord {
    /// The next `times` requests that fit (`*` is any method; in the path `*` is one segment and a final `**` the
    /// rest) go wrong.
    pub fn fail_next(&self, method: &str, pattern: &str, fault: Fault, times: usize) {
        let plan = Planned { method: method.into(), pattern: pattern.into(), fault, times };
        self.recorded(|record| record.faults.push(plan));
    }

    /// Whether every planned fault has been met.
    pub fn all_faults_met(&self) -> bool {
        self.recorded(|record| record.faults.is_empty())
    }

    /// Forgets the faults that have not been met.
    pub fn heal(&self) {
        self.recorded(|record| record.faults.clear());
    }

    /// Cuts all gateway connections without a close frame. What happens until the resume is kept for it.
    pub fn drop_gateway(&self) {
        self.with(|state| state.gateway.drop_all());
    }

    /// All gateway connections are slow for once: what is told next comes so much later.
    pub fn slow_gateway(&self, time: Duration) {
        self.with(|state| state.gateway.push_all(|| Push::Pause(time)));
    }

    /// Closes all gateway connections with a code.
    pub fn close_gateway(&self, code: u16) {
        self.with(|state| state.gateway.push_all(|| Push::Close(code, "Closed on demand.")));
    }

    /// The same without a code.
    pub fn close_gateway_without_a_code(&self) {
        self.with(|state| state.gateway.push_all(|| Push::BareClose));
    }

    /// Resets all gateway connections. Wants short heartbeats.
    pub fn reset_gateway(&self) {
        self.with(|state| state.gateway.push_all(|| Push::Reset));
    }

    /// The next `times` connections are not greeted.
    pub fn greet_nobody(&self, times: usize) {
        self.with(|state| state.gateway.ungreeted = times);
    }

    /// The next `times` resumes are not answered.
    pub fn ignore_resumes(&self, times: usize) {
        self.with(|state| state.gateway.ignored_resumes = times);
    }

    /// Every session is asked to reconnect as soon as it stands.
    pub fn never_rests(&self, on: bool) {
        self.with(|state| state.gateway.unrest = on.then_some(Unrest::Reconnect));
    }

    /// No session is taken, though nobody is refused.
    pub fn takes_no_session(&self, on: bool) {
        self.with(|state| state.gateway.unrest = on.then_some(Unrest::Invalid));
    }

    /// So many sessions may be begun, and more after `reset` milliseconds.
    pub fn limit_sessions(&self, remaining: u64, reset: u64) {
        self.with(|state| state.gateway.session_limit = Some((remaining, reset)));
    }

    /// How many connections came to the gateway.
    pub fn connections(&self) -> u64 {
        self.with(|state| state.gateway.wires)
    }

    /// Asks all shards to reconnect (opcode 7).
    pub fn ask_to_reconnect(&self) {
        self.with(|state| state.gateway.ask_to_reconnect());
    }

    /// Asks all shards for a heartbeat (opcode 1).
    pub fn ask_for_heartbeat(&self) {
        self.with(|state| state.gateway.ask_for_heartbeat());
    }

    /// Tells all shards that their session is invalid (opcode 9).
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.with(|state| state.gateway.invalidate(resumable));
    }

    /// The next `times` resumes are answered with "invalid session".
    pub fn forget_sessions(&self, times: usize) {
        self.with(|state| state.gateway.forgotten_resumes = times);
    }

    /// The next identify is closed with `code` (4014 for disallowed intents).
    pub fn refuse_identify(&self, code: u16) {
        self.with(|state| state.gateway.refusals.push(code));
    }

    /// While down, gateway connections are cut as they come, and those that stand are cut now.
    pub fn gateway_is_down(&self, down: bool) {
        self.with(|state| {
            state.gateway.down = down;
            if down {
                state.gateway.drop_all();
            }
        });
    }

    /// While deaf, heartbeats are not acknowledged.
    pub fn gateway_is_deaf(&self, deaf: bool) {
        self.with(|state| state.gateway.deaf = deaf);
    }

    /// The heartbeat interval of connections to come.
    pub fn heartbeat_every(&self, interval: Duration) {
        let millis = u64::try_from(interval.as_millis()).expect("a short interval");
        self.with(|state| state.gateway.heartbeat_interval = Some(millis));
    }

    /// How many heartbeats came.
    pub fn heartbeats(&self) -> usize {
        self.with(|state| state.gateway.heartbeats)
    }

    /// Every identify so far.
    pub fn identified(&self) -> Vec<Identified> {
        self.with(|state| state.gateway.identified.clone())
    }

    /// How many sessions were resumed.
    pub fn resumed(&self) -> usize {
        self.with(|state| state.gateway.resumed)
    }

    /// How many shards are connected.
    pub fn connected(&self) -> usize {
        self.with(|state| state.gateway.sessions.iter().filter(|s| s.is_connected()).count())
    }

    /// Waits until `count` shards are connected.
    pub async fn connects(&self, count: usize) {
        let connected = |s: &mut super::State| {
            (s.gateway.sessions.iter().filter(|s| Session::is_connected(s)).count() == count).then_some(())
        };
        let done = self.shared.wait(super::ONLINE_WITHIN, connected).await;
        assert!(done.is_some(), "there are {} shards connected, not {count}", self.connected());
    }

    /// Waits until `count` sessions in all were resumed.
    pub async fn resumes(&self, count: usize) {
        let done = self.shared.wait(super::ONLINE_WITHIN, |s| (s.gateway.resumed >= count).then_some(())).await;
        assert!(done.is_some(), "{} sessions were resumed, not {count}", self.resumed());
    }

    /// How many shards `GET /gateway/bot` recommends.
    pub fn recommend_shards(&self, count: u64) {
        self.with(|state| state.town.shards = count);
    }

    /// Where shards to come are sent, such as `wss://gateway.example`.
    pub fn gateway_is(&self, url: &str) {
        self.with(|state| state.town.gateway_url = url.to_owned());
    }

    /// Tells the community's shard something, however strange.
    pub fn tells(&self, event: &str, data: &serde_json::Value) {
        self.with(|state| {
            let guild = state.town.guild;
            state.gateway.dispatch(event, Some(guild), |_| Some(data.clone()));
        });
    }

    /// Tells the shards of the last interaction again, so often.
    pub fn tells_again(&self, times: usize) {
        self.with(|state| state.gateway.repeat("INTERACTION_CREATE", times));
    }

    /// Grants the application privileged [`super::intent`]s; none are at first.
    pub fn grant_intents(&self, intents: u64) {
        self.with(|state| state.town.granted_intents |= intents);
    }

    /// The token is no longer good: 401 everywhere, and the gateway closes with 4004.
    pub fn revoke_token(&self) {
        self.with(|state| {
            state.token = "a token that was made anew".into();
            state.gateway.push_all(|| Push::Close(4004, "Authentication failed."));
        });
    }

    /// All interaction tokens so far are past their 15 minutes.
    pub fn expire_tokens(&self) {
        self.with(|state| state.interactions.values_mut().for_each(|i| i.expired = true));
    }

    /// The "past few minutes" in which a nonce is remembered are over.
    pub fn forget_nonces(&self) {
        self.with(|state| state.posts.nonces.clear());
    }

    /// From now on, messages are dated as if it were `now` (for a bot started with `--now`).
    pub fn set_clock(&self, now: Timestamp) {
        self.with(|state| state.clock.show(cairn::config::Clock::starting(Some(now))));
    }
}
