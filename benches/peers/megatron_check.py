#!/usr/bin/env python3
"""Opens shards with Megatron-LM's own reader and with plain numpy, and compares everything in them.

    python3 -m venv /tmp/mcore && /tmp/mcore/bin/pip install megatron-core torch numpy
    /tmp/mcore/bin/python benches/peers/megatron_check.py out/demo

For every shard of the manifest: the number of sequences and documents, every length, every document index, and
every token, as `megatron.core.datasets.indexed_dataset.IndexedDataset` gives them (through its memory map and
through its file reader) and as the bytes lie on the disk; then the totals of the manifest. The parser below is
written from the format's description and shares no code with either side.

Exit status: 0 the same, 1 a difference, 2 wrong usage.
"""
import json
import struct
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy

MAGIC = b"MMIDIDX\x00\x00"
# The codes of the format, and the names by which the manifest calls the two that gristmill writes.
TYPES = {1: numpy.uint8, 2: numpy.int8, 3: numpy.int16, 4: numpy.int32, 5: numpy.int64, 6: numpy.float64,
         7: numpy.float32, 8: numpy.uint16}
MANIFEST_TYPES = {"u16": numpy.uint16, "i32": numpy.int32}


class Difference(Exception):
    """Two readers do not see the same."""


def require(condition, message):
    if not condition:
        raise Difference(message)


class Plain:
    """A shard parsed by hand: header, lengths, offsets, document indices; tokens as a memory map."""

    def __init__(self, stem):
        index = Path(f"{stem}.idx").read_bytes()
        header = struct.Struct("<9sQBQQ")
        require(len(index) >= header.size, f"{stem}.idx has {len(index)} bytes, less than a header")
        magic, format_version, code, sequences, documents = header.unpack_from(index)
        require(magic == MAGIC, f"{stem}.idx begins with {magic!r}")
        require(format_version == 1, f"{stem}.idx has version {format_version}")
        require(code in TYPES, f"{stem}.idx has the type code {code}")
        expected = header.size + 4 * sequences + 8 * sequences + 8 * documents
        require(len(index) == expected, f"{stem}.idx has {len(index)} bytes; its counts ask for {expected}")
        place = header.size
        self.lengths = numpy.frombuffer(index, "<i4", sequences, place)
        place += 4 * sequences
        self.offsets = numpy.frombuffer(index, "<i8", sequences, place)
        place += 8 * sequences
        self.document_indices = numpy.frombuffer(index, "<i8", documents, place)
        self.dtype = numpy.dtype(TYPES[code])
        size = Path(f"{stem}.bin").stat().st_size
        require(size == int(self.lengths.sum()) * self.dtype.itemsize,
                f"{stem}.bin has {size} bytes; the lengths ask for {int(self.lengths.sum())} ids of "
                f"{self.dtype.itemsize} bytes")
        # numpy cannot map a file of no bytes.
        self.tokens = numpy.memmap(f"{stem}.bin", self.dtype, "r") if size else numpy.empty(0, self.dtype)

    def sequence(self, number):
        start = int(self.offsets[number]) // self.dtype.itemsize
        return self.tokens[start:start + int(self.lengths[number])]


def compare(stem, plain, mmap):
    """What Megatron's reader says of a shard, number by number, against the bytes."""
    from megatron.core.datasets.indexed_dataset import IndexedDataset

    reader = "memory map" if mmap else "file"
    dataset = IndexedDataset(str(stem), mmap=mmap)
    require(len(dataset) == len(plain.lengths), f"{stem} ({reader}): {len(dataset)} sequences, not {len(plain.lengths)}")
    require(numpy.array_equal(dataset.sequence_lengths, plain.lengths), f"{stem} ({reader}): other lengths")
    require(numpy.array_equal(dataset.document_indices, plain.document_indices),
            f"{stem} ({reader}): other document indices")
    require(dataset.index.dtype == plain.dtype, f"{stem} ({reader}): tokens of type {dataset.index.dtype}")
    for number in range(len(dataset)):
        require(numpy.array_equal(dataset[number], plain.sequence(number)),
                f"{stem} ({reader}): sequence {number} has other tokens")
    if len(dataset) > 1:
        # A part of a document, and a run of documents: the two other ways in.
        length = int(plain.lengths[1])
        require(numpy.array_equal(dataset.get(1, offset=length // 2), plain.sequence(1)[length // 2:]),
                f"{stem} ({reader}): part of sequence 1 has other tokens")
        together = dataset[0:len(dataset)]
        require(all(numpy.array_equal(part, plain.sequence(number)) for number, part in enumerate(together)),
                f"{stem} ({reader}): as one slice the tokens are others")


def check(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    tokens = documents = 0
    for shard in manifest["shards"]:
        stem = folder / shard["stem"]
        plain = Plain(stem)
        require(plain.dtype == MANIFEST_TYPES[manifest["token_type"]],
                f"{stem}: tokens of type {plain.dtype}, and the manifest says {manifest['token_type']}")
        sequences = len(plain.lengths)
        require(numpy.array_equal(plain.document_indices, numpy.arange(sequences + 1)),
                f"{stem}: a document is not one sequence")
        ends = numpy.cumsum(plain.lengths.astype(numpy.int64)) * plain.dtype.itemsize
        require(numpy.array_equal(plain.offsets, numpy.concatenate([[0], ends])[:sequences]),
                f"{stem}: documents do not lie back to back")
        for mmap in (True, False):
            compare(stem, plain, mmap)
        vocabulary, end = manifest["tokenizer"]["vocabulary"], manifest["tokenizer"]["end_of_document"]
        require(sequences == 0 or int(plain.tokens.max()) < vocabulary, f"{stem}: an id of {vocabulary} or more")
        if end is not None:
            require(all(plain.sequence(number)[-1] == end for number in range(sequences)),
                    f"{stem}: a document does not end with the id {end}")
        found = (sequences, len(plain.tokens))
        require(found == (shard["documents"], shard["tokens"]),
                f"{stem}: {found[0]} documents with {found[1]} tokens, and the manifest says "
                f"{shard['documents']} with {shard['tokens']}")
        documents, tokens = documents + found[0], tokens + found[1]
        print(f"{shard['stem']}: {found[0]} documents, {found[1]} tokens of type {plain.dtype}: the same")
    require((documents, tokens) == (manifest["documents"], manifest["tokens"]),
            f"the shards have {documents} documents with {tokens} tokens, and the manifest says "
            f"{manifest['documents']} with {manifest['tokens']}")
    require(len(manifest["shards"]) > 0, "the manifest names no shard")
    return len(manifest["shards"]), documents, tokens


def main():
    if len(sys.argv) != 2:
        print("usage: megatron_check.py FOLDER_OF_SHARDS", file=sys.stderr)
        return 2
    # Megatron says at import which accelerators it does without.
    warnings.simplefilter("ignore")
    names = ("megatron-core", "torch", "numpy")
    print(", ".join(f"{name} {version(name)}" for name in names))
    try:
        shards, documents, tokens = check(Path(sys.argv[1]))
    except (Difference, OSError, KeyError, ValueError, AssertionError) as error:
        print(f"DIFFERENT: {type(error).__name__}: {error}")
        return 1
    print(f"THE SAME: {shards} shards, {documents} documents, {tokens} tokens, in megatron-core and in numpy")
    return 0


if __name__ == "__main__":
    sys.exit(main())
