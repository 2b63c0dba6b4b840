//! English stop words: those that `RedPajama`-v2 counts, from the list that the SMART system went by.
//!
//! The list's contractions (`can't`) are left out, since they are looked for among words without punctuation, where
//! none can be.

use std::sync::LazyLock;

/// All of them, in lower case.
const WORDS: &str = "a able about above according accordingly across actually after afterwards again against all allow allows \
    almost alone along already also although always am among amongst an and another any anybody anyhow \
    anyone anything anyway anyways anywhere apart appear appreciate appropriate are around as aside ask \
    asking associated at available away awfully b be became because become becomes becoming been before \
    beforehand behind being believe below beside besides best better between beyond both brief but by c came \
    can cannot cant cause causes certain certainly changes clearly co com come comes concerning consequently \
    consider considering contain containing contains corresponding could course currently d definitely \
    described despite did different do does doing done down downwards during e each edu eg eight either else \
    elsewhere enough entirely especially et etc even ever every everybody everyone everything everywhere ex \
    exactly example except f far few fifth first five followed following follows for former formerly forth \
    four from further furthermore g get gets getting given gives go goes going gone got gotten greetings h \
    had happens hardly has have having he hello help hence her here hereafter hereby herein hereupon hers \
    herself hi him himself his hither hopefully how howbeit however i ie if ignored immediate in inasmuch \
    inc indeed indicate indicated indicates inner insofar instead into inward is it its itself j just k keep \
    keeps kept know known knows l last lately later latter latterly least less lest let like liked likely \
    little look looking looks ltd m mainly many may maybe me mean meanwhile merely might more moreover most \
    mostly much must my myself n name namely nd near nearly necessary need needs neither never nevertheless \
    new next nine no nobody non none noone nor normally not nothing novel now nowhere o obviously of off \
    often oh ok okay old on once one ones only onto or other others otherwise ought our ours ourselves out \
    outside over overall own p particular particularly per perhaps placed please plus possible presumably \
    probably provides q que quite qv r rather rd re really reasonably regarding regardless regards \
    relatively respectively right s said same saw say saying says second secondly see seeing seem seemed \
    seeming seems seen self selves sensible sent serious seriously seven several shall she should since six \
    so some somebody somehow someone something sometime sometimes somewhat somewhere soon sorry specified \
    specify specifying still sub such sup sure t take taken tell tends th than thank thanks thanx that thats \
    the their theirs them themselves then thence there thereafter thereby therefore therein theres thereupon \
    these they think third this thorough thoroughly those though three through throughout thru thus to \
    together too took toward towards tried tries truly try trying twice two u un under unfortunately unless \
    unlikely until unto up upon us use used useful uses using usually uucp v value various very via viz vs w \
    want wants was way we welcome well went were what whatever when whence whenever where whereafter whereas \
    whereby wherein whereupon wherever whether which while whither who whoever whole whom whose why will \
    willing wish with within without wonder would x y yes yet you your yours yourself yourselves z zero";

/// Bytes of the longest word that can be looked up; the longest one has thirteen.
const LONGEST: usize = 16;

/// Places in the table, four for each word: a power of two.
const PLACES: usize = 2048;

/// The words, each packed into a number, where its hash says or at the next free place.
static TABLE: LazyLock<Vec<u128>> = LazyLock::new(|| {
    let mut table = vec![0; PLACES];
    for word in WORDS.split_whitespace() {
        let Some(packed) = packed(word.as_bytes()) else {
            continue;
        };
        let mut place = place(packed);
        while table[place] != 0 {
            place = (place + 1) % PLACES;
        }
        table[place] = packed;
    }
    table
});

/// The words, ready to be looked up.
#[derive(Clone, Copy, Debug)]
pub struct StopWords {
    table: &'static [u128],
}

impl StopWords {
    /// The English ones.
    #[must_use]
    pub fn english() -> Self {
        Self { table: &TABLE }
    }

    /// Whether `word` is one of them; in lower case only.
    #[must_use]
    pub fn contain(self, word: &[u8]) -> bool {
        let Some(packed) = packed(word) else {
            return false;
        };
        let mut place = place(packed);
        loop {
            match self.table[place] {
                0 => return false,
                found if found == packed => return true,
                _ => place = (place + 1) % PLACES,
            }
        }
    }
}

/// `word` as a number; none where it is empty or too long.
fn packed(word: &[u8]) -> Option<u128> {
    let mut bytes = [0; LONGEST];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    Some(u128::from_le_bytes(bytes)).filter(|packed| *packed != 0)
}

fn place(packed: u128) -> usize {
    let bytes = packed.to_le_bytes();
    let half = |from: usize| {
        let mut half = [0; 8];
        half.copy_from_slice(&bytes[from..from + 8]);
        u64::from_le_bytes(half)
    };
    let mixed = (half(0) ^ half(8).rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> 53).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_found_and_no_others() {
        let words = StopWords::english();
        assert!(
            WORDS
                .split_whitespace()
                .all(|word| words.contain(word.as_bytes()))
        );
        assert!(WORDS.split_whitespace().is_sorted());
        assert!(WORDS.split_whitespace().count() * 3 < PLACES);
        for other in ["", "mill", "The", "corresponding words", "aa", "\0"] {
            assert!(!words.contain(other.as_bytes()), "{other}");
        }
    }
}
