//! The frame that Project Gutenberg puts around a book: where it begins and ends, and what its header says.
//!
//! Three generations of frames are known. Since 2003 a book stands between `*** START OF THE PROJECT GUTENBERG
//! EBOOK …` and `*** END OF …`; before, it began behind the small print, of which the last line begins with `*END*THE
//! SMALL PRINT`, and ended with `End of the Project Gutenberg Etext of …` or with nothing. Marks are compared by
//! their letters alone, since asterisks, spaces and case differ from book to book.

use std::ops::Range;

/// Lines that the title in a mark may take.
const MARK_LINES: usize = 3;

/// Lines between a first mark and a second one that begins the book, at most: an old header holds 300 lines of small
/// print.
const MOST_HEADER_LINES: usize = 600;

/// Lines at the start of a file of which one names the book.
const FIRST_LINES: usize = 5;

/// Lines at the start of a file among which the header's fields stand.
const FIELD_LINES: usize = 100;

/// What a header says of its book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `Title:`, with its continuation lines.
    pub title: Option<String>,
    /// `Author:`.
    pub author: Option<String>,
    /// `Language:`, as an ISO 639-1 code where the name is known.
    pub language: Option<String>,
    /// `Release Date:`, as `YYYY-MM-DD`, or the part of it that is given.
    pub date: Option<String>,
}

/// Whether the project's name stands anywhere.
#[must_use]
pub fn is_named(text: &str) -> bool {
    ["Gutenberg", "GUTENBERG"]
        .iter()
        .any(|name| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some())
        || memchr::memmem::find(text.as_bytes(), b"SMALL PRINT").is_some()
}

/// The parts of `text` that are the book, in order: one, or several where books were put together. `None` where
/// there is no frame.
#[must_use]
pub fn body(text: &str) -> Option<Vec<Range<usize>>> {
    if !is_named(text) {
        return None;
    }
    let mut parts = Vec::new();
    // Where the book began, and in which line; none outside of books.
    let mut inside = Some((0, 0));
    let mut is_framed = false;
    let mut lines = Lines::new(text);
    while let Some((start, line)) = lines.next() {
        match mark(line) {
            Some(Mark::Start) => {
                let begin = lines.behind_mark(line);
                // A second mark ends the header, and far behind it belongs to another book.
                if let Some((begun, number)) = inside
                    && lines.number - number > MOST_HEADER_LINES
                {
                    parts.push(begun..start);
                }
                inside = Some((begin, lines.number));
                is_framed = true;
            }
            Some(Mark::End) => {
                if let Some((begun, _)) = inside.take() {
                    parts.push(begun..start);
                }
                is_framed = true;
            }
            None => {}
        }
    }
    if let Some((begun, _)) = inside {
        parts.push(begun..text.len());
    }
    if !is_framed {
        return None;
    }
    let parts: Vec<Range<usize>> = parts
        .into_iter()
        .map(|part| {
            let begin = if part.start == 0 {
                0
            } else {
                behind_credits(text, part.start)
            };
            begin..part.end.max(begin)
        })
        .filter(|part| !text[part.clone()].trim().is_empty())
        .collect();
    Some(parts)
}

/// What the header says, if `text` has one.
#[must_use]
pub fn header(text: &str) -> Option<Header> {
    let beginning: Vec<&str> = text.lines().take(FIELD_LINES).collect();
    let end = beginning.iter().position(|line| mark(line) == Some(Mark::Start));
    let lines = &beginning[..end.unwrap_or(beginning.len())];
    let is_header = lines
        .iter()
        .any(|line| letters(line, 80).contains("PROJECTGUTENBERG"));
    if !is_header {
        return None;
    }
    let mut header = Header::default();
    let (mut title, mut author) = (None, None);
    for line in lines.iter().take(FIRST_LINES) {
        if title.is_none() {
            (title, author) = named_in(line);
        }
    }
    let mut number = 0;
    while number < lines.len() {
        let line = lines[number];
        number += 1;
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let mut value = squeezed(value);
        while let Some(next) = lines.get(number)
            && next.starts_with("  ")
            && !next.trim().is_empty()
        {
            value.push(' ');
            value.push_str(&squeezed(next));
            number += 1;
        }
        if value.is_empty() {
            continue;
        }
        match name.trim_start_matches('\u{feff}') {
            "Title" => _ = header.title.get_or_insert(value),
            "Author" => _ = header.author.get_or_insert(value),
            "Language" => _ = header.language.get_or_insert(language_code(&value)),
            "Release Date" | "Release date" => header.date = header.date.or_else(|| date_of(&value)),
            _ => {}
        }
    }
    header.title = header.title.or(title);
    header.author = header.author.or(author);
    Some(header)
}

/// Title and author in a first line: `Project Gutenberg's Emma, by Jane Austen`, `***The Project Gutenberg Etext of
/// Emma***`.
fn named_in(line: &str) -> (Option<String>, Option<String>) {
    let line = line.trim_matches(['*', ' ', '\r', '\u{feff}']);
    let found = [
        "Project Gutenberg's ",
        "Project Gutenberg’s ",
        "text of ",
        "Book of ",
    ]
    .iter()
    .find_map(|mark| line.split_once(mark));
    let Some((before, book)) = found.filter(|_| line.contains("Project Gutenberg")) else {
        return (None, None);
    };
    // Only the name of the project stands before.
    if before.len() > 40 || book.is_empty() {
        return (None, None);
    }
    match book.rsplit_once(", by ") {
        Some((title, author)) => (Some(squeezed(title)), Some(squeezed(author))),
        None => (Some(squeezed(book)), None),
    }
}

/// A border of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Start,
    End,
}

/// What border `line` is, if it is one.
fn mark(line: &str) -> Option<Mark> {
    // Cheap for nearly every line: a border begins with an asterisk or with the word.
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t']);
    if !line.starts_with(['*', 'E', 'e', 'S', 's']) {
        return None;
    }
    let has_asterisk = line.starts_with('*');
    let letters = letters(line, 80);
    let names = |rest: &str| {
        let rest = rest
            .strip_prefix("THE")
            .or_else(|| rest.strip_prefix("THIS"))
            .unwrap_or(rest);
        rest.starts_with("PROJECTGUTENBERG")
    };
    if let Some(rest) = letters.strip_prefix("STARTOF")
        && has_asterisk
        && names(rest)
    {
        return Some(Mark::Start);
    }
    if has_asterisk && letters.starts_with("ENDTHESMALLPRINT") {
        return Some(Mark::Start);
    }
    if has_asterisk && letters.starts_with("STARTFULLLICENSE") {
        return Some(Mark::End);
    }
    let rest = letters.strip_prefix("ENDOF")?;
    names(rest).then_some(Mark::End)
}

/// The first `most` ASCII letters of a line, in upper case.
fn letters(line: &str, most: usize) -> String {
    line.bytes()
        .filter(u8::is_ascii_alphabetic)
        .take(most)
        .map(|letter| char::from(letter.to_ascii_uppercase()))
        .collect()
}

/// The lines of a text, with their places.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            number: 0,
        }
    }

    fn next(&mut self) -> Option<(usize, &'a str)> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let start = self.at;
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        self.at += length;
        self.number += 1;
        Some((start, &rest[..length]))
    }

    /// Goes behind the mark that begins with `line`: a long title goes on, up to the asterisks that close it.
    fn behind_mark(&mut self, line: &str) -> usize {
        let (at, number) = (self.at, self.number);
        if line.trim_end().ends_with('*') {
            return at;
        }
        for _ in 1..MARK_LINES {
            match self.next() {
                Some((_, line)) if line.trim_end().ends_with("***") => return self.at,
                Some((_, line)) if !line.trim().is_empty() => {}
                _ => break,
            }
        }
        (self.at, self.number) = (at, number);
        at
    }
}

/// Where the book begins behind the lines on who made it.
fn behind_credits(text: &str, start: usize) -> usize {
    const CREDITS: [&str; 12] = [
        "produced by",
        "e-text prepared by",
        "etext prepared by",
        "etext produced by",
        "this etext was prepared by",
        "this etext was produced by",
        "this etext was transcribed by",
        "this ebook was produced by",
        "this ebook was prepared by",
        "transcribed from the",
        "html version by",
        "text file produced by",
    ];
    let mut begin = start;
    loop {
        let rest = &text[begin..];
        let blank = rest.len() - rest.trim_start().len();
        let paragraph = &rest[blank..];
        let beginning: String = paragraph.chars().take(30).collect::<String>().to_lowercase();
        if !CREDITS.iter().any(|credit| beginning.starts_with(credit)) {
            return begin;
        }
        let mut lines = Lines::new(paragraph);
        while let Some((_, line)) = lines.next() {
            if line.trim().is_empty() {
                break;
            }
        }
        begin += blank + lines.at;
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ISO 639-1 code of a language, by its English name; the name where it is not known.
fn language_code(name: &str) -> String {
    const CODES: [(&str, &str); 24] = [
        ("Catalan", "ca"),
        ("Chinese", "zh"),
        ("Czech", "cs"),
        ("Danish", "da"),
        ("Dutch", "nl"),
        ("English", "en"),
        ("Esperanto", "eo"),
        ("Finnish", "fi"),
        ("French", "fr"),
        ("German", "de"),
        ("Greek", "el"),
        ("Hungarian", "hu"),
        ("Icelandic", "is"),
        ("Italian", "it"),
        ("Japanese", "ja"),
        ("Latin", "la"),
        ("Norwegian", "no"),
        ("Polish", "pl"),
        ("Portuguese", "pt"),
        ("Russian", "ru"),
        ("Spanish", "es"),
        ("Swedish", "sv"),
        ("Tagalog", "tl"),
        ("Welsh", "cy"),
    ];
    let known = CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map_or_else(|| name.to_owned(), |(_, code)| (*code).to_owned())
}

/// The date in `June 25, 2008 [EBook #11]` or `March, 1994`.
fn date_of(value: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let value = value.split('[').next()?.to_lowercase();
    let mut parts = value.split([' ', ',']).filter(|part| !part.is_empty());
    let first = parts.next()?;
    let is_year = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_year(first) {
        return Some(first.to_owned());
    }
    let month = MONTHS.iter().position(|month| *month == first)? + 1;
    let second = parts.next()?;
    if is_year(second) {
        return Some(format!("{second}-{month:02}"));
    }
    let day: u8 = second.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year = parts.next().filter(|part| is_year(part))?;
    Some(format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<Vec<&str>> {
        Some(body(text)?.into_iter().map(|part| text[part].trim()).collect())
    }

    #[test]
    fn the_frame_of_every_generation_is_found() {
        let new = "The Project Gutenberg eBook of X\n\nTitle: X\n\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n\n\
                   Produced by A and\nthe B team\n\nCHAPTER I\n\nText.\n\n\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n\n\
                   Licence: Project Gutenberg is a trademark.\n";
        let long = "\u{feff}*** START OF THIS PROJECT GUTENBERG EBOOK A VERY\r\nLONG TITLE ***\r\n\r\nText.\r\n\
                    End of Project Gutenberg's A Very Long Title\r\n\r\n*** END OF THIS PROJECT GUTENBERG EBOOK";
        let old = "*The Project Gutenberg Etext of X*\n***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***\n\
                   Why?\n*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n\n  Text.\n\nTHE END\n";
        let behind = "Text.\n\nEnd of The Project Gutenberg Etext of X\n";
        let two = format!("{new}\n\n{new}");
        assert_eq!(parts(new), Some(vec!["CHAPTER I\n\nText."]));
        assert_eq!(parts(long), Some(vec!["Text."]));
        assert_eq!(parts(old), Some(vec!["Text.\n\nTHE END"]));
        assert_eq!(parts(behind), Some(vec!["Text."]));
        assert_eq!(parts(&two).map(|parts| parts.len()), Some(2));
    }

    #[test]
    fn a_text_that_speaks_of_the_project_has_no_frame() {
        let texts = [
            "",
            "Project Gutenberg's books are free.",
            "We read it on Project Gutenberg.\nEnd of story.",
            "*** START OF PART TWO ***\nGUTENBERG printed.",
        ];
        for text in texts {
            assert_eq!(body(text), None, "{text}");
        }
    }

    #[test]
    fn headers_are_read() {
        let text = "\u{feff}The Project Gutenberg EBook of Emma\n\nTitle: Emma\n  A Novel\n\nAuthor: Jane Austen\n\n\
                    Release Date: August, 1994 [EBook #158]\nLanguage: English\n\n*** START OF THE PROJECT GUTENBERG EBOOK\n\
                    Title: not this\n";
        let header = header(text).expect("a header");
        assert_eq!(header.title.as_deref(), Some("Emma A Novel"));
        assert_eq!(header.author.as_deref(), Some("Jane Austen"));
        assert_eq!(header.language.as_deref(), Some("en"));
        assert_eq!(header.date.as_deref(), Some("1994-08"));
        assert_eq!(super::header("Title: A page\n"), None);
        let old = super::header("***This is the Project Gutenberg Etext of Alice in Wonderland***\n")
            .expect("a header");
        assert_eq!(
            (old.title.as_deref(), old.author),
            (Some("Alice in Wonderland"), None)
        );
        let first = super::header("Project Gutenberg's Emma, by Jane Austen\n").expect("a header");
        assert_eq!(
            (first.title.as_deref(), first.author.as_deref()),
            (Some("Emma"), Some("Jane Austen"))
        );
        assert_eq!(
            date_of("June 25, 2008 [eBook #11]").as_deref(),
            Some("2008-06-25")
        );
        assert_eq!(date_of("nobody knows"), None);
    }
}
