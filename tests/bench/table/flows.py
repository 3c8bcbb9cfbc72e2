# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a delivery costs. The goals are shares of what it costs mosquitto."""
import dataclasses

from . import metrics
from .scenario import PERSISTENCE, V3, V5, Scenario

BOTH = (V3, V5)
WS_GOAL = 1.3
WS_GOAL_PAIRS = 1.6

# Many short ones, close together: what is compared is measured within a few seconds.
PARTS = 3
SECONDS = 0.4

# Rules that let everybody do what is measured, and have to be looked through for that.
ACL = "acl_file {files}/acl\n"
ACL_TEXT = """\
topic read other/#
topic readwrite bench/other/#
pattern readwrite bench/own/%c/#
topic readwrite bench/#
"""


def flow(name, shape, count, goal, ws_goal=WS_GOAL, **how):
    return Scenario(
        name, shape, count, metrics.flow(goal), seconds=SECONDS, parts=PARTS, versions=BOTH, ws_goal=ws_goal, **how
    )


def main():
    return [
        flow("fan-out-10", "fan-out", 10, 0.07, window=32),
        flow("fan-out-100", "fan-out", 100, 0.07, window=32),
        flow("fan-out-1000", "fan-out", 1000, 0.20, window=32),
        flow("fan-out-100-qos1", "fan-out", 100, 0.18, qos=1, window=16),
        flow("fan-out-100-qos2", "fan-out", 100, 0.12, qos=2, window=16),
        flow("room-50", "room", 50, 0.06),
        flow("room-200", "room", 200, 0.04),
        flow("fan-in-50", "fan-in", 50, 0.14, window=4),
        flow("pairs-100", "pairs", 100, 0.25, ws_goal=WS_GOAL_PAIRS, window=4),
    ]


def further():
    """Without a goal."""
    return [
        Scenario("fan-out-100-single", "fan-out", 100, metrics.flow()),
        Scenario("room-50-qos1", "room", 50, metrics.flow(), qos=1),
        Scenario("pairs-100-qos1", "pairs", 100, metrics.flow(), qos=1, window=4),
        Scenario("pairs-100-single", "pairs", 100, metrics.flow()),
    ]


def variants():
    """Ours against itself: what many other subscriptions cost, and rules of access."""
    for plain in main():
        yield dataclasses.replace(
            plain,
            name=f"{plain.name}-others",
            metrics=metrics.flow(1.2),
            beside="subscriptions",
            beside_count=10000,
            without={"beside": None},
            transports=("tcp",),
            ws_goal=None,
        )
        yield dataclasses.replace(
            plain,
            name=f"{plain.name}-acl",
            metrics=metrics.flow(1.2),
            ours=ACL,
            without={"ours": ""},
            transports=("tcp",),
            ws_goal=None,
        )


def large():
    """A message is not copied for each of those who get it."""
    peak = metrics.value_of("peak MiB", "peak_kib", 1, scale=1 / 1024, goal_value=4)
    return [
        Scenario("fan-out-100-1MB", "fan-out", 100, metrics.flow(None, peak), payload=1000000, transports=("tcp", "ws")),
    ]


def recorded():
    """What a log of the room costs, against the same room without one."""
    return [
        Scenario("room-50-recorded", "room", 50, metrics.flow(1.5), ours=PERSISTENCE + "record bench/#\n", without={"ours": ""}),
    ]


def scenarios(options):
    return [*main(), *further(), *variants(), *large(), *recorded()]
