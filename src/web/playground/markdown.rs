//! Discord's kind of Markdown, as its client shows it. What it does not know stays text.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, PreEscaped, html};

use super::ways::{self, Way};
use crate::playground::stand_in::state::{Id, State};
use crate::web::layout::encoded;

/// What is said of a link to a message that was deleted.
const GONE: &str = " (it is gone)";
/// How deep marks may stand in each other.
const DEEPEST: usize = 6;

/// Who and what a text may name, and who reads it.
pub struct Names<'a> {
    /// Where the playground's own copy of the web page stands.
    pub site: &'a str,
    /// The pretend server.
    pub server: &'a State,
    /// The reader.
    pub who: &'a str,
    /// Where they read it.
    pub place: Id,
    /// When.
    pub now: Timestamp,
}

/// The whole text.
pub fn render(text: &str, names: &Names<'_>) -> Markup {
    let mut out = String::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let (block, next) = block(&lines, at, names);
        out.push_str(&block.0);
        at = next;
    }
    PreEscaped(out)
}

/// The block that begins at a line, and the line after it.
fn block(lines: &[&str], at: usize, names: &Names<'_>) -> (Markup, usize) {
    let line = lines[at];
    if line.trim().is_empty() {
        return (Markup::default(), at + 1);
    }
    if line.starts_with("```") {
        return code(lines, at);
    }
    if let Some(rest) = line.strip_prefix("-# ") {
        return (html! { p.quiet.small { (inline(rest, names, 0)) } }, at + 1);
    }
    let marks = line.bytes().take_while(|b| *b == b'#').count();
    if (1..=3).contains(&marks) && line[marks..].starts_with(' ') {
        return (html! { p.heading { strong { (inline(line[marks..].trim(), names, 0)) } } }, at + 1);
    }
    for (kind, of) in [(Kind::Quote, quoted as fn(&str) -> Option<&str>), (Kind::List, item), (Kind::Numbers, numbered)]
    {
        let end = lines[at..].iter().position(|line| of(line).is_none()).map_or(lines.len(), |n| at + n);
        if end > at {
            let inner: Vec<Markup> =
                lines[at..end].iter().filter_map(|line| of(line)).map(|text| inline(text, names, 0)).collect();
            return (kind.show(&inner, line), end);
        }
    }
    let is_plain = |line: &&str| {
        !line.trim().is_empty()
            && quoted(line).is_none()
            && item(line).is_none()
            && numbered(line).is_none()
            && !line.starts_with('#')
            && !line.starts_with("-# ")
            && !line.starts_with("```")
    };
    let end = lines[at + 1..].iter().position(|line| !is_plain(line)).map_or(lines.len(), |n| at + 1 + n);
    let whole = lines[at..end].iter().map(|line| inline(line, names, 0)).collect::<Vec<_>>();
    (html! { p { @for (n, line) in whole.iter().enumerate() { @if n > 0 { br; } (line) } } }, end)
}

enum Kind {
    Quote,
    List,
    Numbers,
}

impl Kind {
    fn show(&self, lines: &[Markup], first: &str) -> Markup {
        match self {
            Self::Quote => {
                html! { blockquote { @for (n, line) in lines.iter().enumerate() { @if n > 0 { br; } (line) } } }
            }
            Self::List => html! { ul { @for line in lines { li { (line) } } } },
            Self::Numbers => {
                let start: String = first.trim_start().chars().take_while(char::is_ascii_digit).collect();
                html! { ol start=(start) { @for line in lines { li { (line) } } } }
            }
        }
    }
}

fn quoted(line: &str) -> Option<&str> {
    line.strip_prefix("> ")
}

fn item(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* "))
}

fn numbered(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=4).contains(&digits) { line[digits..].strip_prefix(". ") } else { None }
}

fn code(lines: &[&str], at: usize) -> (Markup, usize) {
    let end = lines[at + 1..].iter().position(|line| line.starts_with("```")).map_or(lines.len(), |n| at + 1 + n);
    (html! { pre { code { (lines[at + 1..end].join("\n")) } } }, (end + 1).min(lines.len()))
}

/// The marks within a line.
fn inline(text: &str, names: &Names<'_>, depth: usize) -> Markup {
    let (mut out, mut plain, mut rest) = (String::new(), String::new(), text);
    while let Some(c) = rest.chars().next() {
        let taken = if depth < DEEPEST { mark(rest, names, depth, plain.chars().next_back()) } else { None };
        match taken {
            Some((shown, length)) => {
                out.push_str(&html! { (plain) }.0);
                plain.clear();
                out.push_str(&shown.0);
                rest = &rest[length..];
            }
            None => {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out.push_str(&html! { (plain) }.0);
    PreEscaped(out)
}

/// The mark that a text begins with, and its length.
fn mark(text: &str, names: &Names<'_>, depth: usize, before: Option<char>) -> Option<(Markup, usize)> {
    match text.as_bytes()[0] {
        b'\\' => {
            let sign = text[1..].chars().next().filter(char::is_ascii_punctuation)?;
            Some((html! { (sign) }, 2))
        }
        b'`' => {
            let (inner, length) = between(text, "`")?;
            Some((html! { code { (inner) } }, length))
        }
        b'*' | b'_' | b'~' | b'|' => emphasis(text, names, depth, before),
        b'[' => named_link(text, names, depth),
        b'<' => angled(text, names),
        b'h' if before.is_none_or(|c| !c.is_alphanumeric()) => {
            let (url, length) = bare(text)?;
            Some((linked(url, names), length))
        }
        _ => None,
    }
}

/// What stands between a mark and its twin, and the length of all.
fn between<'t>(text: &'t str, sign: &str) -> Option<(&'t str, usize)> {
    let inner = text.strip_prefix(sign)?;
    let mut from = 0;
    loop {
        let found = from + inner[from..].find(sign)?;
        // Of a longer run the last signs are the twin: in `**b *c***` the first one ends what is inside.
        let run = inner[found..].chars().take_while(|c| sign.starts_with(*c)).count();
        let end = if sign.len() == 2 { found + run - sign.len() } else { found };
        if end > 0 && !inner[..end].ends_with('\\') {
            return Some((&inner[..end], end + 2 * sign.len()));
        }
        from = end + sign.len();
    }
}

fn emphasis(text: &str, names: &Names<'_>, depth: usize, before: Option<char>) -> Option<(Markup, usize)> {
    for sign in ["**", "__", "~~", "||", "*", "_"] {
        let Some((inner, length)) = between(text, sign) else { continue };
        let is_word = sign == "_"
            && (before.is_some_and(char::is_alphanumeric) || text[length..].starts_with(char::is_alphanumeric));
        if is_word || inner.starts_with(' ') && sign.len() == 1 {
            continue;
        }
        let inner = inline(inner, names, depth + 1);
        return Some((
            match sign {
                "**" => html! { strong { (inner) } },
                "__" => html! { u { (inner) } },
                "~~" => html! { s { (inner) } },
                "||" => html! { span.spoiler { (inner) } },
                _ => html! { em { (inner) } },
            },
            length,
        ));
    }
    None
}

fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && !url.contains(char::is_whitespace)
}

fn named_link(text: &str, names: &Names<'_>, depth: usize) -> Option<(Markup, usize)> {
    let middle = text.find("](")?;
    let end = middle + 2 + text[middle + 2..].find(')')?;
    let url = text[middle + 2..end].trim_start_matches('<').trim_end_matches('>');
    let words = &text[1..middle];
    if !is_web(url) || words.contains('\n') {
        return None;
    }
    let words = inline(words, names, depth + 1);
    let shown = match ways::way(url, names.site, names.server, names.who).address() {
        Some(address) => html! { a href=(address) { (words) } },
        None => html! { (words) span.quiet { (GONE) } },
    };
    Some((shown, end + 1))
}

/// An address that stands for itself. Discord shows one of its own by its channel's name.
fn linked(url: &str, names: &Names<'_>) -> Markup {
    match ways::way(url, names.site, names.server, names.who) {
        Way::To(address) => html! { a href=(address) { (url) } },
        Way::Said(name, address) => html! { a.mention href=(address) { (name) } },
        Way::Nowhere => html! { "a message" span.quiet { (GONE) } },
    }
}

fn bare(text: &str) -> Option<(&str, usize)> {
    let end = text.find(|c: char| c.is_whitespace() || "<>\"".contains(c)).unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ')', ':', ';', '!', '?', '*', '_']);
    let host = url.split_once("://").map_or("", |(_, host)| host);
    (is_web(url) && !host.is_empty()).then_some((url, url.len()))
}

/// What stands in angle brackets: people, channels, commands, times, addresses.
fn angled(text: &str, names: &Names<'_>) -> Option<(Markup, usize)> {
    let end = text.find('>')?;
    let inner = &text[1..end];
    let town = &names.server.town;
    let shown = if let Some(id) = inner.strip_prefix("@&") {
        let id: Id = id.parse().ok()?;
        html! { span.mention { "@" (town.find_role(id).map_or("role", |role| role.name.trim_start_matches('@'))) } }
    } else if let Some(id) = inner.strip_prefix('@') {
        let id: Id = id.trim_start_matches('!').parse().ok()?;
        html! { span.mention { "@" (town.find_person(id).map_or("somebody", |person| person.name.as_str())) } }
    } else if let Some(id) = inner.strip_prefix('#') {
        let id: Id = id.parse().ok()?;
        let name = town.channels.get(&id).map_or("a channel that is gone", |channel| channel.name.as_str());
        html! { a.mention href=(format!("/playground?as={}&in={id}", names.who)) { "#" (name) } }
    } else if let Some(command) = inner.strip_prefix('/') {
        let (name, _) = command.rsplit_once(':')?;
        let line = format!("/{name} ");
        let way = format!("/playground?as={}&in={}&say={}#say", names.who, names.place, encoded(&line));
        html! { a.mention href=(way) data-say=(line) { "/" (name) } }
    } else if let Some(stamp) = inner.strip_prefix("t:") {
        time(stamp, names.now)?
    } else if is_web(inner) {
        linked(inner, names)
    } else {
        return None;
    };
    Some((shown, end + 1))
}

/// An instant. Discord shows it in the reader's own zone, which is unknown here, so the zone is said.
fn time(stamp: &str, now: Timestamp) -> Option<Markup> {
    let (seconds, style) = stamp.split_once(':').unwrap_or((stamp, "f"));
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    let form = match style {
        "t" => "%H:%M UTC",
        "T" => "%H:%M:%S UTC",
        "d" => "%d/%m/%Y",
        "D" => "%-d %B %Y",
        "F" => "%A, %-d %B %Y %H:%M UTC",
        "R" => return Some(html! { time datetime=(at) { (relative(at, now)) } }),
        _ => "%-d %B %Y %H:%M UTC",
    };
    Some(html! { time datetime=(at) { (at.to_zoned(TimeZone::UTC).strftime(form).to_string()) } })
}

fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.duration_since(now).as_secs();
    let (count, unit) = match seconds.unsigned_abs() {
        s @ 0..60 => (s, "second"),
        s @ 60..3_600 => (s / 60, "minute"),
        s @ 3_600..86_400 => (s / 3_600, "hour"),
        s => (s / 86_400, "day"),
    };
    let end = if count == 1 { "" } else { "s" };
    if seconds < 0 { format!("{count} {unit}{end} ago") } else { format!("in {count} {unit}{end}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Clock;
    use crate::playground::stand_in::town::Town;

    fn shown(text: &str) -> String {
        let server = State::new("t", Town::new("Test", "general", "cairn"), Clock::starting(None));
        let now = Timestamp::from_second(1_800_000_000).expect("an instant");
        render(text, &Names { site: "http://127.0.0.1:8080", server: &server, who: "Noor", place: 5, now }).0
    }

    #[test]
    fn marks_are_shown_as_discord_shows_them() {
        for (text, expected) in [
            ("a **b *c*** d", "<p>a <strong>b <em>c</em></strong> d</p>"),
            ("snake_case_name and _so_", "<p>snake_case_name and <em>so</em></p>"),
            (r"2 \* 3 \_x\_", "<p>2 * 3 _x_</p>"),
            ("`**` x", "<p><code>**</code> x</p>"),
            ("- a\n- b\nc", "<ul><li>a</li><li>b</li></ul><p>c</p>"),
            ("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>"),
            ("> a\nb\nc", "<blockquote>a</blockquote><p>b<br>c</p>"),
            ("-# small", "<p class=\"quiet small\">small</p>"),
            ("```\n<b>\n```\nx", "<pre><code>&lt;b&gt;</code></pre><p>x</p>"),
            ("[a](<https://e.example/x>).", "<p><a href=\"https://e.example/x\">a</a>.</p>"),
            ("see https://e.example/x.", "<p>see <a href=\"https://e.example/x\">https://e.example/x</a>.</p>"),
            ("<t:1800003600:R>", "<p><time datetime=\"2027-01-15T09:00:00Z\">in 1 hour</time></p>"),
            (
                "<t:1800003600:F>",
                "<p><time datetime=\"2027-01-15T09:00:00Z\">Friday, 15 January 2027 09:00 UTC</time></p>",
            ),
            ("<t:1800003600:D>", "<p><time datetime=\"2027-01-15T09:00:00Z\">15 January 2027</time></p>"),
            ("* alone", "<ul><li>alone</li></ul>"),
            ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_that_people_write_becomes_html_or_runs() {
        for text in [
            "<script>x</script>",
            "[a](javascript:alert(1))",
            "[a](https://e.example/\"onload=x)",
            "**<img src=x>**",
            "<https://e.example/\"><script>",
            "`<b>`",
            "<@1\"><b>",
            "||<i>||",
        ] {
            let html = shown(text);
            assert!(
                !html.contains("<script") && !html.contains("<img") && !html.contains("<i>") && !html.contains("<b>"),
                "{html}"
            );
            assert!(!html.contains("href=\"javascript") && !html.contains("\"onload"), "{html}");
        }
    }

    #[test]
    fn whatever_is_written_it_ends() {
        for text in
            ["*".repeat(2_000), "[](".repeat(600), "<".repeat(2_000), "**_~~||`".repeat(250), "\\".repeat(2_000)]
        {
            assert!(shown(&text).len() < 100_000);
        }
    }
}
