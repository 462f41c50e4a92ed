//! The connection to Discord: made, kept and ended. Whatever happens to it, the web page stays up.

use std::time::Duration;

use poise::serenity_prelude as serenity;
use secrecy::ExposeSecret;
use serenity::{Client, ClientBuilder, FullEvent, GatewayError, GatewayIntents, Http, HttpBuilder, Interaction};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, info, warn};

use super::events::heard;
use super::http::Rest;
use super::registering::register;
use super::relay::Relay;
use super::reply::{Answer, Asked, Reply, respond, sentence};
use super::{Bot, commands, sql, trouble, unheard};
use crate::config::{self, Config};
use crate::{App, Error, Result, https};

/// How long the start waits for Discord before it goes on without knowing the bot's name.
const GREETING: Duration = Duration::from_secs(3);
/// The first and the longest wait before a connection is tried again; each failure doubles it.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));
/// A connection that held so long was a good one.
const GOOD: Duration = Duration::from_secs(60);
/// How long shards may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// What Discord said to our token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// No token is set.
    Off,
    /// It is that of a bot of this name.
    On(String),
    /// Discord does not know it.
    Refused,
    /// Discord cannot be reached now; we keep trying.
    Later,
}

/// The sentence about a token that Discord does not take.
pub const REFUSED: &str = "Discord does not take the token in CAIRN_DISCORD_TOKEN (any more), so Discord is off; make a new token in \
                           the Developer Portal, set it and start Cairn again.";

/// Asks Discord whose token we have.
///
/// # Errors
/// Refused if the system names root certificates that cannot be read.
pub async fn greet(config: &Config) -> Result<Greeting> {
    let Some(http) = http(config)? else { return Ok(Greeting::Off) };
    Ok(match timeout(GREETING, http.get_current_user()).await {
        Ok(Ok(me)) => Greeting::On(me.name.clone()),
        Ok(Err(cause)) if trouble::is_token_refused(&cause) => Greeting::Refused,
        _ => Greeting::Later,
    })
}

/// REST, through the proxy if one is set.
fn http(config: &Config) -> Result<Option<Http>> {
    let Some(token) = &config.discord_token else { return Ok(None) };
    let builder = HttpBuilder::new(token.expose_secret()).client(https::build(https::client()?)?);
    Ok(Some(match &config.discord_proxy {
        // serenity honours a proxy only without its own rate limiter. What is called while we run goes through `Rest`.
        Some(proxy) => builder.proxy(proxy).ratelimiter_disabled(true).build(),
        None => builder.build(),
    }))
}

/// How a connection ended.
enum Ended {
    /// We were told to stop.
    Stopped,
    /// Other events are wanted.
    Anew,
    /// Discord does not take our token.
    Refused,
    /// It broke.
    Broken(String),
}

/// Keeps a connection until `stop` says so, or Discord does not take our token any more.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let rest = match Rest::open(&app.config, app.clock.clone()) {
        Ok(Some(rest)) => rest,
        Ok(None) => return,
        Err(cause) => return error!("Discord is off: {cause}"),
    };
    let bot = Bot::new(app, rest);
    let mut wait = WAITS.0;
    loop {
        let began = Instant::now();
        match connection(&bot, &mut stop).await {
            Ended::Stopped => return,
            Ended::Anew => continue,
            Ended::Refused => return error!("{REFUSED}"),
            Ended::Broken(why) => warn!("the connection to Discord broke ({why}) and is made anew in {wait:?}"),
        }
        tokio::select! {
            () = sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        wait = if began.elapsed() > GOOD { WAITS.0 } else { (wait * 2).min(WAITS.1) };
    }
}

async fn connection(bot: &Bot, stop: &mut watch::Receiver<bool>) -> Ended {
    let made = tokio::select! {
        made = connect(bot) => made,
        _ = stop.wait_for(|stop| *stop) => return Ended::Stopped,
    };
    let (mut client, _relay) = match made {
        Ok(made) => made,
        Err(cause) => return ended(bot, &cause),
    };
    let shards = client.shard_manager.clone();
    let ended = tokio::select! {
        ran = client.start_autosharded() => match ran {
            Ok(()) => Ended::Broken("all shards ended".to_owned()),
            Err(cause) => ended(bot, &cause),
        },
        _ = stop.wait_for(|stop| *stop) => Ended::Stopped,
        () = bot.shared.change.notified() => Ended::Anew,
        // Never ends by itself.
        () = unheard::tell() => Ended::Anew,
    };
    if timeout(GOODBYE, shards.shutdown_all()).await.is_err() {
        info!("Discord did not say goodbye in time");
    }
    ended
}

/// What follows from an error of the connection.
fn ended(bot: &Bot, cause: &serenity::Error) -> Ended {
    if trouble::is_token_refused(cause) {
        return Ended::Refused;
    }
    if matches!(cause, serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents)) {
        bot.shared.unread.store(true, std::sync::atomic::Ordering::Relaxed);
        warn!(
            "Discord does not let this bot read messages, which a server has asked for; turn on Message Content Intent \
             in the Developer Portal and start Cairn again"
        );
        return Ended::Anew;
    }
    Ended::Broken(trouble::of(cause))
}

/// A client that is ready to start: its token is good, its commands are registered. And what leads it to the gateway.
async fn connect(bot: &Bot) -> serenity::Result<(Client, Option<Relay>)> {
    let http = http(&bot.app.config).ok().flatten().ok_or(serenity::Error::Other("no client"))?;
    let application = http.get_current_application_info().await?;
    http.set_application_id(application.id);
    // If this fails, serenity would go to Discord's own gateway, whatever the proxy; so it must not.
    let gateway = http.get_bot_gateway().await?;
    let options = options();
    let commands = poise::builtins::create_application_commands(&options.commands);
    let commands = serde_json::to_value(commands)?;
    if register(bot, application.id.get(), commands).await.is_err() {
        return Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication));
    }
    let data = bot.clone();
    let framework = poise::Framework::builder()
        .options(options)
        .initialize_owners(false)
        .setup(move |_, _, _| Box::pin(async move { Ok(data) }))
        .build();
    let client = ClientBuilder::new_with_http(http, intents(bot).await).framework(framework).await?;
    let relay = relay(&gateway.url).await?;
    *client.ws_url.lock().await = relay.as_ref().map_or(gateway.url, |relay| relay.url.clone());
    Ok((client, relay))
}

/// A relay to the gateway, if it is not reached directly.
async fn relay(gateway: &str) -> serenity::Result<Option<Relay>> {
    if !gateway.starts_with("wss://") || !config::has_own_way_out() {
        return Ok(None);
    }
    Relay::to(gateway).await.map(Some).map_err(|_| serenity::Error::Other("no relay"))
}

/// What we ask to be told. Texts of messages only if a server has opted in and Discord agrees.
async fn intents(bot: &Bot) -> GatewayIntents {
    let usual = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES;
    let wanted = match bot.app.store.read().await {
        Ok(mut db) => sql::anybody_reads(&mut db).await.unwrap_or(false),
        Err(_) => false,
    };
    if wanted && bot.may_read() { usual | GatewayIntents::MESSAGE_CONTENT } else { usual }
}

fn options() -> poise::FrameworkOptions<Bot, Error> {
    poise::FrameworkOptions {
        commands: commands::all(),
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
    let to = Asked { id: interaction.id, application: interaction.application_id, token: &interaction.token };
    respond(&bot.rest, to, async { Ok(Answer::Say(Reply::text(sentence(&error_now)))) }).await;
}
