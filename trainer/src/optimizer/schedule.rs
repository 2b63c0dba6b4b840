//! The learning rate of a step: up in a line, then down on half a cosine to a share of the full rate.

use crate::config::{OptimizerConfig, ScheduleConfig};

/// The rate of `step`, from 0. The first step has 1 / `warmup_steps` of the full rate, and step `warmup_steps`
/// the full one; the last step of the schedule ends at the minimum.
#[must_use]
pub fn learning_rate(optimizer: &OptimizerConfig, schedule: &ScheduleConfig, step: u64) -> f64 {
    let full = optimizer.learning_rate;
    if step < schedule.warmup_steps {
        return full * (step + 1) as f64 / schedule.warmup_steps as f64;
    }
    let falling = schedule.steps.saturating_sub(schedule.warmup_steps + 1).max(1);
    let progress = ((step - schedule.warmup_steps) as f64 / falling as f64).min(1.0);
    let height = 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
    full * (schedule.minimum_ratio + (1.0 - schedule.minimum_ratio) * height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_falls_and_ends_at_the_minimum() {
        let optimizer = OptimizerConfig {
            learning_rate: 2.0,
            ..OptimizerConfig::default()
        };
        let schedule = ScheduleConfig {
            steps: 101,
            warmup_steps: 10,
            minimum_ratio: 0.1,
        };
        let rate = |step| learning_rate(&optimizer, &schedule, step);
        assert!((rate(0) - 0.2).abs() < 1e-12);
        assert!((rate(9) - 2.0).abs() < 1e-12);
        assert!((rate(10) - 2.0).abs() < 1e-12);
        assert!((rate(55) - 1.1).abs() < 1e-12);
        assert!((rate(100) - 0.2).abs() < 1e-12);
        assert!((rate(1_000) - 0.2).abs() < 1e-12);
        for step in 10..100 {
            assert!(rate(step + 1) < rate(step), "step {step}");
        }
    }

    #[test]
    fn no_warm_up_and_a_single_step_are_fine() {
        let schedule = ScheduleConfig {
            steps: 1,
            warmup_steps: 0,
            minimum_ratio: 0.0,
        };
        let rate = learning_rate(&OptimizerConfig::default(), &schedule, 0);
        assert!((rate - OptimizerConfig::default().learning_rate).abs() < 1e-12);
    }
}
