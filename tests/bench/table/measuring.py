# SPDX-License-Identifier: LGPL-2.1-or-later
"""One load on one broker, and all that belong together."""
import dataclasses
import json
import os
import signal
import subprocess

from . import brokers
from .errors import BenchError
from .scenario import V3


def processors():
    """One for the broker, one for the load, if there are two."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[-1], cores[0]) if len(cores) > 1 else (None, None)


def generate(scenario, broker, transport, version, options):
    """Runs the load generator, and returns what it printed."""
    _, core = processors()
    command = [options.load, *scenario.arguments(options), f"--port={broker.ports[transport]}", f"--pid={broker.pid}"]
    if version != V3:
        command.append(f"--mqtt={version}")
    if transport == "ws":
        command.append("--websocket")
    if core is not None:
        command.append(f"--core={core}")
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=lambda: brokers.prepare_child(None),
    )
    if result.returncode != 0:
        raise BenchError(result.stderr.strip())
    return json.loads(result.stdout)


def measure(kind, scenario, transport, version, options, folder):
    core, _ = processors()
    scenario = scenario.quick() if options.quick else scenario
    try:
        with brokers.running(kind, core, folder) as broker:
            raw = generate(scenario, broker, transport, version, options)
            if kind.preload is not None:
                os.kill(broker.pid, signal.SIGUSR2)
        if kind.preload is not None:
            raw.update(json.loads(broker.turns.read_text()))
    except BenchError as error:
        raise BenchError(f"{scenario.name} over {transport} with {kind.name}: {error}") from error
    return raw


def bearers(scenario, kinds, options):
    """Those that are compared, with what the scenario tells them, and which load each of them bears."""
    ours = dataclasses.replace(
        kinds[0], config=kinds[0].config + scenario.ours, preload=options.turns if scenario.has_turns else None
    )
    if scenario.without is not None:
        without = dataclasses.replace(scenario, **scenario.without)
        return [(ours, scenario), (dataclasses.replace(kinds[0], name="without", config=kinds[0].config + without.ours), without)]
    others = [] if scenario.is_alone else kinds[1:]
    return [(ours, scenario)] + [
        (dataclasses.replace(kind, config=kind.config + scenario.theirs), scenario) for kind in others
    ]


def measure_in_turn(compared, transports, version, options, folder):
    """For each transport one list of raw figures for each broker. A run has all of them, close together, since they are
    compared; who is first changes from part to part, and from run to run."""
    raw = {transport: {kind.name: [] for kind, _ in compared} for transport in transports}
    for run in range(options.runs):
        parts = {transport: {kind.name: [] for kind, _ in compared} for transport in transports}
        for part in range(compared[0][1].parts):
            for transport in transports:
                for kind, scenario in compared if (run + part) % 2 == 0 else reversed(compared):
                    parts[transport][kind.name].append(measure(kind, scenario, transport, version, options, folder))
        for transport, of_all in parts.items():
            for name, of_one in of_all.items():
                raw[transport][name].append(compared[0][1].combine(of_one))
    return raw
