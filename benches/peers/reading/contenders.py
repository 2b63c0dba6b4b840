"""Who is measured, how each is started, and what a process of it cost."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
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


def run(command, cpu_limit=0, memory_limit=0):
    """Runs `command` to its end or its limits (CPU seconds, bytes of address space). CPU and wall seconds are those of
    its last line, which leave start-up and files out, where it is a line of JSON that tells them; else all of them."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "cost.json"
        launch = [sys.executable, "-S", READING / "launch.py", told, cpu_limit, memory_limit, *command]
        began = time.monotonic()
        process = subprocess.run([str(part) for part in launch], capture_output=True)
        usage = json.loads(told.read_text())
    output = process.stdout.decode()
    cost = Cost(usage["cpu_seconds"], time.monotonic() - began, peak_bytes=usage["peak_bytes"])
    if code := usage["code"]:
        over = code in (-signal.SIGXCPU, -signal.SIGKILL) and cpu_limit
        cost.ended = f"> {cpu_limit} s" if over else "crashed" if code < 0 else "failed"
        print(f"{Path(command[0]).name} ended with {code}: {process.stderr.decode()[-500:]}", file=sys.stderr)
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
