/* Makes the 40 calls, says so, and has four children make them over and over until SIGALRM, where there is one, ends them after two minutes. */
#include "forty.h"
#include "process.h"

#define CHILDREN 4

void _start(void)
{
	static const char text[] = "spinning\n";

	for (int i = 0; i < CHILDREN; i++) {
		if (fork_child())
			continue;
#ifdef __NR_alarm
		call(__NR_alarm, 120, 0, 0, 0, 0, 0);
#endif
		for (;;)
			make_forty();
	}
	make_forty();
	call(__NR_write, 1, (long)text, sizeof(text) - 1, 0, 0, 0);
	for (int i = 0; i < CHILDREN; i++)
		wait_for_child();
	leave(0);
}
