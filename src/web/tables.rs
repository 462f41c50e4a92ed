//! Frames for content that may be wider than the page: tables and code. On a phone a table's rows become cards, so
//! its cells name their columns.

/// Frames the tables and code blocks in sanitised HTML.
pub fn framed(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some(at) = rest.find("<table>") {
        let end = rest[at..].find("</table>").map_or(rest.len(), |end| at + end + "</table>".len());
        out.push_str(&code(&rest[..at]));
        let whole = &rest[at..end];
        // A nested table stays as it is.
        out.push_str(&if whole.matches("<table>").count() == 1 { table(whole) } else { whole.to_owned() });
        rest = &rest[end..];
    }
    out.push_str(&code(rest));
    out
}

/// Makes code blocks scrollable by keyboard.
fn code(html: &str) -> String {
    html.replace("<pre>", "<pre tabindex=\"0\" role=\"group\" aria-label=\"Code\">")
}

fn table(html: &str) -> String {
    let head = html.find("</thead>").unwrap_or(0);
    let names: Vec<String> = html[..head].split("<th").skip(2).filter_map(cell).map(words).collect();
    let label = names.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(", ");
    let mut rows = html[head..].split("<tr>");
    let mut body = rows.next().unwrap_or_default().to_owned();
    for row in rows {
        body.push_str("<tr>");
        body.push_str(&labelled(row, &names));
    }
    // A column without a name has no heading.
    let head = html[..head].replace("<th></th>", "<td></td>");
    let head = head.replace("<th ", "<th scope=\"col\" ").replace("<th>", "<th scope=\"col\">");
    format!(
        "<div class=\"table cards-small\" role=\"group\" aria-label=\"Table: {label}\" tabindex=\"0\">{head}{body}</div>"
    )
}

/// The content of a cell; `html` begins inside its tag.
fn cell(html: &str) -> Option<&str> {
    let (_, inside) = html.split_once('>')?;
    Some(inside.split("</th>").next().unwrap_or(inside))
}

/// HTML without its tags, for an attribute.
fn words(html: &str) -> String {
    let mut out = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            '"' => out.push_str("&quot;"),
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// A row whose first cell is its heading, and whose other cells name their columns.
fn labelled(row: &str, names: &[String]) -> String {
    let mut cells = row.split("<td");
    let mut out = cells.next().unwrap_or_default().to_owned();
    for (n, cell) in cells.enumerate() {
        if n == 0 {
            out.push_str("<th scope=\"row\"");
            out.push_str(&cell.replacen("</td>", "</th>", 1));
            continue;
        }
        out.push_str("<td");
        if let Some(name) = names.get(n).filter(|name| !name.is_empty()) {
            out.push_str(&format!(" data-label=\"{name}:\""));
        }
        out.push_str(cell);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_name_their_columns() {
        let html = "<p>a</p><table><thead><tr><th>Job</th><th>Main &amp; <em>only</em></th></tr></thead><tbody>\n<tr><td>x</td><td>y</td></tr></tbody></table><pre><code>z</code></pre>";
        let expected = "<p>a</p><div class=\"table cards-small\" role=\"group\" aria-label=\"Table: Job, Main &amp; only\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Job</th><th scope=\"col\">Main &amp; <em>only</em></th></tr></thead><tbody>\n<tr><th scope=\"row\">x</th><td data-label=\"Main &amp; only:\">y</td></tr></tbody></table></div><pre tabindex=\"0\" role=\"group\" aria-label=\"Code\"><code>z</code></pre>";
        assert_eq!(framed(html), expected);
    }

    #[test]
    fn a_column_without_a_name_has_no_heading() {
        let html =
            "<table><thead><tr><th></th><th>Pay</th></tr></thead><tbody><tr><td>x</td><td>y</td></tr></tbody></table>";
        let framed = framed(html);
        assert!(framed.contains("<tr><td></td><th scope=\"col\">Pay</th></tr>"), "{framed}");
        assert!(framed.contains("aria-label=\"Table: Pay\"") && framed.contains("data-label=\"Pay:\""), "{framed}");
    }

    #[test]
    fn what_is_torn_stays_what_it_is() {
        for html in ["<table>", "<table><tr><td>", "<table></thead><tr><td>a</td></tr></table>", "no table"] {
            let framed = framed(html);
            assert!(framed.matches("<table>").count() == html.matches("<table>").count(), "{html}: {framed}");
        }
    }
}
