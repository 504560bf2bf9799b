// SPDX-License-Identifier: Apache-2.0
/* Numbers that Python knows too (tracer/layout.py); a test compares them. */
#pragma once

#define NUMBERS 512 /* calls of one ABI: the largest number is 472 (Linux 7.3) */
#define SLOTS 4096
#define CAP_NUMBERS 64
#define MAX_COMBINATIONS 64 /* of arguments of one call: with more it is called with anything */
#define UNAUDITED_FUNCTIONS 10
/* stands for the call under way of a thread that works for an io_uring */
#define RING_CALL 510
#define ERRNO_SIGSYS 0x10000 /* beside errnos: killed or trapped */
/* beside an errno: with more combinations of arguments than are kept */
#define REFUSED_ANYTHING 0x20000

enum phase { RUNTIME = 1, APP = 2 };

enum trait {
	TRAIT_ARGUMENTS = 1,
	TRAIT_OPENS = 2,
	TRAIT_MAPS = 4,
	TRAIT_SETPCAP = 8,
	TRAIT_CAPSET = 16,
	TRAIT_AWAITED = 32,
	TRAIT_SUPERVISES = 64,
	TRAIT_TRACES = 128,
	TRAIT_BINDS = 256,
	TRAIT_SOCKETCALL = 512,
	TRAIT_REGISTERS = 1024,
	TRAIT_CAPGET = 2048,
};

/*
 * From CAP_INHERITABLE on: not checked, but seen in sets or maps (capability/sets.h and root_map.h).
 */
enum check_flags {
	CAP_GRANTED = 1,
	CAP_OWN_CREDENTIALS = 2,
	CAP_APP = 4,
	CAP_OWN_NAMESPACE = 8,
	CAP_TASK_NAMESPACE = 16,
	CAP_UNAUDITED = 32,
	CAP_COPIED_CREDENTIALS = 64,
	CAP_ROOT = 128,
	CAP_INHERITABLE = 256,
	CAP_AMBIENT = 512,
	CAP_PERMITTED = 1024,
	CAP_CHOSEN = 2048,
	CAP_USER_NAMESPACE = 4096,
};
#define CAP_OWN_GRANT (CAP_GRANTED | CAP_OWN_CREDENTIALS | CAP_APP | CAP_OWN_NAMESPACE)
#define BEFORE 24 /* bit of capability_key.kind */

enum access {
	ACCESS_READ = 1,
	ACCESS_WRITE = 2,
	ACCESS_MAP_EXEC = 4,
	ACCESS_EXECUTE = 8,
	/* beside ACCESS_EXECUTE: the file has changed too often to be reported each time */
	ACCESS_UNREAD = 16,
	ACCESS_OUTSIDE = 32, /* executed by a process that is left out (outsider.h) */
};

enum unknown_seen { UNKNOWN_ENTERED = 1, UNKNOWN_ENOSYS = 2 };

/*
 * LOST_EVENTS: the kernel skipped a program entirely. Taken from the kernel's own counter, never
 * written here.
 */
enum lost {
	LOST_CONTAINERS,
	LOST_TASKS,
	LOST_PROGRAMS,
	LOST_ARGUMENTS,
	LOST_REFUSED,
	LOST_UNKNOWN_SYSCALLS,
	LOST_PATHS,
	LOST_EVENTS,
	LOST_ANSWERED_SYSCALLS,
	LOST_PORTS,
	LOST_KINDS
};
