//! The words that every page is about: they decide nothing (pure).

use std::sync::LazyLock;

use regex::Regex;

use crate::wiki::{name, words};

/// The field's names, with the preposition before them. A pattern that did not compile would match nothing; a test reads it.
static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let field = "(?:data (?:science|scientists?|scientist's|analytics|analysis|analysts?|mining)|machine learning|\
                 deep learning|artificial intelligence|datascience|big data|ds|ml|ai|dl|mle|aiml|da)";
    let before = r"(?:\b(?:in|for|of|with|to|as) +)?(?:\ban? +)?";
    Regex::new(&format!(r"(?i){before}\b{field}\b(?: */ *{field}\b)*")).ok()
});

/// A question without the names of the field; as it is, if nothing else is in it.
pub fn without(question: &str) -> String {
    let Some(field) = FIELD.as_ref() else { return question.to_owned() };
    let rest = field.replace_all(question, "");
    let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    let rest = rest.trim_matches([' ', ',', '.', '?', '!', '/', '&', '-']);
    let says_something = name(rest).split(' ').any(|word| !word.is_empty() && !words::is_function_word(word));
    if says_something { rest.to_owned() } else { question.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_field_are_left_out_unless_nothing_else_is_asked() {
        let table = [
            ("Which laptop for data science?", "Which laptop"),
            ("salary of a Data Scientist / ML engineer", "salary engineer"),
            ("how do I learn machine learning", "how do I learn"),
            ("machine learning", "machine learning"),
            ("what is AI", "what is AI"),
            ("html and mail", "html and mail"),
        ];
        for (question, expected) in table {
            assert_eq!(without(question), expected, "{question}");
        }
    }
}
