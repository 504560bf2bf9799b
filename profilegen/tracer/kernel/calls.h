// SPDX-License-Identifier: Apache-2.0
/* System calls: seen once per subject and phase, arguments and exits of those that need them. */
#pragma once

/*
 * The runtime has its filter, and so the container's root, before it waits for the start: user space has time to
 * open that root, which it would not have while a program of a millisecond runs. Without access: no file.
 */
static __always_inline void see_root(struct subject *subject, u32 index)
{
	u32 zero = 0;
	struct event *event = scratch.lookup(&zero);
	if (subject->rooted || !event)
		return;
	subject->rooted = 1;
	event->subject = index;
	event->access = 0;
	event->process = bpf_get_current_pid_tgid() >> 32;
	event->path_bytes = 0;
	event->script_bytes = 0;
	events.ringbuf_output(event, EVENT_HEADER, BPF_RB_FORCE_WAKEUP);
}

static __always_inline void see_call(struct subject *subject, u32 index, u32 call, struct task_state *state,
				     bool common)
{
	u32 zero = 0;
	u8 *seen = state->phase == APP ? &subject->app[BELOW(CALLS, call)] : &subject->runtime[BELOW(CALLS, call)];
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
		struct hot *all = hot.lookup(&zero);
		if (all) {
			subject->counted[BELOW(CALLS, call)] = 1;
			__sync_fetch_and_add(&all->have[BELOW(CALLS, call)], 1);
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

static __always_inline void await_exit(struct hot *all, struct task_state *state, u32 call)
{
	if (!state->awaited)
		__sync_fetch_and_add(&all->under_way, 1);
	state->awaited = call + 1;
}

/* Whether the exit of this call was waited for; none is any more. */
static __always_inline bool exit_seen(struct hot *all, struct task_state *state, u32 call)
{
	u32 awaited = state->awaited;
	if (!awaited)
		return false;
	state->awaited = 0;
	__sync_fetch_and_add(&all->under_way, -1);
	return awaited == call + 1;
}

static __always_inline void read_arguments(u64 *value, u64 regs, bool compat, u32 call)
{
	struct argument_mask *masks = argument_masks.lookup(&call);
	if (!masks)
		return;
	value[0] = syscall_argument(regs, compat, 0) & masks->mask[0];
	value[1] = syscall_argument(regs, compat, 1) & masks->mask[1];
	value[2] = syscall_argument(regs, compat, 2) & masks->mask[2];
}

static __always_inline void see_arguments(u32 index, u32 call, u64 regs, bool compat, u64 program)
{
	struct argument_key key = {.subject = index, .call = call};
	read_arguments(key.value, regs, compat, call);
	if (arguments.insert(&key, &program) && !arguments.lookup(&key))
		count_lost(LOST_ARGUMENTS);
}

static __always_inline void see_refused(struct refused_key *key, u64 program)
{
	if (refused.insert(key, &program) && !refused.lookup(key))
		count_lost(LOST_REFUSED);
}

/* The call that the current task is in was answered with SIGSYS, or with its end, by the container's filter. */
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
	see_refused(&key, state->program);
}
