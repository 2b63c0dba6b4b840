//! Personal data that a scanner can find without a model: addresses, telephone and card numbers, bank accounts,
//! documents, wallets.
//!
//! Two walks from left to right. One looks at each `@`, `:` and `.`, and at the run of characters around it that
//! could belong to an address; the other at each word with digits in it (`numbers`). No byte is looked at more than
//! a few times, whatever the text.
//!
//! What looks like personal data and is none has to stay: version and section numbers (`1.2.3.4-beta`, `1.2.3.4.5`),
//! times, hardware addresses, paths in programs (`a::b`), slices (`x[1::2]`), file names (`logo@2x.png`), numbers in
//! tables. So a number is found where its check digits and its formatting leave hardly a doubt, or where a word
//! nearby says what it is. [`Wanted`] names the kinds to look for, and formats of documents that count wherever they
//! stand.

mod card;
mod checksum;
mod context;
mod email;
mod formats;
mod iban;
mod ip;
mod keccak;
mod kind;
mod numbers;
mod phone;
mod ssn;
mod wallet;

use std::ops::Range;

use memchr::memchr3;

use super::spans::merged;

pub use formats::Format;
pub use kind::{Finding, Kind, Kinds, Level};

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    kinds: Kinds,
    /// Numbers of formats that count wherever they stand.
    formats: Vec<usize>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            kinds: Kinds::of(&Kind::SURE),
            formats: Vec::new(),
        }
    }
}

impl Wanted {
    /// These kinds, and the formats of these names wherever they stand; names that are no format's are left out
    /// ([`format_names`] has them all).
    #[must_use]
    pub fn new(kinds: &[Kind], formats: &[String]) -> Self {
        Self {
            kinds: Kinds::of(kinds),
            formats: formats.iter().filter_map(|name| formats::named(name)).collect(),
        }
    }
}

/// The names of the formats of documents, sorted.
#[must_use]
pub fn format_names() -> Vec<&'static str> {
    formats::FORMATS.iter().map(|format| format.name).collect()
}

/// All findings of the default kinds in `text`, from left to right; they do not overlap.
#[must_use]
pub fn find(text: &str) -> Vec<Finding> {
    find_wanted(text, &Wanted::default())
}

/// All findings in `text` of what is wanted, from left to right; they do not overlap.
#[must_use]
pub fn find_wanted(text: &str, wanted: &Wanted) -> Vec<Finding> {
    let range = |finding: &Finding| finding.range.clone();
    let mut findings = Vec::new();
    if wanted.kinds.has(Kind::Email) || wanted.kinds.has(Kind::IpAddress) {
        findings = addresses(text, Level::Sure);
        findings.retain(|finding| wanted.kinds.has(finding.kind));
    }
    if Kind::ALL[2..].iter().any(|kind| wanted.kinds.has(*kind)) {
        findings = merged(findings, numbers::find(text, wanted.kinds), range);
    }
    for format in &wanted.formats {
        findings = merged(findings, formatted(text, *format), range);
    }
    findings
}

/// What has the shape of `name`, wherever it stands: a format's name, or `email`, `ip_address`, `phone`,
/// `credit_card`, `iban`, `us_ssn`, `crypto_wallet`. This is how other tools' recognisers look; `None` where there is
/// no such name.
#[must_use]
pub fn find_by_shape(text: &str, name: &str) -> Option<Vec<Finding>> {
    let of = |kind: Kind| {
        addresses(text, Level::Shape)
            .into_iter()
            .filter(move |finding| finding.kind == kind)
            .collect()
    };
    let number = |kind: Kind, at: &dyn Fn(Range<usize>) -> Option<Range<usize>>| {
        let found = words(text, |word| at(word).map(|range| Finding { kind, range }));
        Some(found)
    };
    match name {
        "email" => Some(of(Kind::Email)),
        "ip_address" => Some(of(Kind::IpAddress)),
        "phone" => number(Kind::Phone, &|word| {
            phone::at(text, word.start, Level::Shape, false)
        }),
        "credit_card" => number(Kind::CreditCard, &|word| {
            card::at(text, word.start, Level::Shape, true)
        }),
        "us_ssn" => number(Kind::UsSsn, &|word| {
            ssn::at(text, word.start, Level::Shape, false)
        }),
        "iban" => number(Kind::Iban, &|word| iban::at(text, word.start)),
        "crypto_wallet" => number(Kind::CryptoWallet, &|word| wallet::at(text, word)),
        _ => formats::named(name).map(|format| formatted(text, format)),
    }
}

/// E-mail and IP addresses.
fn addresses(text: &str, level: Level) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let mut findings: Vec<Finding> = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr3(b'@', b':', b'.', rest)) {
        at += step;
        let ip = |(found, next): ip::Scanned| (found.map(|range| (Kind::IpAddress, range)), next);
        let (found, next) = match bytes[at] {
            b'@' => (
                email::email(text, done, at).map(|range| (Kind::Email, range)),
                at + 1,
            ),
            b':' => ip(ip::ipv6(text, done, at, level)),
            _ => ip(ip::ipv4(text, done, at, level)),
        };
        at = next;
        if let Some((kind, range)) = found {
            done = range.end;
            at = at.max(done);
            findings.push(Finding { kind, range });
        }
    }
    findings
}

/// What has the shape of the format.
fn formatted(text: &str, format: usize) -> Vec<Finding> {
    let Some(kind) = formats::FORMATS.get(format).map(|format| format.kind) else {
        return Vec::new();
    };
    words(text, |word| {
        let found = formats::at(text, word.start, format, Level::Shape);
        found.map(|range| Finding { kind, range })
    })
}

/// What `at` finds at the words of letters and digits, from left to right.
///
/// A word also begins where digits follow small letters: numbers stick to the word before them in what people type.
fn words(text: &str, at: impl Fn(Range<usize>) -> Option<Finding>) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let mut findings = Vec::new();
    let mut place = 0;
    while let Some(step) = bytes[place..].iter().position(u8::is_ascii_alphanumeric) {
        let start = place + step;
        let end = start
            + bytes[start..]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
        let glued = start
            + bytes[start..end]
                .iter()
                .take_while(|byte| byte.is_ascii_lowercase())
                .count();
        place = end;
        let underscored = start.checked_sub(1).is_some_and(|before| bytes[before] == b'_');
        if end - start > 128 || underscored {
            continue;
        }
        let inside =
            (glued > start + 1 && glued < end && bytes[glued].is_ascii_digit()).then_some(glued..end);
        if let Some(finding) = at(start..end).or_else(|| inside.and_then(&at)) {
            place = finding.range.end;
            findings.push(finding);
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text)
            .into_iter()
            .map(|finding| &text[finding.range])
            .collect()
    }

    #[test]
    fn addresses_are_found() {
        for (text, expected) in [
            (
                "write to jane.doe+news@mail.example.co.uk.",
                "jane.doe+news@mail.example.co.uk",
            ),
            ("<a@xn--d1acufc.xn--p1ai>", "a@xn--d1acufc.xn--p1ai"),
            ("请联系info@example.com谢谢", "info@example.com"),
            ("root@[10.1.2.3]", "root@[10.1.2.3]"),
            ("from 84.112.7.9:8080, again", "84.112.7.9"),
            ("(192.168.1.1)", "192.168.1.1"),
            ("10.0.0.4-", "10.0.0.4"),
            ("at 2001:db8:85a3::8a2e:370.", "2001:db8:85a3::8a2e:370"),
            ("[fe80::1]:443", "fe80::1"),
            (
                "host:2400:c401::5054:ff:fe1b:b031",
                "2400:c401::5054:ff:fe1b:b031",
            ),
            ("::ffff:84.112.7.9", "::ffff:84.112.7.9"),
            ("text::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
        assert_eq!(found("10.0.0.1-10.0.0.9, a@b.org;c@d.org").len(), 4);
    }

    #[test]
    fn what_only_looks_like_an_address_stays() {
        for text in [
            "1.2.3.4-beta",
            "v1.2.3.4",
            "1.2.3.4.5",
            "libfoo-1.2.3.4.tar.gz",
            "version 1.2.3.4",
            "Section 4.1.2.3",
            "1.2.3.4+dfsg",
            "256.1.1.1",
            "10.00.0.1",
            "12:30:45",
            "00:1A:2B:3C:4D:5E",
            "00:11:22:33:44:55:66:77",
            "std::vec",
            "dead::beef",
            "a::b::c",
            "x[1::2]",
            "x[::10]",
            "1:2:3:4:5:6:7:8",
            "::",
            "::1",
            "127.0.0.1",
            "255.255.255.0",
            "0.0.0.0",
            "logo@2x.png",
            "@decorator.name",
            "pkg@1.2.3",
            "git@example.org:a/b",
            "a@b",
            "12345:db8::1",
            "text2001:db8::1",
            "1.2.3.4_x",
            "ab.1.2.3.4",
            "3.14",
            "...",
            "user@-x.com",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn placeholders_are_counted() {
        assert_eq!(Kind::Email.placeholders("<EMAIL>, <EMAIL> <IP_ADDRESS>"), 2);
        assert_eq!(Kind::IpAddress.placeholders("<EMAIL>, <EMAIL> <IP_ADDRESS>"), 1);
    }

    #[test]
    fn hostile_texts_take_no_longer_than_others() {
        for unit in [
            "@",
            "1",
            "a.a.a.",
            "1.",
            ":",
            "::",
            "a@",
            "1 1",
            "+1 ",
            "(",
            "tel 1",
            "1111 1111 1111 1111 ",
            "GB29 ",
            "0x1",
            "1-",
        ] {
            let text = unit.repeat(600_000 / unit.len());
            for finding in find(&text) {
                assert!(finding.range.end <= text.len());
            }
        }
    }

    #[test]
    fn numbers_in_ordinary_text_stay() {
        for text in [
            "In 1995 there were 12,345,678 of them, 0.123456789 each.",
            "2024-01-15 12:30:45.123456, 1700000000, 20240115T123045",
            "1 2 3 4 5 6 7 8 9 10 11 12",
            "0.25 0.50 0.75 1.00 1.25",
            "ISBN 978-3-16-148410-0, ISSN 2049-3630, doi:10.1000/182",
            "4012888888881881234567 and 0x00007f3a5c6b2d10",
            "git checkout 8f3a1b2c4d5e6f708192a3b4c5d6e7f809112131",
            "id: 123456789, order 987654321, SKU 415-555",
            "(1999-2003), pp. 1234-1240, 3.14159265358979",
            "123456789012 bytes, 1234567890 ns",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn documents_are_found_by_their_words() {
        for (text, number) in [
            ("My passport number is A12803456, valid", "A12803456"),
            ("Aadhaar: 3123 4567 8909", "3123 4567 8909"),
            ("PESEL 02070803628", "02070803628"),
            ("Codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"),
            ("CPF 529.982.247-25", "529.982.247-25"),
            ("NHS number: 943 476 5919", "943 476 5919"),
        ] {
            assert_eq!(found(text), [number], "{text}");
            let bare = text.replace(
                |character: char| !number.contains(character) || character == ' ',
                "",
            );
            assert_eq!(found(&bare), Vec::<&str>::new(), "{bare}");
        }
    }
}
