//! The connection to Discord: made, kept and ended. Whatever happens to it, the rest of Cairn goes on.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use poise::serenity_prelude as serenity;
use secrecy::ExposeSecret;
use serde_json::Value;
use serenity::{ApplicationId, Client, ClientBuilder, FullEvent, GatewayIntents, HttpBuilder, Interaction};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, info, warn};

use super::apart::{Apart, Leave};
use super::check::wants_posts;
use super::events::heard;
use super::gate::{Gate, Gateway, Patience, Verdict};
use super::http::{Failure, LONGEST_WAIT};
use super::registering::register;
use super::reply::{Answer, Asked, respond, sentence};
use super::{Bot, Discord, commands, door, dropped_events, voice};
use crate::community::study_settings;
use crate::outbox::Reply;
use crate::{Error, Result, health};

/// The first and the longest wait before a connection is tried again; each failure doubles it.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));
/// A connection that held so long was a good one.
const GOOD: Duration = Duration::from_secs(60);
/// How long shards may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);
/// The most shards that we run, whatever is recommended.
const MAX_SHARDS: u64 = 256;

/// The sentence about a token that Discord does not take.
const REFUSED: &str = "Discord does not take the token in CAIRN_DISCORD_TOKEN (any more), so Discord is off; make a new token in \
                           the Developer Portal, set it and start Cairn again.";

/// How a connection ended.
enum Ended {
    /// We were told to stop.
    Stopped,
    /// Other events are wanted.
    Reconnect,
    /// Discord does not take our token.
    Refused,
    /// No session may be begun for so long.
    NoSessions(Duration),
    /// It broke.
    Broken(String),
}

impl Discord {
    /// Keeps a connection until `stop` says so. If Discord does not take our token any more, only waits for that.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let health = self.app.health.clone();
        let patience = Patience::hurried(self.app.config.discord_hurry);
        health.awaited_until(health::DISCORD, std::time::Instant::now() + patience.silence);
        let (bot, told) = Bot::new(self.app, self.rest);
        let is_refused = tokio::select! {
            is_refused = keep(&bot, patience, &mut stop) => is_refused,
            // Never ends by itself.
            () = voice::follow(&bot.app, told) => false,
        };
        if is_refused {
            error!("{REFUSED}");
            // Nothing is expected of it.
            health.well(health::DISCORD);
            // A sender that is gone is a reason to stop, too.
            let _ = stop.wait_for(|stop| *stop).await;
        }
    }
}

/// Keeps a connection; returns whether it ended because our token is not taken.
async fn keep(bot: &Bot, patience: Patience, stop: &mut watch::Receiver<bool>) -> bool {
    let (mut wait, mut stuck) = (WAITS.0, None);
    loop {
        let began = Instant::now();
        let pause = match connection(bot, patience, &mut stuck, stop).await {
            Ended::Stopped => return false,
            Ended::Reconnect => continue,
            Ended::Refused => return true,
            Ended::NoSessions(rest) => {
                warn!("Discord lets no more sessions begin today; it is asked again in {rest:?}");
                rest
            }
            Ended::Broken(why) => {
                if began.elapsed() > GOOD {
                    wait = WAITS.0;
                }
                warn!("the connection to Discord broke ({why}) and is made again in {wait:?}");
                let rest = wait;
                wait = (wait * 2).min(WAITS.1);
                rest
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return false,
        }
    }
}

async fn connection(
    bot: &Bot,
    patience: Patience,
    stuck: &mut Option<JoinHandle<()>>,
    stop: &mut watch::Receiver<bool>,
) -> Ended {
    // A client that did not end, for it does not listen, is waited for: there are never more than two.
    if stuck.as_ref().is_some_and(|thread| !thread.is_finished()) {
        return Ended::Broken("what was there before has not ended".to_owned());
    }
    let begun = tokio::select! {
        begun = begin(bot, patience) => begun,
        _ = stop.wait_for(|stop| *stop) => return Ended::Stopped,
    };
    let (mut gate, mut apart) = match begun {
        Ok(begun) => begun,
        Err(ended) => return ended,
    };
    let heard = Arc::clone(&gate.heard);
    let ended = tokio::select! {
        why = apart.ended() => return Ended::Broken(why),
        verdict = gate.verdict() => judged(bot, verdict),
        _ = stop.wait_for(|stop| *stop) => Ended::Stopped,
        () = bot.shared.change.notified() => Ended::Reconnect,
        // Never ends by itself.
        () = dropped_events::tell() => Ended::Reconnect,
        () = voice::note_signs(&bot.app, &heard) => Ended::Reconnect,
    };
    // Who is not listened to need not be told goodbye.
    let goodbye = matches!(ended, Ended::Stopped | Ended::Reconnect);
    *stuck = apart.end(goodbye).await;
    if stuck.is_some() {
        info!("Discord did not say goodbye in time");
    }
    ended
}

/// What follows from a verdict of the gate.
fn judged(bot: &Bot, verdict: Verdict) -> Ended {
    match verdict {
        Verdict::TokenRefused => Ended::Refused,
        Verdict::IntentsRefused if bot.shared.unread.swap(true, Ordering::Relaxed) => {
            Ended::Broken("Discord refuses what we ask to be told of".to_owned())
        }
        Verdict::IntentsRefused => {
            warn!(
                "Discord does not let this bot read messages, which a server has asked for; turn on Message Content Intent \
                 in the Developer Portal and start Cairn again"
            );
            Ended::Reconnect
        }
        Verdict::Outdated => Ended::Broken("its gateway wants something else".to_owned()),
        Verdict::NoSessions => Ended::Broken("no session is left".to_owned()),
        Verdict::ShardLost => Ended::Broken("a shard is gone".to_owned()),
    }
}

/// Asks Discord for what a connection needs, and begins it.
async fn begin(bot: &Bot, patience: Patience) -> Result<(Gate, Apart), Ended> {
    let application = bot.rest.get("/applications/@me", "").await?;
    let application = application["id"].as_str().and_then(|id| id.parse().ok()).filter(|id| *id != 0);
    let application: u64 = application.ok_or_else(|| broken("Discord does not tell our number"))?;
    let gateway = gateway(&bot.rest.get("/gateway/bot", "").await?)?;
    let commands = poise::builtins::create_application_commands(&options(bot.app.config.is_on_reddit()).commands);
    let commands = serde_json::to_value(commands).map_err(|_| broken("our commands are not JSON"))?;
    register(bot, application, commands).await?;
    let intents = intents(bot).await;
    let (shards, health, clock) = (gateway.shards, bot.app.health.clone(), bot.app.clock.clone());
    let gate = Gate::open(gateway, Arc::clone(&bot.rest), patience, health, clock)
        .await
        .map_err(|cause| Ended::Broken(cause.to_string()))?;
    let (bot, runtime, rest) = (bot.clone(), Handle::current(), gate.base.clone());
    let apart = Apart::begin(move |leave| async move {
        match client(&bot, runtime, rest, application, intents).await {
            Ok(client) => serve(client, shards, leave).await,
            Err(_) => "serenity does not begin".to_owned(),
        }
    });
    Ok((gate, apart.map_err(|cause| Ended::Broken(cause.to_string()))?))
}

fn broken(why: &str) -> Ended {
    Ended::Broken(why.to_owned())
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        if failure.status() == Some(401) { Self::Refused } else { Self::Broken(failure.to_string()) }
    }
}

/// Reads what Discord says about its gateway.
fn gateway(told: &Value) -> Result<Gateway, Ended> {
    let url = told["url"].as_str().ok_or_else(|| broken("Discord names no gateway"))?.to_owned();
    let shards = told["shards"].as_u64().unwrap_or(1).clamp(1, MAX_SHARDS);
    let limit = &told["session_start_limit"];
    let sessions = limit["remaining"].as_u64().unwrap_or(1_000);
    if sessions < shards.min(limit["total"].as_u64().unwrap_or(shards)).max(1) {
        let reset = Duration::from_millis(limit["reset_after"].as_u64().unwrap_or_default());
        return Err(Ended::NoSessions(reset.clamp(WAITS.0, LONGEST_WAIT)));
    }
    let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Gateway { url, shards: small(shards), sessions: small(sessions) })
}

/// A client of serenity's. It knows the gate and nothing else: not even where Discord is.
async fn client(
    bot: &Bot,
    runtime: Handle,
    gate: String,
    application: u64,
    intents: GatewayIntents,
) -> anyhow::Result<Client> {
    let token = bot.app.config.discord_token.as_ref().map_or("", |token| token.expose_secret());
    let near = reqwest::Client::builder().no_proxy().tls_built_in_root_certs(false).build()?;
    let http = HttpBuilder::new(token).client(near).proxy(gate).ratelimiter_disabled(true);
    let http = http.application_id(ApplicationId::new(application)).build();
    let data = bot.clone();
    let framework = poise::Framework::builder()
        .options(options(bot.app.config.is_on_reddit()))
        .initialize_owners(false)
        .setup(move |_, _, _| Box::pin(async move { Ok(data) }))
        .build();
    let framework = Home { framework: Arc::new(framework), bot: bot.clone(), runtime };
    Ok(ClientBuilder::new_with_http(http, intents).framework(framework).await?)
}

/// Runs a client until it is told to leave, or why it ended by itself.
async fn serve(mut client: Client, shards: u32, leave: Leave) -> String {
    let manager = client.shard_manager.clone();
    tokio::select! {
        ran = client.start_shards(shards) => match ran {
            Ok(()) => "all shards ended".to_owned(),
            Err(_) => "serenity gave up".to_owned(),
        },
        goodbye = leave => {
            if goodbye.unwrap_or(false) {
                // Who does not say it in time is cut off.
                let _ = timeout(GOODBYE, manager.shutdown_all()).await;
            }
            "it was told to".to_owned()
        }
    }
}

/// Brings events home: what serenity reads apart is handled where everything else is, and outlives serenity's end.
struct Home {
    framework: Arc<poise::Framework<Bot, Error>>,
    bot: Bot,
    runtime: Handle,
}

#[serenity::async_trait]
impl serenity::Framework for Home {
    async fn init(&mut self, client: &Client) {
        if let Some(framework) = Arc::get_mut(&mut self.framework) {
            framework.init(client).await;
        }
    }

    async fn dispatch(&self, ctx: serenity::Context, event: FullEvent) {
        // Here events are in order; what is spawned is not.
        if let Some(told) = voice::read(&event) {
            // Nobody listens any more when all ends.
            let _ = self.bot.shared.voice.send(told);
        }
        if matches!(event, FullEvent::VoiceStateUpdate { .. }) {
            return;
        }
        let (framework, bot) = (Arc::clone(&self.framework), self.bot.clone());
        self.runtime.spawn(async move {
            if !door::answers(&bot, &event).await {
                framework.dispatch(ctx, event).await;
            }
        });
    }
}

/// What we ask to be told. Texts of messages only if a server has opted in and Discord agrees; who is in voice channels
/// only if a server has named some.
async fn intents(bot: &Bot) -> GatewayIntents {
    let mut intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES;
    let listens = match bot.app.store.read().await {
        // Not to hear who is there would look as if everybody had left.
        Ok(mut db) => study_settings::anybody_listens(&mut db).await.unwrap_or(true),
        Err(_) => true,
    };
    bot.shared.listens.store(listens, Ordering::Relaxed);
    intents.set(GatewayIntents::GUILD_VOICE_STATES, listens);
    intents.set(GatewayIntents::MESSAGE_CONTENT, wants_posts(&bot.app.store).await && bot.may_read());
    intents
}

fn options(on_reddit: bool) -> poise::FrameworkOptions<Bot, Error> {
    poise::FrameworkOptions {
        commands: commands::all(on_reddit),
        event_handler: |framework, event| match event {
            // poise's own. They are most of what comes, and our future is a large one to make for nothing.
            FullEvent::InteractionCreate { interaction: Interaction::Command(_) | Interaction::Autocomplete(_) } => {
                Box::pin(async { Ok(()) })
            }
            _ => Box::pin(heard(framework, event)),
        },
        // Nothing here has a cooldown, so nobody's last use need be remembered.
        manual_cooldowns: true,
        on_error: |error| Box::pin(failed(error)),
        ..poise::FrameworkOptions::default()
    }
}

/// A command that did not even begin, or broke on the way.
async fn failed(error: poise::FrameworkError<'_, Bot, Error>) {
    let refusal = |text: &str| Error::refused(text);
    let error_now = match &error {
        poise::FrameworkError::UnknownInteraction { .. } | poise::FrameworkError::CommandStructureMismatch { .. } => {
            refusal("Discord still shows an older list of commands; reload it (Ctrl-R) and try again.")
        }
        poise::FrameworkError::ArgumentParse { .. } => {
            refusal("That cannot be read; choose one of the values that Discord offers.")
        }
        poise::FrameworkError::GuildOnly { .. } => refusal("Do that in your server."),
        other => anyhow::anyhow!("a command failed: {other}").into(),
    };
    let (interaction, bot) = match (&error, error.ctx()) {
        (_, Some(poise::Context::Application(ctx))) => (ctx.interaction, ctx.framework.user_data),
        (poise::FrameworkError::UnknownInteraction { framework, interaction, .. }, _) => {
            (*interaction, framework.user_data)
        }
        _ => return error!("{}", sentence(&error_now)),
    };
    let to = Asked {
        id: interaction.id,
        application: interaction.application_id,
        token: &interaction.token,
        on_message: false,
    };
    respond(&bot.rest, to, Box::pin(async { Ok(Answer::Say(Reply::text(sentence(&error_now)))) })).await;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_discord_says_about_its_gateway_is_believed_within_bounds() {
        let told = |shards: Value, limit: Value| {
            gateway(&json!({"url": "wss://x", "shards": shards, "session_start_limit": limit}))
        };
        let good = json!({"total": 1000, "remaining": 5, "reset_after": 1000});
        for (shards, run) in [(json!(1), 1), (json!(5), 5), (json!(0), 1), (json!(-1), 1), (json!("2"), 1)] {
            assert_eq!(told(shards, good.clone()).map(|g| (g.shards, g.sessions)).ok(), Some((run, 5)));
        }
        assert_eq!(told(json!(65_535), json!(null)).map(|g| g.shards).ok(), Some(256));
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let waits = [
            (json!({"total": 1000, "remaining": 0, "reset_after": 60_000}), minutes(1)),
            (json!({"total": 1000, "remaining": 1, "reset_after": 86_400_000}), minutes(15)),
            (json!({"total": 1000, "remaining": 0, "reset_after": u64::MAX}), minutes(15)),
            (json!({"total": 0, "remaining": 0, "reset_after": -1}), WAITS.0),
        ];
        for (limit, wait) in waits {
            let ended = told(json!(2), limit.clone());
            assert!(matches!(ended, Err(Ended::NoSessions(rest)) if rest == wait), "{limit}");
        }
        assert!(gateway(&json!({"shards": 1})).is_err());
    }
}
