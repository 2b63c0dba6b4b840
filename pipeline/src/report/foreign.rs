//! Foreign text: names, paths and reasons come from recipes and raw data, and may hold anything.

/// Foreign text as one line that moves no cursor: control characters and those that turn the direction of writing
/// are shown as `?`.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        let turns_direction =
            matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let breaks_line = matches!(character, '\u{2028}' | '\u{2029}');
        if character.is_control() || turns_direction || breaks_line {
            cleaned.push('?');
        } else {
            cleaned.push(character);
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_moves_no_cursor() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d"), "a?[2Jb?c?d");
        assert_eq!(clean("Grüße, 世界"), "Grüße, 世界");
    }
}
