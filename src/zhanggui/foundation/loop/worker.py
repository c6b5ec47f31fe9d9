"""Detectors in a process of their own, which can be killed: the only limit that holds against any code.

The supervisor (in a worker thread) starts a Python of its own; the child runs one
detector after another and says on its standard output which one it has begun and when it has found everything. A child
that is silent past a detector's limit and a grace is killed, that detector is switched off, and a new child does the
rest. A child that dies takes only the detector it was running with it.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import IO

from django.utils import timezone

#: Past its own limit a detector has this long to end by itself (seconds); what it found may take this long to write.
GRACE, WRITING, STARTING = 5.0, 300.0, 60.0
#: What the child runs; its arguments are the mode and the codes.
CHILD = "import sys; from zhanggui.foundation.loop.worker import main; main(sys.argv[1:])"


def run_apart(codes: Sequence[str], *, full: bool | None = None, grace: float = GRACE) -> list[dict[str, object]]:
    """Run detectors in a child process; one line per detector: ``code``, ``outcome``, ``milliseconds``, ``found``."""
    from zhanggui.foundation.loop.contracts import find_detector
    from zhanggui.foundation.loop.operations import detecting
    from zhanggui.foundation.loop.reading import load

    load()
    todo, done = list(codes), list[dict[str, object]]()
    while todo:
        reports, stopped, because = _child(todo, full, grace)
        done += reports
        ended = {str(r["code"]) for r in reports}
        todo = [c for c in todo if c not in ended]
        if stopped:
            known = find_detector(stopped)
            limit = known.limit.total_seconds() if known else 0
            text = because or f"ran longer than {limit:g} s and was killed"
            report = detecting.give_up(code=stopped, because=text)
            done.append({"code": stopped, "outcome": report.outcome, "error": text})
            todo = [c for c in todo if c != stopped]
        elif todo and not reports:
            raise RuntimeError(f"the detectors' process ended without a word: {because}")
    return done


def _child(todo: Sequence[str], full: bool | None, grace: float) -> tuple[list[dict[str, object]], str, str]:
    """Reports of the detectors that ended; the one that was running when the child had to stop, and why it died."""
    mode = {None: "auto", True: "full", False: "changed"}[full]
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, mode, *todo],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings"),
        },
        text=True,
    )
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True).start()
    reports: list[dict[str, object]] = []
    running, patience = "", STARTING
    try:
        while True:
            try:
                line = lines.get(timeout=patience)
            except queue.Empty:
                process.kill()
                return reports, running, "" if running else "it did not start"
            if line is None:
                code = process.wait()
                return reports, running, f"its process died ({code})" if running else f"exit {code}"
            said = json.loads(line)
            if "begin" in said:
                running, patience = said["begin"], float(said["limit"]) + grace
            elif "detected" in said:
                patience = WRITING
            else:
                reports.append(said)
                running, patience = "", STARTING
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _pump(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        if line.startswith("{"):
            lines.put(line)
    lines.put(None)


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(arguments: Iterable[str]) -> None:
    """The child: run the named detectors, one after another."""
    mode, *codes = arguments
    import django

    django.setup()
    from zhanggui.foundation.loop.contracts import find_detector
    from zhanggui.foundation.loop.operations import detecting
    from zhanggui.foundation.loop.reading import load

    load()
    full = {"auto": None, "full": True, "changed": False}[mode]
    for code in codes:
        one = find_detector(code)
        if one is None:
            _say(code=code, outcome="unknown")
            continue
        _say(begin=code, limit=one.limit.total_seconds())
        report = detecting.run(code=code, now=timezone.now(), full=full, on_found=lambda: _say(detected=True))
        _say(
            code=code,
            outcome=report.outcome,
            full=report.full,
            milliseconds=report.milliseconds,
            found=report.found,
            error=report.error,
        )
