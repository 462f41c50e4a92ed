//! The fake Reddit's answers for each address.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http::Answer;
use super::state::{Comment, Post, Request, State};
use super::{BOT, PASSWORD};

/// The longest page of a listing.
const PAGE: usize = 100;

pub fn answer(state: &mut State, request: &Request, token: &str) -> Answer {
    if request.path == "/api/v1/access_token" {
        return login(state, request);
    }
    if !request.agent.contains(":cairn:") || !request.agent.contains("(by /u/") {
        return Answer::status(429, json!({"message": "Too Many Requests", "error": 429}));
    }
    let good = token.strip_prefix("Bearer ").and_then(|token| state.tokens.get(token));
    if good.is_none_or(|until| *until <= Instant::now()) {
        state.unauthorized += 1;
        return Answer::status(401, json!({"message": "Unauthorized", "error": 401}));
    }
    state.used += 1;
    let answer = if request.method == "POST" { act(state, request) } else { show(state, request) };
    let rates = [
        ("x-ratelimit-used", state.used.to_string()),
        ("x-ratelimit-remaining", format!("{}.0", 1_000 - state.used)),
        ("x-ratelimit-reset", "300".to_owned()),
    ];
    let headers = rates.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Answer { headers, ..answer }
}

fn login(state: &mut State, request: &Request) -> Answer {
    if !state.takes_app {
        return Answer::status(401, json!({"message": "Unauthorized", "error": 401}));
    }
    let is_right = request.form.get("grant_type").is_some_and(|grant| grant == "password")
        && request.form.get("username").is_some_and(|name| name == BOT)
        && request.form.get("password").is_some_and(|password| password == PASSWORD);
    if !is_right || !state.takes_account {
        return Answer::ok(json!({"error": "invalid_grant"}));
    }
    state.logins += 1;
    let token = format!("token-{}", state.logins);
    let life = state.token_life;
    state.tokens.insert(token.clone(), Instant::now() + Duration::from_secs(life));
    Answer::ok(json!({"access_token": token, "token_type": "bearer", "expires_in": life, "scope": "*"}))
}

fn show(state: &mut State, request: &Request) -> Answer {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    if let ["r", subreddit, ..] = parts[..]
        && let Some(reason) = state.forbidden.get(subreddit)
    {
        return Answer::status(403, json!({"reason": reason, "message": "Forbidden", "error": 403}));
    }
    match parts[..] {
        ["r", subreddit, "new"] => {
            let there = |p: &&Post| p.subreddit == subreddit && !p.deleted && !p.removed;
            listing(state.posts.iter().rev().filter(there).map(post).collect(), request)
        }
        ["r", subreddit, "comments"] => {
            let late = state.now - state.shown_after;
            let there = |c: &&Comment| c.subreddit == subreddit && !c.deleted && c.created <= late;
            listing(state.comments.iter().rev().filter(there).map(comment).collect(), request)
        }
        ["api", "v1", "me"] => Answer::ok(json!({"name": BOT, "is_suspended": state.suspended, "total_karma": 7})),
        ["message", "inbox"] => {
            let mut all: Vec<(i64, Value)> = state.in_inbox().into_iter().map(|c| (c.created, mailed(c))).collect();
            all.extend(state.messages.iter().map(|m| {
                let data = json!({"name": m.name, "author": m.author, "subject": m.subject, "body": m.body,
                    "created_utc": m.created as f64, "was_comment": false, "dest": BOT});
                (m.created, json!({"kind": "t4", "data": data}))
            }));
            all.sort_by_key(|(created, _)| -created);
            listing(all.into_iter().map(|(_, mail)| mail).collect(), request)
        }
        ["user", name, "comments"] => {
            let late = state.now - state.shown_after;
            let own = |c: &&Comment| c.author == name && !c.deleted && c.created <= late;
            listing(state.comments.iter().rev().filter(own).map(comment).collect(), request)
        }
        ["user", name, "submitted"] => {
            let own = |p: &&Post| p.author == name && !p.deleted;
            listing(state.posts.iter().rev().filter(own).map(post).collect(), request)
        }
        ["api", "info"] => {
            let names: Vec<&str> = request.query["id"].split(',').collect();
            let posts = state.posts.iter().filter(|p| names.contains(&p.name.as_str())).map(post);
            let comments = state.comments.iter().filter(|c| names.contains(&c.name.as_str())).map(comment);
            listing(posts.chain(comments).collect(), request)
        }
        ["comments", id] => thread(state, id, request),
        ["r", subreddit, "about", "moderators"] => {
            let names = state.moderators.get(subreddit).cloned().unwrap_or_default();
            let children: Vec<Value> = names.iter().map(|name| json!({"name": name, "id": "t2_x"})).collect();
            Answer::ok(json!({"kind": "UserList", "data": {"children": children}}))
        }
        ["r", subreddit, "api", "link_flair_v2"] => {
            let flairs = state.flairs.get(subreddit).cloned().unwrap_or_default();
            Answer::ok(flairs.iter().map(|(id, text)| json!({"id": id, "text": text})).collect())
        }
        ["r", subreddit, "wiki", "pages"] => {
            let pages: Vec<&String> = state.wiki.keys().filter(|(s, _)| s == subreddit).map(|(_, page)| page).collect();
            Answer::ok(json!({"kind": "wikipagelisting", "data": pages}))
        }
        ["r", subreddit, "wiki", "revisions"] => {
            let own = state.wiki.iter().filter(|((s, _), _)| s == subreddit);
            let mut all: Vec<(i64, Value)> = own
                .flat_map(|((_, page), revisions)| {
                    let shown = |r: &super::state::Revision| {
                        let author = json!({"kind": "t2", "data": {"name": r.author}});
                        (
                            r.order,
                            json!({"id": r.id, "timestamp": r.at, "page": page, "reason": null, "author": author}),
                        )
                    };
                    revisions.iter().map(shown).collect::<Vec<_>>()
                })
                .collect();
            all.sort_by_key(|(order, _)| -order);
            let children: Vec<Value> = all.into_iter().take(PAGE).map(|(_, revision)| revision).collect();
            Answer::ok(json!({"kind": "Listing", "data": {"children": children, "after": null, "before": null}}))
        }
        ["r", subreddit, "wiki", "revisions", page] => match state.wiki.get(&(subreddit.into(), page.into())) {
            None => no_page(),
            Some(revisions) => {
                let children: Vec<Value> = revisions
                    .iter()
                    .rev()
                    .map(|r| {
                        json!({"id": r.id, "timestamp": r.at, "page": page, "reason": null,
                            "author": {"kind": "t2", "data": {"name": r.author}}})
                    })
                    .collect();
                Answer::ok(json!({"kind": "Listing", "data": {"children": children, "after": null, "before": null}}))
            }
        },
        ["r", subreddit, "wiki", page] => match state.wiki.get(&(subreddit.into(), page.into())).and_then(|r| r.last())
        {
            None => no_page(),
            Some(newest) => Answer::ok(json!({"kind": "wikipage", "data": {"content_md": newest.text,
                "may_revise": true, "revision_date": newest.at}})),
        },
        _ => Answer::status(404, json!({"message": "Not Found", "error": 404})),
    }
}

fn no_page() -> Answer {
    Answer::status(404, json!({"reason": "PAGE_NOT_FOUND", "message": "Not Found"}))
}

fn act(state: &mut State, request: &Request) -> Answer {
    let form = |name: &str| request.form.get(name).cloned().unwrap_or_default();
    if form("api_type") != "json" {
        return Answer::status(400, json!({"message": "the fake demands api_type=json"}));
    }
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match parts[..] {
        ["api", "comment"] => {
            let parent = form("thing_id");
            let post = match state.comments.iter().find(|c| c.name == parent) {
                Some(comment) if comment.deleted => return error("DELETED_COMMENT"),
                Some(comment) => comment.post.clone(),
                None => parent.clone(),
            };
            let Some(post) = state.posts.iter().find(|p| p.name == post) else { return error("DELETED_LINK") };
            if let Some(reason) = state.forbidden.get(&post.subreddit) {
                return Answer::status(403, json!({"reason": reason, "message": "Forbidden", "error": 403}));
            }
            if post.deleted {
                return error("DELETED_LINK");
            }
            if post.locked {
                return error("THREAD_LOCKED");
            }
            if post.archived {
                return error("TOO_OLD");
            }
            if form("text").chars().count() > 10_000 {
                return error("TOO_LONG");
            }
            let name = state.comment(&parent, BOT, &form("text"));
            let made = comment(state.comment_mut(&name));
            Answer::ok(json!({"json": {"errors": [], "data": {"things": [made]}}}))
        }
        ["api", "submit"] => {
            let subreddit = form("sr");
            if !state.posts.is_empty() && state.forbidden.contains_key(&subreddit) {
                return error("SUBREDDIT_NOTALLOWED");
            }
            let name = state.post(&subreddit, BOT, &form("title"), &form("text"));
            state.post_mut(&name).flair = request.form.get("flair_id").cloned();
            let id = name.trim_start_matches("t3_").to_owned();
            Answer::ok(
                json!({"json": {"errors": [], "data": {"url": "https://www.reddit.com/", "id": id, "name": name}}}),
            )
        }
        ["api", "del"] => {
            let id = form("id");
            for comment in state.comments.iter_mut().filter(|c| c.name == id && c.author == BOT) {
                comment.deleted = true;
            }
            Answer::ok(json!({}))
        }
        ["api", "editusertext"] => {
            state.comment_mut(&form("thing_id")).body = form("text");
            Answer::ok(json!({"json": {"errors": [], "data": {"things": []}}}))
        }
        ["api", "set_subreddit_sticky"] => {
            state.pinned.push(form("id"));
            Answer::ok(json!({"json": {"errors": []}}))
        }
        ["api", "compose"] => {
            state.sent.push((form("to"), form("subject"), form("text")));
            Answer::ok(json!({"json": {"errors": []}}))
        }
        ["r", subreddit, "api", "wiki", "edit"] => wiki_edit(state, subreddit, request),
        _ => Answer::status(404, json!({"message": "Not Found", "error": 404})),
    }
}

/// Edits a page like Reddit: without `previous` it overwrites. On top of an old revision it merges silently; if it
/// cannot merge, it returns the newest text.
fn wiki_edit(state: &mut State, subreddit: &str, request: &Request) -> Answer {
    let form = |name: &str| request.form.get(name).cloned().unwrap_or_default();
    let (page, text) = (form("page"), form("content"));
    if let Some((author, theirs)) = state.on_wiki_write.take() {
        state.wiki_write(subreddit, &page, &author, &theirs);
    }
    let revisions = state.wiki.get(&(subreddit.to_owned(), page.clone())).cloned().unwrap_or_default();
    let Some(newest) = revisions.last() else {
        state.wiki_write(subreddit, &page, BOT, &text);
        return Answer::ok(json!({}));
    };
    if newest.text == text {
        return Answer::ok(json!({}));
    }
    let merged = match request.form.get("previous") {
        None => text,
        Some(previous) if *previous == newest.id => text,
        Some(previous) => {
            let base = revisions.iter().find(|r| r.id == *previous).map(|r| r.text.clone()).unwrap_or_default();
            let merge = diffy::merge(&base, &newest.text, &text);
            let Ok(merged) = merge else {
                let body = json!({"reason": "EDIT_CONFLICT", "newcontent": newest.text, "newrevision": newest.id,
                    "message": "Conflict"});
                return Answer::status(409, body);
            };
            merged
        }
    };
    state.wiki_write(subreddit, &page, BOT, &merged);
    Answer::ok(json!({}))
}

fn error(code: &str) -> Answer {
    Answer::ok(json!({"json": {"errors": [[code, "Das geht hier leider nicht.", "parent"]]}}))
}

fn listing(all: Vec<Value>, request: &Request) -> Answer {
    let after = request.query.get("after");
    let start = match after {
        Some(after) => {
            let found = all.iter().position(|thing| thing["data"]["name"] == json!(after));
            // An anchor that no longer exists ends the listing.
            found.map_or(all.len(), |at| at + 1)
        }
        None => 0,
    };
    let page: Vec<Value> = all.iter().skip(start).take(PAGE).cloned().collect();
    let goes_on = all.len() > start + page.len();
    let next = page.last().filter(|_| goes_on).map(|thing| thing["data"]["name"].clone());
    Answer::ok(json!({"kind": "Listing", "data": {"after": next, "before": null, "dist": page.len(), "modhash": null,
        "children": page}}))
}

fn thread(state: &State, id: &str, request: &Request) -> Answer {
    let Some(found) = state.posts.iter().find(|p| p.name == format!("t3_{id}")) else {
        return Answer::status(404, json!({"message": "Not Found", "error": 404}));
    };
    let mut tree = json!("");
    let wanted = request.query.get("comment").map(|id| format!("t1_{id}")).unwrap_or_default();
    let mut at = state.comments.iter().find(|c| c.name == wanted);
    while let Some(own) = at {
        let mut shown = comment(own);
        shown["data"]["replies"] = tree;
        tree = json!({"kind": "Listing", "data": {"after": null, "children": [shown]}});
        at = state.comments.iter().find(|c| c.name == own.parent);
    }
    let above = json!({"kind": "Listing", "data": {"after": null, "children": [post(found)]}});
    if tree == json!("") {
        tree = json!({"kind": "Listing", "data": {"after": null, "children": []}});
    }
    Answer::ok(json!([above, tree]))
}

fn post(p: &Post) -> Value {
    let gone = p.deleted || p.removed;
    json!({"kind": "t3", "data": {
        "name": p.name, "id": p.name.trim_start_matches("t3_"), "subreddit": p.subreddit, "title": p.title,
        "author": if p.deleted { "[deleted]" } else { &p.author },
        "selftext": if p.deleted { "[deleted]" } else if p.removed { "[removed]" } else { &p.body },
        "removed_by_category": if gone { json!("moderator") } else { Value::Null },
        "created_utc": p.created as f64, "locked": p.locked, "archived": p.archived, "stickied": p.stickied,
        "distinguished": if p.distinguished { json!("moderator") } else { Value::Null }, "score": 1, "is_self": true,
    }})
}

fn comment(c: &Comment) -> Value {
    json!({"kind": "t1", "data": {
        "name": c.name, "id": c.name.trim_start_matches("t1_"), "parent_id": c.parent, "link_id": c.post,
        "subreddit": c.subreddit, "author": if c.deleted { "[deleted]" } else { &c.author },
        "body": if c.deleted { "[deleted]" } else { &c.body }, "created_utc": c.created as f64, "score": c.score,
        "distinguished": null, "replies": "",
    }})
}

/// A comment in the inbox has no `link_id`, but a context.
fn mailed(c: &Comment) -> Value {
    let (post, own) = (c.post.trim_start_matches("t3_"), c.name.trim_start_matches("t1_"));
    let mut mail = comment(c);
    let data = mail["data"].as_object_mut().expect("an object");
    data.remove("link_id");
    data.insert("context".into(), json!(format!("/r/{}/comments/{post}/a_title/{own}/?context=3", c.subreddit)));
    data.insert("was_comment".into(), json!(true));
    mail
}
