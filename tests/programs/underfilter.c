/*
 * Executes a command under a seccomp filter that allows all of it: a runtime in a confined service.
 *
 * usage: underfilter [-n] COMMAND...     -n: the filter would notify a supervisor, and its listener stays open
 */
#include "filter.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int load_notifying(void)
{
	struct sock_fprog *program = filter_of(__NR_uselib, SECCOMP_RET_USER_NOTIF);
	long listener = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, program);

	return listener < 0 ? -1 : fcntl(listener, F_SETFD, 0);
}

int main(int argc, char **argv)
{
	int notifying = argc > 1 && !strcmp(argv[1], "-n");
	char **command = argv + 1 + notifying;

	if (*command && (notifying ? load_notifying() : load_filter(__NR_uselib, SECCOMP_RET_ERRNO | OWN_ERRNO)) == 0)
		execvp(*command, command);
	perror("underfilter");
	return 127;
}
