"""Does it hold for a long time? See .ci/soak."""

import datetime
import statistics
import sys
import time

from process import FIRST, Bench, Usage, all_read, name, until

work, ironage, shared, count, minutes = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
LATENCY, DEAD, LOSS = "20ms", 5, 1
INTERVAL = 60.0
TOLERANCE = 0.05 * INTERVAL
# A read of which three tries of one message were lost is tried again after a
# quarter of the interval: of a million messages that is one at 1 % loss.
MAY_MISS = 0.001
WARM = 5.0  # minutes after which nothing may grow
# The rings of the latest 60 values, and the readings of the current hour, fill
# with every poll for an hour: some 6 kB of a server, then no more. MiB a minute.
RINGS = count * 6 / 1024 / 60
broken = []


def fail(text):
    broken.append(text)
    print("BROKEN: " + text, flush=True)


def seconds(text):
    """A time as the commands print it."""
    text = text.replace("Z", "+00:00")
    head, dot, rest = text.partition(".")
    if dot:
        digits = "".join(c for c in rest[:rest.find("+")] if c.isdigit())
        text = head + "." + (digits + "000000")[:6] + rest[rest.find("+"):]
    return datetime.datetime.fromisoformat(text).timestamp()


class Schedule:
    """Whether polls begin when they should, by what the store says of each."""

    def __init__(self):
        self.turns = {}  # of a server: where in the interval its polls begin, by its own plan
        self.next = {}
        self.last = {}
        self.late = []
        self.off = []
        self.missed = 0

    def look(self, probes, live, now):
        for p in probes["probes"]:
            server = p["server"]
            if server not in live:
                continue
            if p["snmp"] != "answered" or "answered" not in p:
                self.missed += 1
                continue
            began = seconds(p["answered"]) - p["read_ms"] / 1000
            planned = self.next.get(server)
            if planned is not None and began != self.last[server]:
                late = self.lateness(began, planned, self.turns[server])
                self.late.append(late)
                if abs(late) > TOLERANCE:
                    self.off.append((server, late))
            if now - began > INTERVAL + TOLERANCE + 5:  # with the time to read and to save
                self.off.append((server, now - began - INTERVAL))
            self.last[server] = began
            self.next[server] = seconds(p["next_read"])
            self.turns.setdefault(server, self.next[server])

    @staticmethod
    def lateness(began, *plans):
        """By how much a poll began after the nearest turn of some plans."""
        def off(plan):
            d = (began - plan) % INTERVAL
            return d if d <= INTERVAL / 2 else d - INTERVAL
        return min((off(p) for p in plans), key=abs)

    def verdict(self):
        if not self.late:
            return fail("no poll was seen twice")
        late = sorted(abs(x) for x in self.late)
        print(f"Polls compared with their plan: {len(late)}; off by {late[len(late) // 2]:.2f} s at the median, {late[len(late) * 99 // 100]:.2f} s for 99 in a hundred, "
              f"{late[-1]:.2f} s at most; {len(self.off)} by more than {TOLERANCE:.0f} s; {self.missed} not answered when looked at.")
        if len(self.off) > MAY_MISS * len(late):
            fail(f"{len(self.off)} of {len(late)} polls were more than 5 % off schedule, such as {self.off[:5]}")
        if self.missed > MAY_MISS * len(late):
            fail(f"{self.missed} reads of live servers were not answered")


def slope(samples):
    """The median of all slopes between two of (minute, value), for each minute."""
    pairs = [(y2 - y1) / (x2 - x1) for i, (x1, y1) in enumerate(samples) for x2, y2 in samples[i + 1:] if x2 > x1]
    return statistics.median(pairs) if pairs else 0.0


def steady(what, samples, share, least, fills=0.0):
    """Fails when something grows for as long as it was looked at: by more than a
    share, and more than what may fill within the first hour, each minute."""
    samples = [s for s in samples if s[0] >= min(WARM, minutes / 2)]
    if len(samples) < 3:
        print(f"{what}: too short to tell whether it grows")
        return
    middle = statistics.median(y for _, y in samples)
    took = samples[-1][0] - samples[0][0]
    growth = slope(samples) * took
    most = max(share * middle, least) + fills * took
    print(f"{what}: {middle:.0f} at the median, {growth:+.1f} over {took:.0f} minutes, at most {most:.1f} allowed")
    if growth > most:
        fail(f"{what} grows: {growth:+.1f} over {took:.0f} minutes")


def reference(bench, live):
    """What a single look at some live agents says: health, and codes of findings."""
    for i in sorted(live):
        for _ in range(5):
            one = bench.say("check", f"{FIRST + i}:{bench.port}", "--community", "env:BENCH_COMMUNITY", "--no-ping")
            if one["reachable"] and not one.get("errors"):
                return one["health"], sorted(f["code"] for f in one["findings"] or [])
    sys.exit("no agent can be read")


def verdicts(bench, live, want, codes):
    """Every live server says what its recording does, every dead one that it does not answer."""
    wrong = []
    servers = {s["server"]: s for s in bench.say("servers")}
    for i in range(count):
        s = servers.get(name(i))
        found = sorted(f["code"] for f in (s or {}).get("findings") or [])
        if s is None:
            wrong.append((name(i), "is missing"))
        elif i in live and (s["health"] != want or found != codes or s.get("does_not_answer")):
            wrong.append((s["server"], s["health"], found, s.get("does_not_answer")))
        elif i not in live and (s["health"] != "unknown" or not s.get("does_not_answer")):
            wrong.append((s["server"], s["health"], found, "should not answer"))
    if wrong:
        fail(f"{len(wrong)} wrong verdicts, such as {wrong[:5]}")
    return len(servers)


def news(bench, live):
    """Nothing happened to the living, and the dead were found dead once."""
    wrong, dead = [], {}
    for e in bench.say("events", "--limit", "1000000"):
        server = e.get("server", "")
        if not server:
            if e["kind"] != "collector":
                wrong.append((e["kind"], e["text"]))
        elif server in live:
            wrong.append((server, e["kind"], e["text"]))
        else:
            dead.setdefault(server, []).append(e["kind"])
    # Loopback addresses answer ping whoever is silent behind them, so "silent" is
    # what to expect; a ping lost on a busy machine makes it "unreachable" for a while.
    changed = 0
    for server, kinds in dead.items():
        changed += len(kinds) > 1
        if not set(kinds) <= {"unreachable", "silent"}:
            wrong.append((server, kinds))
    if changed:
        print(f"{changed} dead servers went from silent to unreachable or back: pings were lost.")
    if wrong:
        fail(f"{len(wrong)} events that should not be, such as {wrong[:5]}")
    return len(dead)


with Bench(work, ironage, shared, count, LATENCY, DEAD, LOSS) as bench:
    if not until(lambda: len(bench.live()) >= count * (1 - DEAD / 100) - 1, 60):
        sys.exit("the agents do not answer: " + bench.log("agents")[-500:])
    live = bench.live()
    names = {name(i) for i in live}
    want, codes = reference(bench, live)
    print(f"{count} endpoints, {count - len(live)} of them dead, {LOSS} % loss, {LATENCY} latency, {bench.what}; a single look says {want} {codes or 'without findings'}", flush=True)

    collect = bench.collect()
    begun = time.monotonic()
    if not until(all_read(bench, collect), 900):
        sys.exit("not everything was read within 15 minutes")
    print(f"everything asked for the first time after {time.monotonic() - begun:.0f} s", flush=True)
    time.sleep(2 * INTERVAL)  # until the reads have found their turns

    schedule, samples = Schedule(), []
    every = max(1, count // 2000)  # minutes between looks at all endpoints, which cost processor time
    begun, before = time.monotonic(), Usage(collect.pid)
    print("minute  cores  RSS MiB  heap in use MiB  goroutines  files  late  longest wait s  p99 s  reads/s  unsaved  dropped", flush=True)
    for minute in range(int(minutes) + 1):
        time.sleep(max(0.0, begun + minute * 60 - time.monotonic()))
        if collect.poll() is not None:
            fail("ironage collect ended: " + bench.log("collect")[-2000:])
            break
        f, u = bench.figures(), Usage(collect.pid)
        samples.append((minute, u, f))
        print(f"{minute:6d}  {u.cores_since(before) if minute else 0:5.2f}  {u.rss:7.0f}  {f['process']['live_bytes'] / (1 << 20):15.0f}  {f['process']['goroutines']:10d}  {u.files:5d}  {f['late']:4d}"
              f"  {f['behind_ms'] / 1000:14.2f}  {f['delay_p99_ms'] / 1000:5.2f}  {f['reads_per_second']:7.1f}  {f['unsaved']:7d}  {f['transport']['kernel_drops']:7d}", flush=True)
        before = u
        if minute % every == 0:
            now = time.time()  # before: the command takes its time
            schedule.look(bench.say("probes"), names, now)

    print()
    steady("resident memory, MiB", [(m, u.rss) for m, u, _ in samples], 0.05, 16, 2 * RINGS)
    steady("memory in use, MiB", [(m, f["process"]["live_bytes"] / (1 << 20)) for m, _, f in samples], 0.05, 8, RINGS)
    steady("goroutines", [(m, f["process"]["goroutines"]) for m, _, f in samples], 0.1, 50)
    steady("open files", [(m, u.files) for m, u, _ in samples], 0.1, 8)
    worst = max(f["behind_ms"] for _, _, f in samples) / 1000
    if worst > TOLERANCE:
        fail(f"a poll waited {worst:.1f} s for its slot")
    schedule.verdict()
    known = verdicts(bench, live, want, codes)
    dead = news(bench, names)
    print(f"Verdicts of {known} servers compared; {dead} of {count - len(live)} dead ones were reported.")
    if dead != count - len(live):
        fail(f"{count - len(live) - dead} dead servers were not reported")
    stderr = bench.log("collect")
    for line in stderr.splitlines():
        if line.startswith("ironage: ") and ": warning: " not in line and any(w in line for w in ("critical", "panic")):
            fail("the collector said: " + line)
    print("\nVERDICT: " + ("broken: " + "; ".join(broken) if broken else "it holds"), flush=True)
sys.exit(1 if broken else 0)
