/*
 * A lock and a tracee, each of which another process may have touched before: what depends on the moment alone.
 *
 * moments        the lock is free, and a signal stops the tracee.
 * moments late   the lock is held: asks by whom (F_GETLK) and waits (F_SETLKW). The tracee has stopped with its whole
 *                process: asks why (GETSIGINFO), leaves it so (LISTEN), and lets go of it (DETACH).
 * moments other  as without, then asks for what neither does, and prints how much of it a filter refuses.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int locked(int file, int how, struct flock *lock)
{
	*lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
	return fcntl(file, how, lock);
}

static void must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "moments: %s: %s\n", what, strerror(errno));
		exit(1);
	}
}

/* A child that has the lock, if it shall, and then waits to be killed. */
static pid_t child(int file, int holds)
{
	struct flock lock;
	int ends[2];
	char byte = 0;
	pid_t pid;

	must(pipe(ends) == 0, "pipe");
	pid = fork();
	must(pid >= 0, "fork");
	if (pid == 0) {
		if (holds && locked(file, F_SETLK, &lock))
			_exit(1);
		if (write(ends[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	must(read(ends[0], &byte, 1) == 1, "the child's byte");
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	must(waitpid(pid, NULL, __WALL) == pid, "the child's end");
}

static void stopped(pid_t pid, int signal, int event)
{
	int status;

	must(waitpid(pid, &status, __WALL) == pid && status >> 8 == (signal | event << 8), "a stop");
}

/* EPERM by an engine that does not read a profile's defaultErrnoRet. */
static int refused(long answer)
{
	return answer == -1 && (errno == ENOSYS || errno == EPERM);
}

int main(int argc, char **argv)
{
	int late = argc > 1 && strcmp(argv[1], "late") == 0;
	int other = argc > 1 && strcmp(argv[1], "other") == 0;
	int file = open("/dev/shm/lock", O_RDWR | O_CREAT, 0600);
	struct flock lock;
	siginfo_t reason;
	pid_t pid;

	must(file >= 0, "open");
	pid = child(file, late);
	if (locked(file, F_SETLK, &lock)) {
		must(late && locked(file, F_GETLK, &lock) == 0 && lock.l_pid == pid, "F_GETLK");
		kill(pid, SIGKILL);
		must(locked(file, F_SETLKW, &lock) == 0, "F_SETLKW");
	}
	end(pid);

	pid = child(file, 0);
	must(ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0, "PTRACE_SEIZE");
	kill(pid, late ? SIGSTOP : SIGUSR1);
	stopped(pid, late ? SIGSTOP : SIGUSR1, 0);
	must(!late || ptrace(PTRACE_GETSIGINFO, pid, NULL, &reason) == 0, "PTRACE_GETSIGINFO");
	must(ptrace(PTRACE_CONT, pid, NULL, late ? SIGSTOP : 0) == 0, "PTRACE_CONT");
	if (late) {
		stopped(pid, SIGSTOP, PTRACE_EVENT_STOP);
		must(ptrace(PTRACE_LISTEN, pid, NULL, NULL) == 0, "PTRACE_LISTEN");
		kill(pid, SIGCONT);
		stopped(pid, SIGTRAP, PTRACE_EVENT_STOP);
		must(ptrace(PTRACE_DETACH, pid, NULL, NULL) == 0, "PTRACE_DETACH");
	}
	end(pid);

	if (other) {
		int count;

		pid = child(file, 0);
		count = refused(ptrace(PTRACE_ATTACH, pid, NULL, NULL));
		count += refused(ptrace(PTRACE_POKEDATA, pid, NULL, NULL));
		count += refused(ptrace(PTRACE_SETOPTIONS, pid, NULL, NULL));
		count += refused(fcntl(file, F_GETLEASE));
		count += refused(fcntl(file, F_OFD_GETLK, &lock));
		printf("refused %d\n", count);
		end(pid);
	}
	return 0;
}
