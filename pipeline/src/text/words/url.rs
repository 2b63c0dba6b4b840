//! Whether a chunk is an address, which is a token as a whole.

/// Whether `text` is an address such as `example.org/a-b`, `https://example.org:80?q=a`, `mailto:me@example.org` or
/// a dotted IPv4 address: an optional scheme, optional user, a host name that ends in a lower-case top-level domain,
/// optional port and path.
pub(super) fn is_url(text: &str) -> bool {
    if !text.contains('.') {
        return false;
    }
    let after_scheme = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        _ => text,
    };
    if is_host_and_path(after_scheme) {
        return true;
    }
    // Whatever stands before an at sign is the user.
    let signs = after_scheme.match_indices('@');
    signs
        .filter(|(at, _)| 0 < *at)
        .any(|(at, _)| is_host_and_path(&after_scheme[at + 1..]))
}

fn is_scheme(text: &str) -> bool {
    1 < text.len()
        && text
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '+' | '-' | '.' | '_'))
}

fn is_host_and_path(text: &str) -> bool {
    let host_end = text.find([':', '/', '?', '#']).unwrap_or(text.len());
    let (host, rest) = text.split_at(host_end);
    if !is_host(host) {
        return false;
    }
    let Some(port_and_path) = rest.strip_prefix(':') else {
        return true;
    };
    let port = port_and_path.bytes().take_while(u8::is_ascii_digit).count();
    let path = &port_and_path[port..];
    (2..=5).contains(&port) && (path.is_empty() || path.starts_with(['/', '?', '#']))
}

fn is_host(host: &str) -> bool {
    let Some((names, top)) = host.rsplit_once('.') else {
        return false;
    };
    if top.bytes().all(|byte| byte.is_ascii_digit()) {
        return is_public_ipv4(host);
    }
    let top_length = top.chars().count();
    (2..=63).contains(&top_length)
        && top.chars().all(super::classes::is_lower)
        && names.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let edge =
        |character: char| character.is_ascii_alphanumeric() || ('\u{a1}'..='\u{ffff}').contains(&character);
    let (Some(first), Some(last)) = (label.chars().next(), label.chars().next_back()) else {
        return false;
    };
    label.chars().count() <= 64
        && edge(first)
        && edge(last)
        && label
            .chars()
            .all(|character| edge(character) || matches!(character, '_' | '-'))
}

/// Four decimal octets that are not of a private, loopback or link-local network.
fn is_public_ipv4(host: &str) -> bool {
    let octets: Vec<u8> = host.split('.').filter_map(|octet| octet.parse().ok()).collect();
    let [first, second, _, last] = octets[..] else {
        return false;
    };
    let private = matches!(
        (first, second),
        (10 | 127, _) | (169, 254) | (192, 168) | (172, 16..=31)
    );
    host.split('.').count() == 4 && !private && (1..=223).contains(&first) && (1..=254).contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_recognised() {
        for url in [
            "example.org",
            "www.example.co.uk/a-b_c",
            "https://example.org:8080?q=a,b",
            "mailto:me@example.org",
            "me@example.org",
            "8.8.8.8",
            "http://8.8.8.8/dns",
        ] {
            assert!(is_url(url), "{url}");
        }
        for other in [
            "end.Next",
            "a.b.c",
            "no-dots",
            "10.0.0.1",
            "1.2",
            "-x.org",
            "example.org:8",
            "...",
        ] {
            assert!(!is_url(other), "{other}");
        }
    }
}
