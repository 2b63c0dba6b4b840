//! How a kernel's gradient is tested: against finite differences in `f64`, and against its plain form.

use candle_core::{DType, Device, Result, Tensor, Var};

use crate::random::Stream;

/// A tensor of reproducible values between -1 and 1.
pub(crate) fn tensor(name: &str, shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let stream = Stream::new(7, name);
    let values: Vec<f64> = (0..count as u64)
        .map(|position| 2.0 * stream.uniform(position) - 1.0)
        .collect();
    Tensor::from_vec(values, shape, &Device::Cpu).expect("the values fill the shape")
}

/// The weighted sum of a result, so that every value of it reaches the gradient with another weight.
fn projected(result: &Tensor) -> Result<Tensor> {
    let weights = tensor("projection", result.dims()).to_dtype(result.dtype())?;
    (result * weights)?.sum_all()
}

/// Asserts that the backward of `operation` agrees with central differences, for every value of every input.
pub(crate) fn assert_gradients(inputs: &[Tensor], operation: impl Fn(&[Tensor]) -> Result<Tensor>) {
    let variables: Vec<Var> = inputs
        .iter()
        .map(|input| Var::from_tensor(input).expect("a variable"))
        .collect();
    let tensors: Vec<Tensor> = variables
        .iter()
        .map(|variable| variable.as_tensor().clone())
        .collect();
    let result = projected(&operation(&tensors).expect("runs forward")).expect("a sum");
    let gradients = result.backward().expect("runs backward");

    let step = 1e-5;
    for (position, variable) in variables.iter().enumerate() {
        let analytic = gradients
            .get(variable)
            .unwrap_or_else(|| panic!("input {position} has no gradient"))
            .flatten_all()
            .and_then(|gradient| gradient.to_vec1::<f64>())
            .expect("a gradient of f64");
        let start = inputs[position]
            .flatten_all()
            .and_then(|flat| flat.to_vec1::<f64>())
            .expect("values");
        for (place, analytic_value) in analytic.iter().enumerate() {
            let at = |offset: f64| {
                let mut moved = start.clone();
                moved[place] += offset;
                let mut changed = inputs.to_vec();
                changed[position] =
                    Tensor::from_vec(moved, inputs[position].dims(), &Device::Cpu).expect("a tensor");
                projected(&operation(&changed).expect("runs forward"))
                    .and_then(|sum| sum.to_scalar::<f64>())
                    .expect("a number")
            };
            let numeric = (at(step) - at(-step)) / (2.0 * step);
            assert!(
                (numeric - analytic_value).abs() < 1e-6 * (1.0 + numeric.abs()),
                "input {position}, value {place}: {analytic_value} backward, {numeric} by differences"
            );
        }
    }
}

/// Asserts that two forms of one operation agree in values and gradients, in `f32`.
pub(crate) fn assert_same(
    inputs: &[Tensor],
    fused: impl Fn(&[Tensor]) -> Result<Tensor>,
    plain: impl Fn(&[Tensor]) -> Result<Tensor>,
) {
    let run = |operation: &dyn Fn(&[Tensor]) -> Result<Tensor>| -> Result<Vec<Vec<f32>>> {
        let mut variables = Vec::new();
        for input in inputs {
            variables.push(Var::from_tensor(&input.to_dtype(DType::F32)?)?);
        }
        let tensors: Vec<Tensor> = variables
            .iter()
            .map(|variable| variable.as_tensor().clone())
            .collect();
        let result = operation(&tensors)?;
        let gradients = projected(&result)?.backward()?;
        let mut all = vec![result.flatten_all()?.to_vec1::<f32>()?];
        for variable in &variables {
            let gradient = gradients.get(variable).expect("every input has a gradient");
            all.push(gradient.flatten_all()?.to_vec1::<f32>()?);
        }
        Ok(all)
    };
    let fused_values = run(&fused).expect("the fused form runs");
    let plain_values = run(&plain).expect("the plain form runs");
    for (which, (left, right)) in fused_values.iter().zip(&plain_values).enumerate() {
        assert_eq!(left.len(), right.len());
        for (place, (left_value, right_value)) in left.iter().zip(right).enumerate() {
            assert!(
                (left_value - right_value).abs() < 2e-5 * (1.0 + right_value.abs()),
                "output {which}, value {place}: {left_value} fused, {right_value} plain"
            );
        }
    }
}

/// Runs `body` on a pool of each of several sizes and asserts that the bits of the result are the same.
pub(crate) fn assert_thread_invariant(body: impl Fn() -> Vec<f32> + Send + Sync) {
    let mut results = Vec::new();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        let bits: Vec<u32> = pool.install(&body).into_iter().map(f32::to_bits).collect();
        results.push(bits);
    }
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}
