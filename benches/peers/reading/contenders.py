"""Who is measured, how each is started, and what a process of it cost."""
import json
import os
import resource
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

READING = Path(__file__).resolve().parent
ROOT = READING.parents[2]
EXTRACTORS = READING.parent / "extractors"
# Under the folder that git ignores: the peers' own builds and environment.
BUILT = ROOT / "target" / "peers"


@dataclass
class Contender:
    """One line of a table. `arguments` are what starts it, before the files."""
    name: str
    arguments: list
    ours: bool = False
    # Not where speed is told: it is no faster than another line, and weaker.
    timed: bool = True


@dataclass
class Cost:
    """What a process cost. `ended` is empty where it did its work; else the reason in a word or two."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    documents: int = 0
    peak_bytes: int = 0
    ended: str = ""
    output: str = field(default="", repr=False)


def run(command, cpu_limit=None, memory_limit=None):
    """Runs `command` to its end or its limits (CPU seconds, bytes of address space). CPU and wall seconds are those of
    its last line, which leave start-up and files out, where it is a line of JSON that tells them; else all of them."""
    def limit():
        if cpu_limit:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_limit, cpu_limit + 1))
        if memory_limit:
            resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err, preexec_fn=limit)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        output, complaint = out.read().decode(), err.read().decode(errors="replace")
    cost = Cost(usage.ru_utime + usage.ru_stime, peak_bytes=usage.ru_maxrss * 1024, output=output)
    if process.returncode:
        spent = cpu_limit and cost.cpu_seconds >= cpu_limit - 1
        cost.ended = f"> {cpu_limit} s" if spent else "failed"
        if not spent:
            print(f"{command[0]} ended with {process.returncode}: {complaint[-500:]}", file=sys.stderr)
        return cost
    lines = output.splitlines()
    row = json.loads(lines[-1]) if lines and lines[-1].startswith('{"') else {}
    if "cpu_seconds" in row:
        cost.cpu_seconds, cost.wall_seconds = row["cpu_seconds"], row["wall_seconds"]
        cost.documents = row["documents"]
    return cost


def built(*command, cwd=ROOT):
    print("+", *command, file=sys.stderr)
    # What cargo and pip say is for stderr: stdout is the tables.
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, stdout=sys.stderr)


class Tools:
    """The programs that are measured, built."""

    def __init__(self):
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        built("cargo", "build", "--release", "--workspace", "--bin", "gristmill-bench", "--bin", "gristmill")
        self.bench, self.gristmill = target / "release/gristmill-bench", target / "release/gristmill"
        # Not in the folder of the sources, where it would be taken for some of them.
        built("cargo", "build", "--release", "--locked", "--target-dir", BUILT / "rust", cwd=EXTRACTORS)
        self.rust = BUILT / "rust/release/gristmill-peers"
        self.python = BUILT / "python/bin/python"
        if not self.python.exists():
            built(sys.executable, "-m", "venv", BUILT / "python")
            # Older ones cannot resolve lxml's extras.
            built(self.python, "-m", "pip", "install", "--quiet", "--upgrade", "pip")
        built(self.python, "-m", "pip", "install", "--quiet", "-r", READING / "requirements.txt")
        lock = tomllib.loads((EXTRACTORS / "Cargo.lock").read_text())
        self.crates = {package["name"]: package["version"] for package in lock["package"]}
        pins = (line.strip().split("==") for line in (READING / "requirements.txt").read_text().splitlines())
        self.packages = {pin[0].lower(): pin[1] for pin in pins if len(pin) == 2}

    def extractors(self):
        """Those that take the main text out of a page. Ours is given an archive, the others their pages in memory."""
        crate = lambda name, peer, say="", **more: Contender(
            f"{name} {self.crates[name]} (Rust){say}", [self.rust, "pages", peer], **more)
        package = lambda name, peer, say="", **more: Contender(
            f"{name} {self.packages[name]} (Python){say}",
            [self.python, READING / "python_peers.py", "pages", peer], **more)
        return [
            Contender("gristmill", [self.bench, "probe", "pages"], ours=True),
            crate("rs-trafilatura", "rs-trafilatura"),
            crate("trafilatura", "trafilatura+fallback", ", fallback"),
            crate("trafilatura", "trafilatura+fallback+precision", ", fallback, precision", timed=False),
            crate("trafilatura", "trafilatura"),
            package("trafilatura", "trafilatura-python"),
            crate("dom_smoothie", "dom_smoothie", ", formatted"),
            package("resiliparse", "resiliparse", ", main content"),
            crate("legible", "legible"),
            package("readability-lxml", "readability-lxml", timed=False),
        ]

    def record_readers(self):
        """Those that read the records of an archive."""
        peers = READING / "python_peers.py"
        return [
            Contender("gristmill", [self.bench, "probe", "records"], ours=True),
            Contender(f"fastwarc {self.crates['fastwarc']} (Rust)", [self.rust, "records"]),
            Contender(f"FastWARC {self.packages['fastwarc']} (Python)",
                      [self.python, peers, "records", "fastwarc-python"]),
            Contender(f"warcio {self.packages['warcio']} (Python)", [self.python, peers, "records", "warcio"]),
        ]
