//! Hosts and addresses as block lists and documents spell them, brought to one spelling.
//!
//! A host in lower case, in ASCII (`bücher.example` is `xn--bcher-kva.example`, by the URL standard's IDNA), without
//! a port, a dot at its end or `www.` before it. An address is its host, its path and its query, without scheme,
//! user, port, fragment or slash at its end.
//!
//! Lines that are understood, by the lists that are in use:
//!
//! | line | blocks |
//! |---|---|
//! | `example.com`, `.example.com`, `*.example.com`, `\|\|example.com^`, `https://example.com/` | the domain and all below it |
//! | `0.0.0.0 example.com www.example.com` | the same (hosts files; names without a dot are the machine's own) |
//! | `192.0.2.7`, `[2001:db8::7]` | that address of a machine |
//! | `example.com/forum`, `http://example.com/a?b=1` | addresses on that host that begin so, at the end of a part |
//! | `# text`, `! text`, `[Adblock Plus 2.0]` | nothing: comments |

use std::net::{IpAddr, Ipv6Addr};

use url::{Host, Url};
use xxhash_rust::xxh3::xxh3_64;

use super::source::Line;

/// The longest name of a host (RFC 1035, section 2.3.4), and of a part of it.
const MAX_HOST_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// Bytes of an address that are looked at; and parts of its path and query.
const MAX_ADDRESS_BYTES: usize = 2_048;
const MOST_PARTS: usize = 64;

/// The entries of a line, as keys of a [`super::host_set::HostSet`].
pub fn entries(line: &[u8], buffer: &mut String, mut take: impl FnMut(u64)) -> Line {
    let Ok(line) = std::str::from_utf8(line) else {
        return Line::Strange;
    };
    if line.starts_with(['#', '!']) || (line.starts_with('[') && line.ends_with(']') && line.contains(' ')) {
        return Line::Nothing;
    }
    let written = line.split_once(" #").map_or(line, |(written, _)| written);
    let mut names = written.split_ascii_whitespace();
    let Some(first) = names.next() else {
        return Line::Nothing;
    };
    let Some(second) = names.next() else {
        return match entry(first, buffer) {
            Some(key) => {
                take(key);
                Line::Entries(1)
            }
            None => Line::Strange,
        };
    };
    // A hosts file: an address of a machine, and the names that lead there.
    if first.parse::<IpAddr>().is_err() {
        return Line::Strange;
    }
    let mut found = 0;
    for name in std::iter::once(second).chain(names) {
        if !name.contains('.') {
            continue;
        }
        let Some(host) = host(name, buffer) else {
            return Line::Strange;
        };
        take(key(host));
        found += 1;
    }
    if found == 0 {
        Line::Nothing
    } else {
        Line::Entries(found)
    }
}

/// The key of an entry that is one word.
fn entry(written: &str, buffer: &mut String) -> Option<u64> {
    let adblock = written.strip_prefix("||").and_then(|rule| rule.strip_suffix('^'));
    let written = adblock.unwrap_or(written);
    let is_suffix = written.starts_with('.') || written.starts_with("*.");
    let written = written
        .strip_prefix("*.")
        .or(written.strip_prefix('.'))
        .unwrap_or(written);
    let with_scheme = written.contains("://");
    if !with_scheme && !written.contains('/') {
        // A word without a dot is no domain, unless it says that it means all that ends so.
        let host = host(written, buffer)?;
        return (is_suffix || host.contains(['.', ':'])).then(|| key(host));
    }
    if written.len() > MAX_ADDRESS_BYTES {
        return None;
    }
    let address = parsed(written)?;
    let host = host(address.host_str()?, buffer)?.to_owned();
    if !host.contains(['.', ':']) {
        return None;
    }
    buffer.clear();
    buffer.push_str(&host);
    push_rest(&address, buffer);
    Some(key(buffer.trim_end_matches('/')))
}

/// What a blocked document is found by: the keys of its host, of the domains above it, and of the beginnings of its
/// address. Empty where `written` is no address.
#[must_use]
pub fn keys_of(written: &str) -> Vec<u64> {
    let mut keys = Vec::new();
    let mut buffer = String::new();
    let written = &written[..written.floor_char_boundary(MAX_ADDRESS_BYTES)];
    let Some(address) = parsed(written) else {
        return keys;
    };
    let Some(host) = address.host_str().and_then(|name| host(name, &mut buffer)) else {
        return keys;
    };
    let host = host.to_owned();
    keys.push(key(&host));
    if host.parse::<IpAddr>().is_err() {
        let dots = host.bytes().enumerate().filter(|(_, byte)| *byte == b'.');
        keys.extend(dots.map(|(dot, _)| key(&host[dot + 1..])));
    }
    buffer.clear();
    buffer.push_str(&host);
    push_rest(&address, &mut buffer);
    let address = buffer.trim_end_matches('/');
    let ends = address.bytes().enumerate().skip(host.len() + 1);
    let parts = ends.filter(|(_, byte)| matches!(byte, b'/' | b'?' | b'&' | b'='));
    let ends = parts.take(MOST_PARTS).map(|(end, _)| end).chain([address.len()]);
    keys.extend(
        ends.filter(|end| *end > host.len())
            .map(|end| key(address[..end].trim_end_matches('/'))),
    );
    keys
}

/// The host of an address, in the one spelling.
#[must_use]
pub fn host_of(written: &str) -> Option<String> {
    let written = &written[..written.floor_char_boundary(MAX_ADDRESS_BYTES)];
    let address = parsed(written)?;
    let mut buffer = String::new();
    host(address.host_str()?, &mut buffer).map(str::to_owned)
}

fn key(spelled: &str) -> u64 {
    xxh3_64(spelled.as_bytes())
}

/// The address, with or without a scheme.
fn parsed(written: &str) -> Option<Url> {
    if written.contains("://") {
        return Url::parse(written).ok();
    }
    Url::parse(&format!("http://{}", written.trim_start_matches('/'))).ok()
}

/// Appends path and query.
fn push_rest(address: &Url, to: &mut String) {
    to.push_str(address.path());
    if let Some(query) = address.query() {
        to.push('?');
        to.push_str(query);
    }
}

/// The host in its one spelling, in `buffer`; nothing where it is none.
fn host<'b>(written: &str, buffer: &'b mut String) -> Option<&'b str> {
    buffer.clear();
    let bracketed = written.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let version6 = bracketed.map_or(written, |(inside, _)| inside);
    if let Ok(address) = version6.parse::<Ipv6Addr>() {
        buffer.push_str(&address.to_string());
        return Some(buffer);
    }
    let name = match written.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) => return None,
        None => written,
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_plain = name.is_ascii() && !has_punycode(name);
    if is_plain {
        buffer.push_str(name);
        buffer.make_ascii_lowercase();
    } else if let Ok(Host::Domain(domain)) = Host::parse(name) {
        buffer.push_str(&domain);
    }
    if let Some(rest) = buffer.strip_prefix("www.").filter(|rest| rest.contains('.')) {
        let start = buffer.len() - rest.len();
        buffer.drain(..start);
    }
    is_host(buffer).then_some(buffer.as_str())
}

fn has_punycode(name: &str) -> bool {
    name.as_bytes()
        .windows(4)
        .any(|window| window.eq_ignore_ascii_case(b"xn--"))
}

/// Labels of letters, digits, `-` and `_`, which some hosts have, separated by dots.
fn is_host(name: &str) -> bool {
    if name.is_empty() || name.len() > MAX_HOST_BYTES {
        return false;
    }
    let mut label = 0;
    for byte in name.bytes() {
        match byte {
            b'.' if label == 0 => return false,
            b'.' => label = 0,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' if label < MAX_LABEL_BYTES => label += 1,
            _ => return false,
        }
    }
    label > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_line(line: &str) -> (Line, Vec<u64>) {
        let mut keys = Vec::new();
        let found = entries(line.as_bytes(), &mut String::new(), |key| keys.push(key));
        (found, keys)
    }

    fn blocks(line: &str, address: &str) -> bool {
        let (_, keys) = of_line(line);
        keys_of(address).iter().any(|key| keys.contains(key))
    }

    #[test]
    fn every_spelling_of_a_domain_blocks_it_and_what_is_below() {
        for line in [
            "example.com",
            "EXAMPLE.com.",
            "www.example.com",
            ".example.com",
            "*.example.com",
            "||example.com^",
            "http://example.com",
            "https://user@example.com:8080/",
            "0.0.0.0 example.com",
            "127.0.0.1\tlocalhost example.com # adverts",
            "example.com:443",
        ] {
            assert_eq!(of_line(line).0, Line::Entries(1), "{line}");
            for address in [
                "http://example.com",
                "https://www.Example.COM/a/b?c=d",
                "https://a.b.example.com:444/",
                "example.com/x",
                "//example.com/x",
            ] {
                assert!(blocks(line, address), "{line} {address}");
            }
            for address in [
                "http://notexample.com",
                "http://example.com.org/",
                "http://example.org/example.com",
                "http://com/",
                "",
            ] {
                assert!(!blocks(line, address), "{line} {address}");
            }
        }
    }

    #[test]
    fn addresses_block_what_begins_so() {
        let line = "http://www.example.com/forum/";
        for address in [
            "https://example.com/forum",
            "http://example.com/forum/a",
            "http://www.example.com/forum?page=2",
        ] {
            assert!(blocks(line, address), "{address}");
        }
        for address in [
            "http://example.com/",
            "http://example.com/forums",
            "http://a.example.com/forum",
        ] {
            assert!(!blocks(line, address), "{address}");
        }
        assert!(blocks(
            "example.com/show?id=7",
            "http://example.com/show?id=7&page=2"
        ));
        assert!(!blocks("example.com/show?id=7", "http://example.com/show?id=77"));
    }

    #[test]
    fn names_beyond_ascii_and_numbers_are_hosts() {
        assert!(blocks("bücher.example", "http://xn--bcher-kva.example/"));
        assert!(blocks("XN--bcher-KVA.example", "http://BÜCHER.example/"));
        assert!(blocks("192.0.2.7", "http://192.0.2.7/a"));
        assert!(!blocks("0.2.7", "http://192.0.2.7/a"));
        assert!(blocks("[2001:db8::7]", "http://[2001:DB8:0::7]:80/"));
        assert!(blocks(".zip", "http://example.zip/"));
    }

    #[test]
    fn what_is_no_host_is_told() {
        for line in [
            "com",
            "two words",
            "a..b",
            "-",
            "ex ample.com",
            "$$$",
            "/banner/*",
            "##.ad",
            "a,b,c",
        ] {
            let expected = if line.starts_with('#') {
                Line::Nothing
            } else {
                Line::Strange
            };
            assert_eq!(of_line(line), (expected, vec![]), "{line}");
        }
        for line in [
            "",
            "# example.com",
            "! example.com",
            "[Adblock Plus 2.0]",
            "::1 localhost ip6-loopback",
        ] {
            assert_eq!(of_line(line), (Line::Nothing, vec![]), "{line}");
        }
        assert_eq!(entries(b"\xff.com", &mut String::new(), |_| ()), Line::Strange);
    }

    proptest! {
        #[test]
        fn a_host_blocks_itself(labels in prop::collection::vec("[a-z0-9]{1,12}", 2..5), path in "[a-z/?&=]{0,20}") {
            prop_assume!(labels.last().is_some_and(|label| label.bytes().any(|byte| byte.is_ascii_alphabetic())));
            let host = labels.join(".");
            let address = format!("http://{host}/{path}");
            prop_assert!(blocks(&host, &address));
            prop_assert!(blocks(&address, &address));
        }

        #[test]
        fn nothing_is_too_strange(line in "\\PC{0,80}") {
            of_line(&line);
            prop_assert!(keys_of(&line).len() < 300);
        }
    }
}
