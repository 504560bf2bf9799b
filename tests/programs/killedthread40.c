/* A thread makes sysinfo; when it has ended, by itself or killed alone (SECCOMP_RET_KILL_THREAD), the main one makes the 40.
 *
 * The kernel ends one thread of several by do_exit(SIGSYS), without a signal (kernel/seccomp.c, __seccomp_filter).
 */
#include "forty.h"
#include "process.h"

static void work(void)
{
	call(__NR_sysinfo, -1, -1, -1, -1, -1, -1);
	for (;;)
		call(__NR_exit, 0, 0, 0, 0, 0, 0);
}

void _start(void)
{
	static volatile int thread;

	start_thread(work, &thread);
	wait_for_end(&thread);
	make_forty();
	leave(0);
}
