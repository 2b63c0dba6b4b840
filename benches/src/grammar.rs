//! Grammar: whether the faults that are counted tell clean prose from broken prose.
//!
//! The clean texts are paragraphs of the corpus's English pages and books; each is broken in four ways, by a hash
//! of its text and nothing else. What is told is the area under the curve: the chance that of a clean and a broken
//! text, drawn at random, the broken one has more faults for each thousand words; 0.5 is guessing. Only every second
//! document counts, by a hash of its id: the others are what the rules were looked at on.

use anyhow::{Context, Result, ensure};
use arrow::array::AsArray;
use arrow::datatypes::Float64Type;
use gristmill::annotate::Subject;
use gristmill::annotate::columns::annotate;
use gristmill::annotate::quality::grammar::Grammar;
use gristmill::recipe::Group;
use gristmill::stage::Annotator;

use crate::corpus::Corpus;
use crate::measure::once;
use crate::row::{Row, Unit};

/// Words of a text at least, and bytes at most.
const FEWEST_WORDS: usize = 100;
const MOST_BYTES: usize = 6_000;

/// Makes broken prose of clean prose.
type Breaking = fn(&str, &mut Dice) -> String;

/// The ways in which prose is broken.
const BREAKINGS: [(&str, Breaking); 4] = [
    ("shuffled", shuffled),
    ("neighbours_swapped", swapped),
    ("misspelt", misspelt),
    ("wrong_forms", wrong_forms),
];

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let slice = corpus.slice()?;
    let is_held_out = |id: &str| hash(id) % 2 == 1;
    let documents = slice.documents.iter();
    let prose = documents.filter(|document| document.group != Group::Code && is_held_out(&document.id));
    let clean: Vec<String> = prose.filter_map(|document| paragraphs(&document.text)).collect();
    let (before, _) = faults(&clean)?;
    // Texts in other languages have no rate.
    let clean: Vec<(&String, f64)> = clean
        .iter()
        .zip(before)
        .filter_map(|(text, rate)| Some((text, rate?)))
        .collect();
    ensure!(clean.len() > 100, "only {} texts are English prose", clean.len());
    let rates: Vec<f64> = clean.iter().map(|(_, rate)| *rate).collect();
    for (name, breaking) in BREAKINGS {
        let broken: Vec<String> = clean
            .iter()
            .map(|(text, _)| breaking(text, &mut Dice(hash(text))))
            .collect();
        let ((after, bytes), cost) = once(|| faults(&broken))?;
        // What is broken so far that it is not taken for English is left to the rules on language.
        let after: Vec<f64> = after.into_iter().flatten().collect();
        let area = area_under_curve(&rates, &after);
        ensure!(area > 0.6, "{name}: an area of {area:.3} is next to guessing");
        rows.push(Row {
            name: format!("grammar.{name}"),
            beside: None,
            unit: Unit::Text,
            amount: bytes,
            documents: broken.len() as u64,
            cost,
            peak_bytes: None,
            answer: format!(
                "area under the curve {area:.3}; faults in a thousand words, median: clean {:.0}, broken {:.0}; {} of {} still English",
                median(&rates)?,
                median(&after)?,
                after.len(),
                clean.len()
            ),
        });
    }
    Ok(())
}

/// The paragraphs of whole sentences of `text`, if they are enough.
fn paragraphs(text: &str) -> Option<String> {
    let mut found = String::new();
    for paragraph in text.split("\n\n").map(str::trim) {
        let is_prose = paragraph.ends_with(['.', '!', '?']) && paragraph.split_whitespace().count() >= 15;
        if is_prose && found.len() + paragraph.len() <= MOST_BYTES {
            found.push_str(paragraph);
            found.push_str("\n\n");
        }
    }
    (found.split_whitespace().count() >= FEWEST_WORDS).then_some(found)
}

/// Faults in a thousand words of each text, and the bytes of all.
fn faults(texts: &[String]) -> Result<(Vec<Option<f64>>, u64)> {
    let annotators: [Box<dyn Annotator>; 1] = [Box::new(Grammar)];
    let subjects = texts.iter().map(|text| Subject::of_text(text, Group::Web));
    let columns = annotate(&annotators, subjects)?;
    let (_, column) = columns.first().context("one annotator gives one column")?;
    let rates = column
        .column_by_name("faults")
        .context("there is a rate of faults")?;
    let rates = rates
        .as_primitive_opt::<Float64Type>()
        .context("a rate is a number")?;
    let bytes = texts.iter().map(|text| text.len() as u64).sum();
    Ok((rates.iter().collect(), bytes))
}

/// The chance that one of `high` is above one of `low`; half of it where they are equal.
fn area_under_curve(low: &[f64], high: &[f64]) -> f64 {
    let mut wins = 0.0;
    for one in high {
        for other in low {
            wins += match one.total_cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    wins / (low.len() * high.len()) as f64
}

fn median(values: &[f64]) -> Result<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().context("there are texts")
}

fn hash(text: &str) -> u64 {
    let id = gristmill_schemas::document::DocumentId::of_place(text, "", 0, 0).0;
    u64::try_from(id >> 64).unwrap_or_default()
}

/// Numbers by chance, the same each time (`SplitMix64`, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((bits ^ (bits >> 31)) % bound.max(1) as u64).unwrap_or_default()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// The words of each sentence in another order, with a capital at the start and the stop at the end.
fn shuffled(text: &str, dice: &mut Dice) -> String {
    let sentences = text.split_inclusive(['.', '!', '?']).map(|sentence| {
        let stop = sentence.chars().next_back().filter(char::is_ascii_punctuation);
        let body = sentence.trim_end_matches(['.', '!', '?']);
        let mut words: Vec<String> = body.split_whitespace().map(str::to_owned).collect();
        if let Some(first) = words.first_mut() {
            *first = with_first(first, |letter| letter.to_lowercase().next());
        }
        dice.shuffle(&mut words);
        if let Some(first) = words.first_mut() {
            *first = with_first(first, |letter| letter.to_uppercase().next());
        }
        words.join(" ") + &stop.map(String::from).unwrap_or_default()
    });
    sentences.collect::<Vec<_>>().join(" ")
}

fn with_first(word: &str, change: fn(char) -> Option<char>) -> String {
    let mut letters = word.chars();
    let first = letters.next().and_then(change);
    first.into_iter().chain(letters).collect()
}

/// Every fifth word has changed places with the next.
fn swapped(text: &str, dice: &mut Dice) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    let mut place = 0;
    while place + 1 < words.len() {
        if dice.below(5) == 0 {
            words.swap(place, place + 1);
            place += 1;
        }
        place += 1;
    }
    words.join(" ")
}

/// Every twelfth longer word has two letters that changed places.
fn misspelt(text: &str, dice: &mut Dice) -> String {
    let words = text.split(' ').map(|word| {
        let is_plain = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_plain || dice.below(12) > 0 {
            return word.to_owned();
        }
        let mut letters: Vec<char> = word.chars().collect();
        let place = 1 + dice.below(letters.len() - 2);
        letters.swap(place, place + 1);
        letters.into_iter().collect()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Every third of the small words that depend on their neighbours stands in another form.
fn wrong_forms(text: &str, dice: &mut Dice) -> String {
    let words = text.split(' ').map(|word| {
        let other = match word {
            "is" => "are",
            "are" => "is",
            "was" => "were",
            "were" => "was",
            "has" => "have",
            "have" => "has",
            "a" => "an",
            "an" => "a",
            "they" => "him",
            "to" => "for",
            "of" => "to",
            "his" => "he",
            "their" => "they",
            _ => return word,
        };
        if dice.below(3) == 0 { other } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_chance() {
        assert!((area_under_curve(&[1.0, 2.0], &[3.0, 4.0]) - 1.0).abs() < 1e-9);
        assert!((area_under_curve(&[1.0, 2.0], &[1.0, 2.0]) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn prose_is_broken_the_same_way_each_time() {
        let text = "The miller is old and has a mill. They were there. ".repeat(10);
        for (name, breaking) in BREAKINGS {
            let once = breaking(&text, &mut Dice(7));
            assert_ne!(once, text, "{name}");
            assert_eq!(once, breaking(&text, &mut Dice(7)), "{name}");
        }
    }
}
