//! One layer's parameters among all.

/// Where a layer's parameters lie: weights `[tap, input, output]`, then a bias for each output.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// Pixels of the window, row by row: 9, or 1 for a dense layer.
    pub taps: usize,
    /// Channels that come in.
    pub inputs: usize,
    /// Channels that go out, a multiple of [`crate::train::kernels::LANES`].
    pub outputs: usize,
    /// Place of the first weight.
    pub first: usize,
}

impl Layer {
    /// Weights of an output.
    pub fn depth(&self) -> usize {
        self.taps * self.inputs
    }

    /// Place of the first bias.
    pub fn biases(&self) -> usize {
        self.first + self.depth() * self.outputs
    }

    /// Place after the last bias.
    pub fn end(&self) -> usize {
        self.biases() + self.outputs
    }

    /// Its weights.
    pub fn weights_of<'a>(&self, parameters: &'a [f32]) -> &'a [f32] {
        &parameters[self.first..self.biases()]
    }

    /// Its biases.
    pub fn biases_of<'a>(&self, parameters: &'a [f32]) -> &'a [f32] {
        &parameters[self.biases()..self.end()]
    }

    /// Weights and biases.
    pub fn split_mut<'a>(&self, gradients: &'a mut [f32]) -> (&'a mut [f32], &'a mut [f32]) {
        gradients[self.first..self.end()].split_at_mut(self.depth() * self.outputs)
    }

    /// The weights that carry gradients back, `[tap, output, input]`: the window is turned by half a turn.
    pub fn turned(&self, parameters: &[f32]) -> Vec<f32> {
        let Self { taps, inputs, outputs, .. } = *self;
        let mut turned = vec![0.; taps * inputs * outputs];
        let sources = self.weights_of(parameters).chunks_exact(inputs * outputs).rev();
        for (to, from) in turned.chunks_exact_mut(inputs * outputs).zip(sources) {
            for (input, from) in from.chunks_exact(outputs).enumerate() {
                from.iter().enumerate().for_each(|(output, &v)| to[output * inputs + input] = v);
            }
        }
        turned
    }
}
