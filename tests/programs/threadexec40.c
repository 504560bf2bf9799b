/* Under a filter of its own, a thread that is not the leader executes /filtered40: it ends the leader and takes over its id. */
#include "filter.h"
#include "process.h"

static void work(void)
{
	execute("/filtered40");
}

void _start(void)
{
	static volatile int thread;

	load_own_filter();
	start_thread(work, &thread);
	for (;;)
		pause_for_ever();
}
