// SPDX-License-Identifier: Apache-2.0
/*
 * Calls that a filter of the program's own has somebody else answer: RET_TRACE its tracer,
 * RET_USER_NOTIF its supervisor. No filter has given a sterner verdict then (seccomp_run_filters,
 * kernel/seccomp.c), so the container's has to let the call through for the answer to come; and if
 * the answer takes its place, no sys_enter follows.
 */
#pragma once

#include "calls/calls.h"
#include "calls/notification.h"
#include "calls/ptrace_stop.h"
#include "maps.h"
#include "subject.h"
#include "task.h"

/*
 * Keeps the call, if a task of this subject makes it: an attacker can widen no profile but their
 * own.
 */
static __always_inline void see_answered(struct subject *subject, u32 index, struct answered *seen)
{
	struct task_state *state = tasks.lookup(&seen->thread);
	s32 number = seen->call.number;
	if (!state || state->subject != index || state->phase != APP || number < 0)
		return;
	if (number >= NUMBERS) {
		see_unknown(index, seen->compat, (u32)number, UNKNOWN_ENTERED);
		return;
	}
	u32 call = call_index(number, seen->compat);
	u32 *trait = traits.lookup(&call);
	if (!trait)
		return;
	see_call(subject, index, call, state, !*trait);
	if (*trait & TRAIT_ARGUMENTS)
		see_argument_values(subject, index, call, seen->call.value, state);
}

/* Keeps the call of the current task, which is signalling its stop to its tracer. */
static __always_inline void see_stop(void)
{
	u32 index = 0;
	struct answered seen = {};
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || !is_seccomp_stop((u64)task))
		return;
	read_stopped((u64)task, task_regs(task), &seen);
	see_answered(subject, index, &seen);
}

/* Keeps the call of another task that an ioctl or ptrace of this one is about. */
static __always_inline void see_answers(TASK task, struct subject *subject, u32 index, u32 trait,
					struct pt_regs *regs, bool compat)
{
	struct answered seen = {};
	bool found = trait & TRAIT_SUPERVISES ? find_notified(task, (u64)regs, compat, &seen)
					      : find_hidden_stop(task, regs, compat, &seen);
	if (found)
		see_answered(subject, index, &seen);
}
