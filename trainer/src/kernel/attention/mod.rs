//! Causal attention with grouped queries in one operation: scores, mask, softmax and the weighted sum.
//!
//! Queries have the shape (batch, tokens, heads, size), keys and values (batch, span, groups, size); `heads` is a
//! multiple of `groups`, and each group of keys serves `heads / groups` heads in a row (Ainslie et al. 2023). The
//! last query stands at the last key: query `t` sees keys up to `t + span - tokens`, which is plain causality in
//! training, where the two are equal, and lets generation put new tokens behind a cache.
//!
//! Only the arguments are kept for the backward, which makes the softmax `P` anew. With `S = scale Q Kᵀ`:
//! `dV = Pᵀ dO`, `dP = dO Vᵀ`, `dS = P (dP - rowsum(P dP))`, `dQ = scale dS K`, `dK = scale dSᵀ Q`.
//! Work is shared out over (batch, group); memory is tokens × span values for each thread.

mod heads;

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, Error, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use self::heads::{Operand, interleaved};
use super::matrix::Matrix;
use super::real::{Real, largest, sum, sum_of_pairs};
use super::{for_real, on_cpu};

const NAME: &str = "causal_attention";

/// What every query takes from the values, in the shape of `queries`.
pub fn causal_attention(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    queries
        .contiguous()?
        .apply_op3(&keys.contiguous()?, &values.contiguous()?, CausalAttention)
}

struct CausalAttention;

impl CustomOp3 for CausalAttention {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        queries: &CpuStorage,
        queries_layout: &Layout,
        keys: &CpuStorage,
        keys_layout: &Layout,
        values: &CpuStorage,
        values_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let dims = Dims::of(queries_layout, keys_layout, values_layout)?;
        let queries = Operand::new(queries, queries_layout);
        let keys = Operand::new(keys, keys_layout);
        let values = Operand::new(values, values_layout);
        let output = for_real!(
            queries.storage.dtype(),
            NAME,
            forward(dims, queries, keys, values)
        )?;
        Ok((output, queries_layout.shape().clone()))
    }

    fn bwd(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        values: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.contiguous()?;
        let [queries_gradient, keys_gradient, values_gradient] =
            for_real!(queries.dtype(), NAME, backward(queries, keys, values, &gradient))?;
        Ok((Some(queries_gradient), Some(keys_gradient), Some(values_gradient)))
    }
}

#[derive(Clone, Copy)]
struct Dims {
    batch: usize,
    tokens: usize,
    span: usize,
    heads: usize,
    groups: usize,
    size: usize,
}

impl Dims {
    fn of(queries: &Layout, keys: &Layout, values: &Layout) -> Result<Self> {
        let (batch, tokens, heads, size) = queries.shape().dims4()?;
        let (key_batch, span, groups, key_size) = keys.shape().dims4()?;
        let fits = key_batch == batch
            && key_size == size
            && span >= tokens
            && groups > 0
            && heads.is_multiple_of(groups)
            && values.dims() == keys.dims();
        if !fits {
            return Err(Error::Msg(format!(
                "{NAME}: queries {:?}, keys {:?} and values {:?} do not fit each other",
                queries.dims(),
                keys.dims(),
                values.dims()
            )));
        }
        Ok(Self {
            batch,
            tokens,
            span,
            heads,
            groups,
            size,
        })
    }

    fn scale<T: Real>(self) -> T {
        T::from_f64(1.0 / (self.size as f64).sqrt())
    }

    fn tasks(self) -> impl IndexedParallelIterator<Item = (usize, usize)> {
        let groups = self.groups;
        (0..self.batch * groups)
            .into_par_iter()
            .map(move |task| (task / groups, task % groups))
    }

    fn heads_of(self, group: usize) -> std::ops::Range<usize> {
        let heads_per_group = self.heads / self.groups;
        group * heads_per_group..(group + 1) * heads_per_group
    }
}

/// One head's arguments.
struct Head<'a> {
    queries: Matrix<'a>,
    keys: Matrix<'a>,
    values: Matrix<'a>,
}

impl<'a> Head<'a> {
    fn new(
        dims: Dims,
        (sequence, group, head): (usize, usize, usize),
        [queries, keys, values]: [Operand<'a>; 3],
    ) -> Self {
        Self {
            queries: queries.head(sequence, head, (dims.tokens, dims.heads, dims.size)),
            keys: keys.head(sequence, group, (dims.span, dims.groups, dims.size)),
            values: values.head(sequence, group, (dims.span, dims.groups, dims.size)),
        }
    }

    /// The softmax of the scores: tokens × span, 0 where a query does not see a key.
    fn shares<T: Real>(&self, dims: Dims) -> Result<Vec<T>> {
        let mut shares = self.queries.times::<T>(false, &self.keys, true)?;
        let scale = dims.scale::<T>();
        for (token, row) in shares.chunks_mut(dims.span).enumerate() {
            let (seen, hidden) = row.split_at_mut(token + 1 + dims.span - dims.tokens);
            let top = largest(seen);
            for share in seen.iter_mut() {
                *share = ((*share - top) * scale).exponential();
            }
            let inverse = T::ONE / sum(seen);
            for share in seen.iter_mut() {
                *share *= inverse;
            }
            hidden.fill(T::ZERO);
        }
        Ok(shares)
    }
}

fn forward<T: Real>(
    dims: Dims,
    queries: Operand<'_>,
    keys: Operand<'_>,
    values: Operand<'_>,
) -> Result<CpuStorage> {
    let heads: Vec<Vec<Vec<T>>> = dims
        .tasks()
        .map(|(sequence, group)| {
            let mut outputs = Vec::new();
            for head in dims.heads_of(group) {
                let head = Head::new(dims, (sequence, group, head), [queries, keys, values]);
                let shares = T::to_cpu_storage_owned(head.shares::<T>(dims)?);
                outputs.push(Matrix::whole(&shares, dims.tokens, dims.span).times(
                    false,
                    &head.values,
                    false,
                )?);
            }
            Ok(outputs)
        })
        .collect::<Result<_>>()?;
    let heads: Vec<&[T]> = heads.iter().flatten().map(Vec::as_slice).collect();
    Ok(T::to_cpu_storage_owned(interleaved(
        &heads,
        dims.tokens,
        dims.heads,
        dims.size,
    )))
}

/// What one (batch, group) gives to the gradients.
struct GroupGradient<T> {
    queries: Vec<Vec<T>>,
    keys: Vec<T>,
    values: Vec<T>,
}

fn backward<T: Real>(
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    gradient: &Tensor,
) -> Result<[Tensor; 3]> {
    let (queries_storage, queries_layout) = queries.storage_and_layout();
    let (keys_storage, keys_layout) = keys.storage_and_layout();
    let (values_storage, values_layout) = values.storage_and_layout();
    let (gradient_storage, gradient_layout) = gradient.storage_and_layout();
    let dims = Dims::of(queries_layout, keys_layout, values_layout)?;
    let arguments = [
        Operand::new(on_cpu(&queries_storage)?, queries_layout),
        Operand::new(on_cpu(&keys_storage)?, keys_layout),
        Operand::new(on_cpu(&values_storage)?, values_layout),
    ];
    let output_gradient = Operand::new(on_cpu(&gradient_storage)?, gradient_layout);
    let groups: Vec<GroupGradient<T>> = dims
        .tasks()
        .map(|(sequence, group)| group_backward(dims, sequence, group, arguments, output_gradient))
        .collect::<Result<_>>()?;

    let query_heads: Vec<&[T]> = groups
        .iter()
        .flat_map(|group| group.queries.iter().map(Vec::as_slice))
        .collect();
    let key_heads: Vec<&[T]> = groups.iter().map(|group| group.keys.as_slice()).collect();
    let value_heads: Vec<&[T]> = groups.iter().map(|group| group.values.as_slice()).collect();
    let tensor = |heads: &[&[T]], like: &Tensor| {
        let (_, rows, count, size) = like.dims4()?;
        Tensor::from_vec(interleaved(heads, rows, count, size), like.shape(), like.device())
    };
    Ok([
        tensor(&query_heads, queries)?,
        tensor(&key_heads, keys)?,
        tensor(&value_heads, values)?,
    ])
}

fn group_backward<T: Real>(
    dims: Dims,
    sequence: usize,
    group: usize,
    arguments: [Operand<'_>; 3],
    output_gradient: Operand<'_>,
) -> Result<GroupGradient<T>> {
    let mut total = GroupGradient {
        queries: Vec::new(),
        keys: vec![T::ZERO; dims.span * dims.size],
        values: vec![T::ZERO; dims.span * dims.size],
    };
    for head_index in dims.heads_of(group) {
        let head = Head::new(dims, (sequence, group, head_index), arguments);
        let upstream = output_gradient.head(sequence, head_index, (dims.tokens, dims.heads, dims.size));
        let shares = head.shares::<T>(dims)?;
        let mut slopes = upstream.times::<T>(false, &head.values, true)?;
        let scale = dims.scale::<T>();
        for (slope_row, share_row) in slopes.chunks_mut(dims.span).zip(shares.chunks(dims.span)) {
            let mean = sum_of_pairs(slope_row, share_row, |slope, share| slope * share);
            for (slope, &share) in slope_row.iter_mut().zip(share_row) {
                *slope = share * (*slope - mean) * scale;
            }
        }
        let shares = T::to_cpu_storage_owned(shares);
        let slopes = T::to_cpu_storage_owned(slopes);
        total
            .queries
            .push(Matrix::whole(&slopes, dims.tokens, dims.span).times(false, &head.keys, false)?);
        add(
            &mut total.keys,
            &Matrix::whole(&slopes, dims.tokens, dims.span).times::<T>(true, &head.queries, false)?,
        );
        add(
            &mut total.values,
            &Matrix::whole(&shares, dims.tokens, dims.span).times::<T>(true, &upstream, false)?,
        );
    }
    Ok(total)
}

fn add<T: Real>(total: &mut [T], part: &[T]) {
    for (sum, &value) in total.iter_mut().zip(part) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{D, DType, Device};

    use super::*;
    use crate::kernel::check;

    /// The same by candle's own differentiable operations.
    fn plain(inputs: &[Tensor]) -> Result<Tensor> {
        let (batch, tokens, heads, size) = inputs[0].dims4()?;
        let (_, span, groups, _) = inputs[1].dims4()?;
        let repeated = |tensor: &Tensor| {
            tensor
                .transpose(1, 2)?
                .unsqueeze(2)?
                .broadcast_as((batch, groups, heads / groups, span, size))?
                .reshape((batch, heads, span, size))?
                .contiguous()
        };
        let queries = inputs[0].transpose(1, 2)?.contiguous()?;
        let keys = repeated(&inputs[1])?;
        let values = repeated(&inputs[2])?;
        let scores = (queries.matmul(&keys.transpose(2, 3)?.contiguous()?)? / (size as f64).sqrt())?;
        let mask: Vec<f64> = (0..tokens * span)
            .map(|place| {
                let seen = place % span <= place / span + span - tokens;
                if seen { 0.0 } else { -1e30 }
            })
            .collect();
        let mask = Tensor::from_vec(mask, (tokens, span), &Device::Cpu)?.to_dtype(scores.dtype())?;
        let shares = candle_nn::ops::softmax(&scores.broadcast_add(&mask)?, D::Minus1)?;
        shares.matmul(&values)?.transpose(1, 2)?.contiguous()
    }

    fn inputs(batch: usize, tokens: usize, span: usize, heads: [usize; 2], size: usize) -> [Tensor; 3] {
        [
            check::tensor("queries", &[batch, tokens, heads[0], size]),
            check::tensor("keys", &[batch, span, heads[1], size]),
            check::tensor("values", &[batch, span, heads[1], size]),
        ]
    }

    fn fused(inputs: &[Tensor]) -> Result<Tensor> {
        causal_attention(&inputs[0], &inputs[1], &inputs[2])
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        check::assert_gradients(&inputs(2, 3, 3, [4, 2], 2), fused);
    }

    #[test]
    fn it_is_the_plain_form() {
        check::assert_same(&inputs(2, 19, 19, [6, 2], 8), fused, plain);
        check::assert_same(&inputs(1, 1, 5, [2, 2], 4), fused, plain);
        check::assert_same(&inputs(3, 4, 9, [4, 1], 4), fused, plain);
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let inputs = inputs(3, 40, 40, [4, 2], 16);
        let [queries, keys, values] = inputs.map(|input| input.to_dtype(DType::F32).expect("f32"));
        check::assert_thread_invariant(|| {
            let [_, gradient, _] = backward::<f32>(&queries, &keys, &values, &queries).expect("runs");
            gradient
                .flatten_all()
                .and_then(|flat| flat.to_vec1())
                .expect("values")
        });
    }

    #[test]
    fn shapes_that_do_not_fit_are_an_error() {
        let [queries, keys, values] = inputs(1, 3, 3, [3, 2], 2);
        assert!(causal_attention(&queries, &keys, &values).is_err());
    }
}
