//! What Reddit sends, as far as Cairn reads it. roux's envelopes, and leniently what is in them: what is missing is empty, kinds
//! that nobody knows are passed over, and a broken item costs that item alone (pure).

use jiff::Timestamp;
use roux::response::{BasicThing, Listing};
use serde_json::Value;

/// A post, comment or message by its full name, such as `t3_abc`. Nothing follows from the order of two.
pub type FullName = String;

/// A post.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Post {
    /// Its full name.
    pub name: FullName,
    /// Lower case.
    pub subreddit: String,
    /// Who wrote it; none if they are gone.
    pub author: Option<String>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub created: Timestamp,
    /// Nobody can answer any more.
    pub closed: bool,
    /// Deleted by its author, or removed.
    pub gone: bool,
    /// A moderator speaks as one, or it is pinned.
    pub official: bool,
}

/// A comment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comment {
    /// Its full name.
    pub name: FullName,
    /// What it answers: a post or another comment.
    pub parent: FullName,
    /// The post it stands below.
    pub post: FullName,
    /// Lower case.
    pub subreddit: String,
    /// Who wrote it; none if they are gone.
    pub author: Option<String>,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub created: Timestamp,
    /// Votes for it less votes against it.
    pub score: i64,
    /// Deleted by its author, or removed.
    pub gone: bool,
    /// A moderator speaks as one.
    pub official: bool,
}

/// Something in the bot's inbox.
#[derive(Debug, Clone, PartialEq)]
pub enum Mail {
    /// A comment that answers the bot or names it.
    Comment(Comment),
    /// A message to it.
    Message {
        /// Its full name.
        name: FullName,
        /// Who wrote it.
        author: Option<String>,
        /// Its subject.
        subject: String,
        /// Its text.
        body: String,
        /// When.
        created: Timestamp,
    },
}

impl Mail {
    /// Its full name.
    pub fn name(&self) -> &str {
        match self {
            Self::Comment(comment) => &comment.name,
            Self::Message { name, .. } => name,
        }
    }

    /// When it was written.
    pub fn created(&self) -> Timestamp {
        match self {
            Self::Comment(comment) => comment.created,
            Self::Message { created, .. } => *created,
        }
    }
}

/// A page of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What could be read.
    pub items: Vec<T>,
    /// Where it goes on.
    pub after: Option<String>,
}

/// The page of a listing whose items `read` reads; none if it is no listing.
pub fn page<T>(body: Value, read: impl Fn(&str, &Value) -> Option<T>) -> Option<Page<T>> {
    let listing: BasicThing<Listing<Value>> = serde_json::from_value(body).ok()?;
    let things = listing.data.children.into_iter().filter_map(thing);
    let items = things.filter_map(|thing| read(thing.kind.as_deref().unwrap_or_default(), &thing.data)).collect();
    Some(Page { items, after: listing.data.after.filter(|after| !after.is_empty()) })
}

fn thing(child: Value) -> Option<BasicThing<Value>> {
    serde_json::from_value(child).ok()
}

/// A post, if it is one.
pub fn post(kind: &str, data: &Value) -> Option<Post> {
    if kind != "t3" {
        return None;
    }
    let flag = |name: &str| data.get(name).and_then(Value::as_bool).unwrap_or(false);
    let body = text(data, "selftext");
    let author = author(data);
    let removed = data.get("removed_by_category").is_some_and(|by| !by.is_null());
    Some(Post {
        name: name(data, "t3_")?,
        subreddit: text(data, "subreddit").to_ascii_lowercase(),
        gone: removed || author.is_none() || is_gone(&body),
        author,
        title: text(data, "title"),
        body,
        created: created(data)?,
        closed: flag("locked") || flag("archived"),
        official: flag("stickied") || !text(data, "distinguished").is_empty(),
    })
}

/// A comment, if it is one.
pub fn comment(kind: &str, data: &Value) -> Option<Comment> {
    if kind != "t1" {
        return None;
    }
    let body = text(data, "body");
    let author = author(data);
    let below = text(data, "link_id");
    Some(Comment {
        name: name(data, "t1_")?,
        parent: text(data, "parent_id"),
        post: if below.is_empty() { of_context(&text(data, "context"))? } else { below },
        subreddit: text(data, "subreddit").to_ascii_lowercase(),
        gone: author.is_none() || is_gone(&body),
        author,
        body,
        created: created(data)?,
        score: data.get("score").and_then(Value::as_f64).map_or(1, |score| score as i64),
        official: !text(data, "distinguished").is_empty(),
    })
}

/// A post or a comment.
#[derive(Debug, Clone, PartialEq)]
pub enum Thing {
    /// A post.
    Post(Post),
    /// A comment.
    Comment(Comment),
}

/// A post or a comment, if it is one.
pub fn either(kind: &str, data: &Value) -> Option<Thing> {
    post(kind, data).map(Thing::Post).or_else(|| comment(kind, data).map(Thing::Comment))
}

/// Something of the inbox.
pub fn mail(kind: &str, data: &Value) -> Option<Mail> {
    match kind {
        "t1" => comment(kind, data).map(Mail::Comment),
        "t4" => Some(Mail::Message {
            name: name(data, "t4_")?,
            author: author(data),
            subject: text(data, "subject"),
            body: text(data, "body"),
            created: created(data)?,
        }),
        _ => None,
    }
}

fn text(data: &Value, field: &str) -> String {
    data.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The full name, of the field that has it or else of the short id.
fn name(data: &Value, prefix: &str) -> Option<FullName> {
    let full = text(data, "name");
    let name = if full.starts_with(prefix) { full } else { format!("{prefix}{}", text(data, "id")) };
    let id = name.strip_prefix(prefix)?;
    (!id.is_empty() && id.len() <= 20 && id.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(name)
}

fn author(data: &Value) -> Option<String> {
    Some(text(data, "author")).filter(|name| !name.is_empty() && name != "[deleted]" && name != "[removed]")
}

fn is_gone(body: &str) -> bool {
    matches!(body.trim(), "[deleted]" | "[removed]")
}

fn created(data: &Value) -> Option<Timestamp> {
    let seconds = data.get("created_utc").and_then(Value::as_f64)?;
    Timestamp::from_second(seconds as i64).ok()
}

/// The post of `/r/x/comments/abc/…`.
fn of_context(context: &str) -> Option<FullName> {
    let id = context.split_once("/comments/")?.1.split('/').next()?;
    (!id.is_empty()).then(|| format!("t3_{id}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_broken_item_costs_that_item_alone() {
        let body = json!({"kind": "Listing", "data": {"after": "t3_c", "children": [
            {"kind": "t3", "data": {"name": "t3_a", "title": "One", "created_utc": 1.79e9, "author": "Ann", "subreddit": "ML"}},
            {"kind": "t3"},
            {"kind": "t3", "data": {"name": "t3_b"}},
            {"kind": "t3", "data": {"name": "t3_../x", "created_utc": 1.79e9}},
            {"kind": "t9", "data": {"name": "t9_x", "created_utc": 1.79e9}},
            17,
            {"kind": "t3", "data": {"id": "1abc2def3ghij", "title": null, "selftext": "[removed]", "created_utc": 1790000001}},
        ]}});
        let page = page(body, post).unwrap();
        assert_eq!(page.after.as_deref(), Some("t3_c"));
        let names: Vec<&str> = page.items.iter().map(|post| post.name.as_str()).collect();
        assert_eq!(names, ["t3_a", "t3_1abc2def3ghij"]);
        assert!(!page.items[0].gone && page.items[0].subreddit == "ml");
        assert!(page.items[1].gone);
        assert_eq!(super::page(json!({"kind": "t3"}), post), None);
    }

    #[test]
    fn a_comment_of_the_inbox_knows_its_post() {
        let data = json!({"name": "t1_x", "parent_id": "t1_y", "context": "/r/ML/comments/1abc/title/x/?context=3",
            "body": "delete", "author": "ann", "subreddit": "ML", "created_utc": 1.79e9, "was_comment": true});
        let Some(Mail::Comment(comment)) = mail("t1", &data) else { panic!("no comment") };
        assert_eq!((comment.post.as_str(), comment.parent.as_str(), comment.score), ("t3_1abc", "t1_y", 1));
    }
}
