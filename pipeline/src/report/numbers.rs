//! Numbers as people read them: `1,234`, `12.3 MB`, `4.5%`, `3 min 12 s`.
//!
//! Units of size are decimal (1 MB is 1,000,000 bytes). Nothing is rounded into a lie: what is not nothing never
//! shows as 0%, and what is not all never shows as 100%.

/// Stands where there is no number.
pub const NONE: &str = "-";

/// A count in full, thousands apart: `1,234,567`.
#[must_use]
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A count to three digits: `999`, `1.23 K`, `45.6 M`, `789 B`, `1.00 T`.
#[must_use]
pub fn short_count(number: u64) -> String {
    scaled(number as f64, &["", " K", " M", " B", " T"])
}

/// A size to three digits: `999 B`, `1.23 kB`, `45.6 MB`.
#[must_use]
pub fn bytes(number: u64) -> String {
    scaled(number as f64, &[" B", " kB", " MB", " GB", " TB", " PB", " EB"])
}

/// A speed in bytes for each second, to three digits: `12.3 MB/s`; [`NONE`] if it is none.
#[must_use]
pub fn rate(bytes_per_second: f64) -> String {
    if !bytes_per_second.is_finite() || bytes_per_second < 0.0 {
        return NONE.to_owned();
    }
    scaled(bytes_per_second, &[" B/s", " kB/s", " MB/s", " GB/s", " TB/s"])
}

/// A share of one as a percentage: `45%`, `4.5%`; [`NONE`] if it is not a number.
#[must_use]
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return NONE.to_owned();
    }
    let value = share * 100.0;
    if 0.0 < value && value < 0.1 {
        return "<0.1%".to_owned();
    }
    if 99.9 < value && value < 100.0 {
        return ">99.9%".to_owned();
    }
    let has_plain_digits = value == 0.0 || (9.95..99.5).contains(&value) || 100.0 <= value;
    if has_plain_digits {
        return format!("{value:.0}%");
    }
    format!("{value:.1}%")
}

/// A share of one as a percentage to a tenth, for shares that are compared: `49.9%`; [`NONE`] if it is not a number.
#[must_use]
pub fn fine_percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.1}%", share * 100.0)
    } else {
        NONE.to_owned()
    }
}

/// A part of a whole as a percentage; [`NONE`] if the whole is nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return NONE.to_owned();
    }
    percent(part as f64 / whole as f64)
}

/// A time span: `0.42 s`, `42.1 s`, `3 min 12 s`, `2 h 05 min`; [`NONE`] if it is not one.
#[must_use]
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return NONE.to_owned();
    }
    if seconds < 9.995 {
        return format!("{seconds:.2} s");
    }
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let whole_seconds = seconds.round();
    if whole_seconds < 3600.0 {
        let minutes = (whole_seconds / 60.0).floor();
        let rest = whole_seconds - minutes * 60.0;
        return format!("{minutes:.0} min {rest:02.0} s");
    }
    let whole_minutes = (seconds / 60.0).round();
    let hours = (whole_minutes / 60.0).floor();
    let rest = whole_minutes - hours * 60.0;
    format!("{hours:.0} h {rest:02.0} min")
}

/// A value on an axis, without idle zeros: `0.25`, `1`, `64.5`, `16,384`, `1.5 M`; [`NONE`] if it is none.
#[must_use]
pub fn tick(value: f64) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let size = value.abs();
    let text = match size {
        ..9.995 => trimmed(&format!("{size:.2}")),
        ..999.95 => trimmed(&format!("{size:.1}")),
        ..999_999.5 => grouped(&format!("{size:.0}")),
        _ => large_tick(size),
    };
    if value < 0.0 && text != "0" {
        format!("-{text}")
    } else {
        text
    }
}

/// A value that is set beside a threshold, to four decimals where it is small: `0.1032`, `12`, `100,001`.
#[must_use]
pub fn fine_tick(value: f64) -> String {
    if value.is_finite() && value.abs() < 100.0 {
        return trimmed(&format!("{value:.4}"));
    }
    if value.is_finite() && value.abs() < 1e15 {
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}{}", grouped(&format!("{:.0}", value.abs())));
    }
    tick(value)
}

fn large_tick(size: f64) -> String {
    let text = scaled(size, &["", " K", " M", " B", " T"]);
    match text.split_once(' ') {
        Some((digits, unit)) => format!("{} {unit}", trimmed(digits)),
        None => text,
    }
}

/// A number with two decimals: `1.25`; [`NONE`] if it is none.
#[must_use]
pub fn decimal(value: f64) -> String {
    if value.is_finite() {
        format!("{value:.2}")
    } else {
        NONE.to_owned()
    }
}

/// Digits, thousands apart.
fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `value` in the largest of `units`, each a thousand of the one before, that leaves at least 1 before the point.
fn scaled(value: f64, units: &[&str]) -> String {
    let mut scaled_value = value;
    let mut unit = 0;
    while 999.5 <= scaled_value && unit + 1 < units.len() {
        scaled_value /= 1000.0;
        unit += 1;
    }
    let name = units.get(unit).copied().unwrap_or_default();
    if unit == 0 || 99.95 <= scaled_value {
        return format!("{scaled_value:.0}{name}");
    }
    if 9.995 <= scaled_value {
        return format!("{scaled_value:.1}{name}");
    }
    format!("{scaled_value:.2}{name}")
}

/// A decimal without the zeros at its end.
fn trimmed(decimal: &str) -> String {
    if !decimal.contains('.') {
        return decimal.to_owned();
    }
    decimal.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn sizes_have_three_digits_and_move_on_at_a_thousand() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.00 kB"),
            (9_999, "10.0 kB"),
            (12_345_678, "12.3 MB"),
            (999_999, "1.00 MB"),
            (u64::MAX, "18.4 EB"),
        ];
        for (number, text) in cases {
            assert_eq!(bytes(number), text, "{number}");
        }
        assert_eq!(short_count(1_234_567), "1.23 M");
        assert_eq!(short_count(u64::MAX), "18446744 T");
    }

    #[test]
    fn shares_are_never_rounded_into_a_lie() {
        let cases = [
            (0, 10, "0%"),
            (1, 1_000_000, "<0.1%"),
            (45, 1000, "4.5%"),
            (1, 2, "50%"),
            (997, 1000, "99.7%"),
            (999_999, 1_000_000, ">99.9%"),
            (10, 10, "100%"),
            (25, 10, "250%"),
            (1, 0, "-"),
        ];
        for (part, whole, text) in cases {
            assert_eq!(share(part, whole), text, "{part} of {whole}");
        }
        assert_eq!(percent(f64::NAN), "-");
    }

    #[test]
    fn time_spans_carry_over() {
        let cases = [
            (0.0, "0.00 s"),
            (0.424, "0.42 s"),
            (9.999, "10.0 s"),
            (42.14, "42.1 s"),
            (59.96, "1 min 00 s"),
            (192.0, "3 min 12 s"),
            (3599.7, "1 h 00 min"),
            (7500.0, "2 h 05 min"),
            (f64::INFINITY, "-"),
            (-1.0, "-"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn ticks_have_no_idle_zeros() {
        let cases = [
            (0.0, "0"),
            (0.25, "0.25"),
            (1.0, "1"),
            (64.0, "64"),
            (12.5, "12.5"),
            (999.96, "1,000"),
            (16_384.0, "16,384"),
            (999_999.9, "1 M"),
            (1.5e6, "1.5 M"),
            (1e16, "10000 T"),
            (-2000.0, "-2,000"),
            (-0.001, "0"),
            (f64::NAN, "-"),
        ];
        for (value, text) in cases {
            assert_eq!(tick(value), text, "{value}");
        }
        for (value, text) in [
            (0.1032, "0.1032"),
            (12.0, "12"),
            (100_001.0, "100,001"),
            (-250.0, "-250"),
        ] {
            assert_eq!(fine_tick(value), text, "{value}");
        }
    }

    proptest! {
        #[test]
        fn a_grouped_count_is_the_count(number: u64) {
            prop_assert_eq!(count(number).replace(',', ""), number.to_string());
        }

        #[test]
        fn only_nothing_is_no_percent_and_only_all_is_a_hundred(part in 0_u64..1_000_000, rest in 0_u64..1_000_000) {
            prop_assume!(0 < part + rest);
            let text = share(part, part + rest);
            prop_assert_eq!(text == "0%", part == 0);
            prop_assert_eq!(text == "100%", rest == 0);
        }

        #[test]
        fn sizes_stay_short(number: u64) {
            prop_assert!(bytes(number).len() <= 7);
        }
    }
}
