//! A user's condition: one SQL expression, the same for the same row at any time, true or false.
//!
//! And the number that a verdict shows for it: what the comparison that failed was about. `gopher.word_count >= 200 AND shape.lines < 9` fails at one of its comparisons, and the left side of the first that
//! does is the number that a user wants to see. Conditions of other forms have no such number.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr as Logical, LogicalPlan, Volatility};
use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::Token;

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

/// What a planned condition may not ask: what changes from call to call, and what looks beyond its row.
pub(super) fn refused(plan: &LogicalPlan) -> Result<Option<String>, DataFusionError> {
    let mut reason = None;
    plan.apply_expressions(|expression| {
        expression.apply(|part| {
            match part {
                Logical::ScalarFunction(call)
                    if call.func.signature().volatility != Volatility::Immutable =>
                {
                    let name = call.func.name();
                    reason = Some(format!("{name}() does not give the same answer on every run"));
                }
                Logical::ScalarSubquery(_) | Logical::InSubquery(_) | Logical::Exists(_) => {
                    reason =
                        Some("a condition is asked of each document alone, without subqueries".to_owned());
                }
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(reason)
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
    use super::of_condition;

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
        }
    }
}
