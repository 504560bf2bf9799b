/* A program without a C library: what follows execve is only what the program itself asks for.
 *
 * glibc's start-up makes a dozen calls that change with its version (rseq since 2.35, for one); here there are none.
 */
#pragma once

#ifndef __x86_64__
#error "these programs know the calling convention of x86_64 only"
#endif

#include <asm/unistd.h>

static inline long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = f;

	asm volatile("syscall"
		     : "+a"(number)
		     : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return number;
}

_Noreturn static inline void leave(int status)
{
	for (;;)
		call(__NR_exit_group, status, 0, 0, 0, 0, 0);
}
