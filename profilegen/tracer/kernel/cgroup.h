// SPDX-License-Identifier: Apache-2.0
/* Cgroups come and go: the container that each belongs to. */
#pragma once

#include "maps.h"
#include "offsets.h"
#include "path.h"
#include "task.h"
#include "tests.h"

#define TRACE_CGROUP_PATH_LEN 1024 /* kernel/cgroup/cgroup-internal.h */

/* kernfs_node.parent was renamed in 6.15; the css has pointed to its parent since 3.12. */
static __always_inline u64 parent_cgroup(u64 cgroup)
{
	return READ(cgroup, OFF_cgroup_self + OFF_cgroup_subsys_state_parent) - OFF_cgroup_self;
}

static __always_inline bool is_unified_hierarchy(u64 cgroup)
{
	return READ32(READ(cgroup, OFF_cgroup_root), OFF_cgroup_root_hierarchy_id) == 0;
}

static __always_inline u64 cgroup_name(u64 cgroup)
{
	return READ(READ(cgroup, OFF_cgroup_kn), OFF_kernfs_node_name);
}

#define EACH_BYTE(value) ((value)*0x0101010101010101ULL)

/* Bit 7 of each byte that is a digit or a letter from a to f; no byte may be above 127. */
static __always_inline u64 hex_digits(u64 text)
{
	u64 digits = (text + EACH_BYTE(0x80 - '0')) & ~(text + EACH_BYTE(0x80 - '9' - 1));
	u64 letters = (text + EACH_BYTE(0x80 - 'a')) & ~(text + EACH_BYTE(0x80 - 'f' - 1));
	return (digits | letters) & ~text & EACH_BYTE(0x80);
}

/*
 * Every engine ends the name of a container's cgroup with its 64 hex digits, under systemd plus
 * ".scope". Eight bytes at a time and without a branch, for the verifier's sake.
 */
static __always_inline bool is_container_name(char *room, u64 name)
{
	u64 digits[8] = {}, all = EACH_BYTE(0x80);
	char before = '-';
	int length = bpf_probe_read_kernel_str(room, 256, (void *)name) - 1;
	/* ".scope" */
	if (length >= 6 && (READ(name, length - 6) & 0xffffffffffffULL) == 0x65706f63732eULL)
		length -= 6;
	if (length < 64 ||
	    bpf_probe_read_kernel(digits, sizeof(digits), (void *)(name + length - 64)))
		return false;
	if (length > 64)
		bpf_probe_read_kernel(&before, 1, (void *)(name + length - 65));
#pragma unroll
	for (u32 i = 0; i < 8; i++)
		all &= hex_digits(digits[i]);
	return all == EACH_BYTE(0x80) && (before == '-' || before == ':');
}

/*
 * cgroup_mkdir and cgroup_rmdir run under cgroup_mutex, one at a time, and fire once per hierarchy
 * on a hybrid machine: only the v2 hierarchy (id 0) has the ids that tasks are found by.
 */
static __always_inline void enter_cgroup(u64 cgroup, u32 index)
{
	u32 position = cgroup & (SLOTS - 1);
	struct slot *slot = slots.lookup(&position);
	if (subject_by_cgroup.update(&cgroup, &index))
		count_lost(LOST_CONTAINERS);
	if (!slot)
		return;
	if (slot->cgroup) {
		slot->others++;
	} else {
		slot->subject = index;
		slot->cgroup = cgroup;
	}
}

/* Index of a free subject: one that was given back, or a new one; MAX_SUBJECTS without any. */
static __always_inline u32 take_index(void)
{
	u32 zero = 0, index = MAX_SUBJECTS;
	u32 *count = subject_count.lookup(&zero);
	if (!free_subjects.pop(&index) || !count)
		return index;
	index = *count;
	if (index < MAX_SUBJECTS)
		*count = index + 1;
	return index;
}

static __always_inline void see_new_cgroup(u64 created, u64 path)
{
	u32 zero = 0;
	if (!is_unified_hierarchy(created))
		return;
	u64 cgroup = cgroup_id_of(created), parent = cgroup_id_of(parent_cgroup(created));
	u32 *inherited = subject_by_cgroup.lookup(&parent);
	if (inherited) { /* a cgroup inside the container belongs to it */
		enter_cgroup(cgroup, *inherited);
		return;
	}
	struct event *event = scratch.lookup(&zero);
	struct seen_by_all *all = seen_by_all.lookup(&zero);
	if (!event || !all || !is_container_name(event->data, cgroup_name(created)))
		return;
	u32 index = take_index();
	struct subject *subject = subjects.lookup(&index);
	if (!subject) {
		count_lost(LOST_CONTAINERS);
		return;
	}
	subject->cgroup = cgroup;
	subject->born = bpf_ktime_get_ns();
	subject->born_in = test_under_way();
	/*
	 * The end of a path names the container; the tracepoint may have cut it off.
	 */
	int length = bpf_probe_read_kernel_str(event->data, PATH_BYTES, (void *)path);
	if (length < TRACE_CGROUP_PATH_LEN) {
		if (length > SUBJECT_PATH)
			path += length - SUBJECT_PATH;
		bpf_probe_read_kernel_str(subject->path, SUBJECT_PATH, (void *)path);
	} else {
		subject->path[0] = '/';
		bpf_probe_read_kernel_str(subject->path + 1, SUBJECT_PATH - 1,
					  (void *)cgroup_name(created));
	}
	/* before its first process: no call is done any more */
	__sync_fetch_and_add(&all->subjects, 1);
	enter_cgroup(cgroup, index);
}

static __always_inline void see_gone_cgroup(u64 removed)
{
	u32 zero = 0;
	if (!is_unified_hierarchy(removed))
		return;
	u64 cgroup = cgroup_id_of(removed);
	u32 *found = subject_by_cgroup.lookup(&cgroup);
	if (!found)
		return;
	u32 index = *found, position = cgroup & (SLOTS - 1);
	subject_by_cgroup.delete(&cgroup);
	struct slot *slot = slots.lookup(&position);
	if (slot && slot->cgroup == cgroup)
		slot->cgroup = 0;
	else if (slot)
		slot->others--;
	struct subject *subject = subjects.lookup(&index);
	struct seen_by_all *all = seen_by_all.lookup(&zero);
	if (!subject || !all || subject->cgroup != cgroup)
		return;
	subject->ended_in = test_under_way();
	subject->ended = 1;
	/*
	 * First what it had, then itself: in between a call only seems less common than it is. No
	 * branch and few steps: the verifier follows them one by one, and attaching waits for it.
	 */
#pragma clang loop unroll_count(16)
	for (u32 call = 0; call < CALLS; call++)
		__sync_fetch_and_add(&all->subjects_that_made[call], -(u32)subject->counted[call]);
	__sync_fetch_and_add(&all->subjects, -1);
	if (ended_subjects.push(&index, 0))
		count_lost(LOST_CONTAINERS); /* cannot be: it is as large as subjects */
}
