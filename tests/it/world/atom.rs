//! Atom in arXiv's form: other elements stand between those of a list.

use serde_json::Value;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A feed of papers, from Hugging Face items.
pub fn feed(items: &[&Value]) -> String {
    let entries: String = items.iter().map(|item| entry(&item["paper"])).collect();
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\" \
         xmlns:arxiv=\"http://arxiv.org/schemas/atom\" xmlns=\"http://www.w3.org/2005/Atom\">\n  \
         <id>https://arxiv.org/api/abc</id>\n  <title>arXiv Query</title>\n  <updated>2026-11-21T00:00:00Z</updated>\n  \
         <opensearch:totalResults>{}</opensearch:totalResults>\n{entries}</feed>",
        items.len()
    )
}

fn entry(paper: &Value) -> String {
    let text = |key: &str| escaped(paper[key].as_str().unwrap_or_default());
    let id = text("id");
    let author = |a: &Value| {
        let name = escaped(a["name"].as_str().unwrap_or_default());
        format!("    <author>\n      <name>{name}</name>\n    </author>\n    <link href=\"https://arxiv.org/\"/>\n")
    };
    let authors: String = paper["authors"].as_array().into_iter().flatten().map(author).collect();
    format!(
        "  <entry>\n    <id>http://arxiv.org/abs/{id}v2</id>\n    <title>{}</title>\n    <updated>2026-11-20T00:00:00Z</updated>\n    \
         <link href=\"https://arxiv.org/abs/{id}v2\" rel=\"alternate\" type=\"text/html\"/>\n    <summary>  {}\n</summary>\n    \
         <category term=\"cs.LG\" scheme=\"http://arxiv.org/schemas/atom\"/>\n    <published>{}</published>\n    \
         <arxiv:primary_category term=\"cs.LG\"/>\n{authors}    <category term=\"cs.AI\"/>\n  </entry>\n",
        text("title"),
        text("summary"),
        text("publishedAt"),
    )
}

/// arXiv's answer to a query that it rejects.
pub fn complaint(what: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n  <id>https://arxiv.org/</id>\n  \
         <title>arXiv Search Results</title>\n  <entry>\n    <id>https://arxiv.org/api/errors#{}</id>\n    <title>Error</title>\n    \
         <summary>{what}</summary>\n    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n</feed>",
        what.replace(' ', "_")
    )
}
