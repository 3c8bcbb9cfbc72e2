# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a broker keeps on disk."""
from . import metrics
from .scenario import PERSISTENCE, Scenario

MOSQUITTO_AUTOSAVE = """\
autosave_on_changes true
autosave_interval 1
"""


def acknowledged():
    """Messages that are acknowledged, for a subscriber whose session is kept."""
    for durability in ("full", "process", "off"):
        for count in (1, 50):
            yield Scenario(
                f"durable-{count}-{durability}",
                "fan-in",
                count,
                metrics.flow(),
                qos=1,
                window=20,
                seconds=2,
                durable=True,
                ours=PERSISTENCE + f"durability {durability}\n",
                theirs=PERSISTENCE + MOSQUITTO_AUTOSAVE,
            )


def turns():
    """The broker's thread does not wait for the disk: a room whose sessions and log are kept, as fast as it goes."""
    longest = metrics.value_of("longest turn, ms", "longest_turn_ms", 2, goal_value=5)
    return [
        Scenario(
            "room-50-durable-full",
            "room",
            50,
            metrics.flow(None, longest, metrics.value_of("its CPU time, ms", "longest_turn_cpu_ms", 2)),
            qos=1,
            seconds=2,
            durable=True,
            ours=PERSISTENCE + "durability full\nrecord bench/#\n",
            is_alone=True,
            has_turns=True,
        )
    ]


def scenarios(options):
    return [*acknowledged(), *turns()]
