//! A licence by its text: the nearest of the SPDX list's, by the words that stand side by side.
//!
//! askalono's method (J. Peddicord, Amazon, 2018) as the `spdx` crate has it: the texts' pairs of words, compared by
//! Dice's coefficient. Comparing one text with some 700 takes milliseconds, and most licence files differ only in
//! who holds the copyright: the lines that say that are left out, and what was found is remembered by the rest.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use spdx::detection::{LicenseEntry, Store, TextData};
use xxhash_rust::xxh3::xxh3_128;

use super::{canonical, notice};

/// How near a text must be. askalono asks for 0.8; between that and 0.9 are texts with conditions of their own.
const LEAST_SCORE: f32 = 0.9;

const APACHE: &str = "Apache-2.0";

/// Texts that are remembered.
const MOST_REMEMBERED: usize = 1 << 14;

static STORE: LazyLock<Store> = LazyLock::new(|| Store::load_inline().unwrap_or_default());

/// The licences of the SPDX list, by identifier.
static LICENSES: LazyLock<BTreeMap<&str, &LicenseEntry>> =
    LazyLock::new(|| STORE.iter().map(|(name, entry)| (name.as_str(), entry)).collect());

/// What texts came to, by their hash: the same for everybody, so that it may be shared.
static REMEMBERED: Mutex<BTreeMap<u128, Option<String>>> = Mutex::new(BTreeMap::new());

/// The licence of which `text` is the text.
pub(super) fn of_license(text: &str) -> Option<String> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !is_claim(line))
        .map(str::trim_end)
        .collect();
    let text = lines.join("\n");
    let hash = xxh3_128(text.as_bytes());
    let known = REMEMBERED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&hash)
        .cloned();
    if let Some(known) = known {
        return known;
    }
    let license = nearest(&text).or_else(|| notice::of_notice(&text));
    let mut remembered = REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner);
    if remembered.len() >= MOST_REMEMBERED {
        remembered.clear();
    }
    remembered.insert(hash, license.clone());
    license
}

/// Whether a line says who holds the copyright since when; `copyright notice and ...` is a licence's own words.
fn is_claim(line: &str) -> bool {
    let line = line.trim_start();
    let start = &line[..line.floor_char_boundary("copyright".len())];
    let says_when = line.contains(['©', '0', '1', '2', '9']) || line.contains("(c)") || line.contains("(C)");
    start.eq_ignore_ascii_case("copyright") && says_when
}

fn nearest(words: &str) -> Option<String> {
    let text = TextData::new(words);
    let mut best: Option<(f32, &str)> = None;
    for (name, entry) in LICENSES.iter() {
        let texts = std::iter::once(&entry.original).chain(&entry.alternates);
        let score = texts.map(|known| known.match_score(&text)).fold(0.0, f32::max);
        if score >= LEAST_SCORE && best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, name));
        }
    }
    let (_, name) = best?;
    let says = |part: &str| memchr::memmem::find(words.as_bytes(), part.as_bytes()).is_some();
    match name {
        // Pixar's is Apache's with another clause on trademarks and without the appendix, which many leave out of
        // Apache's too. It says what it is.
        "Pixar" if !says("Modified Apache 2.0 License") => Some(APACHE.to_owned()),
        APACHE if says("LLVM Exceptions to the Apache 2.0 License") => {
            canonical("Apache-2.0 WITH LLVM-exception")
        }
        name => only(name),
    }
}

/// The identifier that a text alone allows to give.
fn only(name: &str) -> Option<String> {
    let base = name
        .strip_suffix("-or-later")
        .or_else(|| name.strip_suffix("-only"));
    match base {
        Some(base) => canonical(&format!("{base}-only")),
        None => canonical(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the MIT licence.
    const MIT: &str = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software \
        and associated documentation files (the \"Software\"), to deal in the Software without restriction, including \
        without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies \
        of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following \
        conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies or \
        substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, \
        EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR \
        PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, \
        DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN \
        CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n";

    #[test]
    fn texts_are_told_whoever_holds_the_copyright() {
        let mit = format!("MIT License\n\nCopyright (c) 2026 Somebody\n\n{MIT}");
        assert_eq!(of_license(&mit).as_deref(), Some("MIT"));
        let wrapped = mit.replace(", ", ",\n");
        assert_eq!(of_license(&wrapped).as_deref(), Some("MIT"));
        assert_eq!(of_license("All rights reserved.").as_deref(), None);
        assert_eq!(of_license("").as_deref(), None);
    }

    #[test]
    fn every_listed_text_is_told_as_one_licence() {
        // Whatever order the table has, the same text has the same name.
        for (name, entry) in LICENSES
            .iter()
            .filter(|(name, _)| name.starts_with("GPL-") || **name == "Apache-2.0")
        {
            let scores: Vec<&str> = LICENSES
                .iter()
                .filter(|(_, other)| other.original.match_score(&entry.original) >= 1.0)
                .map(|(name, _)| *name)
                .collect();
            let names: Vec<Option<String>> = scores.iter().map(|name| only(name)).collect();
            assert!(
                names.windows(2).all(|pair| pair[0] == pair[1]),
                "{name}: {scores:?}"
            );
        }
    }

    #[test]
    fn hostile_texts_end() {
        for piece in ["a ", "copyright ", "(", "\n", "https://", "— "] {
            assert_eq!(of_license(&piece.repeat((256 << 10) / piece.len())), None);
        }
    }
}
