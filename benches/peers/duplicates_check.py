#!/usr/bin/env python3
"""What deduplication found of the planted duplicates, and whether what it dropped had a neighbour.

    gristmill curate fixtures/recipes/real-duplicates.toml --until dedup
    python3 benches/peers/duplicates_check.py work/real-duplicates work/corpus [--gristmill target/release/gristmill]

Recall, by kind and share of words changed: planted copies that ended in one cluster with their original.
Precision: of the documents dropped as near duplicates, those whose kept document has a true Jaccard similarity of
at least 0.5, 0.7, 0.75, 0.8 (of sets of five lower-case words, as make_corpus.py computes the truth).

Needs nothing but Python. Exit status: 0, or 1 where an exact copy was missed.
"""
import argparse
import csv
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

WORD = re.compile(r"\w+")
THRESHOLDS = (0.5, 0.7, 0.75, 0.8)
PAIRS = """SELECT gone.key AS gone, kept.key AS kept, duplicates.method AS method, duplicates.similarity AS similarity
    FROM duplicates JOIN documents AS gone ON gone.id = duplicates.id
    JOIN documents AS kept ON kept.id = duplicates.kept_id"""


def query(gristmill, work, sql):
    command = [gristmill, "query", sql, "--work", str(work), "--json"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def shingles(text):
    words = [word.lower() for word in WORD.findall(text)]
    return {" ".join(words[start:start + 5]) for start in range(len(words) - 4)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--gristmill", default="target/release/gristmill")
    arguments = parser.parse_args()

    pairs = query(arguments.gristmill, arguments.work, PAIRS)
    kept = {pair["gone"]: pair["kept"] for pair in pairs}

    def last(key):
        while key in kept:
            key = kept[key]
        return key

    levels = defaultdict(lambda: [0, 0, 0.0])
    with open(arguments.corpus / "dup_truth.tsv", encoding="utf-8") as truth:
        for row in csv.DictReader(truth, delimiter="\t"):
            level = "exact" if row["kind"] == "exact" else f"{row['edit_pct']}% of words"
            found = last(row["dup_id"]) == last(row["orig_id"])
            counts = levels[level]
            counts[0] += found
            counts[1] += 1
            counts[2] += float(row["jaccard_w5"])
    print("planted copies found")
    for level, (found, all_of_them, similarity) in sorted(levels.items()):
        print(f"  {level:14} {found:5} of {all_of_them:5}  {found / all_of_them:6.1%}"
              f"  mean Jaccard {similarity / all_of_them:.2f}")

    near = [pair for pair in pairs if pair["method"] == "near"]
    wanted = {key for pair in near for key in (pair["gone"], pair["kept"])}
    texts = {}
    for path in sorted((arguments.corpus / "dup").glob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["id"] in wanted:
                    texts[row["id"]] = shingles(row["text"])
    counts = dict.fromkeys(THRESHOLDS, 0)
    error = 0.0
    for pair in near:
        one, other = texts[pair["gone"]], texts[pair["kept"]]
        union = len(one | other)
        similarity = len(one & other) / union if union else 0.0
        error += abs(similarity - pair["similarity"])
        for threshold in THRESHOLDS:
            counts[threshold] += similarity >= threshold
    print(f"{len(near)} documents dropped as near duplicates; their kept document is as similar as")
    for threshold, count in counts.items():
        print(f"  {threshold:<5} {count:5}  {count / max(len(near), 1):6.1%}")
    print(f"  mean error of the estimate {error / max(len(near), 1):.3f}")
    return 0 if levels["exact"][0] == levels["exact"][1] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
