//! Chunks that are taken apart, or kept whole, against the rules of affixes: contractions, times of day,
//! abbreviations, emoticons.
//!
//! The list is that of spaCy 3.8's English defaults, spelled as the grammar behind it rather than as its 1,347
//! entries: stems, what can follow them, with either apostrophe or none, in lower and in title case.

use std::sync::LazyLock;

use super::glance::{Glance, hash};

/// Pronouns and question words, each with what is contracted onto it.
const CONTRACTIONS: &[(&str, &str)] = &[
    ("i", "m m+a ve ll d ll+ve d+ve"),
    ("you", "ll d ll+ve d+ve re ve"),
    ("we", "ll d ll+ve d+ve re ve"),
    ("they", "ll d ll+ve d+ve re ve"),
    ("he", "ll d ll+ve d+ve s"),
    ("she", "ll d ll+ve d+ve s"),
    ("it", "ll d ll+ve d+ve s"),
    ("who", "s ll ll+ve re ve d d+ve"),
    ("what", "s ll ll+ve re ve d d+ve"),
    ("when", "s ll ll+ve re ve d d+ve"),
    ("where", "s ll ll+ve re ve d d+ve"),
    ("why", "s ll ll+ve re ve d d+ve"),
    ("how", "s ll ll+ve re ve d d+ve"),
    ("there", "s ll ll+ve re ve d d+ve"),
    ("that", "s ll ll+ve d d+ve"),
    ("this", "s ll ll+ve d d+ve"),
    ("these", "ll ll+ve re ve d d+ve"),
    ("those", "ll ll+ve re ve d d+ve"),
    ("could", "ve"),
    ("might", "ve"),
    ("must", "ve"),
    ("should", "ve"),
    ("would", "ve"),
    ("not", "ve"),
];

/// Verbs that are negated by contraction, and then may take a further `'ve`.
const NEGATED_HAVE: &str = "ca could do does did had may might must need ought sha should wo would";
/// Verbs that are negated by contraction.
const NEGATED: &str = "ai are is was were have has dare";

/// Contractions without an apostrophe that are words of their own.
const WORDS: &str = "ill its hell shell shed were well whore";

/// Words in pieces, without an apostrophe.
const PIECES: &str = "can+not gon+na got+ta";

/// Kept whole in lower and title case.
const WHOLE_BOTH_CASES: &str = "ma'am o'clock ma’am o’clock doin doin' doin’ goin goin' goin’ havin havin' havin’ \
    lovin lovin' lovin’ nothin nothin' nothin’ nuthin nuthin' nuthin’ ol ol' ol’ somethin somethin' somethin’ e.g. i.e.";

/// Kept whole as they are: abbreviations, clitics, emoticons.
const WHOLE: &str = "' '' 'Cause 'Cos 'Coz 'Cuz 'S 'bout 'cause 'cos 'coz 'cuz 'd 'em 'll 'nuff 're 's em ll nuff \
    ‘S ‘s ’ ’Cause ’Cos ’Coz ’Cuz ’S ’bout ’cause ’cos ’coz ’cuz ’d ’em ’ll ’nuff ’re ’s ’’ — \
    Adm. Ak. Ala. Apr. Ariz. Ark. Aug. Bros. C++ Calif. Co. Colo. Conn. Corp. D.C. Dec. Del. Dr. E.G. Feb. Fla. Ga. \
    Gen. Gov. I.E. Ia. Id. Ill. Inc. Ind. Jan. Jr. Jul. Jun. Kan. Kans. Ky. La. Ltd. Mar. Mass. Md. Messrs. Mich. Minn. \
    Miss. Mo. Mont. Mr. Mrs. Ms. Mt. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov. Oct. Okla. Ore. Pa. Ph.D. Prof. \
    Rep. Rev. S.C. Sen. Sep. Sept. St. Tenn. V.V Va. Wash. Wis. a.m. p.m. and/or co. v.s. vs. w/o \
    a. b. c. d. e. f. g. h. i. j. k. l. m. n. o. p. q. r. s. t. u. v. w. x. y. z. ä. ö. ü. \
    (*_*) (-8 (-: (-; (-_-) (._.) (: (; (= (>_<) (^_^) (o: (¬_¬) (ಠ_ಠ) (╯°□°）╯︵┻━┻ )-: ): -_- -__- ._. 0.0 0.o 0_0 \
    0_o 8) 8-) 8-D 8D :'( :') :'-( :'-) :( :(( :((( :() :) :)) :))) :* :-( :-(( :-((( :-) :-)) :-))) :-* :-/ :-0 :-3 \
    :-> :-D :-O :-P :-X :-] :-o :-p :-x :-| :-} :/ :0 :1 :3 :> :D :O :P :X :] :o :o) :p :x :| :} :’( :’) :’-( :’-) ;) \
    ;-) ;-D ;D ;_; <.< </3 <3 <33 <333 <space> =( =) =/ =3 =D =[ =] =| >.< >.> >:( >:o ><(((*> @_@ O.O O.o O_O O_o XD \
    XDD [-: [: [= \\\") \\n \\t ]= ^_^ ^__^ ^___^ o.0 o.O o.o o_0 o_O o_o v.v v_v V_V xD xDD ¯\\(ツ)/¯ ಠ_ಠ ಠ︵ಠ";

/// The list, ready for look-up.
pub(super) static EXCEPTIONS: LazyLock<Exceptions> = LazyLock::new(Exceptions::new);

/// A hash table of chunks. They are looked up for every word, so a first glance at a table of bits turns nearly all
/// other words away.
pub(super) struct Exceptions {
    glance: Glance,
    buckets: Vec<Vec<Exception>>,
}

/// A chunk and what it is taken apart into.
pub(super) struct Exception {
    pub(super) chunk: Box<str>,
    /// The lengths of its pieces in bytes.
    pub(super) pieces: Box<[u8]>,
}

const BUCKETS: usize = 4096;

/// Bytes of the longest exception that is taken up.
const LONGEST: usize = 31;

impl Exceptions {
    fn new() -> Self {
        let mut table = Self {
            glance: Glance::default(),
            buckets: (0..BUCKETS).map(|_| Vec::new()).collect(),
        };
        let either_case = |table: &mut Self, pieces: &[&str]| {
            table.insert(pieces);
            let title = title_case(pieces[0]);
            let mut titled = pieces.to_vec();
            titled[0] = &title;
            table.insert(&titled);
        };
        for (stem, endings) in CONTRACTIONS {
            for ending in endings.split(' ') {
                for apostrophe in ["'", "’", ""] {
                    let parts = ending.split('+');
                    // `I'ma` has one apostrophe, `I'd've` has two.
                    let endings: Vec<String> = parts
                        .map(|part| {
                            if part == "a" {
                                part.to_owned()
                            } else {
                                format!("{apostrophe}{part}")
                            }
                        })
                        .collect();
                    let pieces: Vec<&str> = [*stem]
                        .into_iter()
                        .chain(endings.iter().map(String::as_str))
                        .collect();
                    if !WORDS.split(' ').any(|word| word == pieces.concat()) {
                        either_case(&mut table, &pieces);
                    }
                }
            }
        }
        for (verb, have) in NEGATED_HAVE
            .split(' ')
            .map(|verb| (verb, true))
            .chain(NEGATED.split(' ').map(|verb| (verb, false)))
        {
            for (not, further) in [("n't", "'ve"), ("n’t", "’ve"), ("nt", "ve")] {
                either_case(&mut table, &[verb, not]);
                if have {
                    either_case(&mut table, &[verb, not, further]);
                }
            }
        }
        for apostrophe in ["'", "’"] {
            either_case(&mut table, &["let", &format!("{apostrophe}s")]);
            either_case(&mut table, &[&format!("c{apostrophe}m"), "on"]);
            either_case(
                &mut table,
                &["how", &format!("{apostrophe}d"), &format!("{apostrophe}y")],
            );
            table.insert(&[&format!("y{apostrophe}"), "all"]);
        }
        table.insert(&["y", "all"]);
        for word in PIECES.split(' ') {
            let pieces: Vec<&str> = word.split('+').collect();
            either_case(&mut table, &pieces);
        }
        for hour in 1..=12 {
            for half in ["am", "pm", "a.m.", "p.m."] {
                table.insert(&[&hour.to_string(), half]);
            }
        }
        for scale in ["c", "f", "k", "C", "F", "K"] {
            table.insert(&["°", scale, "."]);
        }
        for word in WHOLE_BOTH_CASES.split_whitespace() {
            either_case(&mut table, &[word]);
        }
        for word in WHOLE.split_whitespace() {
            table.insert(&[word]);
        }
        table
    }

    /// The lengths of the pieces of `chunk` in bytes, where it is an exception.
    #[inline]
    pub(super) fn find(&self, chunk: &str) -> Option<&[u8]> {
        if chunk.len() > LONGEST || !self.glance.may_hold(chunk) {
            return None;
        }
        self.look_up(chunk)
    }

    /// All of them, in no meaningful but always the same order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Exception> {
        self.buckets.iter().flatten()
    }

    #[cold]
    fn look_up(&self, chunk: &str) -> Option<&[u8]> {
        let bucket = self.buckets.get(hash(chunk) % BUCKETS)?;
        bucket
            .iter()
            .find(|exception| &*exception.chunk == chunk)
            .map(|exception| &*exception.pieces)
    }

    fn insert(&mut self, pieces: &[&str]) {
        let chunk = pieces.concat();
        if chunk.len() > LONGEST || self.find(&chunk).is_some() {
            return;
        }
        self.glance.insert(&chunk);
        let lengths = pieces
            .iter()
            .filter_map(|piece| u8::try_from(piece.len()).ok())
            .collect();
        if let Some(bucket) = self.buckets.get_mut(hash(&chunk) % BUCKETS) {
            bucket.push(Exception {
                chunk: chunk.into(),
                pieces: lengths,
            });
        }
    }
}

fn title_case(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_gives_the_list() {
        let entries = EXCEPTIONS.buckets.iter().map(Vec::len).sum::<usize>();
        // spaCy's 1,347 without those of white space alone.
        assert!((1_320..=1_350).contains(&entries), "{entries}");
        let pieces = |chunk| EXCEPTIONS.find(chunk).map(<[u8]>::to_vec);
        assert_eq!(pieces("don't"), Some(vec![2, 3]));
        assert_eq!(pieces("Shouldn’t’ve"), Some(vec![6, 5, 5]));
        assert_eq!(pieces("Ima"), Some(vec![1, 1, 1]));
        assert_eq!(pieces("12p.m."), Some(vec![2, 4]));
        assert_eq!(pieces("well"), None);
        assert_eq!(pieces("the"), None);
        assert_eq!(pieces("(╯°□°）╯︵┻━┻"), Some(vec![29]), "the longest");
    }
}
