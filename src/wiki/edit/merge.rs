//! Merges two changes to the same text: by lines, and where both change the same line, by words (pure).

use super::compare::parts;

/// Replaces a line end while words are merged as if they were lines.
const LINE_END: char = '\u{1}';

/// The result of merging two changes to the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The text with both changes.
    pub text: String,
    /// Whether both changed the same line, so that they were merged word by word. A person should check the result.
    pub by_words: bool,
}

/// Merges two changes to `base` if they change different lines, or different words of a line. None if they conflict.
pub fn joined(base: &str, one: &str, other: &str) -> Option<Joined> {
    if let Ok(text) = diffy::merge(base, one, other) {
        return Some(Joined { text, by_words: false });
    }
    if [base, one, other].iter().any(|text| text.contains(LINE_END)) {
        return None;
    }
    let lines = |text: &str| -> String {
        parts(text).into_iter().flat_map(|word| [word.replace('\n', &LINE_END.to_string()), "\n".to_owned()]).collect()
    };
    let text = diffy::merge(&lines(base), &lines(one), &lines(other)).ok()?;
    Some(Joined { text: text.replace('\n', "").replace(LINE_END, "\n"), by_words: true })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn changes_of_different_places_are_joined() {
        let base = "One line.\nNo, though it helps. Many adverts ask for one, and most posts don't.\nEnd.\n";
        let mine = base.replace("Many adverts ask", "Some adverts filter");
        let theirs = base.replace("though it helps", "though a degree helps at first");
        let both = joined(base, &mine, &theirs).unwrap();
        assert!(both.by_words);
        assert_eq!(both.text, mine.replace("though it helps", "though a degree helps at first"));
        let lines = "One.\nTwo.\nThree.\nFour.\nFive.\n";
        let far = joined(lines, &lines.replace("One", "1"), &lines.replace("Five", "5")).unwrap();
        assert_eq!((far.by_words, far.text.as_str()), (false, "1.\nTwo.\nThree.\nFour.\n5.\n"));
        assert_eq!(joined(base, &base.replace("One", "A"), &base.replace("One", "The")), None);
        assert_eq!(joined("", "mine\n", "theirs\n"), None);
    }

    proptest! {
        #[test]
        fn a_change_joined_with_none_is_that_change(base in "[ab \n]{0,30}", new in "[ab \n]{0,30}") {
            for joined in [joined(&base, &new, &base), joined(&base, &base, &new)] {
                let text = joined.map(|joined| joined.text);
                prop_assert_eq!(text.as_deref(), Some(new.as_str()));
            }
        }
    }
}
