// SPDX-License-Identifier: Apache-2.0
/*
 * Records what the containers of this machine do, in maps that user space reads at the end.
 *
 * Programs are attached to tracepoints (records.h); only a kernel without the tracepoint
 * cap_capable has a kprobe. Offsets of kernel structs come from the running kernel's BTF as
 * -DOFF_<struct>_<member>, what it has as -DHAVE_<name> (load/offsets.py). A subject is a
 * container, found by the cgroup v2 id of the current task. Calls and capabilities are bytes in an
 * array, so that none of them can be lost. What needs more room (programs, arguments, paths) has
 * bounded maps and a counter of what did not fit.
 */
#include "calls/calls.h"
#include "calls/entry.h"
#include "calls/exit.h"
#include "calls/own_filter.h"
#include "capability/check.h"
#include "cgroup.h"
#include "files.h"
#include "io_uring.h"
#include "lifecycle.h"
#include "maps.h"
#include "records.h"
#include "tests.h"

/*
 * Tracepoint NAME has the program on_NAME, which maps.h calls by the second column. The third
 * lists the maps that it writes, after the programs that read them.
 *
 * sys_enter           enter    user: first_program, arguments, unknown, first_capability, events,
 *                              *_in_test;
 *                              enter, exit: tasks, seen_by_all; exit: sets_before;
 *                              check: personalities
 * sys_exit            exit     user: refused, unknown, kept_sets, low_ports; exit: files;
 *                              file: pending_file
 * sched_process_fork  fork     all: tasks
 * sched_prepare_exec  prepare  exec: binaries
 * sched_process_exec  exec     all: subjects, tasks; user: first_capability; exec: programs;
 *                              file: pending_file
 * sched_process_exit  end      user: subjects, first_capability, refused; all: tasks, seen_by_all
 * cgroup_mkdir        mkdir    all: subjects, slots, subject_by_cgroup, seen_by_all
 * cgroup_rmdir        rmdir    user: ended_subjects; all: slots, subject_by_cgroup, seen_by_all
 * cap_capable         check    user: first_capability, checks_in_test; check: tasks, checks
 * signal_generate     signal   user: refused, first_program, arguments, unknown, *_in_test
 * io_uring_complete   uring    user: low_ports; uring: files; file: pending_file
 * (after another)     file     user: events
 *
 * Every program counts in subjects and lost, which user space reads.
 */

/*
 * Loaded with typed arguments (tp_btf) where it cannot be preempted, because every system call of
 * the machine comes here: up to the first return there is no helper call, which alone costs more
 * than all of it.
 */
int on_sys_enter(struct sys_enter_record *ctx)
{
	u32 zero = 0;
	u64 number = ctx->number;
	struct pt_regs *regs = ENTER_REGISTERS(ctx);
	struct seen_by_all *all = seen_by_all.lookup(&zero);
	if (!all)
		return 0;
	if (number < NUMBERS && all->subjects_that_made[BELOW(NUMBERS, number)] == all->subjects &&
	    IS_SURELY_NATIVE(regs) && !test_under_way())
		return 0;
	see_entry(all, number, regs);
	return 0;
}

int on_sys_exit(struct sys_exit_record *ctx)
{
	u32 zero = 0;
	s64 result = EXIT_RESULT(ctx);
	bool failed = result < 0 && result >= -4095;
	struct seen_by_all *all = seen_by_all.lookup(&zero);
	if (all && all->subjects && (failed || all->under_way))
		see_return(ctx, all, result, failed);
	return 0;
}

int on_sched_process_fork(struct fork_record *ctx)
{
	see_fork(ctx);
	return 0;
}

#ifdef THROUGH_PERF
int on_sched_prepare_exec(struct bpf_raw_tracepoint_args *ctx)
{
	see_prepared_exec(ctx->args[1]);
	return 0;
}
#endif

int on_sched_process_exec(struct exec_record *ctx)
{
	see_exec(ctx);
	return 0;
}

int on_sched_process_exit(void *ctx)
{
	see_thread_end();
	return 0;
}

int on_cgroup_mkdir(struct bpf_raw_tracepoint_args *ctx)
{
	see_new_cgroup(ctx->args[0], ctx->args[1]);
	return 0;
}

int on_cgroup_rmdir(struct bpf_raw_tracepoint_args *ctx)
{
	see_gone_cgroup(ctx->args[0]);
	return 0;
}

/*
 * RET_KILL_PROCESS and RET_TRAP of a filter: the only trace of the call is the signal. RET_TRACE:
 * the call's only sure one, because its tracer may take it away.
 */
int on_signal_generate(struct signal_record *ctx)
{
	if (SIGNAL_NUMBER(ctx) == SIGCHLD && SIGNAL_CODE(ctx) == CLD_TRAPPED)
		see_stop();
	if (SIGNAL_NUMBER(ctx) == SIGSYS && SIGNAL_CODE(ctx) == SYS_SECCOMP)
		see_killed();
	return 0;
}

#ifdef HAVE_trace_cap_capable
int on_cap_capable(struct check_record *ctx)
{
	see_traced_check(ctx);
	return 0;
}
#else
int probe_cap_capable(struct pt_regs *ctx)
{
	enter_check(ctx);
	return 0;
}

int return_cap_capable(struct pt_regs *ctx)
{
	leave_check(ctx);
	return 0;
}
#endif

#ifdef OFF_io_cqe_res
int on_io_uring_complete(struct completion_record *ctx)
{
	see_completion(ctx);
	return 0;
}
#endif

/* Every program that has a file to name goes on here, so that only one walks paths. */
int on_file(struct bpf_raw_tracepoint_args *ctx)
{
	send_file();
	return 0;
}
