// SPDX-License-Identifier: Apache-2.0
/* System calls: seen once per subject and phase, arguments and exits of those that need them. */
#pragma once

#include "arch/arch.h"
#include "maps.h"
#include "offsets.h"
#include "subject.h"
#include "task.h"
#include "tests.h"

/*
 * The runtime has its filter, and so the container's root, before it waits for the start: user
 * space has time to open that root, which it would not have while a program of a millisecond runs.
 * An event without access bits has no file.
 */
static __always_inline void see_root(struct subject *subject, u32 index)
{
	u32 zero = 0;
	struct event *event = scratch.lookup(&zero);
	if (subject->root_told || !event)
		return;
	subject->root_told = 1;
	event->subject = index;
	event->access = 0;
	event->test = 0;
	event->process = bpf_get_current_pid_tgid() >> 32;
	event->path_bytes = 0;
	event->script_bytes = 0;
	events.ringbuf_output(event, EVENT_HEADER, BPF_RB_FORCE_WAKEUP);
}

static __always_inline void see_call(struct subject *subject, u32 index, u32 call,
				     struct task_state *state, bool common)
{
	u32 zero = 0;
	u8 *seen = state->phase == APP ? &subject->app[BELOW(CALLS, call)]
				       : &subject->runtime[BELOW(CALLS, call)];
	if (state->phase == APP)
		see_call_in_test(subject, index, call);
	if (*seen)
		return;
	struct call_key key = {.subject = index, .call = call, .phase = state->phase};
	u64 program = state->program;
	int added = first_program.insert(&key, &program);
	*seen = 1;
	if (state->phase == RUNTIME)
		see_root(subject, index);
	/* Two CPUs may come here at once; only the one whose insert succeeded counts. */
	if (!added && common && state->phase == APP) {
		struct seen_by_all *all = seen_by_all.lookup(&zero);
		if (all) {
			subject->counted[BELOW(CALLS, call)] = 1;
			__sync_fetch_and_add(&all->subjects_that_made[BELOW(CALLS, call)], 1);
		}
	}
	if (added && !first_program.lookup(&key))
		count_lost(LOST_PROGRAMS);
}

static __always_inline void see_unknown(u32 index, bool compat, u64 number, u32 what)
{
	struct unknown_key key = {.subject = index, .compat = compat, .number = number};
	u32 *seen = unknown.lookup(&key);
	if (seen && (*seen & what))
		return;
	what |= seen ? *seen : 0;
	if (unknown.update(&key, &what))
		count_lost(LOST_UNKNOWN_SYSCALLS);
}

static __always_inline void await_exit(struct seen_by_all *all, struct task_state *state, u32 call)
{
	if (!state->awaited)
		__sync_fetch_and_add(&all->under_way, 1);
	state->awaited = call + 1;
}

/* Ends the wait for an exit; true if it was the exit of this call. */
static __always_inline bool exit_seen(struct seen_by_all *all, struct task_state *state, u32 call)
{
	u32 awaited = state->awaited;
	if (!awaited)
		return false;
	state->awaited = 0;
	__sync_fetch_and_add(&all->under_way, -1);
	return awaited == call + 1;
}

/* Reads all six arguments where `regs` is a plain address. */
static __always_inline void read_arguments(u64 *value, u64 regs, bool compat)
{
#pragma unroll
	for (u32 i = 0; i < ARGUMENTS; i++)
		value[i] = syscall_argument(regs, compat, i);
}

static __always_inline void mask_arguments(u64 *value, struct argument_mask *masks)
{
#pragma unroll
	for (u32 i = 0; i < ARGUMENTS; i++)
		value[i] &= masks->mask[i];
}

/*
 * Where the combinations of a call are counted; NULL if its arguments are not kept, or it has more
 * combinations than are: such a call is looked at no more. The count, written after the row and
 * never by two CPUs for one row, is above the limit only when as many rows are there.
 */
static __always_inline u32 *combinations_of(struct subject *subject, struct argument_mask *masks)
{
	if (!masks)
		return NULL;
	u32 *count = &subject->combinations[BELOW(ARGUMENT_CALLS, masks->index)];
	return *count > MAX_COMBINATIONS ? NULL : count;
}

/* Keeps a combination once. */
static __always_inline void keep_arguments(struct subject *subject, struct argument_key *key,
					   struct argument_mask *masks, u32 *count,
					   struct task_state *state)
{
	mask_arguments(key->value, masks);
	struct arguments_seen *known = arguments.lookup(key);
	struct arguments_seen seen = {.program = state->program};
	bool room = subject->combined < SUBJECT_COMBINATIONS;
	if (known) {
		see_arguments_in_test(key, known);
		return;
	}
	see_arguments_in_test(key, &seen);
	if (room && !arguments.insert(key, &seen)) {
		__sync_fetch_and_add(&subject->combined, 1);
		if (state->phase == APP) /* the runtime makes no flood */
			__sync_fetch_and_add(count, 1);
	} else if (!room || !arguments.lookup(key)) {
		*count = MAX_COMBINATIONS + 1;
		if (room)
			count_lost(LOST_ARGUMENTS);
	}
}

static __always_inline void see_arguments(struct subject *subject, u32 index, u32 call,
					  struct pt_regs *regs, bool compat,
					  struct task_state *state)
{
	struct argument_key key = {.subject = index, .call = call, .phase = state->phase};
	struct argument_mask *masks = argument_masks.lookup(&call);
	u32 *count = combinations_of(subject, masks);
	if (!masks || !count)
		return;
	load_arguments(key.value, regs, compat);
	keep_arguments(subject, &key, masks, count, state);
}

/* Keeps arguments that have been read already, those of another task's call. */
static __always_inline void see_argument_values(struct subject *subject, u32 index, u32 call,
						u64 *value, struct task_state *state)
{
	struct argument_key key = {.subject = index, .call = call, .phase = state->phase};
	struct argument_mask *masks = argument_masks.lookup(&call);
	u32 *count = combinations_of(subject, masks);
	if (!masks || !count)
		return;
	__builtin_memcpy(key.value, value, sizeof(key.value));
	keep_arguments(subject, &key, masks, count, state);
}

/*
 * True if the filter has let the call through with these arguments before: the error is not the
 * filter's.
 */
static __always_inline bool entered_with(struct subject *subject, struct refused_key *refusal,
					 u32 masked)
{
	if (subject->combinations[BELOW(ARGUMENT_CALLS, masked)] > MAX_COMBINATIONS)
		return true;
	struct argument_key key = {
		.subject = refusal->subject, .call = refusal->call, .phase = APP};
	__builtin_memcpy(key.value, refusal->value, sizeof(key.value));
	return arguments.lookup(&key) != NULL;
}

/*
 * Keeps as many refused combinations of a call as `arguments` has. All others are one row for each
 * error, without arguments.
 */
static __always_inline void see_refused(struct refused_key *key, u64 program, u32 *count)
{
	if (refused.lookup(key))
		return;
	if (count && *count >= MAX_COMBINATIONS) {
		__builtin_memset(key->value, 0, sizeof(key->value));
		key->error |= REFUSED_ANYTHING;
		if (refused.lookup(key))
			return;
		count = NULL;
	}
	if (refused.insert(key, &program)) {
		if (!refused.lookup(key))
			count_lost(LOST_REFUSED);
	} else if (count) {
		__sync_fetch_and_add(count, 1);
	}
}

/*
 * Keeps the call under way as refused: the container's filter sent SIGSYS for it, or ended the
 * thread.
 */
static __always_inline void see_killed(void)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	struct task_state *state = tasks.lookup(&thread);
	if (!subject || !state || filter_count(task) != state->filters || !is_confined(task, state))
		return;
	s32 number = SYSCALL_NUMBER(task_regs(task));
	if (number < 0 || number >= NUMBERS)
		return;
	struct refused_key key = {.subject = index, .error = ERRNO_SIGSYS};
	key.call = call_index(number, IS_COMPAT(task, task_regs(task)));
	see_refused(&key, state->program, NULL);
}
