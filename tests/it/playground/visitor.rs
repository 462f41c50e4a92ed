//! A visitor of the playground without JavaScript: reads pages, sends the forms that stand on them.

use std::time::{Duration, Instant};

use crate::world::program::{Cairn, PATIENCE, Page, Server, encode};

/// When visits begin: a Friday.
pub const FRIDAY: &str = "2026-11-27T16:20:00Z";

/// Somebody at the page.
pub struct Visitor {
    pub cairn: Cairn,
    pub server: Server,
    /// Whom they play.
    pub who: &'static str,
    /// The channel's id; the first, if it is empty.
    pub place: String,
}

impl Visitor {
    pub fn come() -> Self {
        Self::come_with(&["--now", FRIDAY])
    }

    pub fn come_with(args: &[&str]) -> Self {
        let cairn = Cairn::new();
        let server = cairn.serve(args);
        Self { cairn, server, who: "Noor", place: String::new() }
    }

    /// The page as it is.
    pub fn page(&self) -> String {
        let page = self.get(&format!("/playground?as={}&in={}", self.who, self.place));
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }

    pub fn get(&self, path: &str) -> Page {
        let address = &self.server.address;
        self.server.request(&format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"), b"")
    }

    /// Sends a form from a page of that site, as the browser says.
    pub fn post_from(&self, site: &str, path: &str, fields: &[(String, String)]) -> Page {
        let body = fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nSec-Fetch-Site: {site}\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n",
            self.server.address,
            body.len()
        );
        self.server.request(&head, body.as_bytes())
    }

    /// Sends a form of ours, and follows it to the page.
    pub fn post(&self, path: &str, fields: &[(String, String)]) -> String {
        let answer = self.post_from("same-origin", path, fields);
        if answer.status != 303 {
            return answer.body;
        }
        let to = answer.head.lines().find_map(|line| line.strip_prefix("location: ")).expect("it leads somewhere");
        self.get(to.split('#').next().unwrap_or_default()).body
    }

    /// What every form on a page carries.
    pub fn carried(&self, page: &str) -> Vec<(String, String)> {
        fields(after(page, "id=\"line\"").split("</form>").next().unwrap_or_default())
    }

    /// Writes a line, and returns the page after it.
    pub fn say(&self, text: &str) -> String {
        let mut sent = self.carried(&self.page());
        sent.push(("text".into(), text.into()));
        self.post("/playground/say", &sent)
    }

    /// Goes to the channel of that name.
    pub fn go(&mut self, channel: &str) {
        let page = self.page();
        let at = page.find(&format!("<span>{channel}</span>")).unwrap_or_else(|| panic!("no {channel} in\n{page}"));
        let link = &page[page[..at].rfind("in=").expect("a link") + 3..];
        self.place = link.chars().take_while(char::is_ascii_digit).collect();
    }

    /// Presses the last button that says that, with more in its form.
    pub fn press_with(&self, label: &str, more: &[(&str, &str)]) -> String {
        let page = self.page();
        let at = page.rfind(&format!(">{label}</button>")).unwrap_or_else(|| panic!("no {label} in\n{}", text(&page)));
        let button = &page[page[..at].rfind("<button").expect("a button")..at];
        let from = page[..at].rfind("<form").expect("a form");
        let form = &page[from..from + page[from..].find("</form>").expect("its end")];
        let mut sent = fields(form);
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let more: Vec<(String, String)> = more.collect();
        sent.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        sent.extend(more);
        if let Some(name) = attribute(button, "name") {
            sent.push((name, attribute(button, "value").unwrap_or_default()));
        }
        self.post(&attribute(form, "action").expect("where it goes"), &sent)
    }

    pub fn press(&self, label: &str) -> String {
        self.press_with(label, &[])
    }

    /// What is offered to who types that.
    pub fn offered(&self, typed: &str) -> Vec<String> {
        let page = self.page();
        let place = attribute(&after(&page, "id=\"stage\""), "data-in").expect("the channel");
        let offers = self.get(&format!("/playground/offers?as={}&in={place}&say={}", self.who, encode(typed)));
        let lines = offers.body.split("data-line=\"").skip(1).filter_map(|rest| rest.split('"').next());
        lines.map(str::to_owned).collect()
    }

    /// The messages of the channel, as text, newest last.
    pub fn messages(&self) -> Vec<String> {
        messages(&self.page())
    }

    /// Waits for a message that holds that.
    pub fn reads(&self, part: &str) -> String {
        let since = Instant::now();
        loop {
            let messages = self.messages();
            if let Some(found) = messages.iter().rev().find(|message| message.contains(part)) {
                return found.clone();
            }
            assert!(since.elapsed() < PATIENCE, "nobody said “{part}”, but:\n{}", messages.join("\n---\n"));
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The messages on a page.
pub fn messages(page: &str) -> Vec<String> {
    let feed = after(page, "id=\"feed\"");
    let feed = feed.split("</ol><div id=\"popup\"").next().unwrap_or_default();
    feed.split("<li class=\"msg").skip(1).map(|message| text(&format!("<{message}"))).collect()
}

fn after(page: &str, mark: &str) -> String {
    page.split_once(mark).map_or(String::new(), |(_, rest)| rest.to_owned())
}

/// The hidden fields, and what else is filled in already.
fn fields(form: &str) -> Vec<(String, String)> {
    let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let hidden = inputs.filter(|input| input.contains("type=\"hidden\""));
    hidden.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// What a piece of a page says.
pub fn text(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    unescaped(&out.split_whitespace().collect::<Vec<_>>().join(" "))
}
