// SPDX-License-Identifier: Apache-2.0
/*
 * What the containers of this machine do, kept in maps that user space reads at the end.
 *
 * Raw tracepoints only: stable since Linux 5.8, no patched kernel text. Offsets of kernel structs
 * come from the running kernel's BTF as -DOFF_<struct>_<member> (btf.py); task.h and path.h read
 * with them. A subject is a container, found by the cgroup v2 id of the current task. Nothing that
 * has been seen can be lost: calls and capabilities are bytes in an array. What needs more room
 * (who did it, arguments, paths) has bounded maps and a counter for what did not fit.
 */
#include "task.h"
#include "path.h"

#define MAX_SUBJECTS 4096
#define SLOTS 4096   /* direct-mapped: cgroup id & (SLOTS - 1) */
#define NUMBERS 512  /* the largest number of a native call is 471 (Linux 7.2) */
#define CALLS 1024   /* native numbers, then those of the compat ABI */
#define CAP_CLASSES 16
#define CAP_NUMBERS 64

#define EXIT_ENOSYS 38
#define ERRNO_SIGSYS 0x10000 /* stands beside errnos: killed or trapped */

enum phase { RUNTIME = 1, APP = 2 };
enum trait { TRAIT_ARGUMENTS = 1, TRAIT_OPENS = 2, TRAIT_MAPS = 4 };
enum capability_class { CAP_GRANTED = 1, CAP_OWN_CREDENTIALS = 2, CAP_APP = 4, CAP_OWN_NAMESPACE = 8 };
enum lost { LOST_CONTAINERS, LOST_TASKS, LOST_PROGRAMS, LOST_ARGUMENTS, LOST_REFUSED, LOST_UNKNOWN, LOST_PATHS, LOST_KINDS };

struct subject {
	u64 cgroup;
	u64 user_ns;      /* address of the first program's user namespace */
	u64 bounding_set; /* of the first program */
	u32 uid;          /* of the first program */
	u32 base;         /* filters that the runtime itself runs under: not the container's */
	u8 started;       /* an execve was seen: base and what stands above are known */
	u8 no_new_privs;
	u8 unconfined; /* no filter at the first execve */
	u8 late;       /* ran before the recorder: entered by user space */
	u8 command;    /* of --process, entered by user space: no runtime comes before its first execve */
	u8 ended;      /* its cgroup is gone */
	u8 app[CALLS];
	u8 runtime[CALLS];
	u8 enosys[CALLS]; /* some call with this number returned -ENOSYS */
	u8 capabilities[CAP_CLASSES * CAP_NUMBERS];
	char path[256];
};
BPF_ARRAY(subjects, struct subject, MAX_SUBJECTS);
BPF_ARRAY(subject_count, u32, 1); /* written under cgroup_mutex only */

/* Which subject a cgroup belongs to: the slot if its id matches, else the hash if it is crowded. */
struct slot {
	u64 cgroup;
	u32 subject;
	u32 crowded;
};
BPF_ARRAY(slots, struct slot, SLOTS);
BPF_HASH(subject_by_cgroup, u64, u32, 16384);

/* The early way out: a call that every active subject has made already tells nothing new. */
struct hot {
	u32 active;
	u32 under_way; /* calls whose exit is waited for: while there is none, a success is of no interest */
	u32 have[CALLS];
};
BPF_ARRAY(hot, struct hot, 1);
BPF_ARRAY(traits, u32, CALLS); /* enum trait; such calls are looked at every time */

struct task_state {
	u32 subject;
	u32 phase;
	u32 base;       /* filter_count when the process joined the cgroup */
	u32 filters;    /* filter_count at the execve that ended the runtime's phase */
	u32 unconfined; /* no container filter at that execve: everything after it counts */
	u32 settled;    /* its exits can be trusted to have had an entry */
	u64 program;
};
BPF_HASH(tasks, u32, struct task_state, 65536);
BPF_ARRAY(listing, u32, 1); /* user space is still entering the tasks of late containers */

struct call_key {
	u32 subject;
	u32 call;
	u32 phase;
};
BPF_HASH(first_program, struct call_key, u64, 65536);

struct argument_mask {
	u64 mask[3];
};
BPF_ARRAY(argument_masks, struct argument_mask, CALLS);
struct argument_key {
	u32 subject;
	u32 call;
	u64 value[3];
};
BPF_HASH(arguments, struct argument_key, u64, 16384);
BPF_HASH(entered, u32, u32, 16384); /* thread -> call under way whose exit is waited for */

struct refused_key {
	u32 subject;
	u32 call;
	u64 value[3];
	u64 error;
};
BPF_HASH(refused, struct refused_key, u64, 16384);

struct unknown_key {
	u32 subject;
	u32 compat;
	u64 number;
};
BPF_HASH(unknown, struct unknown_key, u32, 4096); /* 1: entered, 2: returned -ENOSYS */

struct capability_key {
	u32 subject;
	u32 capability;
	u32 class;
	u32 call;
};
BPF_HASH(first_capability, struct capability_key, u64, 32768);

struct file_key {
	u32 subject;
	u32 access;
	u64 parent;
	u64 name_hash;
	u64 inode;
	u64 salt;
};
BPF_HASH(files, struct file_key, u8, 131072);

/* A file on its way to on_file: one program for all that see files, instead of a copy in each. */
struct pending {
	struct file_key key;
	u64 file;
	u64 script;
	u64 program;
};
BPF_PERCPU_ARRAY(pending_file, struct pending, 1);
BPF_PROG_ARRAY(tails, 1);

struct event {
	u32 subject;
	u32 access;
	u64 program;
	u32 depth;
	u32 path_bytes;
	u32 script_bytes;
	char data[PATH_BYTES + SCRIPT_BYTES]; /* path components from the file upwards, each with its NUL, then the script */
};
#define EVENT_HEADER __builtin_offsetof(struct event, data)
BPF_PERCPU_ARRAY(scratch, struct event, 1);
BPF_RINGBUF_OUTPUT(events, 1024);

BPF_ARRAY(lost, u64, LOST_KINDS);

static __always_inline void count_lost(u32 what)
{
	u64 *count = lost.lookup(&what);
	if (count)
		__sync_fetch_and_add(count, 1);
}

/* --- who is it ------------------------------------------------------------------------------- */

static __always_inline struct subject *subject_of(u64 cgroup, u32 *index)
{
	u32 position = cgroup & (SLOTS - 1);
	struct slot *slot = slots.lookup(&position);
	if (!slot)
		return NULL;
	if (slot->cgroup == cgroup) {
		*index = slot->subject;
	} else {
		if (!slot->crowded)
			return NULL;
		u32 *found = subject_by_cgroup.lookup(&cgroup);
		if (!found)
			return NULL;
		*index = *found;
	}
	return subjects.lookup(index);
}

/* The state of a thread; one that came into the cgroup from outside is made here, once. */
static __always_inline struct task_state *state_of(TASK task, struct subject *subject, u32 index)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 thread = id, process = id >> 32, zero = 0;
	struct task_state *state = tasks.lookup(&thread);
	if (state)
		return state;
	struct task_state fresh = {};
	fresh.subject = index;
	fresh.phase = RUNTIME;
	fresh.settled = !subject->late;
	/* The filter may have reached this thread (TSYNC) before its first call: what counts is
	 * what the process had when it joined. */
	struct task_state *leader = process != thread ? tasks.lookup(&process) : NULL;
	u32 filters = filter_count(task);
	if (leader)
		fresh.base = leader->base;
	else if (subject->started && subject->base < filters)
		fresh.base = subject->base;
	else
		fresh.base = filters;
	if (subject->late) {
		u32 *still = listing.lookup(&zero);
		if (still && *still) {
			fresh.phase = APP;
			fresh.filters = filters;
			fresh.unconfined = subject->unconfined;
		}
	}
	if (!leader && process != thread && tasks.update(&process, &fresh))
		count_lost(LOST_TASKS);
	if (tasks.update(&thread, &fresh))
		count_lost(LOST_TASKS);
	return tasks.lookup(&thread);
}

/* Does the container's own filter see what this task does? Without one: everything after execve. */
static __always_inline bool is_confined(TASK task, struct task_state *state)
{
	return seccomp_mode(task) == SECCOMP_MODE_FILTER && filter_count(task) > state->base;
}

static __always_inline bool is_wanted(TASK task, struct task_state *state)
{
	return is_confined(task, state) || (state->phase == APP && state->unconfined);
}

/* --- calls ----------------------------------------------------------------------------------- */

static __always_inline void see_call(struct subject *subject, u32 index, u32 call, struct task_state *state,
				     bool common)
{
	u32 zero = 0;
	u8 *seen = state->phase == APP ? &subject->app[call & (CALLS - 1)] : &subject->runtime[call & (CALLS - 1)];
	if (*seen)
		return;
	struct call_key key = {.subject = index, .call = call, .phase = state->phase};
	u64 program = state->program;
	int added = first_program.insert(&key, &program);
	*seen = 1;
	/* Two CPUs may come here at once; only the one whose insert succeeded counts. */
	if (!added && common && state->phase == APP) {
		struct hot *all = hot.lookup(&zero);
		if (all)
			__sync_fetch_and_add(&all->have[call & (CALLS - 1)], 1);
	}
	if (added && !first_program.lookup(&key))
		count_lost(LOST_PROGRAMS);
}

static __always_inline void see_unknown(u32 index, bool compat, u64 number, u32 what)
{
	struct unknown_key key = {.subject = index, .compat = compat, .number = number};
	u32 *seen = unknown.lookup(&key);
	if (seen && (*seen & what))
		return;
	what |= seen ? *seen : 0;
	if (unknown.update(&key, &what))
		count_lost(LOST_UNKNOWN);
}

static __always_inline void await_exit(struct hot *all, u32 call)
{
	u32 thread = bpf_get_current_pid_tgid();
	bool fresh = !entered.lookup(&thread);
	if (entered.update(&thread, &call))
		count_lost(LOST_TASKS);
	else if (fresh)
		__sync_fetch_and_add(&all->under_way, 1);
}

static __always_inline void exit_seen(struct hot *all, u32 thread)
{
	if (!entered.delete(&thread))
		__sync_fetch_and_add(&all->under_way, -1);
}

static __always_inline void read_arguments(u64 *value, u64 regs, bool compat, u32 call)
{
	struct argument_mask *masks = argument_masks.lookup(&call);
	if (!masks)
		return;
	value[0] = syscall_argument(regs, compat, 0) & masks->mask[0];
	value[1] = syscall_argument(regs, compat, 1) & masks->mask[1];
	value[2] = syscall_argument(regs, compat, 2) & masks->mask[2];
}

static __always_inline void see_arguments(u32 index, u32 call, u64 regs, bool compat, u64 program)
{
	struct argument_key key = {.subject = index, .call = call};
	read_arguments(key.value, regs, compat, call);
	if (arguments.insert(&key, &program) && !arguments.lookup(&key))
		count_lost(LOST_ARGUMENTS);
}

/* --- files ----------------------------------------------------------------------------------- */

/* Names the file once and leaves the walk to on_file, which takes over from the caller for good. */
static __always_inline void see_file(void *ctx, u64 file, u32 index, u32 access, u64 program, u64 script)
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
	key.salt = program * (access == ACCESS_EXECUTE);
	u8 one = 1;
	if (files.insert(&key, &one)) {
		if (!files.lookup(&key)) /* full: new files can no longer be told from known ones */
			count_lost(LOST_PATHS);
		return;
	}
	pending->key = key;
	pending->file = file;
	pending->script = script;
	pending->program = program;
	tails.call(ctx, 0);
	count_lost(LOST_PATHS); /* reached only if the call failed */
}

int on_file(struct bpf_raw_tracepoint_args *ctx)
{
	u32 zero = 0;
	struct pending *pending = pending_file.lookup(&zero);
	struct event *event = scratch.lookup(&zero);
	if (!event || !pending)
		return 0;
	event->subject = pending->key.subject;
	event->access = pending->key.access;
	event->program = pending->program;
	event->script_bytes = 0;
	int walked = walk_path(event->data, pending->file, &event->path_bytes, &event->depth);
	if (walked == PATH_TOO_LONG)
		count_lost(LOST_PATHS);
	u32 bytes = event->path_bytes;
	if (walked < 0 || bytes > PATH_BYTES)
		return 0;
	if (pending->script) {
		int length = bpf_probe_read_kernel_str(event->data + bytes, SCRIPT_BYTES, (void *)pending->script);
		if (length > 0) {
			event->script_bytes = length;
			bytes += length;
		}
	}
	if (bytes > PATH_BYTES + SCRIPT_BYTES)
		return 0;
	if (events.ringbuf_output(event, EVENT_HEADER + bytes, 0)) {
		count_lost(LOST_PATHS);
		files.delete(&pending->key); /* the next time may find room */
	}
	return 0;
}

static __always_inline bool maps_code(u64 regs, bool compat)
{
	return (syscall_argument(regs, compat, 2) & PROT_EXEC) && (s32)syscall_argument(regs, compat, 4) >= 0;
}

/* --- tracepoints ----------------------------------------------------------------------------- */

/*
 * Loaded with typed arguments (typed.py), because every system call of the machine comes here: up to the
 * first return there is no helper call, which alone costs more than all of it.
 */
int on_sys_enter(struct sys_enter_arguments *ctx)
{
	u32 zero = 0, index = 0;
	u64 number = ctx->number;
	struct pt_regs *regs = ctx->regs;
	struct hot *all = hot.lookup(&zero);
	if (!all)
		return 0;
	if (number < NUMBERS && all->have[number & (NUMBERS - 1)] == all->active && is_surely_native(regs))
		return 0;
	TASK task = current_task();
	bool compat = is_compat(task);
	u32 call = (number & (NUMBERS - 1)) + (compat ? NUMBERS : 0);
	if (number < NUMBERS && all->have[call & (CALLS - 1)] == all->active)
		return 0;
	struct subject *subject = subject_of(cgroup_id(task), &index);
	u32 *trait = traits.lookup(&call);
	if (!subject || !trait)
		return 0;
	if (number < NUMBERS && !*trait && subject->app[call & (CALLS - 1)])
		return 0;

	struct task_state *state = state_of(task, subject, index);
	if (!state || !is_wanted(task, state))
		return 0;
	if (number >= NUMBERS) {
		see_unknown(index, compat, number, 1);
		return 0;
	}
	see_call(subject, index, call, state, !*trait);
	if ((*trait & (TRAIT_ARGUMENTS | TRAIT_OPENS)) || ((*trait & TRAIT_MAPS) && maps_code((u64)regs, compat)))
		await_exit(all, call);
	if (*trait & TRAIT_ARGUMENTS)
		see_arguments(index, call, (u64)regs, compat, state->program);
	return 0;
}

/*
 * sys_enter fires after seccomp, sys_exit always: an exit without an entry was answered by a filter
 * (kernel/entry/common.c). The call is the container's to refuse only while no filter of the
 * program's own is stacked on top.
 */
int on_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	u32 zero = 0, index = 0;
	s64 result = ctx->args[1];
	bool failed = result < 0 && result >= -4095;
	struct hot *all = hot.lookup(&zero);
	if (!all || !all->active || (!failed && !all->under_way))
		return 0;
	TASK task = current_task();
	bool compat = is_compat(task);
	u64 regs = ctx->args[0];
	s32 number = syscall_number(regs);
	u32 call = (number & (NUMBERS - 1)) + (compat ? NUMBERS : 0);
	if (result != -EXIT_ENOSYS && all->have[call & (CALLS - 1)] == all->active)
		return 0; /* every subject has entered it, and nobody waits for the exit of such a call */
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || number < 0)
		return 0;
	if (number >= NUMBERS) {
		if (result == -EXIT_ENOSYS)
			see_unknown(index, compat, (u32)number, 2);
		return 0;
	}
	if (result == -EXIT_ENOSYS)
		subject->enosys[call & (CALLS - 1)] = 1;
	u32 thread = bpf_get_current_pid_tgid();
	u32 *awaited = entered.lookup(&thread);
	bool had_entry = awaited && *awaited == call;
	if (awaited)
		exit_seen(all, thread);
	u32 *trait = traits.lookup(&call);
	struct task_state *state = tasks.lookup(&thread);
	if (!trait || !state || state->phase != APP)
		return 0;

	if (!failed) {
		if (had_entry && (*trait & (TRAIT_OPENS | TRAIT_MAPS))) {
			bool opens = *trait & TRAIT_OPENS;
			u64 file = file_of(task, opens ? (u64)result : syscall_argument(regs, compat, 4));
			see_file(ctx, file, index, opens ? open_access(file) : ACCESS_MAP, state->program, 0);
		}
		return 0;
	}
	if (!*trait || *trait == TRAIT_MAPS)
		had_entry = subject->app[call & (CALLS - 1)] || subject->runtime[call & (CALLS - 1)];
	if (had_entry || !is_confined(task, state) || filter_count(task) != state->filters)
		return 0;
	if (!state->settled) { /* may have been under way when the tracer attached */
		state->settled = 1;
		return 0;
	}
	struct refused_key key = {.subject = index, .call = call, .error = -result};
	if (*trait & TRAIT_ARGUMENTS)
		read_arguments(key.value, regs, compat, call);
	u64 program = state->program;
	if (refused.insert(&key, &program) && !refused.lookup(&key))
		count_lost(LOST_REFUSED);
	return 0;
}

/* RET_KILL and RET_TRAP of a filter: the only trace of the call is the signal. */
int on_signal_generate(struct bpf_raw_tracepoint_args *ctx)
{
	if ((int)ctx->args[0] != SIGSYS)
		return 0;
	u64 info = ctx->args[1];
	if (info <= 1 || (s32)READ(info, OFF_kernel_siginfo_si_code) != SYS_SECCOMP)
		return 0;
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	struct task_state *state = tasks.lookup(&thread);
	if (!subject || !state || filter_count(task) != state->filters || !is_confined(task, state))
		return 0;
	bool compat = is_compat(task);
	s32 number = syscall_number(task_regs(task));
	if (number < 0 || number >= NUMBERS)
		return 0;
	struct refused_key key = {.subject = index, .error = ERRNO_SIGSYS};
	key.call = number + (compat ? NUMBERS : 0);
	u64 program = state->program;
	if (refused.insert(&key, &program) && !refused.lookup(&key))
		count_lost(LOST_REFUSED);
	return 0;
}

/*
 * Every check of a capability. overlayfs and others ask with credentials that are not the task's
 * (override_creds): such a check says nothing about what the container needs.
 */
int on_cap_capable(struct bpf_raw_tracepoint_args *ctx)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	TASK task = current_task();
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject || !subject->started)
		return 0;
	u32 capability = ctx->args[3];
	struct task_state *state = tasks.lookup(&thread);
	u32 class = (int)ctx->args[4] == 0 ? CAP_GRANTED : 0;
	if (ctx->args[0] == own_credentials(task))
		class |= CAP_OWN_CREDENTIALS;
	if (state && state->phase == APP)
		class |= CAP_APP;
	if (ctx->args[1] == subject->user_ns)
		class |= CAP_OWN_NAMESPACE;
	if (capability >= CAP_NUMBERS)
		return 0;
	subject->capabilities[(class * CAP_NUMBERS + capability) & (CAP_CLASSES * CAP_NUMBERS - 1)] = 1;
	struct capability_key key = {.subject = index, .capability = capability, .class = class};
	key.call = (syscall_number(task_regs(task)) & (NUMBERS - 1)) + (is_compat(task) ? NUMBERS : 0);
	u64 program = state ? state->program : 0;
	if (first_capability.insert(&key, &program) && !first_capability.lookup(&key))
		count_lost(LOST_PROGRAMS);
	return 0;
}

int on_sched_process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	u32 parent = READ32(ctx->args[0], OFF_task_struct_pid);
	struct task_state *state = tasks.lookup(&parent);
	if (!state)
		return 0;
	u32 child = READ32(ctx->args[1], OFF_task_struct_pid);
	struct task_state copy = *state;
	copy.settled = 1; /* its first exit is that of the fork, which is no failure */
	if (tasks.update(&child, &copy))
		count_lost(LOST_TASKS);
	return 0;
}

/*
 * The execve that ends the runtime's phase, and every later one. Not every execve of a process from outside
 * is that one: runc executes a copy of itself (CVE-2019-5736), and may be in the container's cgroup by then.
 */
int on_sched_process_exec(struct bpf_raw_tracepoint_args *ctx)
{
	u32 index = 0, thread = bpf_get_current_pid_tgid();
	u32 before = ctx->args[1]; /* a thread that executes takes over its leader's id */
	TASK task = current_task();
	if (before != thread)
		tasks.delete(&before);
	struct subject *subject = subject_of(cgroup_id(task), &index);
	if (!subject)
		return 0;
	struct task_state *state = state_of(task, subject, index);
	if (!state)
		return 0;
	if (state->phase != APP) {
		bool confined = is_confined(task, state);
		if (!confined && !subject->command && shares_mounts_with_parent(task))
			return 0;
		state->phase = APP;
		state->filters = filter_count(task);
		state->unconfined = !confined;
		if (!subject->started) {
			u64 credentials = own_credentials(task);
			subject->base = state->base;
			subject->unconfined = !confined;
			subject->no_new_privs = no_new_privs(task);
			subject->uid = READ32(credentials, OFF_cred_uid);
			subject->bounding_set = READ(credentials, OFF_cred_cap_bset);
			subject->user_ns = READ(credentials, OFF_cred_user_ns);
			subject->started = 1;
		}
	}
	u64 binary = ctx->args[2];
	u64 name = READ(binary, OFF_linux_binprm_filename);
	u64 script = name != READ(binary, OFF_linux_binprm_interp) ? name : 0;
	u64 file = READ(binary, OFF_linux_binprm_file);
	state->program = program_id(file, script);
	see_file(ctx, file, index, ACCESS_EXECUTE, state->program, script);
	return 0;
}

int on_sched_process_exit(struct bpf_raw_tracepoint_args *ctx)
{
	u32 zero = 0, thread = READ32(ctx->args[0], OFF_task_struct_pid);
	struct hot *all = hot.lookup(&zero);
	tasks.delete(&thread);
	if (all)
		exit_seen(all, thread); /* of a call that never came back */
	return 0;
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
		slot->crowded = 1;
	} else {
		slot->subject = index;
		slot->cgroup = cgroup;
	}
}

int on_cgroup_mkdir(struct bpf_raw_tracepoint_args *ctx)
{
	u64 created = ctx->args[0];
	u32 zero = 0;
	if (!is_unified_hierarchy(created))
		return 0;
	u64 cgroup = cgroup_id_of(created), parent = cgroup_id_of(parent_cgroup(created));
	u32 *inherited = subject_by_cgroup.lookup(&parent);
	if (inherited) { /* a cgroup inside the container belongs to it */
		enter_cgroup(cgroup, *inherited);
		return 0;
	}
	struct event *event = scratch.lookup(&zero);
	u32 *count = subject_count.lookup(&zero);
	struct hot *all = hot.lookup(&zero);
	if (!event || !count || !all)
		return 0;
	int length = bpf_probe_read_kernel_str(event->data, 256, (void *)ctx->args[1]);
	if (!is_container_path(event->data, length))
		return 0;
	u32 index = *count;
	struct subject *subject = subjects.lookup(&index);
	if (!subject) {
		count_lost(LOST_CONTAINERS);
		return 0;
	}
	*count = index + 1;
	subject->cgroup = cgroup;
	bpf_probe_read_kernel_str(subject->path, sizeof(subject->path), (void *)ctx->args[1]);
	__sync_fetch_and_add(&all->active, 1); /* before its first process: no call is done any more */
	enter_cgroup(cgroup, index);
	return 0;
}

int on_cgroup_rmdir(struct bpf_raw_tracepoint_args *ctx)
{
	u32 zero = 0;
	if (!is_unified_hierarchy(ctx->args[0]))
		return 0;
	u64 cgroup = cgroup_id_of(ctx->args[0]);
	u32 *found = subject_by_cgroup.lookup(&cgroup);
	if (!found)
		return 0;
	u32 index = *found, position = cgroup & (SLOTS - 1);
	subject_by_cgroup.delete(&cgroup);
	struct slot *slot = slots.lookup(&position);
	if (slot && slot->cgroup == cgroup)
		slot->cgroup = 0;
	struct subject *subject = subjects.lookup(&index);
	struct hot *all = hot.lookup(&zero);
	if (!subject || !all || subject->cgroup != cgroup)
		return 0;
	subject->ended = 1;
	/* First what it had, then itself: in between a call only seems less common than it is. */
#pragma clang loop unroll(disable)
	for (u32 call = 0; call < CALLS; call++) {
		u32 *trait = traits.lookup(&call);
		struct call_key key = {.subject = index, .call = call, .phase = APP};
		if (trait && !*trait && subject->app[call] && first_program.lookup(&key))
			__sync_fetch_and_add(&all->have[call], -1);
	}
	__sync_fetch_and_add(&all->active, -1);
	return 0;
}
