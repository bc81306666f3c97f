//! AdamW (I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019) over one flat row of parameters.

/// How fast the mean of the gradients forgets.
const BETA_1: f32 = 0.9;
/// How fast the mean of their squares forgets.
const BETA_2: f32 = 0.999;
/// Keeps the step of a parameter that hardly ever sees a gradient small; lower lets noise in, higher slows such parameters down.
/// The gradients are those of a batch's mean loss; the shipped weights learnt by the sum of two halves' means, with twice this value.
const EPSILON: f32 = 5e-6;
/// Share of the learning rate by which parameters shrink in a step.
const DECAY: f32 = 0.01;

/// The optimiser's memory, one value a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct AdamW {
    /// Running means of the gradients.
    pub means: Vec<f32>,
    /// Running means of their squares.
    pub squares: Vec<f32>,
}

impl AdamW {
    /// For parameters that have not moved yet.
    pub fn new(parameters: usize) -> Self {
        Self { means: vec![0.; parameters], squares: vec![0.; parameters] }
    }

    /// Moves the parameters against their gradients; `time` is 1 in the first step.
    pub fn step(&mut self, parameters: &mut [f32], gradients: &[f32], learning_rate: f64, time: usize) {
        let time = i32::try_from(time).unwrap_or(i32::MAX);
        let (warm_1, warm_2) = (1. / (1. - BETA_1.powi(time)), 1. / (1. - BETA_2.powi(time)));
        let rate = learning_rate as f32;
        let moments = self.means.iter_mut().zip(&mut self.squares);
        for ((parameter, gradient), (mean, square)) in parameters.iter_mut().zip(gradients).zip(moments) {
            *mean = BETA_1 * *mean + (1. - BETA_1) * gradient;
            *square = BETA_2 * *square + (1. - BETA_2) * gradient * gradient;
            let delta = *mean * warm_1 / ((*square * warm_2).sqrt() + EPSILON);
            *parameter = *parameter * (1. - rate * DECAY) - rate * delta;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_is_the_rate_whatever_the_gradient() {
        let (mut parameters, mut optim) = (vec![0.; 3], AdamW::new(3));
        optim.step(&mut parameters, &[1e3, -1., 0.], 0.01, 1);
        for (parameter, expected) in parameters.iter().zip([-0.01, 0.01, 0.]) {
            assert!((parameter - expected).abs() < 1e-6, "{parameters:?}");
        }
    }
}
