//! Conversations about study on Discord, on a clock that stands.

use insta::assert_snapshot;

use crate::world::discord::permission;
use crate::world::rehearsal::Rehearsal;

/// Somebody in Berlin who has joined.
pub async fn joined(now: &str) -> Rehearsal {
    let world = Rehearsal::start(now).await;
    world.discord.slash("ann", "/study zone zone:Europe/Berlin").await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_not_joined_is_asked_for_a_zone_and_loses_nothing() {
    let world = Rehearsal::start("2026-11-20T15:00:00Z").await;
    let d = &world.discord;
    let asked = d.slash("ann", "/study log minutes:45").await;
    assert_snapshot!(asked, @"
    [ephemeral]
    **Where do you study?** Your study days follow the clock there, from 4 in the morning. Then your 45 minutes are logged.
    (Your time zone ▾)
      America/Los_Angeles (07:00 now)
      America/Denver (08:00 now)
      America/Mexico_City (09:00 now)
      America/Chicago (09:00 now)
      America/Bogota (10:00 now)
      America/New_York (10:00 now)
      America/Toronto (10:00 now)
      America/Sao_Paulo (12:00 now)
      America/Argentina/Buenos_Aires (12:00 now)
      Europe/London (15:00 now)
      Africa/Lagos (16:00 now)
      Europe/Berlin (16:00 now)
      Europe/Paris (16:00 now)
      Africa/Cairo (17:00 now)
      Europe/Istanbul (18:00 now)
      Africa/Nairobi (18:00 now)
      Asia/Dubai (19:00 now)
      Asia/Karachi (20:00 now)
      Asia/Kolkata (20:30 now)
      Asia/Dhaka (21:00 now)
      Asia/Jakarta (22:00 now)
      Asia/Shanghai (23:00 now)
      Asia/Tokyo (00:00 now)
      Australia/Sydney (02:00 now)
    [Somewhere else…]
    ");
    let again = d.slash("ann", "/study log minutes:5").await;
    let how_much = d.choose("ann", &asked, "Your time zone", &["Europe/Berlin"]).await;
    assert_snapshot!(how_much, @"
    [updated]
    [ephemeral]
    **How much do you want to study on a day?** As many minutes make a day of your streak. 2 h is right if machine learning is your main goal now; half an hour is plenty beside school or a job. `/study commitment` changes it later.
    [30 min] [1 h] [2 h]
    ");
    let joined = d.press("ann", &how_much, "2 h").await;
    assert_snapshot!(joined, @"
    [updated]
    [ephemeral]
    **You're in.** Your days start at 04:00 in Europe/Berlin, and 120 minutes make a day. You hold two freezes: each saves your streak on a day that goes wrong.

    **45 min** logged for today.
    ▰▰▰▱▱▱▱▱▱▱ 45 of 120 min today
    Your streak begins on the first day you reach your minutes.
    [Undo] [Why?] [Add a subject]
    ");
    // Who answers a second question has joined already; the minutes are not lost.
    assert_snapshot!(d.choose("ann", &again, "Your time zone", &["Asia/Tokyo"]).await, @"
    [updated]
    [ephemeral]
    **5 min** logged for today.
    ▰▰▰▰▱▱▱▱▱▱ 50 of 120 min today
    Your streak begins on the first day you reach your minutes.
    [Undo] [Why?] [Add a subject]
    ");
    // By the form, with a slip of the pen on the way.
    let asked = d.slash("bob", "/study start").await;
    let form = d.press("bob", &asked, "Somewhere else…").await.modal.expect("a form");
    assert_snapshot!(form.to_string(), @"
    ⌗ Where and how do you study?
    A large city near you, or a time zone* (line, ≤ 60): ‹Lisbon›
    The hour at which your day starts, 0 to 6* (line, ≤ 1): 4
    Minutes a day you want to study (line, ≤ 3): ‹120›
    ");
    let unclear = d.submit("bob", &form, &[("zone", "IST"), ("day_start", "6"), ("commitment", "180")]).await;
    assert_snapshot!(unclear, @"
    [ephemeral]
    “IST” can be several time zones; did you mean Asia/Kolkata, Europe/Dublin or Asia/Jerusalem?
    (Your time zone ▾)
      Asia/Kolkata (20:30 now)
      Europe/Dublin (15:00 now)
      Asia/Jerusalem (17:00 now)
      Europe/Istanbul (18:00 now)
    [Somewhere else…]
    ");
    assert_snapshot!(d.choose("bob", &unclear, "Your time zone", &["Asia/Kolkata"]).await, @"
    [updated]
    [ephemeral]
    **You're in.** Your days start at 06:00 in Asia/Kolkata, and 180 minutes make a day. You hold two freezes: each saves your streak on a day that goes wrong.

    Timer started. At 23:30 I'll ask whether you are still there.
    [Stop the timer] [Add a subject]
    ");
    let asked = d.slash("cid", "/study status").await;
    let form = d.press("cid", &asked, "Somewhere else…").await.modal.expect("a form");
    for (fields, said) in [
        (
            [("zone", "Zz9"), ("day_start", "4"), ("commitment", "")],
            "“Zz9” is no time zone; write a large city near you, or a name like Europe/Berlin.",
        ),
        (
            [("zone", "New York"), ("day_start", "9"), ("commitment", "")],
            "A study day can start at a whole hour from 0 to 6; choose one of those.",
        ),
        (
            [("zone", "New York"), ("day_start", "x"), ("commitment", "")],
            "The hour at which your day starts must be a whole number; try again.",
        ),
        (
            [("zone", "New York"), ("day_start", "4"), ("commitment", "-5")],
            "A commitment here is 15 to 960 minutes a day; choose one of those.",
        ),
    ] {
        assert_eq!(d.submit("cid", &form, &fields).await.content, said);
    }
    assert_snapshot!(d.submit("cid", &form, &[("zone", "New York")]).await, @"
    [ephemeral]
    **You're in.** Your days start at 04:00 in America/New_York, and 120 minutes make a day. You hold two freezes: each saves your streak on a day that goes wrong.
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    Your streak begins on the first day you reach your minutes.
    ");
    // Yesterday is the day before that of joining, and so it is refused, as it is to who has joined.
    let asked = d.slash("fay", "/study log minutes:30 date:yesterday").await;
    let how_much = d.choose("fay", &asked, "Your time zone", &["Europe/Berlin"]).await;
    let joined = d.press("fay", &how_much, "30 min").await.content.clone();
    assert!(joined.contains("30 minutes make a day"), "{joined}");
    assert!(joined.ends_with("You joined on Friday 20 November; minutes can be logged from that day on."), "{joined}");
    assert!(d.slash("fay", "/study status").await.content.contains("0 of 30 min today"));
    // Naming a zone is joining.
    assert_snapshot!(d.slash("dan", "/study zone zone:Mumbai day_start:0").await, @"
    [ephemeral]
    **You're in.** Your days start at 00:00 in Asia/Kolkata, and 120 minutes make a day. You hold two freezes: each saves your streak on a day that goes wrong.
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    Your streak begins on the first day you reach your minutes.
    ");
    assert_snapshot!(d.slash("eve", "/study zone zone:CET").await, @"
    [ephemeral]
    “CET” can be several time zones; did you mean Europe/Berlin, Europe/Paris or Europe/Madrid?
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_of_logs_undone_and_filled_in() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/study status").await, @"
    [ephemeral]
    **Monday 16 November**
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    120 min to go. Today ends at 04:00 on Tuesday.
    Your streak begins on the first day you reach your minutes.
    Freezes: 2 of 2.
    Your days start at 04:00 in Europe/Berlin.
    [Why?]
    ");
    let first = d.slash("ann", "/study log minutes:100").await;
    assert_snapshot!(first, @"
    [ephemeral]
    **100 min** logged for today.
    ▰▰▰▰▰▰▰▰▱▱ 100 of 120 min today
    Your streak begins on the first day you reach your minutes.
    [Undo] [Why?] [Add a subject]
    ");
    let second = d.slash("ann", "/study log minutes:40").await;
    assert_snapshot!(second, @"
    [ephemeral]
    **40 min** logged for today.
    That's today done.
    ▰▰▰▰▰▰▰▰▰▰ 140 of 120 min today
    Streak: **1 day**, your longest so far.
    [Undo] [Why?] [Add a subject]
    ");
    // The first log's button does not take back the second.
    assert_snapshot!(d.press("ann", &first, "Undo").await, @"
    [ephemeral]
    That log was taken back, or another came after it; /study undo takes back the latest.
    ");
    assert_snapshot!(d.press("ann", &second, "Undo").await, @"
    [updated]
    [ephemeral]
    Took back 40 min from today.
    ▰▰▰▰▰▰▰▰▱▱ 100 of 120 min today
    Your streak begins on the first day you reach your minutes.
    [Why?]
    ");
    assert_eq!(d.slash("ann", "/study undo").await.content.lines().next(), Some("Took back 100 min from today."));
    assert_eq!(
        d.slash("ann", "/study undo").await.content,
        "There is no log of the last 24 hours to take back; older ones stay as they are."
    );
    world.tick_to("2026-11-18T15:00:00Z").await;
    let offered = d.autocomplete("ann", "/study log minutes:120 date:|").await.choices.expect("choices");
    assert_eq!(
        offered.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        [
            "Wednesday 18 November (0 min so far)",
            "Tuesday 17 November (0 min so far)",
            "Monday 16 November (0 min so far)"
        ]
    );
    assert_eq!(offered[1].value, "2026-11-17");
    for (command, said) in [
        ("/study log minutes:120 date:2026-11-17", "**120 min** logged for Tuesday 17 November."),
        ("/study log minutes:120 date:2026-11-16", "**120 min** logged for Monday 16 November."),
        ("/study log minutes:10 date:yesterday", "**10 min** logged for Tuesday 17 November."),
        (
            "/study log minutes:10 date:2026-11-19",
            "That day has not come yet; your study day is still Wednesday 18 November. Log it when it's there.",
        ),
        (
            "/study log minutes:10 date:2026-11-15",
            "You joined on Monday 16 November; minutes can be logged from that day on.",
        ),
        (
            "/study log minutes:10 date:someday",
            "That is no date; choose one of those offered, or write one like 2026-11-21.",
        ),
        ("/study log minutes:120", "**120 min** logged for today."),
        ("/study log minutes:720", "**720 min** logged for today."),
        ("/study log minutes:121", "A day holds at most 960 minutes, and this one has 840; log 120 or fewer."),
        ("/study log minutes:120", "**120 min** logged for today."),
        (
            "/study log minutes:1",
            "That day is full: 960 minutes are the most it holds. Log what comes after it on the next day.",
        ),
        ("/study undo", "Took back 120 min from today."),
        (
            "/study stop",
            "No timer is running; /study start begins one, and /study log adds minutes you studied without it.",
        ),
    ] {
        let said = said.to_owned();
        assert_eq!(d.slash("ann", command).await.content.lines().next(), Some(said.as_str()), "{command}");
    }
    world.tick_to("2026-11-20T15:00:00Z").await;
    // Two late days in seven are the most.
    assert_eq!(
        d.slash("ann", "/study log minutes:9 date:2026-11-19").await.content,
        "Two late days a week is the most that can be filled in; today still counts."
    );
    assert_snapshot!(d.slash("ann", "/study why").await, @"
    [ephemeral]
    - **Mon 16 Nov**: met, 120 of 120 min logged; streak 1
    - **Tue 17 Nov**: met, 130 of 120 min logged; streak 2
    - **Wed 18 Nov**: met, 840 of 120 min logged; streak 3
    - **Thu 19 Nov**: frozen, 0 of 120 min; a freeze was used, so your streak of 3 stands (1 of 2 left)
    - **Fri 20 Nov**: open, 0 of 120 min; still running
    **Streak 3** (longest 3): days in a row with your minutes. Rest, sick days, pauses and freezes don't count, and don't break it.
    **Freezes 1**: the next one comes after 4 more met days.
    **Show-up days 3**: with 10 minutes or more, of the last 30.
    ");
    assert_snapshot!(d.slash("ann", "/study status").await, @"
    [ephemeral]
    **Friday 20 November**
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    120 min to go. Today ends at 04:00 on Saturday.
    Streak: **3 days**, your longest so far.
    Freezes: 1 of 2. You studied on 3 of the last 30 days.
    Your days start at 04:00 in Europe/Berlin.
    [Why?]
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leave_and_coming_back() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    for _ in 0..2 {
        d.slash("ann", "/study log minutes:120").await;
        world.pass("24h").await;
    }
    assert_snapshot!(d.slash("ann", "/study sick").await, @"
    [ephemeral]
    Get well soon. Today can't break your streak; rest comes first.
    ");
    let paused = d.slash("ann", "/study pause days:3").await;
    assert_snapshot!(paused, @"
    [ephemeral]
    Paused from Thursday 19 November to Saturday 21 November. Your streak waits for you.
    [Resume]
    ");
    assert_snapshot!(d.slash("ann", "/study rest day:Saturday and:Sunday").await, @"
    [ephemeral]
    You rest on Saturday and Sunday, from Wednesday 25 November on.
    ");
    // A look changes nothing; none is a choice.
    for (command, said) in [
        (
            "/study rest",
            "You rest on no weekday. You rest on Saturday and Sunday from Wednesday 25 November on. Give `day` to change \
             that; it holds from a week later on.",
        ),
        (
            "/study rest day:None: I rest on no day and:Sunday",
            "Choose days of rest, or none of them; /study rest shows those you have.",
        ),
        ("/study rest day:None: I rest on no day", "No days of rest any more, from Wednesday 25 November."),
        ("/study rest", "You rest on no weekday. Give `day` to change that; it holds from a week later on."),
    ] {
        assert_eq!(d.slash("ann", command).await.content, said, "{command}");
    }
    d.slash("ann", "/study rest day:Saturday and:Sunday").await;
    assert_snapshot!(d.slash("ann", "/study commitment minutes:180").await, @"
    [ephemeral]
    From tomorrow, 180 minutes make a day.
    ");
    assert_snapshot!(d.slash("ann", "/study status").await, @"
    [ephemeral]
    **Wednesday 18 November**
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    You are sick today, so nothing is expected of you. The next day starts at 04:00 on Thursday.
    Streak: **2 days**, your longest so far.
    Freezes: 2 of 2. You studied on 2 of the last 30 days.
    Paused: Thursday 19 November to Saturday 21 November.
    From tomorrow your commitment is 180 min a day.
    Your days start at 04:00 in Europe/Berlin.
    [Resume] [Why?]
    ");
    world.pass("24h").await;
    assert_snapshot!(d.slash("ann", "/study status").await, @"
    [ephemeral]
    **Thursday 19 November**
    ▱▱▱▱▱▱▱▱▱▱ 0 of 180 min today
    Today is paused, so nothing is expected of you. The next day starts at 04:00 on Friday.
    Streak: **2 days**, your longest so far.
    Freezes: 2 of 2. You studied on 2 of the last 30 days.
    Paused: Thursday 19 November to Saturday 21 November.
    Your days start at 04:00 in Europe/Berlin.
    [Resume] [Why?]
    ");
    assert_snapshot!(d.press("ann", &paused, "Resume").await, @"
    [updated]
    [ephemeral]
    Good to have you back: nothing is paused from today on.
    ▱▱▱▱▱▱▱▱▱▱ 0 of 180 min today
    Streak: **2 days**, your longest so far.
    ");
    for (command, said) in [
        ("/study pause", "Give days to pause that many from tomorrow on, or resume to come back."),
        (
            "/study pause resume:true",
            "Nothing is paused from today on, so there is nothing to resume; /study pause pauses the days to come.",
        ),
        ("/study rest day:Saturday and:Saturday", "Choose at most two different weekdays to rest, or none."),
        ("/study zone zone:Europe/Berlin", "It is set to that already, so there is nothing to do."),
        (
            "/study zone zone:Paris day_start:5",
            "Zone and day start can change once in 7 days, and each is a change; choose which of the two comes first.",
        ),
        ("/study zone", "Your days start at 04:00 in Europe/Berlin. Give `zone` or `day_start` to change that."),
        (
            "/study zone zone:Lagos",
            "Your zone is Africa/Lagos now. Today ends at 04:00 on Friday, and a short day on the way never breaks your streak.",
        ),
        (
            "/study zone day_start:5",
            "Zone and day start can change once in 7 days; the next change is possible at 16:00 on Thursday 26 November.",
        ),
    ] {
        assert_eq!(d.slash("ann", command).await.content, said, "{command}");
    }
    // A week without a word, two of its days saved by freezes; and back again, comeback first.
    world.pass("168h").await;
    assert_snapshot!(d.slash("ann", "/study status").await, @"
    [ephemeral]
    **Thursday 26 November**
    ▱▱▱▱▱▱▱▱▱▱ 0 of 180 min today
    180 min to go. Today ends at 04:00 on Friday.
    A new run begins on the next day you reach your minutes. Your longest, 2 days, stays yours.
    Freezes: 0 of 2. You studied on 2 of the last 30 days.
    Your days start at 04:00 in Africa/Lagos.
    [Why?]
    ");
    assert_snapshot!(d.slash("ann", "/study log minutes:30").await, @"
    [ephemeral]
    **30 min** logged for today.
    ▰▱▱▱▱▱▱▱▱▱ 30 of 180 min today
    Welcome back! Reach your minutes today, and a new run begins. Your longest, 2 days, stays yours.
    [Undo] [Why?] [Add a subject]
    ");
    assert_snapshot!(d.slash("ann", "/study log minutes:150").await, @"
    [ephemeral]
    **150 min** logged for today.
    That's today done.
    ▰▰▰▰▰▰▰▰▰▰ 180 of 180 min today
    Welcome back! This is day 1 of a new run. Your longest, 2 days, stays yours.
    [Undo] [Why?] [Add a subject]
    ");
    assert_snapshot!(d.slash("ann", "/study why").await, @"
    [ephemeral]
    - **Mon 16 Nov**: met, 120 of 120 min logged; streak 1
    - **Tue 17 Nov**: met, 120 of 120 min logged; streak 2
    - **Wed 18 Nov**: sick, 0 of 120 min; you were sick, so your streak of 2 stands
    - **Thu 19 Nov**: frozen, 0 of 180 min; a freeze was used, so your streak of 2 stands (1 of 2 left)
    - **Fri 20 Nov**: frozen, 0 of 180 min; a freeze was used, so your streak of 2 stands (0 of 2 left)
    - **Sat 21 Nov**: missed, 0 of 180 min; below 10 min, no freeze left; the run of 2 ended here
    - **Sun 22 Nov**: missed, 0 of 180 min; below 10 min
    - **Mon 23 Nov**: missed, 0 of 180 min; below 10 min
    - **Tue 24 Nov**: missed, 0 of 180 min; below 10 min
    - **Wed 25 Nov**: missed, 0 of 180 min; below 10 min
    - **Thu 26 Nov**: met, 180 of 180 min logged; streak 1
    **Streak 1** (longest 2): days in a row with your minutes. Rest, sick days, pauses and freezes don't count, and don't break it.
    **Freezes 0**: the next one comes after 6 more met days.
    **Show-up days 3**: with 10 minutes or more, of the last 30.
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moderators_excuse_and_set() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    d.person("bob");
    assert_eq!(
        d.slash("ann", "/mod study excuse user:@ann date:2026-11-16").await.content,
        "To excuse a study day, you need the approver role; ask someone who may manage this server, who sets it in /mod settings."
    );
    for (command, said) in [
        (
            "/mod study excuse user:@ann date:2026-11-16",
            "Monday 16 November is excused for <@ann> and can't break their streak.",
        ),
        (
            "/mod study excuse user:@ann date:2026-11-17",
            "A day can be excused from the day of joining until today; choose such a date.",
        ),
        ("/mod study excuse user:@ann date:Monday", "That is no date; write one like 2026-11-21."),
        (
            "/mod study excuse user:@bob date:2026-11-16",
            "They do not study in this community; only its own moderators can excuse a day.",
        ),
    ] {
        let said = said.replace("<@ann>", &format!("<@{}>", d.person("ann")));
        assert_eq!(d.slash("root", command).await.content, said, "{command}");
    }
    let panel = d.slash("root", "/mod settings").await;
    let page = d.press("root", &panel, "Study…").await;
    assert_snapshot!(page.to_string(), @"
    [updated]
    [ephemeral]
    **Study in this server**
    Study here: the community's time zone is UTC, and the least commitment 15 min a day. There is no study channel.
    (Study channel ▾)
    (Voice channels in which time counts ▾)
    [Time zone and least commitment…] [Back]
    ");
    d.channel("study-hall");
    let page = d.choose("root", &page, "Study channel", &["study-hall"]).await;
    assert!(page.content.contains("The study channel is <#"), "{page}");
    let form = d.press("root", &page, "Time zone and least commitment…").await.modal.clone().expect("a form");
    for (fields, said) in [
        (
            [("zone", "Mars/Olympus"), ("floor", "60")],
            "“Mars/Olympus” is no time zone; write a large city near you, or a name like Europe/Berlin.",
        ),
        ([("zone", ""), ("floor", "14")], "The least commitment is 15 to 960 minutes a day; give a number in between."),
    ] {
        let refused = d.submit("root", &form, &fields).await;
        assert_eq!(refused.content, said);
        let again = d.press("root", &refused, "Back to the form").await.modal.clone().expect("a form");
        assert_eq!([again.fields[0].value.as_str(), again.fields[1].value.as_str()], fields.map(|(_, value)| value));
    }
    let fields = [("zone", "Lisbon"), ("floor", "30")];
    let set = d.submit("root", &form, &fields).await;
    assert!(
        set.content.starts_with(
            "Study here: the community's time zone is Europe/Lisbon, and the least commitment 30 min a day. The study channel is <#"
        ),
        "{set}"
    );
    assert_eq!(
        d.forge_submit("ann", "study/server", None, &fields).await.content,
        "To change the settings, you need the permission Manage Server; ask someone who has it."
    );
    assert_eq!(d.slash("ann", "/study commitment minutes:30").await.content, "From tomorrow, 30 minutes make a day.");
    // The community's zone is offered first.
    let asked = d.slash("bob", "/study status").await;
    assert!(asked.to_string().contains("(Your time zone ▾)\n  Europe/Lisbon"), "{asked}");
    world.finish().await;
}
