//! Rules for code: those of `StarCoder` (Li et al. 2023, section 3) and of The Stack v2 (Lozhkov et al. 2024, section 4).
//! They are over numbers that a file has whatever its language, but where a language is known to look different
//! (markup has long lines, assembly few letters) it is exempt as in the papers. Apply to code.

use super::number;
use crate::recipe::written::{CodeRules, Group};
use crate::stage::Rule;

/// Markup and prose, in which a paragraph is a line (The Stack v2).
const LONG_LINES: &str =
    "'html', 'json', 'markdown', 'roff', 'roff manpage', 'smt', 'tex', 'text', 'xml', 'svg'";

/// Languages with few letters (The Stack v2).
const FEW_LETTERS: &str = "'motorola 68k assembly', 'webassembly'";

/// Signals that are no numbers, which a verdict cannot show.
const LABELS: [&str; 2] = ["machine", "data_format"];

/// The rules, cheapest reasons to drop first.
#[expect(clippy::too_many_lines, reason = "one call for each rule")]
pub(super) fn rules(thresholds: &CodeRules) -> Vec<Rule> {
    let language = "COALESCE(code.language, '')";
    let mut list = Vec::new();
    let mut add = |name: &str, signal: &str, keep: String| {
        list.push(Rule {
            stage: "quality",
            name: name.to_owned(),
            keep,
            value: (!LABELS.contains(&signal)).then(|| format!("code.{signal}")),
            groups: vec![Group::Code.name().to_owned()],
            sources: Vec::new(),
        });
    };
    if !thresholds.keep_generated {
        add("code_generated", "machine", "code.machine IS NULL".to_owned());
    }
    add(
        "code_many_lines",
        "lines",
        format!("code.lines <= {}", thresholds.max_lines),
    );
    add(
        "code_long_lines",
        "mean_line_length",
        format!(
            "code.mean_line_length <= {} OR {language} IN ({LONG_LINES})",
            number(thresholds.max_mean_line_length)
        ),
    );
    add(
        "code_long_line",
        "max_line_length",
        format!(
            "code.max_line_length <= CASE WHEN {language} IN ({LONG_LINES}) THEN {} ELSE {} END",
            thresholds.max_markup_line_length, thresholds.max_line_length
        ),
    );
    add(
        "code_few_alphanumeric",
        "alphanumeric_share",
        format!(
            "code.alphanumeric_share >= {}",
            number(thresholds.min_alphanumeric_share)
        ),
    );
    add(
        "code_few_letters",
        "alphabetic_share",
        format!(
            "code.alphabetic_share >= {} OR {language} IN ({FEW_LETTERS})",
            number(thresholds.min_alphabetic_share)
        ),
    );
    add(
        "code_few_letters_per_token",
        "letters_per_token",
        format!(
            "code.letters_per_token >= {}",
            number(thresholds.min_letters_per_token)
        ),
    );
    add(
        "code_encoded",
        "encoded_share",
        format!("code.encoded_share <= {}", number(thresholds.max_encoded_share)),
    );
    add(
        "code_encoded_run",
        "longest_encoded_run",
        format!("code.longest_encoded_run <= {}", thresholds.max_encoded_run),
    );
    if !thresholds.keep_xml {
        add(
            "code_xml",
            "data_format",
            "COALESCE(code.data_format, '') <> 'xml'".to_owned(),
        );
    }
    add(
        "code_little_text",
        "visible_text",
        format!("code.visible_text >= {}", thresholds.min_visible_text),
    );
    add(
        "code_much_markup",
        "visible_text_share",
        format!(
            "code.visible_text_share >= {}",
            number(thresholds.min_visible_text_share)
        ),
    );
    let of_data = |condition: String, formats: &str| {
        format!("COALESCE(code.data_format, '') NOT IN ({formats}) OR {condition}")
    };
    add(
        "code_data_size",
        "characters",
        of_data(
            format!(
                "code.characters BETWEEN {} AND {}",
                thresholds.min_data_length, thresholds.max_data_length
            ),
            "'json', 'yaml'",
        ),
    );
    add(
        "code_data_letters",
        "alphabetic_share",
        of_data(
            format!(
                "code.alphabetic_share >= {}",
                number(thresholds.min_data_alphabetic_share)
            ),
            "'json', 'yaml'",
        ),
    );
    add(
        "code_data_lines",
        "lines",
        of_data(
            format!("code.lines <= {}", thresholds.max_data_lines),
            "'json', 'yaml', 'csv', 'text', 'graph'",
        ),
    );
    // Data and prose have no comments to speak of, or are commented out where they stand.
    let of_code =
        |condition: String| format!("code.data_format IS NOT NULL OR {language} = 'markdown' OR {condition}");
    add(
        "code_few_comments",
        "comment_share",
        of_code(format!(
            "code.comment_share >= {}",
            number(thresholds.min_comment_share)
        )),
    );
    add(
        "code_many_comments",
        "comment_share",
        of_code(format!(
            "code.comment_share <= {}",
            number(thresholds.max_comment_share)
        )),
    );
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_carry_their_thresholds() {
        let list = rules(&CodeRules {
            min_alphanumeric_share: 0.3,
            ..CodeRules::default()
        });
        let keep = |name: &str| {
            let rule = list.iter().find(|rule| rule.name == name);
            rule.map(|rule| rule.keep.as_str())
        };
        assert_eq!(
            keep("code_few_alphanumeric"),
            Some("code.alphanumeric_share >= 0.3")
        );
        assert_eq!(keep("code_generated"), Some("code.machine IS NULL"));
        assert!(list.iter().all(|rule| rule.groups == ["code"]));
        let lenient = rules(&CodeRules {
            keep_generated: true,
            keep_xml: true,
            ..CodeRules::default()
        });
        assert_eq!(lenient.len() + 2, list.len());
    }
}
