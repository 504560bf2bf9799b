// SPDX-License-Identifier: Apache-2.0
/*
 * What the containers of this machine do, kept in maps that user space reads at the end.
 *
 * Tracepoints (records.h), no patched kernel text, but for one function that older kernels have no tracepoint
 * in. Offsets of kernel structs come from the running kernel's BTF as -DOFF_<struct>_<member>, what it
 * has as -DHAVE_<name> (offsets.py). A subject is a container, found by the cgroup v2 id of the current task. Nothing that
 * has been seen can be lost: calls and capabilities are bytes in an array. What needs more room
 * (who did it, arguments, paths) has bounded maps and a counter for what did not fit.
 */
#include "arch.h"
#include "calls.h"
#include "capability.h"
#include "capability_sets.h"
#include "executable.h"
#include "files.h"
#include "io_uring.h"
#include "lifecycle.h"
#include "maps.h"
#include "notification.h"
#include "offsets.h"
#include "outsider.h"
#include "own_filter.h"
#include "path.h"
#include "ports.h"
#include "ptrace_stop.h"
#include "records.h"
#include "root_map.h"
#include "setpcap.h"
#include "subject.h"
#include "task.h"

/*
 * Loaded with typed arguments (tp_btf) where it cannot be preempted, because every system call of the machine comes
 * here: up to the first return there is no helper call, which alone costs more than all of it.
 */
int on_sys_enter(struct sys_enter_record *ctx)
{
	u32 zero = 0, index = 0;
	u64 number = ctx->number;
	struct pt_regs *regs = ENTER_REGISTERS(ctx);
	struct hot *all = hot.lookup(&zero);
	if (!all)
		return 0;
	if (number < NUMBERS && all->have[BELOW(NUMBERS, number)] == all->active && IS_SURELY_NATIVE(regs))
		return 0;
	TASK task = current_task();
	bool compat = IS_COMPAT(task, regs);
	u32 call = call_index(number, compat);
	if (number < NUMBERS && all->have[BELOW(CALLS, call)] == all->active)
		return 0;
	struct subject *subject = subject_of(cgroup_id(task), &index);
	u32 *trait = traits.lookup(&call);
	if (!subject || !trait)
		return 0;
	if (number < NUMBERS && !*trait && subject->app[BELOW(CALLS, call)])
		return 0;

	struct task_state *state = state_of(task, subject, index);
	if (!state || !is_wanted(task, state))
		return 0;
	if (number >= NUMBERS) {
		see_unknown(index, compat, number, 1);
		return 0;
	}
	see_call(subject, index, call, state, !*trait);
	if ((*trait & (TRAIT_AWAITED | TRAIT_OPENS)) || ((*trait & TRAIT_MAPS) && maps_code((u64)regs, compat)) ||
	    binds(*trait, (u64)regs, compat))
		await_exit(all, state, call);
	if (*trait & TRAIT_ARGUMENTS)
		see_arguments(subject, index, call, regs, compat, state);
	if (*trait & TRAIT_REGISTERS)
		see_personality(task, index, regs, compat);
	if (*trait & TRAIT_SETPCAP) {
		see_setpcap(task, subject, index, call, *trait, (u64)regs, compat, state);
		if (state->phase == APP)
			await_sets(task, all, call, *trait, (u64)regs, compat, state);
	}
	if (*trait & TRAIT_CAPGET)
		see_capget((u64)regs, compat, state);
	if (*trait & (TRAIT_SUPERVISES | TRAIT_TRACES))
		see_answers(task, subject, index, *trait, regs, compat);
	return 0;
}

/*
 * sys_enter fires after seccomp, sys_exit always: an exit without an entry was answered by a filter
 * (kernel/entry/common.c). The call is the container's to refuse only while no filter of the
 * program's own is stacked on top.
 */
int on_sys_exit(struct sys_exit_record *ctx)
{
	u32 zero = 0, index = 0;
	s64 result = EXIT_RESULT(ctx);
	bool failed = result < 0 && result >= -4095;
	struct hot *all = hot.lookup(&zero);
	if (!all || !all->active || (!failed && !all->under_way))
		return 0;
	TASK task = current_task();
	u64 regs = EXIT_REGISTERS(ctx, task);
	bool compat = IS_COMPAT(task, regs);
	s32 number = SYSCALL_NUMBER(regs);
	u32 call = call_index(number, compat);
	if (result != -EXIT_ENOSYS && all->have[BELOW(CALLS, call)] == all->active)
		return 0; /* every subject has entered it, and nobody waits for the exit of such a call */
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || number < 0)
		return 0;
	u32 thread = bpf_get_current_pid_tgid();
	struct task_state *state = tasks.lookup(&thread);
	if (state && state->outside)
		return 0;
	if (number >= NUMBERS) {
		if (result == -EXIT_ENOSYS)
			see_unknown(index, compat, (u32)number, 2);
		return 0;
	}
	if (result == -EXIT_ENOSYS)
		subject->enosys[BELOW(CALLS, call)] = 1;
	u32 *trait = traits.lookup(&call);
	bool had_entry = state && exit_seen(all, state, call);
	if (!trait || !state || state->phase != APP)
		return 0;

	if (had_entry && (*trait & TRAIT_SETPCAP)) {
		see_sets(task, subject, index, call, *trait, result, state);
		return 0;
	}
	if (!failed) {
		if (had_entry && (*trait & TRAIT_BINDS))
			see_bind(task, subject, index, *trait, regs, compat, state->program);
		if (had_entry && (*trait & (TRAIT_OPENS | TRAIT_MAPS))) {
			bool opens = *trait & TRAIT_OPENS;
			u64 file = file_of(task, opens ? (u64)result : syscall_argument(regs, compat, 4));
			see_file(ctx, file, index, opens ? open_access(file) : ACCESS_MAP, state->program, 0);
		}
		return 0;
	}
	if (!is_confined(task, state) || filter_count(task) != state->filters)
		return 0;
	struct refused_key key = {.subject = index, .call = call, .error = -result};
	struct argument_mask *masks = *trait & TRAIT_ARGUMENTS ? argument_masks.lookup(&call) : NULL;
	u32 *count = NULL;
	if (masks) {
		read_arguments(key.value, regs, compat);
		mask_arguments(key.value, masks);
		count = &subject->refusals[BELOW(ARGUMENT_CALLS, masks->place)];
	}
	if (!(*trait & (TRAIT_AWAITED | TRAIT_OPENS))) {
		if (masks)
			had_entry = entered_with(subject, &key, masks->place);
		else
			had_entry = subject->app[BELOW(CALLS, call)] || subject->runtime[BELOW(CALLS, call)];
	}
	if (had_entry)
		return 0;
	if (!state->settled) { /* may have been under way when the tracer attached */
		state->settled = 1;
		return 0;
	}
	see_refused(&key, state->program, count);
	return 0;
}

/*
 * RET_KILL_PROCESS and RET_TRAP of a filter: the only trace of the call is the signal. RET_TRACE: the call's only sure
 * one, because its tracer may take it away.
 */
int on_signal_generate(struct signal_record *ctx)
{
	if (SIGNAL_NUMBER(ctx) == SIGCHLD && SIGNAL_CODE(ctx) == CLD_TRAPPED)
		see_stop();
	if (SIGNAL_NUMBER(ctx) == SIGSYS && SIGNAL_CODE(ctx) == SYS_SECCOMP)
		see_killed();
	return 0;
}
