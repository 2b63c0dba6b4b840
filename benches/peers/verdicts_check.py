#!/usr/bin/env python3
"""Compares the verdicts of the published rule sets with datatrove's, on real text: keep or drop, and the first reason.

    cargo build --workspace --release
    python3 benches/peers/verdicts_check.py                       # all rule sets; name some to judge by these alone
    python3 benches/peers/verdicts_check.py gopher --corpus work/corpus --shared ../shared

For every rule set that gristmill and datatrove both have: its recipe is run over the documents of the corpus for which
`bench/oracle` holds datatrove's decisions (see ../shared/bench/README.md) and over the texts of `data/filters`, up to
the verdicts, and these are compared one by one. All texts are judged as pages, code too, and nothing is rewritten. One
row for each group of texts and class: what datatrove keeps and what it drops are counted apart, because who keeps
everything is right about all that should be kept.

Below the table: every kind of difference with its number, and the first documents of each (`--show`).

Exit status: 0 where at least 99.5% of the verdicts and 99% of the first reasons agree in both classes of every rule
set, 1 where not, 2 where texts or decisions are missing.
"""
import argparse
import collections
import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

# The rule set's name in a recipe: datatrove's decisions on the corpus, and their name in data/filters.
RULE_SETS = {
    "gopher": ("gopq", "gopher_quality"),
    "gopher_repetition": ("goprep", "gopher_repetition"),
    "c4": ("c4", "c4_quality"),
    "fineweb": ("fw", "fineweb_quality"),
}
GROUPS = ("web", "book", "code")
LEAST_VERDICTS, LEAST_REASONS = 0.995, 0.99
RECIPE = """version = "1"
name = "judged"
work = {work}
[[source]]
name = "texts"
group = "web"
paths = [{texts}]
[rewrite]
mojibake = false
unicode = "none"
pii = "keep"
[language]
identifier = "none"
[quality]
rules = ["{rule_set}"]
[safety]
toxicity = "none"
[dedup]
exact = false
near = false
"""
SQL = """SELECT documents.key AS key, verdicts.kept AS kept, verdicts.rule AS rule, verdicts.value AS value
    FROM verdicts JOIN documents ON documents.id = verdicts.id"""


class Text:
    """A text with datatrove's decisions: for each rule set `keep`, or the reason it is dropped for."""

    def __init__(self, group, key, text):
        self.group, self.key, self.text, self.expected = group, key, text, {}


def from_corpus(folder, oracle):
    """The corpus's documents that were decided on, by key."""
    texts = {}
    for group in GROUPS:
        with open(folder / f"{group}.jsonl", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                texts[row["id"]] = Text(group, row["id"], row["text"])
    for rule_set, (name, _) in RULE_SETS.items():
        with gzip.open(oracle / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                key, verdict, reason = (line.rstrip("\n") + "\t\t").split("\t")[:3]
                if key in texts:
                    texts[key].expected[rule_set] = "keep" if verdict == "keep" else reason
    return [text for text in texts.values() if text.expected]


def from_filters(path):
    """The texts that were published with their decisions."""
    texts = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = Text("filters", row["id"], row["text"])
            for rule_set, (_, name) in RULE_SETS.items():
                text.expected[rule_set] = row["datatrove"][name]["reason"] or "keep"
            texts.append(text)
    return texts


def judge(gristmill, rule_set, texts, folder):
    """What gristmill says of `texts`: for each number `keep` or the rule, and the rule's value."""
    path, recipe, work = folder / "texts.jsonl", folder / f"{rule_set}.toml", folder / rule_set
    with open(path, "w", encoding="utf-8") as lines:
        for number, text in enumerate(texts):
            lines.write(json.dumps({"id": f"text-{number}", "text": text.text}) + "\n")
    recipe.write_text(RECIPE.format(work=json.dumps(str(work)), texts=json.dumps(str(path)), rule_set=rule_set))
    subprocess.run([gristmill, "curate", recipe, "--until", "filter", "--quiet"], check=True)
    query = [gristmill, "query", SQL, "--work", work, "--json"]
    output = subprocess.run(query, check=True, capture_output=True, text=True).stdout
    found = {}
    for line in output.splitlines():
        row = json.loads(line)
        number = int(row["key"].removeprefix("text-"))
        found[number] = ("keep" if row["kept"] else row["rule"], row.get("value"))
    return found


class Agreement:
    """How many of some texts were decided the same."""

    def __init__(self):
        self.texts = self.verdicts = self.reasons = 0

    def count(self, theirs, ours):
        self.texts += 1
        self.verdicts += (theirs == "keep") == (ours == "keep")
        self.reasons += theirs == ours

    def shares(self):
        return [part / self.texts if self.texts else 1.0 for part in (self.verdicts, self.reasons)]


def kind_of(theirs, ours):
    """The class of a difference."""
    if theirs == "keep":
        return f"dropped here for {ours}, kept by datatrove"
    if ours == "keep":
        return f"kept here, dropped by datatrove for {theirs}"
    return f"another first reason: {ours} here, {theirs} in datatrove"


def report(rule_set, texts, found, show):
    """Prints the agreement on one rule set. Says whether it is enough."""
    table = collections.defaultdict(Agreement)
    differences = collections.defaultdict(list)
    for number, text in enumerate(texts):
        theirs = text.expected.get(rule_set)
        if theirs is None:
            continue
        ours, value = found.get(number, ("not read", None))
        side = "kept" if theirs == "keep" else "dropped"
        for group in (text.group, "all"):
            table[group, side].count(theirs, ours)
        if ours != theirs:
            differences[kind_of(theirs, ours)].append((text, value))
    for group in (*GROUPS, "filters", "all"):
        for side in ("kept", "dropped"):
            counted = table[group, side]
            verdicts, reasons = counted.shares()
            print(f"{rule_set:18} {group:8} {side:8} {counted.texts:6} {verdicts:9.2%} {reasons:9.2%}"
                  f" {counted.texts - counted.reasons:9}")
    for kind, places in sorted(differences.items(), key=lambda item: -len(item[1])):
        print(f"  {len(places):5}  {kind}")
        for text, value in places[:show]:
            print(f"         {text.group}: {text.key}" + ("" if value is None else f" (value {value})"))
    enough = [table["all", side].shares() for side in ("kept", "dropped")]
    return all(verdicts >= LEAST_VERDICTS and reasons >= LEAST_REASONS for verdicts, reasons in enough)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rule_sets", nargs="*", metavar="RULE_SET", help=", ".join(RULE_SETS))
    parser.add_argument("--gristmill", default="target/release/gristmill")
    parser.add_argument("--corpus", type=Path, default=Path("work/corpus"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--show", type=int, default=3, help="documents named for each kind of difference")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.rule_sets if name not in RULE_SETS]
    if unknown:
        parser.error(f"no such rule set: {', '.join(unknown)}")
    try:
        texts = from_corpus(arguments.corpus, arguments.shared / "bench/oracle")
        texts += from_filters(arguments.shared / "data/filters/datatrove_decisions.jsonl.gz")
    except FileNotFoundError as error:
        print(f"{error}; see --help", file=sys.stderr)
        return 2

    print(f"{len(texts)} texts, {sum(len(text.text.encode()) for text in texts) / 1e6:.1f} MB")
    print(f"{'rule set':18} {'texts':8} {'class':8} {'number':>6} {'verdict':>9} {'reason':>9} {'different':>9}")
    enough = True
    with tempfile.TemporaryDirectory() as folder:
        for rule_set in arguments.rule_sets or RULE_SETS:
            found = judge(arguments.gristmill, rule_set, texts, Path(folder))
            enough &= report(rule_set, texts, found, arguments.show)
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
