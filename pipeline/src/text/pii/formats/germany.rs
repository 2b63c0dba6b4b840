//! Germany: documents of identity, tax, health and trade.
//!
//! Sources: ICAO 9303 for documents, § 139b AO (tax id), § 290 SGB V (health insurance), § 147 SGB VI (pension
//! insurance), the KBV's rules for physicians' and practices' numbers, the ordinances on driving licences and number plates.

use super::checks::{has_date, mod11_10_ok};
use super::{Format, any};
use crate::text::pii::checksum::{base36, digits, icao, pair, plain};
use crate::text::pii::kind::Kind::{NationalId, PostalCode, VehiclePlate};

pub(super) static FORMATS: &[Format] = &[
    Format::new(
        "de_bsnr",
        NationalId,
        r"\d{9}",
        |text| text != "000000000",
        &["bsnr", "betriebsstättennummer"],
    )
    .strictly(|text| REGIONS.contains(&pair(&digits(text), 0))),
    Format::new(
        "de_fuehrerschein",
        NationalId,
        r"[A-Z]{2}\d{8}[A-Z0-9]|[A-Z]\d{9}[A-Z0-9]",
        any,
        &["führerschein", "führerscheinnummer", "fahrerlaubnis"],
    ),
    Format::new(
        "de_handelsregister",
        NationalId,
        r"HR[AB] ?\d{1,6}",
        any,
        &[
            "handelsregister",
            "amtsgericht",
            "registergericht",
            "handelsregisternummer",
        ],
    ),
    Format::new(
        "de_health_insurance",
        NationalId,
        r"[A-Z]\d{9}",
        insured,
        &[
            "kvnr",
            "krankenkasse",
            "krankenversicherung",
            "versichertennummer",
        ],
    ),
    Format::new(
        "de_id_card",
        NationalId,
        r"[LMNPRTVWXY][CFGHJ-NPRTV-Z0-9]{8}|T\d{8}",
        |text| plain(text)[1..].iter().any(u8::is_ascii_digit) && has_icao_digit(text),
        &["personalausweis", "personalausweisnummer", "ausweisnummer"],
    ),
    Format::new(
        "de_kfz",
        VehiclePlate,
        r"[A-Z]{1,3}(?:-| )[A-Z]{1,2}[- ]?[1-9]\d{0,3}[EH]?",
        any,
        &["kennzeichen", "kfz"],
    ),
    Format::new(
        "de_lanr",
        NationalId,
        r"\d{9}",
        physician,
        &["lanr", "arztnummer"],
    ),
    Format::new(
        "de_passport",
        NationalId,
        r"[CFGHJ-NPRTV-Z][CFGHJ-NPRTV-Z0-9]{8}",
        has_icao_digit,
        &["reisepass", "passnummer", "reisepassnummer", "passport"],
    ),
    Format::new(
        "de_plz",
        PostalCode,
        r"(?:0[1-9]|[1-9]\d)\d{3}",
        |text| text != "99999" && text >= "01001",
        &["plz", "postleitzahl"],
    ),
    Format::new(
        "de_social_security",
        NationalId,
        r"\d{2} ?\d{6} ?[A-Z] ?\d{3}",
        pension,
        &[
            "sozialversicherungsnummer",
            "rentenversicherungsnummer",
            "versicherungsnummer",
        ],
    ),
    Format::new(
        "de_tax_id",
        NationalId,
        r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}",
        mod11_10_ok,
        &[
            "steuer-id",
            "steueridentifikationsnummer",
            "idnr",
            "steuerliche identifikationsnummer",
            "steuer-identifikationsnummer",
        ],
    )
    .strictly(|text| repeats(&digits(text)[..10])),
    Format::new(
        "de_tax_number",
        NationalId,
        r"(?:0[1-9]|1[0-6]|2[1-8]|3[0-2]|4[01]|5\d|9\d)\d{11}|\d{2,3}/\d{3,4}/\d{4,5}",
        any,
        &["steuernummer", "st.-nr", "steuer-nr", "stnr"],
    ),
    Format::new(
        "de_vat_id",
        NationalId,
        r"DE ?\d{9}",
        mod11_10_ok,
        &["ust-idnr", "ust-id", "umsatzsteuer", "vat", "ust"],
    ),
];

/// The codes of the associations of physicians, the first two digits of a practice's number.
const REGIONS: [u32; 19] = [
    1, 2, 3, 17, 20, 35, 38, 46, 51, 52, 71, 72, 73, 74, 78, 83, 88, 93, 98,
];

/// The last of nine characters checks the eight before it.
fn has_icao_digit(text: &str) -> bool {
    let characters = plain(text);
    let Some((check, rest)) = characters.split_last() else {
        return false;
    };
    check.is_ascii_digit() && icao(rest) == base36(*check)
}

/// Alternating weights over characters, the digits of each product added up.
fn cross(digits: &[u32], weights: &[u32]) -> u32 {
    let products = digits.iter().zip(weights).map(|(digit, weight)| digit * weight);
    products.map(|product| product / 10 + product % 10).sum()
}

/// The letter counts as two digits, its place in the alphabet.
fn with_letter(text: &str) -> Vec<u32> {
    plain(text)
        .into_iter()
        .flat_map(|byte| match byte {
            b'A'..=b'Z' => vec![u32::from(byte - b'A' + 1) / 10, u32::from(byte - b'A' + 1) % 10],
            digit => vec![base36(digit)],
        })
        .collect()
}

fn insured(text: &str) -> bool {
    let d = with_letter(text);
    d.len() == 11 && cross(&d[..10], &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == d[10]
}

fn pension(text: &str) -> bool {
    let d = with_letter(text);
    let day = pair(&d, 2) % 50;
    d.len() == 13
        && (1..=31).contains(&day)
        && has_date(&[d[6], d[7], d[4], d[5], day / 10, day % 10], 0)
        && cross(&d[..12], &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 == d[12]
}

fn physician(text: &str) -> bool {
    let d = digits(text);
    let sum: u32 = d[..6]
        .iter()
        .zip([4, 9, 4, 9, 4, 9])
        .map(|(digit, weight)| digit * weight)
        .sum();
    (10 - sum % 10) % 10 == d[6]
}

/// Of the first ten digits, one is there twice or thrice, the others once.
fn repeats(digits: &[u32]) -> bool {
    let mut counts = [0_usize; 10];
    for digit in digits {
        counts[*digit as usize % 10] += 1;
    }
    let several: Vec<usize> = counts.into_iter().filter(|count| *count > 1).collect();
    matches!(several[..], [2 | 3])
}
