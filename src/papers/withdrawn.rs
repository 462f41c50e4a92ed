//! Detects whether a paper was withdrawn (pure). arXiv has no field for it: authors write it in the comment or
//! instead of the abstract.

use std::sync::OnceLock;

use regex::{Match, Regex};

const THING: &str = "(?:paper|article|submission|manuscript|work|preprint|pre-print|e-?print|version|draft|report|note|study|entry|document)";
const GONE: &str = "(?:withdrawn|retracted|removed)";
/// Words that may follow “withdrawn” on its own if it is about the paper.
const WHY: &str = r"(?:by|due|because|pending|for|as|since|until|owing|following|per|on|at|to)\b";

/// Whether a paper's comment says that it was withdrawn.
pub fn comment(text: &str) -> bool {
    let text = text.to_lowercase();
    let found = |pattern: &Pattern, means: fn(&str, Match<'_>) -> bool| {
        pattern.as_ref().is_some_and(|pattern| pattern.find_iter(&text).any(|found| means(&text, found)))
    };
    let all = patterns();
    found(&all.it_is, speaks_of_itself)
        || found(&all.they_do, speaks_of_itself)
        || found(&all.bare, |text, found| !is_of_a_venue(&text[..found.start()]) && !is_from(&text[found.end()..]))
        || found(&all.by_arxiv, |_, _| true)
}

/// Whether an abstract says that its paper was withdrawn: at its beginning, or about “this paper”.
pub fn summary(text: &str) -> bool {
    let text = text.to_lowercase();
    let begins = |found: Match<'_>| text[..found.start()].trim_matches(|c: char| !c.is_alphanumeric()).is_empty();
    let all = patterns();
    let found = |pattern: &Pattern, means: &dyn Fn(Match<'_>) -> bool| {
        pattern.as_ref().is_some_and(|pattern| pattern.find_iter(&text).any(means))
    };
    let itself = |found: Match<'_>| {
        let near = text[found.start()..].starts_with("this") || found.as_str().contains(" this ");
        speaks_of_itself(&text, found) && (near || begins(found) && is_end(&text[found.end()..]))
    };
    let bare = |found: Match<'_>| {
        let is_noun = ["withdrawal", "retraction"].iter().any(|noun| found.as_str().contains(noun));
        begins(found) && !is_noun && !is_from(&text[found.end()..])
    };
    found(&all.it_is, &itself) || found(&all.they_do, &itself) || found(&all.bare, &bare) || admin_note(&text)
}

/// Whether a title begins with a mark such as “[Withdrawn]”.
pub fn title(text: &str) -> bool {
    let text = text.to_lowercase();
    patterns().mark.as_ref().is_some_and(|pattern| pattern.is_match(&text))
}

/// arXiv's own note, which stands before the rest of an abstract.
fn admin_note(text: &str) -> bool {
    text.starts_with("arxiv admin note") && patterns().it_is.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

type Pattern = Option<Regex>;

struct Patterns {
    /// “This paper has been withdrawn”.
    it_is: Pattern,
    /// “The authors have withdrawn this manuscript”.
    they_do: Pattern,
    /// “Withdrawn due to an error”, “v2: withdrawn”, “(Retracted)”.
    bare: Pattern,
    /// “Removed by arXiv administrators”.
    by_arxiv: Pattern,
    /// “[Withdrawn] A title”.
    mark: Pattern,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let compiled = |pattern: String| Regex::new(&pattern).ok();
        let aux = "(?:has|have|had|is|was|are|were|must|should|will|needs?|being|been|be|to|now|hereby|temporarily|since|already|therefore|thus)";
        let marked = "(?:withdrawn|retracted)";
        let does = "(?:withdraw(?:s|n|ing)?|withdrew|retract(?:s|ed|ing)?)";
        let will = "(?:has|have|had|are|am|is|be|would|like|wish|wishes|want|to|decided|chosen|chose|choose|agreed|need|must|hereby|now|therefore|thus|temporarily|also|been|forced|voluntarily|,)";
        Patterns {
            it_is: compiled(format!(
                r"\b(?:(?:this|the|our|present|current) (?:arxiv |current |present )?)?{THING}(?: v?\d+)?(?: {aux}){{0,4}} {GONE}\b"
            )),
            they_do: compiled(format!(
                r"\b(?:the |all |both )?(?:authors?|we|i)(?: {will}){{0,5}} {does} (?:this|the|our|my)(?: arxiv| current| present)? {THING}\b"
            )),
            bare: compiled(format!(
                r"(?:^|[.,;:(\[–—-]\s*|\bto be )(?:temporarily )?(?:withdrawn|retracted|withdrawal|retraction)(?:\s*$|\s*[.,;:)\]!–—-]|\s+{WHY}|\s+from arxiv)"
            )),
            by_arxiv: compiled(format!(r"\b{GONE} by (?:the )?arxiv\b")),
            mark: compiled(format!(r"^\s*(?:[\[(]\s*{marked}\b[^\])]*[\])]|{marked}(?: {THING})?\s*[:–—])")),
        }
    })
}

/// Whether a match is about the paper itself, not about a part, another version, or a condition.
fn speaks_of_itself(text: &str, found: Match<'_>) -> bool {
    let before = text[..found.start()].trim_end();
    let said = found.as_str();
    let named = ["this ", "present ", "current "].iter().any(|word| said.starts_with(word));
    let begins = before.is_empty() || before.ends_with(|c: char| ".,;:!?()[]–—-".contains(c));
    let links = ["that", "and", "so", "hence", "therefore", "thus", "because", "since", "as", "note"];
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let guards =
        ["of", "in", "if", "when", "whether", "until", "unless", "before", "after", "than", "from", "to", "by", "on"];
    (begins || links.contains(&last) || named && !guards.contains(&last)) && !is_from(&text[found.end()..])
}

/// Whether the next words say that the paper was only withdrawn from a place such as a conference.
fn is_from(after: &str) -> bool {
    let clause = after.split(['.', ';', ',', ':']).next().unwrap_or_default();
    let words: Vec<&str> = clause.split_whitespace().take(8).collect();
    let from = words.iter().position(|word| *word == "from");
    let everywhere = ["arxiv", "public", "publication", "circulation"];
    from.is_some_and(|at| {
        let place = &words[at + 1..];
        !place.is_empty() && !place.iter().take(3).any(|word| everywhere.iter().any(|all| word.starts_with(all)))
    })
}

/// Whether the sentence before mentions a place where the paper was to appear.
fn is_of_a_venue(before: &str) -> bool {
    let sentence = before.rsplit(['.', ';']).next().unwrap_or_default();
    const VENUES: [&str; 9] = [
        "accepted",
        "submitted",
        "presented",
        "published",
        "appear",
        "workshop",
        "conference",
        "journal",
        "proceedings",
    ];
    VENUES.iter().any(|venue| sentence.contains(venue))
}

/// Whether the sentence ends here or continues with a reason. Otherwise the text may be a study about withdrawal.
fn is_end(after: &str) -> bool {
    let after = after.trim_start();
    let reasons =
        ["by ", "due ", "because", "pending", "for ", "as ", "since ", "until ", "owing", "from arxiv", "and will"];
    after.is_empty()
        || after.starts_with(['.', ',', ';', ':', '!', ')'])
        || reasons.iter().any(|r| after.starts_with(r))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_withdraw_papers_in_many_words() {
        for said in [
            "The paper is withdrawn: one proof has a gap",
            "The manuscript has been withdrawn pending new experiments",
            "Withdrawal because of a wrong constant",
            "This work has been withdrawn",
            "This version is withdrawn",
            "arXiv admin note: This submission has been withdrawn by arXiv administrators due to wrong authorship",
            "The authors have withdrawn this manuscript",
            "We withdraw this submission",
            "We have decided to withdraw the paper",
            "Retracted: an error in Section 5",
            "v2: withdrawn, replaced",
            "(Withdrawn)",
            "12 pages. This paper has been withdrawn by the author",
            "This preprint has been withdrawn",
            "Due to an error in Lemma 1, this paper is withdrawn",
            "removed by arXiv administrators: wrong licence",
            "Withdrawn",
            "withdrawn.",
            "Paper withdrawn",
            "Submission withdrawn by the authors",
            "This paper was retracted by its authors",
            "12 pages, withdrawn due to a crucial error in equation 3",
            "Withdrawn from arXiv by the authors",
            "To be withdrawn",
            "We are withdrawing this paper for major revisions",
            "I have withdrawn my paper",
            "The author withdraws this paper",
            "Please note that this paper has been withdrawn",
            "This article has been temporarily withdrawn",
            "The authors would like to withdraw this article because of an error",
            "Our submission has now been withdrawn",
            "Because of errors this paper v2 is withdrawn",
        ] {
            assert!(comment(said), "{said}");
        }
    }

    #[test]
    fn comments_of_living_papers_do_not() {
        for said in [
            "",
            "9 pages, 3 figures",
            "Withdrawn from the workshop proceedings because nobody could attend; 9 pages",
            "This paper has been withdrawn from ICML for resubmission; 12 pages",
            "We withdrew this submission from the journal",
            "Accepted at the conference, withdrawn for lack of travel money",
            "An earlier version has been withdrawn",
            "The previous version of this paper was withdrawn",
            "A dataset of papers that were withdrawn",
            "Code for detecting withdrawn papers",
            "This paper has not been withdrawn",
            "Replaces the withdrawn arXiv:2501.00001",
            "Withdrawn drugs: a data set",
            "Published in the Journal of Retraction Studies",
            "A part of this paper is withdrawn",
            "If this paper is withdrawn, the code stays",
        ] {
            assert!(!comment(said), "{said}");
        }
    }

    #[test]
    fn abstracts_withdraw_papers() {
        for said in [
            "This paper has been withdrawn by the authors.",
            "Withdrawn due to an error",
            "This submission was withdrawn",
            "Article withdrawn.",
            "The paper has been withdrawn by the author due to a crucial error.",
            "The authors have withdrawn this manuscript due to a flaw.",
            "We show a bound. This paper has been withdrawn because of an error in it.",
            "[Withdrawn] We show a bound.",
            "arXiv admin note: this version has been removed by arXiv administrators. We show a bound.",
        ] {
            assert!(summary(said), "{said}");
        }
        for said in [
            "We study why drugs are withdrawn.",
            "This paper studies withdrawn drugs.",
            "A paper that has been withdrawn is",
            "Withdrawal of drugs is common.",
            "Withdrawal by patients is common.",
            "Retracted papers are cited for years.",
            "The paper is withdrawn in 3% of cases, and the authors withdraw the paper in 2%.",
            "We withdraw the assumption that data are plenty.",
            "When authors retract the paper, citations go on.",
            "Once an article was retracted, nobody noticed.",
        ] {
            assert!(!summary(said), "{said}");
        }
    }

    #[test]
    fn titles_may_be_marked() {
        for said in ["[Withdrawn] A title", "WITHDRAWN: A title", "(Retracted) A title", "Withdrawn paper: a title"] {
            assert!(title(said), "{said}");
        }
        for said in ["Withdrawn drugs and how to find them", "Removed objects: inpainting", "Retraction of papers"] {
            assert!(!title(said), "{said}");
        }
    }
}
