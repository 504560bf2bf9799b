/* The main thread ends alone; the other one makes the 40 calls when it is gone.
 *
 * From then on /proc/PID/exe, /proc/PID/root and the thread whose id is the process's have nothing to say. The kernel clears
 * the word of set_tid_address in exit_mm.
 */
#include "forty.h"
#include "process.h"

static volatile int leader = 1;

static void work(void)
{
	wait_for_end(&leader);
	make_forty();
	leave(0);
}

void _start(void)
{
	static volatile int thread;

	call(__NR_set_tid_address, (long)&leader, 0, 0, 0, 0, 0);
	start_thread(work, &thread);
	for (;;)
		call(__NR_exit, 0, 0, 0, 0, 0, 0);
}
