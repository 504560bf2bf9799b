// SPDX-License-Identifier: Apache-2.0
/* System calls that the filter let through, as sys_enter tells them. */
#pragma once

#include "arch/arch.h"
#include "calls/calls.h"
#include "calls/own_filter.h"
#include "capability/setpcap.h"
#include "capability/sets.h"
#include "files.h"
#include "io_uring.h"
#include "maps.h"
#include "ports.h"
#include "subject.h"
#include "task.h"
#include "tests.h"

static __always_inline void see_entry(struct seen_by_all *all, u64 number, struct pt_regs *regs)
{
	u32 index = 0;
	TASK task = current_task();
	bool compat = IS_COMPAT(task, regs);
	u32 call = call_index(number, compat);
	u32 test = test_under_way();
	if (number < NUMBERS && !test &&
	    all->subjects_that_made[BELOW(CALLS, call)] == all->subjects)
		return;
	struct subject *subject = subject_of(cgroup_id(task), &index);
	u32 *trait = traits.lookup(&call);
	if (!subject || !trait)
		return;
	if (number < NUMBERS && !*trait && subject->app[BELOW(CALLS, call)] &&
	    (!test || subject->in_test[BELOW(CALLS, call)] == test))
		return;

	struct task_state *state = state_of(task, subject, index);
	if (!state || !is_wanted(task, state))
		return;
	if (number >= NUMBERS) {
		see_unknown(index, compat, number, UNKNOWN_ENTERED);
		return;
	}
	see_call(subject, index, call, state, !*trait);
	if (*trait & TRAIT_ARGUMENTS)
		see_arguments(subject, index, call, regs, compat, state);
	/*
	 * No call has traits of two of these branches. Each returns: the verifier follows every way
	 * on.
	 */
	if (*trait & (TRAIT_SUPERVISES | TRAIT_TRACES)) {
		see_answers(task, subject, index, *trait, regs, compat);
		return;
	}
	if (*trait & TRAIT_SETPCAP) {
		see_setpcap(task, subject, index, call, *trait, (u64)regs, compat, state);
		if (state->phase == APP)
			await_sets(task, all, call, *trait, (u64)regs, compat, state);
		return;
	}
	if (*trait & TRAIT_REGISTERS) {
		see_personality(task, index, regs, compat);
		return;
	}
	if (*trait & TRAIT_CAPGET) {
		see_capget((u64)regs, compat, state);
		return;
	}
	if ((*trait & (TRAIT_AWAITED | TRAIT_OPENS)) ||
	    ((*trait & TRAIT_MAPS) && maps_code((u64)regs, compat)) ||
	    binds(*trait, (u64)regs, compat))
		await_exit(all, state, call);
}
