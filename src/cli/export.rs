//! `ink-number export`: the networks as plain tensors, for other programs.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::engine::WeightsArgs;
use crate::model::Weights;

/// Arguments of `export`.
#[derive(Args)]
pub(super) struct ExportArgs {
    /// Where they go, a safetensors file
    #[arg(value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    weights: WeightsArgs,
}

pub(super) fn run(args: &ExportArgs) -> Result<Outcome> {
    let file = safetensors(&args.weights.load()?);
    std::fs::write(&args.out, file).with_context(|| format!("cannot write {}", args.out.display()))?;
    Ok(Outcome::Fine)
}

/// All networks in the format of safetensors: the length of a JSON header, the header, the values as little-endian f32. Tensors are named
/// `{network}.{layer}.{weight or bias}`, networks from 0, layers `conv1` to `conv5`, `dense` and `last`; convolutions are
/// `[output, input, 3, 3]`, the others `[input, output]`.
fn safetensors(weights: &Weights) -> Vec<u8> {
    let mut header = Map::new();
    let mut values = Vec::new();
    let mut add = |name: String, shape: &[usize], tensor: &[f32]| {
        let from = values.len();
        values.extend(tensor.iter().flat_map(|v| v.to_le_bytes()));
        header.insert(name, json!({ "dtype": "F32", "shape": shape, "data_offsets": [from, values.len()] }));
    };
    for (i, network) in weights.networks.iter().enumerate() {
        for layer in network.tensors() {
            add(format!("{i}.{}.weight", layer.name), &layer.shape, &layer.weights);
            add(format!("{i}.{}.bias", layer.name), &[layer.biases.len()], &layer.biases);
        }
    }
    let header = Value::Object(header).to_string();
    // The header is filled up with blanks so that values lie at multiples of eight.
    let header = format!("{header:<width$}", width = header.len().next_multiple_of(8));
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &values].concat()
}
