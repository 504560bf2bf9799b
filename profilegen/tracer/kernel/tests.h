// SPDX-License-Identifier: Apache-2.0
/*
 * Which test ran when a program made a call, asked for a capability or opened a file.
 *
 * User space counts the tests that run on this machine, one after the other, in `test_now`; which
 * of them a number stands for, and for which container, it alone knows. While it is 0 nothing here
 * is done. What is kept is only ever added to the evidence: a race, or a full map, may cost a test
 * its mention, and never the recording a call.
 */
#pragma once

#include "maps.h"

static __always_inline u32 test_under_way(void)
{
	u32 zero = 0, *now = test_now.lookup(&zero);
	return now ? *now : 0;
}

static __always_inline void count_unattributed(void)
{
	u32 zero = 0;
	u64 *count = unattributed.lookup(&zero);
	if (count)
		__sync_fetch_and_add(count, 1);
}

static __always_inline void see_call_in_test(struct subject *subject, u32 index, u32 call)
{
	u8 one = 1;
	struct call_in_test key = {.subject = index, .call = call, .test = test_under_way()};
	if (!key.test || subject->in_test[BELOW(CALLS, call)] == key.test)
		return;
	subject->in_test[BELOW(CALLS, call)] = key.test;
	if (calls_in_test.update(&key, &one))
		count_unattributed();
}

static __always_inline void see_arguments_in_test(struct argument_key *key,
						  struct arguments_seen *seen)
{
	u8 one = 1;
	u32 test = test_under_way();
	if (!test || seen->test == test || key->phase != APP)
		return;
	seen->test = test;
	key->test = test;
	if (arguments_in_test.update(key, &one))
		count_unattributed();
	key->test = 0;
}

static __always_inline void see_check_in_test(struct capability_key *key, struct asker *seen)
{
	u8 one = 1;
	u32 test = test_under_way();
	if (!test || seen->test == test || !(key->kind & CAP_APP))
		return;
	seen->test = test;
	key->test = test;
	if (checks_in_test.update(key, &one))
		count_unattributed();
	key->test = 0;
}
