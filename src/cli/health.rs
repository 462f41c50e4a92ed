//! `cairn health`: asks a running Cairn whether it is ready, for containers without other tools.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Ending, say, say_json};
use crate::config::Config;
use crate::{Error, Result};

const PROBE_TIMEOUT: Duration = Duration::from_secs(4);

pub async fn run(config: Config) -> Result<Ending> {
    let address = address(&config);
    let ready = is_ready(&config).await?;
    if config.json {
        say_json(&serde_json::json!({ "ready": ready }))?;
        return Ok(if ready { Ending::Well } else { Ending::Partly });
    }
    if !ready {
        return Err(Error::refused(format!("The Cairn on {address} is not ready; its log says why.")));
    }
    say("ready")?;
    Ok(Ending::Well)
}

/// Where a Cairn with these settings answers on this machine.
fn address(config: &Config) -> std::net::SocketAddr {
    let mut address = config.web_listen;
    if address.ip().is_unspecified() {
        // A server that listens on all addresses is reached on this one.
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    address
}

/// Whether the Cairn that answers there is ready.
///
/// # Errors
/// Refused if none answers.
pub async fn is_ready(config: &Config) -> Result<bool> {
    let address = address(config);
    let no_answer = || Error::refused(format!("No Cairn answers on {address}; start it with `cairn run`."));
    let answer = timeout(PROBE_TIMEOUT, ask(address)).await.map_err(|_| no_answer())?.map_err(|_| no_answer())?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

async fn ask(address: std::net::SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
