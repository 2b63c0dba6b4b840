"""Starts a program and tells what it cost: launch.py COST.json CPU_SECONDS BYTES PROGRAM [ARGUMENT]...

It stands between because a process's peak of memory begins with that of the one that started it, and this one is
small. The limits are CPU seconds and bytes of address space, 0 for none.
"""
import json
import os
import resource
import sys

cost, cpu_limit, memory_limit, *command = sys.argv[1:]
child = os.fork()
if child == 0:
    if seconds := int(cpu_limit):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if size := int(memory_limit):
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    os.execvp(command[0], command)
_, status, usage = os.wait4(child, 0)
with open(cost, "w") as file:
    json.dump({"code": os.waitstatus_to_exitcode(status), "cpu_seconds": usage.ru_utime + usage.ru_stime,
               "peak_bytes": usage.ru_maxrss * 1024}, file)
