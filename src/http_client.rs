//! Makes every HTTPS client, so that all of them use the system's proxies (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) and
//! root certificates (`SSL_CERT_FILE`, `SSL_CERT_DIR`).

use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder};

use crate::{Error, Result, config};

/// The time limit for opening a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// The `User-Agent` header.
const AGENT: &str = concat!("cairn/", env!("CARGO_PKG_VERSION"), " (https://www.reddit.com/r/learnmachinelearning/)");

/// A client builder with our name. It trusts the built-in roots and the system's.
///
/// # Errors
/// Refused if `SSL_CERT_FILE` names a file without a certificate. Requests would fail without a clear reason.
pub fn client() -> Result<ClientBuilder> {
    roots_can_be_read()?;
    Ok(Client::builder().user_agent(AGENT).connect_timeout(CONNECT))
}

fn roots_can_be_read() -> Result<()> {
    if let Some(file) = config::extra_roots() {
        let certificates = std::fs::read(&file).ok().and_then(|pem| Certificate::from_pem_bundle(&pem).ok());
        if certificates.is_none_or(|certificates| certificates.is_empty()) {
            return Err(Error::refused(format!(
                "SSL_CERT_FILE names {}, which holds no certificate that can be read; name a PEM file or unset it.",
                file.display()
            )));
        }
    }
    Ok(())
}

/// Prepares for the clients that roux makes with its own reqwest. That reqwest has no cryptography provider of its own,
/// and panics if the system has no root certificates.
///
/// # Errors
/// Refused if such a client cannot be made; the sentence says what to do.
pub fn prepare_roux() -> Result<()> {
    roots_can_be_read()?;
    // This fails if the same provider is already installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match roux_http::Client::builder().build() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::refused(
            "Reddit cannot be reached safely, because this system has no root certificates; install ca-certificates or \
             name a PEM file of them in SSL_CERT_FILE.",
        )),
    }
}

/// Whether an address is on this machine, where the system's proxies are not used.
pub fn is_near(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|near| host.starts_with(near))
}

/// Builds the client.
pub fn build(client: ClientBuilder) -> Result<Client> {
    Ok(client.build().map_err(anyhow::Error::new)?)
}
