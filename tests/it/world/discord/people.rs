//! What tests prepare and inspect: people, roles, channels, and messages.

use std::time::Duration;

use serde_json::json;

use super::posts::{self, Post};
use super::reply::Message;
use super::state::{Id, State};
use super::town::{Role, kind};
use super::{Discord, channels};

/// The time limit for the bot's unasked messages.
const UNASKED_WITHIN: Duration = Duration::from_secs(5);

/// A place where something happens.
#[derive(Debug, Clone)]
pub enum Place {
    /// The name of a channel or thread; `@ann` for the bot's conversation with her.
    Named(String),
    Id(Id),
}

impl From<&str> for Place {
    fn from(name: &str) -> Self {
        Self::Named(name.trim_start_matches('#').to_owned())
    }
}

impl From<Id> for Place {
    fn from(id: Id) -> Self {
        Self::Id(id)
    }
}

impl From<&Message> for Place {
    fn from(message: &Message) -> Self {
        Self::Id(message.channel)
    }
}

impl Place {
    pub(super) fn find(&self, state: &mut State) -> Id {
        match self {
            Self::Id(id) => *id,
            Self::Named(name) => match name.strip_prefix('@') {
                Some(person) => {
                    let person = state.town.person(person);
                    state.town.dm_with(person)
                }
                None => state.town.channel_named(name).unwrap_or_else(|| panic!("there is no channel #{name}")),
            },
        }
    }
}

impl Discord {
    /// The id of the person with that name. They join if they are not here yet.
    pub fn person(&self, name: &str) -> Id {
        self.with(|state| state.town.person(name))
    }

    /// The id of the bot's user; its application has the same id.
    pub fn bot(&self) -> Id {
        self.with(|state| state.town.bot)
    }

    /// The id of the bot's application.
    pub fn application(&self) -> Id {
        self.with(|state| state.town.application)
    }

    pub fn guild(&self) -> Id {
        self.with(|state| state.town.guild)
    }

    /// Creates a role with [`super::permission`]s.
    pub fn role(&self, name: &str, permissions: u64) -> Id {
        self.with(|state| {
            let id = state.town.fresh_id();
            state.town.roles.push(Role { id, name: name.into(), permissions, out_of_reach: false });
            id
        })
    }

    /// Forbids the bot to give or take that role.
    pub fn put_out_of_reach(&self, role: Id) {
        self.with(|state| state.town.roles.iter_mut().filter(|r| r.id == role).for_each(|r| r.out_of_reach = true));
    }

    /// Gives `who` the role.
    pub fn grant(&self, who: &str, role: Id) {
        self.with(|state| {
            let person = state.town.person(who);
            state.town.change_person(person, |person| person.roles.push(role));
        });
    }

    /// Takes the role from `who`.
    pub fn take(&self, who: &str, role: Id) {
        self.with(|state| {
            let person = state.town.person(who);
            state.town.change_person(person, |person| person.roles.retain(|held| *held != role));
        });
    }

    /// The names of the roles that `who` has.
    pub fn roles_of(&self, who: &str) -> Vec<String> {
        self.with(|state| {
            let person = state.town.person(who);
            let held = state.town.find_person(person).expect("just found").roles.clone();
            held.iter().filter_map(|id| state.town.find_role(*id)).map(|role| role.name.clone()).collect()
        })
    }

    /// Opens a text channel.
    pub fn channel(&self, name: &str) -> Id {
        self.with(|state| state.town.open_channel(name, kind::TEXT))
    }

    /// Opens a forum.
    pub fn forum(&self, name: &str) -> Id {
        self.with(|state| state.town.open_channel(name, kind::FORUM))
    }

    /// Forbids the bot to write there.
    pub fn forbid(&self, place: impl Into<Place>) {
        self.change_channel(place, |channel| channel.forbidden = true);
    }

    /// Allows it again.
    pub fn allow(&self, place: impl Into<Place>) {
        self.change_channel(place, |channel| channel.forbidden = false);
    }

    /// Deletes the channel or thread.
    pub fn remove_channel(&self, place: impl Into<Place>) {
        let place = place.into();
        self.with(|state| {
            let id = place.find(state);
            state.town.channels.remove(&id);
        });
    }

    fn change_channel(&self, place: impl Into<Place>, change: impl FnOnce(&mut super::town::Channel)) {
        let place = place.into();
        self.with(|state| {
            let id = place.find(state);
            change(state.town.channels.get_mut(&id).unwrap_or_else(|| panic!("there is no channel {id}")));
        });
    }

    /// Sets whether `who` accepts direct messages from the bot (if not: error 50007).
    pub fn takes_dms(&self, who: &str, willing: bool) {
        self.with(|state| {
            let person = state.town.person(who);
            state.town.change_person(person, |person| person.refuses_dms = !willing);
        });
    }

    /// `who` writes a message.
    pub fn says(&self, who: &str, place: impl Into<Place>, text: &str) -> Message {
        let place = place.into();
        self.with(|state| {
            let (author, channel) = (state.town.person(who), place.find(state));
            let id = write(state, channel, author, text);
            posts::announce(state, id, None);
            Message::of(state, &state.posts.all[&id])
        })
    }

    /// Makes `who` a bot's account.
    pub fn is_a_bot(&self, who: &str) {
        self.with(|state| {
            let person = state.town.person(who);
            state.town.change_person(person, |person| person.bot = true);
        });
    }

    /// A webhook writes a message. It has no account, so the event has no member.
    pub fn webhook_says(&self, place: impl Into<Place>, text: &str) {
        let place = place.into();
        self.with(|state| {
            let (author, channel) = (state.town.person("webhook"), place.find(state));
            let id = write(state, channel, author, text);
            let mut whole = posts::json(state, &state.posts.all[&id]);
            whole["webhook_id"] = whole["author"]["id"].clone();
            let guild = state.town.guild;
            whole["guild_id"] = json!(guild.to_string());
            state.gateway.dispatch("MESSAGE_CREATE", Some(guild), |_| Some(whole.clone()));
        });
    }

    /// `who` opens a forum post: a thread and its first message.
    pub fn posts(&self, who: &str, forum: impl Into<Place>, title: &str, text: &str) -> Message {
        let forum = forum.into();
        self.with(|state| {
            let (author, forum) = (state.town.person(who), forum.find(state));
            assert_eq!(state.town.channels[&forum].kind, kind::FORUM, "posts are opened in forums");
            let id = write(state, forum, author, text);
            channels::move_into_thread(state, id);
            channels::start_thread(state, forum, id, author, title);
            posts::announce(state, id, None);
            Message::of(state, &state.posts.all[&id])
        })
    }

    /// `who` reacts to a message.
    pub fn reacts(&self, who: &str, message: &Message, emoji: &str) {
        self.with(|state| {
            let person = state.town.person(who);
            channels::react(state, true, message.id, emoji, person);
        });
    }

    /// `who` removes a reaction.
    pub fn unreacts(&self, who: &str, message: &Message, emoji: &str) {
        self.with(|state| {
            let person = state.town.person(who);
            channels::react(state, false, message.id, emoji, person);
        });
    }

    /// Somebody deletes a message.
    pub fn deletes(&self, message: &Message) {
        self.with(|state| posts::delete(state, message.id).map(drop).expect("the message is there"));
    }

    /// All messages of a channel in order, without ephemeral ones.
    pub fn messages(&self, place: impl Into<Place>) -> Vec<Message> {
        let place = place.into();
        self.with(|state| {
            let channel = place.find(state);
            let all = state.posts.all.values().filter(|p| p.channel == channel && p.ephemeral_for.is_none());
            all.map(|post| Message::of(state, post)).collect()
        })
    }

    /// All messages by the bot that answer no command or press, in any channel.
    pub fn unasked(&self) -> Vec<Message> {
        self.with(|state| {
            let bot = state.town.bot;
            let all = state.posts.all.values().filter(|p| p.author == bot && p.interaction.is_none());
            all.filter(|post| post.ephemeral_for.is_none()).map(|post| Message::of(state, post)).collect()
        })
    }

    /// The current state of the message, if it still exists.
    pub fn message(&self, id: Id) -> Option<Message> {
        self.with(|state| state.posts.all.get(&id).map(|post| Message::of(state, post)))
    }

    /// Whether a message is pinned.
    pub fn pinned(&self, id: Id) -> bool {
        self.with(|state| state.posts.all.get(&id).is_some_and(|post| post.pinned))
    }

    /// Waits for the bot's next unasked message (or edit) there. Each is returned once.
    pub async fn bot_says(&self, place: impl Into<Place>) -> Message {
        let place = place.into();
        let said = self.shared.wait(UNASKED_WITHIN, |state| unseen(state, &place)).await;
        said.unwrap_or_else(|| panic!("the bot said nothing in {place:?} within {UNASKED_WITHIN:?}"))
    }

    /// Fails if the bot writes anything there within `time` that no test has seen yet.
    pub async fn stays_silent(&self, place: impl Into<Place>, time: Duration) {
        let place = place.into();
        if let Some(said) = self.shared.wait(time, |state| unseen(state, &place)).await {
            panic!("the bot was to be silent in {place:?}, but said:\n{said}");
        }
    }

    /// How often the bot was typing there.
    pub fn typed(&self, place: impl Into<Place>) -> usize {
        let place = place.into();
        self.with(|state| {
            let id = place.find(state);
            state.town.channels[&id].typed
        })
    }

    /// The title of a channel or thread.
    pub fn channel_name(&self, place: impl Into<Place>) -> String {
        let place = place.into();
        self.with(|state| {
            let id = place.find(state);
            state.town.channels[&id].name.clone()
        })
    }

    /// The threads below a channel, oldest first.
    pub fn threads(&self, place: impl Into<Place>) -> Vec<Id> {
        let place = place.into();
        self.with(|state| {
            let parent = place.find(state);
            state.town.channels.values().filter(|c| c.parent == Some(parent)).map(|c| c.id).collect()
        })
    }
}

/// Writes a person's message, of any length up to Discord's 2,000 characters.
fn write(state: &mut State, channel: Id, author: Id, text: &str) -> Id {
    assert!(text.chars().count() <= 2000, "people cannot write more than 2,000 characters");
    assert!(state.town.channels.contains_key(&channel), "there is no channel {channel}");
    let written = posts::write(state, channel, author, &json!({"content": text}), &[]);
    written.unwrap_or_else(|refusal| panic!("Discord does not take this message: {}", refusal.body))
}

fn unseen(state: &mut State, place: &Place) -> Option<Message> {
    let (channel, bot) = (place.find(state), state.town.bot);
    let new = |p: &&mut Post| p.channel == channel && p.author == bot && !p.seen && p.ephemeral_for.is_none();
    let post = state.posts.all.values_mut().find(new)?;
    post.seen = true;
    let post = post.clone();
    Some(Message::of(state, &post))
}
