// SPDX-License-Identifier: Apache-2.0
/* Everything that lives longer than one call: what user space reads, and how it is bounded. */
#pragma once

#include "path.h"

#define MAX_SUBJECTS 4096
#define SUBJECT_PATH 256
#define SLOTS 4096   /* direct-mapped: cgroup id & (SLOTS - 1) */
#define NUMBERS 512  /* the largest number of a native call is 472 (Linux 7.3) */
#define NO_CALL (NUMBERS - 1)
#define CALLS 1024   /* native numbers, then those of the compat ABI */
#define ARGUMENTS 6
#define ARGUMENT_CALLS 128       /* argument-sensitive ones, of both ABIs */
#define MAX_COMBINATIONS 64      /* of arguments of one call: beyond that it is called with anything */
#define SUBJECT_COMBINATIONS 1024 /* of one subject: what it floods is its own */
#define SUBJECT_CHANGES 4096      /* of executed files of one subject, that are looked at again */
#define CHANGED_TOO_OFTEN 1
#define NANOSECONDS 0x3fffffff    /* of a time: the bits above say that somebody asked for it (Linux 6.13) */
#define CAP_NUMBERS 64
#define CAP_FRAMES 16     /* of the stack behind a check, from the eBPF program itself on */
#define ASKER_FRAMES 3    /* who asks without audit is behind two functions at most, and a tracepoint's own */
#define TOLD_FRAMES 8     /* by which two askers are told apart: the layers, and who is behind them */
#define UNAUDITED_FUNCTIONS 10

#define RING_CALL 510 /* stands for the call under way of whoever works for an io_uring */
#define EXIT_ENOSYS 38
#define ERRNO_SIGSYS 0x10000 /* stands beside errnos: killed or trapped */
#define REFUSED_ANYTHING 0x20000 /* beside an errno: with more combinations of arguments than are kept */

enum phase { RUNTIME = 1, APP = 2 };
enum trait { TRAIT_ARGUMENTS = 1, TRAIT_OPENS = 2, TRAIT_MAPS = 4, TRAIT_SETPCAP = 8, TRAIT_CAPSET = 16,
	     TRAIT_AWAITED = 32, TRAIT_SUPERVISES = 64, TRAIT_TRACES = 128, TRAIT_BINDS = 256,
	     TRAIT_SOCKETCALL = 512, TRAIT_REGISTERS = 1024, TRAIT_CAPGET = 2048 };
/* From CAP_INHERITABLE on: not checked, but looked at (capability_sets.h, root_map.h). */
enum capability_class {
	CAP_GRANTED = 1, CAP_OWN_CREDENTIALS = 2, CAP_APP = 4, CAP_OWN_NAMESPACE = 8, CAP_TASK_NAMESPACE = 16,
	CAP_UNAUDITED = 32, CAP_COPIED_CREDENTIALS = 64, CAP_ROOT = 128,
	CAP_INHERITABLE = 256, CAP_AMBIENT = 512, CAP_PERMITTED = 1024, CAP_CHOSEN = 2048, CAP_USER_NAMESPACE = 4096
};
#define BEFORE 24 /* bit of capability_key.kind */
#define CAP_NEEDED (CAP_GRANTED | CAP_OWN_CREDENTIALS | CAP_APP | CAP_OWN_NAMESPACE)
/* LOST_EVENTS are those of which the kernel skipped a whole program: it counts them itself. */
enum lost {
	LOST_CONTAINERS, LOST_TASKS, LOST_PROGRAMS, LOST_ARGUMENTS, LOST_REFUSED, LOST_UNKNOWN_SYSCALLS, LOST_PATHS,
	LOST_EVENTS, LOST_ANSWERED_SYSCALLS, LOST_PORTS, LOST_KINDS
};

struct subject {
	u64 cgroup;
	u64 bounding_set; /* of the first program */
	u64 ambient_set;  /* of the first program */
	u64 born;         /* ns since boot, 0: ran before the recorder */
	u32 user_ns;      /* inode of the first program's user namespace */
	u32 mount_ns;     /* inode of its mount namespace */
	u32 base;         /* filters that the runtime itself runs under: not the container's */
	u32 init;         /* process id of the first program */
	u32 end;          /* 1 + its wait status (wait(2)), 0: it has not ended, or ran before the recorder */
	u32 cpus;         /* CPUs that it may run on, as its affinity says; NR_CPUS where nothing limits it */
	u8 started;       /* an execve was seen: base and what stands above are known */
	u8 no_new_privs;
	u8 unconfined; /* no filter at the first execve */
	u8 late;       /* ran before the recorder: entered by user space */
	u8 command;    /* of --process, entered by user space: no runtime comes before its first execve */
	u8 ended;      /* its cgroup is gone */
	u8 rooted;     /* user space was told of a process that is in its root */
	u8 outside;    /* a process is left out (outsider.h) */
	u8 opened_by_slot; /* an io_uring has opened a file for itself alone, whose name is not known */
	u8 root_mapped; /* a user namespace that maps its root was seen */
	u8 app[CALLS];
	u8 counted[CALLS]; /* and is in hot.have */
	u8 runtime[CALLS];
	u8 enosys[CALLS]; /* some call with this number returned -ENOSYS */
	u8 needed[CAP_NUMBERS]; /* capabilities: CAP_NEEDED without CAP_UNAUDITED */
	u64 needed_sets; /* what kept_sets has beside them, for who looks on: two CPUs may lose each other's */
	u32 combinations[ARGUMENT_CALLS]; /* of arguments, by argument_mask.place; above MAX_COMBINATIONS: anything */
	u32 refusals[ARGUMENT_CALLS];     /* combinations that its filter refused, at most MAX_COMBINATIONS are kept */
	u32 combined;                     /* all together */
	u32 changes;                      /* of executed files, at most SUBJECT_CHANGES */
	char path[SUBJECT_PATH];
};
BPF_ARRAY(subjects, struct subject, MAX_SUBJECTS);
BPF_ARRAY(subject_count, u32, 1); /* places that were ever used; written under cgroup_mutex only */

/* A place whose cgroup is gone goes to user space, which reads it, empties it and gives it back. */
BPF_QUEUE(ended_subjects, u32, MAX_SUBJECTS);
BPF_QUEUE(free_subjects, u32, MAX_SUBJECTS);

/* Which subject a cgroup belongs to: the slot if its id matches, else the hash if it is crowded. */
struct slot {
	u64 cgroup;
	u32 subject;
	u32 crowded; /* other cgroups of this position, which only the hash knows */
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
	u32 awaited;    /* 1 + the call under way whose exit is waited for */
	u32 outside;    /* it came with more than the container has: nothing of it counts (outsider.h) */
	u32 capgets;    /* the last three calls of capget, of enum capget, the newest lowest */
	u32 refused;    /* 1 + the capability that its last check refused, 0: granted */
	u64 refused_in; /* the call of that check */
	u64 program;
};
BPF_HASH(tasks, u32, struct task_state, 65536);
BPF_ARRAY(listing, u32, 1); /* user space is still entering the tasks of late containers */

struct call_key {
	u32 subject;
	u32 call;
	u32 phase;
};
BPF_HASH(first_program, struct call_key, u64, 131072);

struct argument_mask {
	u64 mask[ARGUMENTS];
	u32 place; /* below ARGUMENT_CALLS */
	u32 unused;
};
BPF_ARRAY(argument_masks, struct argument_mask, CALLS);
struct argument_key {
	u32 subject;
	u32 call;
	u32 phase;
	u32 unused;
	u64 value[ARGUMENTS];
};
BPF_HASH(arguments, struct argument_key, u64, 65536);

struct refused_key {
	u32 subject;
	u32 call;
	u64 value[ARGUMENTS];
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
	u32 kind; /* enum capability_class, from BEFORE on 1 + the capability that was refused right before */
	u32 call;
	u64 stack; /* told apart by it where who asked decides, else 0 */
};
struct asker {
	u64 program;
	u64 frame[CAP_FRAMES];
};
BPF_HASH(first_capability, struct capability_key, struct asker, 32768);
BPF_PERCPU_ARRAY(asker_room, struct asker, 1);
/* Capabilities that the kernel asks for in turn, one of which is enough: entered by user space. */
struct turn {
	u64 before; /* bits of those that it may ask for right before this one */
	u32 first;  /* it may ask for this one first */
	u32 unused;
};
BPF_ARRAY(turns, struct turn, CAP_NUMBERS);

/* Sets of capabilities that were looked at without a check; the rows of all CPUs are one. */
struct set_key {
	u32 subject;
	u32 kind; /* enum capability_class */
	u32 call;
	u32 cpu;
	u64 program;
};
BPF_HASH(kept_sets, struct set_key, u64, 8192);

struct file_key {
	u32 subject;
	u32 access;
	u64 parent;
	u64 name_hash;
	u64 inode;
};
BPF_HASH(files, struct file_key, u8, 131072);

/* An executed program by its path: the file behind it may change. */
struct program_key {
	u32 subject;
	u32 unused;
	u64 parent;
	u64 name_hash;
	u64 script;
	u64 given; /* capabilities that the kernel gave for the file: of another set it is told again */
};
BPF_HASH(programs, struct program_key, u64, 32768); /* version_of the file that was told last, or CHANGED_TOO_OFTEN */

/* A file on its way to on_file: one program for all that see files, instead of a copy in each. */
struct pending {
	u32 subject;
	u32 access;
	struct file_key key;
	struct program_key executed;
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
	u64 given; /* program_key.given */
	u32 process;
	u32 mode; /* inode.i_mode */
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
