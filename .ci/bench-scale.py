"""The table of goals: see .ci/bench-scale."""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request

from process import FIRST, dies_with_parent, free_port
from scale import Agents, Table, ceil, cpu, each_cpu, measured, median, per, poll, spent, start

work, shared, devices, whole = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] != "no"
ironage = os.path.join(work, "ironage")
REPLY = 1400  # bytes of an answer
DEFAULT_BUFFER = "106496"  # of which Linux grants twice: its default of 212,992


def quiet(table, agents):
    """Without latency: what it takes of the processor, beside the others."""
    status, naive = agents.poll("--rhythm", "status", "--rounds", "3", "--compare")
    inventory, = agents.poll("--rhythm", "inventory", "--rounds", "4")
    first, known = inventory["each"][:1], inventory["each"][1:]
    table.goal("status read, CPU per device vs naive walk", f"{cpu(status) / cpu(naive):.3f} ({cpu(status):.0f} µs : {cpu(naive):,.0f} µs)",
               "≤ 0.10", cpu(status) / cpu(naive) <= 0.10)
    table.goal("inventory, CPU per device vs naive", f"{cpu(inventory) / cpu(naive):.2f} ({cpu(inventory):,.0f} µs; first walk {each_cpu(first):,.0f}, rows that are known {each_cpu(known):,.0f})",
               "≤ 0.85", cpu(inventory) / cpu(naive) <= 0.85)
    table.goal("status reads per core-second", f"{1e6 / cpu(status):,.0f}", "≥ 8,000", 1e6 / cpu(status) >= 8000)
    pdus, size = per(status, "pdus"), per(status, "bytes")
    table.goal("PDUs, bytes, variables per status read", f"{pdus:.1f}, {size:,.0f}, {per(status, 'varbinds'):.0f}", f"1 per {REPLY:,} B", pdus <= ceil(size / REPLY) + 0.05)
    rest = {k: sum(r[k] for r in known) for k in ("answered", "pdus", "varbinds")}
    beyond = len(naive["tables"]) / per(rest, "varbinds")  # a witness for each table
    table.goal("PDUs, variables per inventory: first walk; rows that are known", f"{per(first[0], 'pdus'):.1f}, {per(first[0], 'varbinds'):.0f}; {per(rest, 'pdus'):.1f}, {per(rest, 'varbinds'):.0f}",
               "≤ 13", per(rest, "pdus") <= 13.05)
    table.goal("variables behind the ends of known tables", f"≤ {100 * beyond:.0f} % (one for each of {len(naive['tables'])} tables)", "≤ 10 %", beyond <= 0.10)
    memory, held, learning = (status[k] / 1e6 for k in ("peak_resident_bytes", "peak_memory_bytes", "learning_peak_resident_bytes"))
    table.goal("memory, sockets, goroutines while polling", f"{held:.0f} MB (in RAM with the program's own pages: {memory:.0f} MB, while it learns the rows {learning:.0f} MB), {status['sockets']}, {status['goroutines']}",
               "≤ 60 MB, ≤ 16, ≤ 300", held <= 60 and status["sockets"] <= 16 and status["goroutines"] <= 300)
    exporter(table, agents, naive, inventory)


def exporter(table, agents, naive, inventory):
    """snmp_exporter walks the same tables, without making metrics of them."""
    program, what, goal = shutil.which("prometheus-snmp-exporter") or shutil.which("snmp_exporter"), "inventory, CPU vs snmp_exporter's walk alone", "none"
    if not program:
        return table.goal(what, "not installed", goal, None)
    version = subprocess.run([program, "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()
    major, minor = map(int, re.search(r"version (\d+)\.(\d+)", version).groups())
    walk = "".join(f"    - {oid}\n" for oid in naive["tables"])
    if (major, minor) < (0, 23):
        text = f"bench:\n  walk:\n{walk}  version: 2\n  max_repetitions: 25\n  auth:\n    community: {agents.community}\n"
    else:
        text = f"auths:\n  bench:\n    community: {agents.community}\n    version: 2\nmodules:\n  bench:\n    walk:\n{walk}    max_repetitions: 25\n"
    config, port = os.path.join(work, "snmp.yml"), free_port()
    with open(config, "w") as f:
        f.write(text)
    process = start([program, "--config.file=" + config, f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
    try:
        url = f"http://127.0.0.1:{port}/snmp?module=bench&auth=bench&target="
        def scrape(i):
            return b"snmp_scrape_pdus_returned" in urllib.request.urlopen(f"{url}{FIRST + i}:{agents.port}", timeout=60).read()
        for _ in range(50):
            time.sleep(0.2)
            try:
                if scrape(0):
                    break
            except OSError:
                pass
        count, before = min(devices, 500), spent(process)
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            done = sum(pool.map(scrape, range(count)))
        if not done:
            return table.goal(what, "it does not answer here", goal, None)
        theirs = (spent(process) - before) / max(done, 1) * 1e6
        table.goal(what, f"{cpu(inventory) / theirs:.2f} (theirs {theirs:,.0f} µs, version {major}.{minor}, {done} devices)", goal, None)
    except OSError as e:
        table.goal(what, f"it does not run here: {e}", goal, None)
    finally:
        process.kill()
        process.wait()


def late(table):
    """With 20 ms between question and answer; then with the dead, and with losses."""
    with Agents(work, shared, devices, latency="20ms") as agents:
        status, = agents.poll("--rhythm", "status", "--rounds", "3")
        wide, = agents.poll("--rhythm", "status", "--rounds", "3", "--workers", "700", "--sockets", "8")
        inventory, = agents.poll("--rhythm", "inventory", "--rounds", "2")
    first, known = inventory["each"]
    s, w, k = status["wall_ns"] / 1e9, first["wall_ns"] / 1e9, known["wall_ns"] / 1e9
    more = f"{wide['wall_ns'] / 1e9:.2f} s with 700 at once"
    goal = 1.5 * devices / 10000, 15 * devices / 10000
    table.goal("sweep at 20 ms: status / first inventory, the next", f"{s:.2f} s ({more}) / {w:.1f} s, {k:.1f} s", f"≤ {goal[0]:.2g} s / ≤ {goal[1]:.2g} s", s <= goal[0] and max(w, k) <= goal[1])
    with Agents(work, shared, devices, latency="20ms", dead=5) as agents:
        dead, = agents.poll("--rhythm", "status", "--rounds", "2")
    ratio = dead["live_wall_ns"] / max(status["live_wall_ns"], 1)
    right = devices - devices * 5 // 100
    table.goal("5 % dead: live devices done vs none dead", f"{ratio:.2f} × ({dead['answered'] // dead['rounds']:,} of {right:,} live)", "≤ 1.2 ×", ratio <= 1.2 and dead["answered"] == dead["rounds"] * right)
    with Agents(work, shared, devices, latency="20ms", loss=1) as agents:
        loss, = agents.poll("--rhythm", "status", "--rounds", "5", "--retries", "3", "--buffer", DEFAULT_BUFFER)
    t = loss["traffic"]
    table.goal("live devices ever called failed: default receive buffer, 1 % loss, 3 retries",
               f"{loss['failed']} of {loss['answered'] + loss['failed']:,} reads ({loss['retries']:,} retries, {t['kernel_drops']} dropped by the kernel, buffers of {t['receive_buffer_bytes']:,} B)", "0", loss["failed"] == 0)


def encrypted(table):
    """A real snmpd, asked as several hundred devices, in plain and encrypted."""
    program, what, goal = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin"), "v3 authPriv (SHA-256, AES-128) vs v2c, CPU per status read", "≤ 3 ×"
    if not program:
        return table.goal(what, "snmpd is not installed", goal, None)
    port, folder, count = free_port(), os.path.join(work, "snmpd"), min(devices, 300)
    os.mkdir(folder)
    config = os.path.join(folder, "snmpd.conf")
    with open(config, "w") as f:
        f.write(f"agentaddress udp:0.0.0.0:{port}\nrocommunity bench 127.0.0.0/8\ncreateUser bench SHA-256 \"authentication\" AES \"confidentiality\"\nrouser bench authPriv\n")
    env = dict(os.environ, SNMP_PERSISTENT_DIR=os.path.join(folder, "state"), SNMPCONFPATH=folder, MIBS="",
               BENCH_COMMUNITY="bench", BENCH_AUTH="authentication", BENCH_PRIV="confidentiality")
    process = start([program, "-f", "-C", "-c", config, "-p", os.path.join(folder, "pid"), "-I", "-smux"], env=env)
    how = ["--port", str(port), "--workers", "8", "--timeout", "10s", "--rhythm", "status"]
    plain = ["--community", "env:BENCH_COMMUNITY"]
    secret = ["--snmp", "3", "--user", "bench", "--auth", "sha256", "--auth-secret", "env:BENCH_AUTH", "--priv", "aes128", "--priv-secret", "env:BENCH_PRIV"]
    try:
        for _ in range(50):
            time.sleep(0.2)
            if poll(ironage, env, "--targets", str(FIRST), "--rounds", "1", *how, *plain)[0]["answered"]:
                break
        both = [poll(ironage, env, "--targets", f"{FIRST}+{count}", "--rounds", "10", *how, *x)[0] for x in (plain, secret)]
        v2, v3 = map(cpu, both)
        if any(r["failed"] for r in both) or any(r["answered"] == 0 for r in both):
            return table.goal(what, f"snmpd left {both[0]['failed']} and {both[1]['failed']} reads unanswered", goal, None)
        table.goal(what, f"{v3 / v2:.1f} × ({v3:.0f} µs : {v2:.0f} µs, {per(both[0], 'varbinds'):.0f} variables in {per(both[0], 'pdus'):.1f} PDUs)", goal, v3 <= 3 * v2)
    finally:
        process.kill()
        process.wait()


def pings(table):
    targets = f"{FIRST}+{devices}"
    try:
        ours = [poll(ironage, os.environ, "--targets", targets, "--rounds", "3", kind="ping")[0] for _ in range(3)]
    except RuntimeError as e:
        return table.goal("pings", str(e), "≤ 1.5 / ≤ 2", None)
    wall, used = median(r["wall_ns"] for r in ours) / 1e9, median(cpu(r) for r in ours)
    lost = sum(r["failed"] for r in ours)
    own = f"ours {wall:.2f} s, {used:.0f} µs a host, {lost} called silent"
    if not shutil.which("fping"):
        return table.goal("pings: wall / CPU vs fping -i 0", "fping is not installed; " + own, "≤ 1.5 / ≤ 2", None)
    hosts = os.path.join(work, "hosts")
    with open(hosts, "w") as f:
        f.writelines(f"{FIRST + i}\n" for i in range(devices))
    theirs = [measured(["fping", "-i", "0", "-r", "1", "-t", "1000", "-q", "-f", hosts]) for _ in range(7)]
    their_wall, their_cpu = median(w for w, _ in theirs), median(c for _, c in theirs) / devices * 1e6
    ratios = wall / their_wall, used / max(their_cpu, 0.01)
    table.goal("pings: wall / CPU vs fping -i 0", f"{ratios[0]:.2f} / {ratios[1]:.2f} ({own}; fping {their_wall:.2f} s, {their_cpu:.0f} µs)", "≤ 1.5 / ≤ 2",
               ratios[0] <= 1.5 and ratios[1] <= 2 and lost == 0)


def store(table):
    done = subprocess.run(["go", "test", "-run", "^$", "-bench", "Sweep/10000", "-benchtime", "3x", "./internal/store"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    found = re.search(r"([\d.]+) ms-writing/sweep", done.stdout.decode())
    cores = re.search(r"([\d.]+) µs-cpu/server", done.stdout.decode())
    if not found:
        return table.goal("a sweep of 10,000 written to the store", "go test -bench Sweep ./internal/store tells nothing", "≤ 100 ms", None)
    more = f" ({float(cores[1]):.0f} µs of processor time a server)" if cores else ""
    table.goal("a sweep of 10,000 written to the store", f"{float(found[1]):.0f} ms of the writer{more}", "≤ 100 ms", float(found[1]) <= 100)


def process(table):
    """The figures of .ci/bench-process, which says more; whether it came to its end."""
    done = subprocess.run([".ci/bench-process", shared], env=dict(os.environ, SERVERS=str(devices)), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, errors = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    each = re.search(r"with (\d+) components", said)
    cores = re.search(r"a console that collects \| ([\d.]+) \| \d+ \| (\d+)", said)
    first = re.search(r"Collecting console's first screen on that store: ([\d.]+) s", said)
    share = devices / 10000
    what = "whole process with store and console" + (f", {each[1]} components a server" if each else "") + ": CPU, memory at most"
    goal = f"≤ {0.5 * share:.2g} core, ≤ {600 * share:.0f} MB"
    if cores:
        used, peak = float(cores[1]), int(cores[2]) * (1 << 20) / 1e6
        table.goal(what, f"{used:.2f} cores, {peak:.0f} MB resident", goal, used <= 0.5 * share and peak <= 600 * share)
    else:
        table.goal(what, "not measured", goal, None)
    what = "start with that store, to the first screen"
    if first:
        table.goal(what, f"{float(first[1]):.2f} s", "≤ 1 s", float(first[1]) <= 1)
    else:
        table.goal(what, "not measured", "≤ 1 s", None)
    print("\n.ci/bench-process said:\n\n" + said, flush=True)
    if done.returncode:
        print(f".ci/bench-process ended with code {done.returncode} before its end:\n\n{errors[-2000:]}", flush=True)
    return done.returncode == 0 and bool(cores and first)


with Agents(work, shared, devices) as agents:
    print(f"{devices:,} simulated controllers ({agents.what}), {os.cpu_count()} processors, {time.strftime('%Y-%m-%d')}\n")
    table = Table("figure", "measured", "goal", "met")
    quiet(table, agents)
late(table)
encrypted(table)
pings(table)
store(table)
if whole and not process(table):
    sys.exit(1)
