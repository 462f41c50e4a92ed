//! Reddit's page of the console, as a browser without JavaScript meets it.

use super::{BODY, TITLE, World};
use crate::world::discord::permission;
use crate::world::program::{Page, Server};
use crate::world::reddit::Fault;
use crate::world::server;
use crate::world::visit::{Visit, path_of};

const PAGE: &str = "/console/reddit";

/// The person who runs Cairn, signed in.
fn operator(world: &World, server: &Server) -> Visit {
    let link = world.run(&["console", "--author", "ann", "--json"]).json();
    Visit::by(server, link["link"].as_str().expect("a link"))
}

#[track_caller]
fn get(visit: &mut Visit, server: &Server, path: &str) -> Page {
    let page = visit.get(server, path);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    page
}

/// Sends a form and follows where it leads.
#[track_caller]
fn post(visit: &mut Visit, server: &Server, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = visit.post(server, path, fields);
    assert_eq!(page.status, 303, "{path}: {}", page.text());
    let to = page.header("location").expect("a place").to_owned();
    get(visit, server, &to)
}

fn ids(world: &World, state: &str) -> Vec<String> {
    world.desk(Some(state)).iter().map(|item| item["id"].to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_sees_what_it_would_have_said_and_judges_it() {
    let world = World::start().await;
    let title = format!("{TITLE} <script>alert(1)</script>");
    world.reddit.post("learnml", "Bob", &title, BODY);
    world.once();
    let id = ids(&world, "shown").remove(0);
    let server = world.serve(&[]);
    let mut visit = operator(&world, &server);
    let page = get(&mut visit, &server, PAGE);
    let text = page.text();
    for part in [
        "r/learnml: shadow",
        "Would answer: High school guide , because of the marked words.",
        "Not yet: 0 of 100 verdicts are judged; 100 more are needed.",
        "u/bob",
        "1 would be answered with a guide",
        "calls left, login renewed in 23 hours.",
        "it reads and decides, and says nothing",
    ] {
        assert!(
            text.replace("would be answered with a guide 1", "1 would be answered with a guide").contains(part),
            "{part}: {text}"
        );
    }
    assert!(page.body.contains("<mark>grade 11</mark>") && page.body.contains("See the whole reply"), "{}", page.body);
    assert!(
        page.body.contains("&lt;script&gt;alert(1)") && !page.body.contains("<script>alert"),
        "what people write is text"
    );
    let said = post(&mut visit, &server, "/console/reddit/judge", &[("r", "learnml"), ("id", &id), ("what", "right")]);
    assert!(said.text().contains("Noted: right.") && said.text().contains("No, it was wrong"), "{}", said.text());
    assert!(
        said.text().contains("Nothing waits to be judged.") && said.text().contains("1 of 100 verdicts"),
        "{}",
        said.text()
    );
    let back = post(&mut visit, &server, "/console/reddit/judge", &[("r", "learnml"), ("id", &id), ("what", "wrong")]);
    assert!(back.text().contains("Noted: wrong."), "{}", back.text());
    assert_eq!(world.desk(None)[0]["judged"], false);
    let log = get(&mut visit, &server, "/console/log?act=judge").text();
    assert!(log.contains("wrong") && log.contains("ann"), "{log}");
    let health = get(&mut visit, &server, "/console/health").text();
    assert!(health.contains("Reddit read ") && health.contains(" calls left"), "{health}");
    let waits = get(&mut visit, &server, "/console").text();
    assert!(waits.contains("Reddit"), "{waits}");
    // Without a session, from another site, or with another's form nothing is done.
    let fields = [("r", "learnml"), ("id", id.as_str()), ("what", "right")];
    let forged = visit.post(&server, "/console/reddit/judge", &[("token", "0000"), fields[0], fields[1], fields[2]]);
    assert_eq!(forged.status, 403, "{}", forged.text());
    let foreign = visit.post_with(&server, "/console/reddit/judge", &fields, &[("Sec-Fetch-Site", "cross-site")]);
    assert_eq!(foreign.status, 403, "{}", foreign.text());
    visit.forget();
    assert_eq!(visit.get(&server, PAGE).status, 401);
    assert_eq!(visit.post(&server, "/console/reddit/judge", &fields).status, 401);
    assert_eq!(world.desk(None)[0]["judged"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_holds_for_the_text_it_was_given_for() {
    let world = World::in_mode("approve").await;
    let bobs = world.reddit.post("learnml", "bob", TITLE, BODY);
    world.reddit.post("learnml", "carl", TITLE, BODY);
    world.once();
    let server = world.serve(&[]);
    let mut visit = operator(&world, &server);
    let page = get(&mut visit, &server, PAGE);
    assert!(page.text().contains("An approval holds for the text it was given for."), "{}", page.text());
    assert!(page.text().contains("Reddit , waiting: 2"), "the rail counts: {}", page.text());
    let of = |name: &str| world.desk(None).into_iter().find(|item| item["author"] == name).expect("an answer");
    let (bob, carl) = (of("bob"), of("carl"));
    let hash = |item: &serde_json::Value| item["hash"].as_str().expect("a fingerprint").to_owned();
    // What was seen is edited before the button is pressed, or after it: either way it comes back.
    let worker = "I'm a software engineer with five years of Java and want to move to machine learning for my job. Where do I start?";
    let stale = visit.post(
        &server,
        "/console/reddit/decide",
        &[("r", "learnml"), ("id", &bob["id"].to_string()), ("seen", "0000"), ("what", "approve")],
    );
    assert!(stale.status == 422 && stale.text().contains("was edited; look at it again"), "{}", stale.text());
    world.reddit.state().post_mut(&bobs).body = worker.into();
    let _ = get(&mut visit, &server, PAGE);
    let id = bob["id"].to_string();
    let fields = [("r", "learnml"), ("id", id.as_str()), ("seen", &hash(&bob)), ("what", "approve")];
    let sent = post(&mut visit, &server, "/console/reddit/decide", &fields);
    assert!(
        sent.text().contains("The reply goes out in a moment, unless the post is edited first."),
        "{}",
        sent.text()
    );
    world.until("it comes back", |world| world.desk(Some("waiting")).iter().any(|item| item["why"] == "edited")).await;
    let page = get(&mut visit, &server, PAGE);
    assert!(
        page.text().contains("edited since it was decided first")
            && page.text().contains("Would answer: Engineer guide")
    );
    assert_eq!(world.said().len(), 0);
    let again = of("bob");
    post(
        &mut visit,
        &server,
        "/console/reddit/decide",
        &[("r", "learnml"), ("id", &id), ("seen", &hash(&again)), ("what", "approve")],
    );
    let carls = carl["id"].to_string();
    let refused =
        post(&mut visit, &server, "/console/reddit/decide", &[("r", "learnml"), ("id", &carls), ("what", "refuse")]);
    assert!(refused.text().contains("That reply is not sent."), "{}", refused.text());
    world.until("a reply", |world| !world.said().is_empty()).await;
    assert!(world.said()[0].body.contains("**[Engineer"), "{}", world.said()[0].body);
    assert_eq!(ids(&world, "refused"), [carls]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_be_lost_is_settled_in_one_way() {
    let world = World::in_mode("on").await;
    for (name, fault) in [
        ("bob", Fault::CutBefore),
        ("carl", Fault::CutAfter),
        ("dora", Fault::Answer(502, String::new())),
        ("eva", Fault::CutBefore),
    ] {
        world.reddit.post("learnml", name, TITLE, BODY);
        // Nothing that the bot said is shown in time.
        world.reddit.state().shown_after = 10 * 3_600;
        world.reddit.fail("POST", "/api/comment", fault, 1);
        world.once();
        world.pass(1);
    }
    for minutes in [1, 1, 2, 3, 5, 10, 30] {
        world.pass(minutes);
        world.once();
    }
    assert_eq!((world.said().len(), ids(&world, "unknown").len()), (1, 4));
    let server = world.serve(&[]);
    let mut visit = operator(&world, &server);
    let page = get(&mut visit, &server, PAGE).text();
    assert!(page.contains("Did it arrive?") && page.contains("Cairn never sends one twice by itself."), "{page}");
    let of = |name: &str| {
        world.desk(None).into_iter().find(|item| item["author"] == name).expect("an answer")["id"].to_string()
    };
    let settle = |visit: &mut Visit, id: &str, what: &str, comment: &str| {
        let fields = [("r", "learnml"), ("id", id), ("what", what), ("comment", comment)];
        visit.post(&server, "/console/reddit/settle", &fields)
    };
    // It is there: from now on it is looked after.
    let comment = world.said()[0].name.clone();
    assert_eq!(settle(&mut visit, &of("carl"), "arrived", "no comment").status, 422);
    let _ = get(&mut visit, &server, PAGE);
    let address = format!("https://www.reddit.com/r/learnml/comments/x/_/{}/", &comment[3..]);
    assert_eq!(settle(&mut visit, &of("carl"), "arrived", &address).status, 303);
    assert_eq!(settle(&mut visit, &of("eva"), "dropped", "").status, 303);
    assert_eq!(settle(&mut visit, &of("bob"), "missing", "").status, 303);
    world.until("bob's reply", |world| world.said().len() == 2).await;
    // The outbox's own way leads to the same.
    let lost = world.run(&["outbox", "--json"]).json();
    let row = lost.as_array().expect("a list").iter().find(|row| row["state"] == "unknown").expect("dora's")["id"]
        .to_string();
    world.run(&["outbox", "settle", &row, "again"]).well();
    world.until("dora's reply", |world| world.said().len() == 3).await;
    world.until("all known", |world| ids(world, "unknown").is_empty() && ids(world, "queued").is_empty()).await;
    assert_eq!((ids(&world, "sent").len(), ids(&world, "dropped").len()), (3, 1));
    assert_eq!(world.reddit.asked("POST", "/api/comment"), 6, "nothing is said twice");
    assert_eq!(world.run(&["outbox", "--json"]).json(), serde_json::json!([]));
    assert_eq!(world.count("outbox WHERE community = 'reddit:learnml'").await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_is_told_and_put_aside_and_modes_are_set() {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "bob", TITLE, BODY);
    world.reddit.fail("POST", "/api/comment", Fault::code("THREAD_LOCKED"), 1);
    world.once();
    world.once();
    let server = world.serve(&[]);
    let mut visit = operator(&world, &server);
    let page = get(&mut visit, &server, PAGE);
    assert!(
        page.text().contains("An answer was not said, because the thread is locked or archived: look there"),
        "{}",
        page.text()
    );
    let notice = world.run(&["--json", "reddit", "desk"]).json()["subreddits"][0]["notices"][0]["id"].to_string();
    let page = post(&mut visit, &server, "/console/reddit/aside", &[("r", "learnml"), ("id", &notice)]);
    assert!(!page.text().contains("What happened"), "{}", page.text());
    assert_eq!(world.notices(), [""; 0]);
    // A ban turns the subreddit off, and the page says so.
    world.reddit.state().forbidden.insert("learnml".into(), "banned".into());
    world.until("off", |world| !world.notices().is_empty()).await;
    let page = get(&mut visit, &server, PAGE).text();
    assert!(
        page.contains("r/learnml: off") && page.contains("Reddit does not let Cairn in there (banned), so it is off."),
        "{page}"
    );
    world.reddit.state().forbidden.clear();
    let set = |visit: &mut Visit, mode: &str| {
        visit.post(
            &server,
            "/console/reddit/set",
            &[("r", "learnml"), ("mode", mode), ("danger", "yes"), ("flair", "Papers")],
        )
    };
    assert_eq!(set(&mut visit, "summon").status, 303);
    let page = get(&mut visit, &server, "/console/reddit?r=learnml&did=set");
    assert!(page.text().contains("r/learnml: summon") && page.text().contains("Saved."), "{}", page.text());
    assert!(
        page.body.contains("name=\"danger\" value=\"yes\" checked") && page.body.contains("value=\"Papers\""),
        "{}",
        page.body
    );
    world
        .execute("UPDATE reddit_desk SET judged = 0 WHERE id IN (SELECT id FROM reddit_desk WHERE judged = 1 LIMIT 50)")
        .await;
    let page = get(&mut visit, &server, PAGE);
    assert!(page.text().contains("Not yet: it was right in 50 of 100 judged verdicts."), "{}", page.text());
    assert!(page.body.contains("value=\"on\" required disabled"), "{}", page.body);
    let locked = set(&mut visit, "on");
    assert!(locked.status == 422 && locked.text().contains("“on” takes 0.95"), "{}", locked.text());
    assert_eq!(visit.post(&server, "/console/reddit/set", &[("r", "cooking"), ("mode", "off")]).status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_keys_the_page_says_how_to_begin() {
    let cairn = crate::world::program::Cairn::new();
    cairn.run(&["guides", "list"]).well();
    let server = cairn.serve(&[]);
    let mut visit = Visit::operator(&cairn, &server, "ann");
    let text = get(&mut visit, &server, PAGE).text();
    assert!(text.contains("Cairn is not on Reddit yet.") && text.contains("cairn reddit automod"), "{text}");
    assert!(get(&mut visit, &server, "/console/health").text().contains("Reddit off"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moderators_of_home_act_in_its_subreddit_and_in_no_other() {
    let world = World::in_mode("approve").await;
    world.reddit.post("learnml", "bob", TITLE, BODY);
    world.once();
    let item = world.desk(Some("waiting")).remove(0);
    let mut at = server::World::empty().await;
    at.cairn = world.cairn.clone();
    at.settings = world.settings().into_iter().filter(|(name, _)| *name != "CAIRN_WEB_URL").collect();
    at.settings.retain(|(name, _)| *name != "CAIRN_REDDIT_SUBREDDITS");
    at.settings.push(("CAIRN_REDDIT_SUBREDDITS", "learnml,cooking".into()));
    at.settings.push(("CAIRN_HOME", format!("discord:{},reddit:learnml", at.discord.guild())));
    at.settings.push(("CAIRN_NOW", world.now()));
    at.begin_with(&["--reddit-hurry", "60"]).await;
    let d = &at.discord;
    let admins = d.role("admins", permission::MANAGE_GUILD);
    d.grant("mara", admins);
    let said = d.slash("mara", "/mod console").await;
    let server = at.server.as_ref().expect("it runs");
    let mut mara = Visit::default();
    let path = link(&serde_json::to_string(&said.components).expect("JSON"));
    let _ = mara.get(server, &path);
    assert_eq!(mara.post(server, &path, &[]).status, 303);
    let page = get(&mut mara, server, PAGE);
    assert!(page.text().contains("Waits for you") && !page.text().contains("r/cooking"), "{}", page.text());
    let (id, hash) = (item["id"].to_string(), item["hash"].as_str().expect("a fingerprint").to_owned());
    let elsewhere = mara.post(server, "/console/reddit/set", &[("r", "cooking"), ("mode", "off")]);
    assert!(elsewhere.status == 422 && elsewhere.text().contains("not one of yours"), "{}", elsewhere.text());
    // The role is looked up for the act, not for the page.
    let _ = get(&mut mara, server, PAGE);
    d.take("mara", admins);
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let fields = [("r", "learnml"), ("id", id.as_str()), ("seen", hash.as_str()), ("what", "approve")];
    assert_eq!(mara.post(server, "/console/reddit/decide", &fields).status, 403);
    d.grant("mara", admins);
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(mara.post(server, "/console/reddit/decide", &fields).status, 303);
    world.until("a reply", |world| !world.said().is_empty()).await;
    at.finish();
}

/// The link of an answer.
fn link(text: &str) -> String {
    let (_, rest) =
        text.split_once("https://cairn.example/console/enter/").unwrap_or_else(|| panic!("no link in {text}"));
    let key: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    path_of(&format!("https://cairn.example/console/enter/{key}"))
}
