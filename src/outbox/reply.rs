//! The answer to a person: a portable value that each platform renders.

use super::message::{Button, Embed, Payload};
use super::press::Press;

/// Discord's limit for the buttons in a row, and for the rows.
pub const ROOM: usize = 5;

/// The answer to a person who asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The heading and its link, which may be empty. With a heading, the text is shown in a frame.
    pub title: Option<(String, String)>,
    /// Markdown. User text must already be escaped for its place.
    pub text: String,
    /// Small print; shown only with a heading.
    pub footer: Option<String>,
    /// Frames below it.
    pub embeds: Vec<Embed>,
    /// Buttons and selects.
    pub rows: Vec<Controls>,
    /// Attached files.
    pub files: Vec<File>,
    /// Whether everybody sees it; otherwise only the person who asked.
    pub public: bool,
}

impl Reply {
    /// A reply with only a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same reply with these rows of buttons and selects.
    #[must_use]
    pub fn with(mut self, rows: Vec<Controls>) -> Self {
        self.rows = rows;
        self
    }

    /// The same reply with one row of buttons, or no row if there are no buttons.
    #[must_use]
    pub fn with_buttons(self, buttons: Vec<Button>) -> Self {
        let rows = if buttons.is_empty() { Vec::new() } else { vec![Controls::Buttons(buttons)] };
        self.with(rows)
    }

    /// The same reply with one more file.
    #[must_use]
    pub fn and_file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// Adds a button to the last row with space. Adds nothing if the id is too long or there are too many rows.
    pub fn offer(&mut self, press: impl Into<Press>, label: &str) {
        let button = Button::press(label, press);
        if !button.fits() {
            return;
        }
        let rows = self.rows.len();
        match self.rows.last_mut() {
            Some(Controls::Buttons(buttons)) if buttons.len() < ROOM => buttons.push(button),
            _ if rows < ROOM => self.rows.push(Controls::Buttons(vec![button])),
            _ => {}
        }
    }
}

/// The message that the outbox would send.
impl From<Payload> for Reply {
    fn from(payload: Payload) -> Self {
        let rows = payload.buttons.into_iter().map(Controls::Buttons).collect();
        Self { text: payload.body, embeds: payload.embeds, rows, ..Self::default() }
    }
}

/// A row below an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Controls {
    /// Buttons, at most five.
    Buttons(Vec<Button>),
    /// A select, which needs its own row.
    Select(Select),
}

/// A list to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// The id that a choice sends.
    pub does: Press,
    /// The text shown before anything is chosen.
    pub hint: String,
    /// The possible choices.
    pub offers: Offers,
    /// The least and most choices; `None`: exactly one.
    pub bounds: Option<(u8, u8)>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Offers {
    /// One of these.
    Choices(Vec<Choice>),
    /// A role of the server.
    Roles,
    /// A text channel of the server.
    Channels {
        /// Whether forums are offered too.
        forums: bool,
    },
    /// A voice channel of the server.
    VoiceChannels,
}

/// One choice. Code reads the value; people read the label.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// Its label.
    pub label: String,
    /// A text below the label.
    pub about: Option<String>,
    /// Whether it is chosen from the start.
    pub is_set: bool,
}

impl Choice {
    /// A choice that is not chosen from the start.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), about: None, is_set: false }
    }
}

impl Select {
    /// One of several choices.
    pub fn one_of(does: impl Into<Press>, hint: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { does: does.into(), hint: hint.into(), offers: Offers::Choices(choices), bounds: None }
    }

    /// Roles or channels of the server, at most `most` of them.
    pub fn up_to(most: u8, does: impl Into<Press>, hint: impl Into<String>, offers: Offers) -> Self {
        Self { does: does.into(), hint: hint.into(), offers, bounds: Some((0, most)) }
    }
}

impl From<Select> for Controls {
    fn from(select: Select) -> Self {
        Self::Select(select)
    }
}

/// An attached file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// A description for people who cannot see it.
    pub about: Option<String>,
}

impl File {
    /// A file that needs no description beyond its name.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), about: None }
    }
}

#[cfg(test)]
mod tests {
    use super::super::press::{GapPress, WikiPress};
    use super::*;

    #[test]
    fn a_button_goes_where_there_is_room() {
        let select = Select::one_of(WikiPress::Choose, "Show one", vec![Choice::new("a#b", "B")]);
        let mut reply = Reply::text("x").with(vec![select.into()]);
        for _ in 0..22 {
            reply.offer(GapPress::List, "All");
        }
        reply.offer(WikiPress::Helped("?".repeat(100)), "too long");
        let sizes = reply.rows.iter().map(|row| if let Controls::Buttons(all) = row { all.len() } else { 0 });
        assert_eq!(sizes.collect::<Vec<_>>(), [0, 5, 5, 5, 5]);
    }
}
