//! Asia, Russia and Turkey.
//!
//! Sources: UIDAI, the GST network, Income Tax Department and Election Commission of India; the Ministry of the
//! Interior and Safety of Korea; ICA and ACRA of Singapore; Thailand's Department of Provincial Administration; GB
//! 11643 of China; NVI of Turkey; the BIR of the Philippines; the Federal Tax Service of Russia.

use super::checks::{has_date, sum_by, varied, verhoeff_ok};
use super::{Format, any};
use crate::text::pii::checksum::{base36, digits, is_day, is_uniform, pair, plain, weighted};
use crate::text::pii::kind::Kind::{NationalId, Phone, VehiclePlate};

pub(super) static FORMATS: &[Format] = &[
    Format::new(
        "cn_resident_id",
        NationalId,
        r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]",
        |text| {
            let characters = plain(text);
            let sum: u32 = characters[..17]
                .iter()
                .zip([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
                .map(|(byte, weight)| base36(*byte) * weight)
                .sum();
            b"10X98765432"[(sum % 11) as usize] == characters[17]
        },
        &["身份证", "身份证号", "id card", "居民身份证"],
    ),
    Format::new(
        "in_aadhaar",
        NationalId,
        r"[2-9]\d{3}(?:\d{8}|-\d{4}-\d{4}| \d{4} \d{4})",
        verhoeff_ok,
        &["aadhaar", "aadhar", "uidai", "uid"],
    ),
    Format::new(
        "in_gstin",
        NationalId,
        r"(?:0[1-9]|[12]\d|3[0-8]|97|99)[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]",
        any,
        &["gstin", "gst", "gst no", "gst number"],
    ),
    Format::new(
        "in_pan",
        NationalId,
        r"[A-Z]{3}[ABCFGHJLPTK][A-Z]\d{4}[A-Z]|[A-Z]{5}\d{4}[A-Z]",
        any,
        &["pan", "permanent account number", "income tax"],
    ),
    Format::new(
        "in_passport",
        NationalId,
        r"[A-PR-WY][1-9]\d ?\d{4}[1-9]",
        any,
        &["passport", "indian passport"],
    ),
    Format::new(
        "in_vehicle_registration",
        VehiclePlate,
        r"[A-Z]{2}\d{2}[A-Z]{1,2}\d{4}|[A-Z]{2}\d[A-Z]{1,3}\d{4}|I\d{5}|[A-Z]{1,3}\d{4}|\d{1,3}(?:CD|CC|UN)[1-9]\d{1,3}|[2-9][1-9]BH\d{4}[A-HJ-NP-Z]{2}|\d{2}[ABCDEFHKPRX]\d{6}[A-Z]",
        |text| !text.ends_with("0000"),
        &["rto", "vehicle", "number plate"],
    ),
    Format::new(
        "in_voter",
        NationalId,
        r"[A-Z]{3}\d{7}",
        any,
        &["voter", "epic", "voter id"],
    ),
    Format::new(
        "kr_brn",
        NationalId,
        r"\d{3}-?\d{2}-?\d{5}",
        |text| {
            let d = digits(text);
            let sum = weighted(&d, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + d[8] * 5 / 10;
            (10 - sum % 10) % 10 == d[9]
        },
        &["사업자등록번호", "business registration number", "brn"],
    ),
    Format::new(
        "kr_driver_license",
        NationalId,
        r"(?:1[1-9]|2[0-8])-\d{2}-\d{6}-\d{2}",
        any,
        &["운전면허", "driver license", "운전면허번호"],
    ),
    Format::new(
        "kr_frn",
        NationalId,
        r"\d{6}-?[5-8]\d{6}",
        |text| {
            let d = digits(text);
            has_date(&d, 0) && (d[..6] != [0; 6]) && foreign_date(&d)
        },
        &[
            "외국인등록번호",
            "frn",
            "foreigner registration",
            "alien registration",
        ],
    ),
    Format::new(
        "kr_passport",
        NationalId,
        r"[MSROD](?:\d{3}[A-Z]\d{4}|\d{8})",
        any,
        &["여권", "여권번호", "passport", "korean passport"],
    ),
    Format::new(
        "kr_rrn",
        NationalId,
        r"\d{6}-?[1-4]\d{6}",
        |text| has_date(&digits(text), 0),
        &["주민등록번호", "주민번호", "rrn", "resident registration"],
    )
    .strictly(|text| text.contains('-') || resident(text)),
    Format::new(
        "ph_mobile_number",
        Phone,
        r"(?:0|63)9\d{2}[ -]?\d{3}[ -]?\d{4}",
        varied,
        &["mobile", "cellphone", "globe", "smart"],
    ),
    Format::new(
        "ph_tin",
        NationalId,
        r"\d{3}-\d{3}-\d{3}(?:-\d{3,5})?",
        any,
        &["tin", "tax id", "bir"],
    ),
    Format::new(
        "ru_inn",
        NationalId,
        r"\d{10}(?:\d{2})?",
        |text| {
            let d = digits(text);
            let check = |weights: &[u32]| weighted(&d, weights) % 11 % 10;
            match d.len() {
                10 => varied(text) && check(&[2, 4, 10, 3, 5, 9, 4, 6, 8]) == d[9],
                _ => {
                    varied(text)
                        && check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == d[10]
                        && check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == d[11]
                }
            }
        },
        &["инн", "inn"],
    ),
    Format::new(
        "ru_passport",
        NationalId,
        r"\d{2} ?\d{2} ?\d{6}",
        varied,
        &["паспорт", "серия и номер"],
    ),
    Format::new(
        "ru_snils",
        NationalId,
        r"\d{3}-?\d{3}-?\d{3}[ -]?\d{2}",
        |text| {
            let d = digits(text);
            let sum = weighted(&d[..9], &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
            varied(text) && sum % 101 % 100 == pair(&d, 9)
        },
        &["снилс", "snils"],
    ),
    Format::new(
        "sg_fin",
        NationalId,
        r"[A-Z]\d{7}[A-Z]",
        any,
        &["nric", "fin", "fin number"],
    )
    .strictly(singaporean),
    Format::new(
        "sg_uen",
        NationalId,
        r"\d{8}[A-Z]|(?:19|20)\d{7}[A-Z]|[TSR]\d{2}[A-Z]{2}\d{4}[A-Z]",
        any,
        &["uen", "unique entity number"],
    ),
    Format::new(
        "th_tnin",
        NationalId,
        r"[1-9](?:[134]\d|[25][0134567]|[67][0-7]|[89][0-6])\d{10}|[1-9]-\d{4}-\d{5}-\d{2}-\d",
        |text| {
            let sum = sum_by(text, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], 11);
            sum < 11 && (11 - sum) % 10 == digits(text)[12]
        },
        &[
            "tnin",
            "thai national id",
            "thai id",
            "เลขประจำตัวประชาชน",
            "เลขบัตรประชาชน",
        ],
    ),
    Format::new(
        "tr_license_plate",
        VehiclePlate,
        r"(?:0[1-9]|[1-7]\d|8[01]) ?(?:[A-PR-VYZ] ?\d{4,5}|[A-PR-VYZ] ?\d{3}|[A-PR-VYZ]{2} ?\d{3,4}|[A-PR-VYZ]{3} ?\d{2,4})",
        any,
        &["plaka", "plakası"],
    ),
    Format::new(
        "tr_national_id",
        NationalId,
        r"[1-9]\d{10}",
        turkish,
        &["tckn", "t.c. kimlik", "tc kimlik", "kimlik no", "turkish id"],
    ),
    Format::new(
        "tr_phone_number",
        Phone,
        r"(?:(?:90|0) ?)?\(?[2-5]\d{2}\)?[ .-]?\d{3}[ .-]?\d{2}[ .-]?\d{2}",
        varied,
        &["telefon", "cep", "gsm"],
    ),
];

/// Of foreigners, the seventh digit tells the century: 5 and 6 for 1900, 7 and 8 for 2000.
fn foreign_date(d: &[u32]) -> bool {
    is_day(pair(d, 2), pair(d, 4)) && !is_uniform(d)
}

/// The check digit of resident numbers; those since October 2020 have none.
fn resident(text: &str) -> bool {
    let sum = sum_by(text, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5], 11);
    sum < 11 && (11 - sum) % 10 == digits(text)[12]
}

fn singaporean(text: &str) -> bool {
    let characters = plain(text);
    let d: Vec<u32> = characters[1..8].iter().map(|byte| base36(*byte)).collect();
    let sum = weighted(&d, &[2, 7, 6, 5, 4, 3, 2]);
    let (offset, letters): (u32, &[u8]) = match characters[0] {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    letters[((sum + offset) % 11) as usize] == characters[8]
}

fn turkish(text: &str) -> bool {
    let d = digits(text);
    let odd: u32 = d[..9].iter().step_by(2).sum();
    let even: u32 = d[1..8].iter().step_by(2).sum();
    let all: u32 = d[..10].iter().sum();
    (odd * 7 + 10 * 9 - even) % 10 == d[9] && all % 10 == d[10]
}
