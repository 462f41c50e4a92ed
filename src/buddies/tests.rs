//! Buddies: tables of compatibility, matchings compared with brute force, and the life of a group.

use std::collections::BTreeSet;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::compatibility::{Seeker, fit, near};
use super::group_rules::{Effect, Group, Presence};
use super::round::{is_due, round};
use super::texts::News;
use super::week::Week;
use crate::store::PersonId;
use crate::time::days_after;
use crate::time::zone::Zone;
use crate::triage::Track;

const DAN: PersonId = PersonId(0);
const ANN: PersonId = PersonId(1);
const BEN: PersonId = PersonId(2);
const CID: PersonId = PersonId(3);

fn at(hours: i64) -> Timestamp {
    // A Monday, 09:00 UTC.
    Timestamp::from_second(1_763_974_800 + hours * 3600).expect("within the calendar")
}

/// A person who studies three hours from each of these hours of the week.
fn seeker(who: i64, track: Track, hours: &[i64]) -> Seeker {
    let week = Week::of(hours.iter().map(|hour| (at(*hour), 180)));
    let (past, blocked) = (Vec::new(), BTreeSet::new());
    let who = PersonId(who);
    Seeker { who, track, week, attendance: Some(80), since: at(-24), first: false, past, blocked }
}

fn ids(seekers: &[Seeker]) -> Vec<Vec<i64>> {
    let groups = round(seekers, at(0)).expect("groups");
    groups.into_iter().map(|group| group.into_iter().map(|who| who.0).collect()).collect()
}

#[test]
fn weeks_are_compared_in_utc() {
    let evenings = |zone: &str| {
        let zone = Zone::named(zone).expect("a zone");
        // Monday, Thursday and Sunday.
        let dates = [0, 3, 6].map(|days| days_after(date(2025, 11, 24), days));
        Week::of(dates.map(|date| (zone.first_reading(date, 19), 120)))
    };
    let berlin = evenings("Europe/Berlin");
    assert_eq!(berlin.minutes(), 360);
    assert_eq!(berlin.shared(evenings("Europe/Paris")).minutes(), 360);
    assert_eq!(berlin.shared(evenings("Europe/London")).minutes(), 180);
    assert_eq!(berlin.shared(evenings("Asia/Tokyo")).minutes(), 0);
    // Half an hour apart, and 15 minutes apart: Kolkata and Kathmandu.
    assert_eq!(evenings("Asia/Kolkata").shared(evenings("Asia/Kathmandu")).minutes(), 315);
    // A time beyond the end of the week continues at its beginning.
    let mut late = Week::default();
    late.add(at(14 + 6 * 24), 120);
    assert_eq!(late.shared(Week::of([(at(14 + 6 * 24), 60)])).minutes(), 60);
    assert_eq!(late.minutes(), 120);
    assert_eq!(Week::of([(at(0), u16::MAX)]).minutes(), 7 * 24 * 60);
}

#[test]
fn tracks_that_are_near() {
    use Track::{Engineer, Hacker, HighSchool, Researcher};
    let near_to = |a| Track::ALL.into_iter().filter(|b| near(a, *b)).collect::<Vec<_>>();
    assert_eq!(near_to(HighSchool), [HighSchool]);
    assert_eq!(near_to(Engineer), [Engineer, Researcher, Hacker]);
    assert_eq!(near_to(Researcher), [Engineer, Researcher]);
    assert_eq!(near_to(Hacker), [Engineer, Hacker]);
}

#[test]
fn what_keeps_two_apart() {
    let ann = seeker(1, Track::Engineer, &[10, 34]);
    let ben = seeker(2, Track::Engineer, &[10, 34]);
    assert_eq!(fit(&ann, &ben, at(0)), Some(360 + 200 + 200));
    assert_eq!(fit(&ann, &ann, at(0)), None);
    let but = |change: fn(&mut Seeker)| {
        let mut other = ben.clone();
        change(&mut other);
        assert_eq!(fit(&ann, &other, at(0)), fit(&other, &ann, at(0)));
        fit(&ann, &other, at(0))
    };
    assert_eq!(but(|ben| ben.track = Track::Hacker), Some(360 + 200));
    assert_eq!(but(|ben| ben.track = Track::HighSchool), None);
    assert_eq!(but(|ben| ben.attendance = Some(40)), Some(360 + 200));
    assert_eq!(but(|ben| ben.attendance = Some(39)), None);
    assert_eq!(but(|ben| ben.attendance = None), Some(360 + 200 + 200));
    assert_eq!(but(|ben| ben.week = Week::of([(at(10), 120)])), Some(120 + 200 + 200));
    assert_eq!(but(|ben| ben.week = Week::of([(at(10), 105)])), None);
    assert_eq!(but(|ben| ben.blocked = [ANN].into()), None);
    assert_eq!(but(|ben| ben.past = vec![(ANN, at(-8 * 7 * 24 + 1))]), None);
    assert_eq!(but(|ben| ben.past = vec![(ANN, at(-8 * 7 * 24))]), Some(360 + 200 + 200));
}

#[test]
fn rounds() {
    use Track::{Engineer, HighSchool};
    let all = |track, numbers: &[i64]| numbers.iter().map(|&who| seeker(who, track, &[10])).collect::<Vec<_>>();
    assert_eq!(ids(&[]), Vec::<Vec<i64>>::new());
    assert_eq!(ids(&all(Engineer, &[7])), Vec::<Vec<i64>>::new());
    assert_eq!(ids(&all(Engineer, &[7, 7])), Vec::<Vec<i64>>::new());
    assert_eq!(ids(&all(Engineer, &[9, 2])), [[2, 9]]);
    assert_eq!(ids(&all(Engineer, &[3, 1, 2])), [[1, 2, 3]]);
    // A person at school joins no group of others, and forms none with them.
    let mixed = [all(Engineer, &[1, 2]), all(HighSchool, &[3])].concat();
    assert_eq!(ids(&mixed), [[1, 2]]);
    // As many as possible: 1–2 fits best, but then 3 and 4 would be left over.
    let chain = [
        seeker(1, Engineer, &[10, 20]),
        seeker(2, Engineer, &[10, 20, 30]),
        seeker(3, Engineer, &[30]),
        seeker(4, Engineer, &[20]),
    ];
    let chain_without = |who: i64| chain.iter().filter(|seeker| seeker.who.0 != who).cloned().collect::<Vec<_>>();
    assert_eq!(ids(&chain), [[1, 4], [2, 3]]);
    assert_eq!(ids(&chain_without(3)), [[1, 2, 4]]);
    assert_eq!(ids(&chain_without(4)), [[1, 2]]);
    // A person whose buddy left goes first.
    let mut waiting = chain_without(4);
    waiting[2].first = true;
    assert_eq!(ids(&waiting), [[2, 3]]);
    // So does the person who waits longest. Only whole weeks count.
    waiting[2].first = false;
    waiting[2].since = at(-15 * 24);
    assert_eq!(ids(&waiting), [[2, 3]]);
}

#[test]
fn two_days_of_waiting_are_enough() {
    let mut seekers = [seeker(1, Track::Hacker, &[1]), seeker(2, Track::Hacker, &[1])];
    assert!(!is_due(&seekers, at(24)));
    assert!(is_due(&seekers, at(25)));
    assert!(!is_due(&seekers[..1], at(25)));
    seekers[0].since = at(24);
    assert!(is_due(&seekers, at(25)));
}

#[test]
fn a_buddy_who_vanishes() {
    let mut pair = Group::new(&[ANN, BEN], false, at(0));
    assert!(pair.sign(ANN));
    assert!(!pair.sign(CID));
    assert_eq!(pair.due(), Some(at(24)));
    assert_eq!(pair.pass(at(23)), []);
    assert_eq!(pair.pass(at(24)), [Effect::Ask(BEN)]);
    assert_eq!(pair.pass(at(47)), []);
    assert_eq!(pair.due(), Some(at(48)));
    assert_eq!(pair.pass(at(48)), [Effect::Release(BEN), Effect::Alone(ANN)]);
    assert!(pair.is_over());
    assert_eq!((pair.due(), pair.pass(at(500))), (None, vec![]));
}

#[test]
fn an_answer_keeps_the_pair_and_a_hello_expects_one() {
    let mut pair = Group::new(&[ANN, BEN], false, at(0));
    assert_eq!(pair.pass(at(25)), [Effect::Ask(ANN), Effect::Ask(BEN)]);
    assert!(pair.sign(ANN) && pair.sign(BEN));
    assert_eq!((pair.due(), pair.pass(at(500))), (None, vec![]));
    assert!(pair.hello(ANN, BEN, at(500)));
    assert!(!pair.hello(PersonId(9), BEN, at(600)));
    assert_eq!(pair.pass(at(524)), [Effect::Ask(BEN)]);
    // Another hello does not restart the day.
    assert!(pair.hello(ANN, BEN, at(530)));
    assert_eq!(pair.pass(at(548)), [Effect::Release(BEN), Effect::Alone(ANN)]);
}

#[test]
fn after_a_long_sleep_people_are_asked_before_they_are_let_go() {
    let mut pair = Group::new(&[ANN, BEN], false, at(0));
    assert_eq!(pair.pass(at(1000)), [Effect::Ask(ANN), Effect::Ask(BEN)]);
    // Both are released, so nobody is put first.
    assert_eq!(pair.pass(at(1024)), [Effect::Release(ANN), Effect::Release(BEN)]);
}

#[test]
fn three_become_two_become_none() {
    let mut trio = Group::new(&[ANN, BEN, CID], true, at(0));
    assert!(trio.sign(ANN) && trio.sign(BEN));
    assert_eq!(trio.pass(at(24)), [Effect::Ask(CID)]);
    assert_eq!(trio.pass(at(48)), [Effect::Release(CID)]);
    assert!(!trio.is_over());
    assert_eq!(trio.leave(CID), []);
    assert_eq!(trio.leave(BEN), [Effect::Alone(ANN)]);
    assert!(trio.is_over());
    assert_eq!(trio.leave(ANN), []);
}

#[test]
fn news_once_a_day() {
    let mut pair = Group::new(&[ANN, BEN], false, at(0));
    assert!(pair.tell(ANN, date(2026, 11, 23)));
    assert!(!pair.tell(ANN, date(2026, 11, 23)));
    assert!(pair.tell(BEN, date(2026, 11, 23)));
    assert!(pair.tell(ANN, date(2026, 11, 24)));
    assert!(!pair.tell(ANN, date(2026, 11, 23)));
    assert!(!pair.tell(CID, date(2026, 11, 25)));
    pair.leave(BEN);
    assert!(!pair.tell(ANN, date(2026, 11, 25)));
}

#[test]
fn groups_can_be_stored() {
    let mut group = Group::new(&[ANN, BEN], true, at(0));
    group.sign(ANN);
    group.pass(at(24));
    group.tell(ANN, date(2026, 11, 24));
    let stored = serde_json::to_string(&group).expect("JSON");
    assert_eq!(serde_json::from_str::<Group>(&stored).expect("a group"), group);
    assert_eq!(group.members()[1].presence, Presence::Asked(at(24)));
}

#[test]
fn what_people_are_told() {
    let names = |n: usize| ["ann", "ben", "cid"].map(str::to_owned)[..n].to_vec();
    let (one, two, three) = (names(1), names(2), names(3));
    let all = [
        News::Matched(&one),
        News::Matched(&two),
        News::Together(&two),
        News::Together(&three),
        News::Meet(&two),
        News::Question,
        News::Hello("ann"),
        News::Met("ann"),
        News::Released,
        News::Alone,
        News::Fewer,
    ];
    insta::assert_snapshot!(all.map(|news| news.to_string()).join("\n"), @"
    You have a study buddy: ann. Say hello, and tell each other what you are working on. On days when one of you reaches their minutes, I tell the other; that is all I tell.
    You have two study buddies: ann and ben. Say hello, and tell each other what you are working on. On days when one of you reaches their minutes, I tell the other; that is all I tell.
    ann and ben, you are study buddies. I open a thread for you below this message: say hello there, and tell each other what you are working on. On days when one of you reaches their minutes, I say so there; that is all I tell.
    ann, ben and cid, you are study buddies. I open a thread for you below this message: say hello there, and tell each other what you are working on. On days when one of you reaches their minutes, I say so there; that is all I tell.
    ann and ben, this is your place to study side by side.
    Would you like to go on with your study buddy? Then press the button within a day. If now is not the time, that is fine, too; you need not do anything.
    ann says hello. Press the button to say that you are there, too.
    ann has reached their minutes today.
    Your time as study buddies has ended. Whenever it suits you again, `/study buddy` finds you a new one.
    Your buddy has moved on. I am looking for a new one for you, and you go first in the next round.
    One of your buddies has moved on. The two of you go on together.
    ");
}

/// The largest number of pairs and the best fit among those, by trying all.
fn best(seekers: &[Seeker]) -> (usize, u32) {
    let Some((first, rest)) = seekers.split_first() else { return (0, 0) };
    let mut found = best(rest);
    for index in 0..rest.len() {
        if let Some(fit) = fit(first, &rest[index], at(0)) {
            let mut others = rest.to_vec();
            others.remove(index);
            let (pairs, sum) = best(&others);
            found = found.max((pairs + 1, sum + fit));
        }
    }
    found
}

fn any_seeker() -> impl Strategy<Value = Seeker> {
    let track = prop_oneof![3 => Just(Track::Engineer), 1 => Just(Track::Researcher), 1 => Just(Track::Hacker), 2 => Just(Track::HighSchool)];
    let hours = proptest::collection::vec(0_i64..40, 1..6);
    let blocked = proptest::collection::btree_set(0_i64..8, 0..2);
    (track, hours, proptest::option::of(0_u8..101), blocked).prop_map(|(track, hours, attendance, blocked)| Seeker {
        attendance,
        blocked: blocked.into_iter().map(PersonId).collect(),
        ..seeker(0, track, &hours)
    })
}

proptest! {
    #[test]
    fn small_rounds_are_the_best_there_are(mut seekers in proptest::collection::vec(any_seeker(), 0..9)) {
        (0..).zip(&mut seekers).for_each(|(who, seeker)| seeker.who = PersonId(who));
        let groups = ids(&seekers);
        let by_number = |who: &i64| &seekers[usize::try_from(*who).expect("a number")];
        let mut seen = BTreeSet::new();
        let mut pairs = (0, 0);
        for group in &groups {
            prop_assert!(group.iter().all(|who| seen.insert(*who)) && (2..=3).contains(&group.len()));
            for (index, a) in group.iter().enumerate() {
                for b in &group[index + 1..] {
                    prop_assert!(fit(by_number(a), by_number(b), at(0)).is_some());
                }
            }
            pairs.0 += 1;
            if let [a, b] = group[..] {
                pairs.1 += fit(by_number(&a), by_number(&b), at(0)).expect("they fit");
            }
        }
        let wanted = best(&seekers);
        prop_assert_eq!(pairs.0, wanted.0);
        // A trio does not show who was added.
        prop_assert!(groups.iter().any(|group| group.len() == 3) || pairs.1 == wanted.1, "{:?} {:?}", pairs, wanted);
        seekers.reverse();
        prop_assert_eq!(ids(&seekers), groups);
    }

    #[test]
    fn groups_end_and_never_grow(acts in proptest::collection::vec((0_i64..4, 0_u8..5, 0_i64..40), 0..40)) {
        let mut group = Group::new(&[DAN, ANN, BEN], false, at(0));
        let mut now = 0;
        for (who, act, hours) in acts {
            now += hours;
            let (who, next) = (PersonId(who), PersonId((who + 1) % 3));
            let before = group.members().len();
            let effects = match act {
                0 => { group.sign(who); vec![] }
                1 => { group.hello(who, next, at(now)); vec![] }
                2 => group.leave(who),
                _ => group.pass(at(now)),
            };
            let gone = effects.iter().filter(|effect| matches!(effect, Effect::Release(_))).count();
            prop_assert!(act == 2 || before - group.members().len() == gone);
            // Nobody is both released and kept, and nobody is asked in a group that is over.
            let asks = |effect: &Effect| matches!(effect, Effect::Ask(_));
            prop_assert!(!group.is_over() || !effects.iter().any(asks));
            let is_settled = act < 3 || group.due().is_none_or(|due| due > at(now));
            prop_assert!(is_settled, "{:?}", group);
            prop_assert!(group.due().is_none_or(|due| due.duration_since(at(now)) <= SignedDuration::from_hours(24)));
        }
    }
}
