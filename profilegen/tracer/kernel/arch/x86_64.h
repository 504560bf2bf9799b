// SPDX-License-Identifier: Apache-2.0
/* Registers of x86_64 by ABI, and how to recognise a 32-bit call. */
#pragma once

#include "offsets.h"

#define ARCH_TASK_MEMBERS AT(u32, status, OFF_task_struct_thread_info + OFF_thread_info_status);
#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h: in a 32-bit call */
/* arch/x86/include/asm/page_64_types.h: the registers are at the end of the stack */
#define THREAD_SIZE 16384

struct pt_regs {
	u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs,
		flags, sp, ss;
};

/* int $0x80 from a 64-bit program is a 32-bit call: the flag decides, not the code segment. */
#define IS_COMPAT(task, regs) (TASK_MEMBER(task, status) & TS_COMPAT)
/* For any task, by its address. */
#define IS_COMPAT_OF(task, regs) \
	((READ32(task, OFF_task_struct_thread_info + OFF_thread_info_status) & TS_COMPAT) != 0)

/*
 * The instruction syscall leaves the return address in cx and the flags in r11; int $0x80 does not.
 * An attacker who forges both hides a 32-bit call from their own profile alone. Never true under
 * FRED, which costs time and nothing else.
 */
#define IS_SURELY_NATIVE(regs) ((regs)->cx == (regs)->ip && (regs)->r11 == (regs)->flags)

#define SYSCALL_NUMBER(regs) ((s32)READ(regs, __builtin_offsetof(struct pt_regs, orig_ax)))

/* Arguments and result of a function that a kprobe is attached to. */
#define PROBED_ARGUMENTS(ctx) (ctx)->di, (ctx)->si, (ctx)->dx, (ctx)->cx
#define PROBED_RESULT(ctx) ((ctx)->ax)

static __always_inline u64 syscall_argument(u64 regs, bool compat, u32 index)
{
	static const u32 native[] = {
		__builtin_offsetof(struct pt_regs, di), __builtin_offsetof(struct pt_regs, si),
		__builtin_offsetof(struct pt_regs, dx), __builtin_offsetof(struct pt_regs, r10),
		__builtin_offsetof(struct pt_regs, r8), __builtin_offsetof(struct pt_regs, r9),
	};
	static const u32 i386[] = {
		__builtin_offsetof(struct pt_regs, bx), __builtin_offsetof(struct pt_regs, cx),
		__builtin_offsetof(struct pt_regs, dx), __builtin_offsetof(struct pt_regs, si),
		__builtin_offsetof(struct pt_regs, di), __builtin_offsetof(struct pt_regs, bp),
	};
	/* Without a branch: the verifier would follow both ways, for every argument. */
	u64 mask = -(u64)compat;
	u64 value = READ(regs, native[index] ^ ((native[index] ^ i386[index]) & mask));
	return value & ~(mask << 32);
}

/* Reads all six arguments by plain loads, where the verifier knows the type of `regs`. */
static __always_inline void load_arguments(u64 *value, struct pt_regs *regs, bool compat)
{
	u64 mask = -(u64)compat;
#define ARGUMENT(native, i386) \
	((regs->native ^ ((regs->native ^ regs->i386) & mask)) & ~(mask << 32))
	value[0] = ARGUMENT(di, bx);
	value[1] = ARGUMENT(si, cx);
	value[2] = ARGUMENT(dx, dx);
	value[3] = ARGUMENT(r10, si);
	value[4] = ARGUMENT(r8, di);
	value[5] = ARGUMENT(r9, bp);
#undef ARGUMENT
}
