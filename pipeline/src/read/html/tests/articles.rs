//! What is kept and left out in articles: a small page for each rule.

use super::text_of;

const PROSE: &str =
    "The mill stood by the river, and the river ran on through the night, as it had for a hundred years.";

/// The main text of an article with `inside` between its paragraphs.
fn article(inside: &str) -> String {
    let page = format!(
        "<title>A mill by night - The Paper</title><meta property=og:type content=article>\
         <article class=article-body>{inside}</article>"
    );
    text_of(&page).expect("has text").text
}

/// The article's text where what `inside` adds is `kept`.
fn check(inside: &str, kept: &str) {
    let paragraphs = [PROSE; 4].join("\n\n");
    let text = article(&inside.replace("P4", &format!("<p>{PROSE}</p>").repeat(4)));
    assert_eq!(text, kept.replace("P4", &paragraphs), "{inside}");
}

#[test]
fn marked_words_of_a_sentence_stay_whatever_they_are_called() {
    check(
        "<p><span class=dateline>CAIRO —</span> Snow fell in the night, to the astonishment of all, on <a class=popup href=/a>the great old mill</a> and the \
         <a class=tags href=/b>river</a> in the night.</p>P4",
        "CAIRO — Snow fell in the night, to the astonishment of all, on the great old mill and the river in the night.\n\nP4",
    );
    check(
        "P4<p>One more sentence of the text that is long enough. <a class=share href=/c>Share it</a></p>",
        "P4\n\nOne more sentence of the text that is long enough.",
    );
}

#[test]
fn lines_about_the_article_are_left_out_at_its_head() {
    check("<p>By Ann Lee</p><p>March 3, 2024 at 10:15</p>P4", "P4");
    check("<ul><li>Feb. 21, 2019</li></ul>P4", "P4");
    check(
        "<p class=dek>What a mill does when nobody looks, and why it matters to us all.</p>P4",
        "P4",
    );
    check(
        "P4<p>By then it was 3 May 2024.</p>",
        "P4\n\nBy then it was 3 May 2024.",
    );
    check("P4<p>© 2024 The Paper. All rights reserved.</p>", "P4");
}

#[test]
fn the_title_is_left_out_and_headings_of_parts_stay() {
    check("<h2>A mill by night</h2>P4", "P4");
    check(
        "<h1>A mill by night</h1>P4<h2>A mill</h2>P4",
        "P4\n\nA mill\n\nP4",
    );
    check("<h1>Title</h1>P4<h1>First part</h1>P4", "P4\n\nFirst part\n\nP4");
    check(
        "<h1>Title</h1>P4<h3 class=sr-only>Tools of the page</h3>P4",
        "P4\n\nP4",
    );
}

#[test]
fn lists_are_told_from_teasers() {
    let item = |text: &str| format!("<li>{text}</li>");
    let links = item("<a href=/1>A book on water mills</a>")
        + &item("<a href=/2>A book on wind mills</a>")
        + &item("<a href=/3>A book on paper mills</a>");
    let kept = "- A book on water mills\n- A book on wind mills\n- A book on paper mills";
    check(
        &format!("P4<p>The best books on it are:</p><ul>{links}</ul>"),
        &format!("P4\n\nThe best books on it are:\n\n{kept}"),
    );
    check(&format!("P4<p>More from us:</p><ul>{links}</ul>"), "P4");
    check(
        &format!("P4<h3>More from The Paper</h3><ul>{links}</ul>P4"),
        "P4\n\nP4",
    );
    check(&format!("P4<p>Lesen Sie auch:</p><ul>{links}</ul>P4"), "P4\n\nP4");
    let sentences: String = ["Ann", "Bo", "Cy"]
        .map(|name| {
            item(&format!(
                "{name} <a href=/x>fixed the wheel of the old mill</a> in a single night, with nobody looking on."
            ))
        })
        .concat();
    assert!(
        article(&format!(
            "<p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p><ul>{sentences}</ul>"
        ))
        .contains("- Bo fixed")
    );
}

#[test]
fn adverts_between_paragraphs_are_left_out() {
    check(
        "P4<div>Advertisement</div>P4<p>Story continues below</p>P4",
        "P4\n\nP4\n\nP4",
    );
    check(
        "P4<table><tr><td>Wheel<td>Comment<tr><td>Old<td>Good</table>P4",
        "P4\n\nWheel | Comment\nOld | Good\n\nP4",
    );
}

#[test]
fn an_article_is_known_without_declarations() {
    let text = |head: &str, between: &str| {
        let page = format!(
            "<div>{head}{}</div>",
            format!("<p>{PROSE}</p>{between}").repeat(20)
        );
        text_of(&page).expect("has text").text
    };
    assert!(text("<h1>A mill</h1><p>By Ann Lee</p>", "").starts_with("The mill"));
    assert!(text("<h1>A mill</h1><div class=byline>Ann Lee</div>", "").starts_with("The mill"));
    // Nothing tells: the heading stays.
    assert!(text("<h1>A mill</h1>", "").starts_with("A mill"));
    // A list of posts has dates all along.
    assert!(
        text("<h1>Posts</h1><p>May 3, 2024</p>", "<p>May 4, 2024</p>").starts_with("Posts\n\nMay 3, 2024")
    );
}
