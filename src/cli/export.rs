//! `ink-number export`: the networks as plain tensors, for other programs. They see pictures: what tells by the way of the pen is not among them.

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
    // The header is filled up with blanks so that the values begin at a multiple of eight.
    let header = format!("{header:<width$}", width = header.len().next_multiple_of(8));
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &values].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tensor_is_where_the_header_says() {
        let weights = Weights::shipped();
        let file = safetensors(&weights);
        let (length, rest) = file.split_first_chunk::<8>().unwrap();
        let (header, values) = rest.split_at(u64::from_le_bytes(*length) as usize);
        let header: Map<String, Value> = serde_json::from_slice(header).unwrap();
        let read = |name: &str| -> (Vec<u64>, Vec<f32>) {
            let numbers =
                |field: &str| header[name][field].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
            let offsets: Vec<u64> = numbers("data_offsets");
            let bytes = &values[offsets[0] as usize..offsets[1] as usize];
            (numbers("shape"), bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
        };
        let mut count = 0;
        for (i, network) in weights.networks.iter().enumerate() {
            for layer in network.tensors() {
                let (shape, tensor) = read(&format!("{i}.{}.weight", layer.name));
                assert_eq!(shape, layer.shape.iter().map(|&n| n as u64).collect::<Vec<_>>());
                assert_eq!(tensor, layer.weights);
                assert_eq!(read(&format!("{i}.{}.bias", layer.name)).1, layer.biases);
                count += 2;
            }
        }
        assert_eq!(header.len(), count);
        assert_eq!(read("0.conv2.weight").0[2..], [3, 3]);
    }
}
