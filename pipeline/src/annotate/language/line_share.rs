//! How much of a text is in the language that most of it is in: on mixed pages, a menu in one language and an article
//! in another. Some lines are identified one by one, spread evenly over the text, so that the work is bounded.

/// Bytes that are looked at of a line.
const LINE_BYTES: usize = 256;

/// The share of characters in lines that `is_of_language` finds to be of it, over `most` lines at most. Lines without
/// letters, and those that nothing is found in (`None`), do not count. `None` where no line counts.
pub(super) fn line_share(
    lines: &[&str],
    most: u32,
    mut is_of_language: impl FnMut(&str) -> Option<bool>,
) -> Option<f64> {
    let (mut all, mut of_language) = (0_usize, 0_usize);
    for line in spread(lines, most as usize) {
        let start = &line[..line.floor_char_boundary(LINE_BYTES)];
        if let Some(is_of_language) = is_of_language(start) {
            let characters = line.chars().count();
            all += characters;
            of_language += if is_of_language { characters } else { 0 };
        }
    }
    (all > 0).then(|| of_language as f64 / all as f64)
}

/// Up to `most` lines with letters, the first of each of as many equal parts of the text.
fn spread<'a>(lines: &[&'a str], most: usize) -> impl Iterator<Item = &'a str> {
    let parts = most.min(lines.len());
    (0..parts).filter_map(move |part| {
        let (start, end) = (lines.len() * part / parts, lines.len() * (part + 1) / parts);
        let lines = lines.get(start..end)?.iter();
        lines.copied().find(|line| has_letters(line))
    })
}

fn has_letters(line: &str) -> bool {
    line[..line.floor_char_boundary(LINE_BYTES)]
        .chars()
        .any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted() {
        let is_a = |line: &str| Some(line.starts_with('a'));
        assert_eq!(line_share(&["aaa", "", "b", "12"], 10, is_a), Some(0.75));
        assert_eq!(line_share(&["", "12"], 10, is_a), None);
        assert_eq!(line_share(&["aaa", "b"], 0, is_a), None);
        assert_eq!(line_share(&["aaa"], 10, |_| None), None);
    }

    #[test]
    fn lines_are_spread_over_the_text() {
        let lines: Vec<String> = (0..1_000).map(|line| format!("line {line}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found: Vec<&str> = spread(&lines, 4).collect();
        assert_eq!(found, ["line 0", "line 250", "line 500", "line 750"]);
        assert_eq!(spread(&lines[..2], 4).count(), 2);
    }
}
