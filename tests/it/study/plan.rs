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
    Give all three to make a plan (track, hours a week and deadline), or none to see yours.
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
    These days have about 26 min, fewer than the 2 h that keep your streak.

    **Your plan:** 20 sections, about 8 h 45 min, at 3 h a week, done by 6 December 2026.

    **The next two weeks**
    - Mon 16 Nov: [First step 1: Train a classifier in Teachable Machine](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 26 min
    - Tue 17 Nov: [First step 1: Train a classifier in Teachable Machine](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 26 min
    - Wed 18 Nov: [First step 1: Train a classifier in Teachable Machine](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 18 min
    - Thu 19 Nov: [First step 1: Train a classifier in Teachable Machine](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 10 min · First step 2: Choose one idea from what can be made, 22 min
    - Fri 20 Nov: [First step 2: Choose one idea from what can be made](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 28 min
    - Sat 21 Nov: [First step 2: Choose one idea from what can be made](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 20 min
    - Sun 22 Nov: [First step 2: Choose one idea from what can be made](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 10 min · First step 3: Write five sentences and a screenshot about it, 22 min
    - Mon 23 Nov: [First step 3: Write five sentences and a screenshot about it](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 26 min
    - Tue 24 Nov: [First step 3: Write five sentences and a screenshot about it](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 22 min
    - Wed 25 Nov: 25 min, [First step 3: Write five sentences and a screenshot about it](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer) to “What do you need to know before you tinker?”
    [Done: First step 1: Train a classifier in Teachable Machine]
    [Change my commitment to 25 min a day] [Add the pages that the guide leads to]
    [Re-plan] [.ics] [Drop] [Page 2 of 2]
    ");
    let done = d.press("ann", &plan, "Done: First step 1: Train a classifier in Teachable Machine").await;
    assert!(done.updated);
    assert_snapshot!(done.content.lines().take(5).collect::<Vec<_>>().join("\n"), @"
    These days have about 26 min, fewer than the 2 h that keep your streak.

    **Your plan:** 20 sections, about 8 h 45 min, at 3 h a week, done by 6 December 2026. 1 of 20 sections done.

    **The next two weeks**
    ");
    let undone = d.press("ann", &done, "Not done: First step 1: Train a classifier in Teachable Machine").await;
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
    You have a plan already: Hacker guide, 0 of 20 sections done. Replace it with a new plan: Engineer guide, 10 h a week until 1 June 2027?
    [Replace it] [Keep it]
    ");
    assert_eq!(d.press("ann", &asked, "Keep it").await.content, plan.content);
    let asked = d.slash("ann", "/study plan track:engineer hours:10 deadline:2027-06-01").await;
    let other = d.press("ann", &asked, "Replace it").await;
    assert_snapshot!(other.content.lines().next().unwrap_or_default(), @"
    These days have about 1 h 26 min, fewer than the 2 h that keep your streak.
    ");
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
    // The guide alone fits in; the pages that it leads to are added for who asks for them, and what is done stays done.
    let guide = d.slash("ann", "/study plan track:engineer hours:5 deadline:in 4 weeks").await;
    assert!(guide.content.contains("**Your plan:** 18 sections, about 9 h 20 min, at 5 h a week, done by "), "{guide}");
    let first = "First step 1: Read ten adverts from your area across the…";
    let guide = d.press("ann", &guide, &format!("Done: {first}")).await;
    let tight = d.press("ann", &guide, "Add the pages that the guide leads to").await;
    assert!(tight.content.contains(" 1 of 278 sections done."), "{tight}");
    let tight = d.press("ann", &tight, &format!("Not done: {first}")).await;
    assert!(!tight.to_string().contains("Add the pages"), "{tight}");
    assert_snapshot!(tight.content.lines().take(3).collect::<Vec<_>>().join("\n"), @"
    These days have about 43 min, fewer than the 2 h that keep your streak.

    **Your plan:** 278 sections, about 78 h 30 min, at 5 h a week.
    ");
    let buttons: Vec<String> =
        tight.to_string().lines().filter(|line| line.starts_with('[')).map(str::to_owned).collect();
    assert_snapshot!(buttons.join("\n"), @"
    [updated]
    [ephemeral]
    [Done: First step 1: Read ten adverts from your area across the…]
    [A later date: 6 March 2027] [Fewer: 60 sections] [Change my commitment to 40 min a day]
    [Re-plan] [.ics] [Drop] [Page 2 of 3]
    ");
    let page = d.press("ann", &tight, "Page 2 of 3").await;
    assert_snapshot!(page, @"
    [updated]
    [ephemeral]
    - Tue 24 Nov: 35 min, [Which first project fits which job?](https://cairn.example/guides/engineer#which-first-project-fits-which-job) to “What do real ML systems look like?”
    - Wed 25 Nov: 50 min, [Whose paths can you learn from?](https://cairn.example/guides/engineer#whose-paths-can-you-learn-from) to “Which skills does an ML engineer need?”
    - Thu 26 Nov: 45 min, [What must an AI engineer know?](https://cairn.example/guides/engineer#what-must-an-ai-engineer-know) to “How hard is it to become an ML engineer?”
    - Fri 27 Nov: 45 min, [How hard is it to become an ML engineer?](https://cairn.example/guides/engineer#how-hard-is-it-to-become-an-ml-engineer) to “Twelve months to ML engineer: what do you do when?”
    - Sat 28 Nov: 35 min, [Twelve months to AI engineer: what do you do when?](https://cairn.example/guides/engineer#twelve-months-to-ai-engineer-what-do-you-do-when) to “How do you start a career in data science?”
    - Sun 29 Nov: [What are the ML job market and the pay like?](https://cairn.example/guides/engineer#what-are-the-ml-job-market-and-the-pay-like), 10 min

    **After that**
    - week of 30 Nov: 4 h 50 min up to “How do you choose a specialisation?”
    - week of 7 Dec: 5 h up to “How do you stay motivated for months?”
    - week of 14 Dec: 5 h 10 min up to “What kind of problem do you have?”
    - week of 21 Dec: 5 h up to “Which projects should you never show?”
    - week of 28 Dec: 5 h 5 min up to “How do you become a data analyst?”
    - week of 4 Jan: 5 h up to “How do you build RAG, step by step?”
    - week of 11 Jan: 4 h 55 min up to “What are you allowed to collect?”
    - week of 18 Jan: 5 h up to “What helps against impostor feelings?”
    - week of 25 Jan: 5 h up to “Which country should you study in?”
    - week of 1 Feb: 5 h 5 min up to “Should you learn ML or just use APIs?”
    - week of 8 Feb: 5 h 5 min up to “What do you do when a paper defeats you?”
    [Done: First step 1: Read ten adverts from your area across the…]
    [A later date: 6 March 2027] [Fewer: 60 sections] [Change my commitment to 40 min a day]
    [Re-plan] [.ics] [Drop] [Page back] [Page 3 of 3]
    ");
    let fewer = d.press("ann", &tight, "Fewer: 60 sections").await;
    assert!(fewer.content.contains("**Your plan:** 60 sections"), "{fewer}");
    let again = d.slash("ann", "/study plan track:engineer hours:5 deadline:in 4 weeks").await;
    let guide = d.press("ann", &again, "Replace it").await;
    let tight = d.press("ann", &guide, "Add the pages that the guide leads to").await;
    let later = d.press("ann", &tight, "A later date: 6 March 2027").await;
    assert!(later.content.contains("at 5 h a week, done by 6 March 2027."), "{later}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_in_days_is_refused_and_what_does_not_fit_is_said_before_a_plan_goes() {
    let world = planning("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    for deadline in ["tomorrow", "in 5 days"] {
        let refused =
            d.slash("ann", &format!("/study plan track:engineer hours:5 deadline:{deadline}")).await.content.clone();
        assert!(
            refused.starts_with("Until ") && refused.contains(" sections fit in at 5 h a week; all are done by "),
            "{refused}"
        );
        assert!(refused.ends_with("Choose a date at least a week from now."), "{refused}");
    }
    assert!(d.slash("ann", "/study plan").await.content.starts_with("You have no plan yet."));
    // A standing plan is not asked about in vain, and whoever may replace it knows what does not fit.
    d.slash("ann", &format!("{MAKE}in 6 months")).await;
    let refused = d.slash("ann", "/study plan track:engineer hours:5 deadline:tomorrow").await.content.clone();
    assert!(refused.starts_with("Until "), "{refused}");
    let asked = d.slash("ann", "/study plan track:engineer hours:1 deadline:in 4 weeks").await.content.clone();
    assert!(asked.contains("1 h a week until 14 December 2026? That is more than fits in: "), "{asked}");
    assert!(asked.contains(" sections by then; all of it is done by "), "{asked}");
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

    These days have about 26 min, fewer than the 2 h that keep your streak.

    **Your plan:** 20 sections, about 8 h 45 min, at 3 h a week, done by 7 December 2026.

    **The next two weeks**
    - Wed 18 Nov: [First step 1: Train a classifier in Teachable Machine](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 18 min
    - Thu 19 Nov: [First step 1: Train a classifier in Teachable Machine](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 10 min · First step 2: Choose one idea from what can be made, 22 min
    - Fri 20 Nov: [First step 2: Choose one idea from what can be made](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 28 min
    - Sat 21 Nov: [First step 2: Choose one idea from what can be made](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 20 min
    - Sun 22 Nov: [First step 2: Choose one idea from what can be made](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 10 min · First step 3: Write five sentences and a screenshot about it, 22 min
    - Mon 23 Nov: [First step 3: Write five sentences and a screenshot about it](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 26 min
    - Tue 24 Nov: [First step 3: Write five sentences and a screenshot about it](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 22 min
    - Wed 25 Nov: [First step 1: Train a classifier in Teachable Machine](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), 26 min
    - Thu 26 Nov: 25 min, [First step 3: Write five sentences and a screenshot about it](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer) to “What do you need to know before you tinker?”
    ");
    // It is said once; shown again, the plan is the same.
    let shown = d.slash("ann", "/study plan").await.content.clone();
    assert!(shown.starts_with("These days have about") && again.ends_with(&shown), "{shown}");
    // Months later the stored ledger has let go of most days; what was studied then still counts.
    d.slash("ann", "/study log minutes:30").await;
    world.tick_to("2027-05-05T15:00:00Z").await;
    let late = d.slash("ann", "/study plan").await.content.clone();
    assert!(late.starts_with("What was left comes after the next seven days, which stay as they are."), "{late}");
    assert!(late.contains("That is more than fits in before 16 May 2027. You can choose a later date ("), "{late}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_not_joined_gets_the_plan_after_choosing_a_zone() {
    let world = Rehearsal::with_pages("2026-11-16T15:00:00Z", &[]).await;
    let d = &world.discord;
    let asked = d.slash("eve", &format!("{MAKE}end of May")).await;
    assert!(asked.content.contains("Then your plan is made."), "{asked}");
    let how_much = d.choose("eve", &asked, "Your time zone", &["Europe/Berlin"]).await;
    let made = d.press("eve", &how_much, "2 h").await;
    assert!(made.content.contains("**Your plan:**"), "{made}");
    world.finish().await;
}

/// Who only follows such a plan would keep no streak.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_shorter_than_the_commitment_are_told_and_can_be_agreed() {
    let world = planning("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    let plan = d.slash("ann", &format!("{MAKE}in 6 months")).await;
    let note = "These days have about 26 min, fewer than the 2 h that keep your streak.";
    assert!(plan.content.starts_with(note), "{plan}");
    let agreed = d.press("ann", &plan, "Change my commitment to 25 min a day").await;
    assert_eq!(agreed.content, "From tomorrow, 25 minutes make a day.");
    assert!(d.slash("ann", "/study plan").await.content.starts_with("**Your plan:**"));
    world.finish().await;
}
