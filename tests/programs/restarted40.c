/* Fails every time: the first run of a container executes /calls23 after a mark in its file system, the others make the 40. */
#include "forty.h"
#include "process.h"

#include <asm/fcntl.h>

void _start(void)
{
	if (call(__NR_openat, -1, (long)"/ran", O_CREAT | O_EXCL | O_WRONLY, 0600, 0, 0) < 0) {
		make_forty();
		leave(1);
	}
	if (!fork_child())
		execute("/calls23");
	wait_for_child();
	leave(1);
}
