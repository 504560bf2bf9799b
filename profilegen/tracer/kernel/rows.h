// SPDX-License-Identifier: Apache-2.0
/* Keys and values of the maps. */
#pragma once

#include "layout.h"

#define CALLS (2 * NUMBERS) /* native numbers, then those of the compat ABI */
#define NO_CALL (NUMBERS - 1)
#define ARGUMENTS 6
#define ARGUMENT_CALLS 128 /* argument-sensitive ones, of both ABIs */
#define SUBJECT_PATH 256
#define SUBJECT_COMBINATIONS 1024 /* of arguments: a subject can flood no map but its own share */
#define SUBJECT_CHANGES 4096      /* of executed files of one subject that are looked at again */
#define CHANGED_TOO_OFTEN 1       /* stands in `programs` for a version_of */
#define CAP_FRAMES 16             /* of the stack behind a check, from the eBPF program itself on */
#define PATH_BYTES 4096
#define SCRIPT_BYTES 256

struct subject {
	u64 cgroup;
	u64 bounding_set; /* of the first program */
	u64 ambient_set;  /* of the first program */
	u64 born;         /* ns since boot, 0: ran before the recorder */
	u32 born_in;      /* the test that ran when its cgroup was made, 0: none */
	u32 ended_in;     /* the test that ran when it was removed */
	u32 user_ns;      /* inode of the first program's user namespace */
	u32 mount_ns;     /* inode of its mount namespace */
	/* filters that the runtime itself runs under: not the container's */
	u32 inherited_filters;
	u32 init; /* process id of the first program */
	/* 1 + its wait status (wait(2)), 0: it has not ended, or ran before the recorder */
	u32 end;
	u32 cpus;   /* CPUs that it may run on by its affinity; NR_CPUS without a limit */
	u8 started; /* an execve was seen: inherited_filters and everything above is known */
	u8 no_new_privs;
	u8 unconfined; /* no filter at the first execve */
	u8 late;       /* ran before the recorder: entered by user space */
	/* of --process, entered by user space: no runtime comes before its first execve */
	u8 command;
	u8 ended;     /* its cgroup is gone */
	u8 root_told; /* user space knows of a process that is in its root */
	u8 outside;   /* a process is left out (outsider.h) */
	/* an io_uring has opened a file for itself alone, whose name is not known */
	u8 opened_by_slot;
	u8 root_mapped;          /* a user namespace that maps its root was seen */
	u8 app[CALLS];           /* calls of its programs */
	u8 counted[CALLS];       /* those in seen_by_all.subjects_that_made */
	u8 runtime[CALLS];       /* calls of the container runtime, before the first execve */
	u8 enosys[CALLS];        /* some call with this number returned -ENOSYS */
	u8 granted[CAP_NUMBERS]; /* capabilities: CAP_OWN_GRANT without CAP_UNAUDITED */
	u32 in_test[CALLS];      /* the last test in which a program made the call (tests.h) */
	/* those of kept_sets, for the live view: two CPUs may lose each other's */
	u64 granted_sets;
	/* of arguments, by argument_mask.index; above MAX_COMBINATIONS: anything */
	u32 combinations[ARGUMENT_CALLS];
	/* combinations that its filter refused, at most MAX_COMBINATIONS */
	u32 refusals[ARGUMENT_CALLS];
	u32 combined; /* combinations of all calls */
	u32 changes;  /* of executed files, at most SUBJECT_CHANGES */
	char path[SUBJECT_PATH];
};

/* Subject of a cgroup, found by the low bits of its id. */
struct slot {
	u64 cgroup;
	u32 subject;
	u32 others; /* cgroups with the same low bits, which only subject_by_cgroup has */
};

struct seen_by_all {
	u32 subjects;
	/* calls whose exit is awaited: while there is none, a success is of no interest */
	u32 under_way;
	u32 subjects_that_made[CALLS];
};

struct task_state {
	u32 subject;
	u32 phase;
	u32 inherited_filters; /* filter_count when the process joined the cgroup */
	u32 filters;           /* filter_count at the execve that ended the runtime's phase */
	u32 unconfined;        /* no container filter at that execve: everything after it counts */
	u32 entry_seen;        /* its exits can be trusted to have had an entry */
	u32 awaited;           /* 1 + the call under way whose exit is awaited */
	/* it came with more than the container has: nothing of it counts (outsider.h) */
	u32 outside;
	u32 capgets;    /* the last three calls of capget, of enum capget, the newest lowest */
	u32 refused;    /* 1 + the capability that its last check refused, 0: granted */
	u64 refused_in; /* the call of that check */
	u64 program;
};

struct call_key {
	u32 subject;
	u32 call;
	u32 phase;
};

/* A call of a program, made while a test ran. */
struct call_in_test {
	u32 subject;
	u32 call;
	u32 test;
};

struct argument_mask {
	u64 mask[ARGUMENTS];
	u32 index; /* below ARGUMENT_CALLS */
	u32 unused;
};

struct argument_key {
	u32 subject;
	u32 call;
	u32 phase;
	u32 test; /* 0 but in arguments_in_test */
	u64 value[ARGUMENTS];
};

/* Who had these arguments first, and the last test in which they were seen. */
struct arguments_seen {
	u64 program;
	u32 test;
	u32 unused;
};

struct refused_key {
	u32 subject;
	u32 call;
	u64 value[ARGUMENTS];
	u64 error;
};

struct unknown_key {
	u32 subject;
	u32 compat;
	u64 number;
};

struct capability_key {
	u32 subject;
	u32 capability;
	/*
	 * enum check_flags; from bit BEFORE on 1 + the capability that was refused right
	 * before
	 */
	u32 kind;
	u32 call;
	u64 stack; /* stack_hash() where the asker decides, else 0 */
	u32 test;  /* 0 but in checks_in_test */
	u32 unused;
};

/* Who asked first: the program, and the functions of the kernel; and the last test. */
struct asker {
	u64 program;
	u32 test;
	u32 unused;
	u64 frame[CAP_FRAMES];
};

/*
 * Behind a return probe the stack shows who asked from 5.14 on: before, it is taken at the entry.
 */
#if !defined(HAVE_trace_cap_capable) && !defined(HAVE_task_pt_regs)
#define STACK_AT_ENTRY
#endif

/* A check between a probe at cap_capable() and that at its return. */
struct check {
	u64 argument[4]; /* credentials, user namespace, capability, options */
#ifdef STACK_AT_ENTRY
	u64 frame[CAP_FRAMES];
#endif
};

/* Capabilities that the kernel asks for in turn, one of which is enough. */
struct turn {
	u64 before; /* bits of those that it may ask for right before this one */
	u32 first;  /* it may ask for this one first */
	u32 unused;
};

/* Start and length of kernel functions that ask without audit. */
struct ranges {
	u64 start[UNAUDITED_FUNCTIONS];
	u64 bytes[UNAUDITED_FUNCTIONS];
};

struct set_key {
	u32 subject;
	u32 kind; /* enum check_flags */
	u32 call;
	u32 cpu; /* the rows of all CPUs are one */
	u64 program;
};

/* Capability sets of a thread before a call that changes them. */
struct sets {
	u64 permitted, inheritable, ambient;
	u64 lacking, lacking_inheritable; /* asked for, and the kernel cannot give them */
};

/*
 * Credentials that a program left with an io_uring for later requests: every user of the ring has
 * them.
 */
struct personality_key {
	u32 subject;
	u32 unused;
	u64 credentials;
};

struct low_port_key {
	u32 subject;
	u32 port;
};

struct low_port {
	u64 program;
	u32 start; /* ip_unprivileged_port_start */
	u32 unused;
};

struct file_key {
	u32 subject;
	u32 access;
	u64 parent;
	u64 name_hash;
	u64 inode;
};

/* An executed program by its path: the file behind it may change. */
struct program_key {
	u32 subject;
	u32 unused;
	u64 parent;
	u64 name_hash;
	u64 script;
	/* capabilities that the kernel gave for the file; with others it is reported again */
	u64 given;
};

/* A file on its way to on_file. */
struct pending {
	u32 subject;
	u32 access;
	struct file_key key;
	struct program_key executed;
	u64 file;
	u64 script;
	u64 program;
};

struct event {
	u32 subject;
	u32 access;
	u32 test; /* that ran then, 0: none */
	u32 unused;
	u64 program;
	u64 given; /* program_key.given */
	u32 process;
	u32 mode; /* inode.i_mode */
	u32 path_bytes;
	u32 script_bytes;
	/* components of the path, the file first, each with its NUL; the script */
	char data[PATH_BYTES + SCRIPT_BYTES];
};
#define EVENT_HEADER __builtin_offsetof(struct event, data)
