"""An independent count of the calls that a container's filter sees, to compare recordings with.

    python counter.py COMMAND...

A hash keyed by cgroup, ABI, number and seccomp mode, filled from sys_enter; nothing of the recorder's program
or maps. Prints JSON: for each cgroup the numbers with mode 2 (FILTER), by ABI, made by tasks whose command
name is not the runtime's (runc calls itself "runc:[2:INIT]" until its execve).
"""

import collections
import json
import os
import subprocess
import sys

from profilegen.tracer.bpf.btf import Btf
from profilegen.tracer.load.source import HEADERS

os.environ["BCC_KERNEL_SOURCE"] = str(HEADERS)

import bcc  # the environment variable must be set before

SOURCE = """
struct key { u64 cgroup; u32 number; u32 mode; u32 compat; u32 runtime; };
BPF_HASH(seen, struct key, u64, 65536);
RAW_TRACEPOINT_PROBE(sys_enter)
{
	char comm[16];
	char *task = (char *)bpf_get_current_task();
	struct key key = {};
	u64 one = 1;
	key.cgroup = bpf_get_current_cgroup_id();
	key.number = ctx->args[1];
	bpf_probe_read_kernel(&key.mode, 4, task + SECCOMP);
	bpf_probe_read_kernel(&key.compat, 4, task + STATUS);
	key.compat = (key.compat & 2) != 0;
	bpf_get_current_comm(comm, sizeof(comm));
	key.runtime = comm[0] == 'r' && comm[1] == 'u' && comm[2] == 'n' && comm[3] == 'c' && comm[4] == ':';
	seen.update(&key, &one);
	return 0;
}
"""

if __name__ == "__main__":
    btf = Btf()
    offsets = {
        "SECCOMP": btf.offset("task_struct", "seccomp"),
        "STATUS": btf.offset("task_struct", "thread_info") + btf.offset("thread_info", "status"),
    }
    program = bcc.BPF(text=SOURCE, cflags=[f"-D{name}={offset}" for name, offset in offsets.items()])
    status = subprocess.run(sys.argv[1:], stdout=sys.stderr, check=False).returncode
    found: dict[str, dict[str, set[int]]] = collections.defaultdict(
        lambda: {"native": set(), "compat": set()}
    )
    for key in program["seen"]:
        if key.mode == 2 and not key.runtime:
            found[str(key.cgroup)]["compat" if key.compat else "native"].add(key.number)
    sets = {cgroup: {abi: sorted(n) for abi, n in numbers.items()} for cgroup, numbers in found.items()}
    json.dump(sets, sys.stdout)
    sys.exit(status)
