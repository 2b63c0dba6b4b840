//! Ranges of a text that were found in it: putting lists of them together, and writing something in their place.

use std::ops::Range;

/// Two lists of spans, each in order and without overlaps, as one such list; of two that overlap, the first list's
/// stands.
#[must_use]
pub fn merged<Span>(first: Vec<Span>, second: Vec<Span>, range: impl Fn(&Span) -> Range<usize>) -> Vec<Span> {
    if first.is_empty() {
        return second;
    }
    let mut all = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter().peekable();
    let mut taken = 0;
    for span in second {
        let Range { start, end } = range(&span);
        // What began before it and does not reach it, or overlaps it and goes first.
        while let Some(earlier) = first.next_if(|earlier| range(earlier).start < end) {
            taken = range(&earlier).end;
            all.push(earlier);
        }
        if taken <= start {
            taken = end;
            all.push(span);
        }
    }
    all.extend(first);
    all
}

/// `text` with something else in place of each span. They are in order and do not overlap.
#[must_use]
pub fn replaced<'a>(text: &str, spans: impl Iterator<Item = (Range<usize>, &'a str)>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut start = 0;
    for (range, instead) in spans {
        result.push_str(&text[start..range.start]);
        result.push_str(instead);
        start = range.end;
    }
    result.push_str(&text[start..]);
    result
}

/// How often each of `marks`, all of them in angle brackets, stands in `text`.
#[must_use]
pub fn marks<const COUNT: usize>(text: &str, marks: &[&str; COUNT]) -> [u64; COUNT] {
    let bytes = text.as_bytes();
    let mut counts = [0; COUNT];
    for start in memchr::memchr_iter(b'<', bytes) {
        if !bytes.get(start + 1).is_some_and(u8::is_ascii_uppercase) {
            continue;
        }
        let rest = &bytes[start..];
        if let Some(mark) = marks.iter().position(|mark| rest.starts_with(mark.as_bytes())) {
            counts[mark] += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans() -> impl Strategy<Value = Vec<Range<usize>>> {
        prop::collection::btree_set(0..60_usize, 0..12).prop_map(|borders| {
            let borders: Vec<usize> = borders.into_iter().collect();
            borders.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect()
        })
    }

    #[test]
    fn marks_are_counted() {
        assert_eq!(
            marks("<A><B> <A> <a> < A> <AB>", &["<A>", "<B>", "<C>"]),
            [2, 1, 0]
        );
    }

    #[test]
    fn spans_are_replaced_in_place() {
        let spans = [(0..1, "<A>"), (2..3, "<C>")];
        assert_eq!(replaced("abcd", spans.into_iter()), "<A>b<C>d");
    }

    proptest! {
        #[test]
        fn merged_spans_are_in_order_and_hold_the_first(first in spans(), second in spans()) {
            let all = merged(first.clone(), second, Clone::clone);
            prop_assert!(all.windows(2).all(|pair| pair[0].end <= pair[1].start));
            prop_assert!(first.iter().all(|span| all.contains(span)));
        }
    }
}
