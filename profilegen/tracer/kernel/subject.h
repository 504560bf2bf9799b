// SPDX-License-Identifier: Apache-2.0
/* Whose call it is: the container by cgroup, the process by its thread, and what its filter sees. */
#pragma once

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
		if (!slot->crowded)
			return NULL;
		u32 *found = subject_by_cgroup.lookup(&cgroup);
		if (!found)
			return NULL;
		*index = *found;
	}
	return subjects.lookup(index);
}

/* The state of a thread; one that came into the cgroup from outside is made here, once. */
static __always_inline struct task_state *state_of(TASK task, struct subject *subject, u32 index)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 thread = id, process = id >> 32, zero = 0;
	struct task_state *state = tasks.lookup(&thread);
	if (state)
		return state;
	struct task_state fresh = {};
	fresh.subject = index;
	fresh.phase = RUNTIME;
	fresh.settled = !subject->late;
	/* The filter may have reached this thread (TSYNC) before its first call: what counts is
	 * what the process had when it joined. */
	struct task_state *leader = process != thread ? tasks.lookup(&process) : NULL;
	u32 filters = filter_count(task);
	if (leader)
		fresh.base = leader->base;
	else if (subject->started && subject->base < filters)
		fresh.base = subject->base;
	else
		fresh.base = filters;
	if (subject->late) {
		u32 *still = listing.lookup(&zero);
		if (still && *still) {
			fresh.phase = APP;
			fresh.filters = filters;
			fresh.unconfined = subject->unconfined;
		}
	}
	if (!leader && process != thread && tasks.update(&process, &fresh))
		count_lost(LOST_TASKS);
	if (tasks.update(&thread, &fresh))
		count_lost(LOST_TASKS);
	return tasks.lookup(&thread);
}

/* Does the container's own filter see what this task does? Without one: everything after execve. */
static __always_inline bool is_confined(TASK task, struct task_state *state)
{
	return seccomp_mode(task) >= SECCOMP_MODE_FILTER && filter_count(task) > state->base;
}

static __always_inline bool is_wanted(TASK task, struct task_state *state)
{
	if (state->outside)
		return false;
	return is_confined(task, state) || (state->phase == APP && state->unconfined);
}
