"""What is read: pages with their main text known, the corpus's pages, hostile ones; and archives of them.

A page is {id, html}; its gold is {id, kind, text, with, without}: snippets that the main text must and must not have.
Ids are counted, so that an address can hold one.
"""
import gzip
import json
from html.parser import HTMLParser

# Elements that do not end a word.
INLINE = set("a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strong sub sup "
             "time tt u var wbr".split())


class VisibleText(HTMLParser):
    """The text of a piece of HTML, with a line's end where an element ends a word."""

    def __init__(self):
        super().__init__()
        self.parts, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "style"):
            self.hidden += 1
        elif tag not in INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.hidden = max(0, self.hidden - 1)
        elif tag not in INLINE:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data)


def visible_text(html):
    parser = VisibleText()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def unpacked(path):
    data = gzip.decompress(path.read_bytes())
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")


def wcxb(folder):
    """The 49 development pages of the web content extraction benchmark: pages and gold."""
    pages, gold = [], []
    for number, line in enumerate(gzip.open(folder / "ground_truth.jsonl.gz", "rt", encoding="utf-8")):
        truth = json.loads(line)
        pages.append({"id": str(number), "html": unpacked(folder / f"{truth['id']}.html.gz")})
        gold.append({"id": str(number), "kind": truth["page_type"], "text": truth["main_content"],
                     "with": truth["with"] or [], "without": truth["without"] or []})
    return pages, gold


def readability(folder):
    """Pages of Readability.js's own tests; gold is what it makes of them."""
    pages, gold = [], []
    for number, page in enumerate(sorted(folder.iterdir())):
        pages.append({"id": str(number), "html": unpacked(page / "source.html.gz")})
        text = visible_text(unpacked(page / "expected.html.gz"))
        gold.append({"id": str(number), "kind": "article", "text": text, "with": [], "without": []})
    return pages, gold


def corpus(path, limit):
    """The first pages of html.jsonl, which stand in the order of a hash: up to `limit` bytes, 0 for all."""
    pages, size = [], 0
    for line in path.open(encoding="utf-8"):
        html = json.loads(line)["html"]
        size += len(html.encode())
        if limit and size > limit:
            break
        pages.append({"id": str(len(pages)), "html": html})
    return pages


def html_bytes(pages):
    return sum(len(page["html"].encode()) for page in pages)


# A sentence for hostile pages; its word with the number shows what was lost.
SENTENCE = "The miller of parish {} weighed every sack before the wheel turned, wrote the weight into the long book, " \
           "and sent the flour down the river with the evening boat, as his father had done for forty years.  "
HOSTILE_BYTES = 20_000_000
NESTED = 100_000


def nested():
    """Elements one in the other, 100,000 deep, each with a sentence: 20 MB of text."""
    parts = [f"<div>{SENTENCE.format(f'n{number}')}" for number in range(NESTED)]
    return [{"id": "0", "html": page_of("".join(parts) + "</div>" * NESTED)}]


def flat():
    """Paragraphs one after the other: 20 MB."""
    parts, size = [], 0
    while size < HOSTILE_BYTES:
        parts.append(f"<p>{SENTENCE.format(f'n{len(parts)}')}</p>\n")
        size += len(parts[-1])
    return [{"id": "0", "html": page_of("".join(parts))}]


def page_of(body):
    return f"<!doctype html><html><head><title>The mill</title></head><body><article><h1>The mill</h1>{body}" \
           "</article></body></html>"


def write_pages(path, pages):
    with path.open("w", encoding="utf-8") as file:
        for page in pages:
            file.write(json.dumps(page) + "\n")


def record(page):
    """A page as the record of a response."""
    body = page["html"].encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
    header = ("WARC/1.0\r\nWARC-Type: response\r\n"
              f"WARC-Target-URI: https://example.org/{page['id']}\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
              f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{int(page['id']):012x}>\r\n"
              f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http) + len(body)}\r\n\r\n")
    return header.encode() + http + body + b"\r\n\r\n"


def write_warc(path, pages, at_least=0):
    """An archive of the pages, one gzip member a record where the name says so; again and again up to `at_least` bytes
    of records. Returns their bytes before compression."""
    records = [record(page) for page in pages]
    sizes = [len(data) for data in records]
    if path.suffix == ".gz":
        records = [gzip.compress(data, 6, mtime=0) for data in records]
    written = 0
    with path.open("wb") as file:
        while True:
            for data, size in zip(records, sizes):
                file.write(data)
                written += size
                if at_least and written >= at_least:
                    return written
            if written >= at_least:
                return written
