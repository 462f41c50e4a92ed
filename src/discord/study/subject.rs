//! What somebody studied: the option of the commands, and the form that changes it.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle, ModalInteraction};

use super::super::Bot;
use super::super::input::field;
use super::super::reply::Answer;
use crate::outbox::press::{Pending, StudyPress};
use crate::outbox::{Press, Reply};
use crate::streak::subject::{MAX_SUBJECT, Subject};
use crate::student::Caller;
use crate::text::escape;
use crate::{Result, study};

/// The longest subject that an id can carry while somebody joins, in characters: beside the longest name of a zone, a
/// date and the rest of what is asked.
const CARRIED: usize = 30;

/// The subject that was typed, if any was.
///
/// # Errors
/// Refused if it is too long.
pub fn read(typed: Option<&str>) -> Result<Option<Subject>> {
    typed.map_or(Ok(None), Subject::read)
}

/// What somebody who joins wanted, as the ids of their buttons can carry it, and what they are told if the subject is too
/// long for that.
pub fn carried(pending: &Pending) -> (Pending, &'static str) {
    let fits = |what: &Option<Subject>| what.as_ref().is_none_or(|what| what.as_str().chars().count() <= CARRIED);
    match pending {
        Pending::Log(minutes, when, what) if !fits(what) => (Pending::Log(*minutes, *when, None), LATER),
        Pending::Start(what) if !fits(what) => (Pending::Start(None), LATER),
        pending => (pending.clone(), ""),
    }
}

const LATER: &str = " The subject is too long to be carried along; a button asks for it then.";

/// The form that says what an entry was about.
///
/// # Errors
/// Refused for an entry that is not theirs or was taken back.
pub async fn form(bot: &Bot, caller: &Caller, entry: i64) -> Result<Answer> {
    let is = study::described(&bot.app.store, caller, entry).await?;
    let most = u16::try_from(MAX_SUBJECT).unwrap_or(u16::MAX);
    let input = CreateInputText::new(InputTextStyle::Short, "In a few words; leave it empty for none", "what");
    let input = input.required(false).max_length(most).placeholder("linear algebra");
    let input = is.iter().fold(input, |input, subject| input.value(subject.as_str()));
    let form = CreateModal::new(Press::from(StudyPress::What(entry)), "What did you study?");
    Ok(Answer::Form(form.components(vec![CreateActionRow::InputText(input)])))
}

/// That form was sent.
///
/// # Errors
/// As [`form`], and for a subject that is too long.
pub async fn submitted(bot: &Bot, caller: &Caller, entry: i64, form: &ModalInteraction) -> Result<Answer> {
    let what = Subject::read(field(form, "what"))?;
    study::describe(&bot.app.store, caller, entry, what.as_ref()).await?;
    Ok(Answer::Say(Reply::text(match what {
        Some(what) => format!("Noted: {}. `/study why` and your recap show it.", escape::markdown(what.as_str())),
        None => "Noted: no subject.".to_owned(),
    })))
}
