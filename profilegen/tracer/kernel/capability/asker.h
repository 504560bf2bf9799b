// SPDX-License-Identifier: Apache-2.0
/* Functions of the kernel that asked for a capability, from the stack behind the check. */
#pragma once

#include "maps.h"
#include "offsets.h"
#include "records.h"

/* frames up to an asker without audit: two functions at most, and a tracepoint's own */
#define ASKER_FRAMES 3
/* frames that distinguish two askers: the layers, and the function behind them */
#define HASHED_FRAMES 8

/*
 * Hash of a stack. There are few: a container cannot choose what the kernel calls.
 */
static __always_inline u64 stack_hash(u64 *frame)
{
	u64 stack = 0;
#pragma unroll
	for (u32 i = FIRST_FRAME; i < FIRST_FRAME + HASHED_FRAMES; i++)
		stack = stack * 31 + frame[i];
	return stack;
}

#ifdef HAVE_trace_cap_capable
/*
 * CAP_UNAUDITED if one of the functions that asked is known for it. No branch, for the verifier's
 * sake; and one comparison after the other, for all at once do not fit on the stack.
 */
static __always_inline u32 unaudited(u64 *frame)
{
	u32 zero = 0;
	u64 found = 0;
	struct ranges *ranges = unaudited_code.lookup(&zero);
	if (!ranges)
		return 0;
#pragma unroll
	for (u32 i = FIRST_FRAME; i <= FIRST_FRAME + ASKER_FRAMES; i++)
#pragma unroll
		for (u32 j = 0; j < UNAUDITED_FUNCTIONS; j++) {
			u64 distance = frame[i] - ranges->start[j];
			found |= ~distance & (distance - ranges->bytes[j]);
			asm volatile("" : "+r"(found) : : "memory");
		}
	return (found >> 63) * CAP_UNAUDITED;
}
#endif

#ifndef STACK_AT_ENTRY
#define STACK(ctx, room, entered) bpf_get_stack(ctx, room, CAP_FRAMES * sizeof(u64), 0)
#else
#define STACK(ctx, room, entered) __builtin_memcpy(room, entered, CAP_FRAMES * sizeof(u64))
#endif
