//! Everything that has digits in it: one walk over the words of letters and digits that hold a digit, each looked
//! at by the kinds that may begin there.
//!
//! Text without digits is passed over in blocks. A word is left at once when too few digits follow it, so that years,
//! prices and versions cost next to nothing.

use std::ops::Range;

use super::context::{self, Context};
use super::formats::{self, FORMATS};
use super::kind::{Finding, Kind, Kinds, Level};
use super::{card, iban, phone, ssn, wallet};

/// Letters and digits of a word at most: longer ones are keys, hashes or data.
const LONGEST_WORD: usize = 110;

/// Bytes that are counted for digits from the start of a word.
const REACH: usize = 32;

/// Digits that the shortest number has.
const FEWEST: usize = 6;

/// What is found among the words with digits, from left to right.
pub(super) fn find(text: &str, kinds: Kinds) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let mut findings = Vec::new();
    let mut at = 0;
    while let Some(digit) = next_digit(bytes, at) {
        let start = digit
            - bytes[at..digit]
                .iter()
                .rev()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
        let end = digit
            + bytes[digit..]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
        at = end;
        let longer = bytes.get(end).is_some_and(|byte| matches!(byte, b'_'))
            || start.checked_sub(1).is_some_and(|place| bytes[place] == b'_');
        let in_row = end - start < 26 && is_in_row(bytes, start);
        if in_row {
            continue;
        }
        if end - start > LONGEST_WORD
            || longer
            || !(begins_account(bytes, start) || count_ahead(bytes, start) >= FEWEST)
        {
            continue;
        }
        if let Some(finding) = recognise(text, start..end, kinds) {
            at = finding.range.end;
            findings.push(finding);
        }
    }
    findings
}

/// The next digit from `at` on, found block by block.
pub(super) fn next_digit(bytes: &[u8], at: usize) -> Option<usize> {
    const BLOCK: usize = 32;
    let mut at = at;
    while let Some(block) = bytes.get(at..at + BLOCK) {
        // Without a branch, so that the whole block is compared at once.
        let any = block
            .iter()
            .fold(false, |any, byte| any | (byte.wrapping_sub(b'0') < 10));
        if any {
            break;
        }
        at += BLOCK;
    }
    let rest = bytes.get(at..)?;
    rest.iter().position(u8::is_ascii_digit).map(|step| at + step)
}

/// Whether digits stand right before the digit at `start`, so that it is in the middle of something longer or in a row
/// of numbers: nothing begins there.
fn is_in_row(bytes: &[u8], start: usize) -> bool {
    let Some([first, joint, digit, ..]) = start.checked_sub(2).and_then(|place| bytes.get(place..)) else {
        return false;
    };
    first.is_ascii_digit() && matches!(joint, b' ' | b'-' | b'.' | b'/' | b',') && digit.is_ascii_digit()
}

/// Whether a bank account's number may begin at `start`: two letters and two digits. A bank's letters may follow.
fn begins_account(bytes: &[u8], start: usize) -> bool {
    matches!(
        bytes.get(start..start + 4),
        Some(
            [
                b'A'..=b'Z' | b'a'..=b'z',
                b'A'..=b'Z' | b'a'..=b'z',
                b'0'..=b'9',
                b'0'..=b'9',
            ],
        )
    )
}

/// How many digits there are from the start of a word on, over what may stand between those of one number; letters
/// only count as such in the word itself.
fn count_ahead(bytes: &[u8], start: usize) -> usize {
    let mut digits = 0;
    let mut gap = 0;
    let mut in_first = true;
    // Numbers have dots or spaces between their digits; both are a row of decimals.
    let (mut dots, mut spaces) = (false, false);
    for byte in bytes[start..].iter().take(REACH) {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                gap = 0;
                if digits == FEWEST {
                    break;
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' if in_first => {}
            b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+' if gap < 2 => {
                gap += 1;
                in_first = false;
                dots |= *byte == b'.';
                spaces |= *byte == b' ';
                if dots && spaces {
                    break;
                }
            }
            _ => break,
        }
    }
    digits
}

/// What begins with the word at `word`.
fn recognise(text: &str, word: Range<usize>, kinds: Kinds) -> Option<Finding> {
    let start = word.start;
    let found = |kind: Kind, range: Option<Range<usize>>| range.map(|range| Finding { kind, range });
    let first = text.as_bytes()[start];
    if kinds.has(Kind::CryptoWallet)
        && word.len() >= 26
        && let Some(range) = wallet::at(text, word.clone())
    {
        return Some(Finding {
            kind: Kind::CryptoWallet,
            range,
        });
    }
    if first.is_ascii_alphabetic()
        && kinds.has(Kind::Iban)
        && let Some(range) = iban::at(text, start)
    {
        return Some(Finding {
            kind: Kind::Iban,
            range,
        });
    }
    let context = context::around(text, start, word.end);
    if first.is_ascii_digit() {
        let number = None
            .or_else(|| {
                found(Kind::CreditCard, card::at(text, start, Level::Sure, context.card))
                    .filter(|_| kinds.has(Kind::CreditCard))
            })
            .or_else(|| {
                found(Kind::UsSsn, ssn::at(text, start, Level::Sure, context.ssn))
                    .filter(|_| kinds.has(Kind::UsSsn))
            });
        if number.is_some() {
            return number;
        }
    }
    if let Some(document) = document(text, start, &context, kinds) {
        return Some(document);
    }
    let is_phone = first.is_ascii_digit() && kinds.has(Kind::Phone);
    is_phone
        .then(|| phone::at(text, start, Level::Sure, context.phone))
        .flatten()
        .map(|range| Finding {
            kind: Kind::Phone,
            range,
        })
}

/// The longest document number that begins at `start` and whose word is near.
fn document(text: &str, start: usize, context: &Context, kinds: Kinds) -> Option<Finding> {
    let candidates = context.formats.iter().filter_map(|number| {
        let kind = FORMATS.get(*number)?.kind;
        let range = kinds
            .has(kind)
            .then(|| formats::at(text, start, *number, Level::Sure))??;
        Some(Finding { kind, range })
    });
    candidates.max_by_key(|finding| finding.range.end)
}
