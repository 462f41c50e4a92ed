//! What was learnt from the ways of asking (pure): a linear map that turns a question's vector towards the sections that
//! answer such questions, and how like a question is to those that the wiki answers at all.
//!
//! `map.bin`, which `cairn wiki train` writes, has the checksum of what it was learnt from; for each number of a mapped vector
//! what is added to it, as a kept vector; and one more kept vector with a constant, the sum that says what is asked here.

use std::sync::LazyLock;

use super::similarity;
use crate::meaning::{self, KEPT_BYTES, Vector, WIDTH};

static FILE: &[u8] = include_bytes!("map.bin");
static BUILTIN: LazyLock<Map> = LazyLock::new(|| Map::read(FILE));

/// How many bytes a checksum has.
pub const CHECKSUM_BYTES: usize = 32;
/// The sum is of no use further from zero.
const FARTHEST: f64 = 6.0;

/// The map. One that cannot be read changes nothing.
#[derive(Debug, Default)]
pub struct Map {
    checksum: [u8; CHECKSUM_BYTES],
    rows: Vec<[u8; KEPT_BYTES]>,
    here: Vec<u8>,
    constant: f32,
}

impl Map {
    /// The map that the program was built with.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// A map of rows as they were learnt, of the sum and its constant.
    pub fn new(checksum: [u8; CHECKSUM_BYTES], rows: &[Vector], here: &Vector, constant: f32) -> Self {
        let kept = |row: &Vector| meaning::to_bytes(row).try_into().unwrap_or([0; KEPT_BYTES]);
        Self { checksum, rows: rows.iter().map(kept).collect(), here: meaning::to_bytes(here), constant }
    }

    fn read(bytes: &[u8]) -> Self {
        let parts = || {
            let (checksum, bytes) = bytes.split_first_chunk()?;
            let (rows, rest) = bytes.split_at_checked(WIDTH * KEPT_BYTES)?;
            let (here, constant) = rest.split_at_checked(KEPT_BYTES)?;
            let constant = f32::from_le_bytes(constant.try_into().ok()?);
            Some(Self { checksum: *checksum, rows: rows.as_chunks().0.to_vec(), here: here.to_vec(), constant })
        };
        parts().unwrap_or_default()
    }

    /// As it is kept.
    pub fn write(&self) -> Vec<u8> {
        [&self.checksum, self.rows.as_flattened(), &self.here, &self.constant.to_le_bytes()].concat()
    }

    /// The checksum of what it was learnt from.
    pub fn checksum(&self) -> &[u8] {
        &self.checksum
    }

    /// Where a question points among the sections.
    pub fn apply(&self, question: &Vector) -> Vector {
        let mut mapped = *question;
        for (mapped, row) in mapped.iter_mut().zip(&self.rows) {
            *mapped += similarity(question, row) as f32;
        }
        meaning::unit(mapped)
    }

    /// How like a question is to those of this wiki: above 0, or below for those of other kinds.
    pub fn here(&self, question: &Vector) -> f64 {
        (similarity(question, &self.here) + f64::from(self.constant)).clamp(-FARTHEST, FARTHEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read_as_it_was_written_and_a_damaged_one_changes_nothing() {
        let mut rows = vec![[0.0; WIDTH]; WIDTH];
        rows[1][0] = 0.5;
        let mut here = [0.0; WIDTH];
        here[0] = 2.0;
        let map = Map::new([7; CHECKSUM_BYTES], &rows, &here, -0.5);
        let again = Map::read(&map.write());
        let mut question = [0.0; WIDTH];
        question[0] = 1.0;
        let mapped = again.apply(&question);
        assert!((mapped[1] / mapped[0] - 0.5).abs() < 1e-3 && again.checksum() == [7; CHECKSUM_BYTES]);
        assert!((again.here(&question) - 1.5).abs() < 1e-3);
        let damaged = Map::read(&map.write()[1..]);
        assert_eq!(damaged.apply(&question), question);
        assert_eq!(damaged.here(&question), 0.0);
    }

    #[test]
    fn the_built_in_map_is_whole() {
        assert_eq!(Map::builtin().rows.len(), WIDTH);
        assert_eq!(FILE.len(), CHECKSUM_BYTES + (WIDTH + 1) * KEPT_BYTES + 4);
    }
}
