//! Attacks on the console: planted cookies, other communities' things, ways out of the site, lines in headers, sizes.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::world::discord::permission;
use crate::world::program::{Cairn, Page, Server, encode};
use crate::world::server::World;
use crate::world::visit::{Visit, path_of};

fn link(cairn: &Cairn, server: &Server, author: &str) -> String {
    let said = cairn.run(&["console", "--author", author, "--web-listen", &server.address, "--json"]).json();
    path_of(said["link"].as_str().expect("a link"))
}

/// The console, seen with this cookie.
fn with_cookie(server: &Server, cookie: &str) -> Page {
    server.get_with("/console", &[("Cookie", cookie)])
}

#[test]
fn a_planted_cookie_is_worth_nothing_after_a_sign_in() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    // Eve plants a value that she knows, and the cookie of her own session, in Mara's browser.
    let eve = link(&cairn, &server, "Eve");
    let entered = server.request(&format!("POST {eve} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n\r\n"), b"");
    let eves = entered.header("set-cookie").and_then(|set| set.split(';').next()).expect("a cookie").to_owned();
    for planted in ["cairn-console=0123456789ABCDEF0123456789ABCDEF", eves.as_str()] {
        let path = link(&cairn, &server, "Mara");
        let head = format!("POST {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\nCookie: {planted}\r\n\r\n");
        let entered = server.request(&head, b"");
        let fresh = entered.header("set-cookie").and_then(|set| set.split(';').next()).expect("a cookie").to_owned();
        assert_ne!(fresh, planted);
        assert!(with_cookie(&server, &fresh).text().contains("Mara"));
        // What was planted is what it was before: nobody, or Eve.
        let seen = with_cookie(&server, planted);
        assert!(seen.status == 401 || seen.text().contains("Eve"), "{}", seen.text());
        assert!(!seen.text().contains("Mara"), "{}", seen.text());
    }
    // Neither an empty cookie nor one of a thousand letters is a session.
    for odd in ["cairn-console=", &format!("cairn-console={}", "A".repeat(1_000)), "cairn-console=' OR 1=1 --"] {
        assert_eq!(with_cookie(&server, odd).status, 401, "{odd}");
    }
}

#[test]
fn nobody_is_led_away_and_no_line_gets_into_a_header() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let away = [
        "//evil.example/",
        "///evil.example//",
        "/\\evil.example/",
        "/%2F%2Fevil.example/",
        "/console//evil.example/",
        "/guides//evil.example/",
        "/console/pages/%0d%0aSet-Cookie:%20a=b/",
        "/guides/%0d%0aLocation:%20https:%2F%2Fevil.example/",
        "/papers?week=%0d%0aSet-Cookie:%20a=b",
        "/console/gaps?did=refuse&key=%0d%0aSet-Cookie:%20a=b",
    ];
    for path in away {
        for page in [server.get(path), mara.get(&server, path)] {
            let to = page.header("location").unwrap_or("/");
            let stays = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
            assert!(stays, "{path} leads to {to}");
            assert!(page.header("set-cookie").is_none(), "{path}: {}", page.head);
        }
    }
    // Forms whose fields come back in an address.
    let line = "x\r\nSet-Cookie: a=b\r\nLocation: https://evil.example";
    let forms = [
        ("/console/gaps/refuse", vec![("key", line)]),
        ("/console/gaps/point", vec![("key", line), ("page", line), ("section", line)]),
        ("/console/digest/choose", vec![("arxiv", line), ("choice", "pin"), ("week", "2026-W47")]),
        ("/console/new", vec![("title", line), ("slug", line), ("summary", line), ("why", line)]),
        ("/console/pages/hardware/rename", vec![("slug", line), ("why", line)]),
    ];
    for (path, fields) in forms {
        let page = mara.post(&server, path, &fields);
        assert!(page.header("set-cookie").is_none(), "{path}: {}", page.head);
        assert!(!page.header("location").unwrap_or_default().contains("evil.example\r"), "{path}: {}", page.head);
        assert!(page.header("location").is_none_or(|to| to.starts_with("/console")), "{path}: {}", page.head);
    }
    // Another name for the host is no way out, either.
    let page = server.request("GET /guides/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", b"");
    assert!(!page.head.contains("evil.example") && !page.body.contains("evil.example"), "{}", page.head);
}

#[test]
fn what_is_too_large_or_too_slow_is_refused_and_holds_nobody_up() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let _ = mara.get(&server, "/console/pages/hardware");
    let long = "x".repeat(3_000_000);
    let refused = mara.post(&server, "/console/pages/hardware", &[("text", &long), ("base", "1"), ("how", "save")]);
    assert!(matches!(refused.status, 413 | 422), "{} {}", refused.status, refused.text());
    // A thousand fields, a very long cookie, a very long path.
    let many: Vec<(String, String)> = (0..5_000).map(|n| (format!("f{n}"), "v".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(mara.post(&server, "/console/sign-ins/leave", &many).status >= 400);
    assert!(with_cookie(&server, &format!("cairn-console={}", "A".repeat(100_000))).status >= 400);
    let path = format!("/console/pages/{}", "a".repeat(60_000));
    assert!(server.get(&path).status >= 400);
    // Forms that never end, of somebody who is not signed in: others are served meanwhile.
    let slow: Vec<TcpStream> = (0..60)
        .map(|_| {
            let mut stream = TcpStream::connect(&server.address).expect("a connection");
            let head = "POST /console/pages/hardware HTTP/1.1\r\nHost: cairn\r\nContent-Length: 100000\r\n\
                        Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=a";
            let _ = stream.write_all(head.as_bytes());
            stream
        })
        .collect();
    let since = std::time::Instant::now();
    assert_eq!(server.get("/guides/hardware").status, 200);
    assert_eq!(mara.get(&server, "/console").status, 200);
    let judged = mara.post(&server, "/console/gaps/refuse", &[("key", "of nothing")]);
    assert_ne!(judged.status, 503, "moderators' forms wait for nobody: {}", judged.text());
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    drop(slow);
    assert_eq!(mara.get(&server, "/console").status, 200, "and nothing was saved");
    assert!(cairn.run(&["guides", "history", "hardware"]).well().lines().count() >= 1);
}

/// The console's addresses as its router names them, each with whether it takes forms.
fn addresses() -> Vec<(String, bool)> {
    let source = include_str!("../../../src/web/console/mod.rs");
    let routes = source.split(".route(\"").skip(1).map(|rest| rest.split('\n').next().unwrap_or_default());
    let filled = |path: &str| path.replace("{slug}", "hardware").replace("{number}", "1").replace("{id}", "1");
    let mut all = Vec::new();
    for route in routes {
        let (path, takes) = route.split_once("\", ").expect("a path and what it takes");
        if ["/enter/", "/style/", "/script/"].iter().any(|open| path.contains(open)) {
            continue;
        }
        all.extend(takes.contains("get(").then(|| (filled(path), false)));
        all.extend(takes.contains("post(").then(|| (filled(path), true)));
    }
    all
}

#[test]
fn a_reader_at_an_editors_address_sees_and_changes_nothing() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let all = addresses();
    assert!(all.len() > 50, "{all:?}");
    let fields =
        [("text", "Buy from me."), ("base", "1"), ("how", "save"), ("why", "x"), ("token", "0".repeat(64).as_str())]
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .join("&");
    for (path, is_form) in all {
        for cookie in ["", "Cookie: cairn-console=0123456789ABCDEF0123456789ABCDEF\r\n"] {
            let page = if is_form {
                let head = format!(
                    "POST {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n{cookie}\
                     Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
                    fields.len()
                );
                server.request(&head, fields.as_bytes())
            } else {
                server.request(&format!("GET {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n{cookie}\r\n"), b"")
            };
            assert_eq!(page.status, 401, "{path}: {}", page.text());
            assert!(!page.text().contains("You can start with the computer"), "{path}: {}", page.text());
        }
    }
    let history = cairn.run(&["guides", "history", "hardware", "--json"]).json();
    assert_eq!(history.as_array().map(Vec::len), Some(1), "{history}");
}

/// What belongs to another home community is not there for this one's moderators.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_of_one_home_touches_nothing_of_the_other() {
    let mut world = World::empty().await;
    let d = world.discord.clone();
    let second = d.second_server();
    world.settings = vec![("CAIRN_HOME", format!("discord:{},discord:{second}", d.guild()))];
    world.begin().await;
    d.grant("mara", d.role("admins", permission::MANAGE_GUILD));
    let file = world.cairn.path().join("data/cairn.db");
    let mut db = SqliteConnectOptions::new().filename(&file).connect().await.expect("a database");
    let verdict = {
        let text = "How do I get into machine learning? I want a job as an ML engineer.";
        let post = cairn::triage::Post { title: "", body: text };
        cairn::triage::triage(cairn::triage::Model::builtin(), &post, &cairn::triage::Bands::default()).to_kept()
    };
    let now = Timestamp::now().as_millisecond();
    let answer = "INSERT INTO discord_answers (id, asker, author, guild, post, channel, title, body, track, at, verdict)
                  VALUES (77, 'discord:41', 'discord:41', $1, 1000, 70, '', 'zebrafish of the other home', 'engineer', $2, $3)";
    sqlx::query(answer).bind(second.cast_signed()).bind(now).bind(verdict).execute(&mut db).await.expect("an answer");
    let letter = "INSERT INTO outbox (id, key, via, target, payload, state, attempts, due_at, trouble, community, created_at, settled_at)
                  VALUES (77, 'letter/other', 'discord', 'discord/channel/70', '{\"body\":\"zebrafish\"}', 'dead', 3, $1, 'gone', $2, $1, $1)";
    let community = format!("discord:{second}");
    sqlx::query(letter).bind(now).bind(&community).execute(&mut db).await.expect("a letter");
    let said = d.slash("mara", "/mod console").await;
    let json = serde_json::to_string(&said.components).expect("JSON");
    let (_, rest) = json.split_once("/console/enter/").expect("a link");
    let key: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let server = world.server.as_ref().expect("it runs");
    let (mut mara, about) = tokio::task::block_in_place(|| {
        let mut mara = Visit::by(server, &format!("https://cairn.example/console/enter/{key}"));
        let pages = ["desk", "outbox", "settings", "log", "digest", "gaps"].map(|place| format!("/console/{place}"));
        let about: Vec<String> = pages.iter().map(|path| mara.get(server, path).body).collect();
        (mara, about)
    });
    assert!(about.iter().all(|body| !body.contains("zebrafish") && !body.contains(&second.to_string())), "{about:?}");
    let forms: [(&str, Vec<(&str, &str)>); 5] = [
        ("/console/desk/judge", vec![("source", "discord/77"), ("says", "right")]),
        ("/console/desk/undo", vec![("source", "discord/77")]),
        ("/console/outbox/resolve", vec![("id", "77"), ("what", "again")]),
        ("/console/outbox/resolve", vec![("id", "77"), ("what", "drop")]),
        ("/console/settings/import", vec![("text", "{\"community\":\"discord:1\",\"ask\":false}")]),
    ];
    for (path, fields) in forms {
        let page = tokio::task::block_in_place(|| mara.post(server, path, &fields));
        assert!(matches!(page.status, 403 | 404 | 422), "{path} {fields:?}: {} {}", page.status, page.text());
        assert!(!page.text().contains("zebrafish"), "{path}: {}", page.text());
    }
    // Naming the other community in the address changes nothing.
    let asked = format!("/console/settings/file?community={}", encode(&community));
    let page = tokio::task::block_in_place(|| mara.get(server, &asked));
    assert!(!page.body.contains(&second.to_string()), "{}", page.body);
    let counts: (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM judgements), (SELECT count(*) FROM outbox WHERE id = 77 AND state = 'dead')",
    )
    .fetch_one(&mut db)
    .await
    .expect("counts");
    assert_eq!(counts, (0, 1));
    world.finish();
}
