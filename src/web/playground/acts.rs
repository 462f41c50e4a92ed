//! Forms of the playground. Each does one thing and leads back to the channel.

use std::sync::Arc;
use std::time::Duration;

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;

use super::Room;
use crate::playground::stand_in::state::Id;
use crate::playground::{Leap, Stage};
use crate::web::failure::Failure;

/// How long a form waits for time to arrive; after that the page says that it still moves.
const LEAPING: Duration = Duration::from_secs(20);

/// A form as it comes: names and values.
type Fields = Vec<(String, String)>;
type Answered = Result<Redirect, Failure>;

/// A form of one of our pages, on an open stage.
struct Sent {
    stage: Arc<Stage>,
    fields: Fields,
    who: Id,
    place: Id,
}

impl Sent {
    async fn of(room: &Room, fields: Fields) -> Result<Self, Failure> {
        if value(&fields, "token") != &*room.token {
            let sentence =
                "That page is from before Cairn was started, so nothing was done. Load the playground and do it again.";
            return Err(Failure::with(StatusCode::FORBIDDEN, sentence));
        }
        let stage = room.playground.enter().await?;
        let gone = || Failure::with(StatusCode::NOT_FOUND, "This person is not in the playground; choose another.");
        let who = stage.person(value(&fields, "as")).ok_or_else(gone)?;
        let place = value(&fields, "in").parse().unwrap_or(0);
        Ok(Self { stage, fields, who, place })
    }

    fn value(&self, name: &str) -> &str {
        value(&self.fields, name)
    }

    fn number(&self, name: &str) -> Id {
        self.value(name).parse().unwrap_or(0)
    }

    /// Back to the channel; a refusal is shown there, above what was typed.
    fn back(self, done: Result<(), String>) -> Answered {
        let typed = self.value("text").to_owned();
        self.stage.visitors().entry(self.who).or_default().refused = done.err().map(|why| (self.place, why, typed));
        Ok(Redirect::to(&format!("/playground?as={}&in={}#last", self.value("as"), self.place)))
    }
}

fn value<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

pub async fn say(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    let sent = Sent::of(&room, fields).await?;
    let done = sent.stage.say(sent.who, sent.place, sent.value("text").trim()).await;
    sent.back(done)
}

pub async fn press(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    let sent = Sent::of(&room, fields).await?;
    let done = sent.stage.press(sent.who, sent.number("message"), sent.value("id")).await;
    sent.back(done)
}

pub async fn choose(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    let sent = Sent::of(&room, fields).await?;
    let values = sent.fields.iter().filter(|(name, value)| name == "value" && !value.is_empty());
    let values: Vec<String> = values.map(|(_, value)| value.clone()).collect();
    let done = sent.stage.choose(sent.who, sent.number("message"), sent.value("id"), &values).await;
    sent.back(done)
}

pub async fn menu(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    let sent = Sent::of(&room, fields).await?;
    let done = sent.stage.menu(sent.who, sent.number("message"), sent.value("name")).await;
    sent.back(done)
}

pub async fn submit(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    let sent = Sent::of(&room, fields).await?;
    if !sent.value("close").is_empty() {
        sent.stage.dismiss_form(sent.who);
        return sent.back(Ok(()));
    }
    let named = sent.fields.iter().filter_map(|(name, value)| Some((name.strip_prefix("field.")?.to_owned(), value)));
    // A browser sends lines with two signs at their ends.
    let filled: Vec<(String, String)> = named.map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect();
    let done = sent.stage.submit(sent.who, &filled).await;
    sent.back(done)
}

pub async fn dismiss(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    let sent = Sent::of(&room, fields).await?;
    sent.stage.dismiss(sent.who, sent.number("message"));
    sent.back(Ok(()))
}

pub async fn leap(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    let sent = Sent::of(&room, fields).await?;
    let leap = match sent.value("to") {
        "hour" => Leap::Hour,
        "day" => Leap::Day,
        _ => Leap::Monday,
    };
    if sent.stage.leaping().is_some() {
        return sent.back(Err("Time is still moving; wait until it has arrived.".to_owned()));
    }
    room.playground.leap(&sent.stage, leap, LEAPING).await?;
    sent.back(Ok(()))
}

pub async fn wipe(State(room): State<Room>, Form(fields): Form<Fields>) -> Answered {
    Sent::of(&room, fields).await?;
    room.playground.wipe().await?;
    Ok(Redirect::to("/playground"))
}
