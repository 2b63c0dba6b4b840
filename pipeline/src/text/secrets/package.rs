//! Registries of packages.

use super::assigned::{Assigned, assigned};
use super::family::Family::Package;
use super::token::{Token, token};

pub(super) static TOKENS: &[Token] = &[
    token("npm", Package, "npm_", r"npm_[A-Za-z0-9]{36}").bits(2.0),
    token(
        "pypi",
        Package,
        "pypi-",
        r"pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZ)[A-Za-z0-9_-]{50,1000}",
    )
    .bits(3.0),
    token("rubygems", Package, "rubygems_", r"rubygems_[a-f0-9]{48}").bits(2.0),
    token("clojars", Package, "CLOJARS_", r"CLOJARS_[A-Za-z0-9]{60}").bits(2.0),
    token("clojars", Package, "clojars_", r"clojars_[A-Za-z0-9]{60}").bits(2.0),
    token("nuget", Package, "oy2", r"oy2[a-z0-9]{43}").bits(3.5),
    token("cargo", Package, "cio", r"cio[A-Za-z0-9]{32}").bits(4.0),
    token("artifactory", Package, "cmVmd", r"cmVmd[A-Za-z0-9]{59}").bits(4.5),
];

pub(super) static ASSIGNED: &[Assigned] = &[
    assigned(
        "jfrog",
        Package,
        &["jfrog", "artifactory", "bintray", "xray"],
        r"[a-z0-9]{73}|[a-z0-9]{64}",
    )
    .bits(2.5),
    assigned(
        "npm",
        Package,
        &["_authtoken", "_auth"],
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    assigned(
        "sidekiq",
        Package,
        &[
            "bundle_enterprise__contribsys__com",
            "bundle_gems__contribsys__com",
        ],
        r"[a-f0-9]{8}:[a-f0-9]{8}",
    ),
];
