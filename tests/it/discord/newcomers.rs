//! Conversations on Discord: newcomers and what they ask.

use cairn::labels;
use cairn::store::Store;
use cairn::triage::Track;
use insta::assert_snapshot;

use super::PUPIL;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_is_shown_a_guide_and_says_which_is_right() {
    let world = World::start().await;
    let d = &world.discord;
    let answer = d.slash("ann", PUPIL).await;
    assert_snapshot!(answer, @"
    [ephemeral]
    │ **High school guide: getting into ML while you're at school** <https://cairn.example/guides/high-school>
    │ This guide, because you said “grade 11”, “one day” and “what should I study”.
    │
    │ What matters now if you're at school and want a future in machine learning, which subjects and programmes help, and what to do this week.
    │
    │ **Your first three steps this week**
    │ If you're at school and curious about machine learning, do these three small, free things. They take about four hours together.
    │
    │ 1. **Train something.** Make a picture or sound classifier in [Teachable Machine](https://teachablemachine.withgoogle.com) with your webcam, try to fool it, and write down when it fails and why. If that was the best part of your week, look at [what can be made](https://cairn.example/guides/hacker#what-can-be-made-with-ml).
    │ 2. **Look ahead.** Find the entry requirements of three degrees: one with much maths, one in computing, one you'd simply enjoy. Ask a teacher whether your subjects fit.
    │ 3. **Write ten lines of Python.** Do the first two lessons of [Python on Kaggle Learn](https://www.kaggle.com/learn/python), and put two half hours for next week into your calendar, as the [immersion page](https://cairn.example/guides/immersion) suggests.
    │
    │ You need no money, no powerful computer and no permission except your parents' for accounts (many sites ask for a minimum age).
    │
    │ [Read the whole guide](https://cairn.example/guides/high-school)
    │
    │ If you are after a job in industry, see the Engineer guide.
    [Engineer guide] [Researcher guide] [Hacker guide]
    [Share] [Delete]
    ");
    let other = d.press("ann", &answer, "Engineer guide").await;
    assert!(other.updated && other.ephemeral);
    assert_snapshot!(other, @r#"
    [updated]
    [ephemeral]
    │ **Engineer guide: working as an ML or AI engineer** <https://cairn.example/guides/engineer>
    │ You chose this guide.
    │
    │ The kinds of job, the skills, whether you need a degree, how hard it is, and two twelve-month plans: ML engineer and AI engineer.
    │
    │ **Your first three steps this week**
    │ Read ten job adverts, study for your biggest gap, and choose a problem for your first project. Everything here is free and fits into about five hours.
    │
    │ 1. Read ten adverts from your area across the titles in [the job table](https://cairn.example/guides/engineer#which-kinds-of-ml-and-ai-jobs-are-there), count the skills they ask for, and mark each as "have", "half" or "missing" with the [skills checklist](https://cairn.example/guides/skills).
    │ 2. Put fixed study hours for next week into your calendar, tell one person about them ([immersion](https://cairn.example/guides/immersion)), and do the first lesson for your biggest gap from [first steps](https://cairn.example/guides/first-steps).
    │ 3. Choose a problem from your own work or life and write half a page: who is helped, which data, how you'd know it works. The [workflow page](https://cairn.example/guides/workflow) has the questions, and this is your first [portfolio](https://cairn.example/guides/portfolio) project.
    │
    │ Then take the [plan of twelve months](https://cairn.example/guides/engineer#twelve-months-to-ml-engineer-what-do-you-do-when).
    │
    │ [Read the whole guide](https://cairn.example/guides/engineer)
    [High school guide] [Researcher guide] [Hacker guide]
    [Share] [Delete]
    "#);
    let shared = d.press("ann", &other, "Share").await;
    assert!(!shared.ephemeral && shared.pings.is_empty());
    // For whom it is, short, and without a reason that was none.
    let said = shared.to_string();
    assert!(said.contains("For @ann. **Your first step:**") && !said.contains("chose"), "{said}");
    assert!(said.chars().count() < 700, "{said}");
    let gone = d.press("ann", &other, "Delete").await;
    assert_snapshot!(gone, @"(deleted)");
    assert_snapshot!(d.press("ann", &shared, "Delete").await, @"(deleted)");
    // The correction is a label, and it is the person's own.
    let export = world.run(&["privacy", "export", &format!("discord:{}", d.person("ann"))]).json();
    let label = &export["held"]["labels"][0];
    assert_eq!((label["track"].as_str(), label["intent"].as_str()), (Some("engineer"), Some("getting_started")));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_vague_is_asked_back_once() {
    let world = World::start().await;
    let d = &world.discord;
    let question = d.slash("ann", "/start text:how do I get into machine learning?").await;
    assert_snapshot!(question, @"
    [ephemeral]
    **What would you like to do with machine learning?**
    I ask because you said “how do I get into machine learning”.
    [Research: a PhD, papers, new methods]
    [For fun, or for a project of my own]
    [A job or a career in industry]
    [I'm at school and thinking of a future in it]
    [None of these]
    ");
    assert_snapshot!(d.press("ann", &question, "None of these").await, @"
    [updated]
    [ephemeral]
    Then look through [all guides](https://cairn.example/guides), ask the wiki with `/wiki`, or [ask people](https://www.reddit.com/r/learnmachinelearning/). They are glad to help.
    ");
    let question = d.slash("bob", "/start text:how do I get into machine learning?").await;
    let answer = d.press("bob", &question, "For fun, or for a project of my own").await;
    assert!(answer.updated);
    assert_snapshot!(answer.embeds[0]["title"].as_str().unwrap_or_default(), @"Hacker guide: ML for fun and for your own programs");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guided_choice_leads_to_a_guide() {
    let world = World::start().await;
    let d = &world.discord;
    let goals = d.slash("ann", "/start").await;
    assert_snapshot!(goals, @"
    [ephemeral]
    **What would you like to do with machine learning?**
    Two or three clicks, and you have your guide. Or say it in your own words: `/start text:`
    [A job or a future in it] [Research] [Fun, or a project of my own]
    ");
    let from = d.press("ann", &goals, "Research").await;
    assert_snapshot!(from, @"
    [updated]
    [ephemeral]
    **What do you do now?**
    (What you do now ▾)
      I'm at school
      I'm studying, or have studied
      I work, as a programmer or otherwise
      Something else
    ");
    let degree = d.choose("ann", &from, "from/research", &["study"]).await;
    assert_snapshot!(degree, @"
    [updated]
    [ephemeral]
    **Which degree do you have, or are you doing?**
    (Your degree, held or under way ▾)
      PhD: machine learning, statistics or computer science
      PhD: another subject with much mathematics
      PhD: a subject without much mathematics
      Research Master's: machine learning, statistics or computer science
      Research Master's: another subject with much mathematics
      Research Master's: a subject without much mathematics
      Undergraduate: mathematics, statistics or physics
      Undergraduate: computer science or software
      Undergraduate: another subject with much mathematics
      Undergraduate: a subject without much mathematics
      None of these
    ");
    let guide = d.choose("ann", &degree, "degree", &["Undergraduate: computer science or software"]).await;
    assert_snapshot!(guide, @"
    [updated]
    [ephemeral]
    │ **Researcher guide: doing ML research** <https://cairn.example/guides/researcher>
    │ You are next door: the code will come easily. Take all the mathematics and statistics you can, for that is what research leans on.
    │
    │ What your degree means for a research career in machine learning, how to do research, whether you need a PhD, how to get one, and where researchers work.
    │
    │ **Your first three steps this week**
    │ Find what your degree lacks, rerun one small paper, and write half a page about it. It's free, takes about six hours, and shows you whether you like the work.
    │
    │ 1. Find your row ([PhD](https://cairn.example/guides/researcher#you-have-or-are-doing-a-phd), [Master's](https://cairn.example/guides/researcher#you-have-or-are-doing-a-research-masters), [undergraduate](https://cairn.example/guides/researcher#you-have-or-are-doing-an-undergraduate-degree)) and write down the one thing it says is missing. Then choose one researcher whose work you'd like to do, and read their latest paper in [three passes](https://cairn.example/guides/reading-papers).
    │ 2. Choose a small paper with public code, run it on a free GPU ([hardware](https://cairn.example/guides/hardware)), change one thing, and note the numbers before and after.
    │ 3. Write half a page about what you found, with what surprised you, and show it to someone who can judge it: a lecturer, the authors, or a [community](https://cairn.example/guides/communities). [Writing to learn](https://cairn.example/guides/writing) makes it easier.
    │
    │ [Read the whole guide](https://cairn.example/guides/researcher)
    [Hacker guide] [High school guide] [Engineer guide]
    [Share] [Delete]
    ");
    let title = |reply: &crate::world::discord::Reply| reply.embeds[0]["title"].as_str().unwrap_or_default().to_owned();
    let mut led = Vec::new();
    for (goal, background) in
        [("A job or a future in it", "school"), ("A job or a future in it", "work"), ("Research", "school")]
    {
        let goals = d.slash("ann", "/start").await;
        let from = d.press("ann", &goals, goal).await;
        let guide = d.choose("ann", &from, "What you do now", &[background]).await;
        led.push(format!("{goal}, {background}: {}", title(&guide)));
    }
    let goals = d.slash("ann", "/start").await;
    led.push(format!("fun: {}", title(&d.press("ann", &goals, "Fun, or a project of my own").await)));
    assert_snapshot!(led.join("\n"), @"
    A job or a future in it, school: High school guide: getting into ML while you're at school
    A job or a future in it, work: Engineer guide: working as an ML or AI engineer
    Research, school: High school guide: getting into ML while you're at school
    fun: Hacker guide: ML for fun and for your own programs
    ");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_pointed_to_a_guide() {
    let world = World::start().await;
    let d = &world.discord;
    let asked =
        d.says("bob", "general", "I've been a backend developer for five years, how do I become an ML engineer?");
    let answer = d.context_menu("ann", "Point to a guide", &asked).await;
    assert!(answer.ephemeral);
    let whole = answer.to_string();
    let beginning: Vec<&str> = whole.lines().skip(1).take(4).collect();
    assert_snapshot!(beginning.join("\n"), @"
    │ **Engineer guide: working as an ML or AI engineer** <https://cairn.example/guides/engineer>
    │ This guide, because they said “become an ML engineer”, “backend” and “developer”.
    │
    │ The kinds of job, the skills, whether you need a degree, how hard it is, and two twelve-month plans: ML engineer and AI engineer.
    ");
    // Shared, it is a reply to the message, once, and says why.
    let said = d.press("ann", &answer, "Share").await;
    assert_eq!(said.content, "Shared as a reply to that message.");
    let shared = d.bot_says("general").await;
    assert_eq!(shared.reply_to, Some(asked.id));
    assert!(shared.pings.is_empty());
    assert!(shared.to_string().contains("because you said “become an ML engineer”"), "{shared}");
    assert_eq!(d.press("ann", &answer, "Share").await.content, "It is shared already.");
    assert!(d.press("bob", &shared, "Read on").await.ephemeral);
    let own = d.context_menu("ann", "Point to a guide", &shared).await;
    assert_eq!(own.content, "A bot wrote that message; point at the message of the person who asks.");
    d.press("ann", &shared, "Delete").await;
    assert!(d.message(shared.id).is_none(), "who shared it may take it away");
    let nothing = d.says("bob", "general", "   .");
    assert_snapshot!(d.context_menu("ann", "Point to a guide", &nothing).await.ephemeral, @"true");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_counts_for_the_verdict_that_was_shown() {
    let world = World::start().await;
    let d = &world.discord;
    let text = "I have been a backend developer for five years and want a job as an ML engineer. How do I start?";
    let answer = d.slash("ann", &format!("/start text:{text}")).await;
    assert!(answer.to_string().contains("because you said “job as an ML engineer”"), "{answer}");
    // Another model runs from now on, and would say something else.
    let store = Store::open(&world.cairn.path().join("data")).await.expect("the bot's database");
    let mut tx = store.write().await.expect("a transaction");
    let older = "UPDATE discord_answers SET verdict = json_set(verdict, '$.model', 'of before',
                     '$.reasons', json('[[\"ML engineer\", \"engineer\"]]'))";
    sqlx::query(older).execute(&mut *tx).await.expect("it is written");
    tx.commit().await.expect("it is kept");
    d.press("ann", &answer, "Hacker guide").await;
    let again = d.press("ann", &answer, "Engineer guide").await;
    assert!(again.to_string().contains("because you said “ML engineer”."), "the reason of then: {again}");
    let counts = labels::counts(&store).await.expect("counts");
    let said: Vec<_> = counts.iter().map(|c| (c.model.as_str(), c.chosen, c.track)).collect();
    let engineer = Some(Track::Engineer);
    assert_eq!(said, [("of before", engineer, engineer), ("of before", engineer, Some(Track::Hacker))]);
    world.finish();
}
