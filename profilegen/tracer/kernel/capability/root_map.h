// SPDX-License-Identifier: Apache-2.0
/*
 * A user namespace that maps the root of the container's: its maker needs SETFCAP, but nobody
 * checks it.
 *
 * Upstream since 5.12 and in the stable series 5.10, the kernel keeps whether the maker's effective
 * set had it (user_namespace.parent_could_setfcap), and looks at that when somebody inside writes
 * the map (verify_root_map of kernel/user_namespace.c). Who writes it from outside is checked as
 * usual. Here the map itself is looked at, whenever a task in such a namespace executes, ends, or
 * is checked for a capability.
 */
#pragma once

#include "capability/evidence.h"
#include "maps.h"
#include "offsets.h"
#include "task.h"

#define CAP_SETFCAP 31   /* include/uapi/linux/capability.h */
#define INLINE_EXTENTS 5 /* UID_GID_MAP_MAX_BASE_EXTENTS; more of them are two sorted arrays */
#define MAX_EXTENTS 340  /* UID_GID_MAP_MAX_EXTENTS, include/linux/user_namespace.h */
#define HALVINGS 10      /* until each of MAX_EXTENTS was looked at */
#define NOT_MAPPED (-1U)

struct extent {
	u32 first, lower_first, count;
};

static __always_inline struct extent read_extent(u64 extents, u32 index)
{
	struct extent extent = {};
	bpf_probe_read_kernel(&extent, sizeof(extent), (void *)(extents + index * sizeof(extent)));
	return extent;
}

/* The kernel's id of user 0 of a namespace: an extent that has 0 begins with it. */
static __always_inline u32 root_of(u64 user_namespace)
{
	u64 map = user_namespace + OFF_user_namespace_uid_map;
	u32 count = READ32(map, OFF_uid_gid_map_nr_extents), root = NOT_MAPPED;
	if (count > INLINE_EXTENTS) {
		struct extent lowest = read_extent(READ(map, OFF_uid_gid_map_forward), 0);
		return lowest.first ? NOT_MAPPED : lowest.lower_first;
	}
#pragma unroll
	for (u32 i = 0; i < INLINE_EXTENTS; i++) {
		struct extent extent = read_extent(map + OFF_uid_gid_map_extent, i);
		if (i < count && !extent.first)
			root = extent.lower_first;
	}
	return root;
}

/* True if an extent of the namespace's map begins with this id of the kernel's. */
static __always_inline bool maps(u64 user_namespace, u32 user)
{
	u64 map = user_namespace + OFF_user_namespace_uid_map;
	u32 count = READ32(map, OFF_uid_gid_map_nr_extents);
	bool found = false;
	if (count > INLINE_EXTENTS) {
		u64 extents = READ(map, OFF_uid_gid_map_reverse); /* sorted by lower_first */
		u32 low = 0, high = count;
#pragma unroll
		for (u32 i = 0; i < HALVINGS; i++) {
			u32 middle = (low + high) / 2;
			u32 at = read_extent(extents, middle).lower_first;
			found |= at == user;
			if (at < user)
				low = middle;
			else
				high = middle;
		}
		return found;
	}
#pragma unroll
	for (u32 i = 0; i < INLINE_EXTENTS; i++)
		found |= i < count &&
			 read_extent(map + OFF_uid_gid_map_extent, i).lower_first == user;
	return found;
}

/* Where the kernel does not keep it, the container's bounding set decides. */
static __always_inline bool maker_had_setfcap(struct subject *subject, u64 user_namespace)
{
#ifdef OFF_user_namespace_parent_could_setfcap
	return READ(user_namespace, OFF_user_namespace_parent_could_setfcap) & 0xff;
#else
	return subject->bounding_set >> CAP_SETFCAP & 1;
#endif
}

/*
 * Only a namespace right below the container's: whoever makes one in one of its own needs no
 * --cap-add.
 */
static __always_inline void see_root_map(TASK task, struct subject *subject, u32 index,
					 struct task_state *state)
{
	if (subject->root_mapped || !subject->started || state->phase != APP)
		return;
	u64 made = READ(credentials_of(task), OFF_cred_user_ns);
	u64 parent = READ(made, OFF_user_namespace_parent);
	if (!parent || namespace_inode(parent) != subject->user_ns ||
	    !maker_had_setfcap(subject, made))
		return;
	u32 root = root_of(parent);
	if (root == NOT_MAPPED || !maps(made, root))
		return;
	subject->root_mapped = 1;
	struct capability_key key = {.subject = index, .capability = CAP_SETFCAP, .call = NO_CALL};
	struct asker asker = {.program = state->program};
	key.kind = CAP_OWN_GRANT | CAP_USER_NAMESPACE;
	keep_check(subject, &key, &asker);
}
