//! Payment, banking, exchanges and shops.

use super::assigned::{Assigned, assigned};
use super::family::Family::Payment;
use super::token::{Token, token};

pub(super) static TOKENS: &[Token] = &[
    token(
        "stripe",
        Payment,
        "sk_",
        r"sk_(?:test|live|prod)_[a-zA-Z0-9]{10,99}",
    )
    .bits(2.0),
    token(
        "stripe",
        Payment,
        "rk_",
        r"rk_(?:test|live|prod)_[a-zA-Z0-9]{10,247}",
    )
    .bits(2.0),
    token("stripe-webhook", Payment, "whsec_", r"whsec_[A-Za-z0-9+/=]{32,}").bits(3.0),
    token("square", Payment, "sq0atp-", r"sq0atp-[A-Za-z0-9_-]{22,60}").bits(2.0),
    token("square", Payment, "sq0csp-", r"sq0csp-[A-Za-z0-9\\_-]{43}").bits(2.0),
    token("square", Payment, "EAAA", r"EAAA[A-Za-z0-9_-]{56,60}").bits(3.0),
    token("shopify", Payment, "shpat_", r"shpat_[a-fA-F0-9]{32}").bits(2.0),
    token("shopify", Payment, "shpca_", r"shpca_[a-fA-F0-9]{32}").bits(2.0),
    token("shopify", Payment, "shppa_", r"shppa_[a-fA-F0-9]{32}").bits(2.0),
    token("shopify", Payment, "shpss_", r"shpss_[a-fA-F0-9]{32}").bits(2.0),
    token(
        "shippo",
        Payment,
        "shippo_",
        r"shippo_(?:live|test)_[a-fA-F0-9]{40}",
    )
    .bits(2.0),
    token("easypost", Payment, "EZAK", r"EZAK[A-Za-z0-9]{54}").bits(2.0),
    token("easypost", Payment, "EZTK", r"EZTK[A-Za-z0-9]{54}").bits(2.0),
    token(
        "duffel",
        Payment,
        "duffel_",
        r"duffel_(?:test|live)_[A-Za-z0-9_=-]{43}",
    )
    .bits(2.0),
    token(
        "flutterwave",
        Payment,
        "FLWSECK_TEST-",
        r"FLWSECK_TEST-(?:[A-Ha-h0-9]{32}-X|[A-Ha-h0-9]{12})",
    )
    .bits(2.0),
    token(
        "flutterwave",
        Payment,
        "FLWPUBK_TEST-",
        r"FLWPUBK_TEST-[A-Ha-h0-9]{32}-X",
    )
    .bits(2.0),
    token("gocardless", Payment, "live_", r"live_[A-Za-z0-9_=-]{40}").bits(4.0),
    token(
        "braintree",
        Payment,
        "access_token$",
        r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}",
    ),
    token("lob", Payment, "live_", r"live_(?:pub_[a-f0-9]{31}|[a-f0-9]{35})").bits(3.0),
    token("lob", Payment, "test_", r"test_(?:pub_[a-f0-9]{31}|[a-f0-9]{35})").bits(3.0),
];

pub(super) static ASSIGNED: &[Assigned] = &[
    assigned("bittrex", Payment, &["bittrex"], r"[a-z0-9]{32}").bits(2.5),
    assigned("coinbase", Payment, &["coinbase"], r"[a-z0-9_-]{64}").bits(2.5),
    assigned("etsy", Payment, &["etsy"], r"[a-z0-9]{24}").bits(3.0),
    assigned("finicity", Payment, &["finicity"], r"[a-f0-9]{32}|[a-z0-9]{20}").bits(2.5),
    assigned("finnhub", Payment, &["finnhub"], r"[a-z0-9]{20}").bits(2.5),
    assigned("freemius", Payment, &["secret_key"], r"sk_[!-~]{29}"),
    assigned("freshbooks", Payment, &["freshbooks"], r"[a-z0-9]{64}").bits(2.5),
    assigned("gocardless", Payment, &["gocardless"], r"live_[a-z0-9_=-]{40}"),
    assigned("kraken", Payment, &["kraken"], r"[a-z0-9/=_+-]{80,90}").bits(3.0),
    assigned("lob", Payment, &["lob"], r"(?:live|test)_(?:pub_[a-f0-9]{31}|[a-f0-9]{35})"),
    assigned("plaid", Payment, &["plaid"], r"access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[a-z0-9]{30}|[a-z0-9]{24}").bits(3.3),
    assigned("squarespace", Payment, &["squarespace"], super::assigned::UUID),
];
