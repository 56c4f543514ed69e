"""The table of growth: see .ci/bench-growth."""

import os
import sys
import time

from scale import Agents, Table, cpu, each_cpu, per

work, shared, latency, sizes = sys.argv[1], sys.argv[2], sys.argv[3], [int(n) for n in sys.argv[4:]]

table = None
for devices in sizes:
    with Agents(work, shared, devices, latency=latency) as agents:
        if table is None:
            print(f"Simulated controllers ({agents.what}), {latency} latency, {os.cpu_count()} processors, {time.strftime('%Y-%m-%d')}\n")
            table = Table("controllers", "status: a round", "CPU a read", "PDUs", "first inventory", "CPU", "PDUs", "the next", "CPU", "PDUs", "memory, status", "inventory", "goroutines, sockets", "failed")
        rounds = 10 if devices <= 1000 else 3
        status, = agents.poll("--rhythm", "status", "--rounds", str(rounds))
        inventory, = agents.poll("--rhythm", "inventory", "--rounds", "2")
        first, known = inventory["each"]
        table.row(f"{devices:,}", f"{status['wall_ns'] / 1e9:.2f} s", f"{cpu(status):.0f} µs", f"{per(status, 'pdus'):.1f}",
                  f"{first['wall_ns'] / 1e9:.1f} s", f"{each_cpu([first]):,.0f} µs", f"{per(first, 'pdus'):.0f}",
                  f"{known['wall_ns'] / 1e9:.1f} s", f"{each_cpu([known]):,.0f} µs", f"{per(known, 'pdus'):.0f}",
                  f"{status['peak_resident_bytes'] / 1e6:.0f} MB", f"{inventory['peak_resident_bytes'] / 1e6:.0f} MB", f"{max(status['goroutines'], inventory['goroutines'])}, {status['sockets']}",
                  status["failed"] + inventory["failed"])
