//! The calls that Cairn makes, each one an address of Reddit's.

use std::collections::HashMap;

use serde_json::Value;

use super::thing::{self, Comment, Mail, Page, Post, Thing};
use super::{Access, Failure};
use crate::community::Subreddit;

/// How many items a page of a listing has at most.
const PAGE: &str = "100";
/// How many things are asked for at a time by their names.
const AT_ONCE: usize = 100;
/// How far up from a comment its ancestors are shown.
const ANCESTORS: &str = "8";

/// Where a comment stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The post.
    pub post: Post,
    /// The comment.
    pub comment: Comment,
    /// How many comments lie between the post and it, as far as Reddit shows.
    pub depth: usize,
}

/// A page of a subreddit's wiki, of old Reddit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WikiPage {
    /// Its Markdown.
    pub text: String,
}

/// A revision of such a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WikiRevision {
    /// Its id.
    pub id: String,
    /// Who made it.
    pub author: Option<String>,
}

/// Which listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed<'a> {
    /// New posts of a subreddit.
    New(&'a Subreddit),
    /// New comments in a subreddit.
    Comments(&'a Subreddit),
    /// The bot's inbox, all of it: a mention that is also an answer stands nowhere else.
    Inbox,
}

impl Feed<'_> {
    fn path(&self) -> String {
        match self {
            Self::New(subreddit) => format!("/r/{}/new", subreddit.as_str()),
            Self::Comments(subreddit) => format!("/r/{}/comments", subreddit.as_str()),
            Self::Inbox => "/message/inbox".to_owned(),
        }
    }
}

impl Access {
    /// A page of new posts, newest first.
    pub async fn posts(&self, subreddit: &Subreddit, after: Option<&str>) -> Result<Page<Post>, Failure> {
        self.page(&Feed::New(subreddit).path(), after, thing::post).await
    }

    /// A page of new comments, newest first.
    pub async fn comments(&self, subreddit: &Subreddit, after: Option<&str>) -> Result<Page<Comment>, Failure> {
        self.page(&Feed::Comments(subreddit).path(), after, thing::comment).await
    }

    /// A page of the inbox, newest first.
    pub async fn inbox(&self, after: Option<&str>) -> Result<Page<Mail>, Failure> {
        self.page(&Feed::Inbox.path(), after, thing::mail).await
    }

    /// The bot's own newest comments.
    pub async fn own_comments(&self) -> Result<Vec<Comment>, Failure> {
        let path = format!("/user/{}/comments", self.name().as_str());
        Ok(self.page(&path, None, thing::comment).await?.items)
    }

    /// The bot's own newest posts.
    pub async fn own_posts(&self) -> Result<Vec<Post>, Failure> {
        let path = format!("/user/{}/submitted", self.name().as_str());
        Ok(self.page(&path, None, thing::post).await?.items)
    }

    async fn page<T>(
        &self,
        path: &str,
        after: Option<&str>,
        read: impl Fn(&str, &Value) -> Option<T>,
    ) -> Result<Page<T>, Failure> {
        let mut query = vec![("limit", PAGE), ("sort", "new")];
        query.extend(after.map(|after| ("after", after)));
        thing::page(self.get(path, &query).await?, read).ok_or(Failure::Unreadable)
    }

    /// Posts and comments by their full names. What is not among them is gone.
    pub async fn things(&self, names: &[&str]) -> Result<Vec<Thing>, Failure> {
        let mut all = Vec::new();
        for names in names.chunks(AT_ONCE) {
            let body = self.get("/api/info", &[("id", &names.join(","))]).await?;
            all.extend(thing::page(body, thing::either).ok_or(Failure::Unreadable)?.items);
        }
        Ok(all)
    }

    /// A post as it is now.
    pub async fn post_now(&self, name: &str) -> Result<Option<Post>, Failure> {
        let things = self.things(&[name]).await?;
        Ok(things.into_iter().find_map(|thing| match thing {
            Thing::Post(post) if post.name == name => Some(post),
            _ => None,
        }))
    }

    /// A comment with the post that it stands below, as they are now.
    pub async fn place(&self, post: &str, comment: &str) -> Result<Option<Place>, Failure> {
        let (Some(post), Some(id)) = (post.strip_prefix("t3_"), comment.strip_prefix("t1_")) else { return Ok(None) };
        let query = [("comment", id), ("context", ANCESTORS), ("limit", "1")];
        let mut body = self.get(&format!("/comments/{post}"), &query).await?;
        let mut parts = body.as_array_mut().ok_or(Failure::Unreadable)?.drain(..);
        let (Some(above), Some(below)) = (parts.next(), parts.next()) else { return Err(Failure::Unreadable) };
        let post = thing::page(above, thing::post).and_then(|page| page.items.into_iter().next());
        let found = nested(&below, comment, 0);
        Ok(post.zip(found).map(|(post, (comment, depth))| Place { post, comment, depth }))
    }

    /// The name that the bot is logged in by, and whether Reddit has suspended it.
    pub async fn me(&self) -> Result<(String, bool), Failure> {
        let body = self.get("/api/v1/me", &[]).await?;
        let name = body.get("name").and_then(Value::as_str).ok_or(Failure::Unreadable)?;
        Ok((name.to_ascii_lowercase(), body.get("is_suspended").and_then(Value::as_bool).unwrap_or(false)))
    }

    /// The names of a subreddit's moderators, lower case.
    pub async fn moderators(&self, subreddit: &Subreddit) -> Result<Vec<String>, Failure> {
        let body = self.get(&format!("/r/{}/about/moderators", subreddit.as_str()), &[]).await?;
        let people = body.pointer("/data/children").and_then(Value::as_array).ok_or(Failure::Unreadable)?;
        let name = |person: &Value| Some(person.get("name")?.as_str()?.to_ascii_lowercase());
        Ok(people.iter().filter_map(name).collect())
    }

    /// Comments below a post or comment, and returns the comment's full name. Not to be made again without a look.
    pub async fn comment(&self, parent: &str, text: &str) -> Result<FullNameOrNot, Failure> {
        let answer = self.post("/api/comment", &[("thing_id", parent), ("text", text)]).await?;
        let first = answer.pointer("/json/data/things/0");
        let data = first.and_then(|thing| thing.get("data")).unwrap_or(&Value::Null);
        Ok(named(data, "t1_"))
    }

    /// Posts a text, and returns the post's full name. Not to be made again without a look.
    pub async fn submit(
        &self,
        subreddit: &str,
        title: &str,
        text: &str,
        flair: Option<&str>,
    ) -> Result<FullNameOrNot, Failure> {
        let mut form =
            vec![("kind", "self"), ("sr", subreddit), ("title", title), ("text", text), ("sendreplies", "false")];
        form.extend(flair.map(|id| ("flair_id", id)));
        let answer = self.post("/api/submit", &form).await?;
        Ok(named(answer.pointer("/json/data").unwrap_or(&Value::Null), "t3_"))
    }

    /// Puts another text into a comment of the bot's. Made again it changes nothing.
    pub async fn rewrite(&self, comment: &str, text: &str) -> Result<(), Failure> {
        self.post("/api/editusertext", &[("thing_id", comment), ("text", text)]).await.map(drop)
    }

    /// Deletes a comment or post of the bot's. Made again it changes nothing.
    pub async fn delete(&self, name: &str) -> Result<(), Failure> {
        self.post("/api/del", &[("id", name)]).await.map(drop)
    }

    /// Pins a post of the bot's, where it may. Made again it changes nothing.
    pub async fn pin(&self, post: &str) -> Result<(), Failure> {
        let form = [("id", post), ("state", "true"), ("num", "2")];
        self.post("/api/set_subreddit_sticky", &form).await.map(drop)
    }

    /// The flairs that posts may have in a subreddit: ids and texts.
    pub async fn flairs(&self, subreddit: &str) -> Result<Vec<(String, String)>, Failure> {
        let body = self.get(&format!("/r/{subreddit}/api/link_flair_v2"), &[]).await?;
        let part = |flair: &Value, field: &str| flair.get(field).and_then(Value::as_str).map(str::to_owned);
        let flairs = body.as_array().ok_or(Failure::Unreadable)?;
        Ok(flairs.iter().filter_map(|flair| part(flair, "id").zip(part(flair, "text"))).collect())
    }

    /// Writes a message to a person or, as `/r/x`, to a subreddit's moderators.
    pub async fn message(&self, to: &str, subject: &str, text: &str) -> Result<(), Failure> {
        self.post("/api/compose", &[("to", to), ("subject", subject), ("text", text)]).await.map(drop)
    }

    /// The names of the pages of a subreddit's wiki.
    pub async fn wiki_pages(&self, subreddit: &Subreddit) -> Result<Vec<String>, Failure> {
        let body = self.get(&format!("/r/{}/wiki/pages", subreddit.as_str()), &[]).await?;
        let names = body.get("data").and_then(Value::as_array).ok_or(Failure::Unreadable)?;
        Ok(names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
    }

    /// A page of a subreddit's wiki; none if there is no such page.
    pub async fn wiki_page(&self, subreddit: &Subreddit, page: &str) -> Result<Option<WikiPage>, Failure> {
        let body = match self.get(&format!("/r/{}/wiki/{page}", subreddit.as_str()), &[]).await {
            Err(Failure::Missing) => return Ok(None),
            answer => answer?,
        };
        let text = body.pointer("/data/content_md").and_then(Value::as_str).ok_or(Failure::Unreadable)?;
        Ok(Some(WikiPage { text: text.to_owned() }))
    }

    /// The newest revisions of a subreddit's wiki, each page's newest one. Pages that were not changed for long are not among
    /// them.
    pub async fn wiki_changes(&self, subreddit: &Subreddit) -> Result<HashMap<String, WikiRevision>, Failure> {
        let path = format!("/r/{}/wiki/revisions", subreddit.as_str());
        let body = self.get(&path, &[("limit", PAGE)]).await?;
        let revisions = body.pointer("/data/children").and_then(Value::as_array).ok_or(Failure::Unreadable)?;
        let mut newest = HashMap::new();
        for revision in revisions {
            let page = revision.get("page").and_then(Value::as_str);
            if let Some((page, read)) = page.zip(wiki_revision(revision)) {
                newest.entry(page.to_owned()).or_insert(read);
            }
        }
        Ok(newest)
    }

    /// The newest revision of a page of a subreddit's wiki; none if there is no such page.
    pub async fn wiki_revision(&self, subreddit: &Subreddit, page: &str) -> Result<Option<WikiRevision>, Failure> {
        let path = format!("/r/{}/wiki/revisions/{page}", subreddit.as_str());
        let body = match self.get(&path, &[("limit", "1")]).await {
            Err(Failure::Missing) => return Ok(None),
            answer => answer?,
        };
        let revisions = body.pointer("/data/children").and_then(Value::as_array).ok_or(Failure::Unreadable)?;
        Ok(revisions.first().and_then(wiki_revision))
    }

    /// Writes a page of a subreddit's wiki, on top of revision `previous`; none for a new page. Reddit may put the text together
    /// with somebody else's without a word, so read it again.
    pub async fn write_wiki(
        &self,
        subreddit: &Subreddit,
        page: &str,
        text: &str,
        previous: Option<&str>,
        reason: &str,
    ) -> Result<(), Failure> {
        let mut form = vec![("page", page), ("content", text), ("reason", reason)];
        form.extend(previous.map(|id| ("previous", id)));
        self.post(&format!("/r/{}/api/wiki/edit", subreddit.as_str()), &form).await.map(drop)
    }
}

fn wiki_revision(data: &Value) -> Option<WikiRevision> {
    let id = data.get("id").and_then(Value::as_str)?.to_owned();
    let author = data.pointer("/author/data/name").and_then(Value::as_str).map(str::to_owned);
    Some(WikiRevision { id, author })
}

/// The full name of what was made; none if Reddit did not tell it, and then nobody knows.
pub type FullNameOrNot = Option<thing::FullName>;

fn named(data: &Value, prefix: &str) -> FullNameOrNot {
    let name = data.get("name").or_else(|| data.get("id")).and_then(Value::as_str)?;
    let id = name.strip_prefix(prefix).unwrap_or(name);
    let fits = !id.is_empty() && id.len() <= 20 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| format!("{prefix}{id}"))
}

/// The comment of this name in a tree of comments, and how deep it stands.
fn nested(listing: &Value, wanted: &str, depth: usize) -> Option<(Comment, usize)> {
    for child in listing.pointer("/data/children")?.as_array()? {
        let data = child.get("data")?;
        let kind = child.get("kind").and_then(Value::as_str).unwrap_or_default();
        if let Some(comment) = thing::comment(kind, data).filter(|comment| comment.name == wanted) {
            return Some((comment, depth));
        }
        if let Some(found) = data.get("replies").and_then(|replies| nested(replies, wanted, depth + 1)) {
            return Some(found);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_made_has_a_name_or_nobody_knows() {
        let table = [
            (json!({"name": "t1_abc"}), Some("t1_abc")),
            (json!({"id": "1abc2def3ghij"}), Some("t1_1abc2def3ghij")),
            (json!({"name": "t1_"}), None),
            (json!({"name": "t1_a/b"}), None),
            (json!({"name": 7}), None),
            (json!({}), None),
            (Value::Null, None),
        ];
        for (data, expected) in table {
            assert_eq!(named(&data, "t1_").as_deref(), expected, "{data}");
        }
    }

    #[test]
    fn a_comment_is_found_with_its_depth() {
        let comment = |id: &str, replies: Value| {
            json!({"kind": "t1", "data": {"name": format!("t1_{id}"), "parent_id": "t3_p", "link_id": "t3_p", "author": "ann",
                "body": "x", "created_utc": 1.79e9, "replies": replies}})
        };
        let list = |children: Value| json!({"kind": "Listing", "data": {"children": children}});
        let more = json!({"kind": "more", "data": {"children": ["z"]}});
        let tree =
            list(json!([more, comment("a", list(json!([comment("b", list(json!([comment("c", json!(""))])))])))]));
        for (wanted, depth) in [("t1_a", Some(0)), ("t1_b", Some(1)), ("t1_c", Some(2)), ("t1_z", None)] {
            assert_eq!(nested(&tree, wanted, 0).map(|(_, depth)| depth), depth, "{wanted}");
        }
        assert!(nested(&Value::Null, "t1_a", 0).is_none());
    }
}
