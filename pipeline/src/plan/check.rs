//! The faults of a recipe that only its inputs and the engine can show: missing files, SQL that does not fit the
//! annotations, a tokenizer that is none.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
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
    if let Err(errors) = Resources::load(recipe) {
        let faults = errors
            .0
            .iter()
            .map(|error| Fault::new(error.key.clone(), error.to_string()));
        checked.faults.extend(faults);
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
    let table = Arc::new(EmptyTable::new(schema));
    if let Err(error) = context.register_table("annotations", table) {
        return vec![Fault::new("", error.to_string())];
    }
    let mut faults = Vec::new();
    for (position, written) in recipe.filter.iter().enumerate() {
        if let Err(message) = condition_fault(&context, &written.keep).await {
            faults.push(Fault::new(format!("filter[{position}].keep"), message));
        }
    }
    faults
}

/// Says what is wrong with a user's condition.
async fn condition_fault(context: &SessionContext, condition: &str) -> Result<(), String> {
    let expression = condition::parse(condition)?;
    let said = |error: DataFusionError| {
        format!(
            "{}; `gristmill check --columns` prints what there is",
            error.strip_backtrace()
        )
    };
    let sql = format!("SELECT ({expression}) AS keep FROM annotations");
    let frame = context.sql(&sql).await.map_err(said)?;
    if let Some(reason) = condition::refused(frame.logical_plan()).map_err(said)? {
        return Err(reason);
    }
    let kind = frame.schema().field(0).data_type().clone();
    if kind != DataType::Boolean {
        return Err(format!("a condition is true or false, and this is {kind}"));
    }
    let filtered = format!("SELECT id FROM annotations WHERE ({expression})");
    let frame = context.sql(&filtered).await.map_err(said)?;
    frame.create_physical_plan().await.map_err(said)?;
    Ok(())
}
