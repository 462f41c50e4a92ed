//! Conversations on Discord: guides and the wiki are looked up.

use insta::assert_snapshot;

use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guides_and_wiki_are_looked_up() {
    let world = World::start().await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/guide track:hacker").await, @"
    [ephemeral]
    │ **Hacker guide: ML for fun and for your own programs** <https://cairn.example/guides/hacker>
    │ Tinker with ML and language models: code that runs, a model on your own computer, ideas, free tiers, and what to borrow.
    │
    │ This guide is for you if you want to play with machine learning (ML), build something fun with it, or give a program of yours a new ability. There's no exam and no career plan here. You'll borrow a lot, finish small things, and learn theory when you need it. If you're still at school and have a fun idea, you're welcome, too.
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
    │ - [Your first three steps as a tinkerer](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer)
    │ - [What do you need to know before you tinker?](https://cairn.example/guides/hacker#what-do-you-need-to-know-before-you-tinker)
    │ - [Where can you learn enough ML in a few evenings?](https://cairn.example/guides/hacker#where-can-you-learn-enough-ml-in-a-few-evenings)
    │ - [Should you call an API, run a model yourself or train one?](https://cairn.example/guides/hacker#should-you-call-an-api-run-a-model-yourself-or-train-one)
    │ - [Can you add ML to your own program in ten lines?](https://cairn.example/guides/hacker#can-you-add-ml-to-your-own-program-in-ten-lines)
    │ - [How do you chat with a model on your own computer?](https://cairn.example/guides/hacker#how-do-you-chat-with-a-model-on-your-own-computer)
    │
    │ …
    │ — Hacker guide: ML for fun and for your own programs · reviewed 2026-11-29 · revision 1
    [Share] [Next section] [Remind me]
    ");
    assert_snapshot!(d.autocomplete("ann", "/guide track:hacker section:first|").await, @"Your first three steps as a tinkerer → your-first-three-steps-as-a-tinkerer");
    let section = d.slash("ann", "/guide track:hacker section:your-first-three-steps-this-week").await;
    assert_snapshot!(section, @"
    [ephemeral]
    │ **Your first three steps as a tinkerer** <https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer>
    │ Fool a small model, get someone else's project running, show it: one free weekend, about four hours in all.
    │
    │ 1. Train a classifier in [Teachable Machine](https://teachablemachine.withgoogle.com), or run [the ten lines](https://cairn.example/guides/hacker#can-you-add-ml-to-your-own-program-in-ten-lines) with thirty messages of your own. Find three inputs that fool it.
    │ 2. Choose one idea from [what can be made](https://cairn.example/guides/hacker#what-can-be-made-with-ml), get the project behind it running unchanged, and then feed it something of yours.
    │ 3. Write five sentences and a screenshot about it, with what went wrong, and show it in a [community](https://cairn.example/guides/communities).
    │
    │ Want to talk to a model of your own instead? Start with the [chat loop](https://cairn.example/guides/hacker#how-do-you-chat-with-a-model-on-your-own-computer).
    │ — Hacker guide: ML for fun and for your own programs · reviewed 2026-11-29 · revision 1
    [Share] [Next section] [Remind me]
    ");
    let shown = d.press("ann", &section, "Share").await;
    assert!(!shown.ephemeral);
    assert_snapshot!(d.slash("ann", "/guide track:hacker section:nothing like it").await, @"
    [ephemeral]
    This guide has no section “nothing like it”. Choose one that it has:
    (Its sections ▾)
      Your first three steps as a tinkerer
      What do you need to know before you tinker?
      Where can you learn enough ML in a few evenings?
      Should you call an API, run a model yourself or train one?
      Can you add ML to your own program in ten lines?
      How do you chat with a model on your own computer?
      How do you search your own notes in a few lines?
      Which language model runs on your computer?
      Which services give you a language model for free?
      What can be made with ML?
      How do you build a chatbot for your friends?
      Can you build an AI agent at home?
      How do you build a toy with a coding assistant and still learn?
      How do you teach a model your own style or pictures?
      Can ML run on a Raspberry Pi, a microcontroller or a phone?
      Which open projects can you borrow from today?
      How do you get someone else's project running?
      What do AI toys cost, and how do you keep keys and people safe?
    ");
    assert_snapshot!(d.autocomplete("ann", "/wiki query:gpu|").await, @"
    Hardware and software for learning machine learning (gpu) → hardware
    Glossary: machine-learning words in plain English › Graphics card (GPU) → glossary#graphics-card-gpu
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
    │ - [Finding a mentor › What if no possible mentor answers you?](https://cairn.example/guides/mentors#what-if-no-possible-mentor-answers-you): No answer is normal. Out of ten good messages to strangers, expect two or three replies. Before you write more, look at your question: was …
    │ - [Communities and meetups › How do you start a group yourself?](https://cairn.example/guides/communities#how-do-you-start-a-group-yourself): Choose a narrow subject, a fixed day and a place, and invite four people. You don't need to be an expert, only to turn up. Narrow the …
    │ - [Finding a mentor › Why shouldn't you ask someone to be your mentor?](https://cairn.example/guides/mentors#why-shouldnt-you-ask-someone-to-be-your-mentor): Because it's a large request without edges. "Will you be my mentor?" asks a busy stranger to promise an unknown number of hours to someone …
    │ - [Finding a mentor](https://cairn.example/guides/mentors): A mentor is someone who has walked a stretch of the road before you and tells you now and then where the holes are. This page shows how to …
    │ - [Finding a mentor › How do you find a mentor, in short?](https://cairn.example/guides/mentors#how-do-you-find-a-mentor-in-short): Ask people two to five years ahead of you one specific question about their work, act on the answer, and tell them what came of it. In six …
    (Show one of them ▾)
      What if no possible mentor answers you? – Finding a mentor
      How do you start a group yourself? – Communities and meetups
      Why shouldn't you ask someone to be your mentor? – Finding a mentor
      Finding a mentor
      How do you find a mentor, in short? – Finding a mentor
    [Share] [👍 That helped] [👎 Not what I asked]
    "#);
    let shared = d.press("ann", &several, "Share").await;
    assert!(!shared.ephemeral && shared.components.is_empty(), "everybody sees it, nobody changes it: {shared}");
    assert_eq!(shared.embeds[0]["description"], several.embeds[0]["description"]);
    assert_snapshot!(d.slash("ann", "/wiki query:zxqv wvut").await, @"
    [ephemeral]
    The wiki has nothing good on that yet. The moderators will see that someone asked. Try other words, or [ask people](https://www.reddit.com/r/learnmachinelearning/).
    ");
    // Commands are mentioned, so that a reader can click them.
    let help = d.slash("ann", "/help").await.to_string();
    let numbers = regex::Regex::new(r":\d+>").expect("a pattern");
    assert_snapshot!(numbers.replace_all(&help, ":ID>"), @"
    [ephemeral]
    **Cairn points newcomers to the right guide, and answers from the wiki.**
    - </start:ID> asks two or three questions and shows you your guide; `/start text:` reads what you write.
    - </guide:ID> shows a guide, or one section of it.
    - </wiki:ID> answers a question from the wiki.
    - `/papers` shows, searches and reads the papers that people voted for, week by week.
    - </remind:ID> shows you a section or a paper again on a date.
    - `/study` keeps your study streak: </study log:ID> or </study start:ID> is all it takes.
    - `/pomodoro` begins rounds of focus and break together in a channel.
    - `/privacy` shows or erases what is held about you.
    - Right-click a message, then **Apps › Point to a guide**, to help someone else.
    Only you see the answers. Where there is a Share button, it shows the answer to everyone.
    All guides and the papers are on the web, too: <https://cairn.example>
    [Find my guide] [Study]
    ");
    let help = d.slash("ann", "/help").await;
    let study = d.press("ann", &help, "Study").await.to_string();
    assert!(study.contains("time zone") || study.contains("join"), "who has not joined is asked to: {study}");
    // A section that is not there: those that are.
    let sections = d.slash("ann", "/guide track:engineer section:pizza").await;
    assert!(sections.content.starts_with("This guide has no section “pizza”. Choose one"), "{sections}");
    let chosen = d.choose("ann", &sections, "wiki", &["What does an ML engineer do?"]).await;
    let title = chosen.embeds[0]["title"].clone();
    let next = d.press("ann", &chosen, "Next section").await;
    assert!(next.updated && next.embeds[0]["title"] != title, "{next}");
    let said = d.press("ann", &several, "👎 Not what I asked").await;
    assert!(said.content.contains("The moderators will see your question."), "{said}");
    // Whoever takes that back leaves no gap.
    let gaps = || world.run(&["gaps"]).well();
    assert!(gaps().contains("how do I find a mentor"), "{}", gaps());
    let said = d.press("ann", &several, "👍 That helped").await;
    assert_eq!(said.content, "Good to know, thank you.");
    assert!(!gaps().contains("how do I find a mentor"), "{}", gaps());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_about_cairn_lists_every_command_of_members() {
    let world = World::start().await;
    let page = include_str!("../../../guides/cairn.md");
    let mut seen = 0;
    for command in world.discord.commands() {
        let name = command["name"].as_str().expect("a name");
        if !command["default_member_permissions"].is_null() {
            continue;
        }
        seen += 1;
        // A menu of messages has no slash.
        let is_menu = command["type"].as_u64() == Some(3);
        let row = if is_menu { name.to_owned() } else { format!("\n| `/{name}` | ") };
        assert!(page.contains(&row), "guides/cairn.md does not list {name}");
    }
    assert!(seen > 5, "{seen}");
    world.finish();
}
