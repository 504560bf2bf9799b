/* A child makes the 40 calls and executes /calls23, which makes its 23. */
#include "forty.h"
#include "process.h"

void _start(void)
{
	if (fork_child())
		leave(wait_for_child() != 0);
	make_forty();
	execute("/calls23");
}
