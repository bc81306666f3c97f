//! Feature maps, the channels of a pixel side by side.

/// A map in a frame of 0 that windows may reach into: one pixel wide, at the right and below wider by one where the side is odd, so that 2x2
/// tiles cover the map and 4x4 tiles around them the frame.
#[derive(Debug, Default)]
pub struct Map {
    side: usize,
    channels: usize,
    values: Vec<f32>,
}

/// Where pixels are written, line by line.
pub struct Pixels<'a> {
    /// From the first pixel on.
    pub values: &'a mut [f32],
    /// Lines and columns, px.
    pub side: usize,
    /// Values from one line to the next.
    pub pitch: usize,
}

impl Map {
    /// Makes it of that size, all 0.
    pub fn clear(&mut self, side: usize, channels: usize) {
        let framed = side.next_multiple_of(2) + 2;
        self.values.clear();
        self.values.resize(framed * framed * channels, 0.);
        (self.side, self.channels) = (side, channels);
    }

    /// Lines and columns without the frame, px.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Values of a pixel.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Values from one line to the next.
    pub fn pitch(&self) -> usize {
        (self.side.next_multiple_of(2) + 2) * self.channels
    }

    /// All values, the frame's too.
    pub fn framed(&self) -> &[f32] {
        &self.values
    }

    /// All without the frame.
    pub fn pixels(&mut self) -> Pixels<'_> {
        let pitch = self.pitch();
        Pixels { side: self.side, pitch, values: &mut self.values[pitch + self.channels..] }
    }
}
