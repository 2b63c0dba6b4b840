//! What single lines at the edges of an article say about it: when and by whom it was written, whose it is.

/// Bytes of a line about an article, at most.
const LONGEST: usize = 160;

/// Bytes of a line with a date that is no sentence.
const LONGEST_DATED: usize = 100;

/// One digit in this many letters and digits makes a line one of dates.
const DIGITS: usize = 5;

/// How lines with names begin, in lower case.
const BY: &[&str] = &[
    "by",
    "by:",
    "di",
    "door",
    "fotos:",
    "par",
    "photos by",
    "por",
    "posted by",
    "story by",
    "text by",
    "texto:",
    "von",
    "words by",
    "written by",
];

/// How lines that tell more of an article's making begin, in lower case.
const MADE: &[&str] = &[
    "author:",
    "edited by ",
    "fact checked by ",
    "last modified",
    "last reviewed",
    "last updated",
    "medically reviewed",
    "posted on ",
    "published on ",
    "published:",
    "reviewed by ",
    "updated on ",
    "updated:",
];

/// How lines behind an article begin, in lower case.
const BEHIND: &[&str] = &[
    "all rights reserved",
    "copyright ",
    "filed under",
    "posted in ",
    "share this",
    "sign up for ",
    "subscribe to ",
    "tagged:",
    "tags:",
    "©",
    "™ & ©",
    "(c) ",
];

/// Whether a line at an article's head tells when or by whom it was written.
pub(super) fn is_about(line: &str) -> bool {
    let line = line.trim();
    line.len() <= LONGEST && (is_dated(line) || is_byline(line))
}

/// Whether a line behind an article is no part of it.
pub(super) fn is_behind(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 2 * LONGEST {
        return false;
    }
    let lower = line.to_lowercase();
    let follows = lower.starts_with("follow ")
        && [" on twitter", " on facebook", " on instagram", " on x", "@"]
            .iter()
            .any(|place| lower.contains(place));
    follows || lower.ends_with("all rights reserved.") || BEHIND.iter().any(|start| lower.starts_with(start))
}

fn is_dated(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    let letters = line.chars().filter(|letter| letter.is_alphabetic()).count();
    let mut numbers = line
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|number| !number.is_empty());
    let has_year = numbers
        .clone()
        .any(|number| number.len() == 4 && ("1990".."2100").contains(&number));
    let has_more = numbers.nth(1).is_some();
    let is_mostly = digits * DIGITS >= digits + letters;
    has_year && has_more && !ends_sentence(line) && (is_mostly || line.len() <= LONGEST_DATED)
}

fn is_byline(line: &str) -> bool {
    let lower = line.to_lowercase();
    if MADE.iter().any(|start| lower.starts_with(start)) && !ends_sentence(line) {
        return true;
    }
    let names = BY.iter().find_map(|start| {
        let rest = lower.strip_prefix(start)?.strip_prefix(' ')?;
        line.get(line.len().checked_sub(rest.len())?..)
    });
    let begins_name = |names: &str| names.trim_start().starts_with(char::is_uppercase);
    names.is_some_and(begins_name) && line.len() <= LONGEST_DATED && !ends_sentence(line)
}

fn ends_sentence(line: &str) -> bool {
    line.ends_with(['.', '!', '?', '…', '。', ':', '"', '\u{201d}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_an_article_are_told_from_its_sentences() {
        for line in [
            "By Ann Lee",
            "Par Ann Lee et Bo Ro",
            "Written by Ann Lee, MD",
            "August 28, 2024",
            "30 avril 2015 à 07:19 (Mis à jour : 30 avril 2015 à 07:38)",
            "Ann Lee | Palma | 08/01/2014",
            "2018年6月18日 10:01 発信地",
            "Last updated: Feb 4, 2025",
            "Reviewed by Ann Lee, MD",
        ] {
            assert!(is_about(line), "{line}");
        }
        for line in [
            "By then the mill had been sold, and nobody remembered 3 May 1998.",
            "In 2024, 35 mills were sold.",
            "By the river",
            "Por la noche",
            "Chapter 3",
            "The 12 best mills of 2024 and 2025 are all in the north of the country, and none of them in the south, say its own",
        ] {
            assert!(!is_about(line), "{line}");
        }
    }

    #[test]
    fn lines_behind_an_article_are_known() {
        for line in [
            "© 2024 The Mill. All rights reserved.",
            "Copyright 2011 The Mill. This may not be published.",
            "Follow Ann Lee on Twitter: @ann",
            "Filed under: mills",
        ] {
            assert!(is_behind(line), "{line}");
        }
        for line in ["Follow the river on foot.", "The copyright ended.", "The end."] {
            assert!(!is_behind(line), "{line}");
        }
    }
}
