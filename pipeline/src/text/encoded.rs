//! Data in text: runs of base64, of bytes and numbers in a row, of escaped characters. After the patterns of The Stack
//! v2 (Lozhkov et al. 2024, section 4), widened to numbers of any length.

/// Fewest characters of a run of base64, or of numbers.
const LEAST_CHARACTERS: usize = 64;

/// Fewest bytes, numbers or escapes of a run.
const LEAST_ITEMS: usize = 8;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// Characters in runs.
    pub characters: usize,
    /// Characters of the longest run.
    pub longest: usize,
}

/// The runs in `text`. A run of base64 may have line ends in it, but no other white space.
#[must_use]
pub fn encoded(text: &str) -> Encoded {
    let bytes = text.as_bytes();
    let mut found = Encoded::default();
    let mut at = 0;
    while at < bytes.len() {
        let base64 = bytes[at..].iter().take_while(|byte| is_base64(**byte)).count();
        if base64 >= LEAST_CHARACTERS {
            found.take(base64);
            at += base64;
            continue;
        }
        if !may_start_item(bytes[at]) {
            // The run that is too short has no longer one in it, but it may be followed by numbers.
            at += base64.max(1);
            continue;
        }
        let (items, length) = items(&bytes[at..]);
        if items >= LEAST_ITEMS && (length >= LEAST_CHARACTERS || bytes[at] == b'\\') {
            found.take(length);
        }
        at += length.max(base64).max(1);
    }
    found
}

impl Encoded {
    fn take(&mut self, characters: usize) {
        self.characters += characters;
        self.longest = self.longest.max(characters);
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\n')
}

fn may_start_item(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'\\' | b'-')
}

/// How many bytes, numbers or escapes `bytes` starts with, and their length with what is between them.
fn items(bytes: &[u8]) -> (usize, usize) {
    let mut count = 0;
    let mut end = 0;
    loop {
        let item = item(&bytes[end..]);
        if item == 0 {
            return (count, end);
        }
        count += 1;
        end += item;
    }
}

/// The length of the item that `bytes` starts with, what separates it from the next included; 0 for none.
fn item(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count()
    };
    match bytes {
        [b'\\', b'x', ..] if digits(2) >= 2 => return 4,
        [b'\\', b'u', ..] if digits(2) >= 4 => return 6,
        _ => {}
    }
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let prefix = if bytes[sign..].starts_with(b"0x") || bytes[sign..].starts_with(b"0X") {
        2
    } else {
        0
    };
    let start = sign + prefix;
    let length = if prefix > 0 {
        digits(start)
    } else if digits(start) == 2 {
        2
    } else {
        number(&bytes[start..])
    };
    let end = start + length;
    if length == 0
        || bytes
            .get(end)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    {
        return 0;
    }
    let comma = usize::from(bytes.get(end) == Some(&b','));
    let space = bytes[end + comma..]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    // Numbers of a text stand alone; those of data are in a list.
    let is_listed = comma > 0 || (length == 2 && space > 0) || prefix > 0;
    if is_listed { end + comma + space } else { 0 }
}

/// The length of the decimal number that `bytes` starts with.
fn number(bytes: &[u8]) -> usize {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || bytes.get(digits) != Some(&b'.') {
        return digits;
    }
    let fraction = bytes[digits + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    digits + 1 + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_found_and_prose_is_not() {
        let base64 = "aGVsbG8gd29ybGQh".repeat(5);
        let bytes = "0x1f, 0x2e, ".repeat(8);
        let pairs = "de ad be ef ".repeat(8);
        let numbers = "1024, -3.5, 77, ".repeat(8);
        let escapes = "\\x1f\\x2e".repeat(8);
        let cases = [
            (format!("x = '{base64}'"), 80),
            (format!("{{ {bytes} }}"), 97),
            (pairs.clone(), 96),
            (format!("[{numbers}]"), 128),
            (escapes.clone(), 64),
            ("\\u00e9".repeat(7), 0),
            ("\\u00e9".repeat(8), 48),
            ("In 1024, 3.5 of 77, he said, were dead.".repeat(9), 0),
            ("let value = compute(other_value, 12);\n".repeat(9), 0),
            (format!("{base64}\n{base64}"), 161),
            ("é".repeat(90), 0),
        ];
        for (text, expected) in cases {
            let found = encoded(&text);
            assert_eq!((found.characters, found.longest), (expected, expected), "{text}");
        }
    }
}
