/* Threads and children without a C library. */
#pragma once

#include "bare.h"

#include <linux/sched.h>

#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID)

#if defined(__x86_64__)

/* A child of its own memory; what fork(2) returns. */
static inline long fork_child(void)
{
	return call(__NR_fork, 0, 0, 0, 0, 0, 0);
}

/* Sleeps until a signal comes. */
static inline void pause_for_ever(void)
{
	call(__NR_pause, 0, 0, 0, 0, 0, 0);
}

/* Starts the program's one thread in `work`, which must not return; *alive becomes 0 and is woken when it has ended. */
static inline void start_thread(void (*work)(void), volatile int *alive)
{
	static char stack[16384] __attribute__((aligned(16)));
	register volatile int *r10 asm("r10") = alive;
	register long r8 asm("r8") = 0;
	long result = __NR_clone;

	*alive = 1;
	asm volatile("syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "call *%[work]\n"
		     "1:"
		     : "+a"(result)
		     : "D"(THREAD), "S"(stack + sizeof(stack)), "d"(0), "r"(r10), "r"(r8), [work] "r"(work)
		     : "rcx", "r11", "memory");
	if (result < 0)
		leave(1);
}

#elif defined(__aarch64__)

/* Calls that this architecture never had, by those that took their place. */
static inline long fork_child(void)
{
	return call(__NR_clone, 17 /* SIGCHLD */, 0, 0, 0, 0, 0);
}

static inline void pause_for_ever(void)
{
	call(__NR_ppoll, 0, 0, 0, 0, 0, 0);
}

static inline void start_thread(void (*work)(void), volatile int *alive)
{
	static char stack[16384] __attribute__((aligned(16)));
	register long x0 asm("x0") = THREAD;
	register char *x1 asm("x1") = stack + sizeof(stack);
	register long x2 asm("x2") = 0;
	register long x3 asm("x3") = 0;
	register volatile int *x4 asm("x4") = alive;
	register long x8 asm("x8") = __NR_clone;

	*alive = 1;
	asm volatile("svc #0\n\t"
		     "cbnz x0, 1f\n\t"
		     "blr %[work]\n"
		     "1:"
		     : "+r"(x0)
		     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x8), [work] "r"(work)
		     : "x30", "memory");
	if (x0 < 0)
		leave(1);
}

#endif

/* Waits until the kernel has cleared the word of a thread that ends. */
static inline void wait_for_end(volatile int *alive)
{
	int id;

	while ((id = *alive))
		call(__NR_futex, (long)alive, 0 /* FUTEX_WAIT */, id, 0, 0, 0);
}

/* Waits for any child; its wait status. */
static inline int wait_for_child(void)
{
	static int status;

	return call(__NR_wait4, -1, (long)&status, 0, 0, 0, 0) < 0 ? -1 : status;
}

static inline void execute(const char *path)
{
	static const char *arguments[2];

	arguments[0] = path;
	call(__NR_execve, (long)path, (long)arguments, (long)&arguments[1], 0, 0, 0);
	leave(1);
}
