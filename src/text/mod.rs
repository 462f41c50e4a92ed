//! Text for people: escaping, cutting, counting and listing (pure).

pub mod cut;
pub mod escape;
pub mod list;
pub mod visible;
