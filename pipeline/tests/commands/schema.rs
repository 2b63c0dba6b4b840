//! The committed JSON Schemas are those of the types. `UPDATE_SCHEMAS=1` writes them.

use std::fs;

use gristmill::recipe::Recipe;
use gristmill_schemas::manifest::Manifest;
use schemars::Schema;

use super::mill::checkout;

#[track_caller]
fn assert_committed(name: &str, schema: &Schema) {
    let mut text = serde_json::to_string_pretty(schema).expect("a schema is JSON");
    text.push('\n');
    let path = checkout().join("schemas/json").join(name);
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == committed,
        "{} is not that of the types; run with UPDATE_SCHEMAS=1",
        path.display()
    );
}

#[test]
fn the_recipe_schema_is_committed() {
    assert_committed("recipe.schema.json", &schemars::schema_for!(Recipe));
}

#[test]
fn the_manifest_schema_is_committed() {
    assert_committed("manifest.schema.json", &schemars::schema_for!(Manifest));
}

/// What the schema calls required is what the demo has to write down, and nothing more.
#[test]
fn everything_has_a_default_but_the_sources() {
    let schema = schemars::schema_for!(Recipe);
    assert_eq!(
        schema.get("required"),
        Some(&serde_json::json!(["version", "source"]))
    );
}
