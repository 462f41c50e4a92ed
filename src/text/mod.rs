//! Text for people: escaped for where it goes, cut, counted (pure).

pub mod escape;
pub mod visible;
