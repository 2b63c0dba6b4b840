//! Numbers of documents, country by country: their shapes, their check digits, and the words that go with them.
//!
//! Most are rows of digits that any table may hold, and one in ten passes a check digit by chance. So a document
//! number is found where one of its words stands nearby (`passport`, `PESEL`, `codice fiscale`); a recipe may ask
//! for a format by its name, and gets what has its shape, wherever it stands.

mod americas;
mod asia;
mod checks;
mod europe;
mod germany;
mod oceania_africa;

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};

use super::kind::{Kind, Level};

/// The format of a kind of document number.
#[derive(Debug)]
pub struct Format {
    /// Its name: the country's code (ISO 3166-1) and what it is.
    pub name: &'static str,
    /// What it masks as.
    pub kind: Kind,
    /// The shape, as a regular expression; case does not count.
    shape: &'static str,
    /// What more must hold, wherever it stands.
    check: fn(&str) -> bool,
    /// What must hold in ordinary text beside a word nearby.
    strict: fn(&str) -> bool,
    /// Words that go with it, one of which must be near in ordinary text.
    words: &'static [&'static str],
}

impl Format {
    const fn new(
        name: &'static str,
        kind: Kind,
        shape: &'static str,
        check: fn(&str) -> bool,
        words: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            kind,
            shape,
            check,
            strict: any,
            words,
        }
    }

    /// One whose check digits are only looked at in ordinary text.
    const fn strictly(self, strict: fn(&str) -> bool) -> Self {
        Self { strict, ..self }
    }
}

/// No check.
fn any(_: &str) -> bool {
    true
}

/// All formats, sorted by name.
pub(super) static FORMATS: LazyLock<Vec<&'static Format>> = LazyLock::new(|| {
    let mut all: Vec<&'static Format> = Vec::new();
    for part in [
        europe::FORMATS,
        germany::FORMATS,
        americas::FORMATS,
        asia::FORMATS,
        oceania_africa::FORMATS,
    ] {
        all.extend(part);
    }
    all.sort_by_key(|format| format.name);
    all
});

static SHAPES: LazyLock<Vec<OnceLock<Option<Regex>>>> =
    LazyLock::new(|| FORMATS.iter().map(|_| OnceLock::new()).collect());

/// The number of the format called `name`.
pub(super) fn named(name: &str) -> Option<usize> {
    FORMATS.binary_search_by_key(&name, |format| format.name).ok()
}

/// The words of each format, with the format's number.
pub(super) fn words() -> impl Iterator<Item = (usize, &'static str)> {
    let all = FORMATS.iter().enumerate();
    all.flat_map(|(number, format)| format.words.iter().map(move |word| (number, *word)))
}

/// What has the shape of format `number` and begins at `start`.
pub(super) fn at(text: &str, start: usize, number: usize, level: Level) -> Option<Range<usize>> {
    let format = FORMATS.get(number)?;
    let shape = SHAPES.get(number)?.get_or_init(|| compiled(format)).as_ref()?;
    let window = text.get(start..)?;
    let window = &window[..window.floor_char_boundary(64)];
    let found = shape.find(window)?;
    let end = start + found.end();
    let inside_word = text[end..].starts_with(|next: char| next == '_' || next.is_alphanumeric());
    if inside_word || !(format.check)(found.as_str()) {
        return None;
    }
    if level == Level::Sure && (!(format.strict)(found.as_str()) || is_part(text.as_bytes(), start, end)) {
        return None;
    }
    // A country's code brings its sign along.
    let signed = format.kind == Kind::Phone && text[..start].ends_with('+');
    Some(start - usize::from(signed)..end)
}

/// Whether further digits, behind a separator, make it a part of something longer.
fn is_part(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_joint = |byte: u8| matches!(byte, b'-' | b'.' | b'/' | b',' | b' ');
    let digit = |place: Option<usize>| {
        place
            .and_then(|place| bytes.get(place))
            .is_some_and(u8::is_ascii_digit)
    };
    let joint = |place: Option<usize>| {
        place
            .and_then(|place| bytes.get(place))
            .is_some_and(|byte| is_joint(*byte))
    };
    (joint(start.checked_sub(1)) && digit(start.checked_sub(2))) || (joint(Some(end)) && digit(Some(end + 1)))
}

/// The shapes are constants that a test compiles.
fn compiled(format: &Format) -> Option<Regex> {
    RegexBuilder::new(&format!("^(?:{})", format.shape))
        .case_insensitive(true)
        .unicode(false)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_compiles_and_every_name_is_one() {
        for format in FORMATS.iter() {
            assert!(compiled(format).is_some(), "{}", format.name);
        }
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    }
}
