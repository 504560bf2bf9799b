// SPDX-License-Identifier: Apache-2.0
/*
 * The real path of an open file, without BPF-LSM: up from its dentry, across mount points, to the
 * root of its mount namespace. Symlinks are resolved, bind mounts right, and a chroot inside the
 * container does not shorten it: it is the path that AppArmor mediates.
 */
#pragma once

#include "offsets.h"
#include "rows.h"
#include "task.h"

#define PATH_STEPS 64 /* components and mount points on the way up */
#define NAME_BYTES 256

#define FMODE_READ 1 /* include/linux/fs.h */
#define FMODE_WRITE 2

static __always_inline u64 file_of(TASK task, u64 descriptor)
{
	u64 table = READ(TASK_MEMBER(task, files), OFF_files_struct_fdt);
	if (descriptor >= READ32(table, OFF_fdtable_max_fds))
		return 0;
	return READ(READ(table, OFF_fdtable_fd), descriptor * 8);
}

static __always_inline u32 open_access(u64 file)
{
	return READ32(file, OFF_file_f_mode) & (FMODE_READ | FMODE_WRITE);
}

#define PATH_DETACHED -1 /* in no tree of a mount namespace: memfd, pipe, lazily unmounted */
#define PATH_TOO_LONG -2

/*
 * Writes the components from the file upwards, each with its NUL; 0 or one of the above. The count
 * lives in the event: a value that the verifier does not follow keeps the loop's states alike, else
 * it runs out of its million instructions.
 */
static __always_inline int walk_path(char *out, u64 file, u32 *bytes)
{
	u64 dentry = READ(file, OFF_file_f_path + OFF_path_dentry);
	u64 mount = READ(file, OFF_file_f_path + OFF_path_mnt) - OFF_mount_mnt;
	*bytes = 0;
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < PATH_STEPS; i++) {
		u64 parent = READ(dentry, OFF_dentry_d_parent);
		if (dentry == READ(mount, OFF_mount_mnt + OFF_vfsmount_mnt_root) ||
		    dentry == parent) {
			u64 above = READ(mount, OFF_mount_mnt_parent);
			/* a pseudo file system has no namespace, or an error pointer */
			if (above == mount)
				return READ(mount, OFF_mount_mnt_ns) + 4095 > 4095 ? 0
										   : PATH_DETACHED;
			dentry = READ(mount, OFF_mount_mnt_mountpoint);
			mount = above;
			continue;
		}
		u32 used = *bytes;
		if (used > PATH_BYTES - NAME_BYTES)
			break;
		int length = bpf_probe_read_kernel_str(
			out + used, NAME_BYTES,
			(void *)READ(dentry, OFF_dentry_d_name + OFF_qstr_name));
		if (length <= 0)
			break;
		*bytes = used + length;
		dentry = parent;
	}
	return PATH_TOO_LONG;
}

static __always_inline u64 mixed(u64 seed, u64 value)
{
	return (seed ^ value) * 0x9e3779b97f4a7c15ULL;
}

/* Hash of the name that a script was called by; 0 without one. */
static __always_inline u64 script_id(u64 script)
{
	u64 id = 0;
	char name[64] = {};
	if (!script)
		return 0;
	bpf_probe_read_kernel_str(name, sizeof(name), (void *)script);
	u64 *word = (u64 *)name;
	for (int i = 0; i < 8; i++)
		id = (id ^ word[i]) * 0x100000001b3ULL;
	return id;
}

/* Number of a program: of its file and, for a script, of the name it was called by (script_id). */
static __always_inline u64 program_id(u64 file, u64 called)
{
	u64 dentry = READ(file, OFF_file_f_path + OFF_path_dentry);
	u64 id = READ(dentry, OFF_dentry_d_name) ^ (READ(dentry, OFF_dentry_d_parent) << 8);
	id = mixed(id, READ(READ(dentry, OFF_dentry_d_inode), OFF_inode_i_ino));
	return (id ^ called) | 1; /* 0 means: not known */
}
