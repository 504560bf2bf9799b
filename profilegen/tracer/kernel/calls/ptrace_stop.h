// SPDX-License-Identifier: Apache-2.0
/*
 * RET_TRACE: the call that a tracer is shown, before it can have changed anything. The kernel sends
 * the tracer SIGCHLD out of the stopped task (ptrace_stop, do_notify_parent_cldstop,
 * kernel/signal.c); not to one that ignores that signal or has set SA_NOCLDSTOP, which shows the
 * stop by the first ptrace(2) about it.
 */
#pragma once

#include "arch/arch.h"
#include "calls/calls.h"
#include "calls/notification.h"
#include "maps.h"
#include "offsets.h"
#include "task.h"

#define SIGCHLD 17
#define CLD_TRAPPED 4 /* include/uapi/asm-generic/siginfo.h */
/* SIGTRAP | PTRACE_EVENT_SECCOMP << 8: si_code of such a stop (ptrace_event) */
#define SECCOMP_STOP 0x705
#define SIG_IGN 1
#define SA_NOCLDSTOP 1
/* struct k_sigaction: handler, flags, restorer, mask; on x86_64 and arm64 */
#define SIGACTION_BYTES 32
#define UPID_BYTES 16    /* struct upid: number and namespace */
#define TRACEE_STEPS 128 /* tracees that are looked through for the one */

/*
 * The tracer may have fetched the stop already, which takes task_struct.exit_code away
 * (wait_task_stopped).
 */
static __always_inline bool is_seccomp_stop(u64 task)
{
	return READ32(READ(task, OFF_task_struct_last_siginfo), OFF_kernel_siginfo_si_code) ==
	       SECCOMP_STOP;
}

static __always_inline void read_stopped(u64 task, u64 regs, struct answered *seen)
{
	seen->thread = READ32(task, OFF_task_struct_pid);
	seen->compat = IS_COMPAT_OF(task, regs);
	seen->call.number = SYSCALL_NUMBER(regs);
	read_arguments(seen->call.value, regs, seen->compat);
}

static __always_inline bool hides_stops(TASK tracer)
{
	u64 action = READ(tracer, OFF_task_struct_sighand) + OFF_sighand_struct_action +
		     (SIGCHLD - 1) * SIGACTION_BYTES;
	return READ(action, OFF_sigaction_sa_handler) == SIG_IGN ||
	       READ(action, OFF_sigaction_sa_flags) & SA_NOCLDSTOP;
}

/* A tracee by its id in the tracer's namespace; 0: none of this thread's. */
static __always_inline u64 tracee_of(TASK tracer, u32 id)
{
	u64 level = READ32(READ(tracer, OFF_task_struct_thread_pid), OFF_pid_level);
	u64 number = OFF_pid_numbers + level * UPID_BYTES;
	u64 entry =
		READ(tracer, OFF_task_struct_ptraced + __builtin_offsetof(struct list_head, next));
	u64 head = READ(entry, __builtin_offsetof(struct list_head, prev));
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < TRACEE_STEPS; i++) {
		if (!entry || entry == head)
			return 0;
		u64 task = entry - OFF_task_struct_ptrace_entry;
		if (READ32(READ(task, OFF_task_struct_thread_pid), number) == id)
			return task;
		entry = READ(entry, __builtin_offsetof(struct list_head, next));
	}
	count_lost(LOST_ANSWERED_SYSCALLS);
	return 0;
}

/* The verifier subtracts nothing from a typed pointer: out of memory it comes as a number. */
static __always_inline u64 as_number(void *pointer)
{
	return READ(&pointer, 0);
}

/* Finds the stopped call that this ptrace is about, if the tracer hides its stops. */
static __always_inline bool find_hidden_stop(TASK tracer, struct pt_regs *regs, bool compat,
					     struct answered *seen)
{
	if (!hides_stops(tracer))
		return false;
	u64 task = tracee_of(tracer, syscall_argument((u64)regs, compat, 1));
	if (!task || !is_seccomp_stop(task))
		return false;
	/* Registers have the same offset in each task's stack. */
	u64 offset = as_number(regs) - READ(tracer, OFF_task_struct_stack);
	read_stopped(task, READ(task, OFF_task_struct_stack) + offset, seen);
	return true;
}
