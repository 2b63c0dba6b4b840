//! Shortens all gradients together where their norm is above a limit (Pascanu et al. 2013).

/// What to multiply every gradient with: 1 where `norm` is within `limit` or where `limit` is 0.
#[must_use]
pub fn clip_factor(norm: f64, limit: f64) -> f64 {
    if limit > 0.0 && norm > limit {
        limit / norm
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_norm_above_the_limit_becomes_the_limit() {
        assert!((clip_factor(4.0, 1.0) - 0.25).abs() < f64::EPSILON);
        assert!((clip_factor(0.5, 1.0) - 1.0).abs() < f64::EPSILON);
        assert!((clip_factor(4.0, 0.0) - 1.0).abs() < f64::EPSILON);
    }
}
