//! Names of languages: ISO 639-1, ISO 639-3 and the labels of language models, all brought to ISO 639-3.
//!
//! A macrolanguage (ISO 639-3's word for what is one language to some and several to others: `zho` is Mandarin,
//! Cantonese and more) is understood as itself and its members, since some models know the whole and some the parts.
//!
//! Source: the code tables of SIL International, the registration authority of ISO 639-3, and the IANA registry of
//! language subtags (RFC 5646), as of 2024.

/// The language that `name` means, as an ISO 639-3 code of three letters: of `en`, `eng`, `EN`, `en-GB`,
/// `__label__en`, `__label__eng_Latn` and `zh-Hans`. None where `name` is no such spelling, or has two letters that are
/// no code. Three letters are taken for a code without asking which: there are 8,000.
///
/// ```
/// use gristmill::text::languages::iso639_3;
///
/// assert_eq!(iso639_3("__label__zho_Hans").as_deref(), Some("zho"));
/// assert_eq!(iso639_3("de-AT").as_deref(), Some("deu"));
/// assert_eq!(iso639_3("xx"), None);
/// ```
#[must_use]
pub fn iso639_3(name: &str) -> Option<String> {
    let name = name.strip_prefix("__label__").unwrap_or(name);
    let language = name.split(['-', '_']).next()?.to_ascii_lowercase();
    let is_plain = language.bytes().all(|byte| byte.is_ascii_lowercase());
    match language.len() {
        2 => of_two_letters(&language).map(str::to_owned),
        3 if is_plain => Some(language),
        _ => None,
    }
}

/// What a document of the language `code` (ISO 639-3) may be labelled as by a model: the code itself; of a
/// macrolanguage its members but those with a two-letter code of their own (Malay is not Indonesian), with the one
/// that stands for it; of the member that stands for a macrolanguage, that too.
#[must_use]
pub fn spellings(code: &str) -> Vec<&str> {
    let mut all = vec![code];
    for (whole, members) in MACROLANGUAGES {
        if whole == code {
            all.extend(members.split(' '));
        } else if members.split(' ').next() == Some(code) && STANDARD.contains(&code) {
            all.push(whole);
        }
    }
    all
}

/// All codes that are in the tables, of two letters and of three.
pub fn known() -> impl Iterator<Item = &'static str> {
    let members = MACROLANGUAGES
        .iter()
        .flat_map(|(whole, members)| std::iter::once(*whole).chain(members.split(' ')));
    TWO_LETTERS
        .iter()
        .flat_map(|(two, three)| [*two, *three])
        .chain(members)
}

/// The code of three letters for one of two; withdrawn ones are understood.
fn of_two_letters(code: &str) -> Option<&'static str> {
    let code = match code {
        "iw" => "he",
        "in" => "id",
        "ji" => "yi",
        "jw" => "jv",
        "mo" => "ro",
        // A family of languages, withdrawn from ISO 639-1; Wikipedia, and models made from it, have it.
        "bh" => return Some("bih"),
        code => code,
    };
    let place = TWO_LETTERS.binary_search_by_key(&code, |(two, _)| two).ok()?;
    TWO_LETTERS.get(place).map(|(_, three)| *three)
}

/// ISO 639-1 and what it is in ISO 639-3: all 184 codes, `sh` among them, which was withdrawn and is in use.
#[rustfmt::skip]
const TWO_LETTERS: [(&str, &str); 184] = [
    ("aa", "aar"), ("ab", "abk"), ("ae", "ave"), ("af", "afr"), ("ak", "aka"), ("am", "amh"),
    ("an", "arg"), ("ar", "ara"), ("as", "asm"), ("av", "ava"), ("ay", "aym"), ("az", "aze"),
    ("ba", "bak"), ("be", "bel"), ("bg", "bul"), ("bi", "bis"), ("bm", "bam"), ("bn", "ben"),
    ("bo", "bod"), ("br", "bre"), ("bs", "bos"), ("ca", "cat"), ("ce", "che"), ("ch", "cha"),
    ("co", "cos"), ("cr", "cre"), ("cs", "ces"), ("cu", "chu"), ("cv", "chv"), ("cy", "cym"),
    ("da", "dan"), ("de", "deu"), ("dv", "div"), ("dz", "dzo"), ("ee", "ewe"), ("el", "ell"),
    ("en", "eng"), ("eo", "epo"), ("es", "spa"), ("et", "est"), ("eu", "eus"), ("fa", "fas"),
    ("ff", "ful"), ("fi", "fin"), ("fj", "fij"), ("fo", "fao"), ("fr", "fra"), ("fy", "fry"),
    ("ga", "gle"), ("gd", "gla"), ("gl", "glg"), ("gn", "grn"), ("gu", "guj"), ("gv", "glv"),
    ("ha", "hau"), ("he", "heb"), ("hi", "hin"), ("ho", "hmo"), ("hr", "hrv"), ("ht", "hat"),
    ("hu", "hun"), ("hy", "hye"), ("hz", "her"), ("ia", "ina"), ("id", "ind"), ("ie", "ile"),
    ("ig", "ibo"), ("ii", "iii"), ("ik", "ipk"), ("io", "ido"), ("is", "isl"), ("it", "ita"),
    ("iu", "iku"), ("ja", "jpn"), ("jv", "jav"), ("ka", "kat"), ("kg", "kon"), ("ki", "kik"),
    ("kj", "kua"), ("kk", "kaz"), ("kl", "kal"), ("km", "khm"), ("kn", "kan"), ("ko", "kor"),
    ("kr", "kau"), ("ks", "kas"), ("ku", "kur"), ("kv", "kom"), ("kw", "cor"), ("ky", "kir"),
    ("la", "lat"), ("lb", "ltz"), ("lg", "lug"), ("li", "lim"), ("ln", "lin"), ("lo", "lao"),
    ("lt", "lit"), ("lu", "lub"), ("lv", "lav"), ("mg", "mlg"), ("mh", "mah"), ("mi", "mri"),
    ("mk", "mkd"), ("ml", "mal"), ("mn", "mon"), ("mr", "mar"), ("ms", "msa"), ("mt", "mlt"),
    ("my", "mya"), ("na", "nau"), ("nb", "nob"), ("nd", "nde"), ("ne", "nep"), ("ng", "ndo"),
    ("nl", "nld"), ("nn", "nno"), ("no", "nor"), ("nr", "nbl"), ("nv", "nav"), ("ny", "nya"),
    ("oc", "oci"), ("oj", "oji"), ("om", "orm"), ("or", "ori"), ("os", "oss"), ("pa", "pan"),
    ("pi", "pli"), ("pl", "pol"), ("ps", "pus"), ("pt", "por"), ("qu", "que"), ("rm", "roh"),
    ("rn", "run"), ("ro", "ron"), ("ru", "rus"), ("rw", "kin"), ("sa", "san"), ("sc", "srd"),
    ("sd", "snd"), ("se", "sme"), ("sg", "sag"), ("sh", "hbs"), ("si", "sin"), ("sk", "slk"),
    ("sl", "slv"), ("sm", "smo"), ("sn", "sna"), ("so", "som"), ("sq", "sqi"), ("sr", "srp"),
    ("ss", "ssw"), ("st", "sot"), ("su", "sun"), ("sv", "swe"), ("sw", "swa"), ("ta", "tam"),
    ("te", "tel"), ("tg", "tgk"), ("th", "tha"), ("ti", "tir"), ("tk", "tuk"), ("tl", "tgl"),
    ("tn", "tsn"), ("to", "ton"), ("tr", "tur"), ("ts", "tso"), ("tt", "tat"), ("tw", "twi"),
    ("ty", "tah"), ("ug", "uig"), ("uk", "ukr"), ("ur", "urd"), ("uz", "uzb"), ("ve", "ven"),
    ("vi", "vie"), ("vo", "vol"), ("wa", "wln"), ("wo", "wol"), ("xh", "xho"), ("yi", "yid"),
    ("yo", "yor"), ("za", "zha"), ("zh", "zho"), ("zu", "zul"),
];

/// Members that stand for their macrolanguage where a model knows only the one or the other.
#[rustfmt::skip]
const STANDARD: [&str; 26] = [
    "als", "arb", "azj", "bxr", "cmn", "dik", "ekk", "gaz", "gom", "gug", "khk", "kmr", "knc", "lvs", "mhr", "nob",
    "npi", "ory", "pbt", "pes", "plt", "quy", "swh", "uzn", "ydd", "zsm",
];

/// Macrolanguages and those of their members that have no two-letter code; the one that stands for the whole first,
/// where it is in `STANDARD`.
#[rustfmt::skip]
const MACROLANGUAGES: [(&str, &str); 62] = [
    ("aka", "fat"),
    ("ara", "arb aao abh abv acm acq acw acx acy adf aeb aec afb ajp apc apd arq ars ary arz auz avl ayh \
        ayl ayn ayp pga shu ssh"),
    ("aym", "ayc ayr"),
    ("aze", "azj azb"),
    ("bal", "bcc bgn bgp"),
    ("bik", "bcl bln bto cts fbl lbl rbl ubl"),
    ("bnc", "ebk lbk obk rbk vbk"),
    ("bua", "bxr bxm bxu"),
    ("chm", "mhr mrj"),
    ("cre", "crj crk crl crm csw cwd"),
    ("del", "umu unm"),
    ("den", "scs xsl"),
    ("din", "dik dib dip diw dks"),
    ("doi", "dgo xnr"),
    ("est", "ekk vro"),
    ("fas", "pes prs"),
    ("ful", "ffm fub fuc fue fuf fuh fui fuq fuv"),
    ("gba", "bdt gbp gbq gmm gso gya"),
    ("gon", "esg gno wsg"),
    ("grb", "gbo gec grj grv gry"),
    ("grn", "gug gnw gui gun nhd"),
    ("hai", "hax hdn"),
    ("hbs", "cnr"),
    ("hmn", "cqd hea hma hmc hmd hme hmg hmh hmi hmj hml hmm hmp hmq hms hmw hmy hmz hnj hrm huj mmr muq \
        mww sfm"),
    ("iku", "ike ikt"),
    ("ipk", "esi esk"),
    ("jrb", "ajt aju jye yhd yud"),
    ("kau", "knc kby krt"),
    ("kln", "enb eyo niq oki pko sgc spy tec tuy"),
    ("kok", "gom knn"),
    ("kom", "koi kpv"),
    ("kon", "kng kwy ldi"),
    ("kpe", "gkp xpe"),
    ("kur", "kmr ckb sdh"),
    ("lah", "hnd hno jat phr pnb skr xhe"),
    ("lav", "lvs ltg"),
    ("luy", "bxk ida lkb lko lks lri lrm lsm lto lts lwg nle nyd rag"),
    ("man", "emk mku mlq mnk msc mwk"),
    ("mlg", "plt bhr bmm bzc msh skg tdx tkg txy xmv xmw"),
    ("mon", "khk mvf"),
    ("msa", "zsm bjn btj bve bvu coa dup hji jak jax kvb kvr kxd lce lcf liw max meo mfa mfb min mqg msi \
        mui orn ors pel pse tmw urk vkk vkt xmm zlm zmi"),
    ("mwr", "dhd mtr mve rwr swv wry"),
    ("nep", "npi dty"),
    ("nor", "nob"),
    ("oji", "ciw ojb ojc ojg ojs ojw otw"),
    ("ori", "ory spv"),
    ("orm", "gaz gax hae orc"),
    ("pus", "pbt pbu pst"),
    ("que", "quy qub qud quf qug quh quk qul qup qur qus quw qux quz qva qvc qve qvh qvi qvj qvl qvm qvn \
        qvo qvp qvs qvw qvz qwa qwc qwh qws qxa qxc qxh qxl qxn qxo qxp qxr qxt qxu qxw"),
    ("raj", "bgq gda gju hoj mup wbr"),
    ("rom", "rmc rmf rml rmn rmo rmw rmy"),
    ("sqi", "als aae aat aln"),
    ("srd", "sdc sdn src sro"),
    ("swa", "swh swc"),
    ("syr", "aii cld"),
    ("tmh", "taq thv thz ttq"),
    ("uzb", "uzn uzs"),
    ("yid", "ydd yih"),
    ("zap", "zaa zab zac zad zae zaf zai zam zao zaq zar zas zat zav zaw zax zca zoo zpa zpb zpc zpd zpe \
        zpf zpg zph zpi zpj zpk zpl zpm zpn zpo zpp zpq zpr zps zpt zpu zpv zpw zpx zpy zpz zsr zte ztg \
        ztl ztm ztn ztp ztq zts ztt ztu ztx zty"),
    ("zha", "zch zeh zgb zgm zgn zhd zhn zlj zln zlq zqe zyb zyg zyj zyn zzj"),
    ("zho", "cmn cdo cjy cnp cpx csp czh czo gan hak hsn lzh mnp nan wuu yue"),
    ("zza", "diq kiu"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_spellings_are_understood() {
        for (name, expected) in [
            ("en", Some("eng")),
            ("ENG", Some("eng")),
            ("__label__en", Some("eng")),
            ("__label__eng_Latn", Some("eng")),
            ("zh-Hans", Some("zho")),
            ("pt_BR", Some("por")),
            ("iw", Some("heb")),
            ("ceb", Some("ceb")),
            ("sh", Some("hbs")),
            ("xx", None),
            ("", None),
            ("english", None),
            ("e1g", None),
            ("é", None),
        ] {
            assert_eq!(iso639_3(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn wholes_and_parts_find_each_other() {
        let chinese = spellings("zho");
        assert!(chinese.contains(&"zho") && chinese.contains(&"cmn") && chinese.contains(&"yue"));
        assert_eq!(spellings("cmn"), ["cmn", "zho"]);
        assert_eq!(spellings("yue"), ["yue"]);
        assert_eq!(spellings("nor"), ["nor", "nob"]);
        assert_eq!(spellings("nob"), ["nob", "nor"]);
        assert!(!spellings("msa").contains(&"ind"));
        assert_eq!(spellings("eng"), ["eng"]);
    }

    #[test]
    fn the_tables_are_sorted_and_without_doubles() {
        assert!(TWO_LETTERS.is_sorted_by(|left, right| left.0 < right.0));
        assert!(MACROLANGUAGES.is_sorted_by(|left, right| left.0 < right.0));
        let members: Vec<&str> = MACROLANGUAGES
            .iter()
            .flat_map(|(_, members)| members.split(' '))
            .collect();
        assert_eq!(members.iter().collect::<BTreeSet<_>>().len(), members.len());
        assert!(members.iter().all(|member| member.len() == 3));
        for standard in STANDARD {
            let firsts = MACROLANGUAGES
                .iter()
                .filter_map(|(_, members)| members.split(' ').next());
            assert_eq!(firsts.filter(|first| *first == standard).count(), 1, "{standard}");
        }
    }
}
