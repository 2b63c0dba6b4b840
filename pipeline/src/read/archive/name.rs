//! Names in archives: which of them are paths below the archive's root.

/// The path that an entry's name means, its parts joined by `/`.
///
/// # Errors
/// Why it is no path below the root: it is absolute, climbs out by `..`, or names nothing.
pub(in crate::read) fn path_of(name: &str) -> Result<String, &'static str> {
    if name.contains('\0') {
        return Err("its name holds a nul byte");
    }
    // Archives made on Windows may have backslashes, and what they unpack there must not climb either.
    let name = name.replace('\\', "/");
    let has_drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes()[0].is_ascii_alphabetic();
    if name.starts_with('/') || has_drive {
        return Err("its path is absolute");
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or("its path climbs out of the archive")?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err("it has no name");
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        let cases = [
            ("a/b.rs", Ok("a/b.rs")),
            ("./a//b.rs", Ok("a/b.rs")),
            ("a/../b", Ok("b")),
            ("a\\b.cs", Ok("a/b.cs")),
            ("../etc/passwd", Err("its path climbs out of the archive")),
            ("a/../../b", Err("its path climbs out of the archive")),
            ("..\\b", Err("its path climbs out of the archive")),
            ("/etc/passwd", Err("its path is absolute")),
            ("\\\\host\\share", Err("its path is absolute")),
            ("C:\\windows", Err("its path is absolute")),
            ("a\0b", Err("its name holds a nul byte")),
            ("", Err("it has no name")),
            ("./", Err("it has no name")),
        ];
        for (name, path) in cases {
            assert_eq!(path_of(name), path.map(str::to_owned), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn no_path_has_parts_that_lead_elsewhere(name in "[a./\\\\:]{0,12}") {
            if let Ok(path) = path_of(&name) {
                prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")));
                prop_assert_eq!(path_of(&path), Ok(path));
            }
        }
    }
}
