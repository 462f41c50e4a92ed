//! Tests of the fake itself, without a bot: typed commands, refusals, matching and parsing.

use serde_json::{Value, json};

use super::commands::Commands;
use super::faults::matches;
use super::http::{Call, Violation};
use super::multipart;
use super::town::Town;
use super::{limits, spec, typed};

fn call(method: &str, path: &str, body: Value) -> Call {
    Call::new(method, path, body, vec![])
}

/// The reasons for which a channel message breaks the documented limits.
fn refused(body: Value) -> Vec<String> {
    said(limits::violations(&call("POST", "/channels/1/messages", body)))
}

fn said(found: Vec<Violation>) -> Vec<String> {
    found.into_iter().map(|v| format!("{}: {}", v.at, v.reason)).collect()
}

fn study() -> Commands {
    let minutes = json!({"type": 4, "name": "minutes", "description": "x", "required": true, "max_value": 720});
    let note = json!({"type": 3, "name": "note", "description": "x", "autocomplete": true});
    let log = json!({"type": 1, "name": "log", "description": "x", "options": [minutes, note]});
    let study = json!({"id": "7", "type": 1, "name": "study", "description": "x", "options": [log]});
    Commands { global: vec![study], ..Commands::default() }
}

#[test]
fn a_command_is_read_as_discord_sends_it() {
    let typed = typed::command(
        &study(),
        &Town::new("Test", "general", "cairn"),
        "/study log minutes:45 note:two words, \"quoted\"",
    );
    let expected = json!({"id": "7", "name": "study", "type": 1, "options": [{"name": "log", "type": 1, "options": [
        {"name": "minutes", "type": 4, "value": 45}, {"name": "note", "type": 3, "value": "two words, \"quoted\""},
    ]}]});
    assert_eq!(typed.expect("a good command").data, expected);
}

#[test]
fn quotes_keep_what_looks_like_an_option() {
    let typed =
        typed::command(&study(), &Town::new("Test", "general", "cairn"), "/study log note:\"minutes:3\" minutes:4")
            .expect("a good command");
    let options = &typed.data["options"][0]["options"];
    assert_eq!((&options[0]["value"], &options[1]["value"]), (&json!("minutes:3"), &json!(4)));
}

#[test]
fn the_cursor_marks_the_focused_option() {
    let typed = typed::unfinished(&study(), &Town::new("Test", "general", "cairn"), "/study log note:ab|")
        .expect("a good beginning");
    let options = &typed.data["options"][0]["options"];
    assert_eq!(*options, json!([{"name": "note", "type": 3, "value": "ab", "focused": true}]));
    assert!(typed::unfinished(&study(), &Town::new("Test", "general", "cairn"), "/study log |note:ab").is_err());
}

#[test]
fn a_command_that_discord_would_not_send_is_refused() {
    for (text, why) in [
        ("study", "does not begin with /"),
        ("/studi log", "no command /studi"),
        ("/study", "has no “”"),
        ("/study log", "needs the option \"minutes\""),
        ("/study log minuts:4", "has no option “minuts:4”"),
        ("/study log minutes:4 5", "not a number"),
        ("/study log minutes:721", "minutes takes 720 or less"),
    ] {
        let refusal = typed::command(&study(), &Town::new("Test", "general", "cairn"), text).expect_err(text);
        assert!(refusal.contains(why), "{text}: {refusal}");
    }
}

#[test]
fn messages_keep_to_the_limits() {
    assert_eq!(refused(json!({"content": "x".repeat(2000)})), [""; 0]);
    assert_eq!(refused(json!({"content": "ä".repeat(2001)})), ["content: 2001 characters; must be 0 to 2000"]);
    let full = json!({"description": "x".repeat(3001)});
    assert_eq!(refused(json!({"embeds": [full, full]})), ["embeds: 6002 characters in all embeds; at most 6000"]);
    assert_eq!(refused(json!({"content": "x", "flags": 64})), ["flags: only answers to interactions can be ephemeral"]);
    let named = refused(json!({"allowed_mentions": {"parse": ["users"], "users": ["5"]}}));
    assert_eq!(named, ["allowed_mentions: parse and users exclude each other"]);
}

#[test]
fn controls_keep_to_the_limits() {
    let row = |controls: Value| json!({"components": [{"type": 1, "components": controls}]});
    let button = |id: &str| json!({"type": 2, "style": 1, "label": "x", "custom_id": id});
    assert_eq!(refused(row(json!([button("a"), button("b")]))), [""; 0]);
    let twice = refused(row(json!([button("a"), button("a")])));
    assert_eq!(twice, ["components.0.components.1.custom_id: “a” stands here already"]);
    let six: Vec<Value> = "abcdef".chars().map(|c| button(&c.to_string())).collect();
    assert_eq!(refused(row(json!(six))), ["components.0.components: 6 items; at most 5"]);
    let option = json!({"label": "x", "value": "y"});
    let select = json!({"type": 3, "custom_id": "s", "options": [option, option]});
    let twice = refused(row(json!([select])));
    assert_eq!(twice, ["components.0.components.0.options.1: the value stands in this select already"]);
}

#[test]
fn commands_keep_to_the_limits() {
    let refused = |command: Value| said(limits::violations(&call("PUT", "/applications/1/commands", json!([command]))));
    assert_eq!(refused(json!({"name": "ok-name", "description": "x"})), [""; 0]);
    assert_eq!(refused(json!({"name": "Point to a guide", "type": 3})), [""; 0]);
    assert!(refused(json!({"name": "Bad Name", "description": "x"}))[0].contains("is not a lower-case name"));
    assert_eq!(refused(json!({"name": "x"})), ["0.description: missing"]);
    let optional = json!({"type": 3, "name": "a", "description": "x"});
    let required = json!({"type": 3, "name": "b", "description": "x", "required": true});
    let found = refused(json!({"name": "x", "description": "x", "options": [optional, required]}));
    assert_eq!(found, ["0.options.1.: required options come before optional ones"]);
    let wordy = |name: String| {
        json!({"type": 3, "name": name, "description": "x".repeat(100), "choices":
        (0..25).map(|n| json!({"name": "n".repeat(10), "value": format!("{n:0>10}")})).collect::<Vec<_>>()})
    };
    let options: Vec<Value> = (0..25).map(|n| wordy(format!("o{n}"))).collect();
    assert!(refused(json!({"name": "x", "description": "x", "options": options}))[0].contains("at most 8000"));
}

#[test]
fn forms_and_choices_keep_to_the_limits() {
    let refused = |body: Value| said(limits::violations(&call("POST", "/interactions/1/t/callback", body)));
    let input = json!({"type": 4, "custom_id": "i", "style": 1, "label": "x".repeat(46), "value": "y".repeat(4001)});
    let rows = json!([{"type": 1, "components": [input]}]);
    let found = refused(json!({"type": 9, "data": {"custom_id": "f", "title": "x".repeat(46), "components": rows}}));
    assert_eq!(found.len(), 4, "{found:#?}");
    let choices: Vec<Value> = (0..26).map(|n| json!({"name": "", "value": n})).collect();
    let found = refused(json!({"type": 8, "data": {"choices": choices}}));
    assert_eq!(found.len(), 27, "{found:#?}");
}

/// Passes without checks if the specification is missing.
#[test]
fn the_specification_refuses_what_it_does_not_describe() {
    if spec::knows("GET", &["no-such-thing".into()]) {
        return;
    }
    let found = |method: &str, path: &str, body: Value| said(spec::violations(&call(method, path, body)));
    assert_eq!(found("POST", "/channels/1/messages", json!({"content": "x", "embeds": []})), [""; 0]);
    let wrong = found("POST", "/channels/1/messages", json!({"content": 5}));
    assert_eq!(wrong, [r#"content: 5 is not of type ["string","null"]"#]);
    assert_eq!(found("POST", "/channels/me/messages", json!({})).len(), 1);
    // Among all kinds of component, the intended one reports the problem.
    let button = json!({"type": 2, "style": 7, "custom_id": "a"});
    let wrong = found("POST", "/channels/1/messages", json!({"components": [{"type": 1, "components": [button]}]}));
    assert_eq!(wrong, ["components.0.components.0.style: 7 is not one of 1, 2, 3, 4, 5, 6"]);
    let wrong = found("POST", "/interactions/1/t/callback", json!({"type": 4, "data": {"flags": "64"}}));
    assert_eq!(wrong, [r#"data.flags: "64" is not of type ["integer","null"]"#]);
    assert_eq!(found("PUT", "/applications/1/commands", json!([{"description": "x"}])), ["0.name: missing"]);
    assert_eq!(found("POST", "/users/@me/channels", Value::Null), [": the body is missing"]);
}

#[test]
fn patterns_match_whole_segments() {
    assert!(matches("/channels/*/messages", "/channels/5/messages"));
    assert!(!matches("/channels/*/messages", "/channels/5/messages/6"));
    assert!(!matches("/channels/*/messages", "/channels/5"));
    assert!(matches("/interactions/**", "/interactions/5/token/callback"));
}

#[test]
fn a_multipart_body_is_taken_apart() {
    let body = b"--B\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.png\"\r\n\r\n\x01\r\n\x02\r\n\
        --B\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{\"content\":\"x\"}\r\n--B--\r\n";
    let boundary = multipart::boundary("multipart/form-data; boundary=B").expect("it is multipart");
    let (json, files) = multipart::read(body, boundary);
    assert_eq!(json, b"{\"content\":\"x\"}");
    assert_eq!((files[0].name.as_str(), files[0].bytes.as_slice()), ("a.png", &b"\x01\r\n\x02"[..]));
}
