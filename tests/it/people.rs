//! People: who is who, linking, opting out.

#![allow(clippy::unwrap_used)]

use cairn::App;
use cairn::labels::{self, Correction};
use cairn::people::linking::{self, Linked};
use cairn::people::optout::{opt_out, opted_out};
use cairn::people::{Identity, PersonId, find, person};
use cairn::triage::{Bands, Intent, Model, Post, Track, triage};
use jiff::{SignedDuration, Timestamp};

use crate::setup::{app, at};

fn who(text: &str) -> Identity {
    text.parse().unwrap()
}

async fn number(app: &App, identity: &str, now: Timestamp) -> PersonId {
    let mut tx = app.store.write().await.unwrap();
    let id = person(&mut tx, &who(identity), now).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn is_out(app: &App, identity: &str) -> bool {
    opted_out(&mut app.store.read().await.unwrap(), &who(identity)).await.unwrap()
}

async fn refusal(app: &App, identity: &str, code: &str, now: Timestamp) -> String {
    linking::redeem(&app.store, &who(identity), code, now).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_person_is_made_once_and_found_by_every_spelling() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let ann = number(&app, "reddit:Ann_B", at("09:00:00")).await;
    assert_eq!(number(&app, "reddit:u/ann_b", at("09:01:00")).await, ann);
    let big = format!("discord:{}", u64::MAX);
    let bob = number(&app, &big, at("09:00:00")).await;
    assert_ne!(ann, bob);
    let found = find(&mut app.store.read().await.unwrap(), &who(&big)).await.unwrap().unwrap();
    assert_eq!((found.discord, found.reddit, found.since), (Some(u64::MAX), None, at("09:00:00")));
}

#[tokio::test]
async fn a_code_makes_two_people_one() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let now = at("09:00:00");
    let kept = number(&app, "reddit:ann", now).await;
    let gone = number(&app, "discord:1", now).await;
    correct(&app, gone, now).await;
    let code = linking::code(&app.store, &who("discord:1"), now).await.unwrap();
    let typed = code.shown().to_lowercase();
    let linked = linking::redeem(&app.store, &who("reddit:ann"), &typed, at("09:09:59")).await.unwrap();
    assert_eq!(linked, Linked { person: kept, identities: [who("discord:1"), who("reddit:ann")] });
    assert_eq!(linked.to_string(), "your Discord account and u/ann are one person to Cairn now.");
    assert_eq!(number(&app, "discord:1", now).await, kept);
    let counts = cairn::people::erase::counts(&app.store, &who("reddit:ann")).await.unwrap();
    assert_eq!(
        counts.to_string(),
        "Cairn holds about discord:1 and reddit:ann:\n- 1 correction of an answer\n- 1 account name",
        "what was held about either is held about the one"
    );
    assert_eq!(
        refusal(&app, "reddit:ann", &typed, at("09:09:59")).await,
        "This code is wrong, used or older than 10 minutes; ask for a new one on your other account."
    );
    let again = linking::code(&app.store, &who("discord:1"), now).await.unwrap_err().to_string();
    assert_eq!(again, "These accounts are linked already; erase your data first if you want to link others.");
}

async fn correct(app: &App, by: PersonId, now: Timestamp) {
    let verdict = triage(Model::builtin(), &Post { title: "how do I start ML", body: "" }, &Bands::default());
    let correction =
        Correction { verdict: &verdict, intent: Intent::GettingStarted, track: Some(Track::Hacker), by: Some(by) };
    let mut tx = app.store.write().await.unwrap();
    labels::store(&mut tx, correction, now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn corrections_count_without_a_text_and_are_dropped_after_thirty_days() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let ann = number(&app, "reddit:ann", at("09:00:00")).await;
    correct(&app, ann, at("09:00:00")).await;
    let all = labels::counts(&app.store).await.unwrap();
    assert_eq!((all[0].intent, all[0].track, all[0].times), (Intent::GettingStarted, Some(Track::Hacker), 1));
    assert_eq!(all[0].model, Model::builtin().version());
    let day = |n: i64| at("09:00:00") + SignedDuration::from_hours(24 * n);
    labels::purge(&app.store, day(30)).await.unwrap();
    assert_eq!(labels::counts(&app.store).await.unwrap().len(), 1);
    labels::purge(&app.store, day(31)).await.unwrap();
    assert_eq!(labels::counts(&app.store).await.unwrap(), []);
}

#[tokio::test]
async fn a_code_works_for_ten_minutes_and_for_the_right_account() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let now = at("09:00:00");
    let wrong = "This code is wrong, used or older than 10 minutes; ask for a new one on your other account.";
    let code = |identity: &'static str| {
        let store = app.store.clone();
        async move { linking::code(&store, &who(identity), now).await.unwrap().shown() }
    };
    let old = code("discord:1").await;
    assert_eq!(refusal(&app, "reddit:ann", &old, at("09:10:00")).await, wrong, "too old");
    let replaced = code("discord:1").await;
    let newest = code("discord:1").await;
    assert_eq!(refusal(&app, "reddit:ann", &replaced, now).await, wrong, "replaced by a newer one");
    assert_eq!(refusal(&app, "discord:1", &newest, now).await, "That is your own code; type it on your other account.");
    assert_eq!(refusal(&app, "reddit:ann", &newest, now).await, wrong, "used up, whatever came of it");
    let newest = code("discord:1").await;
    assert_eq!(
        refusal(&app, "discord:2", &newest, now).await,
        "A code links a Discord account with a Reddit account, not two of a kind."
    );
}

#[tokio::test]
async fn five_wrong_codes_are_enough_for_an_hour() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    for minute in 0..5 {
        let now = at(&format!("09:0{minute}:00"));
        assert!(refusal(&app, "reddit:eve", "0000-0000", now).await.starts_with("This code is wrong"));
    }
    let code = linking::code(&app.store, &who("discord:1"), at("09:55:00")).await.unwrap().shown();
    assert_eq!(
        refusal(&app, "reddit:eve", &code, at("09:59:00")).await,
        "You typed five wrong codes; wait an hour, then ask for a new one."
    );
    // Others are not held up, and the hour ends.
    assert!(refusal(&app, "reddit:bob", "nonsense", at("09:59:00")).await.starts_with("This code is wrong"));
    linking::redeem(&app.store, &who("reddit:eve"), &code, at("10:00:01")).await.unwrap();
}

#[tokio::test]
async fn an_opt_out_is_for_ever_and_for_both_accounts() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let now = at("09:00:00");
    assert!(!is_out(&app, "reddit:ann").await);
    opt_out(&app.store, &who("reddit:Ann"), at("09:00:00")).await.unwrap();
    opt_out(&app.store, &who("reddit:ann"), at("09:00:00")).await.unwrap();
    assert!(is_out(&app, "reddit:ann").await);
    assert!(!is_out(&app, "discord:1").await);
    // Who links takes the opt-out along, and it outlives erasure.
    let code = linking::code(&app.store, &who("discord:1"), now).await.unwrap().shown();
    linking::redeem(&app.store, &who("reddit:ann"), &code, now).await.unwrap();
    assert!(is_out(&app, "discord:1").await);
    cairn::people::erase::erase(&app.store, &who("discord:1"), at("10:00:00")).await.unwrap();
    assert!(is_out(&app, "discord:1").await && is_out(&app, "reddit:ann").await);
    // Linked first, then opted out.
    let code = linking::code(&app.store, &who("discord:2"), now).await.unwrap().shown();
    linking::redeem(&app.store, &who("reddit:bob"), &code, now).await.unwrap();
    opt_out(&app.store, &who("discord:2"), at("09:00:00")).await.unwrap();
    assert!(is_out(&app, "reddit:bob").await);
    // Another database has another salt: a stolen hash says nothing there.
    let elsewhere = crate::world::folder();
    assert!(!is_out(&self::app(elsewhere.path()).await, "reddit:ann").await);
}
