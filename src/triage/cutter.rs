//! Splits a post into sentences and words. Only the author's own words count, not quotations or code.
//!
//! Words become vocabulary numbers at once, so that matching never compares strings. One pass, linear in the input.

use super::Post;
use super::phrase_finder::Lexicon;
use super::text::{Part, Sentence, Text, Token};

/// Splits a post.
pub fn cut(post: &Post<'_>, lexicon: &Lexicon) -> Text {
    let mut cutter = Cutter {
        lexicon,
        text: Text::default(),
        part: Part::Title,
        open: false,
        word: String::new(),
        before: String::new(),
    };
    cutter.part(post.title, Part::Title);
    cutter.part(post.body, Part::Body);
    lexicon.merge(&mut cutter.text.tokens);
    cutter.text
}

struct Cutter<'a> {
    lexicon: &'a Lexicon,
    text: Text,
    part: Part,
    /// A sentence has begun and not ended.
    open: bool,
    /// The word being read, lower case, without apostrophes; kept to save allocations.
    word: String,
    /// The word before it in the sentence.
    before: String,
}

impl Cutter<'_> {
    fn part(&mut self, source: &str, part: Part) {
        self.part = part;
        let mut fenced = false;
        let mut offset = 0;
        for line in source.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}']) {
            let trimmed = line.trim();
            if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
                fenced = !(fenced || trimmed.len() > 6 && trimmed.ends_with("```"));
                self.text.code += 1;
            } else if fenced || is_code(line) {
                self.text.code += 1;
            } else if !trimmed.starts_with('>') && !trimmed.starts_with("&gt;") {
                self.line(line, offset);
            }
            self.end_sentence(false);
            offset += line.len();
        }
    }

    fn line(&mut self, line: &str, offset: usize) {
        let mut at = 0;
        while let Some(c) = line[at..].chars().next() {
            let rest = &line[at..];
            if starts_link(rest) {
                self.text.links += 1;
                at += rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | ']')).unwrap_or(rest.len());
                self.pause();
            } else if c.is_alphanumeric() {
                at += self.word_at(rest, offset + at);
            } else {
                at += self.mark(rest, c);
            }
        }
    }

    /// Reads one word and returns its length in bytes.
    fn word_at(&mut self, rest: &str, start: usize) -> usize {
        self.word.clear();
        let mut end = 0;
        let mut apostrophe = false;
        let mut chars = rest.char_indices().peekable();
        while let Some((i, c)) = chars.next() {
            if c.is_alphanumeric() {
                self.word.extend(c.to_lowercase());
                end = i + c.len_utf8();
            } else if is_apostrophe(c) && chars.peek().is_some_and(|(_, next)| next.is_alphabetic()) {
                apostrophe = true;
            } else {
                break;
            }
        }
        let plus = rest[end..].bytes().take_while(|b| matches!(b, b'+' | b'#')).count().min(2);
        self.word.push_str(&rest[end..end + plus]);
        self.push(apostrophe, start, start + end + plus);
        end + plus
    }

    fn push(&mut self, apostrophe: bool, start: usize, end: usize) {
        if !self.open {
            self.text.sentences.push(Sentence { part: self.part, question: false });
            self.open = true;
        }
        let sentence = index(self.text.sentences.len() - 1);
        if self.word == "2" && is_before_to(&self.before) {
            self.word.replace_range(.., "to");
        }
        for syms in self.lexicon.look_up(&self.word, apostrophe) {
            self.text.tokens.push(Token { syms, start: index(start), end: index(end), sentence, pause: false });
        }
        std::mem::swap(&mut self.before, &mut self.word);
    }

    /// Handles a character outside words. Returns how many bytes it took.
    fn mark(&mut self, rest: &str, c: char) -> usize {
        match c {
            '?' | '？' => self.end_sentence(true),
            '!' | '@' | '[' | ']' | '<' | '>' | '|' | ';' | '…' | '。' => self.end_sentence(false),
            '.' if rest[1..].chars().next().is_none_or(char::is_whitespace) || rest.starts_with("..") => {
                self.end_sentence(false)
            }
            ',' | ':' | '(' | ')' | '–' | '—' => self.pause(),
            '-' if rest.starts_with("- ") || rest.starts_with("--") => self.pause(),
            '&' => return entity(rest),
            '`' => {
                self.end_sentence(false);
                if let Some(close) = rest[1..].find('`') {
                    self.text.code += 1;
                    return close + 2;
                }
            }
            _ => {}
        }
        c.len_utf8()
    }

    fn pause(&mut self) {
        if let (true, Some(last)) = (self.open, self.text.tokens.last_mut()) {
            last.pause = true;
        }
    }

    fn end_sentence(&mut self, question: bool) {
        self.pause();
        if let (true, Some(last)) = (self.open, self.text.sentences.last_mut()) {
            last.question = question;
        }
        self.open = false;
        self.before.clear();
    }
}

/// Words after which "2" means "to" in chats.
fn is_before_to(word: &str) -> bool {
    matches!(word, "how" | "want" | "where" | "need" | "going" | "trying" | "what" | "like" | "able" | "way" | "hwo")
}

/// Byte positions fit in 32 bits: a part has at most [`super::MAX_CHARS`] characters. Larger values saturate.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '＇')
}

fn starts_link(rest: &str) -> bool {
    let starts =
        |prefix: &str| rest.as_bytes().get(..prefix.len()).is_some_and(|b| b.eq_ignore_ascii_case(prefix.as_bytes()));
    starts("http://") || starts("https://") || starts("www.")
}

/// An indented line that looks like code. Indentation alone is not enough, because people indent lists and paragraphs.
fn is_code(line: &str) -> bool {
    let indented = line.starts_with("    ") || line.starts_with('\t');
    let prompt = line.trim_start().starts_with(">>>");
    prompt || indented && line.contains(['=', '{', ';', '(']) && !line.contains(['?', '’'])
}

/// The length of an HTML entity such as `&amp;` or `&#x200B;`; otherwise 1.
fn entity(rest: &str) -> usize {
    let name = rest[1..].bytes().take(8).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    if name > 0 && rest.as_bytes().get(name + 1) == Some(&b';') { name + 2 } else { 1 }
}
