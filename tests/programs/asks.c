/*
 * asks COUNT: so many checks of SYS_CHROOT, and in their midst one of MKNOD. Then forks, each of which asks for
 * SYS_ADMIN without audit (memory overcommit), and in their midst one that needs it, by the same call.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(long flags)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		_exit(1);
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 1000;

	for (long i = 0; i < count; i++) {
		if (chroot("/"))
			return 2;
		if (i == count / 2 && mknod("/device", S_IFCHR | 0600, makedev(1, 3)))
			return 3;
	}
	for (int i = 0; i < 200; i++)
		child(i == 100 ? CLONE_NEWUTS : 0);
	return 0;
}
