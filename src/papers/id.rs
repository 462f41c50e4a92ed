//! arXiv ids: one id per paper, for every version and form of link.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// The identity of a paper on arXiv, without a version: `2408.01234`, or `cs.lg/0601001` before April 2007.
///
/// Old-style archives are kept in lower case and without their subject class (`math.GT/0309136` is
/// `math/0309136`), so that equal papers have equal ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArxivId(String);

/// The text is neither an arXiv id nor a link to a paper.
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
    /// The id in arXiv's form, without a version.
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

    /// The paper that the first link in a text leads to, if it is a link to arXiv, Hugging Face or alphaXiv. A bare
    /// id is not enough here.
    pub fn in_link(text: &str) -> Option<Self> {
        let found = link().captures(text)?;
        Self::bare(found.name("id")?.as_str())
    }

    /// Parses an id without anything around it, optionally with a version.
    fn bare(text: &str) -> Option<Self> {
        let found = whole().captures(text)?;
        if let Some(number) = found.name("new") {
            return Some(Self(number.as_str().to_owned()));
        }
        let (archive, number) = (found.name("archive")?.as_str(), found.name("number")?.as_str());
        Some(Self(format!("{}/{number}", archive.to_lowercase())))
    }
}

/// A single id: `2408.01234v2`, `0704.0001`, `math.GT/0309136`. Since April 2007 papers are numbered by month, with
/// four digits until 2014 and five digits since; before that by archive.
const NUMBERED_ID: &str =
    r"(?:(?:070[4-9]|071[0-2]|(?:0[89]|1[0-4])(?:0[1-9]|1[0-2]))\.\d{4}|(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5})";
const NUMBER: &str = r"(?:(?:9[1-9]|0[0-6])(?:0[1-9]|1[0-2])|070[1-3])\d{3}";
const ARCHIVE: &str = "(?i:acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con)";
const SUBJECT: &str = r"(?:\.[A-Za-z]{2,8}(?:-[A-Za-z]+)?)?";

fn whole() -> &'static Regex {
    static WHOLE: OnceLock<Regex> = OnceLock::new();
    WHOLE.get_or_init(|| {
        compiled(&format!(
            r"^(?:(?P<new>{NUMBERED_ID})|(?P<archive>{ARCHIVE}){SUBJECT}/(?P<number>{NUMBER}))(?:[vV][1-9]\d{{0,2}})?$"
        ))
    })
}

fn link() -> &'static Regex {
    static LINK: OnceLock<Regex> = OnceLock::new();
    LINK.get_or_init(|| {
        compiled(&format!(
            r"(?i)(?:^|[^a-z0-9.-])(?:(?:(?:www|export|browse|[a-z]{{2}})\.)?arxiv\.org/(?:abs|pdf|html|format|ps|e-print|src|tex)|(?:www\.)?(?:huggingface\.co|hf\.co)/papers|(?:www\.)?alphaxiv\.org/(?:[a-z]{{2}}/)?(?:abs|pdf|overview|html|audio|resources)|(?:www\.)?ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html)|(?:dx\.)?doi\.org/10\.48550/arxiv[./])[/]?(?P<id>{NUMBERED_ID}|{ARCHIVE}{SUBJECT}/{NUMBER})(?:v\d{{1,3}})?(?:\.pdf)?(?:[^0-9a-z]|$)"
        ))
    })
}

/// Compiles one of our patterns. A test checks that they compile; one that does not would match nothing.
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| Regex::new("[^\\s\\S]").expect("an empty class"))
}

impl FromStr for ArxivId {
    type Err = NoId;

    /// Reads an id in any form that people paste: bare, after `arXiv:`, with a version, or as a link.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> Option<String> {
        text.parse::<ArxivId>().ok().map(String::from)
    }

    #[test]
    fn a_paper_is_one_whatever_the_form() {
        let forms = [
            "2408.01234",
            "2408.01234v2",
            " arXiv:2408.01234v12 ",
            "ARXIV: 2408.01234",
            "arXiv:2408.01234v1 [cs.LG]",
            "https://arxiv.org/abs/2408.01234",
            "http://arxiv.org/abs/2408.01234v3",
            "arxiv.org/pdf/2408.01234",
            "https://arxiv.org/pdf/2408.01234v2.pdf",
            "https://www.arxiv.org/html/2408.01234v1#S3",
            "https://export.arxiv.org/abs/2408.01234?context=cs.LG",
            "https://huggingface.co/papers/2408.01234",
            "https://hf.co/papers/2408.01234#community",
            "https://www.alphaxiv.org/abs/2408.01234",
            "https://alphaxiv.org/overview/2408.01234v1",
            "https://alphaxiv.org/pdf/2408.01234",
            "https://doi.org/10.48550/arXiv.2408.01234",
            "https://ar5iv.org/abs/2408.01234",
            "<https://arxiv.org/abs/2408.01234>",
            "(https://arxiv.org/abs/2408.01234).",
            "see https://arxiv.org/abs/2408.01234, it is good",
        ];
        for form in forms {
            assert_eq!(id(form).as_deref(), Some("2408.01234"), "{form}");
        }
        let old = [
            "math/0309136",
            "math.GT/0309136",
            "Math.GT/0309136v2",
            "https://arxiv.org/abs/math/0309136v1",
            "arXiv:math.GT/0309136",
        ];
        for form in old {
            assert_eq!(id(form).as_deref(), Some("math/0309136"), "{form}");
        }
        assert_eq!(id("http://arxiv.org/abs/astro-ph/0601001v1").as_deref(), Some("astro-ph/0601001"));
        assert_eq!(id("cond-mat.stat-mech/9901001").as_deref(), Some("cond-mat/9901001"));
        for edge in
            ["0704.0001", "0712.9999", "1412.9999", "1501.00001", "9912.00001", "math/0703999", "hep-th/9108001"]
        {
            assert_eq!(id(edge).as_deref(), Some(edge));
        }
    }

    #[test]
    fn what_is_no_paper_is_none() {
        let table = [
            "",
            "abc",
            "2408",
            "2408.123",
            "2408.123456",
            "2413.01234",
            "2400.01234",
            "v2",
            "24080.1234",
            "2408.01234v",
            "https://arxiv.org/list/cs.LG/recent",
            "https://example.org/abs/2408.01234",
            "https://notarxiv.org/abs/2408.01234",
            "https://huggingface.co/models/2408.01234",
            "math/0300136",
            "/0309136",
            "2408.01234/../x",
            "１２３４.５６７８９",
            "https://arxiv.org/abs/2408.012345",
            // Four digits until 2014, five since; new ids begin in April 2007, old ones end in March.
            "2608.1213",
            "1501.0001",
            "https://arxiv.org/abs/2608.1213",
            "1412.00001",
            "0703.0001",
            "2408.01234v0",
            "math/0704001",
            "math/0800123",
            "sociology/0309136",
        ];
        for text in table {
            assert_eq!(id(text), None, "{text}");
        }
        assert_eq!(ArxivId::in_link("2408.01234"), None, "a bare number in an address says nothing");
    }

    #[test]
    fn it_keeps_as_json_and_leads_to_the_paper() {
        let paper: ArxivId = "cs.LG/0601001v2".parse().unwrap();
        assert_eq!(serde_json::to_string(&paper).unwrap(), "\"cs/0601001\"");
        assert_eq!(serde_json::from_str::<ArxivId>("\"cs/0601001\"").unwrap(), paper);
        assert!(serde_json::from_str::<ArxivId>("\"nonsense\"").is_err());
        assert_eq!(
            (paper.abs(), paper.pdf()),
            ("https://arxiv.org/abs/cs/0601001".into(), "https://arxiv.org/pdf/cs/0601001".into())
        );
    }

    proptest! {
        #[test]
        fn every_form_of_every_id_is_that_id(
            year in 8..99_u8, month in 1..=12_u8, number in 0..99_999_u32, version in 0..40_u8, form in 0..6_usize
        ) {
            let number = if year < 15 { format!("{:04}", number % 10_000) } else { format!("{number:05}") };
            let id = format!("{year:02}{month:02}.{number}");
            let version = if version == 0 { String::new() } else { format!("v{version}") };
            let before = ["", "arXiv:", "https://arxiv.org/abs/", "https://arxiv.org/pdf/", "https://huggingface.co/papers/", "https://www.alphaxiv.org/abs/"][form];
            let parsed: ArxivId = format!("{before}{id}{version}").parse().unwrap();
            prop_assert_eq!(parsed.as_str(), id.as_str());
            prop_assert_eq!(parsed.abs().parse::<ArxivId>().unwrap(), parsed.clone());
            prop_assert_eq!(ArxivId::in_link(&parsed.pdf()), Some(parsed));
        }

        #[test]
        fn no_text_is_too_odd(text in ".{0,60}") {
            if let Ok(id) = text.parse::<ArxivId>() {
                prop_assert_eq!(id.as_str().parse::<ArxivId>().unwrap(), id.clone());
            }
        }
    }
}
