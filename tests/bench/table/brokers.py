# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starting and ending the brokers."""
import contextlib
import ctypes
import dataclasses
import os
import resource
import signal
import socket
import subprocess
import tempfile
import time
import typing

from .errors import BenchError
from .flows import ACL_TEXT

PR_SET_PDEATHSIG = 1
START_SECONDS = 10
START_TRIES = 5

LISTENERS = """\
listener {mqtt} 127.0.0.1
listener {websockets} 127.0.0.1
protocol websockets
allow_anonymous true
"""

# Connections are logged, as hubbub-broker logs them; no queue has a limit, so nothing is dropped.
NO_LIMITS = """\
max_queued_messages 0
"""
MOSQUITTO_ONLY = """\
log_dest stderr
set_tcp_nodelay true
max_connections -1
"""

libc = ctypes.CDLL(None, use_errno=True)


@dataclasses.dataclass(frozen=True)
class Kind:
    """A program, what its configuration says, and a library that looks at its turns."""

    name: str
    path: str
    config: str
    preload: typing.Optional[str] = None


@dataclasses.dataclass
class Broker:
    """One that runs, and nobody has spoken to yet."""

    pid: int
    ports: dict
    turns: str


def free_ports():
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return {"tcp": first.getsockname()[1], "ws": second.getsockname()[1]}


def prepare_child(core):
    """Between fork and exec: ends with this script, stays on one processor, may open what the system lets it."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if core is not None:
        os.sched_setaffinity(0, {core})


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_for_ports(process, ports):
    """Whether it listens; somebody else may have been faster to take a port."""
    deadline = time.monotonic() + START_SECONDS
    for port in ports.values():
        while not answers(port):
            if process.poll() is not None:
                return False
            if time.monotonic() > deadline:
                raise BenchError("a broker does not listen")
            time.sleep(0.005)
    return process.poll() is None


def end(process):
    process.terminate()
    try:
        process.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def environment(kind, turns):
    return dict(os.environ, LD_PRELOAD=kind.preload, HUBBUB_TURNS=str(turns)) if kind.preload else None


@contextlib.contextmanager
def running(kind, core, folder):
    """A fresh broker: what an earlier load has left in its memory would count for the next one."""
    kept = tempfile.mkdtemp(dir=folder)
    config = folder / f"{kind.name}.conf"
    log = folder / f"{kind.name}.log"
    turns = folder / f"{kind.name}.turns"
    turns.unlink(missing_ok=True)
    (folder / "acl").write_text(ACL_TEXT)
    for _ in range(START_TRIES):
        ports = free_ports()
        config.write_text(kind.config.format(mqtt=ports["tcp"], websockets=ports["ws"], folder=kept, files=folder))
        with log.open("wb") as out:
            process = subprocess.Popen(
                [kind.path, "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment(kind, turns),
                preexec_fn=lambda: prepare_child(core),
            )
        try:
            if wait_for_ports(process, ports):
                yield Broker(process.pid, ports, turns)
                return
        finally:
            end(process)
    raise BenchError(f"{kind.name} does not start: {log.read_text(errors='replace').strip()}")
