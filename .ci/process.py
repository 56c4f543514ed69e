"""What .ci/bench-process and .ci/soak share: simulated agents, a configuration,
processes that surely end, and what the kernel says about them. Standard library
only; Linux."""

import ctypes
import fcntl
import ipaddress
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import termios
import threading
import time

FIRST = ipaddress.ip_address("127.10.0.1")
RECORDING, COMPONENTS = "hpe-ilo_4", 70  # the recording nearest to 60 components
# What tells one machine's parts from another's in that recording.
SERIALS = [
    "1.3.6.1.4.1.232.2.2.2.1",
    "1.3.6.1.4.1.232.3.2.2.1.1.15",
    "1.3.6.1.4.1.232.3.2.5.1.1.51",
    "1.3.6.1.4.1.232.6.2.9.3.1.11",
]
TICK = os.sysconf("SC_CLK_TCK")
LIBC = ctypes.CDLL(None)


def dies_with_parent():
    LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Bench:
    """One run in a folder of its own; leaving it ends every process."""

    def __init__(self, work, ironage, shared, count, latency, dead=0.0, loss=0.0):
        self.work, self.ironage, self.count = work, ironage, count
        self.port = free_port()
        self.children = []
        self.env = dict(os.environ, XDG_STATE_HOME=work, XDG_CONFIG_HOME=work, LC_ALL="C.UTF-8", TERM="xterm-256color")
        self.env.pop("IRONAGE_CONFIG", None)
        fleetsim = os.path.join(work, "fleetsim")
        if os.path.exists(fleetsim):
            self.what = f"recording {RECORDING} with {COMPONENTS} components played by fleetsim"
            self.community = RECORDING
            command = [fleetsim, "--recordings", os.path.join(shared, "recordings"), "--only", RECORDING, "--count", str(count),
                       "--base", str(FIRST), "--port", str(self.port), "--sockets", "2", "--latency", latency,
                       "--dead", str(dead), "--loss", str(loss)]
            for oid in SERIALS:
                command += ["--unique", oid]
        else:
            self.what = "the controllers of ironage bench agents"
            self.community = "public"
            command = [ironage, "bench", "agents", "--targets", f"{FIRST}+{count}", "--port", str(self.port), "--latency", latency,
                       "--dead", str(dead), "--loss", str(loss)]
        self.env["BENCH_COMMUNITY"] = self.community
        self.agents = self.start("agents", command)
        self.config = os.path.join(work, "ironage.yaml")
        self.configure()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            end(child, 20)

    def configure(self):
        with open(self.config, "w") as f:
            f.write('polling: {status: 60s}\ncredentials:\n  sim: {snmp: 2c, community: "env:BENCH_COMMUNITY"}\n'
                    "defaults: {credential: sim, site: bench}\ninventory: [servers.yaml]\n")
        with open(os.path.join(self.work, "servers.yaml"), "w") as f:
            f.write("servers:\n")
            for i in range(self.count):
                f.write(f"  - {{name: {name(i)}, bmc: '{FIRST + i}:{self.port}', rack: R{i // 40:04d}}}\n")

    def start(self, what, command, **more):
        log = open(os.path.join(self.work, what + ".log"), "ab")
        options = dict(stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=self.env, start_new_session=True, preexec_fn=dies_with_parent)
        options.update(more)
        child = subprocess.Popen(command, **options)
        log.close()
        child.what = what
        self.children.append(child)
        return child

    def collect(self):
        return self.start("collect", [self.ironage, "collect", "--config", self.config])

    def stop(self, child):
        end(child, 60)
        self.children.remove(child)

    def say(self, *args, timeout=300):
        """The JSON that a command prints."""
        done = subprocess.run([self.ironage, *args, "--config", self.config, "--output", "json"], env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, preexec_fn=dies_with_parent)
        if done.returncode not in (0, 1, 2, 3):
            raise RuntimeError(f"{args}: exit {done.returncode}: {done.stderr.decode()[-500:]}")
        return json.loads(done.stdout)

    def figures(self):
        """The collector's own, as every process sees them."""
        return self.say("probes", "--collector")["collector"]

    def live(self):
        """Who answers, asked without ironage: a set of numbers."""
        return asked(self.port, self.community, self.count)

    def log(self, what):
        with open(os.path.join(self.work, what + ".log"), errors="replace") as f:
            return f.read()


def name(i):
    return f"s{i:05d}"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def end(child, patience):
    """Asks a process to end, and makes sure."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def ber(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    return bytes([tag, 0x82]) + struct.pack(">H", len(body)) + body


def asked(port, community, count, rounds=6):
    """Sends each agent a Get of sysUpTime until it answers, a few times."""
    uptime = ber(0x30, ber(0x06, bytes([0x2B, 6, 1, 2, 1, 1, 3, 0])), ber(0x05))
    pdu = ber(0xA0, ber(2, b"\x01"), ber(2, b"\x00"), ber(2, b"\x00"), ber(0x30, uptime))
    message = ber(0x30, ber(2, b"\x01"), ber(4, community.encode()), pdu)
    heard = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        s.settimeout(0.5)

        def take():
            try:
                while True:
                    _, (address, _) = s.recvfrom(2048)
                    heard.add(int(ipaddress.ip_address(address)) - int(FIRST))
                    if len(heard) == count:
                        return
            except TimeoutError:
                pass

        for _ in range(rounds):
            missing = [i for i in range(count) if i not in heard]
            for at in range(0, len(missing), 50):
                for i in missing[at:at + 50]:
                    s.sendto(message, (str(FIRST + i), port))
                s.settimeout(0.002)
                take()
            s.settimeout(0.5)
            take()
            if len(heard) == count:
                break
    return heard


class Usage:
    """What a process has used, at one moment."""

    def __init__(self, pid):
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rpartition(")")[2].split()
        self.cpu = (int(fields[11]) + int(fields[12])) / TICK
        self.at = time.monotonic()
        status = {}
        with open(f"/proc/{pid}/status") as f:
            for line in f:
                key, _, value = line.partition(":")
                status[key] = value.split()
        self.rss, self.peak = int(status["VmRSS"][0]) / 1024, int(status["VmHWM"][0]) / 1024  # MiB
        self.threads = int(status["Threads"][0])
        self.files = len(os.listdir(f"/proc/{pid}/fd"))

    def cores_since(self, before):
        return (self.cpu - before.cpu) / (self.at - before.at)


class Console:
    """ironage on a terminal of its own. What it draws is read and, but for a
    little, forgotten."""

    def __init__(self, bench, *flags):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self.bench, self.master, self.drawn, self.tail = bench, master, 0, b""
        self.begun = time.monotonic()
        self.first = self.first_cpu = None

        def own_terminal():
            dies_with_parent()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.child = bench.start("console", [bench.ironage, "--config", bench.config, *flags], stdin=slave, stdout=slave, stderr=slave, preexec_fn=own_terminal)
        os.close(slave)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                return
            if not data:
                return
            self.drawn += len(data)
            self.tail = (self.tail + data)[-1 << 16:]
            if self.first is None and b"Overview" in self.tail:
                took = time.monotonic() - self.begun
                try:
                    self.first_cpu = Usage(self.child.pid).cpu
                except (OSError, KeyError):  # it ended with its first screen
                    return
                self.first = took  # last: seen() waits for it in another thread

    def seen(self, patience):
        """Waits for the first screen: seconds, or None."""
        give_up = time.monotonic() + patience
        while self.first is None and time.monotonic() < give_up and self.child.poll() is None:
            time.sleep(0.01)
        return self.first

    def close(self):
        self.bench.stop(self.child)
        os.close(self.master)


def until(done, patience, every=1.0):
    """Waits until something is so; says whether it became so in time."""
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        if done():
            return True
        time.sleep(every)
    return False


def all_read(bench, child):
    """A test for until: every endpoint was asked for the first time."""
    def done():
        if child.poll() is not None:
            raise RuntimeError(f"{child.what} ended: " + bench.log(child.what)[-2000:])
        f = bench.figures()
        return f["collecting"] and f["endpoints"] >= bench.count and f["unread"] == 0 and f["waiting"]["inventory"] == 0
    return done
