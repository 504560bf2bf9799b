// SPDX-License-Identifier: Apache-2.0
/* Evidence that a capability is needed: kept once for each kind, with the program and who asked. */
#pragma once

#include "maps.h"
#include "offsets.h"
#include "task.h"
#include "tests.h"

#define CAP_SETPCAP 8 /* include/uapi/linux/capability.h */

/* Keeps program and stack of the first check of a kind; further ones cost one lookup. */
static __always_inline void keep_check(struct subject *subject, struct capability_key *key,
				       struct asker *asker)
{
	if ((key->kind & (CAP_OWN_GRANT | CAP_UNAUDITED)) == CAP_OWN_GRANT)
		subject->granted[BELOW(CAP_NUMBERS, key->capability)] = 1;
	see_check_in_test(key, asker);
	if (first_capability.insert(key, asker) && !first_capability.lookup(key))
		count_lost(LOST_PROGRAMS);
}

/* True if a check of this kind has come before; the test that runs now is kept. */
static __always_inline bool is_known_check(struct capability_key *key)
{
	struct asker *known = first_capability.lookup(key);
	if (known)
		see_check_in_test(key, known);
	return known != NULL;
}

static __always_inline u32 namespaces(TASK task, struct subject *subject, u64 user_namespace)
{
	u64 own = READ(credentials_of(task), OFF_cred_user_ns);
	return SAME(namespace_inode(user_namespace), subject->user_ns) * CAP_OWN_NAMESPACE |
	       SAME(user_namespace, own) * CAP_TASK_NAMESPACE;
}
