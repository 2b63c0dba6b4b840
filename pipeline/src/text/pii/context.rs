//! The words around a number that tell what it is: `tel`, `SSN`, `passport`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::formats;

/// Bytes between such a word and a telephone number, at most.
const NEAR: usize = 20;

/// Bytes before and after a number in which its word may stand.
const BEFORE: usize = 36;
const AFTER: usize = 22;

/// Words of telephone numbers.
const PHONE: &[&str] = &[
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "mob",
    "cell",
    "cellphone",
    "fax",
    "whatsapp",
    "viber",
    "telefon",
    "telefax",
    "tél",
    "téléphone",
    "teléfono",
    "telefono",
    "telefone",
    "telefoon",
    "fon",
    "handy",
    "móvil",
    "celular",
    "cellulare",
    "ph",
    "sms",
    "hotline",
    "helpline",
    "toll-free",
    "toll free",
    "landline",
    "电话",
    "手机",
    "電話",
    "전화",
    "тел",
    "телефон",
    "phone number",
    "contact number",
];

/// Words of social security numbers.
const SSN: &[&str] = &["ssn", "ssns", "social security", "ss#", "ssn#", "ssid"];

/// Words of payment cards.
const CARD: &[&str] = &[
    "card",
    "credit card",
    "visa",
    "mastercard",
    "amex",
    "american express",
    "discover",
    "jcb",
    "diners",
    "maestro",
    "debit card",
    "card number",
    "unionpay",
];

/// What the words around a number say.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// It is a telephone number.
    pub(super) phone: bool,
    /// It is a social security number.
    pub(super) ssn: bool,
    /// It is a card's.
    pub(super) card: bool,
    /// It is of one of these formats of documents.
    pub(super) formats: Vec<usize>,
}

/// A word's meaning.
#[derive(Clone, Copy)]
enum Meaning {
    Phone,
    Ssn,
    Card,
    Format(usize),
}

struct Words {
    automaton: Option<AhoCorasick>,
    /// What each pattern means.
    meanings: Vec<Vec<Meaning>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut all: Vec<(&str, Meaning)> = Vec::new();
    for (words, meaning) in [
        (PHONE, Meaning::Phone),
        (SSN, Meaning::Ssn),
        (CARD, Meaning::Card),
    ] {
        all.extend(words.iter().map(|word| (*word, meaning)));
    }
    all.extend(formats::words().map(|(number, word)| (word, Meaning::Format(number))));
    all.sort_by_key(|(word, _)| *word);
    let mut patterns: Vec<&str> = Vec::new();
    let mut meanings: Vec<Vec<Meaning>> = Vec::new();
    for (word, meaning) in all {
        if patterns.last() != Some(&word) {
            patterns.push(word);
            meanings.push(Vec::new());
        }
        if let Some(last) = meanings.last_mut() {
            last.push(meaning);
        }
    }
    let automaton = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::Standard)
        .build(patterns)
        .ok();
    Words { automaton, meanings }
});

/// What is said around the number from `start` on, which ends at about `end`.
pub(super) fn around(text: &str, start: usize, end: usize) -> Context {
    let mut context = Context::default();
    let before = &text[text.ceil_char_boundary(start.saturating_sub(BEFORE))..start];
    read(before, &mut context);
    // Words of telephone numbers are ordinary ones: they count right before the number alone.
    context.phone = context.phone
        && phone_ends(before).is_some_and(|end| {
            before.len() - end <= NEAR && !before[end..].bytes().any(|byte| byte.is_ascii_digit())
        });
    let phone = context.phone;
    let after = &text[end..text.floor_char_boundary((end + AFTER).min(text.len()))];
    let line = after.find('\n').map_or(after, |newline| &after[..newline]);
    read(line, &mut context);
    context.phone = phone;
    context
}

/// Where the last word of a telephone number ends.
fn phone_ends(window: &str) -> Option<usize> {
    let automaton = WORDS.automaton.as_ref()?;
    let is_phone = |pattern: usize| {
        WORDS.meanings[pattern]
            .iter()
            .any(|meaning| matches!(meaning, Meaning::Phone))
    };
    automaton
        .find_overlapping_iter(window)
        .filter(|found| is_phone(found.pattern().as_usize()))
        .map(|found| found.end())
        .max()
}

fn read(window: &str, context: &mut Context) {
    let Some(automaton) = &WORDS.automaton else {
        return;
    };
    for found in automaton.find_overlapping_iter(window) {
        let inside_word = window[..found.start()].ends_with(char::is_alphanumeric)
            || window[found.end()..].starts_with(char::is_alphabetic);
        let is_ideographic = !window.as_bytes()[found.start()].is_ascii();
        if inside_word && !is_ideographic {
            continue;
        }
        for meaning in &WORDS.meanings[found.pattern().as_usize()] {
            match meaning {
                Meaning::Phone => context.phone = true,
                Meaning::Ssn => context.ssn = true,
                Meaning::Card => context.card = true,
                Meaning::Format(number) => {
                    if !context.formats.contains(number) {
                        context.formats.push(*number);
                    }
                }
            }
        }
    }
}
