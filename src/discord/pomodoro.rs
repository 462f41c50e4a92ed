//! `/pomodoro` and the buttons below one.

use poise::serenity_prelude as serenity;
use serenity::ChannelId;

use super::context::{bot, reply};
use super::member::Who;
use super::reply::Answer;
use super::{Bot, Context, sql, study};
use crate::community::Role;
use crate::outbox::Reply;
use crate::outbox::press::PomodoroPress;
use crate::pomodoro::{self, Joined, Pace, Which};
use crate::student::Caller;
use crate::study::Focus;
use crate::{Error, Result};

/// Rounds of focus and break together in a channel
#[poise::command(
    slash_command,
    rename = "pomodoro",
    subcommands("start", "join", "leave", "stop", "show"),
    subcommand_required,
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub async fn pomodoro_(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Begin rounds of focus in this channel, with you in them
#[poise::command(slash_command)]
async fn start(
    ctx: Context<'_>,
    #[description = "Minutes of focus; 25, unless you say otherwise"]
    #[min = 10]
    #[max = 60]
    focus: Option<i64>,
    #[description = "Minutes of break; 5, unless you say otherwise"]
    #[rename = "break"]
    #[min = 1]
    #[max = 30]
    pause: Option<i64>,
    #[description = "How many rounds, within three hours; 4, unless you say otherwise"]
    #[min = 1]
    #[max = 12]
    rounds: Option<i64>,
) -> Result<()> {
    let (who, caller) = (Who::commands(ctx.interaction), study::who(ctx));
    let may = ctx.interaction.app_permissions;
    let speaks = may.is_none_or(|p| p.administrator() || p.send_messages() || p.send_messages_in_threads());
    reply(ctx, async {
        who.community()?;
        if !speaks {
            return Err(Error::refused(
                "Cairn may not write here: give it the permission Send Messages, or choose another channel.",
            ));
        }
        let (app, pace) = (&bot(ctx).app, Pace::new(focus, pause, rounds)?);
        let joined = pomodoro::start(&app.store, &caller, pace, app.clock.now()).await?;
        app.nudge.notify_one();
        Ok(Answer::Say(Reply::text(format!("A Pomodoro begins here: {pace}. {}", counted(&joined)))))
    })
    .await
}

/// Join the rounds of this channel
#[poise::command(slash_command)]
async fn join(ctx: Context<'_>) -> Result<()> {
    let caller = study::who(ctx);
    let which = Which::In(ctx.interaction.channel_id.get());
    reply(ctx, joined(bot(ctx), &caller, which)).await
}

/// Leave the rounds you are in; your minutes count
#[poise::command(slash_command)]
async fn leave(ctx: Context<'_>) -> Result<()> {
    let caller = study::who(ctx);
    reply(ctx, left(bot(ctx), &caller)).await
}

/// End the rounds of this channel for everybody in them
#[poise::command(slash_command)]
async fn stop(ctx: Context<'_>) -> Result<()> {
    let (who, caller) = (Who::commands(ctx.interaction), study::who(ctx));
    let which = Which::In(ctx.interaction.channel_id.get());
    reply(ctx, ended(bot(ctx), &who, &caller, which)).await
}

/// Who is in, and when the next break is
#[poise::command(slash_command)]
async fn show(ctx: Context<'_>) -> Result<()> {
    let (app, channel) = (&bot(ctx).app, ctx.interaction.channel_id.get());
    reply(ctx, async {
        let view = pomodoro::show(&app.store, channel, app.clock.now()).await?;
        // As below the message itself.
        Ok(Answer::Say(Reply::from(view.payload())))
    })
    .await
}

/// A button below one.
///
/// # Errors
/// Refused as [`pomodoro`] refuses it.
pub async fn pressed(bot: &Bot, who: &Who, channel: ChannelId, wanted: PomodoroPress) -> Result<Answer> {
    let caller = study::caller(who, Some(channel));
    match wanted {
        PomodoroPress::Join(id) => joined(bot, &caller, Which::Number(id)).await,
        PomodoroPress::Leave(_) => left(bot, &caller).await,
        PomodoroPress::End(id) => ended(bot, who, &caller, Which::Number(id)).await,
    }
}

async fn joined(bot: &Bot, caller: &Caller, which: Which) -> Result<Answer> {
    let app = &bot.app;
    let joined = pomodoro::join(&app.store, caller, which, app.clock.now()).await?;
    app.nudge.notify_one();
    Ok(Answer::Say(Reply::text(format!("You are in. {}", counted(&joined)))))
}

async fn left(bot: &Bot, caller: &Caller) -> Result<Answer> {
    pomodoro::leave(&bot.app.store, caller, bot.app.clock.now()).await?;
    bot.app.nudge.notify_one();
    Ok(Answer::Say(Reply::text("You are out; your minutes up to now count. Come back whenever you like.")))
}

async fn ended(bot: &Bot, who: &Who, caller: &Caller, which: Which) -> Result<Answer> {
    let moderates = who.role(&sql::settings(&bot.app.store, who.guild).await?) >= Role::Editor;
    let view = pomodoro::end(&bot.app.store, caller, which, moderates, bot.app.clock.now()).await?;
    bot.app.nudge.notify_one();
    Ok(Answer::Say(Reply::text(view.text())))
}

/// What its minutes are for somebody who has just joined.
fn counted(joined: &Joined) -> &'static str {
    match joined.focus {
        Focus::Counts => "Its minutes of focus count as your timer's.",
        Focus::RunsAlready => {
            "Your own timer is running and goes on counting; from the next round on, this one counts if it is stopped."
        }
        Focus::NotJoined => "Its minutes count for your streak once you keep one: `/study status` begins it.",
    }
}
