//! Writes tokens, one after the other, each chosen from the model's logits.

use crate::error::Result;
use crate::model::Decoder;
use crate::random::Stream;

/// How a token is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// What logits are divided by before the softmax; 0 always takes the likeliest token.
    pub temperature: f64,
    /// How many of the likeliest tokens are chosen among; 0 is all.
    pub top_k: usize,
    /// What the choices follow from.
    pub seed: u64,
}

impl Sampling {
    /// Always the likeliest token.
    pub const GREEDY: Self = Self {
        temperature: 0.0,
        top_k: 0,
        seed: 0,
    };
}

/// Continues `prompt` by up to `tokens` tokens; gives those alone. It ends early at one of the ids in `end`, which
/// is not given, and where the model has no positions left.
///
/// # Errors
/// When the prompt is empty or longer than the model's positions.
pub fn generate(
    model: &Decoder,
    prompt: &[u32],
    tokens: usize,
    end: &[u32],
    sampling: &Sampling,
) -> Result<Vec<u32>> {
    let stream = Stream::new(sampling.seed, "sample");
    let mut cache = model.cache();
    let mut written = Vec::new();
    let mut unread = prompt.to_vec();
    while written.len() < tokens {
        if !written.is_empty() && cache.tokens() + unread.len() > model.positions() {
            break;
        }
        let logits = model.next_logits(&unread, &mut cache)?;
        let Some(id) = choose(&logits, sampling, stream.uniform(written.len() as u64)) else {
            break;
        };
        if end.contains(&id) {
            break;
        }
        written.push(id);
        unread = vec![id];
    }
    Ok(written)
}

/// The id that a number from 0 to below 1 falls on. Equal logits are ordered by id.
fn choose(logits: &[f32], sampling: &Sampling, draw: f64) -> Option<u32> {
    let mut order: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
    let likelier =
        |left: &(u32, f32), right: &(u32, f32)| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0));
    if sampling.temperature <= 0.0 {
        return order.into_iter().min_by(likelier).map(|(id, _)| id);
    }
    order.sort_by(likelier);
    if sampling.top_k > 0 {
        order.truncate(sampling.top_k);
    }
    let top = f64::from(order.first()?.1);
    let weights: Vec<f64> = order
        .iter()
        .map(|(_, logit)| ((f64::from(*logit) - top) / sampling.temperature).exp())
        .collect();
    let mut left = draw * weights.iter().sum::<f64>();
    for ((id, _), weight) in order.iter().zip(&weights) {
        left -= weight;
        if left < 0.0 {
            return Some(*id);
        }
    }
    order.last().map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ModelConfig;
    use crate::model::Weights;

    #[test]
    fn choices_follow_the_softmax() {
        let logits = [1.0_f32.ln(), 2.0_f32.ln(), 5.0_f32.ln(), f32::NEG_INFINITY];
        let sampling = Sampling {
            temperature: 1.0,
            top_k: 0,
            seed: 1,
        };
        let stream = Stream::new(1, "choices");
        let mut counts = [0_u32; 4];
        for position in 0..8_000 {
            let id = choose(&logits, &sampling, stream.uniform(position)).expect("an id");
            counts[id as usize] += 1;
        }
        for (count, expected) in counts.iter().zip([1_000_u32, 2_000, 5_000, 0]) {
            assert!(count.abs_diff(expected) < 150, "{counts:?}");
        }
        let two = Sampling { top_k: 2, ..sampling };
        let ids: Vec<u32> = (0..500)
            .filter_map(|position| choose(&logits, &two, stream.uniform(position)))
            .collect();
        assert!(ids.iter().all(|id| [1, 2].contains(id)), "{ids:?}");
        assert_eq!(choose(&logits, &Sampling::GREEDY, 0.9), Some(2));
        assert_eq!(choose(&[3.0, 3.0], &Sampling::GREEDY, 0.9), Some(0));
        assert_eq!(choose(&[], &sampling, 0.5), None);
    }

    #[test]
    fn it_stops_at_the_end_and_at_the_last_position() -> Result<()> {
        let architecture = ModelConfig::default().architecture(30, 12);
        let model = Decoder::new(&architecture, &Weights::initialize(&architecture, 1)?)?;
        let sampling = Sampling {
            temperature: 1.0,
            top_k: 0,
            seed: 4,
        };
        let written = generate(&model, &[1, 2, 3], 100, &[], &sampling)?;
        assert_eq!(
            written.len(),
            10,
            "9 positions are left, and one token needs none"
        );
        assert_eq!(generate(&model, &[1, 2, 3], 100, &[], &sampling)?, written);
        let until = generate(&model, &[1, 2, 3], 100, &written[4..5], &sampling)?;
        let first = written.iter().position(|id| *id == written[4]);
        assert_eq!(Some(until.len()), first);
        assert!(generate(&model, &[], 5, &[], &sampling).is_err());
        Ok(())
    }
}
