//! The number that a verdict shows for a user's condition: what the comparison that failed was about.
//!
//! `gopher.word_count >= 200 AND shape.lines < 9` fails at one of its comparisons, and the left side of the first that
//! does is the number that a user wants to see. Conditions of other forms have no such number.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// SQL of the number, if `condition` is one comparison or several joined by AND.
pub(super) fn of_condition(condition: &str) -> Option<String> {
    let dialect = GenericDialect {};
    let expression = Parser::new(&dialect)
        .try_with_sql(condition)
        .ok()?
        .parse_expr()
        .ok()?;
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
