//! What an excerpt does not show: personal data, secrets and toxic words, each replaced by a placeholder.

use std::ops::Range;

use crate::annotate::safety::words::ToxicWords;
use crate::annotate::{Resources, Settings, Subject};
use crate::plan::PlanError;
use crate::recipe::Recipe;
use crate::recipe::written::Group;
use crate::stage::{Annotator, SignalRow};
use crate::text::{pii, secrets};

/// What stands for a toxic word or phrase.
const TOXIC: &str = "<TOXIC>";
/// Words of a phrase, at most, that is looked for.
const MOST_WORDS: usize = 5;

/// What finds the parts that are not shown.
pub(super) struct Masks {
    toxic: ToxicWords,
}

impl Masks {
    /// With the word lists of `recipe`, whether it drops documents by them or not.
    pub(super) fn of(recipe: &Recipe) -> Result<Self, PlanError> {
        let settings = Settings::of(recipe, &Resources::load(recipe)?);
        let further = settings.toxic_words.unwrap_or_default();
        Ok(Self {
            toxic: ToxicWords::new(&further)?,
        })
    }

    #[cfg(test)]
    pub(super) fn plain() -> Self {
        Self {
            toxic: ToxicWords::new(&[]).expect("the list of our own"),
        }
    }

    /// `address` without the personal data in it.
    pub(super) fn address(&self, address: &str) -> String {
        let mut masked = String::new();
        let mut next = 0;
        for (range, instead) in self.of_text(address, 0..address.len()) {
            masked.push_str(&address[next..range.start]);
            masked.push_str(instead);
            next = range.end;
        }
        masked + &address[next..]
    }

    /// The places within `around` that are masked, from left to right, and what stands there instead.
    pub(super) fn of_text(&self, text: &str, around: Range<usize>) -> Vec<(Range<usize>, &'static str)> {
        let part = &text[around.clone()];
        let moved = |range: Range<usize>| range.start + around.start..range.end + around.start;
        let mut masked: Vec<(Range<usize>, &'static str)> = pii::find(part)
            .into_iter()
            .map(|finding| (moved(finding.range), finding.kind.placeholder()))
            .collect();
        // The wider of the two ways to look for secrets: what is shown by mistake cannot be taken back.
        let secrets = secrets::find(part, secrets::Scope::Code).into_iter();
        let secrets = secrets.map(|finding| (finding.range, finding.family.placeholder()));
        let toxic = self.toxic_parts(part).into_iter().map(|range| (range, TOXIC));
        for (range, instead) in secrets.chain(toxic) {
            let range = moved(range);
            let is_free =
                |(other, _): &(Range<usize>, _)| range.end <= other.start || other.end <= range.start;
            if masked.iter().all(is_free) {
                masked.push((range, instead));
            }
        }
        masked.sort_by_key(|(range, _)| range.start);
        masked
    }

    fn toxic_parts(&self, text: &str) -> Vec<Range<usize>> {
        if !self.is_toxic(text) {
            return Vec::new();
        }
        let words = words(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            // The shortest phrase from here; its words before the toxic one are not part of it.
            let longest = MOST_WORDS.min(words.len() - at);
            let phrase = (1..=longest)
                .map(|length| words[at].start..words[at + length - 1].end)
                .position(|range| self.is_toxic(&text[range]));
            match phrase {
                Some(more)
                    if more == 0 || !self.is_toxic(&text[words[at + 1].start..words[at + more].end]) =>
                {
                    found.push(words[at].start..words[at + more].end);
                    at += more + 1;
                }
                _ => at += 1,
            }
        }
        found
    }

    fn is_toxic(&self, text: &str) -> bool {
        let mut row = FirstCount::default();
        self.toxic.annotate(&Subject::of_text(text, Group::Web), &mut row);
        row.0.unwrap_or(0) > 0
    }
}

/// The runs of letters and digits; each character of a script without spaces is one.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, character) in text.char_indices() {
        if !character.is_alphanumeric() {
            continue;
        }
        let end = at + character.len_utf8();
        match words.last_mut() {
            Some(last) if last.end == at && character.is_ascii() => last.end = end,
            Some(last) if last.end == at && u32::from(character) < 0x0E00 => last.end = end,
            _ => words.push(at..end),
        }
    }
    words
}

/// Takes the first count that an annotator puts.
#[derive(Default)]
struct FirstCount(Option<u64>);

impl SignalRow for FirstCount {
    fn count(&mut self, value: u64) {
        self.0.get_or_insert(value);
    }
    fn ratio(&mut self, _: Option<f64>) {}
    fn label(&mut self, _: Option<&str>) {}
    fn bytes(&mut self, _: Option<&[u8]>) {}
}
