/* Executes a command under a seccomp filter that allows all of it: a runtime in a confined service. usage: underfilter COMMAND... */
#include "filter.h"

#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc > 1 && load_filter(__NR_uselib, SECCOMP_RET_ERRNO | OWN_ERRNO) == 0)
		execvp(argv[1], argv + 1);
	perror("underfilter");
	return 127;
}
