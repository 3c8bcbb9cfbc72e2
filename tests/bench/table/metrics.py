# SPDX-License-Identifier: LGPL-2.1-or-later
"""Figures of a measurement, and the goals that they have."""
import dataclasses
import statistics
import typing


@dataclasses.dataclass(frozen=True)
class Metric:
    """A figure. A goal is the most that it may be, as a share of the other broker's or by itself; where more is better it
    is the least."""

    title: str
    read: typing.Callable
    decimals: int
    goal_ratio: typing.Optional[float] = None
    goal_value: typing.Optional[float] = None
    more_is_better: bool = False

    @property
    def sign(self):
        return ">=" if self.more_is_better else "<="

    def goal(self):
        if self.goal_ratio is not None:
            return f"ratio {self.sign} {self.goal_ratio:g}"
        return f"{self.sign} {self.goal_value:g}" if self.goal_value is not None else ""

    def misses(self, value, ratio):
        return self._is_beyond(ratio, self.goal_ratio) or self._is_beyond(value, self.goal_value)

    def _is_beyond(self, figure, goal):
        if figure is None or goal is None:
            return False
        return figure < goal if self.more_is_better else figure > goal


def summarise(metric, names, raw):
    """The medians, and the ratio with its spread: each run's pair is compared before the median is taken."""
    values = [[metric.read(one) for one in raw[name]] for name in names]
    row = {"metric": metric.title, "decimals": metric.decimals, "goal": metric.goal()}
    row["values"] = [statistics.median(of_one) for of_one in values]
    ratios = [ours / theirs for ours, theirs in zip(*values) if theirs > 0] if len(values) == 2 else []
    row["ratio"] = statistics.median(ratios) if ratios else None
    row["ratio_range"] = [min(ratios), max(ratios)] if ratios else None
    row["misses_goal"] = metric.misses(row["values"][0], row["ratio"])
    return row


def ws_share(scenario, over_ws, over_tcp):
    """What a WebSocket costs us, as a share of our own TCP in the same run."""
    read = scenario.metrics[0].read
    shares = [read(ws) / read(tcp) for ws, tcp in zip(over_ws, over_tcp)]
    share = statistics.median(shares)
    return {
        "metric": "... as a share of TCP",
        "decimals": 2,
        "values": [share],
        "ratio": None,
        "ratio_range": [min(shares), max(shares)],
        "goal": f"<= {scenario.ws_goal:g}",
        "misses_goal": share > scenario.ws_goal,
    }


def without_goal(metric):
    """Measured all the same."""
    return dataclasses.replace(metric, goal_ratio=None, goal_value=None)


def value_of(name, key, decimals, scale=1, **goal):
    """A figure that is printed as it was measured."""
    return Metric(name, lambda raw: raw[key] * scale, decimals, **goal)


def cpu_per_million(raw):
    return raw["cpu_seconds"] / max(raw["deliveries"], 1) * 1e6


def flow(goal=None, *more):
    return (
        Metric("CPU s / 10^6 deliveries", cpu_per_million, 3, goal_ratio=goal),
        Metric("10^3 deliveries / s", lambda raw: raw["deliveries"] / raw["seconds"] / 1e3, 1),
        *more,
    )


def latency(median_goal=None, p99_goal=None):
    return (
        value_of("median us", "median_us", 1, goal_ratio=median_goal),
        value_of("99 % us", "p99_us", 1, goal_ratio=p99_goal),
        Metric("CPU s / 10^6 deliveries", cpu_per_million, 3),
    )
