//! The playground, visited without JavaScript: the whole program, and in it the real adapter talking to its stand-in.

mod bounds;
mod visitor;
mod ways;

use std::fs;

use crate::world::feeds::Feeds;
use visitor::{FRIDAY, Visitor, messages, text};

const NEWCOMER: &str =
    "hi, I make small games as a hobby and want to learn machine learning just for fun. Where do I start?";

#[test]
fn a_newcomer_finds_a_panel_and_is_answered() {
    let noor = Visitor::come();
    assert!(noor.server.screen.contains("/playground"), "{}", noor.server.screen);
    let page = noor.page();
    assert!(page.contains("<h2 id=\"ch\"># beginners</h2>"), "{page}");
    assert!(noor.reads("Find your guide").contains("pinned"));
    let said = text(&noor.say(NEWCOMER));
    assert!(said.contains("I make small games"), "{said}");
    let answer = noor.reads("Hacker guide");
    assert!(answer.contains("Cairn APP") && answer.contains("for fun"), "{answer}");
}

#[test]
fn a_command_asks_back_by_menus_and_buttons_and_only_its_sender_sees_it() {
    let mut noor = Visitor::come();
    noor.go("# study");
    let asked = text(&noor.say("/study log minutes:45"));
    assert!(asked.contains("Where do you study?") && asked.contains("Only you can see this."), "{asked}");
    let how_much = text(&noor.press_with("Choose", &[("value", "Europe/Berlin")]));
    assert!(how_much.contains("How much do you want to study on a day?"), "{how_much}");
    let logged = text(&noor.press("30 min"));
    assert!(logged.contains("45"), "{logged}");
    let ivo = Visitor { who: "Ivo", place: noor.place.clone(), ..noor };
    assert!(!ivo.messages().join("\n").contains("Only you can see this."));
    // A picture is a file of ours, and says how large it is.
    let page = ivo.say("/study zone zone:Europe/Berlin");
    assert!(text(&page).contains("Only you can see this."));
    let noor = Visitor { who: "Noor", ..ivo };
    let page = noor.say("/study heatmap");
    let picture = page.split("src=\"/playground/file/").nth(1);
    let tag = picture.and_then(|rest| rest.split('>').next()).unwrap_or_default();
    assert!(tag.contains("width=\"") && tag.contains("height=\""), "{tag}");
    let picture = picture.and_then(|rest| rest.split('"').next());
    let picture =
        noor.get(&format!("/playground/file/{}", picture.unwrap_or_else(|| panic!("no picture in {}", text(&page)))));
    assert!(picture.head.to_lowercase().contains("content-type: image/png"), "{}", picture.head);
}

#[test]
fn a_question_is_typed_behind_its_command() {
    let noor = Visitor::come();
    let said = text(&noor.say("/wiki which laptop do I need"));
    assert!(said.contains("laptop") && !said.contains("has no option"), "{said}");
    let said = text(&noor.say("/study log 45"));
    assert!(said.contains("has no option “45”"), "{said}");
}

#[test]
fn a_form_pops_up_keeps_to_its_rules_and_is_sent() {
    let mut noor = Visitor::come();
    noor.go("# study");
    noor.say("/study log minutes:45");
    let page = noor.press("Somewhere else…");
    assert!(page.contains("<dialog open"), "{}", text(&page));
    // Too long for the field: the form stays.
    let name = page.split("name=\"field.").nth(1).and_then(|rest| rest.split('"').next()).expect("a field").to_owned();
    let field = format!("field.{name}");
    let refused = noor.press_with("Submit", &[(&field, &"x".repeat(4_001))]);
    assert!(
        text(&refused).contains("characters, and has 4001") && refused.contains("<dialog open"),
        "{}",
        text(&refused)
    );
    let page = noor.press_with("Not now", &[(&field, "Lagos")]);
    assert!(!page.contains("<dialog open"), "it is closed");
}

#[test]
fn commands_options_and_values_are_offered() {
    let noor = Visitor::come();
    let commands = noor.offered("/");
    assert!(
        commands.contains(&"/study log minutes:".to_owned()) && commands.contains(&"/start ".to_owned()),
        "{commands:?}"
    );
    assert!(!commands.iter().any(|line| line.starts_with("/mod")), "members are not offered what moderators do");
    assert!(noor.offered("/study l").contains(&"/study log minutes:".to_owned()));
    let options = noor.offered("/study log minutes:45  ");
    assert!(options.contains(&"/study log minutes:45 date:".to_owned()), "{options:?}");
    // The bot itself is asked.
    let zones = noor.offered("/study zone zone:Lago");
    assert!(zones.contains(&"/study zone zone:Africa/Lagos ".to_owned()), "{zones:?}");
    let mara = Visitor { who: "Mara", ..noor };
    assert!(mara.offered("/mod").iter().any(|line| line.starts_with("/mod settings")));
}

#[test]
fn what_the_page_proposes_can_be_done() {
    let noor = Visitor::come();
    let page = noor.page();
    let list = page.split("<ul class=\"tries\"").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("proposals");
    let lines: Vec<&str> = list.split("data-say=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(lines.len() > 2, "{list}");
    for line in lines {
        let page = noor.say(line);
        // A machine that is busy may take longer than Discord waits; the line was right then, too.
        let is_late = page.contains("Cairn did not answer in time.");
        assert!(is_late || !page.contains("class=\"refused\""), "{line}");
    }
}

#[test]
fn members_are_refused_what_moderators_may() {
    let noor = Visitor::come();
    let refused = noor.say("/mod settings");
    assert!(text(&refused).contains("is for moderators: be Mara to try it."), "{}", text(&refused));
    assert!(refused.contains("value=\"/mod settings\""), "what was typed is still there");
    let mut noor = noor;
    noor.go("# papers");
    assert!(!noor.page().contains("is for moderators"), "elsewhere nothing was refused");
    noor.go("# beginners");
    assert!(noor.page().contains("is for moderators"));
    let mara = Visitor { who: "Mara", ..noor };
    assert!(text(&mara.say("/mod settings")).contains("Only you can see this."));
}

#[test]
fn time_leaps_and_what_is_due_arrives_by_direct_message() {
    let mut noor = Visitor::come();
    noor.go("# study");
    noor.say("/study zone zone:Europe/London");
    noor.say("/study log minutes:45");
    noor.say("/study recap weekly:true");
    let before = noor.page();
    assert!(before.contains("Friday, 16:2"), "{}", text(&before));
    let page = noor.press("Jump to Monday 09:00");
    assert!(page.contains("Monday, 09:00"), "{}", text(&page));
    noor.go("Messages to you");
    noor.reads("week");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_digest_comes_on_monday() {
    let feeds = Feeds::start().await;
    feeds.list("2026-11-25", &crate::digest::twelve("2611"));
    let [hf, arxiv, hn] = feeds.urls().clone();
    tokio::task::block_in_place(|| {
        let sources = ["--papers-hurry", "--papers-hf-url", &hf, "--papers-arxiv-url", &arxiv, "--papers-hn-url", &hn];
        let mut noor = Visitor::come_with(&[&["--now", FRIDAY], &sources[..]].concat());
        noor.press("Jump to Monday 09:00");
        noor.go("# papers");
        let digest = noor.reads("Compilers at Scale");
        assert!(digest.contains("Weather at Scale"), "{digest}");
    });
}

#[test]
fn sources_out_of_reach_are_said_and_nothing_is_made_up() {
    let nowhere = "http://127.0.0.1:9";
    let sources = ["--papers-hf-url", nowhere, "--papers-arxiv-url", nowhere, "--papers-hn-url", nowhere];
    let mut mara = Visitor::come_with(&[&["--now", FRIDAY], &sources[..]].concat());
    mara.who = "Mara";
    mara.go("# papers");
    mara.say("/mod digest preview");
    mara.reads("The sources of the papers cannot be reached now");
}

#[test]
fn it_outlives_the_program_and_can_be_wiped_and_the_real_data_knows_nothing_of_it() {
    let noor = Visitor::come();
    noor.say("/study zone zone:Europe/London");
    noor.say("/study log minutes:45");
    noor.say("this is said in the playground alone");
    let Visitor { cairn, server, .. } = noor;
    server.stop("-TERM");
    let real = fs::read(cairn.path().join("data/cairn.db")).expect("the real database");
    assert!(!real.windows(13).any(|window| window == b"Europe/London"), "the real database knows nothing");
    assert!(cairn.path().join("data/playground/cairn.db").exists());
    let noor = Visitor { server: cairn.serve(&["--now", FRIDAY]), cairn, who: "Noor", place: String::new() };
    let kept = noor.messages().join("\n");
    assert!(kept.contains("this is said in the playground alone"), "{kept}");
    assert!(text(&noor.say("/study status")).contains("45"), "the ledger is kept");
    let page = noor.press("Forget all of it");
    assert!(!messages(&page).join("\n").contains("playground alone"), "{}", text(&page));
    assert!(text(&noor.say("/study log minutes:30")).contains("Where do you study?"), "the ledger is forgotten");
}

#[test]
fn a_moderator_edits_a_page_and_finds_it() {
    let mut mara = Visitor::come();
    mara.who = "Mara";
    let page = mara.say("/mod guide edit page:hardware");
    assert!(page.contains("<dialog open"), "{}", text(&page));
    // What does not fit into Discord's heading is cut where one sees it.
    assert!(text(&page).contains("Hardware and software for learning machine l…"), "{}", text(&page));
    let boxes: Vec<&str> = page.split("name=\"field.").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let fields: Vec<(String, String)> = boxes
        .iter()
        .map(|name| (format!("field.{name}"), "Any laptop of the last ten years will do to begin.".to_owned()))
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = text(&mara.press_with("Submit", &fields));
    assert!(saved.contains("revision 2") || saved.contains("Publish"), "{saved}");
}

#[test]
fn a_message_has_a_menu() {
    let noor = Visitor::come();
    noor.say("which laptop do I need for this?");
    let pointed = text(&noor.press("Point to a guide"));
    assert!(pointed.contains("Only you can see this."), "{pointed}");
}

#[test]
fn a_reddit_post_is_tried() {
    let noor = Visitor::come();
    let page = noor.get("/playground/reddit");
    assert_eq!(page.status, 200);
    let token =
        page.body.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    let tried = |title: &str, body: &str| {
        let fields = [("token", token), ("title", title), ("body", body)];
        let fields: Vec<(String, String)> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        noor.post("/playground/reddit", &fields)
    };
    let page = tried(
        "How do I become an ML engineer?",
        "I've been a backend developer for five years. Where should I start to get a job in machine learning?",
    );
    let said = text(&page);
    assert!(said.contains("Engineer guide") && said.contains("u/cairn_bot") && page.contains("<mark>"), "{said}");
    assert!(said.contains("u/AutoModerator") && said.contains("You wrote: “"), "{said}");
    assert!(!said.contains("{{"), "no placeholder is left: {said}");
    let said = text(&tried("Our new paper on sparse attention", "We release code and weights."));
    assert!(said.contains("Cairn stays silent") && said.contains("No rule comments"), "{said}");
    let said = text(&tried("I don't want to live any more", ""));
    assert!(said.contains("Somebody may be in danger here") && !said.contains("u/cairn_bot"), "{said}");
    let page = tried("<script>alert(1)</script> how do I start?", "<img src=x onerror=alert(1)>");
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "what people write is text");
}

#[test]
fn the_console_is_not_promised_where_there_is_none() {
    let mara = Visitor { who: "Mara", ..Visitor::come() };
    let said = mara.say("/mod console");
    assert!(
        text(&said).contains("The playground has no console; type `cairn console` where you started Cairn"),
        "{}",
        text(&said)
    );
    assert!(!said.contains("/console/enter/"), "no link that leads nowhere");
    // What it says is true: that link leads into the console of the running program.
    let address = &mara.server.address;
    let link = mara.cairn.run(&["console", "--web-listen", address, "--json"]).json()["link"].to_string();
    let path = link.trim_matches('"').trim_start_matches("http://").trim_start_matches(address.as_str()).to_owned();
    assert_eq!(mara.get(&path).status, 200, "{link}");
}
