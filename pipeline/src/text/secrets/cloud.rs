//! Clouds: their keys, and those of hosting, databases and infrastructure. Shapes are the providers' own.

use super::assigned::{Assigned, UUID, assigned};
use super::family::Family::Cloud;
use super::token::{Token, token};

pub(super) static TOKENS: &[Token] = &[
    token("aws-access-key", Cloud, "A3T", r"A3T[A-Z0-9][A-Z0-9]{16}").bits(2.0),
    token("aws-access-key", Cloud, "AKIA", r"AKIA[A-Z0-9]{16}").bits(2.0),
    token("aws-access-key", Cloud, "ASIA", r"ASIA[A-Z0-9]{16}").bits(2.0),
    token("aws-access-key", Cloud, "ABIA", r"ABIA[A-Z0-9]{16}"),
    token("aws-access-key", Cloud, "ACCA", r"ACCA[A-Z0-9]{16}"),
    token(
        "aws-bedrock-key",
        Cloud,
        "ABSK",
        r"ABSK[A-Za-z0-9+/]{109,269}={0,2}",
    )
    .bits(3.0),
    token(
        "aws-bedrock-key",
        Cloud,
        "bedrock-api-key-",
        r"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/_%=-]*",
    ),
    token("gcp-api-key", Cloud, "AIza", r"AIza[A-Za-z0-9_-]{35}").bits(3.5),
    token("gcp-oauth", Cloud, "ya29.", r"ya29\.[A-Za-z0-9_-]{50,}"),
    token("gcp-client-secret", Cloud, "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    token("alibaba-access-key", Cloud, "LTAI", r"LTAI[A-Za-z0-9]{12,20}").bits(2.0),
    token("clickhouse-key", Cloud, "4b1d", r"4b1d[A-Za-z0-9]{38}").bits(3.0),
    token(
        "cloudflare-origin-ca",
        Cloud,
        "v1.0-",
        r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}",
    )
    .bits(2.0),
    token("databricks", Cloud, "dapi", r"dapi[a-f0-9]{32}(?:-[0-9])?").bits(3.0),
    token("digitalocean", Cloud, "doo_v1_", r"doo_v1_[a-f0-9]{64}").bits(3.0),
    token("digitalocean", Cloud, "dop_v1_", r"dop_v1_[a-f0-9]{64}").bits(3.0),
    token("digitalocean", Cloud, "dor_v1_", r"dor_v1_[A-Fa-f0-9]{64}"),
    token("flyio", Cloud, "fo1_", r"fo1_[A-Za-z0-9_-]{43}").bits(4.0),
    token("flyio", Cloud, "fm1", r"fm1[ar]_[a-zA-Z0-9+/]{100,}={0,3}").bits(4.0),
    token("flyio", Cloud, "fm2_", r"fm2_[a-zA-Z0-9+/]{100,}={0,3}").bits(4.0),
    token("heroku-v2", Cloud, "HRKU-AA", r"HRKU-AA[0-9a-zA-Z_-]{58}").bits(4.0),
    token("openshift", Cloud, "sha256~", r"sha256~[A-Za-z0-9_-]{43}").bits(3.5),
    token(
        "planetscale",
        Cloud,
        "pscale_",
        r"pscale_(?:tkn|oauth|pw)_[A-Za-z0-9_=.-]{32,64}",
    )
    .bits(3.0),
    token("pulumi", Cloud, "pul-", r"pul-[a-f0-9]{40}").bits(2.0),
    token("scalingo", Cloud, "tk-us-", r"tk-us-[A-Za-z0-9_-]{48}").bits(2.0),
    token("vault-batch", Cloud, "hvb.", r"hvb\.[A-Za-z0-9_-]{138,300}").bits(4.0),
    token("vault-service", Cloud, "hvs.", r"hvs\.[A-Za-z0-9_-]{90,120}").bits(3.5),
    token("vault-service", Cloud, "s.", r"s\.[A-Za-z0-9]{24}").bits(3.9),
    token("doppler", Cloud, "dp.pt.", r"dp\.pt\.[A-Za-z0-9]{43}").bits(2.0),
    token(
        "yandex",
        Cloud,
        "t1.",
        r"t1\.[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]{86}={0,2}",
    ),
    token("yandex", Cloud, "AQVN", r"AQVN[A-Za-z0-9_-]{35,38}").bits(3.5),
    token(
        "dynatrace",
        Cloud,
        "dt0c01.",
        r"dt0c01\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}",
    )
    .bits(4.0),
    token("supabase", Cloud, "sbp_", r"sbp_[a-f0-9]{40}").bits(3.0),
];

pub(super) static ASSIGNED: &[Assigned] = &[
    assigned(
        "aws-secret-key",
        Cloud,
        &[
            "aws",
            "amazon",
            "secret_access",
            "secretaccess",
            "secret_key",
            "secretkey",
        ],
        r"[A-Za-z0-9/+]{40}",
    )
    .bits(3.8),
    assigned("alibaba-secret-key", Cloud, &["alibaba"], r"[a-z0-9]{30}").bits(2.0),
    assigned(
        "azure-storage-key",
        Cloud,
        &["accountkey", "account_key"],
        r"[A-Za-z0-9+/]{86}==",
    )
    .bits(3.0),
    assigned(
        "cloudflare-key",
        Cloud,
        &["cloudflare"],
        r"[a-f0-9]{37}|[a-z0-9_-]{40}",
    )
    .bits(3.0),
    assigned(
        "cloudant",
        Cloud,
        &["cloudant", "clou"],
        r"[0-9a-f]{64}|[a-z]{24}",
    )
    .bits(2.5),
    assigned("confluent", Cloud, &["confluent"], r"[a-z0-9]{64}|[a-z0-9]{16}").bits(2.5),
    assigned("heroku", Cloud, &["heroku"], UUID),
    assigned(
        "ibm-cloud-iam",
        Cloud,
        &["ibm", "cloud-iam", "cloud_iam", "iam"],
        r"[a-z0-9_-]{44}",
    )
    .bits(3.0),
    assigned(
        "ibm-cos-hmac",
        Cloud,
        &["cos", "secret_access_key", "secret-access-key", "hmac"],
        r"[a-f0-9]{48}",
    )
    .bits(2.5),
    assigned(
        "kucoin",
        Cloud,
        &["kucoin"],
        r"[a-f0-9]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    )
    .bits(2.0),
    assigned("netlify", Cloud, &["netlify"], r"[a-z0-9=_-]{40,46}").bits(2.5),
    assigned(
        "softlayer",
        Cloud,
        &["softlayer", "sl_", "sl-", "sl", "slapi"],
        r"[a-z0-9]{64}",
    )
    .bits(2.5),
    assigned(
        "terraform-token",
        Cloud,
        &["token", "terraform", "atlas"],
        r"[a-z0-9]{14}\.atlasv1\.[a-z0-9_=-]{60,70}",
    )
    .bits(3.5),
    assigned("yandex-aws", Cloud, &["yandex"], r"YC[a-zA-Z0-9_-]{38}"),
];
