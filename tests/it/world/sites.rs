//! Other people's sites: one server on loopback that plays all of them and records its requests.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A site's answers, by `METHOD host/path` or `host/path`: a status and an address to redirect to.
type Answers = Vec<(String, u16, String)>;

/// The sites.
pub struct Sites {
    /// The server's address.
    pub address: String,
    asked: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl Sites {
    /// Starts sites with these answers: `("a.example/page", 301, "http://b.example/")`. Other pages are not found.
    pub async fn start(answers: &[(&str, u16, &str)]) -> Self {
        let answers: Answers =
            answers.iter().map(|(what, status, to)| ((*what).into(), *status, (*to).into())).collect();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answers, book) = (answers.clone(), Arc::clone(&book));
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.ok()?);
                    }
                    let head = String::from_utf8(head).ok()?;
                    let mut first = head.split(' ');
                    let (method, path) = (first.next()?, first.next()?);
                    let host = head
                        .lines()
                        .find_map(|line| line.to_ascii_lowercase().strip_prefix("host: ").map(str::to_owned));
                    let what = format!("{}{path}", host?);
                    let exact = format!("{method} {what}");
                    book.lock().expect("a book").push((Instant::now(), exact.clone()));
                    let found = answers.iter().find(|(named, ..)| *named == exact);
                    let found = found.or_else(|| answers.iter().find(|(named, ..)| *named == what));
                    let (status, to) = found.map_or((404, ""), |(_, status, to)| (*status, to.as_str()));
                    let to = if to.is_empty() { String::new() } else { format!("location: {to}\r\n") };
                    let answer = format!("HTTP/1.1 {status} So\r\n{to}content-length: 0\r\nconnection: close\r\n\r\n");
                    stream.write_all(answer.as_bytes()).await.ok()
                });
            }
        });
        Self { address, asked }
    }

    /// The requests so far, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a book").iter().map(|(_, what)| what.clone()).collect()
    }

    /// The requests so far, each with its time.
    pub fn times(&self) -> Vec<(Instant, String)> {
        self.asked.lock().expect("a book").clone()
    }

    /// Writes a file that plays an internet: these names have these addresses, and all addresses are this server.
    pub fn play(&self, file: &Path, names: &[(&str, &str)], addresses: &[&str]) {
        let mut out = std::fs::File::create(file).expect("a file");
        for (name, answers) in names {
            writeln!(out, "name {name} {answers}").expect("written");
        }
        for address in addresses {
            writeln!(out, "at {address} {}", self.address).expect("written");
        }
    }
}
