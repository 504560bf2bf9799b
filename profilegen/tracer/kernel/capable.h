// SPDX-License-Identifier: Apache-2.0
/*
 * Every check of a capability: by its tracepoint (Linux 6.14), before by a kprobe and its return.
 *
 * overlayfs and others ask with credentials that are not the task's (override_creds): such a check says
 * nothing about what the container needs. A kprobe does not see the checks that the compiler has inlined:
 * of capset, prctl(PR_CAPBSET_DROP) and memory overcommit.
 */
#pragma once

static __always_inline void see_check(u64 credentials, u64 user_namespace, u32 capability, bool granted)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || !subject->started || capability >= CAP_NUMBERS)
		return;
	struct task_state *state = tasks.lookup(&thread);
	u32 class = granted ? CAP_GRANTED : 0;
	if (credentials == own_credentials(task))
		class |= CAP_OWN_CREDENTIALS;
	if (state && state->phase == APP)
		class |= CAP_APP;
	if (namespace_inode(user_namespace) == subject->user_ns)
		class |= CAP_OWN_NAMESPACE;
	subject->capabilities[BELOW(CAP_CLASSES * CAP_NUMBERS, class * CAP_NUMBERS + capability)] = 1;
	struct capability_key key = {.subject = index, .capability = capability, .kind = class};
	u64 regs = task_regs(task), program = state ? state->program : 0;
	u32 number = SYSCALL_NUMBER(regs);
	if (number >= NUMBERS)
		number = NUMBERS - 1; /* x32, private calls of arm: this one has no name */
	key.call = call_index(number, IS_COMPAT(task, regs));
	if (first_capability.insert(&key, &program) && !first_capability.lookup(&key))
		count_lost(LOST_PROGRAMS);
}

#ifdef HAVE_trace_cap_capable
int on_cap_capable(struct bpf_raw_tracepoint_args *ctx)
{
	see_check(ctx->args[0], ctx->args[1], ctx->args[3], (int)ctx->args[4] == 0);
	return 0;
}
#else
struct check {
	u64 argument[3]; /* credentials, user namespace, capability */
};
BPF_HASH(checks, u32, struct check, 4096); /* thread -> the check that it is in */

int probe_cap_capable(struct pt_regs *ctx)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	struct check check = {.argument = PROBED_ARGUMENTS(ctx)};
	if (subject_of(cgroup_id(current_task()), &index) && checks.update(&thread, &check))
		count_lost(LOST_PROGRAMS);
	return 0;
}

int return_cap_capable(struct pt_regs *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	struct check *found = checks.lookup(&thread);
	if (!found)
		return 0;
	struct check check = *found;
	checks.delete(&thread);
	see_check(check.argument[0], check.argument[1], check.argument[2], (int)PROBED_RESULT(ctx) == 0);
	return 0;
}
#endif
