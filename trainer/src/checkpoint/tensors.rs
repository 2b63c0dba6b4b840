//! Tensors to and from safetensors files.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::error::{Error, Result};
use crate::kernel::with_values;
use crate::model::Weights;

/// A tensor on its way to a file.
pub(super) struct Stored {
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Stored {
    pub(super) fn new(shape: Vec<usize>, values: &[f32]) -> Self {
        Self {
            shape,
            bytes: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }
}

/// The bytes of a safetensors file. The metadata is what transformers asks for.
pub(super) fn encode(tensors: &BTreeMap<String, Stored>) -> Result<Vec<u8>> {
    let unwritable =
        |error: safetensors::SafeTensorError| Error::Weights(format!("cannot write tensors: {error}"));
    let mut views = Vec::with_capacity(tensors.len());
    for (name, stored) in tensors {
        let view = TensorView::new(Dtype::F32, stored.shape.clone(), &stored.bytes).map_err(unwritable)?;
        views.push((name, view));
    }
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    safetensors::serialize(views, Some(metadata)).map_err(unwritable)
}

/// The bytes of a safetensors file of weights.
pub(super) fn encode_weights(weights: &Weights) -> Result<Vec<u8>> {
    let mut stored = BTreeMap::new();
    for (name, tensor) in weights.iter() {
        let shape = tensor.dims().to_vec();
        let values = with_values::<f32, _, 1>([tensor], |[values]| Ok(Stored::new(shape, values)))?;
        stored.insert(name.to_owned(), values);
    }
    encode(&stored)
}

/// Every tensor of a safetensors file, as `f32`.
pub(super) fn decode(path: &Path) -> Result<BTreeMap<String, Tensor>> {
    let malformed = |error: candle_core::Error| Error::Malformed {
        path: path.to_owned(),
        fault: format!("cannot be read as safetensors: {error}"),
    };
    let loaded = candle_core::safetensors::load(path, &Device::Cpu).map_err(malformed)?;
    loaded
        .into_iter()
        .map(|(name, tensor)| Ok((name, tensor.to_dtype(DType::F32).map_err(malformed)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn tensors_come_back_bit_for_bit() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let values = [1.0_f32, -0.0, f32::MIN_POSITIVE, 1.0e30, 0.1, 7.0];
        let tensors = BTreeMap::from([
            ("b".to_owned(), Stored::new(vec![2, 3], &values)),
            ("a".to_owned(), Stored::new(vec![1], &values[..1])),
        ]);
        let path = folder.path().join("file.safetensors");
        fs::write(&path, encode(&tensors)?).expect("writes");
        let found = decode(&path)?;
        assert_eq!(found["b"].dims(), [2, 3]);
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found["b"].flatten_all()?.to_vec1::<f32>()?), bits(&values));
        Ok(())
    }

    #[test]
    fn a_cut_off_file_is_an_error_with_its_name() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = encode(&BTreeMap::from([(
            "a".to_owned(),
            Stored::new(vec![3], &[1.0; 3]),
        )]))?;
        let path = folder.path().join("cut.safetensors");
        for length in [0, 5, 20, bytes.len() - 1] {
            fs::write(&path, &bytes[..length]).expect("writes");
            let error = decode(&path).expect_err("cut off");
            assert!(error.to_string().contains("cut.safetensors"), "{error}");
        }
        Ok(())
    }
}
