//! What the schema cannot say: ranges, and settings that must fit each other. All faults come at once.

use gristmill_schemas::config::Fault;

use super::Config;

/// What no dimension needs to be above. It keeps a slip of the finger from asking for more memory than there is
/// before anything can be told.
const LIMIT: usize = 1 << 20;

/// Steps that no run needs more of; products of steps and tokens stay within `u64`.
const STEPS_LIMIT: u64 = 1_000_000_000_000;

/// Every fault of a configuration, each with its key.
pub(super) fn faults(config: &Config) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut require = |holds: bool, key: &str, message: &str| {
        if !holds {
            faults.push(Fault::new(key, message));
        }
    };
    let data = &config.data;
    require(
        (2..=LIMIT).contains(&data.sequence_length),
        "data.sequence_length",
        "a sequence has 2 to 1,048,576 tokens",
    );
    require(
        (1..=LIMIT).contains(&data.batch_size),
        "data.batch_size",
        "a step takes 1 to 1,048,576 sequences",
    );
    require(
        (0.0..=0.5).contains(&data.held_out),
        "data.held_out",
        "a share from 0 to 0.5",
    );

    let optimizer = &config.optimizer;
    require(
        optimizer.learning_rate > 0.0 && optimizer.learning_rate.is_finite(),
        "optimizer.learning_rate",
        "a number above 0",
    );
    require(
        (0.0..1.0).contains(&optimizer.beta1),
        "optimizer.beta1",
        "a number from 0 to below 1",
    );
    require(
        (0.0..1.0).contains(&optimizer.beta2),
        "optimizer.beta2",
        "a number from 0 to below 1",
    );
    require(
        optimizer.epsilon > 0.0 && optimizer.epsilon.is_finite(),
        "optimizer.epsilon",
        "a number above 0",
    );
    require(
        optimizer.weight_decay >= 0.0 && optimizer.weight_decay.is_finite(),
        "optimizer.weight_decay",
        "a number from 0 on",
    );
    require(
        optimizer.clip >= 0.0 && optimizer.clip.is_finite(),
        "optimizer.clip",
        "a number from 0 on; 0 switches it off",
    );

    let schedule = &config.schedule;
    require(
        (1..=STEPS_LIMIT).contains(&schedule.steps),
        "schedule.steps",
        "1 to 1,000,000,000,000 steps",
    );
    require(
        schedule.warmup_steps <= schedule.steps,
        "schedule.warmup_steps",
        "the warm-up is longer than schedule.steps",
    );
    require(
        (0.0..=1.0).contains(&schedule.minimum_ratio),
        "schedule.minimum_ratio",
        "a share from 0 to 1",
    );
    require(
        config.checkpoint.every_steps >= 1,
        "checkpoint.every_steps",
        "at least 1 step",
    );
    require(
        config.checkpoint.keep >= 1,
        "checkpoint.keep",
        "at least 1: the newest is what --resume continues from",
    );
    require(config.log.every_steps >= 1, "log.every_steps", "at least 1 step");
    require(
        config.log.held_out_batches >= 1,
        "log.held_out_batches",
        "at least 1 batch",
    );
    require(
        config.sample.temperature >= 0.0 && config.sample.temperature.is_finite(),
        "sample.temperature",
        "a number from 0 on",
    );
    faults.extend(model_faults(config));
    faults
}

fn model_faults(config: &Config) -> Vec<Fault> {
    let model = config.model.architecture(1, config.data.sequence_length);
    let mut faults = Vec::new();
    let counts = [
        ("model.hidden_size", model.hidden_size),
        ("model.layers", model.layers),
        ("model.heads", model.heads),
        ("model.key_value_heads", model.key_value_heads),
        ("model.intermediate_size", model.intermediate_size),
    ];
    for (key, count) in counts {
        if !(1..=LIMIT).contains(&count) {
            faults.push(Fault::new(key, "1 to 1,048,576"));
        }
    }
    if !faults.is_empty() {
        return faults;
    }
    if !model.hidden_size.is_multiple_of(model.heads) {
        let message = format!("{} is not a multiple of {} heads", model.hidden_size, model.heads);
        faults.push(Fault::new("model.hidden_size", message));
    } else if !model.head_size.is_multiple_of(2) {
        let message = format!(
            "a head has {} values (hidden_size / heads); rotary positions need an even number",
            model.head_size
        );
        faults.push(Fault::new("model.hidden_size", message));
    }
    if !model.heads.is_multiple_of(model.key_value_heads) {
        let message = format!(
            "{} heads are not a multiple of {} heads of keys and values",
            model.heads, model.key_value_heads
        );
        faults.push(Fault::new("model.key_value_heads", message));
    }
    for (key, number) in [
        ("model.rope_theta", model.rope_theta),
        ("model.norm_epsilon", model.norm_epsilon),
    ] {
        if number.is_nan() || number <= 0.0 || number.is_infinite() {
            faults.push(Fault::new(key, "a number above 0"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use gristmill_schemas::config::parse;

    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let text = format!("version = '1'\nout = 'o'\ndata.shards = 's'\n{text}");
        let config = parse::<Config>(&text, &[]).expect("known keys").value;
        faults(&config).into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn the_defaults_hold() {
        assert!(keys("").is_empty());
    }

    #[test]
    fn all_faults_come_at_once() {
        let found = keys(
            "data.held_out = 0.9\nschedule.warmup_steps = 2000\noptimizer.beta1 = 1.0\ncheckpoint.keep = 0\n\
             model.heads = 3\n",
        );
        assert_eq!(
            found,
            [
                "data.held_out",
                "optimizer.beta1",
                "schedule.warmup_steps",
                "checkpoint.keep",
                "model.hidden_size",
                "model.key_value_heads",
            ]
        );
    }

    #[test]
    fn an_odd_head_is_refused() {
        assert_eq!(keys("model.hidden_size = 12"), ["model.hidden_size"]);
        assert_eq!(keys("model.layers = 0"), ["model.layers"]);
        assert_eq!(keys("model.layers = 9_000_000"), ["model.layers"]);
    }
}
