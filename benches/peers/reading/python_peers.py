"""The peers that are written in Python, each measured in a process of its own, as the Rust ones are:

    python_peers.py pages PEER PAGES.jsonl [TEXTS.jsonl]
    python_peers.py records PEER FILE.warc[.gz]

stdout is one line of JSON: what was done and what it cost. Pages and texts are in memory while the clock runs, and the
first pages are done before it starts.
"""
import json
import sys
import time
from pathlib import Path

WARM_UP = 5
# From so many pages on: fewer are not there for their speed, and may be hostile.
MANY = 100
# CPU seconds that all passes over an archive take at least.
ENOUGH = 1.0


def trafilatura():
    from trafilatura import extract
    return extract


def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text
    return lambda page: extract_plain_text(page, main_content=True)


def readability_lxml():
    from readability import Document
    from resiliparse.extract.html2text import extract_plain_text
    return lambda page: extract_plain_text(Document(page).summary())


PAGES = {"trafilatura-python": trafilatura, "resiliparse": resiliparse, "readability-lxml": readability_lxml}


def fastwarc(path):
    from fastwarc.warc import ArchiveIterator
    with open(path, "rb") as file:
        return sum(1 for _ in ArchiveIterator(file, parse_http=False))


def warcio(path):
    from warcio.archiveiterator import ArchiveIterator
    with open(path, "rb") as file:
        return sum(1 for _ in ArchiveIterator(file, no_record_parse=True))


RECORDS = {"fastwarc-python": fastwarc, "warcio": warcio}


def row(documents, clock, passes=1):
    print(json.dumps({"documents": documents, "cpu_seconds": (time.process_time() - clock[0]) / passes,
                      "wall_seconds": (time.time() - clock[1]) / passes}))


def measure_pages(peer, pages, texts=None):
    extract = PAGES[peer]()

    def work(page):
        # A page that makes the peer fail has no text.
        try:
            return extract(page) or ""
        except Exception:
            return ""
    pages = [json.loads(line) for line in Path(pages).open(encoding="utf-8")]
    if len(pages) >= MANY:
        for page in pages[:WARM_UP]:
            work(page["html"])
    clock = time.process_time(), time.time()
    found = [work(page["html"]) for page in pages]
    row(len(pages), clock)
    if texts:
        with open(texts, "w", encoding="utf-8") as file:
            for page, text in zip(pages, found):
                file.write(json.dumps({"id": page["id"], "text": text}) + "\n")


def measure_records(peer, path):
    count = RECORDS[peer](path)
    clock, passes = (time.process_time(), time.time()), 0
    while time.process_time() - clock[0] < ENOUGH:
        if RECORDS[peer](path) != count:
            raise RuntimeError("two passes gave different records")
        passes += 1
    row(count, clock, passes)


if __name__ == "__main__":
    {"pages": measure_pages, "records": measure_records}[sys.argv[1]](*sys.argv[2:])
