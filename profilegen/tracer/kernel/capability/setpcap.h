// SPDX-License-Identifier: Apache-2.0
/*
 * The need of SETPCAP in capset and prctl, by their arguments: a kprobe does not see checks that
 * the compiler has inlined (security/commoncap.c), and capset asks every time but minds the answer
 * only if the inheritable set grows beyond what the task is permitted (cap_capset).
 */
#pragma once

#include "arch/arch.h"
#include "capability/evidence.h"
#include "capability/sets.h"
#include "maps.h"
#include "offsets.h"
#include "task.h"

#define PR_CAPBSET_DROP 24 /* include/uapi/linux/prctl.h */
#define PR_SET_SECUREBITS 28

static __always_inline bool capset_needs(u64 credentials, u64 regs, bool compat)
{
	struct sets asked = {};
	read_asked(&asked, regs, compat);
	return asked.inheritable & ~(READ(credentials, OFF_cred_cap_inheritable) |
				     READ(credentials, OFF_cred_cap_permitted));
}

static __always_inline void see_setpcap(TASK task, struct subject *subject, u32 index, u32 call,
					u32 trait, u64 regs, bool compat, struct task_state *state)
{
	u64 credentials = credentials_of(task);
	if (trait & TRAIT_CAPSET) {
		if (!capset_needs(credentials, regs, compat))
			return;
	} else {
		u32 option = syscall_argument(regs, compat, 0);
		if (option != PR_CAPBSET_DROP && option != PR_SET_SECUREBITS)
			return;
	}
	struct capability_key key = {.subject = index, .capability = CAP_SETPCAP, .call = call};
	struct asker asker = {.program = state->program};
	key.kind = CAP_OWN_CREDENTIALS |
		   namespaces(task, subject, READ(credentials, OFF_cred_user_ns));
	key.kind |= (READ(credentials, OFF_cred_cap_effective) >> CAP_SETPCAP & 1) * CAP_GRANTED;
	key.kind |= SAME(state->phase, APP) * CAP_APP;
	keep_check(subject, &key, &asker);
}
