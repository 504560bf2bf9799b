// SPDX-License-Identifier: Apache-2.0
/* Threads come, execute and end. */
#pragma once

#include "calls/calls.h"
#include "capability/root_map.h"
#include "executable.h"
#include "maps.h"
#include "offsets.h"
#include "outsider.h"
#include "path.h"
#include "records.h"
#include "subject.h"
#include "task.h"

static __always_inline void see_fork(struct fork_record *ctx)
{
	u32 parent = FORK_PARENT(ctx);
	struct task_state *state = tasks.lookup(&parent);
	if (!state)
		return;
	u32 child = FORK_CHILD(ctx);
	struct task_state copy = *state;
	copy.awaited = 0;
	copy.entry_seen = 1; /* its first exit is that of the fork, which is no failure */
	if (tasks.update(&child, &copy))
		count_lost(LOST_TASKS);
}

#ifdef THROUGH_PERF
/*
 * perf's record of an execve lacks the interpreter's name: a tracepoint before it has all (Linux
 * 6.10).
 */
static __always_inline void see_prepared_exec(u64 binary)
{
	u32 index = 0;
	TASK task = current_task();
	u64 key = (u64)task;
	if (subject_of(cgroup_id(task), &index))
		binaries.update(&key, &binary);
}
#endif

/* struct linux_binprm of the execve; 0 if it was not noted, and only the names are lost. */
static __always_inline u64 binary_of(struct exec_record *ctx, TASK task)
{
#ifdef THROUGH_PERF
	u64 key = (u64)task, *noted = binaries.lookup(&key);
	if (!noted) {
		count_lost(LOST_PROGRAMS);
		return 0;
	}
	u64 binary = *noted;
	binaries.delete(&key);
	return binary;
#else
	return ctx->args[2];
#endif
}

/*
 * The execve that ends the runtime's phase, and every later one. Not every execve of a process from
 * outside is that one: runc executes a copy of itself (CVE-2019-5736), and may be in the
 * container's cgroup by then.
 */
static __always_inline void see_exec(struct exec_record *ctx)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	u32 before = EXEC_BEFORE(ctx); /* a thread that executes takes over its leader's id */
	TASK task = current_task();
	struct task_state *other = before != thread ? tasks.lookup(&before) : NULL;
	if (other) {
		struct task_state moved = *other;
		tasks.update(&thread, &moved);
		tasks.delete(&before);
	}
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject)
		return;
	struct task_state *state = state_of(task, subject, index);
	if (!state || state->outside)
		return;
	u64 credentials = credentials_of(task);
	u64 binary = binary_of(ctx, task);
	u64 name = READ(binary, OFF_linux_binprm_filename);
	u64 script = name != READ(binary, OFF_linux_binprm_interp) ? name : 0;
	u64 file = READ(READ(task, OFF_task_struct_mm), OFF_mm_struct_exe_file);
	if (state->phase != APP) {
		bool confined = is_confined(task, state);
		bool entered = subject->started && mount_namespace_inode(task) == subject->mount_ns;
		if (!confined && !subject->command && !entered && shares_mounts_with_parent(task))
			return;
		if (subject->started && has_more(credentials, subject)) {
			leave_out(ctx, state, subject, index, file, script);
			return;
		}
		state->phase = APP;
		state->filters = filter_count(task);
		state->unconfined = !confined;
		if (!subject->started) {
			subject->inherited_filters = state->inherited_filters;
			subject->unconfined = !confined;
			subject->no_new_privs = no_new_privs(task);
			subject->bounding_set = READ(credentials, OFF_cred_cap_bset);
			subject->ambient_set = READ(credentials, OFF_cred_cap_ambient);
			subject->mount_ns = mount_namespace_inode(task);
			subject->user_ns = namespace_inode(READ(credentials, OFF_cred_user_ns));
			subject->init = thread;
			subject->cpus = TASK_MEMBER(task, nr_cpus_allowed);
			subject->started = 1;
		}
	}
	see_root_map(task, subject, index, state);
	state->capgets = 0;
	u64 called = script_id(script);
	state->program = program_id(file, called);
	see_program(ctx, subject, index, file, state->program, script, called,
		    given_by_file(credentials, subject));
}

/*
 * Keeps how the first process ends, with its last thread: do_exit has set the code and left the
 * living ones by then (kernel/exit.c). A main thread may end long before the others.
 */
static __always_inline void see_end(TASK task, struct task_state *state)
{
	struct subject *subject = subjects.lookup(&state->subject);
	if (!subject)
		return;
	see_root_map(task, subject, state->subject, state);
	if (subject->init != bpf_get_current_pid_tgid() >> 32)
		return;
	if (READ32(READ((u64)task, OFF_task_struct_signal), OFF_signal_struct_live) == 0)
		subject->end = 1 + (TASK_MEMBER(task, exit_code) & 0xffff);
}

static __always_inline void see_thread_end(void)
{
	u32 zero = 0, thread = bpf_get_current_pid_tgid();
	struct seen_by_all *all = seen_by_all.lookup(&zero);
	TASK task = current_task();
	if (seccomp_mode(task) == SECCOMP_MODE_DEAD)
		see_killed(); /* one thread of several ends without a signal (RET_KILL_THREAD) */
	struct task_state *state = tasks.lookup(&thread);
	if (state)
		see_end(task, state);
	if (all && state)
		exit_seen(all, state, 0); /* of a call that never came back */
	tasks.delete(&thread);
#ifdef THROUGH_PERF
	u64 key = (u64)task;
	binaries.delete(&key); /* of an execve that failed too late to return */
#endif
}
