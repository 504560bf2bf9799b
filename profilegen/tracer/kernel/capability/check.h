// SPDX-License-Identifier: Apache-2.0
/*
 * Every check of a capability: by its tracepoint (Linux 6.14), before by a kprobe and its return.
 *
 * overlayfs and others ask with credentials that are not the task's (override_creds): such a check
 * says nothing about what the container needs, unless they are a copy of the task's own
 * (access_override_creds, fs/open.c). What a check without audit means depends on the function that
 * asks: a kprobe has the option, behind a tracepoint the stack shows it, by functions whose
 * addresses user space has entered.
 */
#pragma once

#include "arch/arch.h"
#include "capability/asker.h"
#include "capability/evidence.h"
#include "capability/root_map.h"
#include "io_uring.h"
#include "maps.h"
#include "offsets.h"
#include "records.h"
#include "subject.h"
#include "task.h"

#define CAP_OPT_NOAUDIT 2 /* include/linux/security.h, since 5.1 */

/*
 * Credentials that are not the task's, with its user namespace, bounding set and groups:
 * prepare_creds() takes all three over (kernel/cred.c), and a function that asks with a copy
 * changes ids and the effective set alone.
 */
static __always_inline u32 copied(u64 credentials, u64 own)
{
	return SAME(READ(credentials, OFF_cred_user_ns), READ(own, OFF_cred_user_ns)) *
	       SAME(READ(credentials, OFF_cred_cap_bset), READ(own, OFF_cred_cap_bset)) *
	       SAME(READ(credentials, OFF_cred_group_info), READ(own, OFF_cred_group_info)) *
	       CAP_COPIED_CREDENTIALS;
}

/* CAP_ROOT for the machine's root, which needs no capability for files below /proc/sys. */
static __always_inline u32 root(u64 credentials)
{
	return SAME(READ32(credentials, OFF_cred_euid), 0) * CAP_ROOT;
}

/*
 * True if the asking function decides whether it is a need: granted to the program, with
 * credentials of its own or a copy.
 */
static __always_inline bool may_be_need(u32 kind)
{
	u32 credentials = CAP_OWN_CREDENTIALS | CAP_COPIED_CREDENTIALS;
	u32 rest = CAP_OWN_GRANT & ~CAP_OWN_CREDENTIALS;
	return (kind & rest) == rest && (kind & credentials);
}

/*
 * One number for a call and its arguments: another call of the thread is, nearly always, another
 * number.
 */
static __always_inline u64 call_under_way(u32 call, u64 regs, bool compat)
{
	u64 sum = call;
#pragma unroll
	for (u32 i = 0; i < ARGUMENTS; i++)
		sum = sum * 31 + syscall_argument(regs, compat, i);
	return sum;
}

/*
 * 1 + the capability that this call was refused right before, if the kernel asks for the two in
 * turn and one of them is enough (tables/capabilities/asked_in_turn.py); else 0.
 */
static __always_inline u32 refused_before(struct task_state *state, u32 capability, bool granted,
					  u32 call, u64 regs, bool compat)
{
	u32 before = state->refused;
	struct turn *turn = turns.lookup(&capability);
	state->refused = 0;
	if (!turn || !(granted ? before : turn->first))
		return 0;
	u64 under_way = call_under_way(call, regs, compat);
	if (!granted) {
		state->refused = capability + 1;
		state->refused_in = under_way;
		return 0;
	}
	return turn->before >> (before - 1) & SAME(state->refused_in, under_way) ? before : 0;
}

static __always_inline void see_check(void *ctx, u64 *entered, u64 credentials, u64 user_namespace,
				      u32 capability, u32 class)
{
	u32 index = 0, zero = 0;
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || !subject->started || capability >= CAP_NUMBERS)
		return;
	struct task_state *state = state_of_any(task, subject, index);
	if (state && state->outside)
		return;
	u64 regs = task_regs(task);
	struct capability_key key = {.subject = index, .capability = capability};
	u32 number = SYSCALL_NUMBER(regs);
	if (number >= NUMBERS)
		/* x32, private calls of arm, a page fault: this one has no name */
		number = NO_CALL;
	key.call = is_ring_worker(task) ? RING_CALL : call_index(number, IS_COMPAT(task, regs));
	volatile u64 *room = unfollowed.lookup(&zero);
	if (!room)
		return;
	key.call = UNFOLLOWED(room, key.call);
	u32 *trait = traits.lookup(&key.call);
	if (state && state->phase == APP) {
		if (capability == CAP_SETPCAP && trait && (*trait & TRAIT_SETPCAP))
			return; /* see_setpcap keeps it */
		class |= CAP_APP;
		see_root_map(task, subject, index, state);
	}
	class = UNFOLLOWED(room, class);
	u64 own = credentials_of(task);
	if (credentials == own || are_of_ring(task, index, credentials))
		class |= CAP_OWN_CREDENTIALS;
	else
		class |= copied(credentials, own);
	class = UNFOLLOWED(room, class);
	key.kind = class | namespaces(task, subject, user_namespace);
	if (class & CAP_UNAUDITED)
		key.kind |= root(credentials);
	if (state)
		key.kind |= refused_before(state, capability, class & CAP_GRANTED, key.call, regs,
					   IS_COMPAT(task, regs))
			    << BEFORE;
	key.kind = UNFOLLOWED(room, key.kind);
	if (is_known_check(&key))
		return;
	struct asker *asker = asker_room.lookup(&zero);
	if (!asker)
		return;
	__builtin_memset(asker, 0, sizeof(*asker));
	/* A check that may be a need is looked at each time, until one with audit has come. */
	bool open = may_be_need(key.kind);
#ifdef HAVE_trace_cap_capable
	u32 audited = key.kind, not_audited = key.kind | CAP_UNAUDITED | root(credentials);
	key.kind = not_audited;
	if (!open && is_known_check(&key))
		return;
	STACK(ctx, asker->frame, entered);
	key.kind = unaudited(asker->frame) ? not_audited : audited;
#else
	STACK(ctx, asker->frame, entered);
#endif
	if (open && (key.kind & (CAP_UNAUDITED | CAP_COPIED_CREDENTIALS))) {
		key.stack = stack_hash(asker->frame);
		if (is_known_check(&key))
			return;
	}
	asker->program = state ? state->program : 0;
	keep_check(subject, &key, asker);
}

#ifdef HAVE_trace_cap_capable
static __always_inline void see_traced_check(struct check_record *ctx)
{
	u32 class = SAME(CHECK_RESULT(ctx), 0) * CAP_GRANTED;
	see_check(ctx, NULL, CHECK_CREDENTIALS(ctx), CHECK_NAMESPACE(ctx), CHECK_CAPABILITY(ctx),
		  class);
}
#else
static __always_inline void enter_check(struct pt_regs *ctx)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	struct check check = {.argument = {PROBED_ARGUMENTS(ctx)}};
	if (!subject_of(cgroup_id(current_task()), &index))
		return;
#ifdef STACK_AT_ENTRY
	bpf_get_stack(ctx, check.frame, sizeof(check.frame), 0);
#endif
	if (checks.update(&thread, &check))
		count_lost(LOST_PROGRAMS);
}

static __always_inline void leave_check(struct pt_regs *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	struct check *check = checks.lookup(&thread);
	if (!check)
		return;
	u32 class = SAME((u32)PROBED_RESULT(ctx), 0) * CAP_GRANTED;
	class |= (check->argument[3] & CAP_OPT_NOAUDIT) / CAP_OPT_NOAUDIT * CAP_UNAUDITED;
#ifdef STACK_AT_ENTRY
	u64 *entered = check->frame;
#else
	u64 *entered = NULL;
#endif
	see_check(ctx, entered, check->argument[0], check->argument[1], check->argument[2], class);
	checks.delete(&thread);
}
#endif
