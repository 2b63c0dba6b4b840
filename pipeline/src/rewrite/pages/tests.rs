//! Pages as scanners and PDF tools leave them, and numbers that are none of pages.

use proptest::prelude::*;

use super::*;

fn stripped(text: &str) -> String {
    StripPages.rewrite(text.to_owned())
}

/// A page of twelve lines that ends in the middle of a sentence.
fn page(number: usize) -> String {
    let line = "the water rose and the miller went on along the bank,\n";
    let last = "o".repeat(number + 1);
    format!("and so {number} times {line}{}and he{last}\n", line.repeat(10))
}

#[test]
fn numbers_that_cut_sentences_go() {
    let plain: String = (0..6).map(page).collect();
    let alone: String = (0..6)
        .map(|number| format!("{}{}\n", page(number), number + 17))
        .collect();
    let set_off: String = (0..6)
        .map(|number| format!("{}\n   - {} -\n\n", page(number), number + 17))
        .collect();
    let with_head: String = (0..6)
        .map(|number| format!("{}{}\n\nTHE WEIR HOUSE\n\n", page(number), number + 17))
        .collect();
    for text in [&alone, &set_off] {
        assert_eq!(stripped(text).trim_end(), plain.trim_end());
    }
    // The head behind the last number stands beside it too.
    assert_eq!(stripped(&with_head).trim_end(), plain.trim_end());
    let in_head: String = (0..6)
        .map(|number| format!("{}{} THE WEIR HOUSE\n", page(number), number * 2))
        .collect();
    assert_eq!(stripped(&in_head).trim_end(), plain.trim_end());
}

#[test]
fn numbers_of_other_things_stay() {
    let chapters: String = (1..9)
        .map(|number| format!("CHAPTER {number}\n\n{}.\n\n", page(0).trim_end()))
        .collect();
    let sonnets: String = (1..9)
        .map(|number| {
            format!(
                "{number}\n\n{}",
                "From fairest creatures we desire increase,\n".repeat(13) + "To eat.\n\n"
            )
        })
        .collect();
    let table = "1\n2\n3\n4\n5\n6\n7\n8\n".to_owned();
    let list: String = (1..9)
        .map(|number| format!("{number} an item that is one of a list\n"))
        .collect();
    for text in [chapters, sonnets, table, list] {
        let before = (text.as_ptr(), text.clone());
        let after = StripPages.rewrite(text);
        assert_eq!((after.as_ptr(), after), before);
    }
}

#[test]
fn heads_beside_form_feeds_go() {
    let plain: String = (0..8).map(page).collect();
    let fed: String = (0..8)
        .map(|number| {
            let head = if number % 2 == 0 {
                "The Weir House"
            } else {
                "A Long Silence"
            };
            let first = if number == 0 {
                String::new()
            } else {
                format!("{head}\n\n")
            };
            format!("{first}{}\n          {}\n\u{c}", page(number), number + 5)
        })
        .collect();
    let text = stripped(&fed);
    // Each head stays where it stands first, as the heading that it may be.
    assert_eq!(text.matches("A Long Silence").count(), 1);
    assert_eq!(text.matches("The Weir House").count(), 1);
    let text = text
        .replace("\n\nA Long Silence\n\n", "\n")
        .replace("\n\nThe Weir House\n\n", "\n");
    assert_eq!(text.trim_end(), plain.trim_end());
    assert_eq!(
        stripped("One.\n\u{c}Two.\u{c}\nand three"),
        "One.\n\nTwo.\n\nand three"
    );
    let chapters: String = (1..9)
        .map(|number| {
            format!(
                "Chapter {number}\n\n{}\u{c}{}.\n\u{c}",
                page(number),
                page(number + 9).trim_end()
            )
        })
        .collect();
    assert_eq!(stripped(&chapters).matches("Chapter").count(), 8);
}

#[test]
fn marks_in_the_text_go() {
    let text = "One [Pg 12] two.[Pg 13] Three\n[Pg 14]\nfour [Page x]five.";
    assert_eq!(stripped(text), "One two. Three\nfour five.");
    assert_eq!(stripped("See [Pg 12] and [Pg 13]."), "See [Pg 12] and [Pg 13].");
}

proptest! {
    #[test]
    fn stripping_is_idempotent(
        pages in prop::collection::vec((0_usize..9, 0_u32..9, "(\n|\u{c}|\n\n|[Pg 3]|)"), 0..14),
        lines in 0_usize..9,
    ) {
        let text: String = pages
            .iter()
            .map(|(head, number, end)| {
                let text = "and so he went\n".repeat(lines);
                let head = ["", "HEAD\n", "HEAD 7\n", "\n", "The end.\n", "ii\n", "\r\n", "[Pg 4]\n", "x\u{c}"][*head];
                format!("{head}{text}{number}\n{end}")
            })
            .collect();
        let once = stripped(&text);
        prop_assert_eq!(stripped(&once), once);
    }

    #[test]
    fn any_text_is_stripped_once_for_all(text in "([a-z ]{1,9}|[0-9]|\n|\u{c}|i|HEAD|\\[Pg 1\\]|\\PC){0,80}") {
        let once = stripped(&text);
        prop_assert_eq!(once.find('\u{c}'), None);
        prop_assert_eq!(stripped(&once), once);
    }
}
