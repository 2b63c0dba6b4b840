//! Other services: models, maps, monitoring, support.

use super::assigned::{Assigned, UUID, assigned};
use super::family::Family::Service;
use super::token::{Token, token};

pub(super) static TOKENS: &[Token] = &[
    token(
        "1password",
        Service,
        "A3-",
        r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
    )
    .bits(3.8),
    token(
        "1password",
        Service,
        "ops_eyJ",
        r"ops_eyJ[a-zA-Z0-9+/]{250,}={0,3}",
    )
    .bits(4.0),
    token("adobe", Service, "p8e-", r"p8e-[A-Za-z0-9]{32}").bits(2.0),
    token(
        "age",
        Service,
        "AGE-SECRET-KEY-1",
        r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    ),
    token("airtable", Service, "pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    token(
        "anthropic",
        Service,
        "sk-ant-",
        r"sk-ant-(?:api|admin|oat|sid)[0-9]{2}-[A-Za-z0-9_-]{80,110}AA",
    ),
    token(
        "openai",
        Service,
        "sk-",
        r"sk-(?:proj|svcacct|admin|None)?-?[A-Za-z0-9_-]{20,200}T3BlbkFJ[A-Za-z0-9_-]{20,200}",
    )
    .bits(3.0),
    token("openrouter", Service, "sk-or-", r"sk-or-v1-[a-f0-9]{64}").bits(3.0),
    token(
        "authress",
        Service,
        "sc_",
        r"sc_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}",
    )
    .bits(2.0),
    token(
        "authress",
        Service,
        "ext_",
        r"ext_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}",
    )
    .bits(2.0),
    token(
        "authress",
        Service,
        "scauth_",
        r"scauth_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}",
    )
    .bits(2.0),
    token(
        "authress",
        Service,
        "authress_",
        r"authress_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}",
    )
    .bits(2.0),
    token(
        "defined-networking",
        Service,
        "dnkey-",
        r"dnkey-[A-Za-z0-9=_-]{26}-[A-Za-z0-9=_-]{52}",
    ),
    token("frameio", Service, "fio-u-", r"fio-u-[A-Za-z0-9_=-]{64}"),
    token(
        "grafana",
        Service,
        "eyJrIjoi",
        r"eyJrIjoi[A-Za-z0-9]{70,400}={0,3}",
    )
    .bits(3.0),
    token("grafana", Service, "glc_", r"glc_[A-Za-z0-9+/]{32,400}={0,3}").bits(3.0),
    token(
        "grafana",
        Service,
        "glsa_",
        r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
    )
    .bits(3.0),
    token("huggingface", Service, "hf_", r"hf_[A-Za-z0-9]{34,40}").bits(3.5),
    token("huggingface", Service, "api_org_", r"api_org_[A-Za-z0-9]{34}").bits(3.0),
    token(
        "langsmith",
        Service,
        "lsv2_",
        r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}",
    ),
    token(
        "mapbox",
        Service,
        "pk.",
        r"pk\.[A-Za-z0-9]{60}\.[A-Za-z0-9]{22}|pk\.eyJ[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{22}",
    ),
    token(
        "mapbox",
        Service,
        "sk.",
        r"sk\.eyJ[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{22}",
    ),
    token("new-relic", Service, "NRJS-", r"NRJS-[a-f0-9]{19}"),
    token("new-relic", Service, "NRII-", r"NRII-[A-Za-z0-9-]{32}"),
    token("new-relic", Service, "NRAK-", r"NRAK-[A-Za-z0-9]{27}"),
    token("notion", Service, "ntn_", r"ntn_[0-9]{11}[A-Za-z0-9]{35}").bits(4.0),
    token("perplexity", Service, "pplx-", r"pplx-[a-zA-Z0-9]{48}").bits(4.0),
    token("groq", Service, "gsk_", r"gsk_[A-Za-z0-9]{52}").bits(4.0),
    token("replicate", Service, "r8_", r"r8_[A-Za-z0-9]{37}").bits(4.0),
    token("settlemint", Service, "sm_", r"sm_[aps]at_[a-zA-Z0-9]{16}").bits(3.0),
];

pub(super) static ASSIGNED: &[Assigned] = &[
    assigned("adafruit", Service, &["adafruit"], r"[a-z0-9_-]{32}").bits(2.5),
    assigned("adobe", Service, &["adobe"], r"[a-f0-9]{32}").bits(2.0),
    assigned("airtable", Service, &["airtable"], r"[a-z0-9]{17}").bits(2.5),
    assigned("algolia", Service, &["algolia"], r"[a-z0-9]{32}").bits(2.5),
    assigned("asana", Service, &["asana"], r"[0-9]{16}|[a-z0-9]{32}").bits(2.0),
    assigned("beamer", Service, &["beamer"], r"b_[a-z0-9=_-]{44}"),
    assigned("cohere", Service, &["cohere", "co_api_key"], r"[a-z0-9]{40}").bits(3.5),
    assigned("contentful", Service, &["contentful"], r"[a-z0-9=_-]{43}").bits(2.5),
    assigned(
        "datadog",
        Service,
        &["datadog", "dd_api", "dd_app"],
        r"[a-z0-9]{40}|[a-f0-9]{32}",
    )
    .bits(2.5),
    assigned(
        "defined-networking",
        Service,
        &["dnkey"],
        r"dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}",
    ),
    assigned(
        "dropbox",
        Service,
        &["dropbox"],
        r"sl\.[a-z0-9=_-]{135}|[a-z0-9]{11}AAAAAAAAAA[a-z0-9_=-]{43}|[a-z0-9]{15}",
    )
    .bits(2.5),
    assigned("fastly", Service, &["fastly"], r"[a-z0-9=_-]{32}").bits(2.5),
    assigned("flickr", Service, &["flickr"], r"[a-z0-9]{32}").bits(2.5),
    assigned("hubspot", Service, &["hubspot"], UUID),
    assigned("mapbox", Service, &["mapbox"], r"pk\.[a-z0-9]{60}\.[a-z0-9]{22}"),
    assigned("meraki", Service, &["meraki"], r"[0-9a-f]{40}").bits(3.0),
    assigned(
        "new-relic",
        Service,
        &["new-relic", "newrelic", "new_relic"],
        r"NRJS-[a-f0-9]{19}|NRII-[a-z0-9-]{32}|NRAK-[a-z0-9]{27}|[a-z0-9]{64}",
    )
    .bits(2.5),
    assigned(
        "nytimes",
        Service,
        &["nytimes", "new-york-times", "newyorktimes"],
        r"[a-z0-9=_-]{32}",
    )
    .bits(2.5),
    assigned("okta", Service, &["okta"], r"00[a-z0-9_=-]{40}").bits(3.5),
    assigned(
        "privateai",
        Service,
        &["privateai", "private_ai", "private-ai"],
        r"[a-z0-9]{32}",
    )
    .bits(3.0),
    assigned("rapidapi", Service, &["rapidapi"], r"[a-z0-9_-]{50}").bits(2.5),
    assigned("sumologic", Service, &["sumo"], r"su[a-z0-9]{12}|[a-z0-9]{64}").bits(3.0),
    assigned("typeform", Service, &["typeform"], r"tfp_[a-z0-9_.=-]{59}"),
    assigned("zendesk", Service, &["zendesk"], r"[a-z0-9]{40}").bits(2.5),
];
