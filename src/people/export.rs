//! Export: everything held about a person, as JSON.

use serde_json::{Map, Value, json};

use super::personal_data::HELD;
use super::{Identity, find, optout, sql};
use crate::Result;
use crate::store::Store;

/// All rows about a person, table by table. Instants are Unix milliseconds.
pub async fn export(store: &Store, identity: &Identity) -> Result<Value> {
    let mut db = store.read().await?;
    let subject = sql::subject(find(&mut db, identity).await?, identity);
    let mut tables = Map::new();
    for held in HELD {
        let rows = sql::rows(&mut db, held, &subject).await?;
        if !rows.is_empty() {
            tables.insert(held.table.to_owned(), rows.into_iter().map(unfolded).collect());
        }
    }
    let opted_out = optout::opted_out(&mut db, identity).await?;
    Ok(json!({ "person": subject.identities, "opted_out": opted_out, "held": tables }))
}

/// Turns JSON text in the columns of a row into JSON.
fn unfolded(row: Value) -> Value {
    let Value::Object(fields) = row else { return row };
    let unfold = |value: Value| match value.as_str() {
        Some(text) if text.starts_with('{') => serde_json::from_str(text).unwrap_or(value),
        _ => value,
    };
    Value::Object(fields.into_iter().map(|(name, value)| (name, unfold(value))).collect())
}
