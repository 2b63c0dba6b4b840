//! A condition: one SQL expression, the same for the same row at any time, true or false.
//!
//! And what can be told of it beside its answer: the columns that it asks for, and its comparisons, which have a
//! number to show. `gopher.word_count >= 200 AND shape.lines < 9` fails at one of its comparisons, and the left side
//! of the first that does is the number that a user wants to see. Conditions of other forms have no such number.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr as Logical, LogicalPlan, Volatility};
use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Ident, Subscript, UnaryOperator, Value, visit_expressions,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::Token;
use gristmill_schemas::config::nearest;

/// The condition as one expression.
///
/// # Errors
/// Where it is none, or is followed by something.
pub(super) fn parse(condition: &str) -> Result<Expr, String> {
    let dialect = GenericDialect {};
    let mut parser = Parser::new(&dialect)
        .try_with_sql(condition)
        .map_err(|error| error.to_string())?;
    let expression = parser.parse_expr().map_err(|error| error.to_string())?;
    let next = parser.peek_token();
    if next.token == Token::EOF {
        return Ok(expression);
    }
    Err(format!(
        "a condition is one expression, and '{}' follows it",
        next.token
    ))
}

/// Whether it holds a query of its own.
pub(super) fn has_query(expression: &Expr) -> bool {
    let found = visit_expressions(expression, |part| match part {
        Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}

/// What a condition may not ask of other documents.
pub(super) const ALONE: &str = "a condition is asked of each document alone, without subqueries";

/// What a planned condition may not ask: what changes from call to call, and what looks beyond its row.
pub(super) fn refused(plan: &LogicalPlan) -> Result<Option<String>, DataFusionError> {
    let mut reason = None;
    plan.apply(|node| {
        if matches!(node, LogicalPlan::Aggregate(_) | LogicalPlan::Window(_)) {
            reason = Some(
                "a condition is asked of each document alone, and this looks at many at once".to_owned(),
            );
        }
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                match part {
                    Logical::ScalarFunction(call)
                        if call.func.signature().volatility != Volatility::Immutable =>
                    {
                        let name = call.func.name();
                        reason = Some(format!("{name}() does not give the same answer on every run"));
                    }
                    Logical::ScalarSubquery(_) | Logical::InSubquery(_) | Logical::Exists(_) => {
                        reason = Some(ALONE.to_owned());
                    }
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(reason)
}

/// The columns that it asks for, spelled `annotator.signal`, or `annotator` where it takes the whole struct.
pub(super) fn columns(expression: &Expr) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    // Nothing breaks the walk, so there is no end to look at.
    let _: ControlFlow<()> = visit_expressions(expression, |part| {
        match part {
            Expr::Identifier(name) => {
                columns.insert(spelled(name));
            }
            Expr::CompoundIdentifier(names) => {
                let names: Vec<String> = names.iter().map(spelled).collect();
                let names = match names.split_first() {
                    Some((table, rest)) if table == "annotations" && !rest.is_empty() => rest,
                    _ => &names,
                };
                columns.insert(names.join("."));
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                if let (Expr::Identifier(name), Some(field)) =
                    (root.as_ref(), access_chain.first().and_then(field))
                {
                    columns.insert(format!("{}.{field}", spelled(name)));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    columns
}

/// Names without quotes mean the same in capitals.
fn spelled(name: &Ident) -> String {
    if name.quote_style.is_some() {
        name.value.clone()
    } else {
        name.value.to_ascii_lowercase()
    }
}

fn field(access: &AccessExpr) -> Option<&str> {
    match access {
        AccessExpr::Subscript(Subscript::Index {
            index: Expr::Value(value),
        }) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// What there is to say of the columns that are not among `known`, each with the known one that comes nearest.
pub(super) fn unknown(expression: &Expr, known: &[String]) -> Vec<String> {
    let columns = columns(expression);
    let unknown = columns.iter().filter(|column| !known.contains(column));
    unknown
        .map(|column| match meant(column, known) {
            Some(name) => format!("there is no column '{column}'; did you mean '{name}'?"),
            None => format!("there is no column '{column}'"),
        })
        .collect()
}

fn meant<'a>(column: &str, known: &'a [String]) -> Option<&'a str> {
    let signal = |name: &'a String| name.split_once('.').map(|(_, signal)| signal);
    let last = column.rsplit('.').next().unwrap_or(column);
    let same_signal = known.iter().find(|name| signal(name) == Some(last));
    let near_name = || nearest(column, known.iter().map(String::as_str));
    let near_signal = || {
        let signals = known.iter().filter_map(signal);
        let found = nearest(last, signals)?;
        known.iter().find(|name| signal(name) == Some(found))
    };
    same_signal
        .map(String::as_str)
        .or_else(near_name)
        .or_else(|| near_signal().map(String::as_str))
}

/// One comparison with a number, of which all that are joined by AND must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// SQL of what is compared.
    pub about: String,
    /// What must stand between it and the threshold: `>=`, `<`, `=` and so on.
    pub operator: &'static str,
    /// The number that it is compared with.
    pub threshold: f64,
}

/// The comparisons with numbers in `condition`, if it is one comparison or several joined by AND.
pub(super) fn comparisons(condition: &str) -> Vec<Comparison> {
    let mut found = Vec::new();
    if let Ok(expression) = parse(condition) {
        compare(&expression, &mut found);
    }
    found
}

/// Whether it is one comparison of two sides and nothing else.
pub(super) fn is_one_comparison(expression: &Expr) -> bool {
    match expression {
        Expr::Nested(inner) => is_one_comparison(inner),
        Expr::BinaryOp { op, .. } => spelled_operator(op, false).is_some(),
        _ => false,
    }
}

fn compare(expression: &Expr, found: &mut Vec<Comparison>) {
    match expression {
        Expr::Nested(inner) => compare(inner, found),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            compare(left, found);
            compare(right, found);
        }
        Expr::BinaryOp { left, op, right } => {
            let sides = match (number(left), number(right)) {
                (None, Some(threshold)) => {
                    spelled_operator(op, false).map(|operator| (left, operator, threshold))
                }
                (Some(threshold), None) => {
                    spelled_operator(op, true).map(|operator| (right, operator, threshold))
                }
                _ => None,
            };
            found.extend(sides.map(|(about, operator, threshold)| Comparison {
                about: about.to_string(),
                operator,
                threshold,
            }));
        }
        Expr::Between {
            expr,
            negated: false,
            low,
            high,
        } => {
            for (bound, operator) in [(low, ">="), (high, "<=")] {
                found.extend(number(bound).map(|threshold| Comparison {
                    about: expr.to_string(),
                    operator,
                    threshold,
                }));
            }
        }
        _ => {}
    }
}

/// The operator as it reads with the number on its right.
fn spelled_operator(operator: &BinaryOperator, turned: bool) -> Option<&'static str> {
    Some(match (operator, turned) {
        (BinaryOperator::Gt, false) | (BinaryOperator::Lt, true) => ">",
        (BinaryOperator::Lt, false) | (BinaryOperator::Gt, true) => "<",
        (BinaryOperator::GtEq, false) | (BinaryOperator::LtEq, true) => ">=",
        (BinaryOperator::LtEq, false) | (BinaryOperator::GtEq, true) => "<=",
        (BinaryOperator::Eq, _) => "=",
        (BinaryOperator::NotEq, _) => "<>",
        _ => return None,
    })
}

fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Nested(inner) => number(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => number(expr).map(|value| -value),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// SQL of the number, if `condition` is one comparison or several joined by AND.
pub(super) fn of_condition(condition: &str) -> Option<String> {
    let expression = parse(condition).ok()?;
    let mut cases = Vec::new();
    collect(&expression, &mut cases);
    (!cases.is_empty()).then(|| format!("CASE {} END", cases.join(" ")))
}

fn collect(expression: &Expr, cases: &mut Vec<String>) {
    match expression {
        Expr::Nested(inner) => collect(inner, cases),
        Expr::BinaryOp { left, op, right } => match op {
            BinaryOperator::And => {
                collect(left, cases);
                collect(right, cases);
            }
            BinaryOperator::Gt
            | BinaryOperator::Lt
            | BinaryOperator::GtEq
            | BinaryOperator::LtEq
            | BinaryOperator::Eq
            | BinaryOperator::NotEq => {
                let is_constant = matches!(left.as_ref(), Expr::Value(_));
                let about = if is_constant { right } else { left };
                cases.push(case(expression, about));
            }
            _ => {}
        },
        Expr::Between { expr, .. } => cases.push(case(expression, expr)),
        _ => {}
    }
}

/// What is compared may be no number: then there is none to show.
fn case(comparison: &Expr, about: &Expr) -> String {
    format!("WHEN NOT ({comparison}) THEN TRY_CAST({about} AS DOUBLE)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compared_side_is_the_value() {
        assert_eq!(
            of_condition("gopher.word_count >= 200").as_deref(),
            Some("CASE WHEN NOT (gopher.word_count >= 200) THEN TRY_CAST(gopher.word_count AS DOUBLE) END")
        );
        assert_eq!(
            of_condition("(1 < a) AND b BETWEEN 2 AND 3").as_deref(),
            Some(
                "CASE WHEN NOT (1 < a) THEN TRY_CAST(a AS DOUBLE) \
                 WHEN NOT (b BETWEEN 2 AND 3) THEN TRY_CAST(b AS DOUBLE) END"
            )
        );
    }

    #[test]
    fn other_conditions_have_none() {
        for condition in ["true", "source IN ('a', 'b')", "a > 1 OR b > 1", "not sql at", ""] {
            assert_eq!(of_condition(condition), None, "{condition}");
            assert_eq!(comparisons(condition), [], "{condition}");
        }
    }

    #[test]
    fn comparisons_are_told_with_the_number_on_the_right() {
        let told = |condition: &str| -> Vec<String> {
            let found = comparisons(condition);
            let spelled = found
                .iter()
                .map(|found| format!("{} {} {}", found.about, found.operator, found.threshold));
            spelled.collect()
        };
        assert_eq!(told("gopher.word_count >= 200"), ["gopher.word_count >= 200"]);
        assert_eq!(
            told("(1e3 < a) AND b BETWEEN -2 AND 3"),
            ["a > 1000", "b >= -2", "b <= 3"]
        );
        assert_eq!(told("a = 'x' AND c + d <= 0.5"), ["c + d <= 0.5"]);
    }

    #[test]
    fn columns_are_found_however_they_are_spelled() {
        let asked = |condition: &str| {
            let expression = parse(condition).expect("SQL");
            columns(&expression).into_iter().collect::<Vec<String>>()
        };
        assert_eq!(asked("annotations.gopher.word_count > 1"), ["gopher.word_count"]);
        assert_eq!(
            asked("Shape.Lines > 1 OR \"group\" = 'web'"),
            ["group", "shape.lines"]
        );
        assert_eq!(
            asked("coalesce(gopher['word_count'], 0) > 1"),
            ["gopher", "gopher.word_count"]
        );
    }

    #[test]
    fn unknown_columns_are_told_with_the_nearest() {
        let known = ["id", "gopher", "gopher.word_count", "shape", "shape.lines"].map(str::to_owned);
        let told = |condition: &str| unknown(&parse(condition).expect("SQL"), &known);
        assert_eq!(told("gopher.word_count > 1"), Vec::<String>::new());
        assert_eq!(
            told("gopher.word_cuont > 1 AND line > 2 AND word_count < 3 AND zzz"),
            [
                "there is no column 'gopher.word_cuont'; did you mean 'gopher.word_count'?",
                "there is no column 'line'; did you mean 'shape.lines'?",
                "there is no column 'word_count'; did you mean 'gopher.word_count'?",
                "there is no column 'zzz'",
            ]
        );
    }
}
