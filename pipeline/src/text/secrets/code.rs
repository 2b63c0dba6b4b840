//! Version control, pipelines, code analysis and trackers.

use super::assigned::{Assigned, UUID, assigned};
use super::family::Family::Code;
use super::token::{Token, token};

pub(super) static TOKENS: &[Token] = &[
    token("github", Code, "ghp_", r"ghp_[A-Za-z0-9_]{36,}").bits(2.5),
    token("github", Code, "gho_", r"gho_[A-Za-z0-9_]{36,}").bits(2.5),
    token("github", Code, "ghu_", r"ghu_[A-Za-z0-9_]{36,}").bits(2.5),
    token("github", Code, "ghs_", r"ghs_[A-Za-z0-9_]{36,}").bits(2.5),
    token("github", Code, "ghr_", r"ghr_[A-Za-z0-9_]{36,}").bits(2.5),
    token("github", Code, "github_pat_", r"github_pat_[A-Za-z0-9_]{82}").bits(2.5),
    token(
        "gitlab",
        Code,
        "glpat-",
        r"glpat-[A-Za-z0-9_-]{20,22}(?:\.[A-Za-z0-9_-]{2}\.[A-Za-z0-9_-]{9})?",
    )
    .bits(3.0),
    token(
        "gitlab",
        Code,
        "glpat-",
        r"glpat-[A-Za-z0-9_-]{27,300}\.[0-9a-z]{2}[A-Za-z0-9]{7}",
    )
    .bits(3.0),
    token("gitlab", Code, "gldt-", r"gldt-[A-Za-z0-9_-]{20}").bits(3.0),
    token("gitlab", Code, "glft-", r"glft-[A-Za-z0-9_-]{20}").bits(3.0),
    token("gitlab", Code, "glsoat-", r"glsoat-[A-Za-z0-9_-]{20}").bits(3.0),
    token("gitlab", Code, "glrt-", r"glrt-[A-Za-z0-9_-]{20,}").bits(3.0),
    token(
        "gitlab",
        Code,
        "glcbt-",
        r"glcbt-(?:[A-Za-z0-9]{1,5}_)?[A-Za-z0-9_-]{18,20}",
    )
    .bits(2.5),
    token("gitlab", Code, "glimt-", r"glimt-[A-Za-z0-9_-]{25}").bits(3.0),
    token("gitlab", Code, "glptt-", r"glptt-[A-Za-z0-9_-]{40}").bits(3.0),
    token("gitlab", Code, "glagent-", r"glagent-[A-Za-z0-9_-]{50,1024}").bits(3.0),
    token("gitlab", Code, "gloas-", r"gloas-[A-Za-z0-9_-]{64}").bits(3.0),
    token("gitlab", Code, "glffct-", r"glffct-[A-Za-z0-9_-]{20}").bits(3.0),
    token("gitlab", Code, "GR1348941", r"GR1348941[A-Za-z0-9_-]{20}").bits(3.2),
    token("atlassian", Code, "ATATT3", r"ATATT3[A-Za-z0-9_=-]{186}").bits(3.5),
    token("bitbucket", Code, "ATBB", r"ATBB[A-Za-z0-9]{32}").bits(3.0),
    token(
        "sourcegraph",
        Code,
        "sgp_",
        r"sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}",
    )
    .bits(3.0),
    token("linear", Code, "lin_api_", r"lin_api_[A-Za-z0-9]{40}").bits(2.0),
    token(
        "harness",
        Code,
        "pat.",
        r"pat\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.[a-zA-Z0-9]{20}",
    ),
    token(
        "harness",
        Code,
        "sat.",
        r"sat\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.[a-zA-Z0-9]{20}",
    ),
    token("infracost", Code, "ico-", r"ico-[a-zA-Z0-9]{32}").bits(3.0),
    token("octopus", Code, "API-", r"API-[A-Z0-9]{26}").bits(3.0),
    token("prefect", Code, "pnu_", r"pnu_[a-zA-Z0-9]{36}").bits(2.0),
    token("sonar", Code, "sqp_", r"sqp_[A-Za-z0-9]{39,40}").bits(2.5),
    token("sonar", Code, "squ_", r"squ_[A-Za-z0-9]{39,40}").bits(2.5),
    token("sonar", Code, "sqa_", r"sqa_[A-Za-z0-9]{39,40}").bits(2.5),
    token(
        "sentry",
        Code,
        "sntrys_",
        r"sntrys_eyJpYXQiO[a-zA-Z0-9+/]{10,400}={0,2}_[a-zA-Z0-9+/]{43}",
    )
    .bits(4.5),
    token("sentry", Code, "sntryu_", r"sntryu_[a-f0-9]{64}").bits(3.5),
    token("postman", Code, "PMAK-", r"PMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}").bits(3.0),
    token("intra42", Code, "s-s4t2", r"s-s4t2(?:ud|af)-[A-Fa-f0-9]{64}").bits(3.0),
    token("readme", Code, "rdme_", r"rdme_[a-z0-9]{70}").bits(2.0),
    token(
        "circleci",
        Code,
        "CCIPAT_",
        r"CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}",
    )
    .bits(3.0),
];

pub(super) static ASSIGNED: &[Assigned] = &[
    assigned(
        "atlassian",
        Code,
        &["atlassian", "confluence", "jira"],
        r"[a-z0-9]{20}[a-f0-9]{4}",
    )
    .bits(3.5),
    assigned("bitbucket", Code, &["bitbucket"], r"[a-z0-9=_-]{64}|[a-z0-9]{32}").bits(2.5),
    assigned("codecov", Code, &["codecov"], r"[a-z0-9]{32}").bits(2.5),
    assigned("droneci", Code, &["droneci"], r"[a-z0-9]{32}").bits(2.5),
    assigned("gitlab-session", Code, &["_gitlab_session"], r"[0-9a-z]{32}").bits(3.0),
    assigned("launchdarkly", Code, &["launchdarkly"], r"[a-z0-9=_-]{40}").bits(2.5),
    assigned("linear", Code, &["linear"], r"[a-f0-9]{32}").bits(2.5),
    assigned("sentry", Code, &["sentry"], r"[a-f0-9]{64}").bits(3.0),
    assigned("snyk", Code, &["snyk"], UUID),
    assigned(
        "sonar",
        Code,
        &[
            "sonar.login",
            "sonar_login",
            "sonarlogin",
            "sonar-login",
            "sonar_token",
            "sonar.token",
            "sonar-token",
            "sonartoken",
        ],
        r"(?:sq[apu]_)?[a-z0-9=_-]{40}",
    )
    .bits(2.5),
    assigned("sourcegraph", Code, &["sourcegraph"], r"[a-f0-9]{40}").bits(3.0),
    assigned("travis", Code, &["travis"], r"[a-z0-9]{22}").bits(3.0),
];
