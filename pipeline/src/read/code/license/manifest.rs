//! What a package's manifest says of its licence: `Cargo.toml`, `package.json`, `pyproject.toml`, `composer.json`.

use serde_json::Value;

use super::canonical;

/// The licence that the manifest called `name` (in lower case) states.
pub(super) fn of_manifest(name: &str, text: &str) -> Option<String> {
    let is_toml = matches!(name, "cargo.toml" | "pyproject.toml");
    let value: Value = if is_toml {
        serde_json::to_value(text.parse::<toml::Table>().ok()?).ok()?
    } else {
        serde_json::from_str(text).ok()?
    };
    let places: &[&str] = match name {
        "cargo.toml" => &["/package/license", "/workspace/package/license"],
        "pyproject.toml" => &[
            "/project/license",
            "/project/license/text",
            "/tool/poetry/license",
        ],
        _ => &["/license", "/license/type", "/licenses"],
    };
    places
        .iter()
        .filter_map(|place| value.pointer(place))
        .find_map(stated)
}

/// An expression, or several of which one may be chosen.
fn stated(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => canonical(text),
        Value::Array(choices) => {
            let names = choices
                .iter()
                .map(|choice| choice.as_str().or_else(|| choice["type"].as_str()));
            let names: Vec<&str> = names.collect::<Option<_>>()?;
            canonical(&names.join(" OR "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_name_licences() {
        let cases = [
            (
                "cargo.toml",
                "[package]\nlicense = \"MIT/Apache-2.0\"\n",
                Some("MIT OR Apache-2.0"),
            ),
            (
                "cargo.toml",
                "[workspace.package]\nlicense = \"ISC\"\n",
                Some("ISC"),
            ),
            ("cargo.toml", "[package]\nlicense.workspace = true\n", None),
            ("cargo.toml", "[package\n", None),
            ("package.json", r#"{"license": "GPL-2.0"}"#, Some("GPL-2.0-only")),
            ("package.json", r#"{"license": {"type": "MIT"}}"#, Some("MIT")),
            (
                "package.json",
                r#"{"licenses": [{"type": "MIT"}, {"type": "ISC"}]}"#,
                Some("MIT OR ISC"),
            ),
            (
                "package.json",
                r#"{"license": "SEE LICENSE IN LICENSE.md"}"#,
                None,
            ),
            ("package.json", r#"{"license": "UNLICENSED"}"#, None),
            (
                "pyproject.toml",
                "[project]\nlicense = {text = \"BSD-3-Clause\"}\n",
                Some("BSD-3-Clause"),
            ),
            (
                "pyproject.toml",
                "[tool.poetry]\nlicense = \"Apache-2.0\"\n",
                Some("Apache-2.0"),
            ),
            (
                "composer.json",
                r#"{"license": ["MIT", "LGPL-2.1-or-later"]}"#,
                Some("MIT OR LGPL-2.1-or-later"),
            ),
        ];
        for (name, text, license) in cases {
            assert_eq!(of_manifest(name, text).as_deref(), license, "{text}");
        }
    }
}
