//! What a source file says of its licence in its first lines: an `SPDX-License-Identifier`, or one of the notices that
//! the licences themselves ask for.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use super::{canonical, grouped};

/// Bytes at the start of a source file in which its licence is looked for.
const HEADER_BYTES: usize = 4 << 10;

const IDENTIFIER: &str = "SPDX-License-Identifier:";

/// One of these stands in every notice.
static HINTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let hints = ["licen", "permission", "redistribution", "public domain"];
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .build(hints)
        .ok()
});

/// Notices whose words name one licence, in lower case without punctuation.
const NOTICES: [(&str, &str); 16] = [
    ("apache license version 2.0", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("boost software license version 1.0", "BSL-1.0"),
    ("cc0 1.0 universal", "CC0-1.0"),
    (
        "common development and distribution license version 1.0",
        "CDDL-1.0",
    ),
    ("eclipse public license v1.0", "EPL-1.0"),
    ("eclipse public license v2.0", "EPL-2.0"),
    ("eclipse public license v. 2.0", "EPL-2.0"),
    (
        "free and unencumbered software released into the public domain",
        "Unlicense",
    ),
    ("mozilla public license v. 2.0", "MPL-2.0"),
    ("mozilla public license version 2.0", "MPL-2.0"),
    ("mozilla public license version 1.1", "MPL-1.1"),
    (
        "permission is hereby granted free of charge to any person obtaining",
        "MIT",
    ),
    ("licensed under the mit license", "MIT"),
    ("under the mit license", "MIT"),
    ("or the mit license", "MIT"),
];

/// The licence that a source file says it is under.
pub(in crate::read::code) fn of_source(text: &str) -> Option<String> {
    let header = &text[..text.floor_char_boundary(HEADER_BYTES)];
    let hints = HINTS.as_ref()?;
    if !hints.is_match(header) {
        return None;
    }
    by_identifier(header).or_else(|| of_notice(header))
}

fn by_identifier(header: &str) -> Option<String> {
    let at = memchr::memmem::find(header.as_bytes(), IDENTIFIER.as_bytes())?;
    let line = header[at + IDENTIFIER.len()..].lines().next()?;
    let end = ["*/", "-->", "#}", "*)", "\\n", "\""]
        .iter()
        .filter_map(|mark| line.find(mark))
        .min();
    canonical(&line[..end.unwrap_or(line.len())])
}

/// The licences whose notices a text holds.
pub(super) fn of_notice(text: &str) -> Option<String> {
    let words = words(text);
    let holds = |phrase: &str| words.contains(phrase);
    let mut found: Vec<String> = Vec::new();
    for (phrase, license) in NOTICES {
        if holds(phrase) && found.iter().all(|known| known != license) {
            found.push(license.to_owned());
        }
    }
    if holds("redistribution and use in source and binary forms") {
        let clauses = match (holds("neither the name"), holds("all advertising materials")) {
            (_, true) => "BSD-4-Clause",
            (true, _) => "BSD-3-Clause",
            _ => "BSD-2-Clause",
        };
        found.push(clauses.to_owned());
    }
    if holds("with or without fee is hereby granted") {
        let condition = holds("provided that the above copyright notice");
        found.push(if condition { "ISC" } else { "0BSD" }.to_owned());
    }
    found.extend(gnu(&words));
    if found.len() < 2 {
        return found.pop();
    }
    found.sort_unstable();
    let is_choice =
        holds("dual licen") || holds("either of") || (holds("your option") && gnu(&words).is_none());
    let parts: Vec<String> = found.iter().map(|license| grouped(license)).collect();
    Some(parts.join(if is_choice { " OR " } else { " AND " }))
}

/// The GNU licence that a notice names, with its version.
fn gnu(words: &str) -> Option<String> {
    let names = [
        ("gnu affero general public license", "AGPL"),
        ("gnu lesser general public license", "LGPL"),
        ("gnu library general public license", "LGPL"),
        ("gnu general public license", "GPL"),
    ];
    let (at, family) = names
        .iter()
        .find_map(|(phrase, family)| Some((words.find(phrase)?, family)))?;
    // The version stands just before or behind the name.
    let from = words.floor_char_boundary(at.saturating_sub(120));
    let to = words.floor_char_boundary(at + 400);
    let near = &words[from..to];
    let versions = [
        ("version 2.1", "2.1"),
        ("version 2", "2.0"),
        ("version 3", "3.0"),
        ("v2", "2.0"),
        ("v3", "3.0"),
    ];
    let (_, version) = versions.iter().find(|(phrase, _)| near.contains(phrase))?;
    let later = near.contains("any later version") || near.contains("or later");
    canonical(&format!(
        "{family}-{version}-{}",
        if later { "or-later" } else { "only" }
    ))
}

/// A text's words in lower case, one space between them: comment marks and punctuation are gone.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let pieces = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '.'));
    for word in pieces {
        let word = word.trim_matches('.');
        // An abbreviation keeps its point: `v. 2.0`.
        if word.is_empty() {
            continue;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&word.to_ascii_lowercase());
        if word == "v" {
            words.push('.');
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_name_licences() {
        let cases = [
            (
                "// SPDX-License-Identifier: MIT OR Apache-2.0\nfn a() {}",
                Some("MIT OR Apache-2.0"),
            ),
            ("/* SPDX-License-Identifier: GPL-2.0 */", Some("GPL-2.0-only")),
            (
                "<!-- SPDX-License-Identifier: BSD-3-Clause -->",
                Some("BSD-3-Clause"),
            ),
            (
                "# SPDX-License-Identifier: (GPL-2.0+ OR MIT)\n",
                Some("(GPL-2.0-or-later OR MIT)"),
            ),
            ("// SPDX-License-Identifier: nonsense of mine\n", None),
            (
                "// Licensed under the Apache License, Version 2.0 (the \"License\");\n// you may not use",
                Some("Apache-2.0"),
            ),
            (
                "// Licensed under the Apache License, Version 2.0 <LICENSE-APACHE or\n// http://a> or the MIT \
                 license\n// <LICENSE-MIT or http://b>, at your\n// option.",
                Some("Apache-2.0 OR MIT"),
            ),
            (
                " * This program is free software; you can redistribute it and/or modify\n * it under the terms of \
                 the GNU General Public License as published by\n * the Free Software Foundation; either version 2 of \
                 the License, or\n * (at your option) any later version.",
                Some("GPL-2.0-or-later"),
            ),
            (
                "under the terms of version 2.1 of the GNU Lesser General Public License as published",
                Some("LGPL-2.1-only"),
            ),
            (
                "/* This Source Code Form is subject to the terms of the Mozilla Public\n * License, v. 2.0. If a copy",
                Some("MPL-2.0"),
            ),
            (
                "# Redistribution and use in source and binary forms, with or without\n# Neither the name of",
                Some("BSD-3-Clause"),
            ),
            (
                "// Use of this source code is governed by a licence that is elsewhere.",
                None,
            ),
            ("fn main() {}", None),
        ];
        for (text, license) in cases {
            assert_eq!(of_source(text).as_deref(), license, "{text}");
        }
        let late = format!("{}// SPDX-License-Identifier: MIT\n", "x = 1\n".repeat(1000));
        assert_eq!(of_source(&late), None);
    }
}
