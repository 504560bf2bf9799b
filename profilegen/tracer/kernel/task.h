// SPDX-License-Identifier: Apache-2.0
/*
 * The current task, read by the offsets that BTF has for the running kernel: the structs hold
 * nothing else.
 */
#pragma once

#include "arch/arch.h"
#include "offsets.h"

#define SECCOMP_MODE_FILTER 2 /* include/uapi/linux/seccomp.h */
/* what RET_KILL makes of it before the task ends, since 5.16 (kernel/seccomp.c) */
#define SECCOMP_MODE_DEAD 3
#define SYS_SECCOMP 1 /* si_code of a SIGSYS that a filter sent */
#define SIGSYS 31
#define PROT_EXEC 4
#define PFA_NO_NEW_PRIVS 0 /* bit of task_struct.atomic_flags */
#define PF_IO_WORKER 0x10  /* include/linux/sched.h: bit of task_struct.flags */

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
		ARCH_TASK_MEMBERS
		AT(u32, flags, OFF_task_struct_flags);
		AT(u64, atomic_flags, OFF_task_struct_atomic_flags);
		AT(u32, seccomp_mode, OFF_task_struct_seccomp + OFF_seccomp_mode);
		AT(u32, filter_count, OFF_task_struct_seccomp + OFF_seccomp_filter_count);
		AT(struct css_set *, cgroups, OFF_task_struct_cgroups);
		AT(void *, files, OFF_task_struct_files);
		AT(u32, exit_code, OFF_task_struct_exit_code);
		AT(u32, nr_cpus_allowed, OFF_task_struct_nr_cpus_allowed);
	};
};

typedef struct task_struct *TASK;

/*
 * A pointer from bpf_get_current_task_btf() (Linux 5.11) is checked by the verifier against the
 * kernel's own types, so that a member is a plain load. Before, every read takes a helper call.
 */
#ifdef HAVE_get_current_task_btf
#define current_task() ((TASK)bpf_get_current_task_btf())
#define TASK_MEMBER(task, member) ((task)->member)
#else
#define current_task() ((TASK)bpf_get_current_task())
#define TASK_MEMBER(task, member)                                                  \
	({                                                                         \
		typeof(((TASK)0)->member) _member = 0;                             \
		bpf_probe_read_kernel(&_member, sizeof(_member), &(task)->member); \
		_member;                                                           \
	})
#endif

static __always_inline u32 seccomp_mode(TASK task)
{
	return TASK_MEMBER(task, seccomp_mode);
}

static __always_inline u32 filter_count(TASK task)
{
	return TASK_MEMBER(task, filter_count);
}

static __always_inline bool no_new_privs(TASK task)
{
	return TASK_MEMBER(task, atomic_flags) & (1 << PFA_NO_NEW_PRIVS);
}

/*
 * 1 for a thread that the kernel has made to work on the requests of an io_uring, or to poll for
 * them.
 */
static __always_inline u64 is_ring_worker(TASK task)
{
	return (TASK_MEMBER(task, flags) & PF_IO_WORKER) / PF_IO_WORKER;
}

static __always_inline u64 mount_namespace(u64 task)
{
	return READ(READ(task, OFF_task_struct_nsproxy), OFF_nsproxy_mnt_ns);
}

/*
 * The runtime that starts a container stays outside: until the container's root is there, both see
 * the same.
 */
static __always_inline bool shares_mounts_with_parent(TASK task)
{
	return mount_namespace((u64)task) ==
	       mount_namespace(READ((u64)task, OFF_task_struct_real_parent));
}

/* What stat(2) gives for /proc/PID/ns/user. */
static __always_inline u32 namespace_inode(u64 user_namespace)
{
	return READ32(user_namespace, OFF_user_namespace_ns + OFF_ns_common_inum);
}

/* What stat(2) gives for /proc/PID/ns/mnt. */
static __always_inline u32 mount_namespace_inode(TASK task)
{
	return READ32(mount_namespace((u64)task), OFF_mnt_namespace_ns + OFF_ns_common_inum);
}

/* Credentials as a plain number: the verifier allows no arithmetic on typed pointers. */
static __always_inline u64 credentials_of(TASK task)
{
	return READ(task, OFF_task_struct_real_cred);
}

static __always_inline u64 cgroup_id_of(u64 cgroup)
{
	return READ(READ(cgroup, OFF_cgroup_kn), OFF_kernfs_node_id);
}

static __always_inline u64 cgroup_id(TASK task)
{
#ifdef HAVE_get_current_task_btf
	return task->cgroups->dfl_cgrp->kn->id;
#else
	return cgroup_id_of(READ(TASK_MEMBER(task, cgroups), OFF_css_set_dfl_cgrp));
#endif
}

/* Where the task entered the kernel: before 5.15 they are found at the end of its stack. */
static __always_inline u64 task_regs(TASK task)
{
#ifdef HAVE_task_pt_regs
	return (u64)bpf_task_pt_regs((void *)task);
#else
	return READ(task, OFF_task_struct_stack) + THREAD_SIZE - sizeof(struct pt_regs);
#endif
}
