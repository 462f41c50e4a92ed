//! The files for those who run Cairn: they name what there is.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::ConnectOptions;

use crate::world::program::Cairn;
use crate::world::server::World;

fn file(which: &str) -> String {
    Cairn::new().run(&["config", which]).well()
}

/// The metrics that a text names, without what histograms and rules put behind.
fn metrics(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with("cairn_")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_metric_of_the_dashboard_and_the_alerts_exists() {
    let mut world = World::empty().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    world.settings.push(("CAIRN_METRICS_LISTEN", free.clone()));
    // A copy of the day before went well, so the next one is due at once.
    let long_ago = jiff::Timestamp::now().as_millisecond() - 26 * 60 * 60 * 1_000;
    let place = world.cairn.path().join("data/cairn.db");
    let done = "INSERT INTO jobs (job, due, state, attempts, lease_until, finished_at) VALUES ('back-up', $1, 'done', 1, $1, $1)";
    let mut db = sqlx::sqlite::SqliteConnectOptions::new().filename(&place).connect().await.unwrap();
    sqlx::query(done).bind(long_ago).execute(&mut db).await.unwrap();
    // Reddit was read, too.
    let read = "INSERT INTO reddit_pulse (id, at, calls_left) VALUES (1, $1, 60)";
    sqlx::query(read).bind(long_ago).execute(&mut db).await.unwrap();
    world.begin().await;
    world.discord.slash("ann", "/guide track:engineer").await;
    let server = world.server.as_ref().unwrap();
    let seen = async {
        loop {
            let shown = tokio::task::block_in_place(|| server.get_from(&free, "/metrics")).body;
            if shown.contains("cairn_job_runs_total{task=\"back-up\",outcome=\"done\"} 1") {
                return shown;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    let shown = tokio::time::timeout(std::time::Duration::from_secs(30), seen).await;
    let shown = shown.expect("a job that went well is counted");
    let mut named = metrics(&file("dashboard"));
    named.extend(metrics(&file("alerts")));
    assert!(named.len() > 12, "{named:?}");
    for metric in named {
        let is_there = shown.lines().any(|line| !line.starts_with('#') && line.starts_with(&metric));
        assert!(is_there, "{metric} is not in\n{shown}");
    }
    assert!(shown.contains("cairn_encoder_waiting 0"), "{shown}");
    let at: i64 = shown
        .split_once("cairn_job_done_timestamp_seconds{task=\"back-up\"} ")
        .and_then(|(_, rest)| rest.lines().next()?.parse().ok())
        .unwrap();
    assert!((jiff::Timestamp::now().as_second() - at).abs() < 60, "{at}");
    world.finish();
}

#[test]
fn the_dashboard_is_json_with_a_panel_for_each_part() {
    let board: Value = serde_json::from_str(&file("dashboard")).unwrap();
    let panels = board["panels"].as_array().unwrap();
    let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert!(ids.len() == panels.len() && panels.len() >= 12, "{}", panels.len());
    for panel in panels {
        assert!(panel["targets"].as_array().unwrap().iter().all(|target| target["expr"].is_string()), "{panel}");
    }
    // Each part of what an operator watches is there.
    let text = board.to_string();
    for about in
        ["outbox", "interaction", "upstream", "database", "encoder", "searches", "job", "resident_memory", "reddit"]
    {
        assert!(text.contains(about), "nothing about {about}");
    }
    let alerts = file("alerts");
    assert_eq!(alerts.matches("- alert: ").count(), 5, "{alerts}");
}

#[test]
fn the_unit_gives_no_rights_and_starts_what_there_is() {
    let unit = file("unit");
    let set = |line: &str| assert!(unit.lines().any(|other| other == line), "{line} is not in\n{unit}");
    for line in [
        "ExecStart=/usr/local/bin/cairn run",
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "MemoryDenyWriteExecute=yes",
        "UMask=0077",
        "Restart=always",
    ] {
        set(line);
    }
    // `.ci/litestream` runs it.
    assert!(file("litestream").contains("path: /var/lib/cairn/cairn.db"));
    // The folder of the unit is where the program looks.
    set("Environment=CAIRN_DATA_DIR=/var/lib/cairn");
    set("StateDirectory=cairn");
}

#[test]
fn systemd_takes_the_unit() {
    use std::process::Command;
    let folder = crate::world::folder();
    let place = folder.path().join("cairn.service");
    // It is looked at whether the program is there, too.
    let unit = file("unit").replace("/usr/local/bin/cairn", env!("CARGO_BIN_EXE_cairn"));
    std::fs::write(&place, unit).unwrap();
    let Ok(said) = Command::new("systemd-analyze").arg("verify").arg(&place).output() else {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "NOT CHECKED: systemd-analyze is not there");
        return;
    };
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success() && !text.contains("cairn.service:"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_has_a_code_that_stands_in_the_log() {
    let world = World::start().await;
    let file = world.cairn.path().join("data/cairn.db");
    let break_it = "ALTER TABLE sections RENAME TO sections_away";
    run(&file, break_it).await;
    let told = world.discord.slash("ann", "/wiki query:gpu").await.to_string();
    let page = tokio::task::block_in_place(|| world.server.as_ref().unwrap().get("/search?q=gpu")).body;
    run(&file, "ALTER TABLE sections_away RENAME TO sections").await;
    for text in [told, page] {
        let (_, rest) = text.split_once("the code ").unwrap_or_else(|| panic!("no code: {text}"));
        let code = &rest[..6];
        let log = world.log();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(code)).collect();
        assert!(lines.len() == 1 && lines[0].contains("sections"), "{code}: {lines:?}\n{log}");
        assert!(!text.contains("sections_away") && !text.contains("no such table"), "{text}");
    }
    world.finish_after(&["an interaction failed", "a request failed"], 0);
}

async fn run(file: &std::path::Path, query: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    sqlx::raw_sql(query).execute(&mut options.connect().await.unwrap()).await.unwrap();
}

/// The tests that TESTING.md names, such as `faults::restored` or `pressure::nobody_fills…`.
#[test]
fn the_tests_that_are_named_exist() {
    let page = include_str!("../../TESTING.md");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut named = 0;
    for name in page.split('`').skip(1).step_by(2).filter(|name| name.contains("::") && !name.contains(' ')) {
        let parts: Vec<&str> = name.split("::").filter(|part| !part.is_empty() && *part != "*").collect();
        let place = |parts: &[&str]| {
            let file = root.join(parts.join("/"));
            [file.with_extension("rs"), file.join("mod.rs")].into_iter().find(|file| file.exists())
        };
        let is_there = place(&parts).is_some()
            || parts.split_last().is_some_and(|(last, before)| {
                let text = place(before).map(|file| std::fs::read_to_string(file).unwrap()).unwrap_or_default();
                text.contains(&format!("fn {}", last.trim_end_matches('…')))
            });
        assert!(is_there, "TESTING.md names {name}");
        named += 1;
    }
    assert!(named > 10, "{named}");
}
