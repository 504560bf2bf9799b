// SPDX-License-Identifier: Apache-2.0
/*
 * Everything that lives longer than one call.
 *
 * Programs go by short names (recorder.bpf.c); "user" is user space, which writes before it
 * attaches, except where it gives indexes back. Keys of rows that belong to a subject begin with
 * its index. The last column is what is counted when a map is full (LOST_*); a map without it has
 * room for all that there can be. Bounds are the last argument of each macro below.
 *
 * map               key             value             written by          read by        when full
 * subjects          index           struct subject    all, user           all, user      CONTAINERS
 * subject_count     0               indexes used      mkdir, user         user
 * ended_subjects    (queue)         index             rmdir               user
 * free_subjects     (queue)         index             user                mkdir
 * slots             low bits of id  struct slot       mkdir, rmdir, user  all            next map
 * subject_by_cgroup cgroup id       index             mkdir, rmdir, user  all            CONTAINERS
 * seen_by_all       0               struct ...        enter, rmdir, user  enter, exit
 * traits            call            enum trait        user                enter, exit
 * tasks             thread          struct task_state fork to end, enter  all            TASKS
 * listing           0               late tasks come   user                enter
 * test_now          0               the test that runs user                enter, check, mkdir
 * calls_in_test     call, test      1                 enter, signal       user           unattributed
 * arguments_in_test arguments, test 1                 enter, signal       user           unattributed
 * checks_in_test    check, test     1                 check, enter, exec  user           unattributed
 * unattributed      0               count             enter, check, exec  user
 * first_program     call, phase     program           enter, signal       user           PROGRAMS
 * argument_masks    call            bits to keep      user                enter, exit
 * arguments         call, arguments arguments_seen    enter, signal       user, exit     ARGUMENTS
 * refused           call, arguments program           exit, signal        user           REFUSED
 * unknown           ABI, number     enum unknown_seen enter, exit, signal user           UNKNOWN_*
 * first_capability  kind of check   struct asker      check, enter, exec  user           PROGRAMS
 * asker_room        0               struct asker      check               check
 * unfollowed        0               a number          check               check
 * turns             capability      struct turn       user                check
 * unaudited_code    0               struct ranges     user                check
 * checks            thread          struct check      check               check          PROGRAMS
 * sets_before       thread          struct sets       enter               exit           PROGRAMS
 * kept_sets         kind, call, CPU capabilities      exit                user           PROGRAMS
 * personalities     credentials     1                 enter               check          PROGRAMS
 * low_ports         port            struct low_port   exit, uring         user           PORTS
 * binaries          task_struct     linux_binprm      prepare             exec           PROGRAMS
 * files             file, access    1                 exit, exec, uring   the same       PATHS
 * programs          path, script    version_of        exec                exec           PATHS
 * pending_file      0               struct pending    exit, exec, uring   file
 * tails             0               on_file           user                all with files
 * scratch           0               struct event      enter, file, mkdir  the same
 * events            (ring)          struct event      enter, file         user           PATHS
 * lost              enum lost       count             all                 user
 */
#pragma once

#include "layout.h"
#include "rows.h"

#define MAX_SUBJECTS 4096

BPF_ARRAY(subjects, struct subject, MAX_SUBJECTS);
BPF_ARRAY(subject_count, u32, 1); /* written under cgroup_mutex only */
BPF_QUEUE(ended_subjects, u32, MAX_SUBJECTS);
BPF_QUEUE(free_subjects, u32, MAX_SUBJECTS);
BPF_ARRAY(slots, struct slot, SLOTS);
BPF_HASH(subject_by_cgroup, u64, u32, 16384);

BPF_ARRAY(seen_by_all, struct seen_by_all, 1);
BPF_ARRAY(traits, u32, CALLS);
BPF_HASH(tasks, u32, struct task_state, 65536);
BPF_ARRAY(listing, u32, 1);

BPF_ARRAY(test_now, u32, 1);
BPF_HASH(calls_in_test, struct call_in_test, u8, 65536);
BPF_HASH(arguments_in_test, struct argument_key, u8, 16384);
BPF_HASH(checks_in_test, struct capability_key, u8, 16384);
BPF_ARRAY(unattributed, u64, 1);

BPF_HASH(first_program, struct call_key, u64, 131072);
BPF_ARRAY(argument_masks, struct argument_mask, CALLS);
BPF_HASH(arguments, struct argument_key, struct arguments_seen, 65536);
BPF_HASH(refused, struct refused_key, u64, 16384);
BPF_HASH(unknown, struct unknown_key, u32, 4096);

BPF_HASH(first_capability, struct capability_key, struct asker, 32768);
BPF_PERCPU_ARRAY(asker_room, struct asker, 1);
BPF_PERCPU_ARRAY(unfollowed, u64, 1);
BPF_ARRAY(turns, struct turn, CAP_NUMBERS);
#ifdef HAVE_trace_cap_capable
BPF_ARRAY(unaudited_code, struct ranges, 1);
#else
BPF_HASH(checks, u32, struct check, 4096);
#endif
BPF_HASH(sets_before, u32, struct sets, 4096);
BPF_HASH(kept_sets, struct set_key, u64, 8192);
BPF_HASH(personalities, struct personality_key, u8, 4096);

BPF_HASH(low_ports, struct low_port_key, struct low_port, 16384);

#ifdef THROUGH_PERF
BPF_HASH(binaries, u64, u64, 4096);
#endif
BPF_HASH(files, struct file_key, u8, 131072);
BPF_HASH(programs, struct program_key, u64, 32768);
BPF_PERCPU_ARRAY(pending_file, struct pending, 1);
BPF_PROG_ARRAY(tails, 1);
BPF_PERCPU_ARRAY(scratch, struct event, 1);
BPF_RINGBUF_OUTPUT(events, 1024);

BPF_ARRAY(lost, u64, LOST_KINDS);

static __always_inline void count_lost(u32 what)
{
	u64 *count = lost.lookup(&what);
	if (count)
		__sync_fetch_and_add(count, 1);
}
