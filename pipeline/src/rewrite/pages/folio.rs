//! Numbers at the ends of lines, which may be those of pages.

/// The longest line that can be a head or a foot, in bytes.
const MAX_LINE_BYTES: usize = 100;

/// A short line with a number at one of its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folio {
    /// The rest of the line, in lower case; empty where the line is nothing but the number.
    pub(super) rest: String,
    /// The number.
    pub(super) number: u32,
    /// Whether it is written in Roman numerals, as pages before the first chapter are.
    pub(super) is_roman: bool,
}

/// The numbers that `line` may have as its page's: at its end, then at its start.
pub(super) fn folios(line: &str) -> Vec<Folio> {
    // Dashes, brackets and bars around a number belong to it.
    let line = line.trim_matches(|character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(
                character,
                '-' | '–' | '—' | '[' | ']' | '(' | ')' | '|' | '•' | '·'
            )
    });
    if line.is_empty() || line.len() > MAX_LINE_BYTES {
        return Vec::new();
    }
    let mut found = Vec::new();
    let last = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    found.extend(folio(last.1, last.0));
    if let Some((first, rest)) = line.split_once(char::is_whitespace) {
        found.extend(folio(first, rest));
    }
    found
}

fn folio(number: &str, rest: &str) -> Option<Folio> {
    let (number, is_roman) = self::number(number)?;
    Some(Folio {
        rest: head(rest),
        number,
        is_roman,
    })
}

/// What is compared of a head: its words in lower case.
pub(super) fn head(line: &str) -> String {
    let words = line.split_whitespace().map(str::to_lowercase);
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a line is short enough to be a head or foot, and has letters.
pub(super) fn may_be_head(line: &str) -> bool {
    let line = line.trim();
    line.len() <= MAX_LINE_BYTES && line.chars().any(char::is_alphabetic)
}

/// A number in digits or in Roman numerals, and whether it was the latter.
pub(super) fn number(text: &str) -> Option<(u32, bool)> {
    if (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(|number| (number, false));
    }
    roman(text).map(|number| (number, true))
}

/// A Roman numeral below 400, all in one case.
fn roman(text: &str) -> Option<u32> {
    let is_one_case = text.bytes().all(|byte| byte.is_ascii_lowercase())
        || text.bytes().all(|byte| byte.is_ascii_uppercase());
    if text.is_empty() || text.len() > 12 || !is_one_case {
        return None;
    }
    let values: Option<Vec<u32>> = text
        .bytes()
        .map(|letter| match letter.to_ascii_lowercase() {
            b'i' => Some(1),
            b'v' => Some(5),
            b'x' => Some(10),
            b'l' => Some(50),
            b'c' => Some(100),
            _ => None,
        })
        .collect();
    let values = values?;
    let mut sum = 0;
    for (position, value) in values.iter().enumerate() {
        let is_subtracted = values.get(position + 1).is_some_and(|next| next > value);
        sum = if is_subtracted {
            sum + 400 - value
        } else {
            sum + 400 + value
        };
    }
    let number = sum - 400 * u32::try_from(values.len()).ok()?;
    // Only the one right spelling: `mix`, `civil` and `ill` are words.
    (number > 0 && spelled(number).eq_ignore_ascii_case(text)).then_some(number)
}

fn spelled(number: u32) -> String {
    const PARTS: [(u32, &str); 9] = [
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut rest = number;
    let mut text = String::new();
    for (value, letters) in PARTS {
        while rest >= value {
            text.push_str(letters);
            rest -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_at_both_ends() {
        let one = |line: &str| {
            let found = folios(line);
            found
                .first()
                .map(|folio| (folio.rest.clone(), folio.number, folio.is_roman))
        };
        let cases = [
            ("12", Some((String::new(), 12, false))),
            ("  - 12 -\r", Some((String::new(), 12, false))),
            ("[xiv]", Some((String::new(), 14, true))),
            ("Page 7", Some(("page".to_owned(), 7, false))),
            (
                "THE WEIR  HOUSE 12",
                Some(("the weir house".to_owned(), 12, false)),
            ),
            (
                "14 THE WEIR HOUSE",
                Some(("the weir house".to_owned(), 14, false)),
            ),
            ("12345", None),
            ("civil", None),
            ("", None),
            ("no number", None),
        ];
        for (line, expected) in cases {
            assert_eq!(one(line), expected, "{line:?}");
        }
        assert_eq!(folios(&"x ".repeat(99)), []);
    }

    #[test]
    fn numerals_are_read_as_they_are_spelled() {
        for number in 1..400 {
            assert_eq!(roman(&spelled(number)), Some(number));
        }
        for word in ["iiii", "vx", "ic", "Xi", "did"] {
            assert_eq!(roman(word), None, "{word}");
        }
    }
}
