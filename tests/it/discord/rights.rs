//! Who may do what: every act of moderators, by everybody who might try it, on every way in.

use std::collections::BTreeMap;

use cairn::community::Role;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection};

use crate::world::discord::{Discord, Message, Reply, permission};
use crate::world::server::World;

/// How somebody tries it.
#[derive(Clone, Copy)]
enum Way {
    Command(&'static str),
    Press(&'static str),
    Form(&'static str, &'static [(&'static str, &'static str)]),
}

/// Where an act is allowed.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    /// In home alone.
    Home,
    /// In every server, about that server.
    Own,
}

use Role::{Admin, Approver, Editor};
use Way::{Command, Form, Press};
use Where::{Home, Own};

/// Every act of moderators: how, the lowest role, where.
const ACTS: &[(Way, Role, Where)] = &[
    (Command("/mod guide edit page:hacker"), Editor, Home),
    (Form("edit/hacker/1/0", &[("text", "Changed by {who}."), ("reason", "")]), Editor, Home),
    (Command("/mod guide history page:hacker"), Editor, Own),
    (Command("/mod guide diff page:hacker"), Editor, Own),
    (Command("/mod guide revert page:hacker to:1"), Editor, Home),
    (Press("revert/hacker/1/2"), Editor, Home),
    (Press("again/hacker/1/0"), Editor, Home),
    (Press("empty/hacker/1/0"), Editor, Home),
    (Command("/mod draft list"), Editor, Home),
    (Command("/mod draft compare draft:1"), Editor, Home),
    (Command("/mod draft publish draft:1"), Editor, Home),
    (Command("/mod draft discard draft:1"), Editor, Home),
    (Press("draft/list"), Editor, Home),
    (Press("draft/publish/1"), Editor, Home),
    (Press("draft/discard/1"), Editor, Home),
    (Command("/mod gaps"), Editor, Home),
    (Command("/mod triage"), Editor, Own),
    (Press("triage/list"), Editor, Own),
    (Press("checked/hacker/1"), Editor, Home),
    (Command("/mod console"), Editor, Home),
    (Command("/papers subscribe where:A channel of this server"), Approver, Own),
    (Command("/mod digest preview"), Approver, Own),
    (Command("/mod digest pin paper:2611.00001"), Approver, Home),
    (Command("/mod digest veto paper:2611.00001"), Approver, Home),
    (Command("/mod digest skip"), Approver, Home),
    (Press("digest/clear/2611.00001"), Approver, Home),
    (Press("digest/unskip/5"), Approver, Home),
    (Command("/papers unsubscribe where:A channel of this server"), Approver, Own),
    (Command("/mod study excuse user:@mem date:2026-11-28"), Approver, Own),
    (Command("/mod settings"), Admin, Own),
    (Press("set/tracks"), Admin, Own),
    (Press("set/back"), Admin, Own),
    (Press("set/study"), Admin, Own),
    (Press("set/study/form"), Admin, Own),
    (Press("set/reads/on"), Admin, Own),
    (Press("set/reads/off"), Admin, Own),
    (Form("study/server", &[("zone", "Europe/Berlin"), ("floor", "30")]), Admin, Own),
];

/// The sentences that say no.
const REFUSALS: &[&str] = &[
    "To ",
    "Only moderators of Cairn's home community can ",
    "Nobody can ",
    "Moderators' commands work only in servers that Cairn was added to",
    "Do that in your server",
    "Direct messages have no channels",
];

fn is_refused(reply: &Reply) -> bool {
    let asks_for_a_role = !reply.content.starts_with("To ") || reply.content.contains(", you need the ");
    asks_for_a_role && REFUSALS.iter().any(|start| reply.content.starts_with(start))
}

async fn does(d: &Discord, who: &str, way: Way, buttons: &Message) -> Reply {
    match way {
        Command(text) => d.forge_slash(who, text).await,
        Press(id) => d.forge_press(who, buttons, id).await,
        Form(id, fields) => {
            let fields: Vec<(&str, String)> = fields.iter().map(|(f, text)| (*f, text.replace("{who}", who))).collect();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(f, text)| (*f, text.as_str())).collect();
            d.forge_submit(who, id, None, &fields).await
        }
    }
}

/// What the gateway has told is known soon, not at once.
async fn settled() {
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
}

fn name(way: Way) -> &'static str {
    match way {
        Command(name) | Press(name) | Form(name, _) => name,
    }
}

/// Everything that moderators can change, row by row.
async fn tables(world: &World) -> BTreeMap<&'static str, String> {
    const TABLES: [&str; 14] = [
        "pages",
        "revisions",
        "names",
        "sections",
        "drafts",
        "audit",
        "discord_servers",
        "discord_channels",
        "discord_roles",
        "study_servers",
        "study_voice_channels",
        "paper_subscriptions",
        "paper_choices",
        "gaps",
    ];
    let options = SqliteConnectOptions::new().filename(world.cairn.path().join("data/cairn.db")).read_only(true);
    let mut db = SqliteConnection::connect_with(&options).await.expect("the bot's database");
    let mut all = BTreeMap::new();
    for table in TABLES {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(table)
            .fetch_all(&mut db)
            .await
            .expect("columns");
        assert!(!columns.is_empty(), "there is no table {table}");
        let row = columns.iter().map(|c| format!("quote(\"{c}\")")).collect::<Vec<_>>().join(" || '|' || ");
        let query =
            format!("SELECT coalesce(group_concat(line, char(10)), '') FROM (SELECT {row} AS line FROM {table})");
        let rows = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut db).await.expect("rows");
        all.insert(table, rows);
    }
    db.close().await.expect("closed");
    all
}

fn presses() -> Vec<String> {
    let ids = ACTS.iter().filter_map(|(way, ..)| match way {
        Press(id) => Some((*id).to_owned()),
        _ => None,
    });
    ids.collect()
}

/// A world whose home is the community, with people of every kind.
async fn peopled() -> World {
    let mut world = World::empty().await;
    world.settings = vec![("CAIRN_HOME", format!("discord:{}", world.discord.guild()))];
    world.begin().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let (editors, approvers) = (d.role("editors", 0), d.role("approvers", 0));
    d.grant("eve", editors);
    d.grant("ada", approvers);
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/editor", &["editors"]).await;
    d.choose("root", &panel, "set/approver", &["approvers"]).await;
    // An admin of another server that the bot is in, and one of a server that it is not in.
    for (who, server) in [("mal", d.second_server()), ("ugo", d.server_without_bot())] {
        d.may_elsewhere(who, permission::ALL);
        d.go(who, d.foreign_channel(&format!("{who}s-place"), server));
    }
    // Somebody with every right, but in direct messages.
    d.grant("dm", d.role("more admins", permission::ADMINISTRATOR));
    d.go("dm", "@cairn");
    d.person("mem");
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_do_what() {
    let world = peopled().await;
    let d = &world.discord;
    let role_at_home = |who: &str| match who {
        "root" => Admin,
        "ada" => Approver,
        "eve" => Editor,
        _ => Role::Reader,
    };
    let places = ["mem", "eve", "ada", "root", "mal", "ugo", "dm"].map(|who| {
        let place = match who {
            "mal" | "ugo" => format!("{who}s-place"),
            "dm" => "@dm".to_owned(),
            _ => "general".to_owned(),
        };
        (who, d.bot_message(place.as_str(), &presses()))
    });
    let before = tables(&world).await;
    let allowed = |who: &str, needs: Role, place: Where| match who {
        "mal" => place == Own,
        "ugo" | "dm" => false,
        _ => role_at_home(who) >= needs,
    };
    for (who, buttons) in &places {
        for (way, needs, place) in ACTS.iter().filter(|(_, needs, place)| !allowed(who, *needs, *place)) {
            let reply = does(d, who, *way, buttons).await;
            let told = is_refused(&reply) && reply.ephemeral && reply.modal.is_none();
            assert!(told, "{who}, {}, {needs}, home: {}: {reply}", name(*way), *place == Home);
        }
    }
    assert_eq!(tables(&world).await, before, "a refusal changes nothing");
    // The wiki is out of reach for the other server's admin, whatever else is theirs.
    for (who, buttons) in places.iter().rev() {
        for (way, needs, place) in ACTS.iter().filter(|(_, needs, place)| allowed(who, *needs, *place)) {
            // The sources of papers are not asked here, nor is the connection made again.
            let elsewhere = ["/mod digest preview", "/mod digest pin", "/mod digest veto", "set/reads/"];
            if elsewhere.iter().any(|act| name(*way).starts_with(act)) {
                continue;
            }
            let reply = does(d, who, *way, buttons).await;
            assert!(!is_refused(&reply), "{who}, {}, {needs}, home: {}: {reply}", name(*way), *place == Home);
        }
        if *who == "mal" {
            let after = tables(&world).await;
            for table in ["pages", "revisions", "names", "sections", "drafts", "paper_choices", "gaps"] {
                assert_eq!(after[table], before[table], "{table}");
            }
            let home = d.guild().to_string();
            let of_home = |table: &str, all: &BTreeMap<&str, String>| {
                all[table].lines().filter(|line| line.contains(&home)).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(of_home("discord_servers", &after), of_home("discord_servers", &before));
            assert_eq!(of_home("study_servers", &after), of_home("study_servers", &before));
            assert_eq!(of_home("study_voice_channels", &after), of_home("study_voice_channels", &before));
        }
    }
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_was_lost_counts_no_more() {
    let world = peopled().await;
    let d = &world.discord;
    let form = d.slash("eve", "/mod guide edit page:hacker").await.modal().clone();
    let revert = d.slash("eve", "/mod guide revert page:hacker to:1").await;
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/editor", &[]).await;
    let before = tables(&world).await;
    for reply in
        [d.submit("eve", &form, &[("text", "x")]).await, d.forge_press("eve", &revert, "revert/hacker/1/1").await]
    {
        assert!(is_refused(&reply) || reply.content.contains("older"), "{reply}");
    }
    assert_eq!(tables(&world).await, before);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_setting_home_is_the_only_server() {
    let world = World::start().await;
    let d = &world.discord;
    let screen = &world.server.as_ref().expect("it runs").screen;
    let only = format!("Home     on   discord:{}, the only server of the bot", d.guild());
    assert!(screen.contains(&only), "{screen}");
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    assert!(d.slash("root", "/mod guide edit page:hacker").await.modal.is_some());
    let form = d.slash("root", "/mod guide edit page:hacker").await.modal().clone();
    // The bot is added to another server: nobody knows which one is home, not even for a form that is open already.
    let second = d.second_server();
    d.may_elsewhere("mal", permission::ALL);
    d.go("mal", d.foreign_channel("second", second));
    settled().await;
    for who in ["root", "mal"] {
        let guild = if who == "root" { d.guild() } else { second };
        let said = d.slash(who, "/mod guide edit page:hacker").await;
        let expected = format!(
            "Nobody can change the wiki yet, because Cairn has no home community; ask the person who runs Cairn to set \
             CAIRN\\_HOME=discord:{guild} if this is it."
        );
        assert_eq!(said.content, expected);
    }
    let said = d.submit("root", &form, &[("text", "x")]).await;
    assert!(said.content.starts_with("Nobody can change the wiki"), "{said}");
    assert!(d.slash("mal", "/mod guide history page:hacker").await.embeds.len() == 1, "reading goes on");
    d.removed_from(second);
    settled().await;
    assert!(d.slash("root", "/mod guide edit page:hacker").await.modal.is_some());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_two_servers_and_no_setting_nobody_is_home() {
    let mut world = World::empty().await;
    world.discord.second_server();
    world.begin().await;
    let screen = &world.server.as_ref().expect("it runs").screen;
    assert!(screen.contains("Home     off: the bot is in 2 servers"), "{screen}");
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    assert!(is_refused(&d.slash("root", "/mod guide edit page:hacker").await));
    assert!(d.slash("root", "/mod settings").await.content.starts_with("**Settings of this server**"));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_setting_names_home() {
    let mut world = World::empty().await;
    let second = world.discord.second_server();
    world.settings = vec![("CAIRN_HOME", format!("discord:{second}, reddit:LearnMachineLearning"))];
    world.begin().await;
    let screen = &world.server.as_ref().expect("it runs").screen;
    let named = format!("Home     on   discord:{second}, reddit:learnmachinelearning: moderators there keep the wiki");
    assert!(screen.contains(&named), "{screen}");
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    assert_eq!(
        d.slash("root", "/mod guide edit page:hacker").await.content,
        "Only moderators of Cairn's home community can change the wiki; in this one you can read."
    );
    d.may_elsewhere("kim", permission::MANAGE_GUILD);
    d.go("kim", d.foreign_channel("second", second));
    assert!(d.slash("kim", "/mod guide edit page:hacker").await.modal.is_some());
    let said = world.run(&["--home", "my server", "guides", "list"]).refused(2);
    assert_eq!(
        said,
        "CAIRN_HOME cannot be read: “my server” is not a community; write it like discord:123 or \
         reddit:learnmachinelearning."
    );
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn channels_of_other_servers_are_refused() {
    let world = peopled().await;
    let d = &world.discord;
    d.slash("root", "/papers subscribe hour:7").await;
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/channels", &["general"]).await;
    let before = tables(&world).await;
    let foreign = "That channel is not one of this server; choose a channel of this server.";
    // From either side.
    for (who, channel) in [("root", "mals-place"), ("mal", "general")] {
        let said = d.slash(who, &format!("/papers subscribe channel:#{channel}")).await;
        assert_eq!(said.content, foreign, "{who}");
        for act in ["/papers unsubscribe", "/mod digest preview", "/mod digest skip"] {
            let said = d.slash(who, &format!("{act} channel:#{channel}")).await;
            assert!(said.ephemeral && said.embeds.is_empty(), "{who} {act}: {said}");
        }
        let panel = d.slash(who, "/mod settings").await;
        assert_eq!(d.choose(who, &panel, "set/channels", &[channel]).await.content, foreign, "{who}");
        let page = d.press(who, &panel, "Study…").await;
        assert_eq!(d.choose(who, &page, "Study channel", &[channel]).await.content, foreign, "{who}");
        let voice = "Voice channels in which time counts";
        assert_eq!(d.choose(who, &page, voice, &[channel]).await.content, foreign, "{who}");
    }
    assert_eq!(tables(&world).await, before);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_do_not_see_the_commands_of_moderators() {
    let world = peopled().await;
    let d = &world.discord;
    let registered = d.commands();
    let of = |name: &str| registered.iter().find(|c| c["name"] == name).expect("registered").clone();
    assert_eq!(of("mod")["default_member_permissions"], permission::MANAGE_GUILD.to_string());
    assert_eq!(of("mod")["integration_types"], serde_json::json!([0]));
    assert!(of("start")["default_member_permissions"].is_null());
    for (who, sees) in [("mem", false), ("dm", false), ("ugo", false), ("eve", true), ("root", true), ("mal", true)] {
        let help = d.slash(who, "/help").await.content.clone();
        assert_eq!(help.contains("/mod"), sees, "{who}: {help}");
    }
    world.finish();
}
