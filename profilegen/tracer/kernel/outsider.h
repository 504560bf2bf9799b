// SPDX-License-Identifier: Apache-2.0
/*
 * Processes that come into a container from outside with more than it has: docker exec
 * --privileged, or nsenter by an administrator. What they need says nothing about the container, so
 * that they and their children are left out.
 */
#pragma once

#include "files.h"
#include "maps.h"
#include "offsets.h"
#include "path.h"
#include "task.h"

/* user namespaces above each other, at most (create_user_ns, kernel/user_namespace.c) */
#define NAMESPACE_DEPTH 33

/* True for the container's user namespace, and for those that were made inside. */
static __always_inline bool is_inside(u64 user_namespace, struct subject *subject)
{
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < NAMESPACE_DEPTH && user_namespace; i++) {
		if (namespace_inode(user_namespace) == subject->user_ns)
			return true;
		user_namespace = READ(user_namespace, OFF_user_namespace_parent);
	}
	return false;
}

/* In a namespace made inside the bounding set is full, and means nothing outside of it. */
static __always_inline bool has_more(u64 credentials, struct subject *subject)
{
	u64 user_namespace = READ(credentials, OFF_cred_user_ns);
	if (namespace_inode(user_namespace) == subject->user_ns)
		return READ(credentials, OFF_cred_cap_bset) & ~subject->bounding_set;
	return !is_inside(user_namespace, subject);
}

/*
 * Leaves a process out from its execve on, and reports its program. What the runtime did for it
 * before stays.
 */
static __always_inline void leave_out(void *ctx, struct task_state *state, struct subject *subject,
				      u32 index, u64 file, u64 script)
{
	state->outside = 1;
	subject->outside = 1;
	see_file(ctx, file, index, ACCESS_OUTSIDE, 0, script);
}
