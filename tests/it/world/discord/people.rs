//! What tests arrange and look at: people, roles, channels, and what they say to each other.

use std::time::Duration;

use serde_json::json;

use super::posts::{self, Post};
use super::reply::Message;
use super::state::{Id, State};
use super::town::{Role, kind};
use super::{Discord, channels};

/// How long the bot may take to say something unasked.
const UNASKED_WITHIN: Duration = Duration::from_secs(5);

/// Where something happens.
#[derive(Debug, Clone)]
pub enum Place {
    /// A channel's or thread's name; `@ann` for the bot's conversation with her.
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
    /// The id of the person of that name, who joins if they are not here yet.
    pub fn person(&self, name: &str) -> Id {
        self.with(|state| state.town.person(name))
    }

    /// The id of the bot's user, which is also its application's.
    pub fn bot(&self) -> Id {
        self.with(|state| state.town.bot)
    }

    pub fn guild(&self) -> Id {
        self.with(|state| state.town.guild)
    }

    /// Makes a role with [`super::permission`]s.
    pub fn role(&self, name: &str, permissions: u64) -> Id {
        self.with(|state| {
            let id = state.town.fresh_id();
            state.town.roles.push(Role { id, name: name.into(), permissions, out_of_reach: false });
            id
        })
    }

    /// From now on the bot may not give or take that role.
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

    /// From now on the bot may not write there.
    pub fn forbid(&self, place: impl Into<Place>) {
        self.change_channel(place, |channel| channel.forbidden = true);
    }

    /// It may again.
    pub fn allow(&self, place: impl Into<Place>) {
        self.change_channel(place, |channel| channel.forbidden = false);
    }

    /// The channel or thread is deleted.
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

    /// From now on `who` takes direct messages from the bot (or refuses them with 50007).
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

    /// `who` is another program's account from now on.
    pub fn is_a_bot(&self, who: &str) {
        self.with(|state| {
            let person = state.town.person(who);
            state.town.change_person(person, |person| person.bot = true);
        });
    }

    /// A webhook writes a message. Nobody's account is behind it, so it comes without a member.
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

    /// `who` takes a reaction back.
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

    /// All messages of a channel, ephemeral ones left out, in order.
    pub fn messages(&self, place: impl Into<Place>) -> Vec<Message> {
        let place = place.into();
        self.with(|state| {
            let channel = place.find(state);
            let all = state.posts.all.values().filter(|p| p.channel == channel && p.ephemeral_for.is_none());
            all.map(|post| Message::of(state, post)).collect()
        })
    }

    /// All that the bot has said and that answers nobody's command or press, wherever it stands.
    pub fn unasked(&self) -> Vec<Message> {
        self.with(|state| {
            let bot = state.town.bot;
            let all = state.posts.all.values().filter(|p| p.author == bot && p.interaction.is_none());
            all.filter(|post| post.ephemeral_for.is_none()).map(|post| Message::of(state, post)).collect()
        })
    }

    /// The message as it is now, if it still is.
    pub fn message(&self, id: Id) -> Option<Message> {
        self.with(|state| state.posts.all.get(&id).map(|post| Message::of(state, post)))
    }

    /// Whether a message is pinned.
    pub fn pinned(&self, id: Id) -> bool {
        self.with(|state| state.posts.all.get(&id).is_some_and(|post| post.pinned))
    }

    /// Waits for the next message that the bot says (or edits) there unasked. Each is returned once.
    pub async fn bot_says(&self, place: impl Into<Place>) -> Message {
        let place = place.into();
        let said = self.shared.wait(UNASKED_WITHIN, |state| unseen(state, &place)).await;
        said.unwrap_or_else(|| panic!("the bot said nothing in {place:?} within {UNASKED_WITHIN:?}"))
    }

    /// Fails if the bot says anything there within `time` that no test has seen yet.
    pub async fn stays_silent(&self, place: impl Into<Place>, time: Duration) {
        let place = place.into();
        if let Some(said) = self.shared.wait(time, |state| unseen(state, &place)).await {
            panic!("the bot was to be silent in {place:?}, but said:\n{said}");
        }
    }

    /// How often the bot was seen typing there.
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

/// People's messages are of any length up to Discord's 2,000.
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
