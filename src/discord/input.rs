//! What people typed into a form or chose in a select.

use poise::serenity_prelude as serenity;
use serenity::{ActionRowComponent, ComponentInteractionDataKind as Chosen, ModalInteraction};

/// What was written into a field of a form; nothing if there is no such field.
pub fn field<'f>(form: &'f ModalInteraction, id: &str) -> &'f str {
    let mut all = form.data.components.iter().flat_map(|row| &row.components);
    let value = all.find_map(|component| match component {
        ActionRowComponent::InputText(input) if input.custom_id == id => input.value.as_deref(),
        _ => None,
    });
    value.unwrap_or_default()
}

/// The first value that was chosen among texts.
pub fn value(chosen: &Chosen) -> Option<&str> {
    values(chosen)?.first().map(String::as_str)
}

/// The values that were chosen among texts; none in another kind of select.
pub fn values(chosen: &Chosen) -> Option<&[String]> {
    match chosen {
        Chosen::StringSelect { values } => Some(values),
        _ => None,
    }
}
