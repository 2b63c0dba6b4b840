//! The faults of a recipe that only its inputs and the engine can show: missing files, SQL that does not fit the
//! annotations, a tokenizer that is none.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::Expr;
use gristmill_schemas::config::Fault;

use super::condition;
use super::functions;
use crate::annotate::{Resources, Settings};
use crate::read::inventory;
use crate::recipe::Recipe;
use crate::tokenize::Encoder;

/// What was found, beside the faults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Each source's files and bytes.
    pub sources: Vec<(String, u64, u64)>,
    /// What a user should know.
    pub warnings: Vec<String>,
    /// What must be mended before a run.
    pub faults: Vec<Fault>,
}

/// Checks `recipe` against its inputs, without running anything.
pub async fn check(recipe: &Recipe) -> Checked {
    let mut checked = Checked::default();
    for (position, source) in recipe.source.iter().enumerate() {
        match inventory::list(source) {
            Ok(listed) => {
                let bytes = listed.files.iter().map(|file| file.bytes).sum();
                checked
                    .sources
                    .push((source.name.clone(), listed.files.len() as u64, bytes));
                checked
                    .warnings
                    .extend(super::read::unread(&source.name, &listed));
            }
            Err(error) => {
                checked
                    .faults
                    .push(Fault::new(format!("source[{position}].paths"), error.to_string()));
            }
        }
    }
    match Resources::load(recipe) {
        Ok(resources) => checked.warnings.extend(resources.warnings),
        Err(errors) => {
            let faults = errors
                .0
                .iter()
                .map(|error| Fault::new(error.key.clone(), error.to_string()));
            checked.faults.extend(faults);
        }
    }
    if let Some(path) = &recipe.tokenizer.path
        && let Err(error) = Encoder::load(Path::new(path))
    {
        checked
            .faults
            .push(Fault::new("tokenizer.path", error.to_string()));
    }
    checked.faults.extend(rule_faults(recipe).await);
    checked
}

/// The faults of the recipe's SQL, each against the columns that the recipe's annotators write.
pub async fn rule_faults(recipe: &Recipe) -> Vec<Fault> {
    let context = SessionContext::new();
    functions::register_pure(&context);
    let settings = Settings::of(recipe, &Resources::default());
    let schema = match crate::annotate::annotators(&settings) {
        Ok(annotators) => super::annotate::schema(&annotators),
        Err(error) => return vec![Fault::new("safety.word_lists", error.to_string())],
    };
    let known = column_names(&schema);
    let table = Arc::new(EmptyTable::new(schema));
    if let Err(error) = context.register_table("annotations", table) {
        return vec![Fault::new("", error.to_string())];
    }
    let mut faults = Vec::new();
    for (position, written) in recipe.filter.iter().enumerate() {
        let key = |part: &str| format!("filter[{position}].{part}");
        for message in condition_faults(&context, &known, &written.keep).await {
            faults.push(Fault::new(key("keep"), message));
        }
        if let Some(value) = &written.value {
            for message in value_faults(&context, &known, value).await {
                faults.push(Fault::new(key("value"), message));
            }
        }
    }
    // What a preset asks of an annotator that the recipe switches off, or does not switch on for a `[[for]]`.
    for rule in crate::filter::rules(recipe) {
        let own = recipe
            .filter
            .iter()
            .any(|filter| filter.name == rule.name && filter.keep == rule.keep);
        let Ok(expression) = condition::parse(&rule.keep) else {
            continue;
        };
        for message in condition::unknown(&expression, &known) {
            if !own {
                let message = format!("rule '{}': {message}", rule.name);
                faults.push(Fault::new(rule.stage, message));
            }
        }
    }
    faults
}

/// Every name that a condition may use.
fn column_names(schema: &Schema) -> Vec<String> {
    let mut names = Vec::new();
    for field in schema.fields() {
        names.push(field.name().clone());
        if let DataType::Struct(signals) = field.data_type() {
            let signals = signals.iter();
            names.extend(signals.map(|signal| format!("{}.{}", field.name(), signal.name())));
        }
    }
    names
}

const ASK: &str = "`gristmill check --columns` prints what there is";

/// Says what is wrong with the columns and the form of an expression.
fn form_faults(known: &[String], sql: &str) -> Result<Expr, Vec<String>> {
    let expression = condition::parse(sql).map_err(|message| vec![message])?;
    if condition::has_query(&expression) {
        return Err(vec![condition::ALONE.to_owned()]);
    }
    let unknown = condition::unknown(&expression, known);
    if unknown.is_empty() {
        return Ok(expression);
    }
    Err(unknown
        .into_iter()
        .map(|message| format!("{message} ({ASK})"))
        .collect())
}

/// Says all that is wrong with a user's condition.
async fn condition_faults(context: &SessionContext, known: &[String], condition: &str) -> Vec<String> {
    match form_faults(known, condition) {
        Err(faults) => faults,
        Ok(expression) => condition_fault(context, &expression)
            .await
            .err()
            .into_iter()
            .collect(),
    }
}

fn said(error: &DataFusionError) -> String {
    format!("{}; {ASK}", error.strip_backtrace())
}

/// Says what is wrong with a condition over columns that there are.
async fn condition_fault(context: &SessionContext, expression: &Expr) -> Result<(), String> {
    let kind = planned(context, expression).await?;
    if kind != DataType::Boolean {
        return Err(format!(
            "a condition is true or false, and this is {kind}: compare it, as in `gopher.word_count >= 200`"
        ));
    }
    let filtered = format!("SELECT id FROM annotations WHERE ({expression})");
    let frame = context.sql(&filtered).await.map_err(|error| said(&error))?;
    let plan = frame.create_physical_plan().await;
    plan.map(|_| ()).map_err(|error| said(&error))
}

/// Says all that is wrong with the SQL of a value.
async fn value_faults(context: &SessionContext, known: &[String], value: &str) -> Vec<String> {
    let expression = match form_faults(known, value) {
        Ok(expression) => expression,
        Err(faults) => return faults,
    };
    match planned(context, &expression).await {
        Ok(kind) if kind.is_numeric() || kind == DataType::Null => Vec::new(),
        Ok(kind) => vec![format!("a value is a number, and this is {kind}")],
        Err(message) => vec![message],
    }
}

/// The type of an expression over the annotations.
async fn planned(context: &SessionContext, expression: &Expr) -> Result<DataType, String> {
    let sql = format!("SELECT ({expression}) AS answer FROM annotations");
    let frame = context.sql(&sql).await.map_err(|error| said(&error))?;
    if let Some(reason) = condition::refused(frame.logical_plan()).map_err(|error| said(&error))? {
        return Err(reason);
    }
    Ok(frame.schema().field(0).data_type().clone())
}
