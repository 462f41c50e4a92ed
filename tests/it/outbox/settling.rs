//! What did not arrive, or may have, as those who run Cairn see and settle it.

use insta::assert_snapshot;

use super::*;
use crate::world::program::Cairn;

#[tokio::test]
async fn a_process_that_is_alone_looks_at_once() {
    let dir = crate::world::folder();
    let now = at("09:00:00");
    let far = Far::new([Fate::CrashAfter]);
    {
        let (app, _presence) = begun(dir.path(), now).await;
        enqueue(&app, &message("hello", 1), now).await;
        assert!(!far.tick(&app, now).await, "the process was killed");
    }
    let (app, _presence) = begun(dir.path(), now).await;
    assert!(far.tick(&app, now).await);
    assert_eq!((far.texts().len(), far.looks()), (1, 1));
    assert_eq!(state(&app, "hello").await, State::Sent);
}

#[tokio::test]
async fn a_message_that_cannot_be_read_stops_nobody() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let odd = Message { target: Target::RedditComment("a/b".into()), ..message("odd", 1) };
    enqueue(&app, &odd, at("09:00:00")).await;
    let fine = Message { target: Target::RedditComment("t3_a".into()), ..message("fine", 1) };
    enqueue(&app, &fine, at("09:00:01")).await;
    let rows = outbox::claim(&app.store, Via::Reddit, at("09:00:02"), 1).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["fine"]);
    assert_eq!(rows[0].payload, Payload { body: "text of fine".into(), ..Payload::default() });
    assert_eq!(state(&app, "odd").await, State::Dead);
}

#[tokio::test]
async fn who_runs_cairn_lists_and_settles_what_did_not_arrive() {
    let cairn = Cairn::new();
    assert_eq!(cairn.run(&["outbox"]).out, "Every message has arrived, or is on its way.\n");
    let app = app(&cairn.path().join("data")).await;
    let far = Far::new([Fate::Vanish]);
    far.blind();
    enqueue(&app, &Message::new("share/7", Target::DiscordDm(1), "hello"), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await && far.tick(&app, at("09:05:00")).await);
    app.store.close().await;
    assert_snapshot!(cairn.run(&["outbox"]).out, @"
    1. `share/7` to `discord/dm/1`: could not tell whether it had arrived, after 2 tries
    To settle one: cairn outbox settle NUMBER arrived|again|drop
    ");
    let json = cairn.run(&["outbox", "--json"]).out;
    assert!(json.contains(r#""state":"unknown""#), "{json}");
    let wrong = cairn.run(&["outbox", "settle", "1", "maybe"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert_eq!(cairn.run(&["outbox", "settle", "1", "arrived"]).out, "It counts as arrived now.\n");
    let gone = cairn.run(&["outbox", "settle", "1", "again"]);
    assert_eq!(gone.err, "No message 1 waits for a decision; `cairn outbox` lists those that do.\n");
}
