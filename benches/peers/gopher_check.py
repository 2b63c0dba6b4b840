#!/usr/bin/env python3
"""Compares verdicts on the corpus with those that datatrove gave: keep or drop, and the first reason.

    gristmill curate RECIPE --until filter        # Gopher's rules alone, over web.jsonl, book.jsonl and code.jsonl
    python3 benches/peers/gopher_check.py WORK ../shared/bench/oracle/gopq.tsv.gz [--gristmill PATH]

A recipe for it: the three files as one source of the group web, so that code is judged too; `[rewrite]` with unicode
"none" and pii "keep"; language identifier, toxicity and deduplication off.

Exit status: 0 where both agree on every document of the oracle that the run read, 1 where not, or where the run read
less than half of the oracle's documents.
"""
import argparse
import collections
import gzip
import json
import subprocess
import sys

SQL = """SELECT documents.key AS key, verdicts.kept AS kept, verdicts.rule AS rule
    FROM verdicts JOIN documents ON documents.id = verdicts.id"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work")
    parser.add_argument("oracle")
    parser.add_argument("--gristmill", default="target/release/gristmill")
    arguments = parser.parse_args()

    expected = {}
    with gzip.open(arguments.oracle, "rt", encoding="utf-8") as lines:
        for line in lines:
            key, verdict, reason = (line.rstrip("\n") + "\t\t").split("\t")[:3]
            expected[key] = "keep" if verdict == "keep" else reason
    command = [arguments.gristmill, "query", SQL, "--work", arguments.work, "--json"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    compared, differences = 0, collections.Counter()
    for line in output.splitlines():
        row = json.loads(line)
        if row["key"] in expected:
            found = "keep" if row["kept"] else row["rule"]
            compared += 1
            if found != expected[row["key"]]:
                differences[expected[row["key"]], found] += 1
    print(f"{compared} of {len(expected)} documents compared, {differences.total()} differ")
    for (theirs, ours), count in differences.most_common(20):
        print(f"  {count:5}  datatrove: {theirs}, here: {ours}")
    return 1 if differences or 2 * compared < len(expected) else 0


if __name__ == "__main__":
    sys.exit(main())
