//! Australia, Nigeria, South Africa.
//!
//! Sources: ATO (TFN), ABR (ABN), ASIC (ACN), Services Australia (Medicare), NIMC of Nigeria, the Department of Home
//! Affairs of South Africa.

use super::checks::{has_date, luhn_ok, sum_by, varied, verhoeff_ok};
use super::{Format, any};
use crate::text::pii::checksum::{digits, weighted};
use crate::text::pii::kind::Kind::{MacAddress, NationalId, VehiclePlate};

pub(super) static FORMATS: &[Format] = &[
    Format::new(
        "au_abn",
        NationalId,
        r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}",
        |text| {
            let mut d = digits(text);
            d[0] -= 1;
            weighted(&d, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]).is_multiple_of(89)
        },
        &["abn", "australian business number"],
    ),
    Format::new(
        "au_acn",
        NationalId,
        r"\d{3} ?\d{3} ?\d{3}",
        |text| {
            let sum = sum_by(text, &[8, 7, 6, 5, 4, 3, 2, 1], 10);
            sum < 10 && (10 - sum) % 10 == digits(text)[8]
        },
        &["acn", "australian company number"],
    ),
    Format::new(
        "au_medicare",
        NationalId,
        r"[2-6]\d{3} ?\d{5} ?\d",
        |text| sum_by(text, &[1, 3, 7, 9, 1, 3, 7, 9], 10) == digits(text)[8],
        &["medicare"],
    ),
    Format::new(
        "au_tfn",
        NationalId,
        r"\d{3} ?\d{3} ?\d{3}",
        |text| sum_by(text, &[1, 4, 3, 7, 5, 8, 6, 9, 10], 11) == 0,
        &["tfn", "tax file number"],
    ),
    Format::new(
        "mac_address",
        MacAddress,
        r"[0-9A-F]{2}(?::[0-9A-F]{2}){5}|[0-9A-F]{2}(?:-[0-9A-F]{2}){5}|[0-9A-F]{4}\.[0-9A-F]{4}\.[0-9A-F]{4}",
        |text| {
            let digits: Vec<u8> = text
                .bytes()
                .filter(u8::is_ascii_hexdigit)
                .map(|byte| byte.to_ascii_lowercase())
                .collect();
            !digits.iter().all(|digit| *digit == b'f') && !digits.iter().all(|digit| *digit == b'0')
        },
        &["mac", "mac address", "hwaddr", "ether"],
    ),
    Format::new(
        "ng_nin",
        NationalId,
        r"\d{11}",
        verhoeff_ok,
        &["nin", "national identification number", "nimc"],
    ),
    Format::new(
        "ng_vehicle_registration",
        VehiclePlate,
        r"[A-Z]{3}-?\d{3}[A-Z]{2}",
        any,
        &["plate number", "vehicle", "number plate"],
    ),
    Format::new(
        "za_id_number",
        NationalId,
        r"\d{13}",
        |text| {
            let d = digits(text);
            has_date(&d, 0) && d[10] < 2 && luhn_ok(text)
        },
        &["south african id", "rsa id", "id number", "identity number"],
    )
    .strictly(varied),
];
