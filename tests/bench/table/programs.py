# SPDX-License-Identifier: LGPL-2.1-or-later
"""What people wait for: the page in a browser, the window on a desktop."""
import dataclasses
import json
import os
import pathlib
import subprocess

from . import metrics
from .errors import BenchError

HERE = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Program:
    """A command that prints its figures as JSON, on a line of its own."""

    name: str
    over: str
    command: tuple
    metrics: tuple


PROGRAMS = (
    Program(
        "page",
        "ws",
        ("node", str(HERE / "page-start.js")),
        (
            metrics.value_of("connected after ms", "connected_ms", 0, goal_value=300),
            metrics.value_of("transferred KB", "transferred_bytes", 1, scale=1e-3, goal_value=130),
        ),
    ),
    Program(
        "window",
        "",
        (str(HERE.parent / "support" / "with-display"), str(HERE / "window-start")),
        (
            metrics.value_of("first window after ms", "window_ms", 0, goal_value=350),
            metrics.value_of("listening after ms", "listening_ms", 0, goal_value=50),
            metrics.value_of("history shown after ms", "history_ms", 0, goal_value=300),
        ),
    ),
)


def measure(program, environment):
    result = subprocess.run(
        program.command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    figures = [line[len("# FIGURES ") :] for line in result.stdout.splitlines() if line.startswith("# FIGURES ")]
    if result.returncode != 0 or not figures:
        raise BenchError(f"{program.name}: {(result.stdout + result.stderr).strip()}")
    return json.loads(figures[-1])
