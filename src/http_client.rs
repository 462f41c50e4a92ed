//! The way out: every client for HTTPS is made here, so that all of them honour the system's proxies
//! (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) and root certificates (`SSL_CERT_FILE`, `SSL_CERT_DIR`).

use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder};

use crate::{Error, Result, config};

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// Who calls.
const AGENT: &str = concat!("cairn/", env!("CARGO_PKG_VERSION"), " (https://www.reddit.com/r/learnmachinelearning/)");

/// A client under our name; the caller sets what else it needs. The built-in roots hold beside the system's.
///
/// # Errors
/// Refused if `SSL_CERT_FILE` names a file without a certificate: nothing behind such a root would be reached, and
/// nobody would see why.
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

/// Makes the clients possible that roux makes for itself, with a reqwest of its own: it has no cryptography unless it is given
/// some, and panics where the system has no root certificates.
///
/// # Errors
/// Refused where no such client can be made, with what to do about it.
pub fn prepare_roux() -> Result<()> {
    roots_can_be_read()?;
    // Somebody else may have chosen the same already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match roux_http::Client::builder().build() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::refused(
            "Reddit cannot be reached safely, because this system has no root certificates; install ca-certificates or \
             name a PEM file of them in SSL_CERT_FILE.",
        )),
    }
}

/// Whether an address is on this machine, where no proxy of the system's leads.
pub fn is_near(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|near| host.starts_with(near))
}

/// The client itself, of a builder.
pub fn build(client: ClientBuilder) -> Result<Client> {
    Ok(client.build().map_err(anyhow::Error::new)?)
}
