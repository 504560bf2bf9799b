// SPDX-License-Identifier: Apache-2.0
/*
 * Declares what BCC and its compiler pass supply, for editors, clangd and clang-format alone: nothing
 * here is compiled into the recorder (compile_flags.txt, load/source.py).
 */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)
#define __always_inline inline __attribute__((always_inline))

struct bpf_raw_tracepoint_args {
	u64 args[12];
};

/* A map is an object with functions, as in BCC's helpers.h. */
#define BPF_HASH(name, key_type, leaf_type, bound)      \
	static struct {                                 \
		leaf_type *(*lookup)(key_type *);       \
		int (*insert)(key_type *, leaf_type *); \
		int (*update)(key_type *, leaf_type *); \
		int (*delete)(key_type *);              \
	} name
#define BPF_ARRAY(name, leaf_type, bound)    \
	static struct {                      \
		leaf_type *(*lookup)(u32 *); \
	} name
#define BPF_PERCPU_ARRAY(name, leaf_type, bound) BPF_ARRAY(name, leaf_type, bound)
#define BPF_QUEUE(name, leaf_type, bound)            \
	static struct {                              \
		int (*push)(leaf_type *, u64 flags); \
		int (*pop)(leaf_type *);             \
	} name
#define BPF_PROG_ARRAY(name, bound)                 \
	static struct {                             \
		void (*call)(void *ctx, u32 index); \
	} name
#define BPF_RINGBUF_OUTPUT(name, pages)                                  \
	static struct {                                                  \
		int (*ringbuf_output)(void *data, u64 bytes, u64 flags); \
	} name

/* include/uapi/linux/bpf.h */
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
u64 bpf_get_current_pid_tgid(void);
u64 bpf_get_current_task(void);
void *bpf_get_current_task_btf(void);
void *bpf_task_pt_regs(void *task);
u32 bpf_get_smp_processor_id(void);
u64 bpf_ktime_get_ns(void);
long bpf_get_stack(void *ctx, void *out, u32 bytes, u64 flags);
long bpf_probe_read_kernel(void *out, u32 bytes, const void *address);
long bpf_probe_read_kernel_str(void *out, u32 bytes, const void *address);
long bpf_probe_read_user(void *out, u32 bytes, const void *address);
