// SPDX-License-Identifier: Apache-2.0
/*
 * What the containers of this machine do, kept in maps that user space reads at the end.
 *
 * Raw tracepoints only: stable since Linux 5.8, no patched kernel text. Offsets of kernel structs
 * come from the running kernel's BTF as -DOFF_<struct>_<member> (btf.py); task.h and path.h read
 * with them. A subject is a container, found by the cgroup v2 id of the current task. Nothing that
 * has been seen can be lost: calls and capabilities are bytes in an array. What needs more room
 * (who did it, arguments, paths) has bounded maps and a counter for what did not fit.
 */
#include "task.h"
#include "path.h"
#include "maps.h"
#include "subject.h"
#include "calls.h"
#include "files.h"
#include "life.h"

/*
 * Loaded with typed arguments (typed.py), because every system call of the machine comes here: up to the
 * first return there is no helper call, which alone costs more than all of it.
 */
int on_sys_enter(struct sys_enter_arguments *ctx)
{
	u32 zero = 0, index = 0;
	u64 number = ctx->number;
	struct pt_regs *regs = ctx->regs;
	struct hot *all = hot.lookup(&zero);
	if (!all)
		return 0;
	if (number < NUMBERS && all->have[number & (NUMBERS - 1)] == all->active && is_surely_native(regs))
		return 0;
	TASK task = current_task();
	bool compat = is_compat(task);
	u32 call = call_index(number, compat);
	if (number < NUMBERS && all->have[call & (CALLS - 1)] == all->active)
		return 0;
	struct subject *subject = subject_of(cgroup_id(task), &index);
	u32 *trait = traits.lookup(&call);
	if (!subject || !trait)
		return 0;
	if (number < NUMBERS && !*trait && subject->app[call & (CALLS - 1)])
		return 0;

	struct task_state *state = state_of(task, subject, index);
	if (!state || !is_wanted(task, state))
		return 0;
	if (number >= NUMBERS) {
		see_unknown(index, compat, number, 1);
		return 0;
	}
	see_call(subject, index, call, state, !*trait);
	if ((*trait & (TRAIT_ARGUMENTS | TRAIT_OPENS)) || ((*trait & TRAIT_MAPS) && maps_code((u64)regs, compat)))
		await_exit(all, call);
	if (*trait & TRAIT_ARGUMENTS)
		see_arguments(index, call, (u64)regs, compat, state->program);
	return 0;
}

/*
 * sys_enter fires after seccomp, sys_exit always: an exit without an entry was answered by a filter
 * (kernel/entry/common.c). The call is the container's to refuse only while no filter of the
 * program's own is stacked on top.
 */
int on_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	u32 zero = 0, index = 0;
	s64 result = ctx->args[1];
	bool failed = result < 0 && result >= -4095;
	struct hot *all = hot.lookup(&zero);
	if (!all || !all->active || (!failed && !all->under_way))
		return 0;
	TASK task = current_task();
	bool compat = is_compat(task);
	u64 regs = ctx->args[0];
	s32 number = syscall_number(regs);
	u32 call = call_index(number, compat);
	if (result != -EXIT_ENOSYS && all->have[call & (CALLS - 1)] == all->active)
		return 0; /* every subject has entered it, and nobody waits for the exit of such a call */
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || number < 0)
		return 0;
	if (number >= NUMBERS) {
		if (result == -EXIT_ENOSYS)
			see_unknown(index, compat, (u32)number, 2);
		return 0;
	}
	if (result == -EXIT_ENOSYS)
		subject->enosys[call & (CALLS - 1)] = 1;
	u32 thread = bpf_get_current_pid_tgid();
	u32 *awaited = entered.lookup(&thread);
	bool had_entry = awaited && *awaited == call;
	if (awaited)
		exit_seen(all, thread);
	u32 *trait = traits.lookup(&call);
	struct task_state *state = tasks.lookup(&thread);
	if (!trait || !state || state->phase != APP)
		return 0;

	if (!failed) {
		if (had_entry && (*trait & (TRAIT_OPENS | TRAIT_MAPS))) {
			bool opens = *trait & TRAIT_OPENS;
			u64 file = file_of(task, opens ? (u64)result : syscall_argument(regs, compat, 4));
			see_file(ctx, file, index, opens ? open_access(file) : ACCESS_MAP, state->program, 0);
		}
		return 0;
	}
	if (!*trait || *trait == TRAIT_MAPS)
		had_entry = subject->app[call & (CALLS - 1)] || subject->runtime[call & (CALLS - 1)];
	if (had_entry || !is_confined(task, state) || filter_count(task) != state->filters)
		return 0;
	if (!state->settled) { /* may have been under way when the tracer attached */
		state->settled = 1;
		return 0;
	}
	struct refused_key key = {.subject = index, .call = call, .error = -result};
	if (*trait & TRAIT_ARGUMENTS)
		read_arguments(key.value, regs, compat, call);
	see_refused(&key, state->program);
	return 0;
}

/* RET_KILL_PROCESS and RET_TRAP of a filter: the only trace of the call is the signal. */
int on_signal_generate(struct bpf_raw_tracepoint_args *ctx)
{
	if ((int)ctx->args[0] != SIGSYS)
		return 0;
	u64 info = ctx->args[1];
	if (info <= 1 || (s32)READ(info, OFF_kernel_siginfo_si_code) != SYS_SECCOMP)
		return 0;
	see_killed();
	return 0;
}

/*
 * Every check of a capability. overlayfs and others ask with credentials that are not the task's
 * (override_creds): such a check says nothing about what the container needs.
 */
int on_cap_capable(struct bpf_raw_tracepoint_args *ctx)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || !subject->started)
		return 0;
	u32 capability = ctx->args[3];
	struct task_state *state = tasks.lookup(&thread);
	u32 class = (int)ctx->args[4] == 0 ? CAP_GRANTED : 0;
	if (ctx->args[0] == own_credentials(task))
		class |= CAP_OWN_CREDENTIALS;
	if (state && state->phase == APP)
		class |= CAP_APP;
	if (namespace_inode(ctx->args[1]) == subject->user_ns)
		class |= CAP_OWN_NAMESPACE;
	if (capability >= CAP_NUMBERS)
		return 0;
	subject->capabilities[(class * CAP_NUMBERS + capability) & (CAP_CLASSES * CAP_NUMBERS - 1)] = 1;
	struct capability_key key = {.subject = index, .capability = capability, .kind = class};
	key.call = call_index(syscall_number(task_regs(task)), is_compat(task));
	u64 program = state ? state->program : 0;
	if (first_capability.insert(&key, &program) && !first_capability.lookup(&key))
		count_lost(LOST_PROGRAMS);
	return 0;
}
