//! What the recap of a week knows of the plan and of buddies.

use insta::assert_snapshot;

use super::buddies::{MONDAY, engineers, set};
use crate::world::rehearsal::Rehearsal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recap_leads_on_in_the_plan_and_remembers_the_buddy() {
    let world = Rehearsal::with_pages("2026-11-22T11:00:00Z", &[]).await;
    let d = &world.discord;
    set(&world, "Europe/Berlin", Some(d.channel("study"))).await;
    engineers(d, &["ann", "ben"]).await;
    // Who only waits has no buddy, and without a plan there is no next section.
    assert_snapshot!(d.slash("ann", "/study recap").await, @"
    [ephemeral]
    **A new week begins.** Ten minutes today are a good start.
    - You hold 2 freezes for days when life gets in the way.

    Next: pick one section of your guide, and give it ten minutes.
    ");
    let plan = d.slash("ann", "/study plan track:engineer hours:5 deadline:2027-06-01").await;
    assert_snapshot!(d.slash("ann", "/study recap").await, @"
    [ephemeral]
    **A new week begins.** Ten minutes today are a good start.
    - You hold 2 freezes for days when life gets in the way.

    Next in your plan: [First step 1: Read ten adverts from your area across the…](https://cairn.example/guides/engineer#your-first-three-steps-as-an-ml-engineer).
    ");
    d.press("ann", &plan, "Done: First step 1: Read ten adverts from your area across the…").await;
    world.tick_to(MONDAY).await;
    for who in ["ann", "ben"] {
        let matched = d.bot_says(&*format!("@{who}")).await;
        d.press(who, &matched, "Say hello").await;
    }
    assert_snapshot!(d.slash("ann", "/study recap weekly:true").await, @"
    [ephemeral]
    Your recap comes every Monday at 09:00.
    ");
    d.slash("ann", "/study log minutes:45").await;
    world.tick_to("2026-11-30T08:00:00Z").await;
    assert_snapshot!(d.messages("@ann").pop().expect("a recap"), @"
    **Your week:** 45 min of study, on 1 day.
    - You hold 2 freezes for days when life gets in the way.
    - You have had a study buddy since Monday 23 November. Say hello with `/study buddy`.

    Next in your plan: [Which first project fits which job?](https://cairn.example/guides/engineer#which-first-project-fits-which-job).
    ");
    // Who has left has none.
    d.slash("ben", "/study buddy action:Leave").await;
    let alone = d.slash("ann", "/study recap").await;
    assert!(!alone.content.contains("buddy"), "{alone}");
    world.finish().await;
}
