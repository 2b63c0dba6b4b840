//! Chat, mail and social networks.

use super::assigned::{Assigned, UUID, assigned};
use super::family::Family::Chat;
use super::token::{Token, token};

pub(super) static TOKENS: &[Token] = &[
    token(
        "slack-app",
        Chat,
        "xapp-",
        r"xapp-[0-9]-[A-Z0-9]+-[0-9]+-[A-Za-z0-9]+",
    )
    .bits(2.0),
    token(
        "slack-bot",
        Chat,
        "xoxb-",
        r"xoxb-[0-9]{8,14}-(?:[0-9]{10,13}-?)?[a-zA-Z0-9-]*[a-zA-Z0-9]{14,34}",
    )
    .bits(2.0),
    token(
        "slack-config",
        Chat,
        "xoxe.",
        r"xoxe\.xox[bp]-[0-9]-[A-Za-z0-9]{163,166}",
    )
    .bits(2.0),
    token("slack-refresh", Chat, "xoxe-", r"xoxe-[0-9]-[A-Za-z0-9]{146}").bits(2.0),
    token(
        "slack-legacy",
        Chat,
        "xoxo-",
        r"xoxo-[0-9]+-[0-9]+-[0-9]+-[a-fA-F0-9]+",
    )
    .bits(2.0),
    token(
        "slack-legacy",
        Chat,
        "xoxs-",
        r"xoxs-[0-9]+-[0-9]+-[0-9]+-[a-fA-F0-9]+",
    )
    .bits(2.0),
    token(
        "slack-workspace",
        Chat,
        "xoxa-",
        r"xoxa-(?:(?:[0-9]{5,}-)+[A-Za-z0-9]{6,}|(?:[0-9]-)?[0-9a-zA-Z]{8,48})",
    )
    .bits(2.0),
    token(
        "slack-workspace",
        Chat,
        "xoxr-",
        r"xoxr-(?:(?:[0-9]{5,}-)+[A-Za-z0-9]{6,}|(?:[0-9]-)?[0-9a-zA-Z]{8,48})",
    )
    .bits(2.0),
    token(
        "slack-user",
        Chat,
        "xoxp-",
        r"xoxp(?:-[0-9]{5,13}){2,3}-[a-zA-Z0-9-]{12,34}",
    )
    .bits(2.0),
    token(
        "slack-user",
        Chat,
        "xoxe-",
        r"xoxe(?:-[0-9]{10,13}){3}-[a-zA-Z0-9-]{28,34}",
    )
    .bits(2.0),
    token("facebook-page", Chat, "EAAC", r"EAAC[A-Za-z0-9]{100,}").bits(4.0),
    token("facebook-page", Chat, "EAAM", r"EAAM[A-Za-z0-9]{100,}").bits(4.0),
    token(
        "sendgrid",
        Chat,
        "SG.",
        r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|SG\.[A-Za-z0-9=_.-]{66}",
    )
    .bits(2.0),
    token(
        "sendinblue",
        Chat,
        "xkeysib-",
        r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}",
    )
    .bits(2.0),
    token("twilio", Chat, "SK", r"SK[0-9a-fA-F]{32}").bits(3.0),
    token("twilio", Chat, "AC", r"AC[a-z0-9]{32}").bits(3.0),
    token("typeform", Chat, "tfp_", r"tfp_[A-Za-z0-9_.=-]{59}").bits(3.0),
];

pub(super) static ASSIGNED: &[Assigned] = &[
    assigned(
        "discord",
        Chat,
        &["discord"],
        r"[a-f0-9]{64}|[0-9]{18}|[a-z0-9=_-]{32}",
    )
    .bits(2.0),
    assigned(
        "facebook",
        Chat,
        &["facebook"],
        r"[0-9]{15,16}[|%][0-9a-z_-]{27,40}|[a-f0-9]{32}",
    )
    .bits(3.0),
    assigned("gitter", Chat, &["gitter"], r"[a-z0-9_-]{40}").bits(2.5),
    assigned("intercom", Chat, &["intercom"], r"[a-z0-9=_-]{60}").bits(2.5),
    assigned(
        "linkedin",
        Chat,
        &["linkedin", "linked_in", "linked-in"],
        r"[a-z0-9]{16}|[a-z0-9]{14}",
    )
    .bits(2.8),
    assigned(
        "mailgun",
        Chat,
        &["mailgun"],
        r"(?:pub)?key-[a-f0-9]{32}|[a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8}",
    )
    .bits(2.0),
    assigned("mattermost", Chat, &["mattermost"], r"[a-z0-9]{26}").bits(2.5),
    assigned(
        "messagebird",
        Chat,
        &["messagebird", "message-bird", "message_bird"],
        r"[a-z0-9]{25}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    assigned(
        "sendbird",
        Chat,
        &["sendbird"],
        r"[a-f0-9]{40}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    assigned("telegram", Chat, &["telegr"], r"[0-9]{5,16}:A[a-z0-9_-]{34}"),
    assigned("twitch", Chat, &["twitch"], r"[a-z0-9]{30}").bits(3.0),
    assigned(
        "twitter",
        Chat,
        &["twitter"],
        r"A{22}[a-z0-9%]{80,100}|[0-9]{15,25}-[a-z0-9]{20,40}|[a-z0-9]{50}|[a-z0-9]{45}|[a-z0-9]{25}",
    )
    .bits(2.0),
    assigned("zoom", Chat, &["zoom_jwt", "zoom_api"], UUID),
];
