"""The whole process at work: see .ci/bench-process."""

import os
import sys
import time

from process import Bench, Console, Usage, all_read, until

work, ironage, shared, count, minutes = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
LATENCY = "20ms"


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def steady(bench, processes, seconds):
    """Uses of several processes over some time, beside the writer's."""
    before, wrote = [Usage(p.pid) for p in processes], bench.figures()
    time.sleep(seconds)
    after, written = [Usage(p.pid) for p in processes], bench.figures()
    return [(a.cores_since(b), a) for b, a in zip(before, after)], wrote, written


def report(what, cores, usage):
    row(what, f"{cores:.2f}", f"{usage.rss:.0f}", f"{usage.peak:.0f}", usage.threads, usage.files)


def writer(wrote, written, seconds):
    saves = max(written["saves"] - wrote["saves"], 1)
    took = written["save_ms"] - wrote["save_ms"]
    held = written["process"]["writing_ms"] - wrote["process"]["writing_ms"]
    print(f"\nStore: {saves} transactions in {seconds:.0f} s, {took / saves:.1f} ms each on average with what is prepared for them; "
          f"the writer was held {held / saves:.1f} ms for each, {held * 60 / seconds:.0f} ms for a sweep of {count}. "
          f"Reads a second: {written['reads_per_second']:.0f}; polls began at most {written['delay_max_ms'] / 1000:.1f} s late, 99 in a hundred {written['delay_p99_ms'] / 1000:.2f} s. "
          f"Thrown away by the system: {written['transport']['kernel_drops']}.\n", flush=True)


with Bench(work, ironage, shared, count, LATENCY) as bench:
    if not until(lambda: len(bench.live()) == count, 60):
        sys.exit("the agents do not answer: " + bench.log("agents")[-500:])
    print(f"{count} servers, {bench.what}, {LATENCY} latency; status every 60 s, pings on; {os.cpu_count()} processors\n", flush=True)

    collect = bench.collect()
    begun = time.monotonic()
    if not until(all_read(bench, collect), 900):
        sys.exit("not everything was read within 15 minutes")
    first = Usage(collect.pid)
    print(f"First inventories: {time.monotonic() - begun:.0f} s, {first.cpu:.0f} s of processor time, {first.peak:.0f} MiB at most.\n", flush=True)
    time.sleep(60)  # until the status reads have found their turns

    viewer = Console(bench)
    seen = viewer.seen(120)
    print("Viewer's first screen: " + (f"{seen:.2f} s, {viewer.first_cpu:.2f} s of processor time.\n" if seen else "none within two minutes.\n"), flush=True)
    time.sleep(30)
    seconds = max(minutes * 60, 60)
    used, wrote, written = steady(bench, [collect, viewer.child], seconds)
    row("process, over %.0f s" % seconds, "cores", "MiB now", "MiB peak", "threads", "files")
    row("---", "---", "---", "---", "---", "---")
    report("ironage collect", *used[0])
    report("a console beside it", *used[1])
    writer(wrote, written, seconds)
    viewer.close()
    bench.stop(collect)

    alone = Console(bench)
    seen = alone.seen(120)
    print("Collecting console's first screen on that store: " + (f"{seen:.2f} s, {alone.first_cpu:.2f} s of processor time.\n" if seen else "none within two minutes.\n"), flush=True)
    if not until(all_read(bench, alone.child), 900):
        sys.exit("not everything was read within 15 minutes")
    time.sleep(60)
    used, wrote, written = steady(bench, [alone.child], seconds)
    row("process, over %.0f s" % seconds, "cores", "MiB now", "MiB peak", "threads", "files")
    row("---", "---", "---", "---", "---", "---")
    report("a console that collects", *used[0])
    writer(wrote, written, seconds)
    alone.close()
    store = os.path.join(work, "ironage", "ironage.db")
    if os.path.exists(store):
        print(f"Store: {os.path.getsize(store) / (1 << 20):.0f} MiB.")
