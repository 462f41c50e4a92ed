//! Text for people: escaped for where it goes, cut to a length, things counted and listed (pure).

pub mod cut;
pub mod escape;
pub mod list;
pub mod visible;
