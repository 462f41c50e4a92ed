//! arXiv ids: one paper, whatever its version or the form of its link.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// The identity of a paper at arXiv, without a version: `2408.01234`, or `cs.lg/0601001` of before April 2007.
///
/// Old-style archives are kept in lower case and without their subject class (`math.GT/0309136` is
/// `math/0309136`), so that equal papers have equal ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArxivId(String);

/// What was given is no arXiv id and no link to a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoId;

impl fmt::Display for NoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("That is no paper at arXiv; give an id such as 2408.01234 or a link such as https://arxiv.org/abs/2408.01234.")
    }
}

impl From<NoId> for crate::Error {
    fn from(no: NoId) -> Self {
        Self::refused(no.to_string())
    }
}

impl ArxivId {
    /// The id as arXiv writes it, without a version.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The page with the abstract.
    pub fn abs(&self) -> String {
        format!("https://arxiv.org/abs/{}", self.0)
    }

    /// The paper itself.
    pub fn pdf(&self) -> String {
        format!("https://arxiv.org/pdf/{}", self.0)
    }

    /// The paper that a link in running text or an address leads to, if it is one of arXiv's, Hugging Face's or
    /// alphaXiv's. Unlike parsing, it wants a link: a bare number is none.
    pub fn in_link(text: &str) -> Option<Self> {
        let found = link().captures(text)?;
        Self::bare(found.name("id")?.as_str())
    }

    /// An id without anything around it, but perhaps with a version.
    fn bare(text: &str) -> Option<Self> {
        let found = whole().captures(text)?;
        if let Some(number) = found.name("new") {
            return Some(Self(number.as_str().to_owned()));
        }
        let (archive, number) = (found.name("archive")?.as_str(), found.name("number")?.as_str());
        Some(Self(format!("{}/{number}", archive.to_lowercase())))
    }
}

/// An id by itself: `2408.01234v2`, `0704.0001`, `math.GT/0309136`.
const NEW: &str = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}";
const OLD: &str = r"[A-Za-z]+(?:-[A-Za-z]+)?(?:\.[A-Za-z]{2,4}(?:-[A-Za-z]+)?)?/\d{2}(?:0[1-9]|1[0-2])\d{3}";

fn whole() -> &'static Regex {
    static WHOLE: OnceLock<Regex> = OnceLock::new();
    WHOLE.get_or_init(|| {
        compiled(&format!(
            r"^(?:(?P<new>{NEW})|(?P<archive>[A-Za-z]+(?:-[A-Za-z]+)?)(?:\.[A-Za-z]{{2,4}}(?:-[A-Za-z]+)?)?/(?P<number>\d{{2}}(?:0[1-9]|1[0-2])\d{{3}}))(?:[vV]\d{{1,3}})?$"
        ))
    })
}

fn link() -> &'static Regex {
    static LINK: OnceLock<Regex> = OnceLock::new();
    LINK.get_or_init(|| {
        compiled(&format!(
            r"(?i)(?:^|[^a-z0-9.-])(?:(?:(?:www|export|browse|[a-z]{{2}})\.)?arxiv\.org/(?:abs|pdf|html|format|ps|e-print|src|tex)|(?:www\.)?(?:huggingface\.co|hf\.co)/papers|(?:www\.)?alphaxiv\.org/(?:[a-z]{{2}}/)?(?:abs|pdf|overview|html|audio|resources)|(?:www\.)?ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html)|(?:dx\.)?doi\.org/10\.48550/arxiv[./])[/]?(?P<id>{NEW}|{OLD})(?:v\d{{1,3}})?(?:\.pdf)?(?:[^0-9a-z]|$)"
        ))
    })
}

/// A pattern of ours; that it compiles is tested. One that did not would match nothing.
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| Regex::new("[^\\s\\S]").expect("an empty class"))
}

impl FromStr for ArxivId {
    type Err = NoId;

    /// Reads an id in any form that people paste: bare, with `arXiv:` before it, with a version, or as a link.
    fn from_str(text: &str) -> Result<Self, NoId> {
        let text = text.trim().trim_matches(['<', '>', '(', ')', '[', ']', '"', '\'', '`', ',', ';']);
        let bare = text.get(..6).filter(|p| p.eq_ignore_ascii_case("arxiv:")).map_or(text, |_| text[6..].trim_start());
        let bare = bare.split_once(" [").map_or(bare, |(id, _)| id);
        Self::bare(bare.trim_end_matches('.')).or_else(|| Self::in_link(text)).ok_or(NoId)
    }
}

impl fmt::Display for ArxivId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ArxivId {
    type Error = NoId;

    fn try_from(text: String) -> Result<Self, NoId> {
        text.parse()
    }
}

impl From<ArxivId> for String {
    fn from(id: ArxivId) -> Self {
        id.0
    }
}
