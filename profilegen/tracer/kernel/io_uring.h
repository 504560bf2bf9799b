// SPDX-License-Identifier: Apache-2.0
/*
 * Work of an io_uring for a program. No system call shows it and no filter sees it: checks of
 * capabilities come as ever (capability.h), files and sockets at the completion of a request.
 *
 * A request is worked on by the thread that submits it, or by a worker: a thread of the program
 * that never enters the kernel, and comes without sched_process_fork (create_io_thread,
 * kernel/fork.c, since 5.12).
 */
#pragma once

#include "arch/arch.h"
#include "files.h"
#include "maps.h"
#include "offsets.h"
#include "path.h"
#include "ports.h"
#include "records.h"
#include "subject.h"
#include "task.h"

#define IORING_REGISTER_PERSONALITY 9 /* include/uapi/linux/io_uring.h */
#define IORING_REGISTER_USE_REGISTERED_RING (1U << 31)
#define IORING_OP_OPENAT 18
#define IORING_OP_OPENAT2 28
#define IORING_OP_BIND 56 /* since 6.11 */

static __always_inline void see_personality(TASK task, u32 index, struct pt_regs *regs, bool compat)
{
	u32 command = syscall_argument((u64)regs, compat, 1);
	if ((command & ~IORING_REGISTER_USE_REGISTERED_RING) != IORING_REGISTER_PERSONALITY)
		return;
	struct personality_key key = {.subject = index, .credentials = credentials_of(task)};
	u8 one = 1;
	if (personalities.update(&key, &one))
		count_lost(LOST_PROGRAMS);
}

/*
 * 1 if a ring puts these credentials in the place of the task's own (io_issue_sqe,
 * io_uring/io_uring.c): a worker, which keeps those that the program had when it came, gets those
 * of the submitter; any request may have those that were registered.
 */
static __always_inline u64 are_of_ring(TASK task, u32 index, u64 credentials)
{
	u64 leader = READ(READ(task, OFF_task_struct_group_leader), OFF_task_struct_real_cred);
	struct personality_key key = {.subject = index, .credentials = credentials};
	return (is_ring_worker(task) & SAME(credentials, leader)) |
	       (personalities.lookup(&key) != NULL);
}

#ifdef OFF_io_cqe_res
/*
 * Comes for every completion of the machine: nearly all are neither. The request is the second
 * argument since 5.18.
 */
static __always_inline void see_completion(struct completion_record *ctx)
{
	u32 zero = 0, index = 0;
	struct seen_by_all *all = seen_by_all.lookup(&zero);
	if (!all || !all->subjects)
		return;
	u64 request = COMPLETED_REQUEST(ctx); /* NULL where none has completed: operation 0 */
	u8 operation = READ32(request, OFF_io_kiocb_opcode);
	if (operation != IORING_OP_OPENAT && operation != IORING_OP_OPENAT2 &&
	    operation != IORING_OP_BIND)
		return;
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	s32 result = READ32(request, OFF_io_kiocb_cqe + OFF_io_cqe_res);
	if (!subject || result < 0)
		return;
	struct task_state *state = state_of_any(task, subject, index);
	if (!state || state->phase != APP || state->outside)
		return;
	if (operation == IORING_OP_BIND) {
		see_bound(subject, index, READ(request, OFF_io_kiocb_file), state->program);
	} else if (READ32(request, OFF_io_kiocb_cmd + OFF_io_open_file_slot)) {
		/* in a table of the ring's own: no descriptor of the task's */
		subject->opened_by_slot = 1;
	} else {
		u64 file = file_of(task, result);
		see_file(ctx, file, index, open_access(file), state->program, 0);
	}
}
#endif
