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
    Did you check the facts of the whole page today?
    [Facts checked today]
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_editor_says_that_the_facts_were_checked() {
    let world = World::start().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let form = d.slash("root", "/mod guide edit page:hardware").await;
    let saved = d.submit("root", form.modal(), &[("text", "Buy nothing yet.")]).await;
    let source = || world.run(&["guides", "show", "hardware"]).well();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let reviewed = |text: &str| text.lines().find_map(|line| line.strip_prefix("reviewed: ").map(str::to_owned));
    let before = source();
    assert_ne!(reviewed(&before), Some(today.to_string()), "an edit alone is no check");
    let checked = d.press("root", &saved, "Facts checked today").await;
    let noted = format!("Noted: the facts of hardware were checked on {} (revision 3).", today.strftime("%-d %B %Y"));
    assert!(checked.updated && checked.content.starts_with(&noted), "{checked}");
    assert!(checked.content.contains("Worth fixing in this page:"), "{checked}");
    assert_eq!(reviewed(&source()), Some(today.to_string()));
    assert!(source().contains("Buy nothing yet."));
    // The page has changed between the edit and the press: nobody wrote a text, so there is none to bring together.
    let form = d.slash("root", "/mod guide edit page:hacker").await;
    let saved = d.submit("root", form.modal(), &[("text", "Tinker.")]).await;
    let form = d.slash("root", "/mod guide edit page:hacker").await;
    d.submit("root", form.modal(), &[("text", "Tinker more.")]).await;
    let stale = d.press("root", &saved, "Facts checked today").await;
    assert_eq!(
        stale.to_string(),
        "[updated]\n[ephemeral]\nhacker has changed since (revision 3, by @root). Read it, then check the facts again \
         with `/mod guide edit`. [Look at it](<https://cairn.example/guides/hacker>)"
    );
    assert!(stale.files.is_empty(), "{stale}");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verdicts_are_judged_on_discord() {
    let world = World::start().await;
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    d.grant("eve", d.role("editors", 0));
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/editor", &["editors"]).await;
    let none = "Nothing to judge: no answer of the last two weeks waits.";
    assert_eq!(d.slash("root", "/mod triage").await.content, none);
    for text in [
        "I've been a backend developer for five years, how do I become an ML engineer?",
        "I just want to build a bird feeder with ML for fun. Where do I start? <@&1>\u{202e} https://evil.example",
    ] {
        let post = d.says("bob", "general", text);
        d.context_menu("ann", "Point to a guide", &post).await;
    }
    let list = d.slash("root", "/mod triage").await;
    assert_snapshot!(list.to_string().replace('\u{200b}', ""), @r"
    [ephemeral]
    │ **What Cairn decided lately**
    │ - **Hacker guide**: I just want to build a bird feeder with ML for fun. Where do I start? \<@&1\> (link)
    │ - **Engineer guide**: I've been a backend developer for five years, how do I become an ML engineer?
    │ — Public posts of the last two weeks. Cairn does not learn from them.
    (Was it right? Look at one ▾)
      I just want to build a bird feeder with ML for fun. Where do I start? <@&1> https://evil.example – Hacker guide
      I've been a backend developer for five years, how do I become an ML engineer? – Engineer guide
    ");
    assert!(!list.to_string().contains('\u{202e}'), "nothing turns the line, in the options neither");
    let late = d.slash("root", "/mod triage").await;
    let engineer = "I've been a backend developer for five years, how do I become an ML engineer?";
    let one = d.choose("root", &list, "triage/look", &[engineer]).await;
    assert!(
        one.to_string().contains(&format!("@bob wrote: {engineer} [The post](<https://discord.com/channels/")),
        "{one}"
    );
    let why = "**Engineer guide**, because they said “become an ML engineer”, “backend” and “developer”. Somebody pointed Cairn at it.";
    assert!(one.to_string().contains(why), "{one}");
    let buttons: Vec<String> =
        one.to_string().lines().filter(|line| line.starts_with('[')).skip(1).map(str::to_owned).collect();
    assert_snapshot!(buttons.join("\n"), @"
    [ephemeral]
    [✓ Right] [✗ Not a newcomer's question]
    [✗ High school guide] [✗ Researcher guide] [✗ Hacker guide]
    [All of them]
    ");
    let other = d.choose("root", &late, "triage/look", &[engineer]).await;
    let noted = d.press("root", &one, "✓ Right").await;
    assert_eq!(noted.content, "Noted: Engineer guide was right. You can take that back for 30 seconds.");
    let twice = d.press("root", &other, "✗ Not a newcomer's question").await;
    assert_eq!(twice.content, "You have judged that already: right: Engineer guide. Nothing was changed.");
    // Taken back, it waits again, and something else can be said of it.
    let again = d.press("root", &noted, "Undo").await;
    let noted = d.press("root", &again, "✗ Hacker guide").await;
    assert!(noted.content.starts_with("Noted: the Hacker guide would have been right."), "{noted}");
    // That can be taken back from where they have gone on to, too.
    let next = d.press("root", &noted, "Next").await;
    assert!(next.to_string().ends_with("[All of them] [Undo the last]"), "{next}");
    let again = d.press("root", &next, "Undo the last").await;
    assert!(again.content.contains(engineer), "{again}");
    let noted = d.press("root", &again, "✗ Hacker guide").await;
    let all = d.press("root", &noted, "All of them").await;
    assert!(all.to_string().ends_with("\n[Undo the last]"), "{all}");
    let feeder = "I just want to build a bird feeder with ML for fun. Where do I start? <@&1> https://evil.example";
    let next = d.choose("root", &all, "triage/look", &[feeder]).await;
    let noted = d.press("root", &next, "✗ Not a newcomer's question").await;
    assert!(noted.content.starts_with("Noted: no newcomer’s question."), "{noted}");
    let none_left = d.slash("root", "/mod triage").await;
    assert_eq!(none_left.content, none);
    // Taken back, and judged by somebody else: whose it is now is told by name.
    d.press("root", &none_left, "Undo the last").await;
    let list = d.slash("eve", "/mod triage").await;
    let one = d.choose("eve", &list, "triage/look", &[feeder]).await;
    d.press("eve", &one, "✓ Right").await;
    let theirs = d.press("root", &noted, "Undo").await;
    assert_eq!(
        theirs.to_string(),
        "[updated]\n[ephemeral]\n@eve said that, and only they can take it back.\n[All of them]"
    );
    // The console counts them, too.
    let log = world.run(&["audit"]).well();
    assert!(log.contains("no newcomer’s question"), "{log}");
    world.finish();
}

/// A line of a history, with the time that it names left out.
fn without_time(line: &str, today: &str) -> String {
    let Some((before, after)) = line.split_once(today) else { return line.to_owned() };
    format!("{before}TODAY{}", after.split_once(" UTC").map_or(after, |(_, rest)| rest))
}
