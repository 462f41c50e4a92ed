//! `/study calendar`: the file, and the secret link to it, which only its owner sees.

use super::{Answer, Bot, joining};
use crate::outbox::press::{CalendarPress, Pending};
use crate::outbox::{Button, File, Reply};
use crate::student::Caller;
use crate::{Error, Result, calendar};

/// `/study calendar`
pub async fn calendar(bot: &Bot, caller: &Caller) -> Result<Answer> {
    joining::or_join(bot, caller, &Pending::Status, file(bot, caller)).await
}

async fn file(bot: &Bot, caller: &Caller) -> Result<Answer> {
    let shown = calendar::calendar(&bot.app.store, caller, bot.app.clock.now()).await?;
    let public = bot.app.config.web_url.is_some();
    let mut text = shown.to_string();
    if public && shown.linked.is_none() {
        text.push_str("\nA secret link keeps it up to date by itself.");
    }
    let reply = Reply::text(text).with_buttons(choices(shown.linked.is_some(), public));
    let file = (shown.events > 0).then(|| File::new("study-times.ics", shown.file));
    Ok(Answer::Say(file.into_iter().fold(reply, Reply::and_file)))
}

/// A press. The person who presses does it with their own calendar.
///
/// # Errors
/// Refused as study refuses it.
pub async fn pressed(bot: &Bot, caller: &Caller, wanted: CalendarPress) -> Result<Answer> {
    let (app, base) = (&bot.app, bot.app.config.public_url());
    let public = app.config.web_url.is_some();
    match wanted {
        CalendarPress::File => calendar(bot, caller).await,
        CalendarPress::Link | CalendarPress::NewLink if !public => Err(Error::refused(
            "Cairn's web page cannot be reached from outside, so there is no link; /study calendar gives the file.",
        )),
        CalendarPress::Link | CalendarPress::NewLink => {
            let again = wanted == CalendarPress::NewLink;
            let link = calendar::link(&app.store, caller, again, &base, app.clock.now()).await?;
            Ok(Answer::Say(Reply::text(link.to_string()).with_buttons(choices(true, public))))
        }
        CalendarPress::Off => {
            calendar::unlink(&app.store, caller).await?;
            let text = "The secret link is off: that address leads nowhere now.";
            Ok(Answer::Say(Reply::text(text).with_buttons(choices(false, public))))
        }
    }
}

/// The buttons: a link is offered only where one leads to the web page.
fn choices(is_linked: bool, public: bool) -> Vec<Button> {
    let offered = match (public, is_linked) {
        (true, true) => Some(("New link", CalendarPress::NewLink)),
        (true, false) => Some(("Secret link", CalendarPress::Link)),
        (false, _) => None,
    };
    let off = is_linked.then_some(("Off", CalendarPress::Off));
    offered.into_iter().chain(off).map(|(label, does)| Button::press(label, does)).collect()
}
