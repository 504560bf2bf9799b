/* 100,000 different requests of ioctl from two threads, the rare calls of a careful program in their midst. */
#include "process.h"

#define REQUESTS 100000
#define PR_GET_NAME 16

static void ask(long first)
{
	for (long request = first; request < REQUESTS; request += 2)
		call(__NR_ioctl, -1, request, 0, 0, 0, 0);
}

static void ask_odd(void)
{
	ask(1);
	call(__NR_exit, 0, 0, 0, 0, 0, 0);
}

void _start(void)
{
	static volatile int alive;

	start_thread(ask_odd, &alive);
	ask(0);
	call(__NR_prctl, PR_GET_NAME, 0, 0, 0, 0, 0);
	call(__NR_socket, 16 /* AF_NETLINK */, 3 /* SOCK_RAW */, -1, 0, 0, 0);
	wait_for_end(&alive);
	leave(0);
}
