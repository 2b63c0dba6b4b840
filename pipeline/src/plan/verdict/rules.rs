//! Rules as SQL: for plans over all documents, and compiled for the documents of one unit.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;
use serde::{Deserialize, Serialize};

use crate::plan::condition::{self, Comparison};
use crate::plan::functions;
use crate::stage::Rule;
use crate::work::Unit;

/// SQL that is true where a rule applies.
fn applies(rule: &Rule) -> String {
    let mut conditions = vec!["true".to_owned()];
    for (column, values) in [("\"group\"", &rule.groups), ("source", &rule.sources)] {
        if !values.is_empty() {
            let list: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            conditions.push(format!("{column} IN ({})", list.join(", ")));
        }
    }
    conditions.join(" AND ")
}

/// SQL that is true where a rule applies and is broken. Where its condition is null, it is not.
fn broken(rule: &Rule) -> String {
    // The line break ends a comment that a user may have put behind the condition.
    format!("({} AND NOT coalesce(({}\n), true))", applies(rule), rule.keep)
}

/// SQL that is true where no rule is broken.
#[must_use]
pub fn passes(rules: &[Rule]) -> String {
    if rules.is_empty() {
        return "true".to_owned();
    }
    let broken: Vec<String> = rules.iter().map(broken).collect();
    format!("NOT ({})", broken.join(" OR "))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A rule as it travels to where a unit is judged, and as a run notes it for `gristmill explain`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotedRule {
    /// The stage that the verdict names.
    pub stage: String,
    /// The reason that it names.
    pub name: String,
    /// SQL that is true for documents to keep.
    pub keep: String,
    /// SQL of the number that the verdict shows; null where there is none.
    pub value: String,
    /// The groups it applies to; empty for all.
    pub groups: Vec<String>,
    /// The sources it applies to; empty for all.
    pub sources: Vec<String>,
}

impl NotedRule {
    /// `rule`, with the number that its verdict shows.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        let value = rule.value.clone().or_else(|| condition::of_condition(&rule.keep));
        Self {
            stage: rule.stage.to_owned(),
            name: rule.name.clone(),
            keep: rule.keep.clone(),
            value: value.unwrap_or_else(|| "NULL".to_owned()),
            groups: rule.groups.clone(),
            sources: rule.sources.clone(),
        }
    }

    /// Whether documents of that group and source meet it.
    #[must_use]
    pub fn applies_to(&self, group: &str, source: &str) -> bool {
        let listed = |list: &[String], name: &str| list.is_empty() || list.iter().any(|one| one == name);
        listed(&self.groups, group) && listed(&self.sources, source)
    }

    pub(super) fn applies_in(&self, unit: &Unit) -> bool {
        self.applies_to(unit.group.name(), &unit.source)
    }

    /// The comparisons with numbers that all must hold; none where the condition has another form.
    #[must_use]
    pub fn comparisons(&self) -> Vec<Comparison> {
        condition::comparisons(&self.keep)
    }

    /// The one comparison with a number that the rule is; none where it is more or another thing.
    #[must_use]
    pub fn measure(&self) -> Option<Comparison> {
        let expression = condition::parse(&self.keep).ok()?;
        if !condition::is_one_comparison(&expression) {
            return None;
        }
        self.comparisons().pop()
    }
}

/// A rule that can be asked of a batch.
pub(super) struct Compiled {
    /// Which of the run's rules it is.
    pub(super) position: usize,
    pub(super) keep: Arc<dyn PhysicalExpr>,
    /// The number that a verdict shows, where the rule is broken.
    pub(super) value: Arc<dyn PhysicalExpr>,
    /// What is compared with a threshold, whether broken or not, and the threshold.
    pub(super) measure: Option<(Arc<dyn PhysicalExpr>, f64)>,
}

/// The leaves of an annotations file that `rules` ask for.
pub(super) fn columns(rules: &[(usize, NotedRule)]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, rule) in rules {
        for sql in [&rule.keep, &rule.value] {
            if let Ok(expression) = condition::parse(sql) {
                names.extend(condition::columns(&expression));
            }
        }
    }
    names
}

/// Compiles `rules` for batches of `schema`. Units follow one another with the same rules, so the last ones are kept.
pub(super) fn compiled(
    rules: &[(usize, NotedRule)],
    schema: &SchemaRef,
) -> Result<Arc<Vec<Compiled>>, DataFusionError> {
    type Kept = Vec<(String, Arc<Vec<Compiled>>)>;
    static KEPT: OnceLock<Mutex<Kept>> = OnceLock::new();
    /// As many as there are combinations of groups and sources in most recipes.
    const MOST_KEPT: usize = 16;
    let key = crate::recipe::key(&(rules, format!("{schema:?}")));
    let kept = KEPT.get_or_init(Mutex::default);
    let found = kept.lock().ok().and_then(|kept| {
        let found = kept.iter().find(|(known, _)| *known == key);
        found.map(|(_, compiled)| Arc::clone(compiled))
    });
    if let Some(found) = found {
        return Ok(found);
    }
    let list = Arc::new(compile(rules, schema)?);
    if let Ok(mut kept) = kept.lock() {
        kept.truncate(MOST_KEPT - 1);
        kept.insert(0, (key, Arc::clone(&list)));
    }
    Ok(list)
}

fn compile(rules: &[(usize, NotedRule)], schema: &SchemaRef) -> Result<Vec<Compiled>, DataFusionError> {
    let context = SessionContext::new();
    functions::register_pure(&context);
    let state = context.state();
    let columns = DFSchema::try_from(Arc::clone(schema))?;
    let simplify = SimplifyContext::builder()
        .with_schema(Arc::new(columns.clone()))
        .build();
    let expression = |sql: &str, kind: DataType| -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        let logical = state.create_logical_expr(&format!("{sql}\n"), &columns)?;
        // What is no number (a label) has none to show.
        let cast = datafusion::logical_expr::try_cast(logical, kind);
        // Some functions (coalesce) are only there for the simplifier to write as others.
        let simplifier = ExprSimplifier::new(simplify.clone());
        let simple = simplifier.simplify(simplifier.coerce(cast, &columns)?)?;
        state.create_physical_expr(simple, &columns)
    };
    let mut list = Vec::with_capacity(rules.len());
    for (position, rule) in rules {
        let value = expression(&rule.value, DataType::Float64)?;
        let measure = match rule.measure() {
            None => None,
            Some(measure) if measure.about == rule.value => Some((Arc::clone(&value), measure.threshold)),
            // What is compared may be no number, and then there is nothing to be near to.
            Some(measure) => expression(&measure.about, DataType::Float64)
                .ok()
                .map(|about| (about, measure.threshold)),
        };
        list.push(Compiled {
            position: *position,
            keep: expression(&rule.keep, DataType::Boolean)?,
            value,
            measure,
        });
    }
    Ok(list)
}
