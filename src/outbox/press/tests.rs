//! Every press survives its id, and every id that was ever sent keeps its meaning.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::store::PersonId;
use crate::streak::logs::When;
use crate::streak::subject::Subject;
use crate::triage::Track;

fn word() -> impl Strategy<Value = String> + Clone {
    "[a-z0-9-]{1,20}"
}

/// Text that people typed, with slashes.
fn typed() -> impl Strategy<Value = String> + Clone {
    ".{0,30}"
}

fn track() -> impl Strategy<Value = Track> + Clone {
    proptest::sample::select(Track::ALL.to_vec())
}

fn goal() -> impl Strategy<Value = Goal> + Clone {
    proptest::sample::select(Goal::ALL.to_vec())
}

fn day() -> impl Strategy<Value = jiff::civil::Date> + Clone {
    (-9999i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn answers() -> impl Strategy<Value = Press> {
    let plain = [
        AnswerPress::None,
        AnswerPress::Me,
        AnswerPress::Share,
        AnswerPress::Read,
        AnswerPress::Delete,
        AnswerPress::Judge(Opinion::Good),
        AnswerPress::Judge(Opinion::Bad),
        AnswerPress::Judge(Opinion::NotMine),
    ];
    let press = prop_oneof![proptest::sample::select(plain.to_vec()), track().prop_map(AnswerPress::Go)];
    (any::<i64>(), press).prop_map(Press::from)
}

fn starts() -> impl Strategy<Value = Press> {
    let plain = [StartPress::Begin, StartPress::Degree, StartPress::Find, StartPress::Words];
    let press = prop_oneof![
        proptest::sample::select(plain.to_vec()),
        goal().prop_map(StartPress::Goal),
        goal().prop_map(StartPress::Background),
        goal().prop_map(StartPress::PanelGoal),
    ];
    let privacy = [PrivacyPress::Erase, PrivacyPress::Keep, PrivacyPress::Never];
    prop_oneof![press.prop_map(Press::from), proptest::sample::select(privacy.to_vec()).prop_map(Press::from)]
}

fn wikis() -> impl Strategy<Value = Press> {
    let wiki = prop_oneof![
        Just(WikiPress::Choose),
        typed().prop_map(WikiPress::Show),
        typed().prop_map(WikiPress::Next),
        typed().prop_map(WikiPress::Missed),
        typed().prop_map(WikiPress::Helped),
        typed().prop_map(WikiPress::ShareList),
    ];
    let papers = prop_oneof![
        typed().prop_map(PapersPress::Vote),
        (any::<i64>(), typed()).prop_map(|(pass, paper)| PapersPress::Pass { pass, paper }),
        word().prop_map(PapersPress::ShareWeek),
        typed().prop_map(PapersPress::ShareSearch),
    ];
    let digests = prop_oneof![typed().prop_map(DigestPress::Clear), any::<u64>().prop_map(DigestPress::Unskip)];
    prop_oneof![wiki.prop_map(Press::from), papers.prop_map(Press::from), digests.prop_map(Press::from)]
}

fn revisits() -> impl Strategy<Value = Press> {
    let thing = || prop_oneof![typed().prop_map(Thing::Section), typed().prop_map(Thing::Paper)];
    let press = prop_oneof![
        thing().prop_map(RevisitPress::Ask),
        word().prop_map(RevisitPress::Week),
        Just(RevisitPress::Paper),
        thing().prop_map(RevisitPress::When),
        thing().prop_map(RevisitPress::Typed),
        Just(RevisitPress::Drop),
        any::<i64>().prop_map(RevisitPress::Cancel),
    ];
    let pomodoro = prop_oneof![
        any::<i64>().prop_map(PomodoroPress::Join),
        any::<i64>().prop_map(PomodoroPress::Leave),
        any::<i64>().prop_map(PomodoroPress::End),
    ];
    prop_oneof![press.prop_map(Press::from), pomodoro.prop_map(Press::from)]
}

fn edits() -> impl Strategy<Value = Press> {
    let at = (word(), any::<i64>(), any::<usize>()).prop_map(|(page, revision, at)| SectionAt { page, revision, at });
    let edits = prop_oneof![
        at.clone().prop_map(EditPress::Form),
        at.clone().prop_map(EditPress::Again),
        at.prop_map(EditPress::Empty),
        (word(), any::<i64>(), any::<i64>()).prop_map(|(page, to, base)| EditPress::Revert { page, to, base }),
    ];
    let gaps = prop_oneof![
        Just(GapPress::List),
        Just(GapPress::Look),
        (word(), proptest::option::of(typed())).prop_map(|(key, place)| GapPress::Point { key, place }),
        word().prop_map(GapPress::Other),
        word().prop_map(GapPress::StartPage),
        word().prop_map(GapPress::Refuse),
        word().prop_map(GapPress::Accept),
    ];
    let drafts = prop_oneof![
        Just(DraftPress::List),
        proptest::option::of(any::<i64>()).prop_map(DraftPress::Look),
        any::<i64>().prop_map(DraftPress::Publish),
        any::<i64>().prop_map(DraftPress::Discard),
    ];
    prop_oneof![edits.prop_map(Press::from), gaps.prop_map(Press::from), drafts.prop_map(Press::from)]
}

fn settings() -> impl Strategy<Value = Press> {
    let plain = [
        SettingsPress::Back,
        SettingsPress::Tracks,
        SettingsPress::Danger,
        SettingsPress::Editor,
        SettingsPress::Approver,
        SettingsPress::Channels,
        SettingsPress::DangerChannel,
        SettingsPress::Bands,
        SettingsPress::Study(StudySetting::Page),
        SettingsPress::Study(StudySetting::Channel),
        SettingsPress::Study(StudySetting::Voice),
        SettingsPress::Study(StudySetting::Typed),
    ];
    let press = prop_oneof![
        proptest::sample::select(plain.to_vec()),
        track().prop_map(SettingsPress::Track),
        any::<bool>().prop_map(SettingsPress::Reads),
        proptest::option::of(("[0-9]{0,3}", typed())).prop_map(|typed| SettingsPress::Study(StudySetting::Form(typed))),
    ];
    press.prop_map(Press::from)
}

/// What somebody studied, strokes and all.
fn subject() -> impl Strategy<Value = Option<Subject>> + Clone {
    ".{0,30}".prop_map(|typed| Subject::read(&typed).expect("short enough"))
}

fn pending() -> impl Strategy<Value = Pending> + Clone {
    let when = prop_oneof![Just(When::Today), Just(When::Yesterday), day().prop_map(When::On)];
    prop_oneof![
        (any::<i64>(), when, subject()).prop_map(|(minutes, when, what)| Pending::Log(minutes, when, what)),
        subject().prop_map(Pending::Start),
        Just(Pending::Status),
        Just(Pending::Buddy),
        (track(), any::<i64>(), day()).prop_map(|(track, hours, date)| Pending::Plan(track, hours, date)),
    ]
}

fn joining() -> impl Strategy<Value = Press> {
    let how = (any::<i64>(), proptest::option::of(any::<i64>()))
        .prop_map(|(day_start, commitment)| How { day_start, commitment });
    let press = prop_oneof![
        (how.clone(), pending()).prop_map(|(how, pending)| StudyPress::Zone(how, pending)),
        (how.clone(), pending()).prop_map(|(how, pending)| StudyPress::Elsewhere(how, pending)),
        pending().prop_map(StudyPress::Typed),
        ("[A-Za-z_/+-]{1,40}", how, pending()).prop_map(|(zone, how, pending)| StudyPress::Pace(zone, how, pending)),
    ];
    press.prop_map(Press::from)
}

fn studies() -> impl Strategy<Value = Press> {
    let plain = [StudyPress::Status, StudyPress::Here, StudyPress::Stop, StudyPress::Resume, StudyPress::Why];
    let calendar =
        [CalendarPress::File, CalendarPress::Link, CalendarPress::NewLink, CalendarPress::Off].map(Press::from);
    let rank = [RankPress::Join, RankPress::Leave, RankPress::Track].map(Press::from);
    let person = || any::<i64>().prop_map(PersonId);
    let reminder = prop_oneof![
        Just(ReminderPress::Start),
        (1u16..=720).prop_map(ReminderPress::Snooze),
        Just(ReminderPress::Tomorrow),
        Just(ReminderPress::Skip),
        Just(ReminderPress::Off),
    ];
    let heatmap = prop_oneof![
        Just(HeatmapPress::Share),
        person().prop_map(HeatmapPress::Delete),
        any::<bool>().prop_map(HeatmapPress::Show),
    ];
    let study = prop_oneof![
        proptest::sample::select(plain.to_vec()),
        any::<i64>().prop_map(StudyPress::Undo),
        any::<i64>().prop_map(StudyPress::What),
        any::<u32>().prop_map(StudyPress::Share),
    ];
    prop_oneof![
        study.prop_map(Press::from),
        proptest::sample::select(calendar.to_vec()),
        proptest::sample::select(rank.to_vec()),
        (person(), reminder).prop_map(Press::from),
        heatmap.prop_map(Press::from),
    ]
}

fn plans_and_buddies() -> impl Strategy<Value = Press> {
    let plan = prop_oneof![
        (track(), any::<i64>(), day()).prop_map(|(track, hours, date)| PlanPress::Make(track, hours, date)),
        Just(PlanPress::Show),
        any::<usize>().prop_map(PlanPress::Page),
        (any::<i64>(), any::<usize>(), any::<bool>()).prop_map(|(number, step, done)| PlanPress::Mark {
            number,
            step,
            done
        }),
        any::<i64>().prop_map(PlanPress::Replan),
        any::<i64>().prop_map(PlanPress::Later),
        any::<i64>().prop_map(PlanPress::Fewer),
        any::<i64>().prop_map(PlanPress::Commit),
        any::<i64>().prop_map(PlanPress::Drop),
        any::<i64>().prop_map(PlanPress::Dropped),
    ];
    let buddy = prop_oneof![
        Just(BuddyPress::Join),
        Just(BuddyPress::Track),
        track().prop_map(BuddyPress::Times),
        any::<i64>().prop_map(BuddyPress::Here),
        any::<i64>().prop_map(BuddyPress::Hello),
        proptest::option::of(any::<i64>()).prop_map(BuddyPress::Leave),
        proptest::option::of(any::<i64>().prop_map(PersonId)).prop_map(BuddyPress::Block),
    ];
    prop_oneof![plan.prop_map(Press::from), buddy.prop_map(Press::from)]
}

fn press() -> impl Strategy<Value = Press> {
    let study = prop_oneof![joining(), studies(), plans_and_buddies()];
    prop_oneof![answers(), starts(), wikis(), revisits(), edits(), settings(), study]
}

fn read(id: &str) -> Press {
    let Ok(press) = id.parse();
    press
}

proptest! {
    #[test]
    fn a_press_survives_its_id(press in press()) {
        prop_assert_eq!(read(&press.to_string()), press);
    }

    #[test]
    fn no_id_is_too_odd(id in ".{0,60}") {
        let press = read(&id);
        prop_assert_eq!(read(&press.to_string()), press);
    }
}

/// One id of each kind from messages of version 0.1. Entries are never removed.
const SENT: &[(&str, &str)] = &[
    ("go/3/engineer", "/start"),
    ("none/3", "/start"),
    ("me/3", "/start"),
    ("share/3", "/start"),
    ("read/3", "/start"),
    ("delete/3", "/start"),
    ("good/3", "/start"),
    ("bad/3", "/start"),
    ("notmine/3", "/start"),
    ("goal/research", "/start"),
    ("from/job", "/start"),
    ("degree", "/start"),
    ("panel/find", "/start"),
    ("panel/goal/fun", "/start"),
    ("panel/words", "/start"),
    ("help/start", "/help"),
    ("help/study", "/help"),
    ("wiki", "/wiki"),
    ("show/hardware#gpus", "/wiki"),
    ("next/hardware#", "/wiki"),
    ("gap/gpu and/or tpu?", "/wiki"),
    ("helped/gpu", "/wiki"),
    ("list/gpu or not", "/wiki"),
    ("edit/hardware/1/0", "/mod guide edit"),
    ("again/hardware/1/0", "/mod guide edit"),
    ("empty/hardware/1/0", "/mod guide edit"),
    ("revert/engineer/3/4", "/mod guide revert"),
    ("gaps/list", "/mod gaps"),
    ("gaps/look", "/mod gaps"),
    ("gaps/point/k1", "/mod gaps"),
    ("gaps/point/k1/hardware#gpus", "/mod gaps"),
    ("gaps/other/k1", "/mod gaps"),
    ("gaps/page/k1", "/mod gaps"),
    ("gaps/no/k1", "/mod gaps"),
    ("gaps/yes/k1", "/mod gaps"),
    ("draft/list", "/mod draft list"),
    ("draft/look", "/mod draft list"),
    ("draft/look/7", "/mod draft list"),
    ("draft/publish/7", "/mod draft list"),
    ("draft/discard/7", "/mod draft list"),
    ("vote/2608.00001", "/papers week"),
    ("vote/astro-ph/0601001", "/papers week"),
    ("pass/2/2608.00001", "/papers week"),
    ("week/2026-W47", "/papers week"),
    ("found/attention", "/papers search"),
    ("pomodoro/join/7", "/pomodoro show"),
    ("pomodoro/leave/7", "/pomodoro show"),
    ("pomodoro/end/7", "/pomodoro show"),
    ("remind/ask/section/hardware#gpus", "/remind"),
    ("remind/when/paper/astro-ph/0601001", "/remind"),
    ("remind/typed/section/hardware#", "/remind"),
    ("remind/week/2026-W47", "/remind"),
    ("remind/which", "/remind"),
    ("remind/drop", "/remind"),
    ("remind/cancel/7", "/remind"),
    ("triage/list", "/mod triage"),
    ("triage/look", "/mod triage"),
    ("triage/look/7", "/mod triage"),
    ("triage/right/7", "/mod triage"),
    ("triage/guide/7/hacker", "/mod triage"),
    ("triage/other/7", "/mod triage"),
    ("triage/undo/7", "/mod triage"),
    ("checked/hardware/2", "/mod guide edit"),
    ("digest/clear/2608.00001", "/mod digest preview"),
    ("digest/unskip/123", "/mod digest preview"),
    ("set/editor", "/mod settings"),
    ("set/track/researcher", "/mod settings"),
    ("set/reads/off", "/mod settings"),
    ("set/danger/channel", "/mod settings"),
    ("set/study/form/15/Europe/Berlin", "/mod settings"),
    ("set/study/voice", "/mod settings"),
    ("set/study/form//", "/mod settings"),
    ("study/server", "/mod settings"),
    ("study/here", "/study status"),
    ("study/undo/3", "/study status"),
    ("study/share/30", "/study status"),
    ("study/join/4/-/log/45", "/study status"),
    ("study/place/4/120/log/45/yesterday", "/study status"),
    ("study/joining/plan/engineer/6/2027-03-01", "/study status"),
    ("study/pace/Europe~Berlin/4/60/log/45/2026-11-21", "/study status"),
    ("study/what/3", "/study status"),
    ("study/join/4/-/log/45/today/linear algebra", "/study status"),
    ("study/pace/Europe~Berlin/4/60/log/45/2026-11-21/TCP/IP", "/study status"),
    ("study/joining/start/CNN/RNN", "/study status"),
    ("study/calendar/new", "/study calendar"),
    ("study/plan/make/engineer/6/2027-03-01", "/study plan"),
    ("study/plan/whole/3", "/study plan"),
    ("study/plan/undone/3/11", "/study plan"),
    ("study/heatmap/delete/9", "/study heatmap"),
    ("study/remind/7/snooze/15", "/study reminder"),
    ("study/remind/7/snooze/tomorrow", "/study reminder"),
    ("study/buddy/here/4", "/study buddy"),
    ("study/buddy/leave", "/study buddy"),
    ("study/buddy/block/12", "/study buddy"),
    ("study/rank/track", "/study rank"),
    ("erase/yes", "/privacy delete"),
    ("erase/never", "/privacy delete"),
];

#[test]
fn ids_of_messages_already_sent_are_known_and_keep_their_form() {
    for (id, shows) in SENT {
        let press = read(id);
        assert!(!matches!(press, Press::Unknown(_)), "{id}");
        assert_eq!(press.to_string(), *id);
        assert_eq!(command(id), *shows, "{id}");
    }
}

#[test]
fn what_is_no_id_of_ours_is_unknown() {
    for id in ["", "go/x/engineer", "go/3/wizard", "goal/fame", "study", "study/undo/x", "study/remind/7/snooze/721"] {
        assert_eq!(read(id), Press::Unknown(id.to_owned()), "{id}");
    }
    for id in ["study/join/4/120/dance", "study/place/a/b/status", "show", "draft/look/x", "set/reads/maybe"] {
        assert_eq!(read(id), Press::Unknown(id.to_owned()), "{id}");
    }
}
