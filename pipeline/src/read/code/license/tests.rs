//! Folders that speak for what lies below them.

use super::*;

#[test]
fn names_tell_roles() {
    let licenses = [
        "LICENSE",
        "a/LICENCE.txt",
        "COPYING",
        "COPYING.LESSER",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "LICENSE.MIT",
        "license.md",
        "MIT-LICENSE",
        "MIT-LICENSE.txt",
        "UNLICENSE",
        "LICENSE-APACHE-2.0",
        "LICENSE_BSD",
    ];
    for name in licenses {
        assert_eq!(role_of(name), Some(Role::License), "{name}");
    }
    for name in ["a/Cargo.toml", "package.json", "pyproject.toml"] {
        assert_eq!(role_of(name), Some(Role::Manifest), "{name}");
    }
    for name in [
        "license.py",
        "licenses.rs",
        "LICENSE/a.rs",
        "copying.c",
        "README.md",
        "licensing.md",
        "license.json",
    ] {
        assert_eq!(role_of(name), None, "{name}");
    }
}

#[test]
fn the_nearest_folder_speaks() {
    let mut licenses = Licenses::default();
    licenses.add("LICENSE", b"// Licensed under the Apache License, Version 2.0");
    licenses.add("vendor/one/LICENSE-MIT", b"Licensed under the MIT license");
    licenses.add("vendor/one/LICENSE-APACHE", b"the Apache License, Version 2.0");
    licenses.add("vendor/two/COPYING", b"GNU General Public License version 3");
    licenses.add(
        "vendor/two/COPYING.LESSER",
        b"GNU Lesser General Public License version 3",
    );
    licenses.add("vendor/three/package.json", b"{\"license\": \"ISC\"}");
    licenses.add("vendor/three/LICENSE", b"nothing that is known");
    licenses.add("vendor/four/package.json", b"{}");
    for (name, text) in [
        ("LICENSE", "Licensed under the MIT license"),
        ("LICENSE-MIT", "Licensed under the MIT license"),
        ("LICENSE-APACHE", "the Apache License, Version 2.0"),
        ("COPYRIGHT", "the Mozilla Public License, version 2.0"),
    ] {
        licenses.add(&format!("vendor/five/{name}"), text.as_bytes());
    }
    let cases = [
        ("vendor/five/a.rs", "Apache-2.0 OR MIT"),
        ("src/deep/er/a.rs", "Apache-2.0"),
        ("a.rs", "Apache-2.0"),
        ("vendor/one/src/a.rs", "Apache-2.0 OR MIT"),
        ("vendor/two/a.c", "LGPL-3.0-only"),
        ("vendor/three/a.js", "ISC"),
        ("vendor/four/a.js", "Apache-2.0"),
    ];
    for (path, license) in cases {
        assert_eq!(licenses.of(path).as_deref(), Some(license), "{path}");
    }
    assert_eq!(Licenses::default().of("a.rs"), None);
}

#[test]
fn expressions_are_spelled_as_spdx_does() {
    let cases = [
        ("MIT/Apache-2.0", Some("MIT OR Apache-2.0")),
        ("GPL-2.0", Some("GPL-2.0-only")),
        ("GPL-2.0+", Some("GPL-2.0-or-later")),
        (
            "(MIT OR Apache-2.0) AND BSD-3-Clause",
            Some("(MIT OR Apache-2.0) AND BSD-3-Clause"),
        ),
        (
            "Apache-2.0 WITH LLVM-exception",
            Some("Apache-2.0 WITH LLVM-exception"),
        ),
        ("proprietary", None),
        ("SEE LICENSE IN LICENSE", None),
        ("", None),
        ("MIT OR", None),
        ("(((((", None),
        ("Größe", None),
    ];
    for (written, spelled) in cases {
        assert_eq!(canonical(written).as_deref(), spelled, "{written}");
    }
}
