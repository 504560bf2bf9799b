// SPDX-License-Identifier: Apache-2.0
/*
 * Records that programs get: the arguments of a tracepoint, or perf's record of them.
 *
 * Where a program at a raw tracepoint can be preempted (Linux 6.19 and later), the kernel skips the
 * same program for everything else that this CPU runs until it goes on (__bpf_trace_run,
 * kernel/trace/bpf_trace.c): whole containers went unseen. perf's way keeps preemption off
 * (include/trace/perf.h), and its record has nearly all that is asked for. cgroup_mkdir and
 * cgroup_rmdir do not need it: they fire under a spin lock (TRACE_CGROUP_PATH).
 */
#pragma once

#include "arch/arch.h"
#include "offsets.h"
#include "task.h"

#ifdef THROUGH_PERF
struct sys_enter_record {
	AT(u64, number, FIELD_sys_enter_id);
};
struct sys_exit_record {
	AT(s64, result, FIELD_sys_exit_ret);
};
struct fork_record {
	union {
		AT(u32, parent, FIELD_sched_process_fork_parent_pid);
		AT(u32, child, FIELD_sched_process_fork_child_pid);
	};
};
struct exec_record {
	AT(u32, before, FIELD_sched_process_exec_old_pid);
};
struct signal_record {
	union {
		AT(s32, number, FIELD_signal_generate_sig);
		AT(s32, code, FIELD_signal_generate_code);
	};
};
struct check_record {
	union {
		AT(u64, credentials, FIELD_cap_capable_cred);
		AT(u64, user_namespace, FIELD_cap_capable_target_ns);
		AT(s32, capability, FIELD_cap_capable_cap);
		AT(s32, result, FIELD_cap_capable_ret);
	};
};
#ifdef OFF_io_cqe_res
struct completion_record {
	AT(u64, request, FIELD_io_uring_complete_req);
};
#define COMPLETED_REQUEST(ctx) ((ctx)->request)
#endif
#define ENTER_REGISTERS(ctx) ((struct pt_regs *)bpf_task_pt_regs((void *)current_task()))
#define EXIT_RESULT(ctx) ((ctx)->result)
#define EXIT_REGISTERS(ctx, task) task_regs(task)
#define FORK_PARENT(ctx) ((ctx)->parent)
#define FORK_CHILD(ctx) ((ctx)->child)
#define EXEC_BEFORE(ctx) ((ctx)->before)
#define SIGNAL_NUMBER(ctx) ((ctx)->number)
#define SIGNAL_CODE(ctx) ((ctx)->code)
#define CHECK_CREDENTIALS(ctx) ((ctx)->credentials)
#define CHECK_NAMESPACE(ctx) ((ctx)->user_namespace)
#define CHECK_CAPABILITY(ctx) ((ctx)->capability)
#define CHECK_RESULT(ctx) ((ctx)->result)
#define FIRST_FRAME 0 /* of the stack behind a tracepoint: what calls it */
#else
struct sys_enter_arguments { /* typed */
	struct pt_regs *regs;
	u64 number;
};
#define sys_enter_record sys_enter_arguments
#define sys_exit_record bpf_raw_tracepoint_args
#define fork_record bpf_raw_tracepoint_args
#define exec_record bpf_raw_tracepoint_args
#define signal_record bpf_raw_tracepoint_args
#define check_record bpf_raw_tracepoint_args
#define completion_record bpf_raw_tracepoint_args
#define COMPLETED_REQUEST(ctx) ((ctx)->args[1])
#define ENTER_REGISTERS(ctx) ((ctx)->regs)
#define EXIT_RESULT(ctx) ((s64)(ctx)->args[1])
#define EXIT_REGISTERS(ctx, task) ((ctx)->args[0])
#define FORK_PARENT(ctx) READ32((ctx)->args[0], OFF_task_struct_pid)
#define FORK_CHILD(ctx) READ32((ctx)->args[1], OFF_task_struct_pid)
#define EXEC_BEFORE(ctx) ((u32)(ctx)->args[1])
#define SIGNAL_NUMBER(ctx) ((int)(ctx)->args[0])
#define SIGNAL_CODE(ctx) \
	((ctx)->args[1] > 1 ? (s32)READ((ctx)->args[1], OFF_kernel_siginfo_si_code) : 0)
#define CHECK_CREDENTIALS(ctx) ((ctx)->args[0])
#define CHECK_NAMESPACE(ctx) ((ctx)->args[1])
#define CHECK_CAPABILITY(ctx) ((ctx)->args[3])
#define CHECK_RESULT(ctx) ((u32)(ctx)->args[4])
#define FIRST_FRAME 2 /* the program and what called it come first */
#endif
