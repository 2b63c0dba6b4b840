//! Digital rights management: which files of a book are encrypted.

use std::collections::BTreeSet;

use super::path;
use super::xml::{self, Node};

/// Fonts are hidden by these so that they are not used elsewhere; texts are not.
const FONT_OBFUSCATION: [&str; 2] = [
    "http://www.idpf.org/2008/embedding",
    "http://ns.adobe.com/pdf/enc#RC",
];

/// The paths of the files that `META-INF/encryption.xml` calls encrypted, but for obfuscated fonts.
///
/// # Errors
/// When the document cannot be read: then nobody knows which files are encrypted.
pub(super) fn encrypted(document: &str) -> Result<BTreeSet<String>, String> {
    let mut paths = BTreeSet::new();
    let mut is_obfuscated = false;
    let mut path = None;
    xml::walk(document, |node| match node {
        Node::Start(element) => match element.name.as_str() {
            "EncryptedData" => (is_obfuscated, path) = (false, None),
            "EncryptionMethod" => {
                let algorithm = element.attribute("Algorithm").unwrap_or_default();
                is_obfuscated |= FONT_OBFUSCATION.contains(&algorithm);
            }
            "CipherReference" => {
                // These are relative to the root of the book.
                path = element
                    .attribute("URI")
                    .and_then(|href| path::of_href("", href).ok());
            }
            _ => {}
        },
        Node::End("EncryptedData") => {
            let path = path.take().filter(|_| !is_obfuscated);
            paths.extend(path);
        }
        Node::Text(_) | Node::End(_) => {}
    })
    .map_err(|error| format!("encryption.xml: {error}"))?;
    Ok(paths)
}
