//! The gateway through our own client for HTTPS, where the system names proxies or roots of its own: serenity
//! connects directly and knows only the built-in roots. It is given a relay on loopback instead, which hands its
//! request for a WebSocket on and then passes bytes.

use std::fmt::Write;

use reqwest::{Client, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tracing::warn;

use crate::{Result, https};

/// The most bytes of a request for a WebSocket.
const MAX_HEAD: usize = 8 * 1024;

/// A relay, until it is dropped.
#[derive(Debug)]
pub struct Relay {
    /// Where serenity finds the gateway.
    pub url: String,
    task: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// Begins to relay to a gateway, such as `wss://gateway.discord.gg`.
    ///
    /// # Errors
    /// A fault if there is no port on loopback, or no client.
    pub async fn to(gateway: &str) -> Result<Self> {
        let far = gateway.replacen("wss://", "https://", 1).trim_end_matches('/').to_owned();
        let client = https::build(https::client()?.http1_only())?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("ws://{}", listener.local_addr()?);
        Ok(Self { url, task: tokio::spawn(relay(listener, client, far)) })
    }
}

async fn relay(listener: TcpListener, client: Client, far: String) {
    while let Ok((near, _)) = listener.accept().await {
        let (client, far) = (client.clone(), far.clone());
        tokio::spawn(async move {
            if let Err(error) = pass(near, &client, &far).await {
                // Without the address: what led there may hold a password.
                warn!(
                    cause = format!("{:#}", without_url(error)),
                    "the gateway is not reached through the system's way out"
                );
            }
        });
    }
}

fn without_url(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<reqwest::Error>() {
        Ok(error) => anyhow::Error::new(error.without_url()),
        Err(error) => error,
    }
}

/// One connection, from its first byte to its last.
async fn pass(mut near: TcpStream, client: &Client, far: &str) -> anyhow::Result<()> {
    let head = head(&mut near).await?;
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or("/");
    let mut request = client.get(format!("{far}{path}"));
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if !name.eq_ignore_ascii_case("host") {
            request = request.header(name, value);
        }
    }
    let response = request.send().await?;
    anyhow::ensure!(response.status() == StatusCode::SWITCHING_PROTOCOLS, "answered with {}", response.status());
    let mut answer = "HTTP/1.1 101 Switching Protocols\r\n".to_owned();
    for (name, value) in response.headers() {
        write!(answer, "{name}: {}\r\n", value.to_str().unwrap_or_default())?;
    }
    near.write_all(format!("{answer}\r\n").as_bytes()).await?;
    let mut upgraded = response.upgrade().await?;
    // However this ends, serenity sees that it ended and connects again.
    let _ = copy_bidirectional(&mut near, &mut upgraded).await;
    Ok(())
}

/// What stands before the empty line. Nothing comes after it before we answer.
async fn head(near: &mut TcpStream) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let more = near.read_buf(&mut bytes).await?;
        anyhow::ensure!(more > 0 && bytes.len() <= MAX_HEAD, "serenity asks for no WebSocket");
    }
    Ok(String::from_utf8(bytes)?)
}
