//! Faults on demand: REST faults, gateway problems, revoked tokens, clocks and nonces.

use std::time::Duration;

use jiff::Timestamp;

use super::Discord;
use super::faults::{Fault, Planned};
use super::gateway::{Identified, Push, Session, Unrest};

impl Discord {
    /// Makes the next `times` matching requests fail. `*` is any method; in the path, `*` is one segment and a final
    /// `**` is the rest.
    pub fn fail_next(&self, method: &str, pattern: &str, fault: Fault, times: usize) {
        let plan = Planned { method: method.into(), pattern: pattern.into(), fault, times };
        self.recorded(|record| record.faults.push(plan));
    }

    /// Whether every planned fault has happened.
    pub fn all_faults_met(&self) -> bool {
        self.recorded(|record| record.faults.is_empty())
    }

    /// Removes the faults that have not happened yet.
    pub fn heal(&self) {
        self.recorded(|record| record.faults.clear());
    }

    /// Cuts all gateway connections without a close frame. Events until the resume are kept for it.
    pub fn drop_gateway(&self) {
        self.with(|state| state.gateway.drop_all());
    }

    /// Delays the next event on all gateway connections by `time`.
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

    /// Resets all gateway connections. Needs short heartbeats.
    pub fn reset_gateway(&self) {
        self.with(|state| state.gateway.push_all(|| Push::Reset));
    }

    /// Sends no hello to the next `times` connections.
    pub fn greet_nobody(&self, times: usize) {
        self.with(|state| state.gateway.ungreeted = times);
    }

    /// Does not answer the next `times` resumes.
    pub fn ignore_resumes(&self, times: usize) {
        self.with(|state| state.gateway.ignored_resumes = times);
    }

    /// Asks every session to reconnect as soon as it is ready.
    pub fn never_rests(&self, on: bool) {
        self.with(|state| state.gateway.unrest = on.then_some(Unrest::Reconnect));
    }

    /// Makes every session invalid, but closes no connection.
    pub fn takes_no_session(&self, on: bool) {
        self.with(|state| state.gateway.unrest = on.then_some(Unrest::Invalid));
    }

    /// Allows `remaining` session starts, and more after `reset` milliseconds.
    pub fn limit_sessions(&self, remaining: u64, reset: u64) {
        self.with(|state| state.gateway.session_limit = Some((remaining, reset)));
    }

    /// The number of connections to the gateway so far.
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

    /// Answers the next `times` resumes with "invalid session".
    pub fn forget_sessions(&self, times: usize) {
        self.with(|state| state.gateway.forgotten_resumes = times);
    }

    /// Closes the connection of the next identify with `code` (4014 for disallowed intents).
    pub fn refuse_identify(&self, code: u16) {
        self.with(|state| state.gateway.refusals.push(code));
    }

    /// While down, the gateway cuts new connections; current ones are cut now.
    pub fn gateway_is_down(&self, down: bool) {
        self.with(|state| {
            state.gateway.down = down;
            if down {
                state.gateway.drop_all();
            }
        });
    }

    /// While deaf, the gateway does not acknowledge heartbeats.
    pub fn gateway_is_deaf(&self, deaf: bool) {
        self.with(|state| state.gateway.deaf = deaf);
    }

    /// Sets the heartbeat interval of new connections.
    pub fn heartbeat_every(&self, interval: Duration) {
        let millis = u64::try_from(interval.as_millis()).expect("a short interval");
        self.with(|state| state.gateway.heartbeat_interval = Some(millis));
    }

    /// The number of heartbeats so far.
    pub fn heartbeats(&self) -> usize {
        self.with(|state| state.gateway.heartbeats)
    }

    /// Every identify so far.
    pub fn identified(&self) -> Vec<Identified> {
        self.with(|state| state.gateway.identified.clone())
    }

    /// The number of resumed sessions.
    pub fn resumed(&self) -> usize {
        self.with(|state| state.gateway.resumed)
    }

    /// The number of connected shards.
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

    /// Waits until `count` sessions were resumed in all.
    pub async fn resumes(&self, count: usize) {
        let done = self.shared.wait(super::ONLINE_WITHIN, |s| (s.gateway.resumed >= count).then_some(())).await;
        assert!(done.is_some(), "{} sessions were resumed, not {count}", self.resumed());
    }

    /// Sets how many shards `GET /gateway/bot` recommends.
    pub fn recommend_shards(&self, count: u64) {
        self.with(|state| state.town.shards = count);
    }

    /// Sets the gateway address for new shards, such as `wss://gateway.example`.
    pub fn gateway_is(&self, url: &str) {
        self.with(|state| state.town.gateway_url = url.to_owned());
    }

    /// Sends an event with any content to the community's shard.
    pub fn tells(&self, event: &str, data: &serde_json::Value) {
        self.with(|state| {
            let guild = state.town.guild;
            state.gateway.dispatch(event, Some(guild), |_| Some(data.clone()));
        });
    }

    /// Sends the last interaction to the shards again, `times` times.
    pub fn tells_again(&self, times: usize) {
        self.with(|state| state.gateway.repeat("INTERACTION_CREATE", times));
    }

    /// Grants the application privileged [`super::intent`]s; none are at first.
    pub fn grant_intents(&self, intents: u64) {
        self.with(|state| state.town.granted_intents |= intents);
    }

    /// Makes the token invalid: 401 everywhere, and the gateway closes with 4004.
    pub fn revoke_token(&self) {
        self.with(|state| {
            state.token = "a token that was made again".into();
            state.gateway.push_all(|| Push::Close(4004, "Authentication failed."));
        });
    }

    /// Makes all interaction tokens older than their 15 minutes.
    pub fn expire_tokens(&self) {
        self.with(|state| state.interactions.values_mut().for_each(|i| i.expired = true));
    }

    /// Ends the "past few minutes" in which a nonce is remembered.
    pub fn forget_nonces(&self) {
        self.with(|state| state.posts.nonces.clear());
    }

    /// Dates new messages as if it were `now` (for a bot started with `--now`).
    pub fn set_clock(&self, now: Timestamp) {
        self.with(|state| state.clock.show(cairn::config::Clock::starting(Some(now))));
    }
}
