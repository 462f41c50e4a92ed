//! The gate without serenity: what it answers, and when it gives a verdict.

use clap::Parser;

use super::*;
use crate::config::{Clock, Config};

#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

fn rest() -> Arc<Rest> {
    let Settings { mut config } = Settings::parse_from(["cairn", "--discord-proxy", "http://127.0.0.1:9"]);
    config.discord_token = Some("a.b.c".to_owned().into());
    Arc::new(Rest::open(&config, Clock::starting(None)).unwrap().unwrap())
}

async fn gate(patience: Patience, shards: u32) -> Gate {
    let to = Gateway { url: "ws://127.0.0.1:9".to_owned(), shards, sessions: 1 };
    Gate::open(to, rest(), patience, Health::default(), Clock::starting(None)).await.unwrap()
}

async fn asked(gate: &Gate, path: &str) -> String {
    let mut near = TcpStream::connect(gate.base.trim_start_matches("http://")).await.unwrap();
    let request = match path.strip_prefix("POST ") {
        Some(path) => format!("POST {path} HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}"),
        None => format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"),
    };
    near.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    near.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn it_names_itself_as_the_gateway_and_leads_to_nothing_else() {
    let gate = gate(Patience::hurried(1), 1).await;
    let near = gate.base.replacen("http", "ws", 1);
    let answer = asked(&gate, "/api/v10/gateway").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&format!("{{\"url\":\"{near}\"}}")), "{answer}");
    assert!(asked(&gate, "/api/v10/users/@me").await.starts_with("HTTP/1.1 404"));
    assert!(asked(&gate, "POST /api/v10/channels/1/messages").await.starts_with("HTTP/1.1 404"));
    // Answers to autocompletes are handed on, here to where nobody is.
    assert!(asked(&gate, "POST /api/v10/interactions/1/a/callback").await.starts_with("HTTP/1.1 502"));
}

#[tokio::test]
async fn odd_addresses_are_refused() {
    for url in ["", "gateway.discord.gg", "http://x", "https://x", "ftp://x", "ws:/x"] {
        let to = Gateway { url: url.to_owned(), shards: 1, sessions: 1 };
        let (patience, clock) = (Patience::hurried(1), Clock::starting(None));
        assert!(Gate::open(to, rest(), patience, Health::default(), clock).await.is_err(), "{url}");
    }
}

#[tokio::test]
async fn a_gateway_that_no_shard_reaches_is_asked_for_again() {
    let mut gate = gate(Patience::hurried(300), 1).await;
    assert_eq!(timeout(Duration::from_secs(10), gate.verdict()).await, Ok(Verdict::Outdated));
}
