//! The Americas.
//!
//! Sources: IRS, SSA, CMS (Medicare, provider identifiers), the ABA's routing numbers, DEA, Service Canada, Receita
//! Federal (CPF, CNPJ), SII (RUT), RENAPO (CURP).

use super::checks::{luhn_ok, sum_by, varied};
use super::{Format, any};
use crate::text::pii::checksum::{base36, digits, luhn, plain};
use crate::text::pii::kind::Kind::NationalId;

pub(super) static FORMATS: &[Format] = &[
    Format::new(
        "br_cnpj",
        NationalId,
        r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}",
        |text| {
            let d = digits(text);
            let check = |count: usize| brazilian(&d, count, 9);
            varied(text) && check(12) && check(13)
        },
        &["cnpj"],
    ),
    Format::new(
        "br_cpf",
        NationalId,
        r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}",
        |text| {
            let d = digits(text);
            let check = |count: usize| brazilian(&d, count, 11);
            varied(text) && check(9) && check(10)
        },
        &["cpf"],
    ),
    Format::new(
        "ca_sin",
        NationalId,
        r"[1-79]\d{2}(?:\d{6}|-\d{3}-\d{3}| \d{3} \d{3})",
        luhn_ok,
        &["sin", "social insurance"],
    ),
    Format::new(
        "cl_rut",
        NationalId,
        r"\d{1,2}\.?\d{3}\.?\d{3}-[\dK]",
        |text| {
            let characters = plain(text);
            let (check, number) = characters.split_at(characters.len() - 1);
            let sum: u32 = number
                .iter()
                .rev()
                .zip([2, 3, 4, 5, 6, 7].into_iter().cycle())
                .map(|(byte, weight)| base36(*byte) * weight)
                .sum();
            b"0K987654321"[(sum % 11) as usize] == check[0]
        },
        &["rut", "run"],
    ),
    Format::new(
        "medical_license",
        NationalId,
        r"[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}",
        |text| {
            let d = digits(&text[2..]);
            (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]
        },
        &["dea", "medical license", "certificate"],
    ),
    Format::new(
        "mx_curp",
        NationalId,
        r"[A-Z]{4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX][A-Z]{5}[A-Z\d]\d",
        any,
        &["curp"],
    ),
    Format::new(
        "us_aba_routing",
        NationalId,
        r"[0-3678]\d{3}-?\d{4}-?\d",
        |text| sum_by(text, &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10) == 0,
        &["routing", "aba", "rtn", "routing number"],
    ),
    Format::new(
        "us_bank_number",
        NationalId,
        r"\d{8,17}",
        any,
        &[
            "bank account",
            "account number",
            "checking account",
            "savings account",
        ],
    )
    .strictly(varied),
    Format::new(
        "us_driver_license",
        NationalId,
        r"[A-Z]{1,2}\d{3,14}R?|\d{6,9}[A-Z]{0,2}|H\d{8}|[A-Z]\d{18}|[A-Z]{2}\d{6}[A-Z]|\d{2}[A-Z]{3}\d{5,6}|\d{3}[A-Z]{2}\d{4}|[A-Z]\d[A-Z]\d[A-Z]|\d{10,16}|[A-Z][A-Z0-9*]{11}",
        |text| text.bytes().any(|byte| byte.is_ascii_digit()),
        &[
            "driver license",
            "driver's license",
            "drivers license",
            "driver licence",
            "dl number",
        ],
    ),
    Format::new(
        "us_itin",
        NationalId,
        r"9\d{2}(?:-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-| (?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9]) |(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-?|-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9]))\d{4}",
        any,
        &["itin", "taxpayer identification", "individual taxpayer"],
    ),
    Format::new(
        "us_mbi",
        NationalId,
        r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}",
        any,
        &[
            "medicare",
            "mbi",
            "beneficiary",
            "medicare beneficiary identifier",
        ],
    ),
    Format::new(
        "us_npi",
        NationalId,
        r"[12]\d{9}|[12]\d{3}[- ]\d{3}[- ]\d{3}",
        |text| {
            // The sum goes over the prefix 80840 of health identifiers of the United States, too.
            let prefixed: Vec<u32> = [8, 0, 8, 4, 0].into_iter().chain(digits(text)).collect();
            luhn(&prefixed) && varied(text)
        },
        &["npi", "national provider"],
    ),
    Format::new(
        "us_passport",
        NationalId,
        r"[A-Z]\d{8}|\d{9}",
        any,
        &["passport", "passport number", "travel document"],
    ),
];

/// The check digit after `count` digits: weights from 2 to `most` from the right, the sum by 11.
fn brazilian(digits: &[u32], count: usize, most: u32) -> bool {
    let weights = (2..=most).cycle();
    let sum: u32 = digits[..count]
        .iter()
        .rev()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let rest = sum % 11;
    digits[count] == if rest < 2 { 0 } else { 11 - rest }
}
