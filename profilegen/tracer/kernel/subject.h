// SPDX-License-Identifier: Apache-2.0
/*
 * Container and state of a task: by its cgroup, by its thread, and by its filters.
 */
#pragma once

#include "maps.h"
#include "path.h"
#include "task.h"

/* Where a call is in everything that CALLS counts. */
static __always_inline u32 call_index(u64 number, bool compat)
{
	return (number & (NUMBERS - 1)) + (compat ? NUMBERS : 0);
}

static __always_inline struct subject *subject_of(u64 cgroup, u32 *index)
{
	u32 position = cgroup & (SLOTS - 1);
	struct slot *slot = slots.lookup(&position);
	if (!slot)
		return NULL;
	if (slot->cgroup == cgroup) {
		*index = slot->subject;
	} else {
		if (!slot->others)
			return NULL;
		u32 *found = subject_by_cgroup.lookup(&cgroup);
		if (!found)
			return NULL;
		*index = *found;
	}
	return subjects.lookup(index);
}

/*
 * The state of a thread that came without a fork: its thread group leader's. A worker of an
 * io_uring whose leader has ended is the program's all the same; anything else came into the cgroup
 * from outside.
 */
static __always_inline struct task_state fresh_state(TASK task, struct subject *subject, u32 index,
						     struct task_state *leader)
{
	u32 zero = 0, filters = filter_count(task);
	struct task_state fresh = {};
	if (leader)
		fresh = *leader;
	fresh.subject = index;
	fresh.awaited = 0;
	fresh.entry_seen = !subject->late;
	/*
	 * The filter may have reached this thread (TSYNC) before its first call: what counts is
	 * what the process had when it joined.
	 */
	if (leader)
		return fresh;
	fresh.inherited_filters = subject->started && subject->inherited_filters < filters
					  ? subject->inherited_filters
					  : filters;
	fresh.phase = RUNTIME;
	bool worker = subject->started && is_ring_worker(task);
	u32 *still = subject->late ? listing.lookup(&zero) : NULL;
	if (worker || (still && *still)) {
		fresh.phase = APP;
		fresh.filters = filters;
		fresh.unconfined = subject->unconfined;
	}
	if (worker)
		fresh.program =
			program_id(READ(READ(task, OFF_task_struct_mm), OFF_mm_struct_exe_file), 0);
	return fresh;
}

/* The state of a thread; one that has none yet gets it here, once. */
static __always_inline struct task_state *state_of(TASK task, struct subject *subject, u32 index)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 thread = id, process = id >> 32;
	struct task_state *state = tasks.lookup(&thread);
	if (state)
		return state;
	struct task_state *leader = process != thread ? tasks.lookup(&process) : NULL;
	struct task_state fresh = fresh_state(task, subject, index, leader);
	if (!leader && process != thread && !is_ring_worker(task) && tasks.update(&process, &fresh))
		count_lost(LOST_TASKS);
	if (tasks.update(&thread, &fresh))
		count_lost(LOST_TASKS);
	return tasks.lookup(&thread);
}

/* State of a task that may work for an io_uring, where no call of its own gives it one. */
static __always_inline struct task_state *state_of_any(TASK task, struct subject *subject,
						       u32 index)
{
	u32 thread = bpf_get_current_pid_tgid();
	return is_ring_worker(task) ? state_of(task, subject, index) : tasks.lookup(&thread);
}

/* True if the container's own filter judges what this task does. */
static __always_inline bool is_confined(TASK task, struct task_state *state)
{
	return seccomp_mode(task) >= SECCOMP_MODE_FILTER &&
	       filter_count(task) > state->inherited_filters;
}

static __always_inline bool is_wanted(TASK task, struct task_state *state)
{
	if (state->outside)
		return false;
	return is_confined(task, state) || (state->phase == APP && state->unconfined);
}
