// SPDX-License-Identifier: Apache-2.0
/*
 * The current task, read through offsets that BTF gave for the running kernel.
 *
 * A pointer from bpf_get_current_task_btf() (Linux 5.11) is checked by the verifier against the
 * kernel's own types, so that a member is a plain load; the structs here only carry the offsets.
 */
#pragma once

#define SECCOMP_MODE_FILTER 2 /* include/uapi/linux/seccomp.h */
#define SECCOMP_MODE_DEAD 3   /* what RET_KILL makes of it before the task ends, since 5.16 (kernel/seccomp.c) */
#define SYS_SECCOMP 1         /* si_code of a SIGSYS that a filter sent */
#define SIGSYS 31
#define PROT_EXEC 4
#define TS_COMPAT 0x0002          /* arch/x86/include/asm/thread_info.h: in a 32-bit call */
#define TRACE_CGROUP_PATH_LEN 1024 /* kernel/cgroup/cgroup-internal.h */
#define PFA_NO_NEW_PRIVS 0        /* bit of task_struct.atomic_flags */

#define AT(type, name, offset)                          \
	struct {                                        \
		char name##_offset[offset];             \
		type name;                              \
	}

struct kernfs_node {
	union {
		AT(u64, id, OFF_kernfs_node_id);
	};
};
struct cgroup {
	union {
		AT(struct kernfs_node *, kn, OFF_cgroup_kn);
	};
};
struct css_set {
	union {
		AT(struct cgroup *, dfl_cgrp, OFF_css_set_dfl_cgrp);
	};
};
struct task_struct {
	union {
		AT(u32, status, OFF_task_struct_thread_info + OFF_thread_info_status);
		AT(u64, atomic_flags, OFF_task_struct_atomic_flags);
		AT(u32, seccomp_mode, OFF_task_struct_seccomp + OFF_seccomp_mode);
		AT(u32, filter_count, OFF_task_struct_seccomp + OFF_seccomp_filter_count);
		AT(struct css_set *, cgroups, OFF_task_struct_cgroups);
		AT(void *, real_cred, OFF_task_struct_real_cred);
		AT(void *, files, OFF_task_struct_files);
	};
};

/* x86_64 and the registers that a system call passes its arguments in, by ABI. */
struct pt_regs {
	u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

struct sys_enter_arguments {
	struct pt_regs *regs;
	u64 number;
};

typedef struct task_struct *TASK;

#define READ(address, offset)                                                                     \
	({                                                                                        \
		u64 _value = 0;                                                                   \
		bpf_probe_read_kernel(&_value, sizeof(_value), (void *)((u64)(address) + (offset))); \
		_value;                                                                           \
	})
#define READ32(address, offset)                                                                   \
	({                                                                                        \
		u32 _value = 0;                                                                   \
		bpf_probe_read_kernel(&_value, sizeof(_value), (void *)((u64)(address) + (offset))); \
		_value;                                                                           \
	})

static __always_inline TASK current_task(void)
{
	return (TASK)bpf_get_current_task_btf();
}

/* int $0x80 from a 64-bit program is a 32-bit call: the flag, not the code segment, tells. */
static __always_inline bool is_compat(TASK task)
{
	return task->status & TS_COMPAT;
}

/*
 * The instruction syscall leaves the return address in cx and the flags in r11; int $0x80 does not. A task
 * that forges both only hides a 32-bit call from its own profile. Under FRED never true, and only slower.
 */
static __always_inline bool is_surely_native(struct pt_regs *regs)
{
	return regs->cx == regs->ip && regs->r11 == regs->flags;
}

static __always_inline u32 seccomp_mode(TASK task)
{
	return task->seccomp_mode;
}

static __always_inline u32 filter_count(TASK task)
{
	return task->filter_count;
}

static __always_inline bool no_new_privs(TASK task)
{
	return task->atomic_flags & (1 << PFA_NO_NEW_PRIVS);
}

static __always_inline u64 mount_namespace(u64 task)
{
	return READ(READ(task, OFF_task_struct_nsproxy), OFF_nsproxy_mnt_ns);
}

/* The runtime that starts a container stays outside: until the container's root is there, both see the same. */
static __always_inline bool shares_mounts_with_parent(TASK task)
{
	return mount_namespace((u64)task) == mount_namespace(READ((u64)task, OFF_task_struct_real_parent));
}

/* What stat(2) gives for /proc/PID/ns/user. */
static __always_inline u32 namespace_inode(u64 user_namespace)
{
	return READ32(user_namespace, OFF_user_namespace_ns + OFF_ns_common_inum);
}

static __always_inline u64 own_credentials(TASK task)
{
	return (u64)task->real_cred;
}

static __always_inline u64 cgroup_id(TASK task)
{
	return task->cgroups->dfl_cgrp->kn->id;
}

static __always_inline u64 cgroup_id_of(u64 cgroup)
{
	return READ(READ(cgroup, OFF_cgroup_kn), OFF_kernfs_node_id);
}

/* kernfs_node.parent was renamed in 6.15; the css has pointed to its parent since 3.12. */
static __always_inline u64 parent_cgroup(u64 cgroup)
{
	return READ(cgroup, OFF_cgroup_self + OFF_cgroup_subsys_state_parent) - OFF_cgroup_self;
}

static __always_inline bool is_unified_hierarchy(u64 cgroup)
{
	return READ32(READ(cgroup, OFF_cgroup_root), OFF_cgroup_root_hierarchy_id) == 0;
}

static __always_inline u64 cgroup_name(u64 cgroup)
{
	return READ(READ(cgroup, OFF_cgroup_kn), OFF_kernfs_node_name);
}

#define EACH_BYTE(value) ((value) * 0x0101010101010101ULL)

/* Bit 7 of each byte that is a digit or a letter from a to f; no byte may be above 127. */
static __always_inline u64 hex_digits(u64 text)
{
	u64 digits = (text + EACH_BYTE(0x80 - '0')) & ~(text + EACH_BYTE(0x80 - '9' - 1));
	u64 letters = (text + EACH_BYTE(0x80 - 'a')) & ~(text + EACH_BYTE(0x80 - 'f' - 1));
	return (digits | letters) & ~text & EACH_BYTE(0x80);
}

/*
 * Every engine ends the name of a container's cgroup with its 64 hex digits, under systemd plus ".scope".
 * Eight bytes at a time and without a branch, for the verifier's sake.
 */
static __always_inline bool is_container_name(char *room, u64 name)
{
	u64 digits[8] = {}, all = EACH_BYTE(0x80);
	char before = '-';
	int length = bpf_probe_read_kernel_str(room, 256, (void *)name) - 1;
	if (length >= 6 && (READ(name, length - 6) & 0xffffffffffffULL) == 0x65706f63732eULL) /* ".scope" */
		length -= 6;
	if (length < 64 || bpf_probe_read_kernel(digits, sizeof(digits), (void *)(name + length - 64)))
		return false;
	if (length > 64)
		bpf_probe_read_kernel(&before, 1, (void *)(name + length - 65));
#pragma unroll
	for (u32 i = 0; i < 8; i++)
		all &= hex_digits(digits[i]);
	return all == EACH_BYTE(0x80) && (before == '-' || before == ':');
}

static __always_inline u64 task_regs(TASK task)
{
	return (u64)bpf_task_pt_regs((void *)task);
}

static __always_inline s32 syscall_number(u64 regs)
{
	return (s32)READ(regs, __builtin_offsetof(struct pt_regs, orig_ax));
}

static __always_inline u64 syscall_argument(u64 regs, bool compat, u32 index)
{
	static const u32 native[] = {
		__builtin_offsetof(struct pt_regs, di), __builtin_offsetof(struct pt_regs, si),
		__builtin_offsetof(struct pt_regs, dx), __builtin_offsetof(struct pt_regs, r10),
		__builtin_offsetof(struct pt_regs, r8), __builtin_offsetof(struct pt_regs, r9),
	};
	static const u32 i386[] = {
		__builtin_offsetof(struct pt_regs, bx), __builtin_offsetof(struct pt_regs, cx),
		__builtin_offsetof(struct pt_regs, dx), __builtin_offsetof(struct pt_regs, si),
		__builtin_offsetof(struct pt_regs, di), __builtin_offsetof(struct pt_regs, bp),
	};
	return compat ? (u32)READ(regs, i386[index]) : READ(regs, native[index]);
}
