"""eBPF without knowledge of what the programs are for: bpf(2), maps, ring buffers, types, object code."""
