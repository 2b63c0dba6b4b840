#!/usr/bin/env python3
"""Reading measured against its peers, in one run: quality and speed of main-text extraction, records of archives,
hostile pages, memory. Prints Markdown tables for benches/README.md.

    make bench-reading                                  # everything
    python3 benches/peers/reading/run.py quality speed  # some of it

It builds gristmill, the Rust peers (benches/peers/extractors) and an environment with the Python ones, all under
target/; the package registries must be reachable the first time. Every measurement is a process of its own, the
contenders take turns, and the figure is the median of the rounds in CPU seconds, user and system.
"""
import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path

import pages
import score
from contenders import ROOT, Tools, run

PARTS = ["quality", "speed", "records", "hostile", "memory"]
# CPU seconds and address space that a hostile page may take.
HOSTILE_SECONDS, HOSTILE_MEMORY = 30, 16_000_000_000
MEMORY_SIZES = {"100 MB": 100_000_000, "1 GB": 1_000_000_000}
MB = 1e6


def table(title, headings, rows, note=""):
    print(f"### {title}\n")
    print("| " + " | ".join(headings) + " |")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(f"\n{note}\n" if note else "", flush=True)


def texts_of(contender, folder, pages_file, archive, **limits):
    """Cost and the texts by id."""
    texts = folder / "texts.jsonl"
    texts.unlink(missing_ok=True)
    cost = run([*contender.arguments, archive if contender.ours else pages_file, texts], **limits)
    found = (json.loads(line) for line in texts.open(encoding="utf-8")) if texts.exists() else ()
    return cost, {row["id"]: row["text"] for row in found}


def laid(folder, some):
    """The pages as JSONL and as an archive."""
    pages_file, archive = folder / "pages.jsonl", folder / "pages.warc.gz"
    pages.write_pages(pages_file, some)
    pages.write_warc(archive, some)
    return pages_file, archive


def quality(tools, given, folder):
    sets = {"wcxb": pages.wcxb(given.data / "html_wcxb_dev"),
            "readability": pages.readability(given.data / "html_readability")}
    lines, kinds = [], []
    for contender in tools.extractors():
        scored = {}
        for name, (some, gold) in sets.items():
            cost, texts = texts_of(contender, folder, *laid(folder, some))
            if cost.ended:
                raise RuntimeError(f"{contender.name} {cost.ended} on {name}")
            scored[name] = [score.score_page(page, texts.get(page["id"], "")) for page in gold]
        lines.append((contender.name, scored))
        kinds = sorted({page["kind"] for page in scored["wcxb"]})
    lines.sort(key=lambda line: -score.summary(line[1]["wcxb"])["f1"])
    overall, by_kind = [], []
    for name, scored in lines:
        own = score.summary(scored["wcxb"])
        overall.append([name, f"{own['f1']:.3f} ± {own['error']:.3f}", f"{own['precision']:.3f}",
                        f"{own['recall']:.3f}", f"{own['runs']:.3f}", str(own["empty"]), f"{own['kept']:.3f}",
                        f"{own['left_in']:.3f}", f"{score.summary(scored['readability'])['f1']:.3f}"])
        of_kind = lambda kind: [page for page in scored["wcxb"] if page["kind"] == kind]
        by_kind.append([name] + [f"{score.summary(of_kind(kind))['f1']:.3f}" for kind in kinds])
    count = len(sets["wcxb"][0])
    table(f"Extraction quality on the {count} pages of html_wcxb_dev",
          ["extractor", "F1", "precision", "recall", "4-gram F1", "without text", "snippets kept", "furniture left in",
           "F1 on html_readability"], overall,
          "F1, precision and recall of words, mean over pages and its standard error. The last column's gold is what "
          "Readability.js makes of its own test pages: its ports reproduce it.")
    counts = [sum(page["kind"] == kind for page in lines[0][1]["wcxb"]) for kind in kinds]
    table("The same F1 by page type", ["extractor"] + [f"{kind} ({n})" for kind, n in zip(kinds, counts)], by_kind)


def rounds(contenders, count, measure):
    """Median CPU seconds and the span of each contender over interleaved rounds, with the last cost."""
    costs = {}
    for number in range(count):
        for contender in contenders:
            print(f"round {number + 1}: {contender.name}", file=sys.stderr)
            cost = measure(contender)
            if cost.ended:
                raise RuntimeError(f"{contender.name} {cost.ended}")
            costs.setdefault(contender.name, []).append(cost)
    return [(name, statistics.median(cost.cpu_seconds for cost in of_one), of_one) for name, of_one in costs.items()]


def rate_cells(megabytes, seconds, of_one, first):
    """Rate, its span, and how many times slower than the first line."""
    span = sorted(megabytes / cost.cpu_seconds for cost in of_one)
    digits = lambda rate: f"{rate:.0f}" if rate >= 100 else f"{rate:.1f}" if rate >= 10 else f"{rate:.2f}"
    return [digits(megabytes / seconds), f"{digits(span[0])} to {digits(span[-1])}", f"{seconds / first:.2f}"]


def speed(tools, given, folder):
    some = pages.corpus(given.corpus / "html.jsonl", given.megabytes * 1_000_000)
    pages_file, archive = laid(folder, some)
    megabytes, text = pages.html_bytes(some) / MB, {}

    def measure(contender):
        cost, texts = texts_of(contender, folder, pages_file, archive)
        text[contender.name] = sum(len(found.encode()) for found in texts.values()) / MB, sum(map(bool, texts.values()))
        return cost
    measured = rounds([contender for contender in tools.extractors() if contender.timed], given.rounds, measure)
    first = measured[0][1]
    rows = [[name, *rate_cells(megabytes, seconds, of_one, first), f"{len(some) / seconds:.0f}",
             f"{text[name][1]} / {text[name][0]:.1f} MB"] for name, seconds, of_one in measured]
    table(f"Extraction speed on {len(some)} pages of the corpus, {megabytes:.1f} MB of HTML",
          ["extractor", "MB of HTML per CPU-s", "span", "CPU time, ours = 1", "pages per CPU-s", "with text"], rows,
          "gristmill reads a .warc.gz of the pages (inflating, records, HTTP, encoding, extraction); the peers have "
          "them in memory as decoded strings.")


def records(tools, given, folder):
    some = pages.corpus(given.corpus / "html.jsonl", 0)
    for name, say in (("records.warc.gz", "one gzip member a record"), ("records.warc", "plain")):
        archive = folder / name
        megabytes = pages.write_warc(archive, some) / MB

        def measure(contender):
            cost = run([*contender.arguments, archive])
            if not cost.ended and cost.documents != len(some):
                raise RuntimeError(f"{contender.name} found {cost.documents} of {len(some)} records")
            return cost
        measured = rounds(tools.record_readers(), given.rounds, measure)
        rows = [[name, *rate_cells(megabytes, seconds, of_one, measured[0][1])]
                for name, seconds, of_one in measured]
        table(f"Records of an archive, {say}: {len(some)} records, {megabytes:.0f} MB inflated",
              ["reader", "MB inflated per CPU-s", "span", "CPU time, ours = 1"], rows)


def hostile(tools, given, folder):
    shapes = {f"{pages.NESTED:,} nested elements": pages.nested(), "flat": pages.flat()}
    contenders = [contender for contender in tools.extractors() if contender.timed]
    lines = {contender.name: [contender.name] for contender in contenders}
    for some in shapes.values():
        pages_file, archive = laid(folder, some)
        wanted = set(score.words(pages.visible_text(some[0]["html"])))
        for contender in contenders:
            cost, texts = texts_of(contender, folder, pages_file, archive, cpu_limit=HOSTILE_SECONDS,
                                   memory_limit=HOSTILE_MEMORY)
            found = set(score.words(texts.get("0", "")))
            kept = len(found & wanted) / len(wanted)
            lines[contender.name] += [cost.ended or f"{cost.cpu_seconds:.2f}", "" if cost.ended else f"{kept:.1%}",
                                      f"{cost.peak_bytes / MB:.0f}"]
    headings = [f"{shape}: {what}" for shape in shapes for what in ("CPU s", "words kept", "peak MB")]
    table("Hostile pages of 20 MB of text", ["extractor"] + headings, lines.values(),
          f"Limit: {HOSTILE_SECONDS} CPU seconds. Different words of the page that its main text has; every sentence "
          "has one of its own. Peak of the whole process, which holds the page as JSON too.")


RECIPE = """version = "1"
name = "memory"
work = {work}
[[source]]
name = "crawl"
group = "web"
paths = [{archive}]
[shards]
out = {out}
"""


def memory(tools, given, folder):
    some = pages.corpus(given.corpus / "html.jsonl", 0)
    lines = []
    for kind in (".warc", ".warc.gz"):
        for until in ("read", "shard"):
            row = [f"`gristmill curate --until {until}` over {kind}"]
            for name, size in MEMORY_SIZES.items():
                archive = folder / f"memory{kind}"
                pages.write_warc(archive, some, size)
                with tempfile.TemporaryDirectory(dir=folder) as work:
                    places = {"work": f"{work}/work", "out": f"{work}/out", "archive": archive}
                    recipe = Path(work) / "memory.toml"
                    recipe.write_text(RECIPE.format(**{key: json.dumps(str(path)) for key, path in places.items()}))
                    print(f"{row[0]}, {name}", file=sys.stderr)
                    cost = run([tools.gristmill, "curate", recipe, "--until", until, "--quiet"])
                row += [cost.ended or f"{cost.peak_bytes / MB:.0f}", f"{cost.cpu_seconds:.1f}"]
                archive.unlink()
            lines.append(row)
    headings = [f"{name}: {what}" for name in MEMORY_SIZES for what in ("peak MB", "CPU s")]
    table("Memory: an archive made by repeating the corpus's pages", ["run"] + headings, lines,
          "Sizes are those of the records before compression.")


def machine():
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{len(names)} cores, {names[0] if names else platform.machine()}, {memory_bytes / 1e9:.0f} GB of memory, " \
           f"Linux {platform.release()}, Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} at the start."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    corpus = os.environ.get("GRISTMILL_BENCH_CORPUS", ROOT.parent / "shared/bench/corpus")
    data = os.environ.get("GRISTMILL_DATA", ROOT.parent / "shared/data")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--data", type=Path, default=data, help="folder with html_wcxb_dev and html_readability")
    parser.add_argument("--corpus", type=Path, default=corpus, help="what make_corpus.py wrote")
    parser.add_argument("--rounds", type=int, default=3, help="turns that each contender has where speed is told")
    parser.add_argument("--megabytes", type=int, default=20, help="HTML for the speed of extraction; 0 for all")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    tools = Tools()
    print(machine() + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for part in given.parts or PARTS:
            print(f"measuring {part}", file=sys.stderr)
            globals()[part](tools, given, Path(folder))


if __name__ == "__main__":
    main()
