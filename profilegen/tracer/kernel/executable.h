// SPDX-License-Identifier: Apache-2.0
/*
 * Executed programs: reported at the first execve, and again whenever the file is another one or
 * was changed, so that user space looks at its attributes again. Capabilities that a file gave its
 * task come from the kernel itself, without a race.
 */
#pragma once

#include "capability/root_map.h"
#include "files.h"
#include "maps.h"
#include "offsets.h"
#include "path.h"
#include "task.h"

/* of a time: the bits above say that somebody asked for it (Linux 6.13) */
#define NANOSECONDS 0x3fffffff

/*
 * Changes with the content, the mode and the attributes of a file, and with the file behind a name.
 * Never 0 or 1.
 */
static __always_inline u64 version_of(u64 inode)
{
	u64 version = mixed(READ(inode, OFF_inode_i_ino), READ(inode, OFF_inode_i_ctime_sec));
	version = mixed(version, READ32(inode, OFF_inode_i_ctime_nsec) & NANOSECONDS);
	return mixed(version, (u16)READ32(inode, OFF_inode_i_mode)) | 2;
}

/*
 * Capabilities that a task of a common user has by the file that it has just executed: effective
 * and not ambient (cap_bprm_creds_from_file, security/commoncap.c). Without one of them in the
 * bounding set the execve fails. Root gets all by execve, so that what the file adds is not known.
 */
static __always_inline u64 given_by_file(u64 credentials, struct subject *subject)
{
	u64 user_namespace = READ(credentials, OFF_cred_user_ns);
	u32 root = root_of(user_namespace);
	if (namespace_inode(user_namespace) != subject->user_ns || root == NOT_MAPPED)
		return 0;
	if (READ32(credentials, OFF_cred_uid) == root || READ32(credentials, OFF_cred_euid) == root)
		return 0;
	return READ(credentials, OFF_cred_cap_effective) & ~READ(credentials, OFF_cred_cap_ambient);
}

/*
 * One row a path, however often its file is replaced: a container that changes files and executes
 * them without end is reported SUBJECT_CHANGES times, then once more for each path, which is marked
 * as not looked at from then on.
 */
static __always_inline void see_program(void *ctx, struct subject *subject, u32 index, u64 file,
					u64 program, u64 script, u64 called, u64 given)
{
	u32 zero = 0, access = ACCESS_EXECUTE;
	struct pending *pending = pending_file.lookup(&zero);
	if (!file || !pending)
		return;
	u64 dentry = READ(file, OFF_file_f_path + OFF_path_dentry);
	struct program_key key = {.subject = index, .given = given, .script = called};
	key.parent = READ(dentry, OFF_dentry_d_parent);
	key.name_hash = READ(dentry, OFF_dentry_d_name); /* qstr: hash and length, then the name */
	u64 version = version_of(READ(dentry, OFF_dentry_d_inode));
	u64 *known = programs.lookup(&key);
	if (known) {
		if (*known == version || *known == CHANGED_TOO_OFTEN)
			return;
		if (subject->changes < SUBJECT_CHANGES) {
			__sync_fetch_and_add(&subject->changes, 1);
		} else {
			version = CHANGED_TOO_OFTEN;
			access |= ACCESS_UNREAD;
		}
		*known = version;
	} else if (programs.insert(&key, &version)) {
		if (!programs.lookup(&key)) /* full */
			count_lost(given ? LOST_PROGRAMS : LOST_PATHS);
		return;
	}
	pending->executed = key;
	report_file(ctx, pending, index, access, file, program, script);
}
