#!/usr/bin/env python3
"""Peers of gristmill's stages on the same text: one JSON row each, as gristmill-bench prints its own.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/peers/requirements.txt
    cargo run --release --bin gristmill-bench -- --peers /tmp/peers/bin/python

text-dedup 0.4.0 wants an environment of its own (`pip install text-dedup==0.4.0`); `--peers` may be given twice, and
each environment runs the peers that it has.

gristmill-bench starts this script and gives it the slice. A peer is measured as its friends would: in one process,
its models loaded and its first documents done before the clock starts, documents in memory, no output written.
CPU time is user and system time of the process and its children. Each peer gets documents from all parts of the
slice in turn, until SECONDS of CPU time are used or the slice is at its end; what it did not come to is not counted.

stdout is rows, stderr is what was left out and why.
"""
import argparse
import importlib
import json
import os
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

# One core, as the rates are told for one.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
SECONDS = 10.0
WARM_UP = 20
HTML_BYTES = 20_000_000


def cpu():
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def row(name, beside, unit, amount, documents, clock, answer):
    started_cpu, started = clock
    print(json.dumps({
        "name": name, "beside": beside, "unit": unit, "amount": amount, "documents": documents,
        "cost": {"cpu_seconds": cpu() - started_cpu, "wall_seconds": time.time() - started},
        "answer": answer}), flush=True)


def start():
    return cpu(), time.time()


def each(name, beside, documents, work, unit="text", say=lambda results: ""):
    """Does `work` for one document after the other, in the time that there is."""
    for document in documents[:WARM_UP]:
        work(document)
    results, amount, clock = [], 0, start()
    for document in documents:
        results.append(work(document))
        amount += len(document.encode())
        if cpu() - clock[0] > SECONDS:
            break
    if not any(results):
        raise RuntimeError(f"{name} found nothing at all")
    row(name, beside, unit, amount, len(results), clock, say(results))


def slice_documents(folder):
    """The documents of the slice, the groups mixed evenly, so that any beginning is a fair sample."""
    placed = []
    for path in sorted(folder.glob("*.jsonl")):
        texts = [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
        placed += [((number + 0.5) / len(texts), path.name, text) for number, text in enumerate(texts)]
    return [text for _, _, text in sorted(placed, key=lambda entry: entry[:2])]


def pages(path):
    """The first pages of the corpus, as gristmill-bench takes them."""
    found, left = [], HTML_BYTES
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)["html"]
            if len(page.encode()) > left:
                return found
            left -= len(page.encode())
            found.append(page)
    return found


def datatrove_name(what):
    return f"datatrove {version('datatrove')} {what}"


def warcio_framing(beside, given):
    from warcio.archiveiterator import ArchiveIterator
    amount = documents = 0
    clock = start()
    with given.warc.open("rb") as file:
        for record in ArchiveIterator(file):
            amount += len(record.content_stream().read())
            documents += 1
    row(f"warcio {version('warcio')}", beside, "html", amount, documents, clock, "records read")


def trafilatura_text(beside, given):
    from trafilatura import extract
    # The settings of datatrove's extractor.
    work = lambda page: extract(page, favor_precision=True, include_comments=False, deduplicate=True) or ""
    each(f"trafilatura {version('trafilatura')}", beside, given.pages, work, "html",
         lambda texts: f"{sum(map(bool, texts))} pages with text")


def datatrove_jsonl(beside, given):
    from datatrove.pipeline.readers import JsonlReader
    clock = start()
    documents = sum(1 for _ in JsonlReader(str(given.web.parent), glob_pattern=given.web.name).run())
    row(datatrove_name("JsonlReader"), beside, "file", given.web.stat().st_size, documents, clock, "documents read")


def datatrove_pii(beside, given):
    from datatrove.pipeline.formatters import PIIFormatter
    formatter = PIIFormatter()
    each(datatrove_name("PIIFormatter"), beside, given.documents, formatter.format)


def datatrove_filters(name, *filters):
    """A peer that puts every document through all of `filters`: makers of datatrove's filters by their names."""
    def work(beside, given):
        from datatrove.data import Document
        from datatrove.pipeline import filters as all_filters
        made = [getattr(all_filters, filter_name)(**options) for filter_name, options in filters]

        def kept(text):
            # All of them are asked, as they are here: C4 changes the text, so each has its own.
            return all([rules.filter(Document(text=text, id="")) is True for rules in made])
        each(datatrove_name(name), beside, given.documents, kept,
             say=lambda answers: f"{sum(answers)} of {len(answers)} documents kept")
    work.__name__ = name
    return work


GOPHER = ("GopherQualityFilter", {})
REPETITION = ("GopherRepetitionFilter", {})
C4 = ("C4QualityFilter", {})
FINEWEB = ("FineWebQualityFilter", {})


def datatrove_minhash(beside, given):
    from datatrove.pipeline.dedup import MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    signer = MinhashDedupSignature("unused", config=MinhashConfig())

    def work(text):
        shingles = signer.get_shingles(text)
        return len(signer.get_signature(shingles)) if shingles.size else 0
    each(datatrove_name("MinHash signatures"), beside, given.documents, work)


def text_dedup_minhash(beside, given):
    import numpy
    from text_dedup.minhash import embed_func
    from text_dedup.utils import xxh3_32hash
    hashes, rows = 112, 8
    prime = numpy.uint32((1 << 32) - 5)
    random = numpy.random.RandomState(42)
    settings = {
        "num_perm": hashes, "ngram_size": 5, "min_length": 5, "hash_func": xxh3_32hash, "dtype": numpy.uint32,
        "hashranges": [(start, start + rows) for start in range(0, hashes, rows)],
        "permutations": tuple(random.randint(low, prime, size=hashes, dtype=numpy.uint32) for low in (1, 0)),
        "max_hash": numpy.uint32((1 << 32) - 1), "modulo_prime": prime,
    }
    each(f"text-dedup {version('text-dedup')} MinHash signatures", beside, given.documents,
         lambda text: len(embed_func(text, 0, **settings)["__signatures__"]))


def tokenizers_train(beside, given):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=32_000, special_tokens=["<|endoftext|>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    clock = start()
    tokenizer.train_from_iterator(given.documents, trainer)
    amount = sum(len(text.encode()) for text in given.documents)
    row(f"tokenizers {version('tokenizers')} (Python)", beside, "text", amount, len(given.documents), clock,
        f"{tokenizer.get_vocab_size()} ids")


def tokenizers_encode(beside, given):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(given.tokenizer))
    each(f"tokenizers {version('tokenizers')} (Python)", beside, given.documents,
         lambda text: len(tokenizer.encode(text).ids), say=lambda counts: f"{sum(counts)} tokens")


# The row that a peer stands beside, the module that it needs, and how it is measured.
PEERS = [
    ("read.warc_framing", "warcio", warcio_framing),
    ("read.html", "trafilatura", trafilatura_text),
    ("read.jsonl", "datatrove", datatrove_jsonl),
    ("rewrite.pii", "datatrove", datatrove_pii),
    ("annotate.gopher", "datatrove", datatrove_filters("GopherQualityFilter", GOPHER)),
    ("annotate.gopher_repetition", "datatrove", datatrove_filters("GopherRepetitionFilter", REPETITION)),
    ("annotate.c4", "datatrove", datatrove_filters("C4QualityFilter", C4)),
    ("annotate.fineweb", "datatrove", datatrove_filters("FineWebQualityFilter", FINEWEB)),
    ("annotate.rules", "datatrove", datatrove_filters("all four filters", REPETITION, GOPHER, C4, FINEWEB)),
    ("annotate.fingerprint", "datatrove", datatrove_minhash),
    ("annotate.fingerprint", "text_dedup", text_dedup_minhash),
    ("tokenize.train", "tokenizers", tokenizers_train),
    ("tokenize.encode", "tokenizers", tokenizers_encode),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slice", type=Path, required=True, help="folder of JSONL with the slice")
    parser.add_argument("--pages", type=Path, required=True, help="html.jsonl of the corpus")
    parser.add_argument("--web", type=Path, required=True, help="web.jsonl of the corpus")
    parser.add_argument("--warc", type=Path, required=True, help="archive of records to frame")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json to encode with")
    parser.add_argument("--beside", nargs="*", default=[], help="rows to stand beside")
    given = parser.parse_args()
    given.documents = slice_documents(given.slice)
    given.pages = pages(given.pages)
    for beside, module, peer in PEERS:
        if beside not in given.beside:
            continue
        try:
            importlib.import_module(module)
        except ImportError as error:
            print(f"left out: {peer.__name__} beside {beside}: {error} in {sys.prefix}", file=sys.stderr)
            continue
        print(f"measuring {peer.__name__}", file=sys.stderr)
        peer(beside, given)


if __name__ == "__main__":
    main()
