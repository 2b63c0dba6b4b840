//! Whether a chunk is an address, which is a token as a whole.

use super::super::letters::is_letter_or_number;
use super::classes::is_lower;

/// Letters of the longest top-level domain, and of the longest label but one.
const LONGEST_NAME: usize = 63;

/// Whether `text` is an address such as `example.org/a-b`, `https://example.org:80?q=a`, `mailto:me@example.org` or
/// a dotted IPv4 address: an optional scheme, optional user, a host name that ends in a lower-case top-level domain,
/// optional port and path.
pub(super) fn is_url(text: &str) -> bool {
    if !text.as_bytes().contains(&b'.') {
        return false;
    }
    if is_host_and_path(text) {
        return true;
    }
    if let Some((scheme, rest)) = text.split_once("://")
        && is_scheme(scheme)
        && is_host_and_path(rest)
    {
        return true;
    }
    // Whatever stands before an at sign is the user.
    let mut signs = text.match_indices('@').filter(|(at, _)| 0 < *at);
    signs.any(|(at, _)| is_host_and_path(&text[at + 1..]))
}

fn is_scheme(text: &str) -> bool {
    let part = |character: char| is_letter_or_number(character) || matches!(character, '+' | '-' | '.' | '_');
    text.chars().nth(1).is_some() && text.chars().all(part)
}

fn is_host_and_path(text: &str) -> bool {
    // A host ends at these; an at sign ends it too, since it can be in none: so a text of at signs is read once.
    let host_end = text.find([':', '/', '?', '#', '@']).unwrap_or(text.len());
    let (host, rest) = text.split_at(host_end);
    if rest.starts_with('@') || !is_host(host) {
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
    let top_length = top.chars().take(LONGEST_NAME + 1).count();
    (2..=LONGEST_NAME).contains(&top_length) && top.chars().all(is_lower) && names.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let edge =
        |character: char| character.is_ascii_alphanumeric() || ('\u{a1}'..='\u{ffff}').contains(&character);
    let mut characters = label.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let last = characters.next_back().unwrap_or(first);
    let inner = |character: char| edge(character) || matches!(character, '_' | '-');
    edge(first) && edge(last) && label.chars().nth(LONGEST_NAME + 1).is_none() && characters.all(inner)
}

/// Four decimal octets that are not of a private, loopback or link-local network. The inner two may have leading zeros.
fn is_public_ipv4(host: &str) -> bool {
    let mut octets = [0_u8; 4];
    let mut count = 0;
    for part in host.split('.') {
        let inner = matches!(count, 1 | 2);
        let digits = part.bytes().all(|byte| byte.is_ascii_digit()) && (1..=3).contains(&part.len());
        // `00` is an inner octet, `012` is none.
        let zeros = (inner && part.len() < 3) || !part.starts_with('0');
        let (true, true, Some(octet), Ok(number)) = (digits, zeros, octets.get_mut(count), part.parse())
        else {
            return false;
        };
        *octet = number;
        count += 1;
    }
    let [first, second, _, last] = octets;
    let private = matches!(
        (first, second),
        (10 | 127, _) | (169, 254) | (192, 168) | (172, 16..=31)
    );
    count == 4 && !private && (1..=223).contains(&first) && (1..=254).contains(&last)
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
            "8.00.08.8",
            "ab://@example.org",
            "a:b@c@example.org",
            "http://8.8.8.8/dns",
        ] {
            assert!(is_url(url), "{url}");
        }
        for other in [
            "end.Next",
            "a.b.c",
            "no-dots",
            "10.0.0.1",
            "8.8.8.08",
            "8.012.8.8",
            "+8.8.8.8",
            "1.2",
            "-x.org",
            "example.org:8",
            "...",
        ] {
            assert!(!is_url(other), "{other}");
        }
    }
}
