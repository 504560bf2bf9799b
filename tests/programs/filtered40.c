/* What ownfilter40 and threadexec40 execute: sysinfo must be refused by their filter, then it makes the 40 calls. */
#include "filter.h"
#include "forty.h"

void _start(void)
{
	if (call(__NR_sysinfo, -1, -1, -1, -1, -1, -1) != -OWN_ERRNO)
		leave(1);
	make_forty();
	leave(0);
}
