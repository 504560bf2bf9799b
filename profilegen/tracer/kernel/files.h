// SPDX-License-Identifier: Apache-2.0
/*
 * Files that were opened, mapped or executed, reported once: one program walks the paths of all.
 */
#pragma once

#include "maps.h"
#include "offsets.h"
#include "path.h"
#include "tests.h"

/* Reports a file by on_file, which takes over from the caller for good. */
static __always_inline void report_file(void *ctx, struct pending *pending, u32 index, u32 access,
					u64 file, u64 program, u64 script)
{
	pending->subject = index;
	pending->access = access;
	pending->file = file;
	pending->script = script;
	pending->program = program;
	tails.call(ctx, 0);
	count_lost(LOST_PATHS); /* reached only if the call failed */
}

/* Reports a file once. */
static __always_inline void see_file(void *ctx, u64 file, u32 index, u32 access, u64 program,
				     u64 script)
{
	u32 zero = 0;
	struct pending *pending = pending_file.lookup(&zero);
	if (!file || !pending)
		return;
	u64 dentry = READ(file, OFF_file_f_path + OFF_path_dentry);
	struct file_key key = {.subject = index, .access = access};
	key.parent = READ(dentry, OFF_dentry_d_parent);
	key.name_hash = READ(dentry, OFF_dentry_d_name); /* qstr: hash and length, then the name */
	key.inode = READ(READ(dentry, OFF_dentry_d_inode), OFF_inode_i_ino);
	u8 one = 1;
	if (files.insert(&key, &one)) {
		/* full: new files cannot be distinguished from known ones */
		if (!files.lookup(&key))
			count_lost(LOST_PATHS);
		return;
	}
	pending->key = key;
	report_file(ctx, pending, index, access, file, program, script);
}

/* Forgets a file that was not reported: the next time may find room. */
static __always_inline void forget_pending(struct pending *pending)
{
	if (!(pending->access & ACCESS_EXECUTE)) {
		files.delete(&pending->key);
		count_lost(LOST_PATHS);
		return;
	}
	programs.delete(&pending->executed);
	count_lost(pending->executed.given ? LOST_PROGRAMS : LOST_PATHS);
}

/* Walks the path of the pending file and sends it to user space. */
static __always_inline void send_file(void)
{
	u32 zero = 0;
	struct pending *pending = pending_file.lookup(&zero);
	struct event *event = scratch.lookup(&zero);
	if (!event || !pending)
		return;
	event->subject = pending->subject;
	event->test = test_under_way();
	event->access = pending->access;
	event->program = pending->program;
	event->process = bpf_get_current_pid_tgid() >> 32;
	event->mode = (u16)READ32(READ(pending->file, OFF_file_f_inode), OFF_inode_i_mode);
	event->given = event->access & ACCESS_EXECUTE ? pending->executed.given : 0;
	event->script_bytes = 0;
	int walked = walk_path(event->data, pending->file, &event->path_bytes);
	if (walked == PATH_TOO_LONG)
		count_lost(LOST_PATHS);
	u32 bytes = event->path_bytes;
	if (walked < 0 || bytes > PATH_BYTES)
		return;
	if (pending->script) {
		int length = bpf_probe_read_kernel_str(event->data + bytes, SCRIPT_BYTES,
						       (void *)pending->script);
		if (length > 0) {
			event->script_bytes = length;
			bytes += length;
		}
	}
	if (bytes > PATH_BYTES + SCRIPT_BYTES)
		return;
	/*
	 * A program may be gone in a millisecond: user space looks at it at once, at the others in
	 * its time.
	 */
	u64 wake = pending->access & ACCESS_EXECUTE ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
	if (events.ringbuf_output(event, EVENT_HEADER + bytes, wake))
		forget_pending(pending);
}

static __always_inline bool maps_code(u64 regs, bool compat)
{
	return (syscall_argument(regs, compat, 2) & PROT_EXEC) &&
	       (s32)syscall_argument(regs, compat, 4) >= 0;
}
