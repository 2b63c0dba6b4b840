//! JSON as Python's `json` module writes it, made JSON.
//!
//! It writes numbers that JSON has no spelling for (`NaN`, `Infinity`), and half of a character where a string was cut
//! inside of one (`"\ud83d"`); other writers spell numbers that no machine holds (`1e400`). A number of these becomes
//! null, half a character U+FFFD, and all else stays as it is.

/// The JSON that `line` means.
pub(super) fn mended(line: &str) -> String {
    let mut json = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let quote = memchr::memchr(b'"', rest.as_bytes()).unwrap_or(rest.len());
        outside(&rest[..quote], &mut json);
        let string = &rest[quote..];
        let end = end_of_string(string);
        inside(&string[..end], &mut json);
        rest = &string[end..];
    }
    json
}

/// What stands outside of strings.
fn outside(part: &str, json: &mut String) {
    let is_of_token = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    let mut rest = part;
    while let Some(start) = rest.find(is_of_token) {
        json.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|letter| !is_of_token(letter)).unwrap_or(rest.len());
        let token = &rest[..end];
        json.push_str(if is_beyond_numbers(token) { "null" } else { token });
        rest = &rest[end..];
    }
    json.push_str(rest);
}

/// Whether a token is a number to its writer, and none to JSON or to a machine.
fn is_beyond_numbers(token: &str) -> bool {
    let digits = token.strip_prefix('-').unwrap_or(token);
    let is_infinite = || token.parse::<f64>().is_ok_and(f64::is_infinite);
    matches!(digits, "NaN" | "Infinity")
        || (digits.starts_with(|letter: char| letter.is_ascii_digit()) && is_infinite())
}

/// Behind the quote that closes the string at the start of `text`, or the end.
fn end_of_string(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(rest) = bytes.get(at..)
        && let Some(found) = memchr::memchr2(b'"', b'\\', rest)
    {
        at += found + 1;
        if rest[found] == b'"' {
            return at;
        }
        // Whatever the backslash stands before.
        at += 1;
    }
    text.len()
}

/// What stands inside of a string, with its quotes.
fn inside(string: &str, json: &mut String) {
    const ESCAPE_BYTES: usize = 6;
    let mut rest = string;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        json.push_str(&rest[..at]);
        rest = &rest[at..];
        let kept = match code_unit(rest) {
            Some(0xd800..=0xdbff) if matches!(code_unit(&rest[ESCAPE_BYTES..]), Some(0xdc00..=0xdfff)) => {
                2 * ESCAPE_BYTES
            }
            Some(0xd800..=0xdfff) => {
                json.push_str("\\ufffd");
                rest = &rest[ESCAPE_BYTES..];
                continue;
            }
            _ => rest.chars().take(2).map(char::len_utf8).sum(),
        };
        json.push_str(&rest[..kept]);
        rest = &rest[kept..];
    }
    json.push_str(rest);
}

/// The half of a character, or the character, that an escape sequence such as `\ud83d` means.
fn code_unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| are_digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_python_writes_becomes_json() {
        let cases = [
            (
                r#"{"a":NaN,"b":[-Infinity, Infinity]}"#,
                r#"{"a":null,"b":[null, null]}"#,
            ),
            (
                r#"{"a":1e400,"b":-1E+999,"c":1e-400}"#,
                r#"{"a":null,"b":null,"c":1e-400}"#,
            ),
            (r#"{"NaN":"NaN \" Infinity"}"#, r#"{"NaN":"NaN \" Infinity"}"#),
            (r#"{"a":"\ud83d\ude00 \ud83d"}"#, r#"{"a":"\ud83d\ude00 \ufffd"}"#),
            (
                r#"{"a":"\ude00\\ud83d \uD83Dx"}"#,
                r#"{"a":"\ufffd\\ud83d \ufffdx"}"#,
            ),
            (r#"{"a":"\ud83d\ud83d\ude00"}"#, r#"{"a":"\ufffd\ud83d\ude00"}"#),
            (r#"{"a":"\"#, r#"{"a":"\"#),
            (r#"{"a":"\ud83"#, r#"{"a":"\ud83"#),
            ("\"\\ü", "\"\\ü"),
        ];
        for (line, json) in cases {
            assert_eq!(mended(line), json);
        }
    }

    proptest! {
        #[test]
        fn sound_json_stays(texts in prop::collection::vec(any::<String>(), 0..5), number in any::<f64>()) {
            let json = serde_json::json!({"texts": texts, "number": number, "b": true}).to_string();
            prop_assert_eq!(mended(&json), json);
        }

        #[test]
        fn any_line_is_mended(line in "(\"|\\\\|\\\\u|d83d|de00|NaN|1e999|é|-|\\PC){0,40}") {
            let json = mended(&line);
            prop_assert_eq!(mended(&json), json.clone());
        }
    }
}
