# SPDX-License-Identifier: LGPL-2.1-or-later
"""A load, and who bears it."""
import dataclasses
import typing

# What is kept on disk: ours in each of its ways, and mosquitto as safely as it can.
PERSISTENCE = """\
persistence true
persistence_location {folder}/
"""

V3 = "3.1.1"
V5 = "5.0"


def sums(parts):
    """What a run in several parts has measured, where it measures amounts."""
    return {key: sum(part[key] for part in parts) for key in parts[0]}


def least(parts):
    """The same where it measures times: those of the part that the machine has disturbed least. What it does besides makes
    times longer, and never shorter. The longest time is that of all parts: it says what the others hide."""
    best = min(parts, key=lambda part: part["p99_us"])
    return {**best, "longest_us": max(part["longest_us"] for part in parts)}


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A load. The window is how many messages of each publisher may be on their way; the rate, how many a client sends in
    a second where that is what paces it. Where what is kept is measured, the brokers are told more: ours, and the other
    one. A scenario that is compared with itself is measured with ours only, as it stands and with `without` in place of
    some of its fields. Two processes of the same broker differ, and so does the machine from one second to the next: a run
    has several parts, each with brokers of its own, of which `combine` makes one."""

    name: str
    shape: str
    count: int
    metrics: tuple
    qos: int = 0
    window: int = 1
    rate: float = 4
    seconds: float = 1
    payload: typing.Optional[int] = None
    beside: typing.Optional[str] = None
    beside_count: int = 0
    quick_seconds: float = 0.2
    quick_count: typing.Optional[int] = None
    quick_beside_count: typing.Optional[int] = None
    durable: bool = False
    ours: str = ""
    theirs: str = ""
    without: typing.Optional[dict] = None
    parts: int = 1
    combine: typing.Callable = sums
    is_alone: bool = False  # nothing to compare it with
    has_turns: bool = False  # how long the broker's thread is at work at a time is measured as well
    transports: tuple = ("tcp", "ws")
    versions: tuple = (V3,)
    ws_goal: typing.Optional[float] = None  # the most that a WebSocket may cost, as a share of our own TCP

    def quick(self):
        """The same in a short time."""
        return dataclasses.replace(
            self,
            seconds=self.quick_seconds,
            count=self.quick_count or self.count,
            beside_count=self.quick_beside_count or self.beside_count,
        )

    def arguments(self, options):
        """What the load generator is told."""
        told = {
            "shape": self.shape,
            "count": self.count,
            "qos": self.qos,
            "window": options.window or self.window,
            "rate": self.rate,
            "seconds": self.seconds,
            "payload": self.payload or options.payload,
        }
        if self.beside is not None:
            told["beside"] = self.beside
            told["beside-count"] = self.beside_count
        return [f"--{name}={value}" for name, value in told.items()] + (["--durable"] if self.durable else [])
