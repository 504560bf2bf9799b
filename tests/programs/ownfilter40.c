/* Is refused keyctl by Docker's filter, stacks one of its own that refuses sysinfo, and executes /filtered40 under both. */
#include "filter.h"
#include "process.h"

void _start(void)
{
	call(__NR_keyctl, -1, -1, -1, -1, -1, -1);
	load_own_filter();
	if (call(__NR_sysinfo, -1, -1, -1, -1, -1, -1) != -OWN_ERRNO)
		leave(1);
	execute("/filtered40");
}
