//! Meanings of texts as vectors: a small sentence encoder inside the program. It needs no network, files or other
//! services.

mod encoder;
mod kernel;
mod vector;
mod weights;
mod wordpiece;
mod worker;

pub use encoder::Encoder;
pub use vector::{ContentKey, KEPT_BYTES, KEY_BYTES, Vector, from_bytes, similarity, to_bytes, unit};
pub use weights::{MOST_TOKENS, WIDTH};
pub use worker::{POST_TOKENS, QUESTION_TOKENS, Thread, Worker};

/// A debug build takes seconds for a sentence, so it uses only stored vectors.
pub const CAN_EMBED: bool = !cfg!(debug_assertions);
