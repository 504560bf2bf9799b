// SPDX-License-Identifier: Apache-2.0
/*
 * RET_USER_NOTIF: the call that a supervisor deals with. It waits in its filter's list until it is
 * answered (seccomp_do_user_notification, kernel/seccomp.c), with what the filter was shown of it.
 */
#pragma once

#include "arch/arch.h"
#include "maps.h"
#include "offsets.h"
#include "path.h"
#include "task.h"

#define AUDIT_ARCH_64BIT 0x80000000 /* include/uapi/linux/audit.h */
#define SECCOMP_IOC_MAGIC '!'       /* include/uapi/linux/seccomp.h */
/* NOTIF_SEND, NOTIF_ID_VALID, NOTIF_ADDFD: what they are given begins with the id */
#define FIRST_WITH_ID 1
#define LAST_WITH_ID 3
/* "seccomp ": of "seccomp notify" (init_listener, kernel/seccomp.c) */
#define NOTIFY_FILE 0x20706d6f63636573ULL
#define PENDING_STEPS 128 /* notifications that are looked through for the one */

struct list_head {
	u64 next, prev;
};

/* struct seccomp_data (include/uapi/linux/seccomp.h) */
struct judged {
	s32 number;
	u32 arch;
	u64 instruction;
	u64 value[ARGUMENTS];
};

/* A call that is answered, and the thread that makes it. */
struct answered {
	u32 thread;
	bool compat;
	struct judged call;
};

/*
 * The notification with this id of a filter's listener, 0 if it has gone. The list is read beside
 * its writers: where an entry is taken out under the reader, it begins again.
 */
static __always_inline u64 pending_notification(u64 listener, u64 id)
{
	u64 head = listener + OFF_notification_notifications, entry = head;
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < PENDING_STEPS; i++) {
		entry = READ(entry, __builtin_offsetof(struct list_head, next));
		if (entry == head)
			return 0;
		if (READ(entry, OFF_seccomp_knotif_id - OFF_seccomp_knotif_list) == id)
			return entry - OFF_seccomp_knotif_list;
		if (!entry)
			entry = head;
	}
	count_lost(LOST_ANSWERED_SYSCALLS);
	return 0;
}

/* Finds the call that an ioctl of a supervisor is about; false if there is none. */
static __always_inline bool find_notified(TASK task, u64 regs, bool compat, struct answered *seen)
{
	u64 id = 0;
	u32 request = syscall_argument(regs, compat, 1);
	if ((request >> 8 & 0xff) != SECCOMP_IOC_MAGIC ||
	    (request & 0xff) - FIRST_WITH_ID > LAST_WITH_ID - FIRST_WITH_ID)
		return false;
	u64 file = file_of(task, (u32)syscall_argument(regs, compat, 0));
	u64 name = READ(READ(file, OFF_file_f_path + OFF_path_dentry),
			OFF_dentry_d_name + OFF_qstr_name);
	if (READ(name, 0) != NOTIFY_FILE)
		return false;
	bpf_probe_read_user(&id, sizeof(id), (void *)syscall_argument(regs, compat, 2));
	u64 found = pending_notification(
		READ(READ(file, OFF_file_private_data), OFF_seccomp_filter_notif), id);
	if (!found)
		return false;
	seen->thread = READ32(READ(found, OFF_seccomp_knotif_task), OFF_task_struct_pid);
	bpf_probe_read_kernel(&seen->call, sizeof(seen->call),
			      (void *)READ(found, OFF_seccomp_knotif_data));
	seen->compat = !(seen->call.arch & AUDIT_ARCH_64BIT);
	return true;
}
