# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long a message takes, alone and beside others."""
from . import metrics
from .scenario import Scenario, least


def beside_others():
    """Ours against itself, in a room without such company."""
    for name, company, count in (
        ("frozen", "frozen", 10),
        ("slow", "slow", 10),
        ("flood", "flood", 1),
        ("storm", "storm", 5000),
    ):
        yield Scenario(
            f"room-50-paced-{name}",
            "paced-room",
            50,
            metrics.latency(None, 2) + (metrics.value_of("longest us", "longest_us", 1), metrics.value_of("done beside", "done_beside", 0)),
            seconds=3,
            quick_seconds=0.5,
            parts=4,
            combine=least,
            beside=company,
            beside_count=count,
            quick_beside_count=min(count, 200),
            without={"beside": None},
            transports=("tcp", "ws") if company == "storm" else ("tcp",),
        )


def scenarios(options):
    return [
        Scenario("room-50-paced", "paced-room", 50, metrics.latency(None, 1), seconds=2, parts=6, combine=least),
        Scenario("ping-pong", "ping-pong", 1, metrics.latency(1.05)),
        Scenario("ping-pong-qos1", "ping-pong", 1, metrics.latency(), qos=1),
        *(
            Scenario(
                f"ping-pong-idle-{count}",
                "ping-pong",
                1,
                metrics.latency(1.05),
                beside="idle",
                beside_count=count,
                quick_beside_count=100,
            )
            for count in (1000, 10000)
        ),
        *beside_others(),
    ]
