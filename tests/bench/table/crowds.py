# SPDX-License-Identifier: LGPL-2.1-or-later
"""What many connections, subscriptions and retained messages cost."""
from . import metrics
from .scenario import Scenario


def idle_metrics(goal_kib):
    return (
        metrics.value_of("KiB / connection", "kib_each", 2, goal_value=goal_kib),
        metrics.value_of("CPU ms in 10 s, all", "cpu_ms_in_10_s", 2, goal_value=1),
    )


CONNECT_METRICS = (
    metrics.Metric("connects / s", lambda raw: raw["connections"] / raw["seconds"], 0, goal_ratio=1, more_is_better=True),
    metrics.Metric("CPU us / connect", lambda raw: raw["cpu_seconds"] / raw["connections"] * 1e6, 1),
)
SUBSCRIPTION_METRICS = (
    metrics.value_of("bytes / subscription", "bytes_each", 0),
    metrics.value_of("CPU us / SUBSCRIBE", "subscribe_us", 2),
    metrics.value_of("CPU us / publish to 1", "one_us", 2),
    metrics.Metric("... as a share of before", lambda raw: raw["one_us"] / raw["one_us_before"], 2, goal_value=1.5),
    metrics.value_of("CPU us / publish to 100", "crowd_us", 1),
    metrics.Metric("... as a share of before", lambda raw: raw["crowd_us"] / raw["crowd_us_before"], 2, goal_value=1.5),
)
RETAINED_METRICS = (
    metrics.value_of("bytes / message", "bytes_each", 0, goal_ratio=1),
    metrics.value_of("longest stall, ms", "longest_us", 1, scale=1e-3, goal_value=10),
    metrics.Metric("10^3 deliveries / s", lambda raw: raw["deliveries"] / raw["seconds"] / 1e3, 0),
    metrics.Metric("CPU s / 10^6 deliveries", metrics.cpu_per_million, 3),
)


def scenarios(options):
    return [
        Scenario("idle", "idle", options.idle, idle_metrics(2.5), seconds=10, quick_seconds=1, quick_count=500, transports=("tcp",)),
        Scenario("idle-ws", "idle", options.idle, idle_metrics(3), seconds=10, quick_seconds=1, quick_count=500, transports=("ws",)),
        Scenario("connects", "connects", options.connects, CONNECT_METRICS, quick_count=500, parts=2),
        Scenario(
            "subscriptions",
            "subscriptions",
            options.subscriptions,
            SUBSCRIPTION_METRICS,
            window=8,
            quick_count=10000,
            transports=("tcp",),
        ),
        Scenario("retained", "retained", options.retained, RETAINED_METRICS, quick_count=5000, transports=("tcp",)),
    ]
