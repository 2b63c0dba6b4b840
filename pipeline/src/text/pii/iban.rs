//! International bank account numbers (ISO 13616): a country, its length, and the remainder 1 by 97.

use std::ops::Range;

use super::checksum::mod97;

/// Countries and the lengths of their numbers, from the registry that SWIFT keeps for ISO 13616.
const LENGTHS: [(&str, usize); 88] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

/// The number that begins with the letter at `start`: without separators, or in groups of four with spaces or
/// hyphens between them.
pub(super) fn at(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let country = bytes.get(start..start + 4)?;
    if !country[..2].iter().all(u8::is_ascii_alphabetic) || !country[2..].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let length = LENGTHS.iter().find_map(|(name, length)| {
        name.as_bytes()
            .eq_ignore_ascii_case(&country[..2])
            .then_some(*length)
    })?;
    let separator = bytes
        .get(start + 4)
        .copied()
        .filter(|byte| matches!(byte, b' ' | b'-'));
    let mut number = Vec::with_capacity(length);
    let mut end = start;
    while number.len() < length {
        if separator.is_some() && number.len() % 4 == 0 && !number.is_empty() {
            if bytes.get(end).copied() != separator {
                return None;
            }
            end += 1;
        }
        let byte = bytes.get(end).copied().filter(u8::is_ascii_alphanumeric)?;
        number.push(byte.to_ascii_uppercase());
        end += 1;
    }
    if bytes
        .get(end)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    {
        return None;
    }
    let turned = number[4..].iter().chain(&number[..4]).copied();
    (mod97(turned) == 1).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_registry_are_found() {
        for number in [
            "GB29NWBK60161331926819",
            "GB29 NWBK 6016 1331 9268 19",
            "DE89 3704 0044 0532 0130 00",
            "de89370400440532013000",
            "FR14 2004 1010 0505 0001 3M02 606",
            "NO93-8601-1117-947",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            assert_eq!(at(number, 0), Some(0..number.len()), "{number}");
        }
        for other in [
            "GB29NWBK60161331926818",
            "GB29NWBK601613319268190",
            "GB29 NWBK-6016 1331 9268 19",
            "XX29NWBK60161331926819",
            "GB29",
        ] {
            assert_eq!(at(other, 0), None, "{other}");
        }
    }
}
