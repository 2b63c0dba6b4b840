//! Prose is unwrapped, everything else keeps its lines.

use proptest::prelude::*;

use super::*;

const PROSE: &str = "It was a bright cold day in April, and the clocks were striking\n\
                     thirteen. The miller went down to the weir, where the water had\n\
                     risen in the night, and looked for the boat that the children\n\
                     had left there on the evening before. It was not to be seen, and\n\
                     so he went on, along the bank, to the house of the ferryman.\n";

fn unwrapped(text: &str) -> String {
    Unwrap.rewrite(text.to_owned())
}

/// `PROSE` in one line.
fn one_line() -> String {
    PROSE.trim_end().replace('\n', " ") + "\n"
}

#[test]
fn paragraphs_become_lines() {
    let text = format!("CHAPTER I\n\n{PROSE}\n{PROSE}\n* * *\n\nTHE END\n");
    let line = one_line();
    assert_eq!(
        unwrapped(&text),
        format!("CHAPTER I\n\n{line}\n{line}\n* * *\n\nTHE END\n")
    );
    // Paragraphs that are told apart by their first line's indentation.
    let indented = format!("  {PROSE}  {PROSE}");
    assert_eq!(unwrapped(&indented), format!("  {line}  {line}"));
}

#[test]
fn everything_else_keeps_its_lines() {
    let others = [
        "Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,\nCould frame thy fearful symmetry?\n",
        "    So she went into the garden to cut a cabbage leaf to make a\n    an apple pie, and at the same time a great she-bear came up\n    the street and popped its head into the shop.\n",
        "- a first item of the list\n- a second item of the list, which is a little longer than that\n- a third item of the list, which is a little longer than that\n",
        "Wheat     3 bushels     12 shillings     at the lower mill in Inkford\nBarley    5 bushels      9 shillings     at the upper mill in Inkford\n",
        "“Yes.”\n“No?”\n“I should say so,” said he.\n“Well!”\n",
        "| one | two | three columns of a table that are as wide as the text |\n| 1   | 2   | three columns of a table that are as wide as the text |\n",
        "DRAMATIS PERSONAE\nA miller\nA ferryman\n",
    ];
    let line = one_line();
    for other in others {
        let text = format!("{PROSE}\n{other}\n{PROSE}\n{PROSE}");
        assert_eq!(unwrapped(&text), format!("{line}\n{other}\n{line}\n{line}"));
        // Without prose around it, nothing is certain.
        assert_eq!(unwrapped(&other.repeat(3)), other.repeat(3));
    }
}

#[test]
fn text_that_is_not_wrapped_is_not_copied() {
    let texts = [
        String::new(),
        "one line".to_owned(),
        one_line().repeat(3),
        "short\nlines\nof\nverse\n".repeat(9),
    ];
    for text in texts {
        let before = (text.as_ptr(), text.clone());
        let after = Unwrap.rewrite(text);
        assert_eq!((after.as_ptr(), after), before);
    }
}

#[test]
fn dashes_and_scripts_without_spaces_are_closed_up() {
    assert_eq!(separator("the place--", "around"), "");
    assert_eq!(separator("Anglo-", "Saxon"), "");
    assert_eq!(separator("pre-", "and postwar"), " ");
    assert_eq!(separator("漢字", "かな"), "");
    assert_eq!(separator("漢字", "and"), " ");
    assert_eq!(separator("word", "word"), " ");
}

/// Text wrapped at `width`, as the usual tools do it.
fn wrapped(words: &[String], width: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    for word in words {
        if length > 0 && length + 1 + word.len() > width {
            text.push('\n');
            length = 0;
        } else if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += word.len();
    }
    text.push('\n');
    text
}

proptest! {
    #[test]
    fn what_was_wrapped_comes_back(
        paragraphs in prop::collection::vec(prop::collection::vec("[a-z]{1,9}", 80..120), 1..5),
        width in 50_usize..90,
    ) {
        let text: Vec<String> = paragraphs.iter().map(|words| wrapped(words, width)).collect();
        let whole: Vec<String> = paragraphs.iter().map(|words| words.join(" ") + "\n").collect();
        prop_assert_eq!(unwrapped(&text.join("\n")), whole.join("\n"));
    }

    #[test]
    fn unwrapping_is_idempotent(
        paragraphs in prop::collection::vec(prop::collection::vec("([a-z]{1,9}|[A-Z][a-z]{1,30}\\.|-|1\\.|--|漢)", 1..60), 1..8),
        widths in prop::collection::vec(20_usize..90, 8),
        gap in "(\n|\n\n|\n  )",
    ) {
        let text: Vec<String> = paragraphs
            .iter()
            .zip(widths)
            .map(|(words, width)| wrapped(words, width))
            .collect();
        let once = unwrapped(&text.join(&gap));
        prop_assert_eq!(unwrapped(&once), once);
    }

    #[test]
    fn nothing_but_white_space_changes(text in "([a-z]{1,9}[ \n]|\n|  |-){0,200}") {
        let words = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(words(&unwrapped(&text)), words(&text));
    }
}
