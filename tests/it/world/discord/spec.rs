//! Checks requests with Discord's OpenAPI specification, if it is next to the crate: does the request exist, and is
//! it valid?

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::http::{Call, Violation};
use super::schema;
use crate::world::beside::beside;

/// The specification's path next to the checkout.
const PLACE: &str = "discord/openapi.json";

static SPEC: LazyLock<Option<Spec>> = LazyLock::new(Spec::load);

/// The specification with its paths split.
struct Spec {
    document: Value,
    /// Path templates: their segments and their key in the document.
    templates: Vec<(Vec<String>, String)>,
}

impl Spec {
    fn load() -> Option<Self> {
        // Without it, requests are checked against documented limits only.
        let text = std::fs::read_to_string(beside(PLACE)?).expect("the specification is a text");
        let document: Value = serde_json::from_str(&text).expect("the specification is JSON");
        let paths = document["paths"].as_object().expect("the specification has paths");
        let templates =
            paths.keys().map(|key| (key.split('/').skip(1).map(str::to_owned).collect(), key.clone())).collect();
        Some(Self { document, templates })
    }

    /// The operation for a path (the most literal template wins), and the template.
    fn operation(&self, method: &str, segments: &[String]) -> Option<(&Value, &[String], &str)> {
        let fits = |template: &[String]| {
            let pairs = || template.iter().zip(segments);
            template.len() == segments.len() && pairs().all(|(t, s)| t.starts_with('{') || t == s)
        };
        let literal = |template: &[String]| template.iter().filter(|t| !t.starts_with('{')).count();
        let fitting = self.templates.iter().filter(|(template, key)| {
            fits(template) && self.document["paths"][key].get(method.to_lowercase()).is_some()
        });
        let (template, key) = fitting.max_by_key(|(template, _)| literal(template))?;
        Some((&self.document["paths"][key][method.to_lowercase()], template, key))
    }
}

/// The request's violations of the specification; none if there is no specification.
pub fn violations(call: &Call) -> Vec<Violation> {
    let Some(spec) = SPEC.as_ref() else { return vec![] };
    let Some((operation, template, key)) = spec.operation(&call.method, &call.segments) else { return vec![] };
    let mut found = Vec::new();
    check_parameters(spec, &spec.document["paths"][key], template, call, &mut found);
    check_parameters(spec, operation, template, call, &mut found);
    let body = &operation["requestBody"];
    let schema = &body["content"]["application/json"]["schema"];
    let schema = if schema.is_null() { &body["content"]["multipart/form-data"]["schema"] } else { schema };
    match (schema.is_null(), call.body.is_null()) {
        (false, false) => schema::check(&spec.document, schema, &call.body, "", &mut found),
        (false, true) if body["required"] == json!(true) && call.files.is_empty() => {
            found.push(Violation::new("", "the body is missing"));
        }
        _ => {}
    }
    found
}

/// Whether the specification has such a path; true if there is no specification.
pub fn knows(method: &str, segments: &[String]) -> bool {
    SPEC.as_ref().is_none_or(|spec| spec.operation(method, segments).is_some())
}

fn check_parameters(spec: &Spec, owner: &Value, template: &[String], call: &Call, found: &mut Vec<Violation>) {
    for parameter in owner["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let given = match parameter["in"].as_str() {
            Some("path") => {
                let place = template.iter().position(|t| t.trim_matches(['{', '}']) == name && t.starts_with('{'));
                place.map(|at| call.segments[at].as_str())
            }
            Some("query") => call.query.get(name).map(String::as_str),
            _ => None,
        };
        let Some(given) = given else { continue };
        let fits = readings(given).into_iter().any(|value| {
            let mut faults = Vec::new();
            schema::check(&spec.document, &parameter["schema"], &value, name, &mut faults);
            faults.is_empty()
        });
        if !fits {
            found.push(Violation::new(name, format!("“{given}” is not a valid {name}")));
        }
    }
}

/// The JSON values that a text in an address may mean.
fn readings(text: &str) -> Vec<Value> {
    let mut all = vec![json!(text), json!([text])];
    if let Ok(number) = text.parse::<i64>() {
        all.push(json!(number));
    }
    if let Ok(truth) = text.parse::<bool>() {
        all.push(json!(truth));
    }
    all
}
