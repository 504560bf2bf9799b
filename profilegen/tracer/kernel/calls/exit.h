// SPDX-License-Identifier: Apache-2.0
/* System calls as they return: what the container's filter refused, and what a call has made. */
#pragma once

#include "arch/arch.h"
#include "calls/calls.h"
#include "capability/sets.h"
#include "files.h"
#include "maps.h"
#include "path.h"
#include "ports.h"
#include "records.h"
#include "subject.h"
#include "task.h"

#define ERRNO_ENOSYS 38 /* include/uapi/asm-generic/errno.h */

/*
 * sys_enter fires after seccomp, sys_exit always: an exit without an entry was answered by a filter
 * (kernel/entry/common.c). The call is the container's to refuse only while no filter of the
 * program's own is stacked on top.
 */
static __always_inline void see_return(struct sys_exit_record *ctx, struct seen_by_all *all,
				       s64 result, bool failed)
{
	u32 index = 0;
	TASK task = current_task();
	u64 regs = EXIT_REGISTERS(ctx, task);
	bool compat = IS_COMPAT(task, regs);
	s32 number = SYSCALL_NUMBER(regs);
	u32 call = call_index(number, compat);
	if (result != -ERRNO_ENOSYS && all->subjects_that_made[BELOW(CALLS, call)] == all->subjects)
		/* every subject has entered it, and nobody waits for the exit of such a call */
		return;
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || number < 0)
		return;
	u32 thread = bpf_get_current_pid_tgid();
	struct task_state *state = tasks.lookup(&thread);
	if (state && state->outside)
		return;
	if (number >= NUMBERS) {
		if (result == -ERRNO_ENOSYS)
			see_unknown(index, compat, (u32)number, UNKNOWN_ENOSYS);
		return;
	}
	if (result == -ERRNO_ENOSYS)
		subject->enosys[BELOW(CALLS, call)] = 1;
	u32 *trait = traits.lookup(&call);
	bool had_entry = state && exit_seen(all, state, call);
	if (!trait || !state || state->phase != APP)
		return;

	if (had_entry && (*trait & TRAIT_SETPCAP)) {
		see_sets(task, subject, index, call, *trait, result, state);
		return;
	}
	if (!failed) {
		if (had_entry && (*trait & TRAIT_BINDS))
			see_bind(task, subject, index, *trait, regs, compat, state->program);
		if (had_entry && (*trait & (TRAIT_OPENS | TRAIT_MAPS))) {
			bool opens = *trait & TRAIT_OPENS;
			u64 file = file_of(task,
					   opens ? (u64)result : syscall_argument(regs, compat, 4));
			see_file(ctx, file, index, opens ? open_access(file) : ACCESS_MAP_EXEC,
				 state->program, 0);
		}
		return;
	}
	if (!is_confined(task, state) || filter_count(task) != state->filters)
		return;
	struct refused_key key = {.subject = index, .call = call, .error = -result};
	struct argument_mask *masks =
		*trait & TRAIT_ARGUMENTS ? argument_masks.lookup(&call) : NULL;
	u32 *count = NULL;
	if (masks) {
		read_arguments(key.value, regs, compat);
		mask_arguments(key.value, masks);
		count = &subject->refusals[BELOW(ARGUMENT_CALLS, masks->index)];
	}
	if (!(*trait & (TRAIT_AWAITED | TRAIT_OPENS))) {
		if (masks)
			had_entry = entered_with(subject, &key, masks->index);
		else
			had_entry = subject->app[BELOW(CALLS, call)] ||
				    subject->runtime[BELOW(CALLS, call)];
	}
	if (had_entry)
		return;
	if (!state->entry_seen) { /* may have been under way when the tracer attached */
		state->entry_seen = 1;
		return;
	}
	see_refused(&key, state->program, count);
}
