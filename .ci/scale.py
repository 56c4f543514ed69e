"""What .ci/bench-scale and .ci/bench-growth share: simulated controllers that
surely end, and rounds of ironage bench against them. Standard library only;
Linux."""

import json
import math
import os
import resource
import statistics
import subprocess
import time

from process import FIRST, TICK, dies_with_parent, free_port

RECORDING = "drac_r640"


def start(command, **more):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=dies_with_parent, **more)


class Agents:
    """Simulated management controllers, while a with statement lasts: the
    recording of a PowerEdge R640 where the simulator of recordings is at hand,
    else those of ironage itself."""

    def __init__(self, work, shared, count, latency="0s", dead=0, loss=0):
        self.ironage, self.count, self.port = os.path.join(work, "ironage"), count, free_port()
        fleetsim = os.path.join(work, "fleetsim")
        how = ["--port", str(self.port), "--latency", latency, "--dead", str(dead), "--loss", str(loss), "--sockets", "2"]
        if os.path.exists(fleetsim):
            self.community, self.what = RECORDING, "a recorded PowerEdge R640, played by fleetsim"
            self.command = [fleetsim, "--recordings", os.path.join(shared, "recordings"), "--only", RECORDING,
                            "--count", str(count), "--base", str(FIRST), *how]
        else:
            self.community, self.what = "public", "a PowerEdge R640, played by ironage bench agents"
            self.command = [self.ironage, "bench", "agents", "--targets", f"{FIRST}+{count}", *how]
        self.env = dict(os.environ, BENCH_COMMUNITY=self.community)

    def __enter__(self):
        self.process = start(self.command)
        for _ in range(100):
            time.sleep(0.2)
            try:
                if self.poll("--rounds", "1", count=1)[0]["answered"]:
                    return self
            except RuntimeError:
                pass
        self.process.kill()
        raise RuntimeError("the simulated controllers do not answer")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def poll(self, *args, count=None):
        """The results of ironage bench poll."""
        return poll(self.ironage, self.env, "--targets", f"{FIRST}+{count or self.count}", "--port", str(self.port),
                    "--community", "env:BENCH_COMMUNITY", *args)


def poll(ironage, env, *args, kind="poll"):
    done = subprocess.run([ironage, "bench", kind, "--output", "json", *args], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=dies_with_parent)
    if done.returncode != 0:
        raise RuntimeError(f"bench {kind} {' '.join(args)}: {done.stderr.decode()[-500:]}")
    return json.loads(done.stdout)["results"]


def cpu(r):
    """Microseconds of processor for one read, user and system."""
    return (r["user_ns"] + r["system_ns"]) / max(r["answered"] + r["failed"], 1) / 1e3


def each_cpu(rounds):
    """The same of some of the rounds."""
    return sum(r["cpu_ns"] for r in rounds) / max(sum(r["answered"] + r["failed"] for r in rounds), 1) / 1e3


def per(r, what):
    return r[what] / max(r["answered"], 1)


def measured(command, **more):
    """Runs a command: seconds on the clock, and of processor time."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def spent(process):
    """Seconds of processor time that a running process took so far."""
    with open(f"/proc/{process.pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Table:
    """Rows of Markdown, printed as they come; ready to paste."""

    def __init__(self, *heads):
        print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads), flush=True)

    def row(self, *cells):
        print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)

    def goal(self, what, got, goal, met):
        """met is None where there is nothing to judge."""
        self.row(what, got, goal, "–" if met is None else "yes" if met else "**no**")


median, ceil = statistics.median, math.ceil
