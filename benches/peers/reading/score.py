"""How near an extracted text is to the one that people (or Readability.js) would have: words and runs of words.

`words`: multisets of lower-case \\w+ words of both texts; precision, recall and F1 of a page, then the mean over pages.
`shingles`: multisets of 4-grams of words, case kept; precision and recall are averaged over pages first, and the F1 is
that of the averages, as article-extraction benchmarks do.
"""
import math
import re
from collections import Counter

WORD = re.compile(r"\w+")
SHINGLE = 4


def words(text):
    return WORD.findall(text.lower())


def overlap(found, wanted):
    """Precision and recall of one multiset against another."""
    found, wanted = Counter(found), Counter(wanted)
    both = sum((found & wanted).values())
    if not wanted:
        return (0.0, 0.0) if found else (1.0, 1.0)
    return both / max(1, sum(found.values())), both / sum(wanted.values())


def shingles(text):
    tokens = WORD.findall(text)
    size = min(SHINGLE, len(tokens))
    return [tuple(tokens[at:at + size]) for at in range(len(tokens) - size + 1)] if tokens else []


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def mean(values):
    return sum(values) / len(values) if values else 0.0


def standard_error(values):
    if len(values) < 2:
        return 0.0
    middle = mean(values)
    return math.sqrt(sum((value - middle) ** 2 for value in values) / (len(values) - 1) / len(values))


def score_page(gold, text):
    precision, recall = overlap(words(text), words(gold["text"]))
    run_precision, run_recall = overlap(shingles(text), shingles(gold["text"]))
    flat = " ".join(words(text))
    contains = [[" ".join(words(snippet)) in flat for snippet in gold[key]] for key in ("with", "without")]
    return {"kind": gold["kind"], "f1": f1(precision, recall), "precision": precision, "recall": recall,
            "run_precision": run_precision, "run_recall": run_recall, "empty": not flat,
            "kept": contains[0], "left_in": contains[1]}


def summary(pages):
    """Of scored pages: the figures of one line of a table."""
    column = lambda name: [page[name] for page in pages]
    kept = [hit for page in pages for hit in page["kept"]]
    left_in = [hit for page in pages for hit in page["left_in"]]
    return {"pages": len(pages), "f1": mean(column("f1")), "error": standard_error(column("f1")),
            "precision": mean(column("precision")), "recall": mean(column("recall")),
            "runs": f1(mean(column("run_precision")), mean(column("run_recall"))),
            "empty": sum(column("empty")), "kept": mean(kept), "left_in": mean(left_in)}
