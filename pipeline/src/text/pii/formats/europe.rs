//! Europe but for Germany.
//!
//! Sources: the issuing authorities' descriptions of each number (HMRC, NHS, DVLA, Agenzia delle Entrate, Skatteverket,
//! Digi- ja väestötietovirasto, Polish PESEL act, INSEE, and so on).

use super::checks::{has_date, luhn_ok, mod11_10_ok, sum_by, varied};
use super::{Format, any};
use crate::text::pii::checksum::{base36, digits, is_day, luhn, mod97, pair, plain, weighted};
use crate::text::pii::kind::Kind::{NationalId, PostalCode, VehiclePlate};

pub(super) static FORMATS: &[Format] = &[
    Format::new(
        "at_svnr",
        NationalId,
        r"[1-9]\d{3} ?\d{6}",
        |text| {
            let d = digits(text);
            d.len() == 10 && weighted(&d, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == d[3]
        },
        &["svnr", "sozialversicherungsnummer", "versicherungsnummer"],
    ),
    Format::new(
        "be_rijksregister",
        NationalId,
        r"\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}",
        belgian,
        &[
            "rijksregisternummer",
            "registre national",
            "national register number",
            "insz",
            "niss",
        ],
    ),
    Format::new(
        "bg_egn",
        NationalId,
        r"\d{10}",
        |text| {
            let d = digits(text);
            let month = pair(&d, 2) % 20;
            is_day(month, pair(&d, 4)) && sum_by(text, &[2, 4, 8, 5, 10, 9, 7, 3, 6], 11) % 10 == d[9]
        },
        &["егн", "egn"],
    ),
    Format::new(
        "ch_ahv",
        NationalId,
        r"756\.?\d{4}\.?\d{4}\.?\d{2}",
        |text| sum_by(text, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1], 10) == 0,
        &["ahv", "avs", "ahv-nr", "ahv-nummer", "sozialversicherungsnummer"],
    ),
    Format::new(
        "es_nie",
        NationalId,
        r"[XYZ]-?\d{7,8}-?[A-Z]",
        spanish,
        &["nie", "extranjero", "extranjeros", "extranjería"],
    ),
    Format::new(
        "es_nif",
        NationalId,
        r"\d{7,8}-?[A-Z]",
        spanish,
        &["nif", "dni", "documento nacional", "identificación fiscal"],
    ),
    Format::new("es_passport", NationalId, r"[A-Z]{3}\d{6}", any, &["pasaporte"]),
    Format::new(
        "fi_personal_identity_code",
        NationalId,
        r"\d{6}[-+ABCDEFYXWVU]\d{3}[0-9A-FHJ-NPR-Y]",
        finnish,
        &[
            "hetu",
            "henkilötunnus",
            "personbeteckning",
            "personal identity code",
            "finnish id",
        ],
    ),
    Format::new(
        "fr_nir",
        NationalId,
        r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}",
        french,
        &["nir", "sécurité sociale", "numéro de sécu", "insee"],
    ),
    Format::new(
        "hr_oib",
        NationalId,
        r"\d{11}",
        mod11_10_ok,
        &["oib", "osobni identifikacijski broj"],
    ),
    Format::new(
        "it_driver_license",
        NationalId,
        r"[A-Z]{2}\d{7}[A-Z]|U1[B-DF-HJ-NPR-Z0-9]{7}[A-Z]",
        any,
        &["patente", "patente di guida"],
    ),
    Format::new(
        "it_fiscal_code",
        NationalId,
        r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]",
        any,
        &["codice fiscale", "cod. fisc", "c.f.", "cf", "fiscal code"],
    )
    .strictly(italian),
    Format::new(
        "it_identity_card",
        NationalId,
        r"[A-Z]{2} ?\d{7}|\d{7}[A-Z]{2}|[A-Z]{2} ?\d{5}[A-Z]{2}",
        any,
        &[
            "carta d'identità",
            "carta di identità",
            "carta identità",
            "identity card",
        ],
    ),
    Format::new("it_passport", NationalId, r"[A-Z]{2}\d{7}", any, &["passaporto"]),
    Format::new(
        "it_vat_code",
        NationalId,
        r"\d{11}",
        luhn_ok,
        &["partita iva", "p.iva", "p. iva", "piva"],
    ),
    Format::new(
        "nl_bsn",
        NationalId,
        r"\d{9}|\d{4}[. ]\d{2}[. ]\d{3}",
        |text| {
            let d = digits(text);
            let sum: i64 = d[..8]
                .iter()
                .zip([9_i64, 8, 7, 6, 5, 4, 3, 2])
                .map(|(d, w)| i64::from(*d) * w)
                .sum();
            varied(text) && (sum - i64::from(d[8])) % 11 == 0
        },
        &["bsn", "burgerservicenummer", "sofinummer"],
    ),
    Format::new(
        "no_fodselsnummer",
        NationalId,
        r"\d{6} ?\d{5}",
        |text| {
            sum_by(text, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1], 11) == 0
                && sum_by(text, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
        },
        &["fødselsnummer", "fodselsnummer", "personnummer"],
    ),
    Format::new(
        "pl_pesel",
        NationalId,
        r"\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\d|3[01])\d{5}",
        |text| sum_by(text, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10) == 0,
        &["pesel"],
    ),
    Format::new(
        "pt_nif",
        NationalId,
        r"[1235689]\d{2} ?\d{3} ?\d{3}",
        |text| {
            let sum = sum_by(text, &[9, 8, 7, 6, 5, 4, 3, 2], 11);
            sum < 11 && digits(text)[8] == if sum < 2 { 0 } else { 11 - sum }
        },
        &["nif", "contribuinte", "nipc"],
    ),
    Format::new(
        "ro_cnp",
        NationalId,
        r"[1-9]\d{12}",
        |text| {
            let d = digits(text);
            has_date(&d, 1)
                && sum_by(text, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], 11).min(11) % 10 == d[12] % 10
        },
        &["cnp", "cod numeric personal"],
    ),
    Format::new(
        "se_organisationsnummer",
        NationalId,
        r"(?:16)?\d{2}[2-9]\d{3}-?\d{4}",
        |text| {
            let d = digits(text);
            luhn(&d[d.len() - 10..])
        },
        &["organisationsnummer", "orgnummer", "org.nr", "orgnr", "org nr"],
    ),
    Format::new(
        "se_personnummer",
        NationalId,
        r"(?:1[89]|20)?\d{6}[-+]?\d{4}",
        |text| {
            let d = digits(text);
            let last = &d[d.len() - 10..];
            let day = pair(last, 4);
            luhn(last) && is_day(pair(last, 2), if day > 60 { day - 60 } else { day })
        },
        &["personnummer", "pnr", "samordningsnummer", "swedish id"],
    ),
    Format::new(
        "uk_driving_licence",
        NationalId,
        r"[A-Z9]{5}\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z9]{2}[A-Z0-9][A-Z]{2}",
        |text| {
            text.bytes()
                .take(5)
                .collect::<Vec<u8>>()
                .windows(2)
                .all(|pair| pair[0] != b'9' || pair[1] == b'9')
                && !text.starts_with('9')
        },
        &[
            "driving licence",
            "driving license",
            "licence number",
            "licence no",
            "dvla",
            "driver number",
        ],
    ),
    Format::new(
        "uk_nhs",
        NationalId,
        r"\d{3}[- ]?\d{3}[- ]?\d{4}",
        |text| sum_by(text, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11) == 0,
        &["nhs", "national health service", "health services authority"],
    ),
    Format::new(
        "uk_nino",
        NationalId,
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
        |text| {
            let prefix = &text[..2].to_ascii_uppercase();
            !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix.as_str())
        },
        &["national insurance", "ni number", "nino", "ni no"],
    ),
    Format::new(
        "uk_passport",
        NationalId,
        r"[A-Z]{2}\d{7}",
        any,
        &["passport", "passports"],
    ),
    Format::new(
        "uk_postcode",
        PostalCode,
        r"(?:GIR ?0AA|(?:[A-PR-UWYZ]\d{1,2}|[A-PR-UWYZ][A-HK-Y]\d{1,2}|[A-PR-UWYZ]\d[A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y]\d[ABEHMNPRV-Y]) ?\d[ABD-HJLNP-UW-Z]{2})",
        any,
        &["postcode", "post code"],
    ),
    Format::new(
        "uk_vehicle_registration",
        VehiclePlate,
        r"[A-HJ-PR-Y]{2}(?:0[2-9]|[12]\d|5\d|6\d|7\d) ?[A-HJ-PR-Z]{3}|[A-HJ-NPR-TV-Y]\d{1,3} ?[A-HJ-PR-Y]{3}|[A-HJ-PR-Y]{3} ?\d{1,3}[A-HJ-NPR-TV-Y]",
        any,
        &["registration", "vrm", "number plate", "reg number"],
    ),
];

/// Days since 1900 and 97; from 2000 on with a 2 before.
fn belgian(text: &str) -> bool {
    let d = digits(text);
    let number = |digits: &[u32]| {
        digits
            .iter()
            .fold(0_u64, |value, digit| value * 10 + u64::from(*digit))
    };
    let (base, check) = (number(&d[..9]), number(&d[9..]));
    97 - base % 97 == check || 97 - (base + 2_000_000_000) % 97 == check
}

/// The control letter of the Spanish number, whose first letter X, Y, Z stands for 0, 1, 2.
fn spanish(text: &str) -> bool {
    let characters = plain(text);
    let Some((letter, number)) = characters.split_last() else {
        return false;
    };
    let value = number.iter().fold(0_u32, |value, byte| {
        let digit = match byte {
            b'X' | b'Y' | b'Z' => u32::from(byte - b'X'),
            digit => base36(*digit),
        };
        value * 10 + digit
    });
    b"TRWAGMYFPDXBNJZSQVHLCKE"[(value % 23) as usize] == *letter
}

/// The date of birth and the check character: the nine digits by 31.
fn finnish(text: &str) -> bool {
    let d = digits(&text[..6]);
    let Ok(number) = format!("{}{}", &text[..6], &text[7..10]).parse::<u32>() else {
        return false;
    };
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(number % 31) as usize];
    is_day(pair(&d, 2), pair(&d, 0)) && text.as_bytes()[10].to_ascii_uppercase() == check
}

/// 97 less the remainder; Corsica's 2A and 2B count as 19 and 18.
fn french(text: &str) -> bool {
    let characters: String = text.chars().filter(|character| *character != ' ').collect();
    let number = characters
        .to_ascii_uppercase()
        .replace("2A", "19")
        .replace("2B", "18");
    let (body, check) = number.split_at(13);
    check.parse::<u32>() == Ok(97 - mod97(body.bytes()))
}

/// The control character: letters in odd places have values of a table of their own.
fn italian(text: &str) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let characters = plain(text);
    let value = |byte: u8| {
        if byte.is_ascii_digit() {
            u32::from(byte - b'0')
        } else {
            u32::from(byte - b'A')
        }
    };
    let sum: u32 = characters[..15]
        .iter()
        .enumerate()
        .map(|(place, byte)| {
            if place % 2 == 0 {
                ODD[value(*byte) as usize]
            } else {
                value(*byte)
            }
        })
        .sum();
    sum % 26 == value(characters[15])
}
