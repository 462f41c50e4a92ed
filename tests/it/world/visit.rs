//! A minimal browser for the console: it keeps one cookie, and fills in the forms of the pages that it has seen.

use super::program::{Cairn, Page, Server, encode};

/// A person's browser.
#[derive(Default)]
pub struct Visit {
    cookie: Option<String>,
    token: String,
}

impl Visit {
    /// Signs in as the operator of Cairn.
    #[track_caller]
    pub fn operator(cairn: &Cairn, server: &Server, author: &str) -> Self {
        let listen = &server.address;
        let link = cairn.run(&["console", "--author", author, "--web-listen", listen, "--json"]).json();
        Self::by(server, link["link"].as_str().expect("a link"))
    }

    /// Signs in with a link.
    #[track_caller]
    pub fn by(server: &Server, link: &str) -> Self {
        let mut visit = Self::default();
        let path = path_of(link);
        let asked = visit.get(server, &path);
        assert_eq!(asked.status, 200, "{}", asked.body);
        let entered = visit.post(server, &path, &[]);
        assert_eq!((entered.status, entered.header("location")), (303, Some("/console")), "{}", entered.body);
        let home = visit.get(server, "/console");
        assert_eq!(home.status, 200, "{}", home.body);
        visit
    }

    /// Opens a page.
    pub fn get(&mut self, server: &Server, path: &str) -> Page {
        let head = format!("GET {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n{}\r\n", self.cookies());
        self.seen(server.request(&head, b""))
    }

    /// Sends a form from the last page.
    pub fn post(&mut self, server: &Server, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(server, path, fields, &[("Sec-Fetch-Site", "same-origin")])
    }

    /// The same with other headers.
    pub fn post_with(
        &mut self,
        server: &Server,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let token = self.token.clone();
        let is_given = fields.iter().any(|(name, _)| *name == "token");
        let own = (!is_given).then_some(("token", token.as_str()));
        let all = own.into_iter().chain(fields.iter().copied());
        let body = all.map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n{more}{}\r\n",
            body.len(),
            self.cookies()
        );
        self.seen(server.request(&head, body.as_bytes()))
    }

    /// Loses its cookie, as after twelve hours.
    pub fn forget(&mut self) {
        self.cookie = None;
    }

    /// A browser with the same cookie, but with the forms of the other browser's page.
    pub fn with_forms_of(&self, other: &Self) -> Self {
        Self { cookie: self.cookie.clone(), token: other.token.clone() }
    }

    fn cookies(&self) -> String {
        self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default()
    }

    fn seen(&mut self, page: Page) -> Page {
        if let Some(set) = page.header("set-cookie") {
            let (pair, rest) = set.split_once(';').expect("attributes");
            self.cookie = (!rest.contains("Max-Age=0")).then(|| pair.to_owned());
        }
        if let Some((_, rest)) = page.body.split_once("name=\"token\" value=\"") {
            self.token = rest.split('"').next().unwrap_or_default().to_owned();
        }
        page
    }
}

/// The path of a link.
pub fn path_of(link: &str) -> String {
    let (_, rest) = link.split_once("://").expect("a link");
    rest.split_once('/').map_or_else(|| "/".to_owned(), |(_, path)| format!("/{path}"))
}

impl Page {
    /// One of its headers.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// Its text as people see it: without markup, with single blanks.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' if inside => {
                    inside = false;
                    out.push(' ');
                }
                c if !inside => out.push(c),
                _ => {}
            }
        }
        let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
