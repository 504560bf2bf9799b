/*
 * Stacks a filter of its own that has somebody else answer a call, and ends with 0 if that answer came.
 *
 * usage: answered WHO HOW [late]
 *   tracer     skips, rewrites, ignores-stops, no-stops, compat, threads, ignores-stops-of-threads
 *   supervisor answers, fails, continues, adds-fd, argument, compat, threads
 *   nobody     errno, trap, untraced
 *
 * With `late` it waits for SIGUSR1 first. The call is fchown(-1), which the kernel answers with EBADF and no filter allows
 * by accident; threads make eight others too, from 64 threads.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define ANSWER 4711  /* no call returns it by itself */
#define OWN_ERRNO 113 /* EHOSTUNREACH */
#define THREADS 64
#define FCHOWN32 207 /* of i386 */
#define UNKNOWN_OPTION 4711

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#define RESULT(registers) (registers).rax
#define HANDLER_RESULT(context) (context)->uc_mcontext.gregs[REG_RAX]
#else
#define NATIVE AUDIT_ARCH_AARCH64
#define RESULT(registers) (registers).regs[0]
#define HANDLER_RESULT(context) (context)->uc_mcontext.regs[0]
#endif

static const int CALLS[] = {
	SYS_fchown, SYS_getpgid, SYS_getsid, SYS_sched_get_priority_max,
	SYS_sched_get_priority_min, SYS_getpriority, SYS_fdatasync, SYS_fchmod,
};
#define COUNT (sizeof(CALLS) / sizeof(*CALLS))

/* Each of the calls of one architecture is treated by `action`, all others are allowed. */
static long load(unsigned int arch, const int *calls, int count, unsigned int action, unsigned int flags)
{
	struct sock_filter code[4 + COUNT * 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 0, 2 * count + 1),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_filter *next = code + 3;

	for (int i = 0; i < count; i++) {
		*next++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
		*next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
	}
	*next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {next - code, code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static long compat_call(long number, long a, long b, long c)
{
#if defined(__x86_64__)
	asm volatile("int $0x80" : "+a"(number) : "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return (int)number;
#else
	(void)number, (void)a, (void)b, (void)c;
	return -ENOSYS;
#endif
}

/* What the calls return, negative errno included. */
static long answered(void)
{
	long result = syscall(SYS_fchown, -1, 4321, 4321);

	return result < 0 ? -errno : result;
}

static long with_argument(void)
{
	long result = prctl(UNKNOWN_OPTION, 0, 0, 0, 0);

	return result < 0 ? -errno : result;
}

static long compat(void)
{
	return compat_call(FCHOWN32, -1, 4321, 4321);
}

static pthread_barrier_t barrier;

static void *one_of_many(void *number)
{
	pthread_barrier_wait(&barrier); /* all are there: one filter is for all */
	pthread_barrier_wait(&barrier); /* it is loaded */
	return (void *)(syscall(CALLS[(long)number % COUNT], -1, 4321, 4321, 0, 0) == ANSWER ? NULL : "not answered");
}

static long with_threads(unsigned int action, unsigned int flags, void (*prepared)(long))
{
	pthread_t threads[THREADS];
	long result = ANSWER;
	void *failed;

	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (long i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, one_of_many, (void *)i))
			return -EAGAIN;
	pthread_barrier_wait(&barrier);
	long loaded = load(NATIVE, CALLS, COUNT, action, flags | SECCOMP_FILTER_FLAG_TSYNC);
	if (loaded < 0)
		return -errno;
	if (prepared)
		prepared(loaded);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &failed);
		if (failed)
			result = -1;
	}
	return result;
}

/* --- a tracer --- */

static void set_number(pid_t task, struct user_regs_struct *registers, int number)
{
#if defined(__x86_64__)
	(void)task;
	registers->orig_rax = number;
#else
	struct iovec one = {&number, sizeof(number)};

	(void)registers;
	ptrace(PTRACE_SETREGSET, task, NT_ARM_SYSTEM_CALL, &one);
#endif
}

static void answer_stop(pid_t task, int instead)
{
	struct user_regs_struct registers;
	struct iovec all = {&registers, sizeof(registers)};

	ptrace(PTRACE_GETREGSET, task, NT_PRSTATUS, &all);
	set_number(task, &registers, instead);
	if (instead < 0)
		RESULT(registers) = ANSWER;
	ptrace(PTRACE_SETREGSET, task, NT_PRSTATUS, &all);
}

static int by_tracer(const char *how)
{
	volatile long *result = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, is_compat = !strcmp(how, "compat"), call = is_compat ? FCHOWN32 : SYS_fchown;
	int rewrites = !strcmp(how, "rewrites");
	struct sigaction quiet = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};
	pid_t child, stopped;

	if (strstr(how, "ignores-stops"))
		quiet.sa_handler = SIG_IGN;
	if (strstr(how, "ignores-stops") || !strcmp(how, "no-stops"))
		sigaction(SIGCHLD, &quiet, NULL);
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		if (strstr(how, "threads")) {
			*result = with_threads(SECCOMP_RET_TRACE, 0, NULL);
		} else if (load(is_compat ? AUDIT_ARCH_I386 : NATIVE, &call, 1, SECCOMP_RET_TRACE, 0) == 0) {
			*result = is_compat ? compat() : answered();
			if (rewrites && *result == getppid())
				*result = ANSWER;
		}
		_exit(0);
	}
	waitpid(child, &status, 0);
	ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
	ptrace(PTRACE_CONT, child, 0, 0);
	while ((stopped = waitpid(-1, &status, __WALL)) > 0) {
		if (!WIFSTOPPED(status))
			continue;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
			answer_stop(stopped, rewrites ? SYS_getppid : -1);
		ptrace(PTRACE_CONT, stopped, 0, 0);
	}
	return *result == ANSWER ? 0 : 1;
}

/* --- a supervisor --- */

static struct seccomp_notif_resp reply = {.val = ANSWER};
static int adds_descriptor, listener;

static void answer_notification(void)
{
	struct seccomp_notif asked = {};

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked))
		exit(3);
	if (adds_descriptor) {
		struct seccomp_notif_addfd added = {
			.id = asked.id, .flags = SECCOMP_ADDFD_FLAG_SEND | SECCOMP_ADDFD_FLAG_SETFD, .newfd = ANSWER % 97};
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &added) < 0)
			exit(4);
		return;
	}
	reply.id = asked.id;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply))
		exit(5);
}

static void *answer_all(void *unused)
{
	for (int i = 0; i < THREADS; i++)
		answer_notification();
	return unused;
}

static void start_supervisor(long descriptor)
{
	static pthread_t supervisor;

	listener = descriptor;
	if (pthread_create(&supervisor, NULL, answer_all, NULL))
		exit(6);
}

static void end_with_child(int number)
{
	int status;

	(void)number;
	wait(&status);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 7);
}

static int by_supervisor(const char *how)
{
	long (*make)(void) = answered;
	long expected = ANSWER;
	unsigned int arch = NATIVE;
	int call = SYS_fchown;

	if (!strcmp(how, "threads"))
		return with_threads(SECCOMP_RET_USER_NOTIF,
				    SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC_ESRCH,
				    start_supervisor) != ANSWER;
	if (!strcmp(how, "fails")) {
		expected = reply.error = -OWN_ERRNO;
		reply.val = 0;
	} else if (!strcmp(how, "continues")) {
		expected = -EBADF;
		reply.val = 0;
		reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	} else if (!strcmp(how, "adds-fd")) {
		adds_descriptor = 1;
		expected = ANSWER % 97;
	} else if (!strcmp(how, "argument")) {
		make = with_argument;
		call = SYS_prctl;
	} else if (!strcmp(how, "compat")) {
		make = compat;
		arch = AUDIT_ARCH_I386;
		call = FCHOWN32;
	}
	listener = load(arch, &call, 1, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	if (listener < 0)
		return 2;
	signal(SIGCHLD, end_with_child); /* whether or not a notification came */
	if (!fork())
		_exit(make() == expected ? 0 : 1);
	for (;;)
		answer_notification();
}

/* --- nobody --- */

static void emulate(int number, siginfo_t *info, void *context)
{
	(void)number, (void)info;
	HANDLER_RESULT((ucontext_t *)context) = ANSWER;
}

static int by_nobody(const char *how)
{
	struct sigaction handler = {.sa_sigaction = emulate, .sa_flags = SA_SIGINFO};
	int call = SYS_fchown;
	unsigned int action = SECCOMP_RET_TRACE;
	long expected = -ENOSYS;

	if (!strcmp(how, "errno")) {
		action = SECCOMP_RET_ERRNO | OWN_ERRNO;
		expected = -OWN_ERRNO;
	} else if (!strcmp(how, "trap")) {
		action = SECCOMP_RET_TRAP;
		expected = ANSWER;
		sigaction(SIGSYS, &handler, NULL);
	}
	if (load(NATIVE, &call, 1, action, 0))
		return 2;
	return answered() == expected ? 0 : 1;
}

int main(int argc, char **argv)
{
	sigset_t set;
	int number;

	if (argc < 3)
		return 64;
	if (argc > 3) {
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		sigprocmask(SIG_BLOCK, &set, NULL);
		puts("waiting");
		fflush(stdout);
		sigwait(&set, &number);
	}
	if (!strcmp(argv[1], "tracer"))
		return by_tracer(argv[2]);
	if (!strcmp(argv[1], "supervisor"))
		return by_supervisor(argv[2]);
	return by_nobody(argv[2]);
}
