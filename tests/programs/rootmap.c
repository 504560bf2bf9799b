/*
 * rootmap HOW MAP: a user namespace made by unshare, clone or clone3, and who is root in it: "root", the one who is
 * it outside as well; "self", whoever made it; "nobody", without a map.
 *
 * clone3 is clone where a filter answers ENOSYS, as in a libc.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void need(int wrong)
{
	if (wrong)
		_exit(1);
}

static void map(const char *file, const char *line)
{
	int to = open(file, O_WRONLY);

	need(to < 0 || write(to, line, strlen(line)) != (ssize_t)strlen(line) || close(to));
}

static long begin(const char *how)
{
	struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	long child = -1;

	if (!strcmp(how, "unshare"))
		return unshare(CLONE_NEWUSER);
	if (!strcmp(how, "clone3"))
		child = syscall(SYS_clone3, &arguments, sizeof(arguments));
	if (!strcmp(how, "clone") || (child < 0 && errno == ENOSYS))
		child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	return child;
}

int main(int argc, char **argv)
{
	char line[64];
	int status = 0, user = geteuid();
	long child;

	need(argc != 3);
	child = begin(argv[1]);
	need(child < 0);
	if (child > 0)
		return waitpid(child, &status, 0) != child || status;
	if (!strcmp(argv[2], "nobody"))
		return 0;
	snprintf(line, sizeof(line), "0 %d 1\n", strcmp(argv[2], "root") ? user : 0);
	map("/proc/self/uid_map", line);
	return geteuid() != 0;
}
