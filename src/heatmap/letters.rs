//! The letters of pictures: Inter (see `LICENSE-Inter`), pre-rendered in two sizes as coverage from 0 to 255.
//!
//! Each file is one line of letters, in the order of [`LETTERS`]. Its first row of pixels marks the columns: white
//! where a letter begins, and once more where the last one ends.

use std::io::Cursor;

use anyhow::Context;

/// The supported characters; all others become a space.
const LETTERS: &str =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~·–";

/// The letters of one size.
pub struct Font {
    width: usize,
    coverage: Vec<u8>,
    /// Where each letter begins, and where the last one ends.
    starts: Vec<usize>,
}

impl Font {
    /// Letters of 22 pixels, for labels.
    ///
    /// # Errors
    /// Only if the built-in file is broken.
    pub fn small() -> anyhow::Result<Self> {
        Self::read(include_bytes!("small.png"))
    }

    /// Letters of 34 pixels, for a headline.
    ///
    /// # Errors
    /// Only if the built-in file is broken.
    pub fn large() -> anyhow::Result<Self> {
        Self::read(include_bytes!("large.png"))
    }

    fn read(file: &[u8]) -> anyhow::Result<Self> {
        let mut reader = png::Decoder::new(Cursor::new(file)).read_info()?;
        let mut coverage = vec![0; reader.output_buffer_size().context("the letters are too large")?];
        let width = usize::try_from(reader.next_frame(&mut coverage)?.width)?;
        let ruler = coverage.iter().take(width).enumerate();
        let starts: Vec<usize> = ruler.filter(|(_, mark)| **mark == u8::MAX).map(|(x, _)| x).collect();
        anyhow::ensure!(starts.len() == LETTERS.chars().count() + 1, "the letters have {} marks", starts.len());
        Ok(Self { width, coverage: coverage.split_off(width), starts })
    }

    /// The width of a text in pixels.
    pub fn width(&self, text: &str) -> usize {
        text.chars().map(|letter| self.columns(letter).len()).sum()
    }

    /// The pixels of a text: x and y from its top left corner, and the coverage.
    pub fn pixels(&self, text: &str) -> impl Iterator<Item = (usize, usize, u8)> {
        let columns = text.chars().flat_map(|letter| self.columns(letter)).enumerate();
        columns.flat_map(move |(x, column)| {
            self.coverage.chunks_exact(self.width).enumerate().map(move |(y, row)| (x, y, row[column]))
        })
    }

    fn columns(&self, letter: char) -> std::ops::Range<usize> {
        let index = LETTERS.chars().position(|known| known == letter).unwrap_or(0);
        self.starts[index]..self.starts[index + 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_a_shape_and_unknown_ones_are_spaces() {
        for font in [Font::small().expect("the letters"), Font::large().expect("the letters")] {
            for letter in LETTERS.chars().skip(1) {
                let ink = font.pixels(&letter.to_string()).filter(|pixel| pixel.2 > 128).count();
                assert!(ink > 3, "{letter} has {ink} pixels");
            }
            assert_eq!(font.width("字"), font.width(" "));
            assert_eq!(font.width("ab"), font.width("a") + font.width("b"));
        }
    }
}
