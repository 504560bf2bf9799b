/* A program without a C library: what follows execve is only what the program itself asks for.
 *
 * glibc's start-up makes a dozen calls that change with its version (rseq since 2.35, for one); here there are none.
 */
#pragma once

#include <asm/unistd.h>

#if defined(__x86_64__)

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

#elif defined(__aarch64__)

static inline long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long x0 asm("x0") = a;
	register long x1 asm("x1") = b;
	register long x2 asm("x2") = c;
	register long x3 asm("x3") = d;
	register long x4 asm("x4") = e;
	register long x5 asm("x5") = f;
	register long x8 asm("x8") = number;

	asm volatile("svc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8) : "memory");
	return x0;
}

#elif defined(__i386__)

/* Without the sixth argument, whose register the compiler keeps for itself. */
static inline long call(long number, long a, long b, long c, long d, long e, long f)
{
	(void)f;
	asm volatile("int $0x80" : "+a"(number) : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
	return number;
}

#else
#error "these programs know the calling conventions of x86_64, i386 and aarch64 only"
#endif

_Noreturn static inline void leave(int status)
{
	for (;;)
		call(__NR_exit_group, status, 0, 0, 0, 0, 0);
}
