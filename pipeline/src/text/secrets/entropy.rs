//! How random a string is: what tells a key from a name.

/// Shannon's entropy of the bytes of `text`, in bits for each byte.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len() as f64;
    let bits = |count: u32| {
        let share = f64::from(count) / length;
        -share * share.log2()
    };
    counts.into_iter().filter(|count| *count > 0).map(bits).sum()
}

/// Whether a string looks drawn at random from letters and digits: it changes between letters and
/// digits, or small letters and capitals, more often than names and words do.
pub(super) fn is_random(text: &str) -> bool {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    let bytes = text.as_bytes();
    // A change of case counts for half: names are made of Words.
    let points: usize = bytes
        .windows(2)
        .map(|pair| match (class(pair[0]), class(pair[1])) {
            (0, _) | (_, 0) => 0,
            (before, after) if before == after => 0,
            (3, _) | (_, 3) => 2,
            _ => 1,
        })
        .sum();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    digits > 0 && letters > 0 && points * 2 >= digits + letters
}

/// Whether it stands for a secret that is not told: the same character over and over, `your_key`, `changeme`,
/// a variable, a form to fill in.
pub(super) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 20] = [
        "example",
        "your",
        "placeholder",
        "changeme",
        "change_me",
        "change-me",
        "insert",
        "redacted",
        "dummy",
        "xxxx",
        "fixme",
        "todo",
        "<",
        "${",
        "{{",
        "****",
        "....",
        "secret_key",
        "api_key",
        "not_a",
    ];
    let lower = text.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    let uniform = bytes.windows(2).all(|pair| pair[0] == pair[1]);
    uniform || text.starts_with(['$', '%', '{', '@']) || WORDS.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_random_and_names_are_not() {
        assert!((entropy("aaaa") - 0.0).abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
        assert!(is_random("9RITWb3I3kAnSyUolcVJq4gwM17JRnQK"));
        assert!(is_random("5cb4a5f04cd412fe946667b17f0129ba"));
        for name in [
            "someLongIdentifierName2",
            "org_springframework_security_v3",
            "password",
            "2024-01-15",
        ] {
            assert!(!is_random(name), "{name}");
        }
        assert!(is_placeholder("${TOKEN}") && is_placeholder("xxxxxxxx") && is_placeholder("your-api-key"));
        assert!(!is_placeholder("9RITWb3I3kAnSyUolcVJq4gwM17JRnQK"));
    }
}
