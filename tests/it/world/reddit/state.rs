//! The fake Reddit's state.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::BOT;

/// A received request.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: HashMap<String, String>,
    pub form: HashMap<String, String>,
    pub agent: String,
}

/// A fault of a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The request has no effect; this status and body.
    Answer(u16, String),
    /// The request takes effect; this status.
    AnswerAfter(u16),
    /// The request has no effect, and the connection breaks.
    CutBefore,
    /// The request takes effect, and the connection breaks.
    CutAfter,
    /// The request takes effect after this time.
    Delay(Duration),
    /// With or without effect: a success status with an empty body.
    Empty { acts: bool },
    /// The successful answer has these headers.
    Headers(Vec<(&'static str, String)>),
}

impl Fault {
    /// One of Reddit's errors in an answer with status 200.
    pub fn code(code: &str) -> Self {
        Self::Answer(200, format!(r#"{{"json": {{"errors": [["{code}", "Das geht hier leider nicht.", "thing"]]}}}}"#))
    }
}

#[derive(Debug, Clone)]
pub struct Post {
    pub name: String,
    pub subreddit: String,
    pub author: String,
    pub title: String,
    pub body: String,
    pub created: i64,
    pub deleted: bool,
    pub removed: bool,
    pub locked: bool,
    pub archived: bool,
    pub stickied: bool,
    pub distinguished: bool,
    pub flair: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Comment {
    pub name: String,
    pub parent: String,
    pub post: String,
    pub subreddit: String,
    pub author: String,
    pub body: String,
    pub created: i64,
    pub score: i64,
    pub deleted: bool,
}

#[derive(Debug, Clone)]
pub struct Mail {
    pub name: String,
    pub author: String,
    pub subject: String,
    pub body: String,
    pub created: i64,
}

#[derive(Debug, Clone)]
pub struct Revision {
    pub id: String,
    pub author: String,
    pub text: String,
    pub at: i64,
    /// Increases with each revision.
    pub order: i64,
}

#[derive(Debug)]
pub struct State {
    pub now: i64,
    pub posts: Vec<Post>,
    pub comments: Vec<Comment>,
    pub messages: Vec<Mail>,
    /// The bot's messages to people and moderators: to, subject, text.
    pub sent: Vec<(String, String, String)>,
    pub wiki: HashMap<(String, String), Vec<Revision>>,
    pub moderators: HashMap<String, Vec<String>>,
    pub flairs: HashMap<String, Vec<(String, String)>>,
    pub forbidden: HashMap<String, String>,
    pub pinned: Vec<String>,
    /// Tokens, with the time until which they are accepted.
    pub tokens: HashMap<String, Instant>,
    /// How many seconds a token is valid.
    pub token_life: u64,
    pub logins: usize,
    /// How often an invalid token was used.
    pub unauthorized: usize,
    pub requests: Vec<Request>,
    pub faults: Vec<(String, String, Fault, usize)>,
    /// For how many seconds listings do not show new comments.
    pub shown_after: i64,
    /// Whether the credentials of the app and of the account are accepted.
    pub takes_app: bool,
    pub takes_account: bool,
    /// Whether the bot's account is suspended.
    pub suspended: bool,
    pub used: u32,
    /// An author and a text: this edit happens just before the bot writes a page.
    pub on_wiki_write: Option<(String, String)>,
    count: u64,
}

impl State {
    pub fn new(now: i64) -> Self {
        Self {
            now,
            posts: Vec::new(),
            comments: Vec::new(),
            messages: Vec::new(),
            sent: Vec::new(),
            wiki: HashMap::new(),
            moderators: HashMap::new(),
            flairs: HashMap::new(),
            forbidden: HashMap::new(),
            pinned: Vec::new(),
            tokens: HashMap::new(),
            token_life: 86_400,
            logins: 0,
            unauthorized: 0,
            requests: Vec::new(),
            faults: Vec::new(),
            shown_after: 0,
            takes_app: true,
            takes_account: true,
            suspended: false,
            used: 0,
            on_wiki_write: None,
            count: 0,
        }
    }

    /// An id without a meaningful order, and longer than Reddit's ids used to be.
    pub fn id(&mut self) -> String {
        self.count += 1;
        let mixed = self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8;
        format!("1{:012}", mixed % 1_000_000_000_000)
    }

    pub fn post(&mut self, subreddit: &str, author: &str, title: &str, body: &str) -> String {
        let name = format!("t3_{}", self.id());
        self.posts.push(Post {
            name: name.clone(),
            subreddit: subreddit.to_owned(),
            author: author.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
            created: self.now,
            deleted: false,
            removed: false,
            locked: false,
            archived: false,
            stickied: false,
            distinguished: false,
            flair: None,
        });
        name
    }

    pub fn comment(&mut self, parent: &str, author: &str, body: &str) -> String {
        let name = format!("t1_{}", self.id());
        let post = match self.comments.iter().find(|c| c.name == parent) {
            Some(comment) => comment.post.clone(),
            None => parent.to_owned(),
        };
        let subreddit = self.posts.iter().find(|p| p.name == post).expect("a post").subreddit.clone();
        self.comments.push(Comment {
            name: name.clone(),
            parent: parent.to_owned(),
            post,
            subreddit,
            author: author.to_owned(),
            body: body.to_owned(),
            created: self.now,
            score: 1,
            deleted: false,
        });
        name
    }

    pub fn message(&mut self, author: &str, subject: &str, body: &str) {
        let name = format!("t4_{}", self.id());
        let mail = Mail {
            name,
            author: author.to_owned(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            created: self.now,
        };
        self.messages.push(mail);
    }

    pub fn post_mut(&mut self, name: &str) -> &mut Post {
        self.posts.iter_mut().find(|p| p.name == name).expect("a post")
    }

    pub fn comment_mut(&mut self, name: &str) -> &mut Comment {
        self.comments.iter_mut().find(|c| c.name == name).expect("a comment")
    }

    /// The comments in the bot's inbox: replies to it, and comments that mention it.
    pub fn in_inbox(&self) -> Vec<&Comment> {
        let own = |name: &str| {
            self.comments.iter().any(|c| c.name == name && c.author == BOT)
                || self.posts.iter().any(|p| p.name == name && p.author == BOT)
        };
        let named = format!("u/{BOT}");
        let is_for = |c: &&Comment| c.author != BOT && (own(&c.parent) || c.body.to_lowercase().contains(&named));
        self.comments.iter().filter(is_for).collect()
    }

    pub fn wiki_write(&mut self, subreddit: &str, page: &str, author: &str, text: &str) -> String {
        let (id, at) = (self.id(), self.now);
        let order = self.count as i64;
        let revisions = self.wiki.entry((subreddit.to_owned(), page.to_owned())).or_default();
        let (author, text) = (author.to_owned(), text.to_owned());
        revisions.push(Revision { id: id.clone(), author, text, at, order });
        id
    }
}
