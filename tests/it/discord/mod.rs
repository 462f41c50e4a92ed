//! Conversations on Discord: newcomers and what they ask.

mod delivery;
mod hostile;
mod lasting;
mod moderators;
mod posts;
mod rehearsed;

use insta::assert_snapshot;

use crate::world::server::World;

const PUPIL: &str = "/start text:I'm in grade 11 and want to work in machine learning one day, what should I study?";

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
    │ What matters now if you're at school and want a future in machine learning, which degrees lead there, and what to do this week.
    │
    │ **Your first three steps this week**
    │ Here are three small, free things that take about four hours together.
    │
    │ 1. Train a picture or sound classifier in [Teachable Machine](https://teachablemachine.withgoogle.com), try to fool it, and write down when it fails and why. If that was the best part of your week, look at [what can be made](https://cairn.example/guides/hacker#what-can-be-made-with-ml).
    │ 2. Look up the entry requirements of three degrees: one with much maths, one in computing, one you'd simply enjoy. Ask a teacher whether your subjects fit.
    │ 3. Do the first two lessons of Python from [first steps](https://cairn.example/guides/first-steps), and put two half hours for next week into your calendar, as the [immersion page](https://cairn.example/guides/immersion) suggests.
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
    │ **Engineer guide: working as an ML engineer** <https://cairn.example/guides/engineer>
    │ You chose this guide.
    │
    │ The kinds of job, the skills, whether you need a degree, how hard it is, and a plan for your way into paid ML work.
    │
    │ **Your first three steps this week**
    │ Everything here is free and fits into about five hours.
    │
    │ 1. Read ten adverts from your area across the titles in [the job table](https://cairn.example/guides/engineer#which-kinds-of-job-are-there), count the skills they ask for, and mark each as "have", "half" or "missing" with the [skills checklist](https://cairn.example/guides/skills).
    │ 2. Put fixed study hours for next week into your calendar, tell one person about them ([immersion](https://cairn.example/guides/immersion)), and do the first lesson for your biggest gap from [first steps](https://cairn.example/guides/first-steps).
    │ 3. Choose a problem from your own work or life and write half a page: who is helped, which data, how you'd know it works. The [workflow page](https://cairn.example/guides/workflow) has the questions, and this is your first [portfolio](https://cairn.example/guides/portfolio) project.
    │
    │ [Read the whole guide](https://cairn.example/guides/engineer)
    [High Schooler guide] [Researcher guide] [Hacker guide]
    [Share] [Delete]
    "#);
    let shared = d.press("ann", &other, "Share").await;
    assert!(!shared.ephemeral && shared.pings.is_empty());
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
    [I'm at school and thinking of a future in it]
    [A job or a career in industry]
    [Research: a PhD, papers, new methods]
    [For fun, or for a project of my own]
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
    **Where do you come from?**
    (Where do you come from? ▾)
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
      Research Masters: machine learning, statistics or computer science
      Research Masters: another subject with much mathematics
      Research Masters: a subject without much mathematics
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
    │ You chose this guide.
    │
    │ What your degree means for a research career in machine learning, whether you need a PhD, how to get one and where researchers work.
    │
    │ You are next door: the code will come easily. Take all the mathematics and statistics you can, for that is what research leans on.
    │
    │ **Your first three steps this week**
    │ All three are free and together take about six hours.
    │
    │ 1. Find your row ([PhD](https://cairn.example/guides/researcher#you-have-or-are-doing-a-phd), [Master's](https://cairn.example/guides/researcher#you-have-or-are-doing-a-research-masters), [undergraduate](https://cairn.example/guides/researcher#you-have-or-are-doing-an-undergraduate-degree)) and write down the one thing it says is missing. Then choose one researcher whose work you'd like to do, and read their latest paper in [three passes](https://cairn.example/guides/reading-papers).
    │ 2. Choose a small paper with public code, run it on a free GPU ([hardware](https://cairn.example/guides/hardware)), change one thing, and note the numbers before and after.
    │ 3. Write half a page about what you found, with what surprised you, and show it to somebody who can judge it: a lecturer, the authors, or a [community](https://cairn.example/guides/communities). [Writing to learn](https://cairn.example/guides/writing) makes it easier.
    │
    │ [Read the whole guide](https://cairn.example/guides/researcher)
    [Engineer guide] [Hacker guide] [High Schooler guide]
    [Share] [Delete]
    ");
    let title = |reply: &crate::world::discord::Reply| reply.embeds[0]["title"].as_str().unwrap_or_default().to_owned();
    let mut led = Vec::new();
    for (goal, background) in
        [("A job or a future in it", "school"), ("A job or a future in it", "work"), ("Research", "school")]
    {
        let goals = d.slash("ann", "/start").await;
        let from = d.press("ann", &goals, goal).await;
        let guide = d.choose("ann", &from, "Where do you come from?", &[background]).await;
        led.push(format!("{goal}, {background}: {}", title(&guide)));
    }
    let goals = d.slash("ann", "/start").await;
    led.push(format!("fun: {}", title(&d.press("ann", &goals, "Fun, or a project of my own").await)));
    assert_snapshot!(led.join("\n"), @"
    A job or a future in it, school: High school guide: getting into ML while you're at school
    A job or a future in it, work: Engineer guide: working as an ML engineer
    Research, school: High school guide: getting into ML while you're at school
    fun: Hacker guide: ML for fun and for your own programs
    ");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guides_and_wiki_are_looked_up() {
    let world = World::start().await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/guide track:hacker").await, @"
    [ephemeral]
    │ **Hacker guide: ML for fun and for your own programs** <https://cairn.example/guides/hacker>
    │ Tinker with ML, build something fun or add it to your own program, with what to learn, what to make and what to borrow.
    │
    │ This guide is for you if you want to play with machine learning (ML), build something fun with it, or give a program of yours a new ability. There's no exam and no career plan here. You'll borrow a lot, finish small things, and learn theory when you need it. School pupils with a fun idea are welcome too.
    │
    │ Another guide fits better if
    │
    │ - you want a job that uses ML: [Engineer guide](https://cairn.example/guides/engineer);
    │ - you want to invent new methods and publish: [Researcher guide](https://cairn.example/guides/researcher);
    │ - you're at school and think about a future in ML: [High school guide](https://cairn.example/guides/high-school).
    │
    │ You should be able to write a small program in Python or JavaScript. If you can't yet, [first steps](https://cairn.example/guides/first-steps) shows where to learn it. It takes some weeks, and you can already play with tools that need no code.
    │
    │ **In this page**
    │ - [What do you need to know first?](https://cairn.example/guides/hacker#what-do-you-need-to-know-first)
    │ - [Where can you learn it in a few evenings?](https://cairn.example/guides/hacker#where-can-you-learn-it-in-a-few-evenings)
    │ - [Should you call an API, run a model yourself or train one?](https://cairn.example/guides/hacker#should-you-call-an-api-run-a-model-yourself-or-train-one)
    │ - [Can you add ML to your own program in ten lines?](https://cairn.example/guides/hacker#can-you-add-ml-to-your-own-program-in-ten-lines)
    │ - [What can be made with ML?](https://cairn.example/guides/hacker#what-can-be-made-with-ml)
    │ - [How do you build a chatbot today?](https://cairn.example/guides/hacker#how-do-you-build-a-chatbot-today)
    │ - [Which open projects can you borrow from today?](https://cairn.example/guides/hacker#which-open-projects-can-you-borrow-from-today)
    │
    │ …
    │ — Hacker guide: ML for fun and for your own programs · reviewed 2026-11-21 · revision 1
    [Share]
    ");
    assert_snapshot!(d.autocomplete("ann", "/guide track:hacker section:first|").await, @"
    What do you need to know first? → what-do-you-need-to-know-first
    Your first three steps this week → your-first-three-steps-this-week
    ");
    let section = d.slash("ann", "/guide track:hacker section:your-first-three-steps-this-week").await;
    assert_snapshot!(section, @"
    [ephemeral]
    │ **Your first three steps this week** <https://cairn.example/guides/hacker#your-first-three-steps-this-week>
    │ This is one free weekend's worth of play.
    │
    │ 1. Train a classifier in [Teachable Machine](https://teachablemachine.withgoogle.com), or run [the ten lines above](https://cairn.example/guides/hacker#can-you-add-ml-to-your-own-program-in-ten-lines) with thirty messages of your own. Find three inputs that fool it.
    │ 2. Choose one idea from [what can be made](https://cairn.example/guides/hacker#what-can-be-made-with-ml), get the project behind it running unchanged, and then feed it something of yours.
    │ 3. Write five sentences and a screenshot about it, with what went wrong, and show it in a [community](https://cairn.example/guides/communities). If you want more after that, [portfolio](https://cairn.example/guides/portfolio) and [competitions](https://cairn.example/guides/competitions) have ideas.
    │ — Hacker guide: ML for fun and for your own programs · reviewed 2026-11-21 · revision 1
    [Share]
    ");
    let shown = d.press("ann", &section, "Share").await;
    assert!(!shown.ephemeral);
    assert_snapshot!(d.slash("ann", "/guide track:hacker section:nothing like it").await, @"
    [ephemeral]
    The page hacker has no section #nothing like it; its sections are what-do-you-need-to-know-first, where-can-you-learn-it-in-a-few-evenings, should-you-call-an-api-run-a-model-yourself-or-train-one, can-you-add-ml-to-your-own-program-in-ten-lines, what-can-be-made-with-ml, how-do-you-build-a-chatbot-today, which-open-projects-can-you-borrow-from-today, which-older-projects-are-still-worth-a-look, how-do-you-borrow-without-headaches, what-about-cost-keys-and-other-peoples-data, your-first-three-steps-this-week.
    ");
    assert_snapshot!(d.autocomplete("ann", "/wiki query:gpu|").await, @"
    Hardware and software for learning machine learning (gpu) → hardware
    Hardware and software for learning machine learning › How much GPU memory do you need? → hardware#how-much-gpu-memory-do-you-need
    Hardware and software for learning machine learning › Where can you use a GPU for free? → hardware#where-can-you-use-a-gpu-for-free
    ");
    let every = d.autocomplete("ann", "/wiki query:|").await;
    assert!(every.choice_names().len() <= 25 && every.choice_names().len() > 10);
    assert_snapshot!(d.slash("ann", "/wiki query:hardware").await.embeds[0]["title"], @r#""Hardware and software for learning machine learning""#);
    let several = d.slash("ann", "/wiki query:how do I find a mentor or a study group").await;
    assert_snapshot!(several, @r#"
    [ephemeral]
    │ **Several sections may answer this**
    │ - [Finding a mentor › What if nobody answers?](https://cairn.example/guides/mentors#what-if-nobody-answers): That's normal. Out of ten good messages to strangers, expect two or three replies. Before you write more, look at your question: was it …
    │ - [Finding a mentor › Why shouldn't you ask somebody to be your mentor?](https://cairn.example/guides/mentors#why-shouldnt-you-ask-somebody-to-be-your-mentor): Because it's a large request without edges. "Will you be my mentor?" asks a busy stranger to promise an unknown number of hours to somebody …
    │ - [Finding a mentor › Finding a mentor](https://cairn.example/guides/mentors): A mentor is somebody who has walked a stretch of the road before you and tells you now and then where the holes are. This page shows how to …
    │ - [Communities and meetups › How do you start a group yourself?](https://cairn.example/guides/communities#how-do-you-start-a-group-yourself): If nothing exists for your subject, be the one who begins. A mailing list, a chat channel or a corner table will do. You don't need to be …
    │ - [Groups, labs and people to know › How do you make your own map of the field?](https://cairn.example/guides/people#how-do-you-make-your-own-map-of-the-field): A list somebody else wrote fades from memory. A map you drew stays. This takes one evening and an hour a month afterwards. Choose one …
    (Show one of them ▾)
      What if nobody answers? – Finding a mentor
      Why shouldn't you ask somebody to be your mentor? – Finding a mentor
      Finding a mentor – Finding a mentor
      How do you start a group yourself? – Communities and meetups
      How do you make your own map of the field? – Groups, labs and people to know
    "#);
    assert_snapshot!(d.slash("ann", "/wiki query:zxqv wvut").await, @"
    [ephemeral]
    The wiki has nothing good on that yet, and the moderators will see that somebody asked. Try other words, or [ask people](<https://www.reddit.com/r/learnmachinelearning/>).
    ");
    assert_snapshot!(d.slash("ann", "/help").await, @"
    [ephemeral]
    **Cairn points newcomers to the right guide, and answers from the wiki.**
    - `/start` asks two or three questions and shows you your guide; `/start text:` reads what you write.
    - `/guide` shows a guide, or one section of it.
    - `/wiki` answers a question from the wiki.
    - `/papers` shows, searches and reads the papers that people voted for, week by week.
    - `/study` keeps your study streak: `/study log` or `/study start` is all it takes.
    - `/privacy` shows, erases or links what is held about you.
    - Right-click a message, then **Apps › Point to a guide**, to help somebody else.
    Only you see the answers, unless you press Share. For moderators: `/mod guide` changes the wiki, `/mod digest` looks after the week's papers, `/mod settings` sets up this server.
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
    assert_snapshot!(answer, @r#"
    [ephemeral]
    │ **Engineer guide: working as an ML engineer** <https://cairn.example/guides/engineer>
    │ This guide, because you said “become an ML engineer”, “backend” and “developer”.
    │
    │ The kinds of job, the skills, whether you need a degree, how hard it is, and a plan for your way into paid ML work.
    │
    │ **Your first three steps this week**
    │ Everything here is free and fits into about five hours.
    │
    │ 1. Read ten adverts from your area across the titles in [the job table](https://cairn.example/guides/engineer#which-kinds-of-job-are-there), count the skills they ask for, and mark each as "have", "half" or "missing" with the [skills checklist](https://cairn.example/guides/skills).
    │ 2. Put fixed study hours for next week into your calendar, tell one person about them ([immersion](https://cairn.example/guides/immersion)), and do the first lesson for your biggest gap from [first steps](https://cairn.example/guides/first-steps).
    │ 3. Choose a problem from your own work or life and write half a page: who is helped, which data, how you'd know it works. The [workflow page](https://cairn.example/guides/workflow) has the questions, and this is your first [portfolio](https://cairn.example/guides/portfolio) project.
    │
    │ [Read the whole guide](https://cairn.example/guides/engineer)
    │
    │ If you are still at school, see the High Schooler guide.
    [High Schooler guide] [Researcher guide] [Hacker guide]
    [Share] [Delete]
    "#);
    let nothing = d.says("bob", "general", "   .");
    assert_snapshot!(d.context_menu("ann", "Point to a guide", &nothing).await.ephemeral, @"true");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_see_erase_and_link_what_is_held() {
    let world = World::start().await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/privacy delete").await, @"
    [ephemeral]
    Cairn holds nothing about you.
    [Never answer my posts]
    ");
    d.slash("ann", PUPIL).await;
    let export = d.slash("ann", "/privacy export").await;
    assert_eq!(export.files.len(), 1);
    let ask = d.slash("ann", "/privacy delete").await;
    // Ids depend on how many commands there are.
    assert_snapshot!(ask.to_string().replace(&d.person("ann").to_string(), "ANN"), @"
    [ephemeral]
    Cairn holds about discord:ANN:
    - 1 answer on Discord

    This cannot be undone.
    [Erase it for ever] [Keep it] [Never answer my posts]
    ");
    assert_snapshot!(d.press("ann", &ask, "Keep it").await, @"
    [updated]
    [ephemeral]
    Nothing was erased.
    ");
    let ask = d.slash("ann", "/privacy delete").await;
    assert_snapshot!(d.press("ann", &ask, "Erase it for ever").await, @"
    [updated]
    [ephemeral]
    Erased. Messages that were sent stay where they were sent; delete those there.
    ");
    assert_snapshot!(d.slash("ann", "/privacy delete").await, @"
    [ephemeral]
    Cairn holds nothing about you.
    [Never answer my posts]
    ");
    let code = d.slash("ann", "/privacy link").await.content.clone();
    assert!(code.starts_with("Your code is `"), "{code}");
    assert_snapshot!(d.slash("bob", "/privacy link code:0000-0000").await, @"
    [ephemeral]
    This code is wrong, used or older than 10 minutes; ask for a new one on your other account.
    ");
    world.finish();
}
