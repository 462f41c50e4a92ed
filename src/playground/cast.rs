//! Who and what is in the pretend server, and how its moderator sets the bot up: by the same commands as on Discord.

use std::time::Duration;

use serde_json::{Value, json};
use tracing::warn;

use super::stage::Stage;
use super::stand_in::acting;
use super::stand_in::dispatch::Act;
use super::stand_in::gateway::intent;
use super::stand_in::posts::Post;
use super::stand_in::state::{Id, State};
use super::stand_in::town::{Role, Town, kind, permission};

/// The members a visitor may be.
pub const MEMBERS: [&str; 2] = ["Noor", "Ivo"];
/// The moderator a visitor may be.
pub const MODERATOR: &str = "Mara";

const BEGINNERS: &str = "beginners";
const STUDY: &str = "study";
const PAPERS: &str = "papers";

/// How long the adapter may take to connect once more.
const RECONNECTED: Duration = Duration::from_secs(10);

/// The server as it is at first.
pub fn town() -> Town {
    let mut town = Town::new("The playground", BEGINNERS, "Cairn");
    town.granted_intents = intent::MESSAGE_CONTENT;
    town.open_channel(STUDY, kind::TEXT);
    town.open_channel(PAPERS, kind::TEXT);
    for member in MEMBERS {
        town.person(member);
    }
    let mara = town.person(MODERATOR);
    let id = town.fresh_id();
    let permissions = permission::MANAGE_GUILD | permission::MANAGE_MESSAGES;
    town.roles.push(Role { id, name: "moderators".into(), permissions, out_of_reach: false });
    town.change_person(mara, |mara| mara.roles.push(id));
    town
}

/// What a channel is for, in a sentence.
pub fn topic(name: &str) -> &'static str {
    match name {
        BEGINNERS => "Ask how to begin. Cairn answers at most once a day for each person.",
        STUDY => "Log what you study. Reminders, buddies and rankings come here.",
        PAPERS => "The week’s papers come on Monday at 09:00.",
        _ => "",
    }
}

/// The moderator sets the bot up.
pub async fn furnish(stage: &Stage) {
    if let Err(why) = set_up(stage).await {
        warn!("the playground is not set up: {why}");
    }
    // Only the moderator has seen the answers, who looks at an empty room now.
    stage.shared.with(|state| state.posts.all.retain(|_, post| post.ephemeral_for.is_none()));
}

async fn set_up(stage: &Stage) -> Result<(), String> {
    let place = |name: &str| stage.shared.look(|state| state.town.channel_named(name)).unwrap_or(0);
    let (beginners, study, papers) = (place(BEGINNERS), place(STUDY), place(PAPERS));
    let mara = stage.person(MODERATOR).ok_or("nobody moderates")?;
    let settings = || stage.typed(mara, beginners, "/mod settings");
    let panel = settings().await?;
    choose(stage, mara, panel, "set/channels", beginners).await?;
    press(stage, mara, panel, "Study…").await?;
    choose(stage, mara, panel, "set/study/channel", study).await?;
    stage.typed(mara, papers, "/papers subscribe").await?;
    stage.typed(mara, beginners, "/mod panel").await?;
    // After that the adapter connects once more, to be told of posts.
    let panel = settings().await?;
    let before = stage.shared.look(|state| state.gateway.sessions.len());
    press(stage, mara, panel, "Allow reading posts").await?;
    let again = |state: &mut State| (state.gateway.sessions.len() > before).then_some(());
    stage.shared.wait(RECONNECTED, again).await.ok_or_else(|| "the adapter did not connect once more".to_owned())
}

/// A control of a message that fits.
fn control(post: &Post, fits: impl Fn(&Value) -> bool) -> Option<Value> {
    let rows = post.components.iter().filter_map(|row| row["components"].as_array());
    rows.flatten().find(|control| fits(control)).cloned()
}

async fn press(stage: &Stage, who: Id, message: Id, label: &str) -> Result<(), String> {
    let found = |state: &State| {
        let post = state.posts.all.get(&message)?;
        let button = control(post, |control| control["label"] == json!(label))?;
        Some(acting::component(message, post.channel, acting::pressed(button["custom_id"].as_str()?)))
    };
    done(stage, who, found, label).await
}

async fn choose(stage: &Stage, who: Id, message: Id, select: &str, value: Id) -> Result<(), String> {
    let found = |state: &State| {
        let post = state.posts.all.get(&message)?;
        let select = control(post, |control| control["custom_id"] == json!(select))?;
        Some(acting::component(message, post.channel, acting::chosen(state, &select, &[value.to_string()])))
    };
    done(stage, who, found, select).await
}

async fn done(stage: &Stage, who: Id, find: impl Fn(&State) -> Option<Act>, what: &str) -> Result<(), String> {
    let act = stage.shared.look(find).ok_or_else(|| format!("there is no {what}"))?;
    match acting::act(&stage.shared, who, act).await {
        (_, acting::Ended::Answered) => Ok(()),
        _ => Err(format!("{what} was not answered")),
    }
}
