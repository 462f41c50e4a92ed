//! The first run: `cairn run`, `cairn config check` and the printed steps say what is on, what is wrong, and what is next.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::ConnectOptions;

use crate::world::discord::{Fault, intent};
use crate::world::program::{Cairn, PATIENCE, Run};
use crate::world::server::World;

/// Discord lists these servers of the bot, for as long as the test runs.
fn in_servers(world: &World, servers: &Value) {
    world.discord.fail_next("GET", "/users/@me/guilds", Fault::answer(200, vec![], servers.clone()), 99);
}

/// Runs a command with the settings of the bot, and others.
fn run(world: &World, args: &[&str], more: &[(&str, &str)]) -> Run {
    let mut command = world.cairn.command(args);
    command.env("CAIRN_DISCORD_PROXY", world.discord.base_url()).env("CAIRN_DISCORD_TOKEN", world.discord.token());
    command.envs(more.iter().copied());
    let run = tokio::task::block_in_place(|| crate::world::program::finish(command, b""));
    assert!(!(run.out.clone() + &run.err).contains(&world.discord.token()), "no secret is shown: {}", run.out);
    run
}

/// The start screen, from a start with these settings.
fn screen(world: &mut World, more: &[(&'static str, &str)]) -> String {
    world.settings = more.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    world.launch();
    let server = world.server.take().expect("it runs");
    let screen = server.screen.clone();
    assert!(!screen.contains(&world.discord.token()), "no secret is shown: {screen}");
    tokio::task::block_in_place(|| server.stop("-TERM"));
    screen
}

#[test]
fn nothing_is_set_and_each_thing_has_one_next_step() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let screen = server.screen.replace(&server.address, "ADDRESS");
    let screen = screen.replace(&cairn.path().display().to_string(), "FOLDER");
    let pages = screen.lines().find_map(|line| line.strip_prefix("  Wiki     on   ")).expect("a line about the wiki");
    let screen = screen.replace(pages, "PAGES").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(screen, @r"
    Cairn VERSION is at http://ADDRESS

      Web      on   ask box, guides, papers and search
      Wiki     on   PAGES
      Triage   on   reads a text and points to one of four guides
      Papers   on the web; weekly posts come with Discord
      Try it   on   try Cairn's Discord commands at http://ADDRESS/playground
      Discord  off: set CAIRN_DISCORD_TOKEN to your bot's token; `cairn config discord` has the steps
      Reddit   off: `cairn config reddit` has the steps, without keys of Reddit's and with them

    Stop it with Ctrl-C. `cairn config check` tries each setting with a real call.
    ");
    let steps = cairn.run(&["config", "discord"]).well();
    for part in [
        "client_id=APPLICATION_ID&scope=bot+applications.commands&permissions=",
        "Public Bot off",
        "5. Open this link yourself; you need Manage Server there.",
        "Anyone who has it controls your bot; show it to nobody, and `chmod 600 .env`.",
    ] {
        assert!(steps.contains(part), "{part} is missing in\n{steps}");
    }
    let steps = cairn.run(&["config", "reddit"]).well();
    for part in ["config/automoderator", "Responsible Builder Policy", "app-registration", "without two-factor login"] {
        assert!(steps.contains(part), "{part} is missing in\n{steps}");
    }
    for steps in [cairn.run(&["config", "discord", "--json"]).json(), cairn.run(&["config", "reddit", "--json"]).json()]
    {
        assert!(steps["parts"][0]["steps"].as_array().is_some_and(|steps| steps.len() > 2), "{steps}");
    }
    // They can be read before there is anything.
    let new = Cairn::new();
    for which in ["discord", "reddit", "check"] {
        let said = new.run(&["config", which]).well();
        assert!(!new.path().join("data").exists(), "{which} makes nothing");
        let told = said.contains("to do  Database: is not there yet; `cairn run` makes it");
        assert_eq!(told, which == "check", "{said}");
    }
}

#[test]
fn a_data_folder_that_cannot_be_is_told_once() {
    let cairn = Cairn::new();
    fs::write(cairn.path().join("data"), "a file").expect("it can be written");
    let table = [
        ("data", "data is a file; choose a folder with --data-dir"),
        ("data/in", "data/in cannot be made, because data is a file; choose another folder with --data-dir"),
    ];
    for (dir, told) in table {
        let run = cairn.run(&["config", "check", "--data-dir", dir]);
        let checks: Vec<&str> = run.out.lines().skip_while(|line| *line != "Checks").collect();
        assert!(run.code == 1 && checks.contains(&format!("  wrong  Data folder: {told}").as_str()), "{}", run.out);
        assert!(!run.out.contains("Database") && run.out.matches("--data-dir").count() == 1, "{}", run.out);
        assert!(run.out.contains("to do  Discord: is off"), "the rest is checked all the same: {}", run.out);
        cairn.run(&["config", "discord", "--data-dir", dir]).well();
        let refused = cairn.run(&["run", "--data-dir", dir, "--web-listen", "127.0.0.1:0"]).refused(1);
        assert_eq!(refused, format!("The data folder {told}."));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_a_token_is_told_without_asking_discord() {
    let mut world = World::empty().await;
    let reset = "under Bot in the Developer Portal, press Reset Token and set the new one";
    let table = [
        ("…", "has spaces or signs that no token has"),
        ("MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabc dE.zebrafish-zebrafish", "has spaces or signs that no token has"),
        ("Bot MTIzNDU2.GabcdE.zebrafish", "looks like a token with “Bot” before it: leave that word out"),
        ("  ", "is blank"),
    ];
    for (token, why) in table {
        // Nobody listens there: whoever asks cannot tell this.
        let set = [("CAIRN_DISCORD_TOKEN", token), ("CAIRN_DISCORD_PROXY", "http://127.0.0.1:9")];
        let told = format!("is not asked, because CAIRN_DISCORD_TOKEN {why}; {reset}");
        let checked = run(&world, &["config", "check"], &set);
        assert!(checked.code == 1 && checked.out.contains(&format!("wrong  Discord: {told}\n")), "{}", checked.out);
        let screen = screen(&mut world, &set);
        assert!(screen.contains(&format!("  Discord  off: Discord {told}\n")), "{screen}");
        for shown in [checked.out, checked.err, screen] {
            assert!(!shown.contains("zebrafish"), "no secret is shown: {shown}");
        }
    }
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_in_no_server_is_shown_with_its_invitation() {
    let mut world = World::empty().await;
    in_servers(&world, &json!([]));
    let link = format!(
        "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions=",
        world.discord.application()
    );
    let screen = screen(&mut world, &[]);
    let next = "Discord  on   as cairn\n                next: Servers: the bot is in none yet; invite it to yours: ";
    assert!(screen.contains(&format!("{next}{link}")), "{screen}");
    let said = run(&world, &["config", "check"], &[]).well();
    let to_do = format!("to do  Servers: the bot is in none yet; invite it to yours: {link}");
    assert!(said.contains(&to_do), "{said}");
    let steps = run(&world, &["config", "discord"], &[]).well();
    assert!(steps.contains(&to_do) && steps.matches(&link).count() == 2, "{steps}");
    // The same before the first start, when there is no database yet.
    let new = World { cairn: Cairn::new(), discord: world.discord.clone(), server: None, settings: Vec::new() };
    assert!(run(&new, &["config", "check"], &[]).well().contains(&to_do));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_lacks_rights_is_named_with_them() {
    let mut world = World::empty().await;
    let (id, all_but_two) = (world.discord.guild().to_string(), (1_u64 << 40) - 1 - (1 << 3) - (1 << 14) - (1 << 35));
    in_servers(&world, &json!([{"id": id, "name": "ML", "permissions": all_but_two.to_string()}]));
    let told =
        "Server ML: the bot's role lacks Embed Links, Create Public Threads; give it that under Server Settings, Roles";
    let screen = screen(&mut world, &[]);
    assert!(screen.contains(&format!("next: {told}")), "{screen}");
    assert!(run(&world, &["config", "check"], &[]).well().contains(&format!("to do  {told}")));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_not_taken_is_one_sentence_by_its_shape() {
    let mut world = World::empty().await;
    let reset = "under Bot in the Developer Portal, press Reset Token and set the new one";
    let table = [
        ("MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.zebrafish-zebrafish-zebrafish", ""),
        ("123456789012345678", ", which looks like the application's id"),
        ("abcdefghijklmnopqrstuvwxyz012345", ", which looks like the application's client secret"),
    ];
    for (token, looks) in table {
        let told = format!("does not take CAIRN_DISCORD_TOKEN{looks}; {reset}");
        let set = [("CAIRN_DISCORD_TOKEN", token)];
        let checked = run(&world, &["config", "check"], &set);
        assert!(checked.code == 1 && checked.out.contains(&format!("wrong  Discord: {told}")), "{}", checked.out);
        let steps = run(&world, &["config", "discord"], &set).well();
        assert!(steps.contains(&told) && steps.contains("client_id=APPLICATION_ID"), "{steps}");
        let screen = screen(&mut world, &set);
        assert!(screen.contains(&format!("Discord  off: Discord {told}\n")), "{screen}");
        assert!(
            screen.contains("Try it   off: the playground is closed while CAIRN_DISCORD_TOKEN is set\n"),
            "{screen}"
        );
        for later in ["Home ", "/papers subscribe"] {
            assert!(!screen.contains(later), "the token is the one next step: {screen}");
        }
        for shown in [checked.out, checked.err, steps, screen] {
            assert!(!shown.contains(token), "no secret is shown: {shown}");
        }
    }
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_wants_its_posts_read_needs_the_intent() {
    let mut world = World::empty().await;
    // Without such a server it is no fault.
    let said = run(&world, &["config", "check"], &[]).well();
    assert!(said.contains("ok     Messages: are not read;"), "{said}");
    let file = world.cairn.path().join("data/cairn.db");
    let mut db = sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.expect("the database opens");
    let reads = "INSERT INTO discord_servers (guild, answer, margin, ask, reads) VALUES ($1, 0.85, 0.2, 0.5, 1)";
    let guild = world.discord.guild().cast_signed();
    sqlx::query(reads).bind(guild).execute(&mut db).await.expect("a server that wants its posts read");
    sqlx::Connection::close(db).await.expect("it closes");
    let told = "Messages: are not read, though a server asks for that: under Bot in the Developer Portal, turn on Message \
                Content Intent, and start Cairn again";
    let screen = screen(&mut world, &[]);
    assert!(screen.contains(&format!("Discord  on   as cairn\n                next: {told}")), "{screen}");
    let checked = run(&world, &["config", "check"], &[]);
    assert!(checked.code == 1 && checked.out.contains(&format!("wrong  {told}")), "{}", checked.out);
    world.discord.grant_intents(intent::MESSAGE_CONTENT);
    let said = run(&world, &["config", "check"], &[]).well();
    assert!(said.contains("ok     Messages: may be read"), "{said}");
    world.finish();
}

#[test]
fn a_command_beside_the_first_start_waits_for_its_tables() {
    for _ in 0..3 {
        let cairn = Cairn::new();
        let mut started = cairn.command(&["run", "--web-listen", "127.0.0.1:0"]);
        let mut started = started.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let since = Instant::now();
        while !cairn.path().join("data/cairn.db").exists() && since.elapsed() < PATIENCE {
            sleep(Duration::from_millis(1));
        }
        let asked = cairn.run(&["ask", "I'm 16 and like maths, how do I get into machine learning?"]);
        let _ = started.kill();
        let _ = started.wait();
        assert!(asked.well().contains("High school guide"));
    }
}
