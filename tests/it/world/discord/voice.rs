//! Voice channels: people come, go and move, and the gateway tells whoever has asked for that.

use serde_json::{Value, json};

use super::gateway::intent;
use super::state::{Id, State};
use super::town::kind;
use super::{Discord, Place};

impl Discord {
    /// Opens a voice channel.
    pub fn voice_channel(&self, name: &str) -> Id {
        self.with(|state| state.town.open_channel(name, kind::VOICE))
    }

    /// Makes a voice channel the one for those who are away, and tells that.
    pub fn is_for_those_away(&self, channel: Id) {
        self.with(|state| {
            state.town.away = Some(channel);
            let (guild, told) = (state.town.guild, state.town.guild_json());
            state.gateway.dispatch("GUILD_UPDATE", Some(guild), |_| Some(told.clone()));
        });
    }

    /// `who` joins a voice channel, or moves to it. From another server they come in two steps.
    pub fn joins_voice(&self, who: &str, channel: impl Into<Place>) {
        let channel = channel.into();
        self.with(|state| {
            let (person, channel) = (state.town.person(who), channel.find(state));
            let guild = state.town.guild_of(channel);
            let was = state.town.voice.insert(person, channel).and_then(|was| state.town.guild_of(was));
            if let Some(was) = was.filter(|was| Some(*was) != guild) {
                tell(state, person, was, None);
            }
            tell(state, person, guild.expect("a channel of a server"), Some(channel));
        });
    }

    /// `who` leaves the voice channel they are in.
    pub fn leaves_voice(&self, who: &str) {
        self.with(|state| {
            let person = state.town.person(who);
            let was = state.town.voice.remove(&person).expect("they are in a voice channel");
            let guild = state.town.guild_of(was).expect("a channel of a server");
            tell(state, person, guild, None);
        });
    }

    /// `who` mutes themselves: the gateway tells their channel again.
    pub fn mutes(&self, who: &str) {
        self.with(|state| {
            let person = state.town.person(who);
            let channel = state.town.voice[&person];
            let guild = state.town.guild_of(channel).expect("a channel of a server");
            tell(state, person, guild, Some(channel));
        });
    }

    /// The gateway tells where a user is, whether that is so or not.
    pub fn tells_voice(&self, user: Id, guild: Id, channel: Option<Id>) {
        self.with(|state| tell(state, user, guild, channel));
    }
}

fn tell(state: &mut State, person: Id, guild: Id, channel: Option<Id>) {
    let mut told: Value = state.town.voice_state_json(person, channel);
    told["guild_id"] = json!(guild.to_string());
    told["member"] = state.town.member_json(person);
    let wanted = |intents: u64| (intents & intent::GUILD_VOICE_STATES != 0).then(|| told.clone());
    state.gateway.dispatch("VOICE_STATE_UPDATE", Some(guild), wanted);
}
