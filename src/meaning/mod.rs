//! What texts mean, as vectors: a small sentence encoder inside the program. No network, no files, no other service.

mod encoder;
mod kernel;
mod vector;
mod weights;
mod wordpiece;
mod worker;

pub use encoder::Encoder;
pub use vector::{ContentKey, KEPT_BYTES, KEY_BYTES, Vector, from_bytes, similarity, to_bytes, unit};
pub use weights::{MOST_TOKENS, WIDTH};
pub use worker::{QUESTION_TOKENS, Thread, Worker};

/// A debug build takes seconds for a sentence: it knows only the vectors that are there already.
pub const CAN_EMBED: bool = !cfg!(debug_assertions);
