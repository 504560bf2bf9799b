// SPDX-License-Identifier: Apache-2.0
/*
 * What capset and PR_CAP_AMBIENT_RAISE made of a task's own sets, without a check (cap_capset and
 * cap_task_prctl of security/commoncap.c): new inheritable and ambient capabilities, and those left
 * of a permitted set. Taken from the task's credentials before and after the call; what the program
 * passed counts only where the kernel refused it.
 */
#pragma once

#include "arch/arch.h"
#include "calls/calls.h"
#include "capability/evidence.h"
#include "maps.h"
#include "offsets.h"
#include "task.h"

#define PR_CAP_AMBIENT 47 /* include/uapi/linux/prctl.h */
#define PR_CAP_AMBIENT_RAISE 2
#define CAPABILITY_VERSION_1 0x19980330 /* include/uapi/linux/capability.h: sets of 32 bits */
#define ERRNO_EPERM 1                   /* include/uapi/asm-generic/errno-base.h */

struct capability_data {
	u32 effective, permitted, inheritable;
};

/* Reads the sets that a call of capset asks for. */
static __always_inline void read_asked(struct sets *asked, u64 regs, bool compat)
{
	u32 version = 0;
	struct capability_data data[2] = {};
	u64 address = syscall_argument(regs, compat, 1);
	bpf_probe_read_user(&version, sizeof(version), (void *)syscall_argument(regs, compat, 0));
	bpf_probe_read_user(&data[0], sizeof(data[0]), (void *)address);
	if (version != CAPABILITY_VERSION_1)
		bpf_probe_read_user(&data[1], sizeof(data[1]), (void *)(address + sizeof(data[0])));
	asked->permitted = data[0].permitted | (u64)data[1].permitted << 32;
	asked->inheritable = data[0].inheritable | (u64)data[1].inheritable << 32;
}

/*
 * A program that makes an empty set of libcap, reads its own beside it and then calls capset fills
 * the one from the other: it keeps what it has of a list (named), and does not fail without. libcap
 * asks for the version of the calls (a capget without an address) whenever it makes a set.
 */
enum capget {
	PROBED = 1,
	READ_OWN = 2,
	CAPGETS = 63,
	HAS_READ = 64, /* since its execve, in whatever call */
	CHOSE = PROBED << 4 | PROBED << 2 | READ_OWN,
};

/* Kept for the process too: libcap has every thread make the capset that one of them has read for. */
static __always_inline void see_capget(u64 regs, bool compat, struct task_state *state)
{
	u32 leader = bpf_get_current_pid_tgid() >> 32;
	bool own = syscall_argument(regs, compat, 1);
	struct task_state *process = tasks.lookup(&leader);
	state->capgets = (state->capgets & HAS_READ) |
			 ((state->capgets << 2 | (own ? READ_OWN : PROBED)) & CAPGETS);
	if (!own)
		return;
	state->capgets |= HAS_READ;
	if (process)
		process->capgets |= HAS_READ;
}

/* Whoever never reads its own sets cannot have made a new one of them. */
static __always_inline bool may_derive(struct task_state *state)
{
	u32 leader = bpf_get_current_pid_tgid() >> 32;
	struct task_state *process = tasks.lookup(&leader);
	return (state->capgets | (process ? process->capgets : 0)) & HAS_READ;
}

static __always_inline struct sets sets_of(u64 credentials)
{
	struct sets sets = {
		.permitted = READ(credentials, OFF_cred_cap_permitted),
		.inheritable = READ(credentials, OFF_cred_cap_inheritable),
		.ambient = READ(credentials, OFF_cred_cap_ambient),
	};
	return sets;
}

static __always_inline void await_sets(TASK task, struct seen_by_all *all, u32 call, u32 trait,
				       u64 regs, bool compat, struct task_state *state)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 credentials = credentials_of(task);
	struct sets before = sets_of(credentials);
	if (trait & TRAIT_CAPSET) {
		struct sets asked = {};
		read_asked(&asked, regs, compat);
		before.lacking = asked.permitted & ~before.permitted;
		before.lacking_inheritable =
			asked.inheritable &
			~(before.inheritable | READ(credentials, OFF_cred_cap_bset));
	} else {
		if ((u32)syscall_argument(regs, compat, 0) != PR_CAP_AMBIENT ||
		    syscall_argument(regs, compat, 1) != PR_CAP_AMBIENT_RAISE)
			return;
		before.lacking =
			1ULL << (syscall_argument(regs, compat, 2) & 63) & ~before.permitted;
	}
	if (sets_before.update(&thread, &before))
		count_lost(LOST_PROGRAMS);
	await_exit(all, state, call);
}

/*
 * Keeps a set as a whole, so that the verifier has no loop to follow. No other program writes the
 * row of this CPU meanwhile.
 */
static __always_inline void keep_set(TASK task, struct subject *subject, u32 index, u32 call,
				     u32 kind, u64 bits, struct task_state *state)
{
	struct set_key key = {.subject = index, .call = call, .program = state->program};
	key.cpu = bpf_get_smp_processor_id();
	key.kind = kind | CAP_OWN_CREDENTIALS | CAP_APP;
	key.kind |= namespaces(task, subject, READ(credentials_of(task), OFF_cred_user_ns));
	if (!bits)
		return;
	u64 *known = kept_sets.lookup(&key);
	u64 value = bits | (known ? *known : 0);
	if (kept_sets.update(&key, &value))
		count_lost(LOST_PROGRAMS);
	if ((key.kind & (CAP_OWN_GRANT | CAP_CHOSEN)) == CAP_OWN_GRANT)
		subject->granted_sets |= bits;
}

/*
 * Capabilities left in the permitted set, if they are taken for a fixed list. Of a program that has
 * read its own sets a list has less than half of what was permitted before, and the kernel refuses
 * it as a whole; more than that is what had been there without one or two. What is not effective
 * then is no such list: the program raises it when it needs it, and is checked for it. Of any other
 * program all is a fixed list (see_sets).
 */
static __always_inline u64 left_set(struct sets *before, struct sets *after)
{
	bool few = 2 * __builtin_popcountll(after->permitted) <
		   __builtin_popcountll(before->permitted);
	return few ? after->permitted : 0;
}

static __always_inline void see_sets(TASK task, struct subject *subject, u32 index, u32 call,
				     u32 trait, s64 result, struct task_state *state)
{
	u32 thread = bpf_get_current_pid_tgid();
	struct sets *found = sets_before.lookup(&thread);
	if (!found)
		return;
	struct sets before = *found;
	sets_before.delete(&thread);
	if (result == -ERRNO_EPERM) {
		u32 kind = trait & TRAIT_CAPSET ? CAP_PERMITTED : CAP_AMBIENT;
		keep_set(task, subject, index, call, kind, before.lacking, state);
		keep_set(task, subject, index, call, CAP_INHERITABLE, before.lacking_inheritable,
			 state);
	}
	if (result)
		return;
	u64 credentials = credentials_of(task);
	struct sets after = sets_of(credentials);
	u64 left = left_set(&before, &after);
	u64 fixed = (state->capgets & CAPGETS) == CHOSE
			    ? 0
			    : left & READ(credentials, OFF_cred_cap_effective);
	if ((trait & TRAIT_CAPSET) && !may_derive(state))
		fixed = left = after.permitted;
	keep_set(task, subject, index, call, CAP_GRANTED | CAP_INHERITABLE,
		 after.inheritable & ~before.inheritable, state);
	keep_set(task, subject, index, call, CAP_GRANTED | CAP_AMBIENT,
		 after.ambient & ~before.ambient, state);
	keep_set(task, subject, index, call, CAP_GRANTED | CAP_PERMITTED, fixed, state);
	keep_set(task, subject, index, call, CAP_GRANTED | CAP_CHOSEN, left & ~fixed, state);
	if (trait & TRAIT_CAPSET)
		state->capgets &= HAS_READ;
}
