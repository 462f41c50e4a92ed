//! Whom the bot never answers, and below which posts it never speaks (pure).

use super::api::thing::Post;

/// Accounts of programs whose names do not say so.
const PROGRAMS: [&str; 10] = [
    "automoderator",
    "vredditdownloader",
    "savevideo",
    "reddit",
    "sneakpeek",
    "commonmisspellings",
    "haikusage",
    "remindme",
    "wikitextlink",
    "gifreversing",
];

/// Whether an account is a program, as far as its name tells. A person called Talbot stays unanswered; that does less harm than two
/// programs that talk to each other.
pub fn is_program(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PROGRAMS.contains(&name.as_str())
        || name.ends_with("bot")
        || name.ends_with("-modteam")
        || name.starts_with("bot-")
        || name.starts_with("bot_")
        || ["-bot-", "_bot_", "-bot_", "_bot-"].iter().any(|part| name.contains(part))
}

/// Why nothing is said below a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Locked or archived.
    Closed,
    /// Deleted or removed.
    Gone,
    /// Its title asks for serious answers only.
    Serious,
    /// A moderator's, or pinned.
    Official,
    /// A program's, or the bot's own.
    Program,
}

impl Silence {
    /// Its name in counts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Gone => "gone",
            Self::Serious => "serious",
            Self::Official => "moderators",
            Self::Program => "program",
        }
    }
}

/// Why nothing is said below this post, if nothing is. `moderators` are names in lower case, and so is `own`.
pub fn silence(post: &Post, moderators: &[String], own: &str) -> Option<Silence> {
    let Some(author) = post.author.as_ref().filter(|_| !post.gone).map(|name| name.to_ascii_lowercase()) else {
        return Some(Silence::Gone);
    };
    if post.closed {
        return Some(Silence::Closed);
    }
    let title = post.title.to_lowercase();
    if title.contains("[serious]") || title.contains("(serious)") || title.contains("serious replies only") {
        return Some(Silence::Serious);
    }
    if post.official || moderators.contains(&author) {
        return Some(Silence::Official);
    }
    (author == own || is_program(&author)).then_some(Silence::Program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_names() {
        for name in
            ["AutoModerator", "learnml-ModTeam", "RemindMeBot", "some_bot", "bot-of-bob", "wiki-bot-2", "timezone_bot"]
        {
            assert!(is_program(name), "{name}");
        }
        for name in ["ann", "robotics_fan", "bottle", "botany", "Reddit_Ann"] {
            assert!(!is_program(name), "{name}");
        }
    }

    #[test]
    fn some_threads_are_left_alone() {
        let post = |change: fn(&mut Post)| {
            let mut post = Post { author: Some("Ann".into()), title: "How do I start?".into(), ..Post::default() };
            change(&mut post);
            silence(&post, &["mod_mary".into()], "cairn_ml")
        };
        type Change = fn(&mut Post);
        let table: [(Change, Option<Silence>); 9] = [
            (|_| {}, None),
            (|p| p.closed = true, Some(Silence::Closed)),
            (|p| p.gone = true, Some(Silence::Gone)),
            (|p| p.author = None, Some(Silence::Gone)),
            (|p| p.title = "[Serious] How do I start?".into(), Some(Silence::Serious)),
            (|p| p.official = true, Some(Silence::Official)),
            (|p| p.author = Some("Mod_Mary".into()), Some(Silence::Official)),
            (|p| p.author = Some("AutoModerator".into()), Some(Silence::Program)),
            (|p| p.author = Some("Cairn_ML".into()), Some(Silence::Program)),
        ];
        for (change, expected) in table {
            assert_eq!(post(change), expected);
        }
    }
}
