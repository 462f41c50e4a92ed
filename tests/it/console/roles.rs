//! Who gets in, and who is no longer let do anything: roles are looked up at each request.

use std::time::Duration;

use crate::world::discord::permission;
use crate::world::server::World;
use crate::world::visit::{Visit, path_of};

/// The link of an answer.
fn link(text: &str) -> String {
    let (_, rest) =
        text.split_once("https://cairn.example/console/enter/").unwrap_or_else(|| panic!("no link in {text}"));
    let key: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    path_of(&format!("https://cairn.example/console/enter/{key}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_of_home_comes_in_from_discord() {
    let world = World::start().await;
    let d = &world.discord;
    let admins = d.role("admins", permission::MANAGE_GUILD);
    d.grant("mara", admins);
    let said = d.slash("mara", "/mod console").await;
    assert!(said.ephemeral && said.to_string().contains("It is yours alone"), "{said}");
    let server = world.server.as_ref().expect("it runs");
    let path = link(&serde_json::to_string(&said.components).expect("JSON"));
    let mut visit = Visit::default();
    let asked = visit.get(server, &path);
    assert!(asked.text().contains("Sign in as mara? You’re an admin of discord:"), "{}", asked.text());
    let entered = visit.post(server, &path, &[]);
    let cookie = entered.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-cairn=") && cookie.contains("; Secure"), "{cookie}");
    let home = visit.get(server, "/console");
    assert!(home.status == 200 && home.text().contains("Discord online mara"), "{}", home.text());

    // The role goes, and with it every act; a look counts for some seconds more.
    d.take("mara", admins);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let refused = visit.post(server, "/console/sign-ins/leave-all", &[]);
    assert!(refused.status == 403 && refused.text().contains("you need the editor role"), "{}", refused.text());
    assert_eq!(visit.get(server, "/console").status, 403);
    d.grant("mara", admins);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(visit.post(server, "/console/sign-ins/leave-all", &[]).status, 200);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_gets_a_link() {
    let mut world = World::empty().await;
    let home = format!("discord:{}", world.discord.guild());
    world.settings = vec![("CAIRN_HOME", home)];
    world.begin().await;
    let d = &world.discord;
    let refused = d.forge_slash("ann", "/mod console").await.to_string();
    assert!(refused.contains("To open the console, you need the editor role"), "{refused}");
    let second = d.second_server();
    d.may_elsewhere("eve", permission::ADMINISTRATOR);
    d.go("eve", d.foreign_channel("lobby", second));
    let refused = d.forge_slash("eve", "/mod console").await.to_string();
    assert!(refused.contains("Only moderators of Cairn's home community can open the console"), "{refused}");
    // A link lets in whom it was made for, and nobody whose role is gone by then.
    let admins = d.role("admins", permission::MANAGE_GUILD);
    d.grant("mara", admins);
    let said = d.slash("mara", "/mod console").await;
    let path = link(&serde_json::to_string(&said.components).expect("JSON"));
    d.take("mara", admins);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let server = world.server.as_ref().expect("it runs");
    let mut visit = Visit::default();
    assert_eq!(visit.get(server, &path).status, 403);
    let entered = visit.post(server, &path, &[]);
    assert_eq!((entered.status, entered.header("set-cookie")), (403, None));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_discord_is_silent_nothing_is_done_and_nothing_is_lost() {
    let mut world = World::start().await;
    let d = &world.discord;
    d.grant("mara", d.role("admins", permission::MANAGE_GUILD));
    let said = d.slash("mara", "/mod console").await;
    let path = link(&serde_json::to_string(&said.components).expect("JSON"));
    let mut visit = Visit::default();
    let server = world.server.as_ref().expect("it runs");
    assert_eq!(visit.post(server, &path, &[]).status, 303);
    let _ = visit.get(server, "/console");
    world.kill().await;
    // The same database, and a Cairn without Discord: nobody can tell a role any more.
    let server = world.cairn.serve_with(&[], &[("CAIRN_WEB_URL", "https://cairn.example")]);
    let kept = visit.post(&server, "/console/pages/hardware", &[("text", "a long thought"), ("base", "1")]);
    assert!(kept.status == 403 && kept.body.contains("\na long thought</textarea>"), "{}", kept.body);
    assert!(kept.text().contains("Nobody can be asked now who moderates discord:"), "{}", kept.text());
    drop(server);
    world.finish();
}
