//! What a server has set, and `/mod settings`, where its admins set it. Every change is in the audit log.

use jiff::Timestamp;
use poise::serenity_prelude as serenity;
use serenity::ComponentInteractionDataKind as Chosen;

use super::member::Who;
use super::reply::Answer;
use super::server::Server;
use super::{Bot, rights, sql};
use crate::community::audit::{self, Act};
use crate::community::{Community, Moderator, Role, study_settings};
use crate::outbox::press::{SettingsPress, StudySetting};
use crate::outbox::{Button, Choice, Controls, Offers, Reply, Select, State, Undelivered};
use crate::reddit::desk;
use crate::store::{Connection, Store};
use crate::triage::{Bands, Track};
use crate::{Error, Result, outbox};

/// The most channels in which a server may have posts answered.
const MAX_CHANNELS: u8 = 25;
/// The most undelivered messages shown.
const UNDELIVERED: u32 = 5;

/// How readily posts are answered: name, explanation, bands.
pub const READINESS: [(&str, &str, Bands); 3] = [
    ("readily", "answers more posts, and is wrong more often", Bands { answer: 0.75, margin: 0.10, ask: 0.40 }),
    ("as usual", "answers when it is sure, asks back when it is not", Bands { answer: 0.85, margin: 0.20, ask: 0.50 }),
    ("only when sure", "answers fewer posts", Bands { answer: 0.95, margin: 0.35, ask: 0.80 }),
];

/// A change of one setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Which role may edit.
    Editor(Option<u64>),
    /// Which role may publish.
    Approver(Option<u64>),
    /// Which role goes with a track.
    Track(Track, Option<u64>),
    /// Where posts are answered.
    Channels(Vec<u64>),
    /// How readily.
    Bands(Bands),
    /// Whether posts' text may be read.
    Reads(bool),
    /// Where moderators are told of people who may be in danger.
    Danger(Option<u64>),
}

impl Change {
    /// What it is called in the log.
    pub fn name(&self) -> String {
        match self {
            Self::Editor(_) => "editor role".to_owned(),
            Self::Approver(_) => "approver role".to_owned(),
            Self::Track(track, _) => format!("role for {track}"),
            Self::Channels(_) => "beginners' channels".to_owned(),
            Self::Bands(_) => "bands".to_owned(),
            Self::Reads(_) => "reading posts".to_owned(),
            Self::Danger(_) => "channel for people in danger".to_owned(),
        }
    }

    /// What it shall be, in the log's words.
    pub fn value(&self) -> String {
        let role = |role: &Option<u64>| role.map_or_else(|| "none".to_owned(), |id| id.to_string());
        match self {
            Self::Editor(id) | Self::Approver(id) | Self::Track(_, id) | Self::Danger(id) => role(id),
            Self::Channels(ids) if ids.is_empty() => "none".to_owned(),
            Self::Channels(ids) => ids.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
            Self::Bands(b) => format!("{} {} {}", b.answer, b.margin, b.ask),
            Self::Reads(on) => if *on { "on" } else { "off" }.to_owned(),
        }
    }

    /// What the same setting says in `server`.
    fn value_in(&self, server: &Server) -> String {
        match self {
            Self::Editor(_) => Self::Editor(server.editor),
            Self::Approver(_) => Self::Approver(server.approver),
            Self::Track(track, _) => Self::Track(*track, server.role_for(*track)),
            Self::Channels(_) => Self::Channels(server.channels.clone()),
            Self::Bands(_) => Self::Bands(server.bands),
            Self::Reads(_) => Self::Reads(server.reads),
            Self::Danger(_) => Self::Danger(server.danger),
        }
        .value()
    }

    /// Makes it so in `server`.
    pub fn apply(&self, server: &mut Server) {
        match self {
            Self::Editor(id) => server.editor = *id,
            Self::Approver(id) => server.approver = *id,
            Self::Track(track, id) => {
                server.tracks.retain(|(t, _)| t != track);
                server.tracks.extend(id.map(|id| (*track, id)));
            }
            Self::Channels(ids) => server.channels.clone_from(ids),
            Self::Bands(bands) => server.bands = *bands,
            Self::Reads(on) => server.reads = *on,
            Self::Danger(channel) => server.danger = *channel,
        }
    }
}

/// Changes a setting, for an admin of the server. Returns the settings after it.
///
/// # Errors
/// Refused to everybody else.
pub async fn change(store: &Store, who: &Who, change: &Change, now: Timestamp) -> Result<Server> {
    let guild = who.server()?;
    let mut tx = store.write().await?;
    let server = sql::server(&mut tx, guild).await?;
    let by = who.moderator(&server, Role::Admin, "change the settings")?;
    let server = apply(&mut tx, &by, guild, std::slice::from_ref(change), now).await?;
    tx.commit().await?;
    Ok(server)
}

/// Changes settings of a server, within the transaction that decides it, for an admin of it. Each change is a line of the
/// log, with what was so before.
///
/// # Errors
/// Refused to everybody else.
pub async fn apply(
    db: &mut Connection,
    by: &Moderator,
    guild: u64,
    changes: &[Change],
    now: Timestamp,
) -> Result<Server> {
    by.must_be(Role::Admin, "change the settings")?;
    by.must_moderate(&Community::Discord(guild))?;
    let mut server = sql::server(db, guild).await?;
    for change in changes {
        let (before, after) = (change.value_in(&server), change.value());
        change.apply(&mut server);
        let subject = format!("discord/{guild}");
        let detail = format!("{}: {after}", change.name());
        audit::note_change(db, by, Act::Settings, (&subject, &detail), (&before, &after), now).await?;
    }
    sql::set_server(db, guild, &server).await?;
    Ok(server)
}

/// What is said while the study channel takes nothing.
const NO_STUDY_CHANNEL: &str = "**Cairn can't write in the study channel,** so study reminders go to people directly. Let \
                                Cairn see that channel and send messages in it, or choose another under Study.";

/// Where moderators see to Reddit.
const ON_REDDIT: &str = "What waits there is on the page Reddit of the console; /mod console opens it.";

/// `/mod settings`
///
/// # Errors
/// Refused to everybody but admins.
pub async fn panel(bot: &Bot, who: &Who) -> Result<Answer> {
    let guild = who.server()?;
    let server = sql::settings(&bot.app.store, who.guild).await?;
    let by = who.moderator(&server, Role::Admin, "see the settings")?;
    Ok(Answer::Say(first_page(bot, &by, guild, &server).await?))
}

/// What did not arrive, and what can be done about it.
fn undelivered(messages: &[Undelivered]) -> String {
    let of = |state| messages.iter().filter(|message| message.state == state).map(|m| format!("\n{m}")).collect();
    let (dead, unknown): (String, String) = (of(State::Dead), of(State::Unknown));
    let parts = [
        ("Messages that could not be delivered:", dead, ""),
        (
            "Messages that may have arrived or not:",
            unknown,
            "\nLook for them, and tell the person who runs Cairn, who can settle them with `cairn outbox settle`.",
        ),
    ];
    let parts = parts.into_iter().filter(|(_, lines, _)| !lines.is_empty());
    let parts: Vec<String> = parts.map(|(heading, lines, what)| format!("{heading}{lines}{what}")).collect();
    match parts.is_empty() {
        true => "Every message that Cairn sent here by itself has arrived.".to_owned(),
        false => parts.join("\n"),
    }
}

async fn first_page(bot: &Bot, by: &Moderator, guild: u64, server: &Server) -> Result<Reply> {
    let letters = undelivered(&outbox::undelivered(&bot.app.store, by, UNDELIVERED).await?);
    let letters = match study_settings::trouble(&bot.app.store, guild).await? {
        None => letters,
        Some(_) => format!("{letters}\n{NO_STUDY_CHANNEL}"),
    };
    let letters = match on_reddit(bot, by).await? {
        None => letters,
        Some(told) => format!("{letters}\n{told}"),
    };
    let text = format!(
        "**Settings of this server**\nEditors change guides, approvers publish drafts; people who may manage the server \
         may do everything.\nEditors: {}. Approvers: {}.\nNew posts in the chosen channels and forums are answered if they ask how \
         to get started: {}. {}\n\n{letters}",
        role_named(server.editor),
        role_named(server.approver),
        if server.channels.is_empty() {
            "nowhere".to_owned()
        } else {
            server.channels.iter().map(|id| format!("<#{id}>")).collect::<Vec<_>>().join(" ")
        },
        match (server.reads, bot.may_read()) {
            (true, false) =>
                "Cairn may read posts here, but Discord does not let it: turn on Message Content Intent for the bot in \
                 the Developer Portal and start Cairn again. Until then it reads only the titles of forum posts.",
            (true, true) => "Cairn reads the text of posts there.",
            (false, _) => "Cairn reads only the titles of forum posts, for reading posts is off.",
        }
    );
    Ok(Reply::text(text).with(vec![
        role_select(SettingsPress::Editor, "Role of editors".to_owned()),
        role_select(SettingsPress::Approver, "Role of approvers".to_owned()),
        channel_select(),
        band_select(server),
        Controls::Buttons(vec![
            Button::press(
                if server.reads { "Stop reading posts" } else { "Allow reading posts" },
                SettingsPress::Reads(!server.reads),
            ),
            Button::press("Roles for tracks…", SettingsPress::Tracks),
            Button::press("Study…", StudySetting::Page),
            Button::press("People in danger…", SettingsPress::Danger),
        ]),
    ]))
}

/// How Cairn does on Reddit, where this server is home together with a subreddit.
async fn on_reddit(bot: &Bot, by: &Moderator) -> Result<Option<String>> {
    match bot.app.home.moderator(by.clone(), "see how Cairn does on Reddit") {
        Ok(by) => Ok(desk::told(&bot.app, &by).await?.map(|told| format!("{told}\n{ON_REDDIT}"))),
        Err(_) => Ok(None),
    }
}

fn role_named(role: Option<u64>) -> String {
    role.map_or_else(|| "nobody".to_owned(), |id| format!("<@&{id}>"))
}

fn track_page(server: &Server) -> Reply {
    let text = "**Roles for tracks**\nSomebody who presses “This is me” below an answer gets the role of that guide. \
                Cairn needs the permission Manage Roles, and its own role must stand above these.";
    let set = Track::ALL.map(|track| format!("\n- {}: {}", track.title(), role_named(server.role_for(track))));
    let text = format!("{text}{}", set.concat());
    let select = |track: Track| role_select(SettingsPress::Track(track), format!("Role for the {}", track.title()));
    Reply::text(text).with(Track::ALL.into_iter().map(select).chain([back()]).collect())
}

fn back() -> Controls {
    Controls::Buttons(vec![Button::press("Back", SettingsPress::Back)])
}

fn danger_page(server: &Server) -> Reply {
    let set = server.danger.map_or_else(
        || "You are not told at present; choose a channel that only moderators see.".to_owned(),
        |channel| format!("You are told in <#{channel}>; choose nothing to end that."),
    );
    let text = format!(
        "**People in danger**\nA post in a beginners' channel may sound as if its author, or someone near them, is in \
         danger. Cairn never answers such a post by itself. If you choose a channel, it tells you there where the post \
         is, without its text.\n{set}"
    );
    let only_texts = Offers::Channels { forums: false };
    let select = Select::up_to(1, SettingsPress::DangerChannel, "Moderators' channel", only_texts);
    Reply::text(text).with(vec![select.into(), back()])
}

/// A choice of one role or none. The page's text says which is set.
fn role_select(setting: SettingsPress, name: String) -> Controls {
    Select::up_to(1, setting, name, Offers::Roles).into()
}

fn channel_select() -> Controls {
    let offers = Offers::Channels { forums: true };
    Select::up_to(MAX_CHANNELS, SettingsPress::Channels, "Beginners' channels and forums", offers).into()
}

fn band_select(server: &Server) -> Controls {
    let option = |(name, about, bands): &(&str, &str, Bands)| Choice {
        about: Some((*about).to_owned()),
        is_set: *bands == server.bands,
        ..Choice::new(*name, format!("Answer posts {name}"))
    };
    let options = READINESS.iter().map(option).collect();
    Select::one_of(SettingsPress::Bands, "How readily to answer posts", options).into()
}

/// A press or a choice in the panel.
///
/// # Errors
/// Refused to everybody but admins.
pub async fn pressed(bot: &Bot, who: &Who, setting: &SettingsPress, chosen: &Chosen) -> Result<Answer> {
    let now = bot.app.clock.now();
    let change = match setting {
        SettingsPress::Tracks | SettingsPress::Danger | SettingsPress::Back => None,
        setting => Some(wish(setting, chosen)?),
    };
    match &change {
        Some(Change::Channels(channels)) => rights::own_channels(bot, who.server()?, channels).await?,
        Some(Change::Danger(Some(channel))) => rights::own_channels(bot, who.server()?, &[*channel]).await?,
        _ => {}
    }
    let server = match &change {
        Some(wish) => self::change(&bot.app.store, who, wish, now).await?,
        None => sql::settings(&bot.app.store, who.guild).await?,
    };
    let by = who.moderator(&server, Role::Admin, "see the settings")?;
    if let Some(Change::Reads(on)) = change {
        bot.reading_changed(on);
    }
    Ok(Answer::Update(match setting {
        SettingsPress::Tracks | SettingsPress::Track(_) => track_page(&server),
        SettingsPress::Danger | SettingsPress::DangerChannel => danger_page(&server),
        _ => first_page(bot, &by, who.server()?, &server).await?,
    }))
}

fn wish(setting: &SettingsPress, chosen: &Chosen) -> Result<Change> {
    let unknown = || Error::refused("This setting is from an older Cairn; call /mod settings again.");
    let role = || match chosen {
        Chosen::RoleSelect { values } => Ok(values.first().map(|role| role.get())),
        _ => Err(unknown()),
    };
    match (setting, chosen) {
        (SettingsPress::Editor, _) => Ok(Change::Editor(role()?)),
        (SettingsPress::Approver, _) => Ok(Change::Approver(role()?)),
        (SettingsPress::Track(track), _) => Ok(Change::Track(*track, role()?)),
        (SettingsPress::Channels, Chosen::ChannelSelect { values }) => {
            Ok(Change::Channels(values.iter().take(MAX_CHANNELS.into()).map(|c| c.get()).collect()))
        }
        (SettingsPress::DangerChannel, Chosen::ChannelSelect { values }) => {
            Ok(Change::Danger(values.first().map(|channel| channel.get())))
        }
        (SettingsPress::Bands, Chosen::StringSelect { values }) => {
            let named = READINESS.iter().find(|(name, ..)| values.first().is_some_and(|v| v == name));
            named.map(|(.., bands)| Change::Bands(*bands)).ok_or_else(unknown)
        }
        (SettingsPress::Reads(on), _) => Ok(Change::Reads(*on)),
        _ => Err(unknown()),
    }
}
