//! An operator's first hour, by the letter of README: install, connect, back up, lose the disk, restore, upgrade, go back.

#![allow(clippy::unwrap_used)]

use std::fs;

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::world::discord::{Discord, permission};
use crate::world::program::{Cairn, Server};

/// Starts Cairn with nothing but what stands in `.env`, and waits until it is online.
async fn run(cairn: &Cairn, discord: &Discord) -> Server {
    let server = tokio::task::block_in_place(|| cairn.serve(&[]));
    discord.joined().await;
    server
}

fn stop(server: Server) {
    assert_eq!(tokio::task::block_in_place(|| server.stop("-TERM")).0, Some(0));
}

async fn minutes(discord: &Discord) -> String {
    discord.slash("ann", "/study status").await.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operators_first_hour() {
    let (discord, cairn) = (Discord::start().await, Cairn::new());
    // Install: the program is one file, and says what is on and off.
    let screen = tokio::task::block_in_place(|| cairn.serve(&[])).screen.clone();
    assert!(screen.contains("Discord  off: set CAIRN_DISCORD_TOKEN to your bot's token"), "{screen}");
    // Connect: two lines in `.env`.
    let env = format!(
        "CAIRN_DISCORD_TOKEN={}\nCAIRN_DISCORD_PROXY={}\nCAIRN_HOME=discord:{}\n",
        discord.token(),
        discord.base_url(),
        discord.guild()
    );
    fs::write(cairn.path().join(".env"), env).unwrap();
    let checked = tokio::task::block_in_place(|| cairn.run(&["config", "check"]));
    assert!(checked.code == 0 && checked.out.contains("ok"), "{} {}", checked.out, checked.err);
    assert!(!checked.out.contains(&discord.token()), "no secret is shown: {}", checked.out);
    let server = run(&cairn, &discord).await;
    assert!(server.screen.contains("Discord  on"), "{}", server.screen);
    discord.slash("ann", "/study zone zone:UTC").await;
    assert!(discord.slash("ann", "/study log minutes:45").await.content.contains("**45 min** logged"));
    discord.grant("root", discord.role("admins", permission::MANAGE_GUILD));
    let panel = discord.slash("root", "/mod settings").await;
    assert!(panel.ephemeral && !panel.components.is_empty(), "{panel}");
    // Back up, while it runs; the copy is kept elsewhere.
    let told = tokio::task::block_in_place(|| cairn.run(&["backup", "copy.db"])).well();
    assert!(told.contains("the copy is whole"), "{told}");
    stop(server);
    // Lose the disk.
    fs::remove_dir_all(cairn.path().join("data")).unwrap();
    let told = tokio::task::block_in_place(|| cairn.run(&["restore", "copy.db"])).well();
    assert!(told.contains("Start Cairn again with `cairn run`"), "{told}");
    let server = run(&cairn, &discord).await;
    assert!(minutes(&discord).await.contains("45"), "what was studied is there again");
    stop(server);
    // Upgrade: a newer Cairn has brought the tables up to date. This one, which is older then, refuses them and says what to do.
    let file = cairn.path().join("data/cairn.db");
    let newer = "INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 1";
    let mut db = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    sqlx::raw_sql(newer).execute(&mut db).await.unwrap();
    sqlx::Connection::close(db).await.unwrap();
    let told = tokio::task::block_in_place(|| cairn.run(&["run", "--web-listen", "127.0.0.1:0"])).refused(1);
    assert!(told.contains("was written by a newer Cairn"), "{told}");
    // Go back: the copy from before.
    tokio::task::block_in_place(|| cairn.run(&["restore", "copy.db"])).well();
    let server = run(&cairn, &discord).await;
    assert!(minutes(&discord).await.contains("45"));
    stop(server);
    discord.finish();
}
