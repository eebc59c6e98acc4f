"""Numbers out of measurements: percentiles, medians over passes with their spread, and what a process costs."""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1_048_576


LOOK_SECONDS = 1.0


def one_core() -> int:
    """Binds this process, with its threads and the children it starts, to the idlest core; says which."""
    before = _idle()
    time.sleep(LOOK_SECONDS)
    after = _idle()
    core = max(os.sched_getaffinity(0), key=lambda number: after.get(number, 0) - before.get(number, 0))
    os.sched_setaffinity(0, {core})
    return core


def _idle() -> dict[int, int]:
    """How long each core has been idle since the start, in ticks."""
    lines = (line.split() for line in Path("/proc/stat").read_text().splitlines())
    return {int(fields[0][3:]): int(fields[4]) for fields in lines if re.fullmatch(r"cpu\d+", fields[0])}


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


@dataclass(frozen=True, slots=True)
class Repeated:
    """One figure measured in several passes: the median of them, and the lowest and highest."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, passes: Sequence[float]) -> Repeated:
        """The figure out of its passes."""
        return cls(statistics.median(passes), min(passes), max(passes))

    @property
    def noise(self) -> float:
        """Half of the distance between lowest and highest, as a share of the median."""
        return (self.highest - self.lowest) / 2 / self.median if self.median else 0.0


def cpu_seconds(pids: Sequence[int]) -> float:
    """The processor time that processes have used so far; those that are gone count for nothing."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def rss_mb(pid: int) -> float:
    """The resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MEGABYTE


def own_mb(pids: Sequence[int]) -> float:
    """The memory of processes that share some of it, each shared page counted once (PSS), in MB."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def family(pid: int) -> list[int]:
    """A process and those that it started, and they in turn."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(path.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found
