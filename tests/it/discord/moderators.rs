//! Conversations on Discord: moderators.

use insta::assert_snapshot;

use crate::world::discord::permission;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_editor_changes_a_section() {
    let world = World::start().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let form = d.slash("root", "/mod guide edit page:hardware").await;
    let form = form.modal();
    assert!(form.custom_id.starts_with("edit/hardware/1/0"), "{}", form.custom_id);
    let saved = d.submit("root", form, &[("text", "Buy nothing yet."), ("reason", "shorter")]).await;
    assert_snapshot!(saved, @"
    [ephemeral]
    Saved as revision 2 of hardware. [Look at it](<https://cairn.example/guides/hardware>)
    Worth fixing in this page:
    - the section “Hardware and software for learning machine learning” has 3 words; 60 to 250 are allowed
    ");
    // The same form again: somebody was faster.
    let stale = d.submit("root", form, &[("text", "Buy everything.")]).await;
    assert!(
        stale.to_string().contains(
            "Nothing was saved: your text is based on revision 1 of hardware, but the newest is revision 2, by @root; bring \
             the two texts together and save that, based on revision 2."
        ),
        "{stale}"
    );
    assert_eq!(
        stale.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["now-revision-2.md", "your-text.md"]
    );
    assert_eq!(stale.files.len(), 2);
    let history = d.slash("root", "/mod guide history page:hardware").await.to_string();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    let undated: Vec<String> = history.lines().map(|line| without_time(line, &today)).collect();
    assert_snapshot!(undated.join("\n"), @"
    [ephemeral]
    │ **History of hardware**
    │ - revision 2, TODAY, @root, +1 −5: shorter
    │ - revision 1, TODAY, Cairn, +276 −0: came with Cairn 0.1.0
    ");
    assert_snapshot!(d.slash("root", "/mod guide diff page:hardware").await, @"
    [ephemeral]
    hardware, revision 1 to 2
    ```diff
    --- hardware.md, revision 1
    +++ hardware.md, revision 2
    @@ -12,11 +12,7 @@
     
     <!-- asked: what gear do i need for ai; hardware buying advice for beginners; overview of compute options for machine learning; my rig or the cloud what makes sense; equipment for deep learning; tech setup for an ai student; when is it time to upgrade my machine; everything about gpus and computers for learners -->
     
    -You can start with the computer you have. Nearly everything that a beginner does runs on a normal laptop, and what doesn't runs in a free notebook in your browser. This page helps you to decide when that stops being enough, and what to get then: a better laptop, rented machines, a desktop, or one that you build.
    -
    -Advice on hardware ages faster than any other. So you'll find rules of thumb here and few model names. Where a price or product is mentioned, its year is with it; check before you buy.
    -
    -If you only need an answer for today: don't buy anything until a real project of yours has been too slow three times.
    +Buy nothing yet.
     
     ## Do you need to buy anything to start?
     
    ```
    ");
    let ask = d.slash("root", "/mod guide revert page:hardware to:1").await;
    let back = d.press("root", &ask, "Back to revision 1").await;
    assert_snapshot!(back, @"
    [ephemeral]
    Saved as revision 3 of hardware. [Look at it](<https://cairn.example/guides/hardware>)
    ");
    assert_snapshot!(d.press("root", &ask, "Back to revision 1").await.files.len(), @"0");
    assert_snapshot!(d.autocomplete("root", "/mod guide edit page:hard|").await, @"
    Hardware and software for learning machine learning → hardware
    What is hard to learn alone → hard-parts
    When life makes it harder to learn → barriers
    ");
    assert_snapshot!(d.autocomplete("root", "/mod guide edit page:hacker section:your first|").await, @"Your first three steps as a tinkerer → your-first-three-steps-as-a-tinkerer");
    world.finish();
}

/// A line of a history, with the time that it names left out.
fn without_time(line: &str, today: &str) -> String {
    let Some((before, after)) = line.split_once(today) else { return line.to_owned() };
    format!("{before}TODAY{}", after.split_once(" UTC").map_or(after, |(_, rest)| rest))
}
