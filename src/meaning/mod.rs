//! What texts mean, as vectors: a small sentence encoder inside the program. No network, no files, no other service.

mod encoder;
mod kernel;
mod vector;
mod weights;
mod wordpiece;
mod worker;

pub use encoder::Encoder;
pub use vector::{ContentKey, KEPT_BYTES, Vector, from_bytes, similarity, to_bytes};
pub use weights::{MOST_TOKENS, WIDTH};
pub use worker::Worker;
