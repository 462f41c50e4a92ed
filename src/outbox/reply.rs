//! What somebody is answered: a portable value that each platform renders.

use super::message::{Button, Embed, Payload};
use super::press::Press;

/// The most buttons of a row, and the most rows, that Discord takes.
pub const ROOM: usize = 5;

/// An answer to somebody who asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// Heading and where it leads, which may be nowhere. With a heading, the text stands in a frame.
    pub title: Option<(String, String)>,
    /// Markdown. What users wrote must have been escaped for where it goes.
    pub text: String,
    /// Small print; shown only with a heading.
    pub footer: Option<String>,
    /// Frames below it.
    pub embeds: Vec<Embed>,
    /// Buttons and selects.
    pub rows: Vec<Controls>,
    /// Files that go with it.
    pub files: Vec<File>,
    /// Whether everybody sees it; otherwise the person who asked does.
    pub public: bool,
}

impl Reply {
    /// A text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same with rows of buttons and selects.
    #[must_use]
    pub fn with(mut self, rows: Vec<Controls>) -> Self {
        self.rows = rows;
        self
    }

    /// The same with one row of buttons; without a row if there is none.
    #[must_use]
    pub fn with_buttons(self, buttons: Vec<Button>) -> Self {
        let rows = if buttons.is_empty() { Vec::new() } else { vec![Controls::Buttons(buttons)] };
        self.with(rows)
    }

    /// The same with a file.
    #[must_use]
    pub fn and_file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// Adds a button to the last row that has room for it; nothing if the id is too long or there are too many rows.
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

/// What the outbox would say.
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
    /// A select, which takes a row of its own.
    Select(Select),
}

/// Something to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// What a choice asks for.
    pub does: Press,
    /// What stands in it before anything is chosen.
    pub hint: String,
    /// What there is.
    pub offers: Offers,
    /// How many are to be chosen, at least and at most; none: exactly one.
    pub bounds: Option<(u8, u8)>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Offers {
    /// One of these.
    Choices(Vec<Choice>),
    /// A role of the server.
    Roles,
    /// A text channel of the server; a forum, too, if so.
    Channels {
        /// Whether forums are offered.
        forums: bool,
    },
}

/// Something that can be chosen. The value is what the program is told; the label is for people alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What is written on it.
    pub label: String,
    /// What is written below that.
    pub about: Option<String>,
    /// Whether it is chosen at first.
    pub is_set: bool,
}

impl Choice {
    /// A choice that is not chosen at first.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), about: None, is_set: false }
    }
}

impl Select {
    /// One of several choices.
    pub fn one_of(does: impl Into<Press>, hint: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { does: does.into(), hint: hint.into(), offers: Offers::Choices(choices), bounds: None }
    }

    /// Roles or channels of the server, of which at most so many are chosen.
    pub fn up_to(most: u8, does: impl Into<Press>, hint: impl Into<String>, offers: Offers) -> Self {
        Self { does: does.into(), hint: hint.into(), offers, bounds: Some((0, most)) }
    }
}

impl From<Select> for Controls {
    fn from(select: Select) -> Self {
        Self::Select(select)
    }
}

/// A file that goes with an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What is in it, for people who cannot see it.
    pub about: Option<String>,
}

impl File {
    /// A file whose name says what it is.
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
