// SPDX-License-Identifier: Apache-2.0
/* Registers of arm64, and how to recognise a 32-bit call. */
#pragma once

#include "offsets.h"

#define ARCH_TASK_MEMBERS
#define PSR_MODE32_BIT 0x10 /* arch/arm64/include/uapi/asm/ptrace.h: the task runs 32-bit code */
#define THREAD_SIZE 16384   /* arch/arm64/include/asm/memory.h, pages of 4 KiB */

/*
 * arch/arm64/include/asm/ptrace.h, as far as it is looked at: number and first argument outlive the
 * result.
 */
struct pt_regs {
	u64 x[31];
	u64 sp, pc, pstate, orig_x0;
	s32 number, unused;
};

#define IS_COMPAT(task, regs) \
	(READ(regs, __builtin_offsetof(struct pt_regs, pstate)) & PSR_MODE32_BIT)
#define IS_COMPAT_OF(task, regs) (IS_COMPAT(task, regs) != 0)
#define IS_SURELY_NATIVE(regs) (!((regs)->pstate & PSR_MODE32_BIT))
#define SYSCALL_NUMBER(regs) ((s32)READ32(regs, OFF_pt_regs_syscallno))

/* Arguments and result of a function that a kprobe is attached to. */
#define PROBED_ARGUMENTS(ctx) (ctx)->x[0], (ctx)->x[1], (ctx)->x[2], (ctx)->x[3]
#define PROBED_RESULT(ctx) ((ctx)->x[0])

static __always_inline u64 syscall_argument(u64 regs, bool compat, u32 index)
{
	u64 value = READ(regs, index ? index * 8 : __builtin_offsetof(struct pt_regs, orig_x0));
	return compat ? (u32)value : value;
}

/* Reads all six arguments by plain loads, where the verifier knows the type of `regs`. */
static __always_inline void load_arguments(u64 *value, struct pt_regs *regs, bool compat)
{
	u64 mask = ~(-(u64)compat << 32);
	value[0] = regs->orig_x0 & mask;
#pragma unroll
	for (u32 i = 1; i < 6; i++)
		value[i] = regs->x[i] & mask;
}
