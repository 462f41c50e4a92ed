//! What Cairn says on Reddit, read aloud: `cargo test --test it reddit::aloud -- --nocapture` prints it.

use super::World;

/// A newcomer's post for each guide, the guide, and words of the reason.
const NEWCOMERS: [(&str, &str, &str, &str, &str); 4] = [
    (
        "hanna",
        "Grade 11 student, how do I get into machine learning?",
        "I'm in grade 11 and want a career in machine learning. Where do I start and what should I study?",
        "High school guide",
        "grade 11",
    ),
    (
        "erik",
        "How do I switch from backend developer to ML engineer?",
        "I've been a backend developer for five years and want to become an ML engineer. Where do I start and what should I learn first?",
        "Engineer guide",
        "backend developer",
    ),
    (
        "rosa",
        "How do I get into machine learning research?",
        "I have a Bachelor's in mathematics and want to do a PhD and publish papers in deep learning. Where should I begin?",
        "Researcher guide",
        "PhD",
    ),
    (
        "hugo",
        "How do I start with machine learning for fun?",
        "It's only a hobby: I want to add machine learning to my side project, a bird feeder. Where do I start?",
        "Hacker guide",
        "hobby",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_guide_comes_with_its_reason_first_steps_and_a_way_out() {
    let world = World::in_mode("on").await;
    let posts = NEWCOMERS.map(|(name, title, body, ..)| world.reddit.post("learnml", name, title, body));
    world.once();
    let said = world.said();
    for ((_, title, _, guide, words), post) in NEWCOMERS.iter().zip(&posts) {
        let comment = said.iter().find(|c| c.parent == *post).unwrap_or_else(|| panic!("no answer to {title}"));
        println!("\n===== {title}\n\n{}", comment.body);
        assert!(comment.body.starts_with(&format!("**[{guide}: ")), "{}", comment.body);
        let reason = comment.body.lines().find(|line| line.contains("because you said")).expect("a reason");
        // Quoted as it was written first: here in the title.
        assert!(reason.to_lowercase().contains(&words.to_lowercase()), "{reason}");
        let steps = comment
            .body
            .lines()
            .filter(|line| line.starts_with("1. ") || line.starts_with("2. ") || line.starts_with("3. "));
        assert_eq!(steps.count(), 3, "{}", comment.body);
        for (.., other, _) in NEWCOMERS.iter().filter(|(.., other, _)| other != guide) {
            assert!(comment.body.contains(&format!("[{other}: ")), "{other}: {}", comment.body);
        }
        assert!(comment.body.contains("`delete`") && !comment.body.contains("cairn:"), "{}", comment.body);
        assert!(comment.body.lines().all(|line| !line.contains("u/")), "nobody is rung: {}", comment.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_calls_is_told_what_they_asked_for() {
    let world = World::in_mode("summon").await;
    let calls = [
        ("u/cairn_ml I am a nurse and want to become a data scientist, where do I start?", "**[Engineer guide: "),
        ("u/cairn_ml", "guide"),
        ("!wiki three passes", "pass"),
        ("!wiki zxqv wvut", "othing"),
        ("!guide hacker", "**[Hacker guide: "),
        ("!papers", "There is no list of the week's papers here yet."),
    ];
    let mut parents = Vec::new();
    for (n, (call, _)) in calls.iter().enumerate() {
        let post = world.reddit.post("learnml", &format!("ann{n}"), "Books", "Which book do you like?");
        parents.push(world.reddit.comment(&post, &format!("bob{n}"), call));
    }
    world.once();
    let said = world.said();
    for ((call, part), parent) in calls.iter().zip(&parents) {
        let answer = said.iter().find(|c| c.parent == *parent).unwrap_or_else(|| panic!("no answer to {call}"));
        println!("\n===== {call}\n\n{}", answer.body);
        assert!(answer.body.contains(part) && answer.body.contains("I'm a bot"), "{call}: {}", answer.body);
    }
}
