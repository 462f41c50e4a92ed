//! The sources of papers on loopback: Hugging Face, arXiv and Hacker News, with faults on demand.
//!
//! ```ignore
//! let feeds = Feeds::start().await;
//! feeds.list("2026-11-16", &[paper("2611.00001", "A paper", 12)]);
//! // … run with the settings feeds.settings() …
//! feeds.fail(Place::HuggingFace, Fault::TooMany { wait: 1 }, 1);
//! feeds.requests_to(Place::Arxiv);
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::routing::any;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::atom;

/// A paper of the fake. `votes` may change between two calls.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub authors: Vec<String>,
    pub votes: i64,
    pub comments: i64,
    pub published: String,
    pub code: Option<String>,
    pub withdrawn: bool,
}

/// A paper by two authors, with `votes` and no comments.
pub fn paper(id: &str, title: &str, votes: i64) -> Listed {
    Listed {
        id: id.to_owned(),
        title: title.to_owned(),
        summary: format!("We study {title}. It works on three tasks, e.g. on one. The rest is shown."),
        authors: vec!["Ada Lovelace".to_owned(), "Alan Turing".to_owned()],
        votes,
        comments: 0,
        published: "2026-11-13T00:00:00.000Z".to_owned(),
        code: None,
        withdrawn: false,
    }
}

impl Listed {
    /// The paper as an item of Hugging Face.
    pub fn item(&self) -> Value {
        let authors: Vec<Value> = self.authors.iter().map(|a| json!({ "name": a, "hidden": false })).collect();
        let mut paper = json!({
            "id": self.id, "title": self.title, "summary": self.summary, "upvotes": self.votes,
            "authors": authors, "publishedAt": self.published,
        });
        if let Some(code) = &self.code {
            paper["githubRepo"] = json!(code);
        }
        if self.withdrawn {
            paper["withdrawnAt"] = json!("2026-11-20T00:00:00.000Z");
        }
        json!({ "paper": paper, "title": self.title, "numComments": self.comments, "publishedAt": self.published })
    }
}

/// One of the three sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    HuggingFace,
    Arxiv,
    HackerNews,
}

/// A fault of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// 429 with `RateLimit` and this many seconds to wait.
    TooMany { wait: u64 },
    /// A status without a useful body.
    Status(u16),
    /// 503 with `Retry-After` and this many seconds.
    Busy { wait: u64 },
    /// No answer at all while the test runs.
    Silence,
    /// The first half of the right body, with a length as if it were complete.
    HalfABody,
    /// The connection breaks in the middle of the body.
    Cut,
    /// A body of more than twenty megabytes.
    Endless,
    /// An HTML page with status 200.
    Html,
    /// 302 to another address.
    Away(&'static str),
    /// A body with a header that says it is compressed, though the request forbids that.
    Compressed,
    /// arXiv's error message: an entry in a feed. For the others, an object `error`.
    Complaint,
}

/// A received request.
#[derive(Debug, Clone)]
pub struct Asked {
    pub place: Place,
    /// Path and query.
    pub path: String,
    pub agent: String,
    /// The accepted encodings.
    pub encoding: String,
    /// The version that the client has.
    pub if_none_match: Option<String>,
    pub at: Instant,
    pub until: Option<Instant>,
    pub status: u16,
}

/// A planned fault: the place, the remaining number of times, and a part of the path that it is limited to.
#[derive(Debug)]
struct Trouble {
    place: Place,
    fault: Fault,
    times: usize,
    only: String,
}

#[derive(Default)]
struct Inside {
    days: BTreeMap<String, Vec<Value>>,
    /// More papers that arXiv has.
    known: Vec<Listed>,
    /// Papers that arXiv does not have.
    vanished: Vec<String>,
    /// Ids that arXiv rejects, and whether the message names them.
    refused: Vec<(String, bool)>,
    stories: Vec<Value>,
    troubles: Vec<Trouble>,
    asked: Vec<Asked>,
    /// Added to every vote before each answer.
    growth: i64,
    tags: bool,
}

/// The running fakes. Clones share them.
#[derive(Clone)]
pub struct Feeds {
    inside: Arc<Mutex<Inside>>,
    urls: [String; 3],
    _servers: Arc<Servers>,
}

struct Servers(Vec<JoinHandle<()>>);

impl Drop for Servers {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Feeds {
    /// Starts three sources without content.
    pub async fn start() -> Self {
        let inside = Arc::new(Mutex::new(Inside::default()));
        let (mut urls, mut servers) = (Vec::new(), Vec::new());
        for place in [Place::HuggingFace, Place::Arxiv, Place::HackerNews] {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
            urls.push(format!("http://{}", listener.local_addr().expect("a bound address")));
            let app = Router::new().fallback(any(serve)).with_state((inside.clone(), place));
            servers.push(tokio::spawn(async move { axum::serve(listener, app).await.expect("loopback serves") }));
        }
        let urls = urls.try_into().expect("three sources");
        Self { inside, urls, _servers: Arc::new(Servers(servers)) }
    }

    /// The settings that direct the program to these sources.
    pub fn settings(&self) -> [(&'static str, &str); 3] {
        let [hf, arxiv, hn] = &self.urls;
        [("CAIRN_PAPERS_HF_URL", hf), ("CAIRN_PAPERS_ARXIV_URL", arxiv), ("CAIRN_PAPERS_HN_URL", hn)]
    }

    /// The addresses of Hugging Face, arXiv and Hacker News.
    pub fn urls(&self) -> &[String; 3] {
        &self.urls
    }

    /// Lists papers on a day (`2026-11-16`) and replaces earlier ones.
    pub fn list(&self, date: &str, papers: &[Listed]) {
        let items = papers.iter().map(Listed::item).collect();
        self.list_items(date, items);
    }

    /// Lists raw items, which may be broken.
    pub fn list_items(&self, date: &str, items: Vec<Value>) {
        self.lock().days.insert(date.to_owned(), items);
    }

    /// Adds a story on Hacker News that links to `url`, posted at `at` (Unix seconds).
    pub fn story(&self, number: u64, url: &str, points: u32, comments: u32, at: i64) {
        let story = json!({
            "objectID": number.to_string(), "title": format!("Story {number}"), "url": url, "points": points,
            "num_comments": comments, "created_at_i": at, "author": "somebody",
        });
        self.lock().stories.push(story);
    }

    /// Adds a paper to arXiv, besides all listed papers.
    pub fn know(&self, paper: Listed) {
        self.lock().known.push(paper);
    }

    /// Makes arXiv not have this id.
    pub fn vanish(&self, id: &str) {
        self.lock().vanished.push(id.to_owned());
    }

    /// Makes arXiv answer every list with this id with an error message.
    pub fn refuse(&self, id: &str, says_which: bool) {
        self.lock().refused.push((id.to_owned(), says_which));
    }

    /// Adds this many votes to every paper before each answer.
    pub fn grow(&self, votes: i64) {
        self.lock().growth = votes;
    }

    /// Makes Hugging Face send `ETag`, and 304 to clients with that version.
    pub fn tag(&self) {
        self.lock().tags = true;
    }

    /// Makes the next `times` answers of a place fail (`usize::MAX`: all).
    pub fn fail(&self, place: Place, fault: Fault, times: usize) {
        self.fail_at(place, "", fault, times);
    }

    /// The same for requests whose path and query contain `only`.
    pub fn fail_at(&self, place: Place, only: &str, fault: Fault, times: usize) {
        self.lock().troubles.push(Trouble { place, fault, times, only: only.to_owned() });
    }

    /// Ends all faults.
    pub fn recover(&self) {
        self.lock().troubles.clear();
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Asked> {
        self.lock().asked.clone()
    }

    pub fn requests_to(&self, place: Place) -> Vec<Asked> {
        self.requests().into_iter().filter(|asked| asked.place == place).collect()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.lock().asked.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("no test panicked in here")
    }
}

type Shared = (Arc<Mutex<Inside>>, Place);

async fn serve(
    State((inside, place)): State<Shared>,
    headers: HeaderMap,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let path = format!("{}?{}", uri.path(), query.as_deref().unwrap_or_default());
    let if_none_match = header("if-none-match");
    let (answer, fault, number) = {
        let mut inside = inside.lock().expect("no test panicked in here");
        let asked = Asked {
            place,
            path: path.clone(),
            agent: header("user-agent").unwrap_or_default(),
            encoding: header("accept-encoding").unwrap_or_default(),
            if_none_match: if_none_match.clone(),
            at: Instant::now(),
            until: None,
            status: 0,
        };
        inside.asked.push(asked);
        let fault = inside.fault(place, &path);
        let answer = inside.answer(place, uri.path(), &parameters(&query.unwrap_or_default()));
        (answer, fault, inside.asked.len() - 1)
    };
    if fault == Some(Fault::Silence) {
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    let response = match fault {
        Some(fault) => spoilt(place, fault, &answer.1),
        None => {
            let mut response = whole(answer.0, &answer.1);
            tagged(&mut response, &answer.1, if_none_match.as_deref(), inside.lock().expect("a lock").tags);
            response
        }
    };
    let mut inside = inside.lock().expect("no test panicked in here");
    if let Some(asked) = inside.asked.get_mut(number) {
        (asked.status, asked.until) = (response.status().as_u16(), Some(Instant::now()));
    }
    response
}

/// The parameters of a query, decoded.
fn parameters(query: &str) -> BTreeMap<String, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(k, v)| (k.to_owned(), v.replace("%2F", "/").replace("%3E", ">").replace("%3C", "<"))).collect()
}

impl Inside {
    fn fault(&mut self, place: Place, path: &str) -> Option<Fault> {
        let fits = |t: &Trouble| t.place == place && t.times > 0 && path.contains(&t.only);
        let trouble = self.troubles.iter_mut().find(|t| fits(t))?;
        trouble.times -= 1;
        Some(trouble.fault)
    }

    fn answer(&mut self, place: Place, path: &str, query: &BTreeMap<String, String>) -> (u16, String) {
        match (place, path) {
            (Place::HuggingFace, "/api/daily_papers") => self.daily(query),
            (Place::Arxiv, "/api/query") => (200, self.metadata(query)),
            (Place::HackerNews, "/api/v1/search_by_date") => (200, self.search(query)),
            _ => (404, "unknown".to_owned()),
        }
    }

    fn daily(&mut self, query: &BTreeMap<String, String>) -> (u16, String) {
        let number = |key: &str, or: usize| query.get(key).and_then(|v| v.parse().ok()).unwrap_or(or);
        let (limit, page) = (number("limit", 50), number("p", 0));
        if limit > 100 {
            return (400, json!({ "error": "limit is too big" }).to_string());
        }
        let growth = self.growth;
        for item in self.days.values_mut().flatten() {
            if let Some(votes) = item["paper"]["upvotes"].as_i64() {
                item["paper"]["upvotes"] = json!(votes + growth);
            }
        }
        let day = query.get("date").and_then(|date| self.days.get(date)).map_or(&[][..], Vec::as_slice);
        let items: Vec<&Value> = day.iter().skip(page * limit).take(limit).collect();
        (200, json!(items).to_string())
    }

    fn metadata(&self, query: &BTreeMap<String, String>) -> String {
        let ids = query.get("id_list").map(String::as_str).unwrap_or_default();
        if let Some((id, says_which)) = self.refused.iter().find(|(id, _)| ids.split(',').any(|asked| asked == id)) {
            return atom::complaint(&if *says_which {
                format!("incorrect id format for {id}")
            } else {
                "no".to_owned()
            });
        }
        let items: Vec<&Value> = self.days.values().flatten().collect();
        let own: Vec<Value> = self.known.iter().map(Listed::item).collect();
        let find = |id: &str| own.iter().chain(items.iter().copied()).find(|item| item["paper"]["id"] == *id);
        let asked = ids.split(',').filter(|id| !self.vanished.iter().any(|v| v == id));
        atom::feed(&asked.filter_map(find).collect::<Vec<_>>())
    }

    fn search(&self, query: &BTreeMap<String, String>) -> String {
        let words = query.get("query").map(String::as_str).unwrap_or_default();
        let bounds = query.get("numericFilters").map(String::as_str).unwrap_or_default();
        let bound = |sign: &str| bounds.split(',').find_map(|b| b.split_once(sign)).and_then(|(_, n)| n.parse().ok());
        let (from, to): (Option<i64>, Option<i64>) = (bound(">="), bound("<"));
        let fits = |story: &&Value| {
            let at = story["created_at_i"].as_i64().unwrap_or_default();
            let url = story["url"].as_str().unwrap_or_default();
            url.contains(words) && from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to)
        };
        let hits: Vec<&Value> = self.stories.iter().filter(fits).collect();
        json!({ "hits": hits, "nbHits": hits.len(), "page": 0, "nbPages": 1, "hitsPerPage": 1000 }).to_string()
    }
}

fn whole(status: u16, body: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response
}

fn tagged(response: &mut Response<Body>, body: &str, has: Option<&str>, tags: bool) {
    if !tags {
        return;
    }
    let tag = format!("\"{:x}-{}\"", body.len(), body.bytes().map(u64::from).sum::<u64>());
    if has == Some(tag.as_str()) {
        *response = whole(304, "");
    }
    response.headers_mut().insert("etag", tag.parse().expect("a header"));
}

fn spoilt(place: Place, fault: Fault, body: &str) -> Response<Body> {
    let with = |status: u16, header: &'static str, value: String| {
        let mut response = whole(status, "");
        response.headers_mut().insert(header, value.parse().expect("a header"));
        response
    };
    match fault {
        Fault::TooMany { wait } => with(429, "ratelimit", format!("\"api\";r=0;t={wait}")),
        Fault::Busy { wait } => with(503, "retry-after", wait.to_string()),
        Fault::Status(status) => whole(status, "Something went wrong"),
        Fault::Away(place) => with(302, "location", place.to_owned()),
        Fault::Compressed => with(200, "content-encoding", "gzip".to_owned()),
        Fault::Silence => whole(504, ""),
        Fault::HalfABody => whole(200, body.get(..body.len() / 2).unwrap_or_default()),
        Fault::Cut => {
            let half = body.get(..body.len() / 2).unwrap_or_default().to_owned();
            let parts = [Ok(half), Err(std::io::Error::other("cut"))];
            Response::new(Body::from_stream(futures_util::stream::iter(parts)))
        }
        Fault::Endless => {
            let parts = (0..20).map(|_| Ok::<_, std::io::Error>(" ".repeat(1 << 20)));
            Response::new(Body::from_stream(futures_util::stream::iter(parts)))
        }
        Fault::Html => whole(200, "<!DOCTYPE html><html><body><h1>Just a moment…</h1></body></html>"),
        Fault::Complaint if place == Place::Arxiv => whole(400, &atom::complaint("incorrect id format for abc")),
        Fault::Complaint => whole(200, &json!({ "error": "Something went wrong" }).to_string()),
    }
}
