//! Where a reference leads inside of the book.

/// The path that `href` means in a document of `folder`, from the archive's root.
///
/// # Errors
/// Why it leads nowhere in the book: it climbs out of it, or to another host.
pub(super) fn resolved(folder: &str, href: &str) -> Result<String, String> {
    let (href, is_absolute) = match href.strip_prefix('/') {
        Some(rest) => (rest, true),
        None => (href, false),
    };
    let mut parts: Vec<&str> = if is_absolute {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    parts.extend(href.split('/'));
    let mut path: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            "" | "." => {}
            ".." => {
                path.pop().ok_or("its path climbs out of the book")?;
            }
            part => path.push(part),
        }
    }
    Ok(path.join("/"))
}

/// The path of the file that a reference of a package document names: without its fragment, percent signs decoded.
///
/// # Errors
/// As for [`resolved`].
pub(super) fn of_href(folder: &str, href: &str) -> Result<String, String> {
    if has_scheme(href) {
        return Err("it lies outside of the book".to_owned());
    }
    let href = href.split(['#', '?']).next().unwrap_or(href);
    resolved(folder, &percent_decoded(href))
}

/// Whether a reference begins with a scheme such as `http:`.
fn has_scheme(href: &str) -> bool {
    let Some((scheme, _)) = href.split_once(':') else {
        return false;
    };
    scheme.len() > 1
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// The folder of a path, without its last slash.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `%41` -> `A`. What is no such code stays, and so does all of it where the bytes are not UTF-8.
fn percent_decoded(href: &str) -> String {
    if !href.contains('%') {
        return href.to_owned();
    }
    let bytes = href.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = bytes
            .get(at + 1..at + 3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let code = code.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) if *byte == b'%' => {
                decoded.push(code);
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| href.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_inside_of_the_book() {
        let cases = [
            ("OEBPS", "text/one.xhtml#p3", Some("OEBPS/text/one.xhtml")),
            (
                "OEBPS/package",
                "../text/./one%20two%E2%80%99.xhtml",
                Some("OEBPS/text/one two’.xhtml"),
            ),
            ("", "one.xhtml", Some("one.xhtml")),
            ("OEBPS", "/one.xhtml", Some("one.xhtml")),
            ("OEBPS", "100%.xhtml", Some("OEBPS/100%.xhtml")),
            ("OEBPS", "%zz%ff.xhtml", Some("OEBPS/%zz%ff.xhtml")),
            ("OEBPS", "../../etc/passwd", None),
            ("OEBPS", "..%2f..%2fetc/passwd", None),
            ("OEBPS", "https://example.org/one.xhtml", None),
            ("OEBPS", "file:///etc/passwd", None),
        ];
        for (folder, href, path) in cases {
            assert_eq!(of_href(folder, href).ok().as_deref(), path, "{href}");
        }
    }
}
