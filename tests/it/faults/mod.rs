//! Faults of the disk, of the database's files and of the clock, in conversation with the real program.

#![allow(clippy::unwrap_used)]

mod backups;
mod clock;
mod disk;
mod files;
mod pages;
mod restored;
mod secrets;
mod upgrade;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cairn::store::Connection;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::world::program::{Cairn, Server};

/// The database of a program.
fn database(cairn: &Cairn) -> PathBuf {
    cairn.path().join("data/cairn.db")
}

/// Another connection to a database, as an administrator's tool has it.
async fn connection(file: &Path) -> Connection {
    SqliteConnectOptions::new().filename(file).connect().await.unwrap()
}

async fn execute(file: &Path, query: &'static str) {
    sqlx::raw_sql(query).execute(&mut connection(file).await).await.unwrap();
}

/// Waits until the program says that it is not ready, and returns why.
fn trouble(server: &Server) -> String {
    let since = Instant::now();
    loop {
        let ready = server.get("/readyz");
        if ready.status == 503 {
            return ready.body;
        }
        assert!(since.elapsed() < Duration::from_secs(45), "it is ready all the time: {}", ready.body);
        std::thread::sleep(Duration::from_millis(100));
    }
}
