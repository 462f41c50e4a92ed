//! Study plans: made, too large, marked, missed, made again, dropped.

use insta::assert_snapshot;

use crate::world::rehearsal::Rehearsal;

const MAKE: &str = "/study plan track:hacker hours:3 deadline:";

async fn planning(now: &str) -> Rehearsal {
    let world = Rehearsal::with_pages(now, &[]).await;
    world.discord.slash("ann", "/study zone zone:Europe/Berlin").await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_made_marked_and_dropped() {
    let world = planning("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/study plan").await, @"
    [ephemeral]
    You have no plan yet. Give `track`, `hours` a week and `deadline` (a date, or something like “in 3 months”), and Cairn lays the sections of that guide on your days.
    ");
    assert_snapshot!(d.slash("ann", "/study plan track:hacker").await, @"
    [ephemeral]
    A plan needs all three: track, hours a week and deadline; without any, /study plan shows the one you have.
    ");
    assert_snapshot!(d.slash("ann", &format!("{MAKE}soonish")).await, @"
    [ephemeral]
    That is no date; write one like 2027-03-01, “in 3 months” or “end of March”.
    ");
    let offered = d.autocomplete("ann", "/study plan track:hacker hours:3 deadline:6|").await;
    assert_snapshot!(offered.choice_names().join("\n"), @"
    in 6 weeks: Monday 28 December 2026
    in 6 months: Sunday 16 May 2027
    ");
    let plan = d.slash("ann", &format!("{MAKE}in 6 months")).await;
    assert_snapshot!(plan, @"
    [ephemeral]
    **Your plan:** 109 sections, about 27 h 10 min, at 3 h a week, done by 28 February 2027.

    **The next two weeks**
    - Mon 16 Nov: [What do you need to know first?](https://cairn.example/guides/hacker#what-do-you-need-to-know-first), 15 min · Where can you learn it in a few evenings?, 10 min
    - Tue 17 Nov: [Should you call an API, run a model yourself or train one?](https://cairn.example/guides/hacker#should-you-call-an-api-run-a-model-yourself-or-train-one), 15 min
    - Wed 18 Nov: [Can you add ML to your own program in ten lines?](https://cairn.example/guides/hacker#can-you-add-ml-to-your-own-program-in-ten-lines), 15 min
    - Thu 19 Nov: [What can be made with ML?](https://cairn.example/guides/hacker#what-can-be-made-with-ml), 15 min
    - Fri 20 Nov: [How do you build a chatbot today?](https://cairn.example/guides/hacker#how-do-you-build-a-chatbot-today), 15 min
    - Sat 21 Nov: [Which open projects can you borrow from today?](https://cairn.example/guides/hacker#which-open-projects-can-you-borrow-from-today), 15 min
    - Sun 22 Nov: [Which older projects are still worth a look?](https://cairn.example/guides/hacker#which-older-projects-are-still-worth-a-look), 15 min
    - Mon 23 Nov: [How do you borrow without headaches?](https://cairn.example/guides/hacker#how-do-you-borrow-without-headaches), 15 min
    - Tue 24 Nov: 25 min, [What about cost, keys and other people's data?](https://cairn.example/guides/hacker#what-about-cost-keys-and-other-peoples-data) to “Your first three steps this week”
    - Wed 25 Nov: [How far away are you already?](https://cairn.example/guides/first-steps#how-far-away-are-you-already), 15 min
    - Thu 26 Nov: [Which order works from any starting point?](https://cairn.example/guides/first-steps#which-order-works-from-any-starting-point), 15 min
    [Done: What do you need to know first?] [Done: Where can you learn it in a few evenings?]
    [Re-plan] [.ics] [Drop] [Page 2 of 2]
    ");
    let done = d.press("ann", &plan, "Done: What do you need to know first?").await;
    assert!(done.updated);
    assert_snapshot!(done.content.lines().take(5).collect::<Vec<_>>().join("\n"), @"
    **Your plan:** 109 sections, about 27 h 10 min, at 3 h a week, done by 28 February 2027. 1 of 109 sections done.

    **The next two weeks**
    - Mon 16 Nov: ✓ [What do you need to know first?](https://cairn.example/guides/hacker#what-do-you-need-to-know-first), 15 min · Where can you learn it in a few evenings?, 10 min
    - Tue 17 Nov: [Should you call an API, run a model yourself or train one?](https://cairn.example/guides/hacker#should-you-call-an-api-run-a-model-yourself-or-train-one), 15 min
    ");
    let undone = d.press("ann", &done, "Not done: What do you need to know first?").await;
    assert_eq!(undone.content, plan.content);
    let press = plan.components[0]["components"][0]["custom_id"].as_str().expect("a button").to_owned();
    // A button of ann's plan does nothing for bob, whether he has a plan or not.
    assert_snapshot!(d.forge_press("bob", &plan, &press).await, @"
    [ephemeral]
    You have not joined yet; use /study status to choose your time zone and begin.
    ");
    d.slash("bob", "/study zone zone:Europe/Berlin").await;
    d.slash("bob", &format!("{MAKE}in 6 months")).await;
    assert_snapshot!(d.forge_press("bob", &plan, &press).await, @"
    [ephemeral]
    That is not your plan as it stands; /study plan shows yours.
    ");
    // Another plan takes the place of the first only if she says so, and then the first one's buttons are dead.
    let asked = d.slash("ann", "/study plan track:engineer hours:10 deadline:2027-06-01").await;
    assert_snapshot!(asked, @"
    [ephemeral]
    You have a plan already: Hacker guide, 0 of 109 sections done. Replace it by one of the Engineer guide?
    [Replace it] [Keep it]
    ");
    assert_eq!(d.press("ann", &asked, "Keep it").await.content, plan.content);
    let asked = d.slash("ann", "/study plan track:engineer hours:10 deadline:2027-06-01").await;
    let other = d.press("ann", &asked, "Replace it").await;
    assert_snapshot!(other.content.lines().next().unwrap_or_default(), @"**Your plan:** 244 sections, about 61 h 5 min, at 10 h a week, done by 2 January 2027.");
    assert_snapshot!(d.press("ann", &plan, "Re-plan").await, @"
    [ephemeral]
    That is not your plan as it stands; /study plan shows yours.
    ");
    let ask = d.press("ann", &other, "Drop").await;
    assert_snapshot!(d.press("ann", &ask, "Drop it").await, @"
    [updated]
    [ephemeral]
    The plan is gone. `/study plan` makes another whenever you like.
    ");
    assert!(d.slash("ann", "/study plan").await.content.starts_with("You have no plan yet."));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_little_time_is_said_plainly_and_there_are_two_ways_out() {
    let world = planning("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    let tight = d.slash("ann", "/study plan track:engineer hours:5 deadline:in 4 weeks").await;
    assert_snapshot!(tight.content.lines().take(3).collect::<Vec<_>>().join("\n"), @"
    **Your plan:** 244 sections, about 61 h 5 min, at 5 h a week.

    That is more than fits in before 14 December 2026. You can choose a later date (13 March 2027 fits), fewer sections (60 of 244 fit), or more hours a week.
    ");
    let buttons: Vec<String> =
        tight.to_string().lines().filter(|line| line.starts_with('[')).map(str::to_owned).collect();
    assert_snapshot!(buttons.join("\n"), @"
    [ephemeral]
    [Done: What does an ML engineer do?] [Done: Which kinds of job are there?]
    [A later date: 13 March 2027] [Fewer: 60 sections]
    [Re-plan] [.ics] [Drop] [Page 2 of 3]
    ");
    let page = d.press("ann", &tight, "Page 2 of 3").await;
    assert_snapshot!(page, @"
    [updated]
    [ephemeral]
    - Tue 24 Nov: 30 min, [What does operating a model mean?](https://cairn.example/guides/hard-parts#what-does-operating-a-model-mean) to “How do you put your first model online?”
    - Wed 25 Nov: 30 min, [Where can you rent a computer to practise on?](https://cairn.example/guides/hard-parts#where-can-you-rent-a-computer-to-practise-on) to “How do you avoid a surprise bill?”
    - Thu 26 Nov: 30 min, [What can go wrong after launch?](https://cairn.example/guides/hard-parts#what-can-go-wrong-after-launch) to “Which free courses teach operations?”
    - Fri 27 Nov: 30 min, [Why do you need people if your work is good?](https://cairn.example/guides/hard-parts#why-do-you-need-people-if-your-work-is-good) to “How do you meet people when you're shy?”
    - Sat 28 Nov: 30 min, [What do you write to somebody you don't know?](https://cairn.example/guides/hard-parts#what-do-you-write-to-somebody-you-dont-know) to “How do you get experience without a job?”
    - Sun 29 Nov: 30 min, [Do you need machine learning at all?](https://cairn.example/guides/workflow#do-you-need-machine-learning-at-all) to “What kind of problem is it?”

    **After that**
    - week of 30 Nov: 3 h 40 min up to “How do you make your results repeatable?”
    - week of 7 Dec: 3 h 40 min up to “Which big company labs should you know?”
    - week of 14 Dec: 3 h 30 min up to “Which order works from any starting point?”
    - week of 21 Dec: 3 h 35 min up to “Can you change over from an unrelated field?”
    - week of 28 Dec: 3 h 40 min up to “Which methods without neural networks should you know?”
    - week of 4 Jan: 3 h 50 min up to “Can you get in without a degree?”
    - week of 11 Jan: 3 h 45 min up to “Should you go to a conference?”
    - week of 18 Jan: 3 h 40 min up to “Where do you show your portfolio?”
    - week of 25 Jan: 3 h 30 min up to “Do competition results help you get a job?”
    - week of 1 Feb: 3 h 40 min up to “Which classics should you start with?”
    [Done: What does an ML engineer do?] [Done: Which kinds of job are there?]
    [A later date: 13 March 2027] [Fewer: 60 sections]
    [Re-plan] [.ics] [Drop] [Page back] [Page 3 of 3]
    ");
    let fewer = d.press("ann", &tight, "Fewer: 60 sections").await;
    assert_snapshot!(fewer.content.lines().next().unwrap_or_default(), @"**Your plan:** 60 sections, about 15 h, at 5 h a week, done by 14 December 2026.");
    let again = d.slash("ann", "/study plan track:engineer hours:5 deadline:in 4 weeks").await;
    let tight = d.press("ann", &again, "Replace it").await;
    let later = d.press("ann", &tight, "A later date: 13 March 2027").await;
    assert_snapshot!(later.content.lines().next().unwrap_or_default(), @"**Your plan:** 244 sections, about 61 h 5 min, at 5 h a week, done by 13 March 2027.");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missed_days_come_back_after_the_next_seven() {
    let world = planning("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    let first = d.slash("ann", &format!("{MAKE}in 6 months")).await.content.clone();
    let of_day = |text: &str, day: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("- {day}:")));
        line.map(|line| line.replace("](", "\n").lines().next().unwrap_or_default().to_owned())
    };
    // Monday is studied, Tuesday is not.
    d.slash("ann", "/study log minutes:30").await;
    world.tick_to("2026-11-18T15:00:00Z").await;
    let again = d.slash("ann", "/study plan").await.content.clone();
    assert!(again.starts_with("What was left comes after the next seven days, which stay as they are."), "{again}");
    for day in ["Wed 18 Nov", "Thu 19 Nov", "Fri 20 Nov", "Sat 21 Nov", "Sun 22 Nov", "Mon 23 Nov"] {
        assert_eq!(of_day(&first, day).is_some(), of_day(&again, day).is_some(), "{day}");
    }
    assert_snapshot!(again, @"
    What was left comes after the next seven days, which stay as they are.

    **Your plan:** 109 sections, about 27 h 10 min, at 3 h a week, done by 1 March 2027. 2 of 109 sections done.

    **The next two weeks**
    - Wed 18 Nov: [Can you add ML to your own program in ten lines?](https://cairn.example/guides/hacker#can-you-add-ml-to-your-own-program-in-ten-lines), 15 min
    - Thu 19 Nov: [What can be made with ML?](https://cairn.example/guides/hacker#what-can-be-made-with-ml), 15 min
    - Fri 20 Nov: [How do you build a chatbot today?](https://cairn.example/guides/hacker#how-do-you-build-a-chatbot-today), 15 min
    - Sat 21 Nov: [Which open projects can you borrow from today?](https://cairn.example/guides/hacker#which-open-projects-can-you-borrow-from-today), 15 min
    - Sun 22 Nov: [Which older projects are still worth a look?](https://cairn.example/guides/hacker#which-older-projects-are-still-worth-a-look), 15 min
    - Mon 23 Nov: [How do you borrow without headaches?](https://cairn.example/guides/hacker#how-do-you-borrow-without-headaches), 15 min
    - Tue 24 Nov: [What about cost, keys and other people's data?](https://cairn.example/guides/hacker#what-about-cost-keys-and-other-peoples-data), 15 min · Your first three steps this week, 10 min
    - Wed 25 Nov: [Should you call an API, run a model yourself or train one?](https://cairn.example/guides/hacker#should-you-call-an-api-run-a-model-yourself-or-train-one), 15 min
    - Thu 26 Nov: [How far away are you already?](https://cairn.example/guides/first-steps#how-far-away-are-you-already), 15 min
    - Fri 27 Nov: [Which order works from any starting point?](https://cairn.example/guides/first-steps#which-order-works-from-any-starting-point), 15 min
    - Sat 28 Nov: [Step 1: how much calculus do you need?](https://cairn.example/guides/first-steps#step-1-how-much-calculus-do-you-need), 15 min
    ");
    // It is said once; shown again, the plan is the same.
    let shown = d.slash("ann", "/study plan").await.content.clone();
    assert!(shown.starts_with("**Your plan:**") && again.ends_with(&shown), "{shown}");
    // Months later the stored ledger has let go of most days; what was studied then still counts.
    d.slash("ann", "/study log minutes:30").await;
    world.tick_to("2027-03-18T15:00:00Z").await;
    let late = d.slash("ann", "/study plan").await.content.clone();
    assert_snapshot!(late.lines().take(6).collect::<Vec<_>>().join("\n"), @"
    What was left comes after the next seven days, which stay as they are.

    **Your plan:** 109 sections, about 27 h 10 min, at 3 h a week.

    That is more than fits in before 16 May 2027. You can choose a later date (5 July 2027 fits), fewer sections (57 of 109 fit), or more hours a week. 3 of 109 sections done.
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_not_joined_gets_the_plan_after_choosing_a_zone() {
    let world = Rehearsal::with_pages("2026-11-16T15:00:00Z", &[]).await;
    let d = &world.discord;
    let asked = d.slash("eve", &format!("{MAKE}end of May")).await;
    assert!(asked.content.contains("Then your plan is made."), "{asked}");
    let made = d.choose("eve", &asked, "Your time zone", &["Europe/Berlin"]).await;
    assert!(made.content.contains("**Your plan:**"), "{made}");
    world.finish().await;
}
