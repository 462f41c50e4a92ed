//! The keys of a rule: which there are, what they take, and how a search check is written (pure).

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// true or false.
    Bool,
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// A number or a span of time, with `<` or `>` before it.
    Threshold,
    /// One of these words.
    Word(&'static [&'static str]),
    /// true, false or a whole number.
    BoolOrInt,
    /// How good a contributor is, with `<` or `>` before it.
    Quality,
    /// A text, a list of two, or a map with a template.
    Flair,
    /// Something that is not looked at.
    Any,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// It is looked at.
    Check,
    /// It is done.
    Action,
    /// Neither.
    Setting,
}

/// The kinds of posts that a rule may be for.
pub const TYPES: &[&str] = &[
    "any",
    "comment",
    "submission",
    "text submission",
    "link submission",
    "crosspost submission",
    "poll submission",
    "gallery submission",
];
const ACTIONS: &[&str] = &["approve", "remove", "spam", "filter", "report"];
const SORTS: &[&str] = &["best", "confidence", "new", "qa", "top", "controversial", "hot", "old", "random", "blank"];
const STANDARDS: &[&str] = &[
    "image hosting sites",
    "direct image links",
    "video hosting sites",
    "streaming sites",
    "crowdfunding sites",
    "meme generator sites",
    "facebook links",
    "amazon affiliate links",
];
/// How good a contributor may be.
pub const QUALITIES: &[&str] = &["highest", "high", "moderate", "low", "lowest"];
const CROWD: &[&str] = &["OFF", "LENIENT", "MEDIUM", "STRICT"];

/// The keys of the top level, those of a post or a comment among them.
pub const TOP: &[(&str, Takes, For)] = &[
    ("type", Takes::Word(TYPES), For::Setting),
    ("priority", Takes::Int, For::Setting),
    ("moderators_exempt", Takes::Bool, For::Setting),
    ("standard", Takes::Word(STANDARDS), For::Check),
    ("comment", Takes::Text, For::Action),
    ("comment_locked", Takes::Bool, For::Setting),
    ("comment_stickied", Takes::Bool, For::Setting),
    ("modmail", Takes::Text, For::Action),
    ("modmail_subject", Takes::Text, For::Setting),
    ("message", Takes::Text, For::Action),
    ("message_subject", Takes::Text, For::Setting),
    ("reports", Takes::Int, For::Check),
    ("body_longer_than", Takes::Int, For::Check),
    ("body_shorter_than", Takes::Int, For::Check),
    ("ignore_blockquotes", Takes::Bool, For::Setting),
    ("action", Takes::Word(ACTIONS), For::Action),
    ("action_reason", Takes::Text, For::Setting),
    ("report_reason", Takes::Text, For::Setting),
    ("set_flair", Takes::Flair, For::Action),
    ("overwrite_flair", Takes::Bool, For::Setting),
    ("is_top_level", Takes::Bool, For::Check),
    ("is_edited", Takes::Bool, For::Check),
    ("is_original_content", Takes::Bool, For::Check),
    ("is_poll", Takes::Bool, For::Check),
    ("is_gallery", Takes::Bool, For::Check),
    ("is_meta_discussion", Takes::Bool, For::Check),
    ("past_archive_date", Takes::Bool, For::Check),
    ("discussion_type", Takes::Any, For::Check),
    ("set_sticky", Takes::BoolOrInt, For::Action),
    ("set_nsfw", Takes::Bool, For::Action),
    ("set_spoiler", Takes::Bool, For::Action),
    ("set_contest_mode", Takes::Bool, For::Action),
    ("set_original_content", Takes::Bool, For::Action),
    ("set_suggested_sort", Takes::Word(SORTS), For::Action),
    ("set_locked", Takes::Bool, For::Action),
    ("set_post_crowd_control_level", Takes::Word(CROWD), For::Action),
];

/// The keys of an author or of a community.
pub const OF_PEOPLE: &[(&str, Takes, For)] = &[
    ("comment_karma", Takes::Threshold, For::Check),
    ("post_karma", Takes::Threshold, For::Check),
    ("link_karma", Takes::Threshold, For::Check),
    ("combined_karma", Takes::Threshold, For::Check),
    ("comment_subreddit_karma", Takes::Threshold, For::Check),
    ("post_subreddit_karma", Takes::Threshold, For::Check),
    ("combined_subreddit_karma", Takes::Threshold, For::Check),
    ("account_age", Takes::Threshold, For::Check),
    ("contributor_quality", Takes::Quality, For::Check),
    ("satisfy_any_threshold", Takes::Bool, For::Setting),
    ("has_verified_email", Takes::Bool, For::Check),
    ("is_gold", Takes::Bool, For::Check),
    ("is_submitter", Takes::Bool, For::Check),
    ("is_contributor", Takes::Bool, For::Check),
    ("is_moderator", Takes::Bool, For::Check),
    ("is_nsfw", Takes::Bool, For::Check),
    ("event_label", Takes::Any, For::Check),
    ("set_flair", Takes::Flair, For::Action),
    ("overwrite_flair", Takes::Bool, For::Setting),
    ("action", Takes::Word(ACTIONS), For::Action),
    ("action_reason", Takes::Text, For::Setting),
];

/// The groups of checks on what belongs to a post.
pub const GROUPS: &[&str] = &["author", "crosspost_author", "crosspost_subreddit", "subreddit", "parent_submission"];

/// The fields of a post or of a comment that can be searched.
pub const FIELDS: &[&str] = &[
    "id",
    "title",
    "domain",
    "url",
    "body",
    "media_author",
    "media_author_url",
    "media_title",
    "media_description",
    "flair_text",
    "flair_css_class",
    "flair_template_id",
    "poll_option_text",
    "poll_option_count",
    "crosspost_id",
    "crosspost_title",
];
/// Those of an author or a community.
pub const FIELDS_OF_PEOPLE: &[&str] = &["id", "name", "flair_text", "flair_css_class", "flair_template_id"];
/// Keys that only comments have.
pub const ONLY_COMMENTS: [&str; 3] = ["is_top_level", "parent_submission", "is_submitter"];
/// Keys that only posts have.
pub const ONLY_POSTS: [&str; 8] = [
    "set_sticky",
    "set_nsfw",
    "set_spoiler",
    "set_contest_mode",
    "set_suggested_sort",
    "set_original_content",
    "is_poll",
    "is_gallery",
];
/// Those that a comment has.
pub const FIELDS_OF_COMMENTS: &[&str] = &["id", "body"];

/// Ways of searching, of which a check has one.
pub const METHODS: &[&str] = &["includes-word", "includes", "starts-with", "ends-with", "full-exact", "full-text"];
/// What else may stand in the brackets.
pub const OTHERS: &[&str] = &["regex", "case-sensitive"];

/// A search check's key: `~title+body#2 (regex, includes)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search<'a> {
    /// What stands before the brackets.
    pub name: &'a str,
    /// Whether it holds where nothing is found.
    pub is_inverted: bool,
    /// The fields that are looked at.
    pub fields: Vec<&'a str>,
    /// What stands in the brackets.
    pub modifiers: Vec<&'a str>,
}

impl<'a> Search<'a> {
    /// Reads a key; nothing if it is not written as one.
    pub fn parse(key: &'a str) -> Option<Self> {
        let end = key.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(key.len());
        let (name, rest) = key.split_at(end);
        let rest = rest.trim_start();
        let modifiers = match rest.strip_prefix('(') {
            Some(inner) => {
                inner.strip_suffix(')').filter(|inner| !inner.is_empty())?.split(',').map(str::trim).collect()
            }
            None if rest.is_empty() => Vec::new(),
            None => return None,
        };
        let bare = name.trim_start_matches('~');
        let fields = bare.split('#').next().unwrap_or_default().split('+').map(str::trim).collect();
        (!bare.is_empty()).then_some(Self { name, is_inverted: name.starts_with('~'), fields, modifiers })
    }

    /// Whether its values are regular expressions.
    pub fn is_regex(&self) -> bool {
        self.modifiers.contains(&"regex")
    }

    /// The way of searching, said or usual.
    pub fn method(&self) -> &str {
        let said = self.modifiers.iter().find(|modifier| METHODS.contains(modifier));
        let usual = match self.fields.as_slice() {
            ["id" | "flair_text" | "flair_css_class" | "flair_template_id" | "media_author"] => "full-exact",
            ["url" | "media_author_url"] => "includes",
            _ => "includes-word",
        };
        said.copied().unwrap_or(usual)
    }
}

/// What a key of a rule is, if it is one that is not a search.
pub fn known(key: &str, is_of_people: bool) -> Option<(Takes, For)> {
    let table = if is_of_people { OF_PEOPLE } else { TOP };
    table.iter().find(|(name, ..)| *name == key).map(|(_, takes, what_for)| (*takes, *what_for))
}

/// Every name that a key may begin with, for suggestions.
pub fn names(is_of_people: bool) -> impl Iterator<Item = &'static str> {
    let (table, fields) = if is_of_people { (OF_PEOPLE, FIELDS_OF_PEOPLE) } else { (TOP, FIELDS) };
    table.iter().map(|(name, ..)| *name).chain(fields.iter().copied()).chain(GROUPS.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_reddit_reads_them() {
        let key = Search::parse("~title+body#2 (regex, includes)").expect("a key");
        assert_eq!((key.is_inverted, key.fields.as_slice(), key.method()), (true, &["title", "body"][..], "includes"));
        assert!(key.is_regex());
        assert_eq!(Search::parse("body(includes)").map(|key| key.name), Some("body"));
        assert_eq!(Search::parse("url").expect("a key").method(), "includes");
        assert_eq!(Search::parse("title+url").expect("a key").method(), "includes-word");
        for none in ["title regex", "title (", "title ()", "~", ""] {
            assert!(Search::parse(none).is_none(), "{none}");
        }
    }
}
