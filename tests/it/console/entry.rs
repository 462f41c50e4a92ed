//! Coming in, staying in, going out.

use crate::world::program::{Cairn, Page};
use crate::world::visit::{Visit, path_of};

fn link(cairn: &Cairn, args: &[&str]) -> String {
    let given = cairn.run(&[&["console", "--json"], args].concat()).json();
    path_of(given["link"].as_str().expect("a link"))
}

fn is_stranger(page: &Page) -> bool {
    page.status == 401 && page.text().contains("Ask for a link") && !page.body.contains("hardware")
}

#[test]
fn a_link_to_nobody_is_said_to_be_one() {
    let out = Cairn::new().run(&["console", "--web-listen", "127.0.0.1:9"]);
    assert!(out.err.contains("No Cairn answers on 127.0.0.1:9; start it with `cairn run`."), "{}", out.err);
    assert!(out.well().contains("http://127.0.0.1:9/console/enter/"));
}

#[test]
fn a_link_signs_in_once() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    assert!(is_stranger(&server.get("/console")));
    let said = cairn.run(&["console", "--web-listen", &server.address]).well();
    assert!(said.contains(&format!("  http://{}/console/enter/", server.address)), "{said}");
    let path = path_of(said.lines().find(|line| line.contains("http")).expect("a link").trim());

    // Looking at it uses nothing up: messengers and mail scanners do.
    let mut visit = Visit::default();
    for _ in 0..2 {
        let asked = visit.get(&server, &path);
        assert_eq!(asked.status, 200);
        assert!(asked.text().contains("Sign in as command line?"), "{}", asked.text());
        assert!(asked.text().contains("You’re the person who runs Cairn . This link"), "{}", asked.text());
        assert!(asked.header("set-cookie").is_none());
    }
    let entered = visit.post(&server, &path, &[]);
    assert_eq!((entered.status, entered.header("location")), (303, Some("/console")));
    let cookie = entered.header("set-cookie").expect("a cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{part} is missing in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "over plain HTTP it would be dropped: {cookie}");
    assert_eq!(visit.get(&server, "/console").status, 200);

    let mut other = Visit::default();
    assert_eq!(other.get(&server, &path).status, 410);
    let again = other.post(&server, &path, &[]);
    assert_eq!((again.status, again.header("set-cookie")), (410, None));
    assert!(again.text().contains("This link does not work any more"), "{}", again.text());
}

#[test]
fn a_link_ends_after_ten_minutes_or_with_a_newer_one() {
    let cairn = Cairn::new();
    let old = link(&cairn, &["--now", "2026-11-29T12:00:00Z"]);
    let server = cairn.serve(&["--now", "2026-11-29T12:11:00Z"]);
    assert_eq!(server.get(&old).status, 410);
    drop(server);
    let server = cairn.serve(&["--now", "2026-11-29T12:05:00Z"]);
    assert_eq!(server.get(&old).status, 200);
    let newer = link(&cairn, &["--now", "2026-11-29T12:05:00Z"]);
    assert_eq!((server.get(&old).status, server.get(&newer).status), (410, 200));
}

#[test]
fn a_sign_in_ends_after_twelve_hours_and_where_its_owner_ends_it() {
    let cairn = Cairn::new();
    let server = cairn.serve(&["--now", "2026-11-29T08:00:00Z"]);
    let enter = || {
        let path = link(&cairn, &["--now", "2026-11-29T08:00:00Z"]);
        let mut visit = Visit::default();
        assert_eq!(visit.post(&server, &path, &[]).status, 303);
        assert_eq!(visit.get(&server, "/console").status, 200);
        visit
    };
    let (mut one, mut two, mut three) = (enter(), enter(), enter());
    let listed = one.get(&server, "/console/sign-ins");
    assert_eq!(listed.body.matches("Sign out there").count(), 3, "{}", listed.text());
    assert_eq!(listed.body.matches("this one").count(), 1);
    // The newest stands first.
    let second = listed.body.split("name=\"session\" value=\"").nth(3).and_then(|rest| rest.split('"').next());
    let out = one.post(&server, "/console/sign-ins/leave", &[("session", second.expect("a session"))]);
    assert_eq!(out.status, 303, "{}", out.text());
    assert!(is_stranger(&two.get(&server, "/console")));
    assert_eq!(three.get(&server, "/console").status, 200);

    let out = one.post(&server, "/console/sign-ins/leave-all", &[]);
    assert!(out.status == 200 && out.text().contains("You’re signed out"), "{}", out.text());
    assert!(is_stranger(&one.get(&server, "/console")) && is_stranger(&three.get(&server, "/console")));

    let mut four = enter();
    assert!(cairn.run(&["console", "--sign-out"]).well().contains("is signed out everywhere"));
    assert!(is_stranger(&four.get(&server, "/console")));
    let mut five = enter();
    drop(server);
    let later = cairn.serve(&["--now", "2026-11-29T20:05:00Z"]);
    assert!(is_stranger(&five.get(&later, "/console")));
}

#[test]
fn nothing_of_the_database_lets_anybody_in() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let path = link(&cairn, &[]);
    let mut visit = Visit::default();
    let entered = visit.post(&server, &path, &[]);
    let cookie =
        entered.header("set-cookie").and_then(|set| set.split(['=', ';']).nth(1)).expect("a secret").to_owned();
    let other = link(&cairn, &[]);
    drop(server);
    let key = |path: &str| path.rsplit('/').next().expect("a key").to_owned();
    for file in ["data/cairn.db", "data/cairn.db-wal"] {
        let bytes = std::fs::read(cairn.path().join(file)).unwrap_or_default();
        for secret in [cookie.as_str(), &key(&path), &key(&other)] {
            assert!(secret.len() >= 32, "{secret}");
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{file} holds a secret");
        }
    }
}

#[test]
fn the_console_keeps_to_itself() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let mut visit = Visit::operator(&cairn, &server, "Mara");
    let home = visit.get(&server, "/console");
    for (name, part) in [
        ("content-security-policy", "require-trusted-types-for 'script'; trusted-types 'none'"),
        ("content-security-policy", "default-src 'none'; script-src 'self'"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert!(home.header(name).is_some_and(|value| value.contains(part)), "{name}: {part}: {}", home.head);
    }
    // A length that an answer packs to would tell what stands in it.
    assert!(home.header("content-encoding").is_none());
    assert!(home.text().contains("Mara"), "{}", home.text());
    for asset in ["/console/style/", "/console/script/"] {
        let address = home.body.split('"').find(|part| part.starts_with(asset)).expect(asset);
        let served = server.get(address);
        assert!(served.status == 200 && served.head.contains("immutable"), "{}", served.head);
        assert_eq!(server.get(&format!("{asset}0123")).status, 404);
    }
    let script = home.body.split('"').find(|part| part.starts_with("/console/script/")).expect("a script");
    assert!(server.get(script).body.len() <= 8 * 1_024, "the script grew");
    assert!(server.get("/robots.txt").body.contains("Disallow: /console"));
    assert!(!server.get("/").body.contains("/console"), "nobody is shown a way in");
}

#[test]
fn a_form_counts_only_from_a_page_of_the_same_session() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let mut mara = Visit::operator(&cairn, &server, "Mara");
    let mut eve = Visit::operator(&cairn, &server, "Eve");
    let sign_out = "/console/sign-ins/leave-all";
    // Another site's page.
    for headers in [
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Origin", "https://evil.example")],
        [("Origin", "null")],
    ] {
        let forged = mara.post_with(&server, sign_out, &[], &headers);
        assert!(forged.status == 403 && forged.text().contains("That came from another site"), "{headers:?}");
        assert!(!forged.body.contains("name=\"token\""), "{headers:?}");
    }
    // No token, a made-up one, and somebody else's.
    for token in ["", "0123456789abcdef"] {
        let forged = mara.post(&server, sign_out, &[("token", token)]);
        assert!(forged.status == 403 && forged.text().contains("Send this?"), "{}", forged.text());
    }
    let _ = eve.get(&server, "/console");
    let _ = mara.get(&server, "/console");
    let mut mixed = mara.with_forms_of(&eve);
    assert_eq!(mixed.post(&server, sign_out, &[]).status, 403);
    assert_eq!((mara.get(&server, "/console").status, eve.get(&server, "/console").status), (200, 200));
    // Old browsers say nothing of where a form comes from.
    assert_eq!(mara.post_with(&server, sign_out, &[], &[]).status, 200);
}

#[test]
fn nobody_tries_many_links() {
    let server = Cairn::new().serve(&[]);
    let tried = (0..40).map(|n| server.get(&format!("/console/enter/GUESS{n}")).status);
    let statuses: Vec<u16> = tried.collect();
    assert!(statuses.starts_with(&[410; 15]), "{statuses:?}");
    assert!(statuses.ends_with(&[422; 5]), "{statuses:?}");
}
