//! An RGBA picture: rounded boxes with smooth edges, text, PNG output.

use super::letters::Font;

/// Red, green, blue.
pub type Colour = [u8; 3];

/// The position and size of a box, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Its left edge.
    pub x: usize,
    /// Its upper edge.
    pub y: usize,
    /// Its width.
    pub width: usize,
    /// Its height.
    pub height: usize,
}

impl Frame {
    /// A square.
    pub fn square(x: usize, y: usize, side: usize) -> Self {
        Self { x, y, width: side, height: side }
    }

    /// The same box without a margin on each side.
    #[must_use]
    pub fn inset(self, by: usize) -> Self {
        Self { x: self.x + by, y: self.y + by, width: self.width - 2 * by, height: self.height - 2 * by }
    }

    /// How much of the pixel (x, y) is inside the box with rounded corners: 0–1.
    fn covers(self, x: usize, y: usize, radius: f32) -> f32 {
        let away = |at: usize, from: usize, long: usize| {
            let half = long as f32 / 2.0;
            (at as f32 + 0.5 - from as f32 - half).abs() - (half - radius)
        };
        let (dx, dy) = (away(x, self.x, self.width), away(y, self.y, self.height));
        let outside = dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - radius;
        (0.5 - outside).clamp(0.0, 1.0)
    }
}

/// A picture that starts transparent.
pub struct Canvas {
    width: usize,
    height: usize,
    /// Four bytes per pixel, row by row.
    rgba: Vec<u8>,
}

impl Canvas {
    /// A transparent picture.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, rgba: vec![0; width * height * 4] }
    }

    /// Fills a box with rounded corners.
    pub fn fill(&mut self, frame: Frame, radius: f32, colour: Colour) {
        for y in frame.y..(frame.y + frame.height).min(self.height) {
            for x in frame.x..(frame.x + frame.width).min(self.width) {
                self.blend(x, y, frame.covers(x, y, radius), colour);
            }
        }
    }

    /// Writes a text with its top left corner at (x, y).
    pub fn write(&mut self, font: &Font, text: &str, (x, y): (usize, usize), colour: Colour) {
        for (dx, dy, coverage) in font.pixels(text).filter(|pixel| pixel.2 > 0) {
            self.blend(x + dx, y + dy, f32::from(coverage) / 255.0, colour);
        }
    }

    /// Blends a colour over a pixel. (A transparent pixel gets the colour itself, with its coverage as opacity.)
    fn blend(&mut self, x: usize, y: usize, coverage: f32, colour: Colour) {
        if x >= self.width || y >= self.height || coverage <= 0.0 {
            return;
        }
        let pixel = &mut self.rgba[(y * self.width + x) * 4..][..4];
        if coverage >= 1.0 {
            return pixel.copy_from_slice(&[colour[0], colour[1], colour[2], u8::MAX]);
        }
        let below = f32::from(pixel[3]) / 255.0 * (1.0 - coverage);
        let alpha = coverage + below;
        for (channel, over) in pixel.iter_mut().zip(colour) {
            *channel = ((f32::from(over) * coverage + f32::from(*channel) * below) / alpha).round() as u8;
        }
        pixel[3] = (alpha * 255.0).round() as u8;
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> anyhow::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, u32::try_from(self.width)?, u32::try_from(self.height)?);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        // Rows are similar to the row above, so this filter halves the file.
        encoder.set_filter(png::Filter::Up);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgba)?;
        writer.finish()?;
        Ok(file)
    }
}
