//! A network with one exit: a proxy that accepts `CONNECT`, with its own root certificate.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The proxy. For every requested host it ends the TLS itself and connects to one server on loopback.
pub struct WayOut {
    /// For `HTTPS_PROXY`.
    pub proxy: String,
    /// For `SSL_CERT_FILE`.
    pub roots: NamedTempFile,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for WayOut {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl WayOut {
    /// Connects `hosts` to a plain server, such as `127.0.0.1:8080`.
    pub async fn to(address: &str, hosts: &[&str]) -> Self {
        let (acceptor, root) = certified(hosts);
        let roots = NamedTempFile::new().expect("a temporary file");
        std::fs::write(roots.path(), root).expect("a file that can be written");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let proxy = format!("http://{}", listener.local_addr().expect("a bound address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (address, book) = (address.to_owned(), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (acceptor, address, book) = (acceptor.clone(), address.clone(), Arc::clone(&book));
                tokio::spawn(async move { lead(near, acceptor, &address, &book).await });
            }
        });
        Self { proxy, roots, asked, task }
    }

    /// The requested hosts, each once.
    pub fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().expect("a list").clone();
        asked.sort();
        asked.dedup();
        asked
    }
}

async fn lead(mut near: TcpStream, acceptor: TlsAcceptor, address: &str, book: &Mutex<Vec<String>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(near.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    book.lock().expect("a list").push(head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned());
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
    let mut near = acceptor.accept(near).await.ok()?;
    let mut far = TcpStream::connect(address).await.ok()?;
    copy_bidirectional(&mut near, &mut far).await.ok()?;
    Some(())
}

/// The server's side of TLS for `hosts`, and its root certificate as PEM.
fn certified(hosts: &[&str]) -> (TlsAcceptor, String) {
    let key = || KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new([]).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, key()).expect("a root");
    let names: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let own = key();
    let leaf = CertificateParams::new(names).and_then(|params| params.signed_by(&own, &root)).expect("a certificate");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(own.serialize_der().into()))
        .expect("a usable certificate");
    (TlsAcceptor::from(Arc::new(config)), root.pem())
}
