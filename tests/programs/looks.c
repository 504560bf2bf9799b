/*
 * looks WHAT: one thing whose capability the kernel asks for with a copy of the task's credentials, with those of
 * overlayfs, or without audit. Ends with 1 where the answer was no.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define OTHER 1000
#define LARGE (64UL << 20)

/* Makes a file that another user alone may read and write. */
static int hands_over(void)
{
	int file = open("/file", O_CREAT | O_EXCL | O_WRONLY, 0600);

	return file < 0 || close(file) || chown("/file", OTHER, OTHER);
}

static int reads(const char *path)
{
	char text[4096];
	int file = open(path, O_RDONLY);
	long got = file < 0 ? -1 : read(file, text, sizeof(text));

	return got <= 0 || close(file);
}

/* The same value again, as somebody else who has kept what root was permitted (capabilities(7)). */
static int writes_as_another(const char *path)
{
	int version[2] = {0x20080522, 0};
	unsigned int sets[6], got;
	char text[64];
	int file;

	if (prctl(PR_SET_KEEPCAPS, 1) || setuid(OTHER) || syscall(SYS_capget, version, sets))
		return 1;
	sets[0] = sets[1];
	sets[3] = sets[4];
	if (syscall(SYS_capset, version, sets) || (file = open(path, O_RDONLY)) < 0)
		return 1;
	got = read(file, text, sizeof(text));
	file = open(path, O_WRONLY);
	return file < 0 || write(file, text, got) != got;
}

/* A copy of this program that belongs to another user. */
static int executes(const char *self)
{
	int from = open(self, O_RDONLY), to = open("/copy", O_CREAT | O_EXCL | O_WRONLY, 0700);
	char part[65536];
	long got;

	while ((got = read(from, part, sizeof(part))) > 0)
		if (write(to, part, got) != got)
			return 1;
	if (got < 0 || close(to) || chown("/copy", OTHER, OTHER))
		return 1;
	execl("/copy", "/copy", "nothing", NULL);
	return 1;
}

static int filters(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {.len = 1, .filter = &allow};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Behind a file by the same call, whose addresses nobody minds, where the kernel has it. */
static int sees_addresses(void)
{
	FILE *modules = fopen("/proc/modules", "r"), *symbols = fopen("/proc/kallsyms", "r");
	unsigned long address = 0;

	if (modules)
		fclose(modules);
	/* The first ones may be those of variables of each CPU, which begin at 0. */
	while (symbols && !address && fscanf(symbols, "%lx%*[^\n]", &address) == 1)
		;
	return !address;
}

static int uses_memory(void)
{
	char *area = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	if (area == MAP_FAILED || (child = fork()) < 0)
		return 1;
	if (!child)
		_exit(0);
	return waitpid(child, NULL, 0) != child;
}

/* The status of a process of somebody else, which ends when its pipe does. */
static int reads_of_another(void)
{
	char path[64], byte = 0;
	int up[2], down[2], failed;
	pid_t child;

	if (pipe(up) || pipe(down) || (child = fork()) < 0)
		return 1;
	if (!child) {
		close(down[1]);
		_exit(setuid(OTHER) || write(up[1], &byte, 1) != 1 || read(down[0], &byte, 1));
	}
	close(up[1]);
	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	failed = read(up[0], &byte, 1) != 1 || reads(path);
	close(down[1]);
	return waitpid(child, NULL, 0) != child || failed;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	char names[4096];

	if (!strcmp(what, "access"))
		return hands_over() || access("/file", R_OK | W_OK);
	if (!strcmp(what, "access-after-seteuid"))
		return hands_over() || seteuid(OTHER + 1) || access("/file", R_OK | W_OK);
	if (!strcmp(what, "access-as-owner"))
		return hands_over() || setuid(OTHER) || access("/file", R_OK | W_OK);
	if (!strcmp(what, "execute"))
		return executes(argv[0]);
	if (!strcmp(what, "filter"))
		return filters() ? 1 : 0;
	if (!strcmp(what, "addresses"))
		return sees_addresses();
	if (!strcmp(what, "memory"))
		return uses_memory();
	if (!strcmp(what, "process"))
		return reads_of_another();
	if (!strcmp(what, "read"))
		return reads(argv[2]);
	if (!strcmp(what, "modules")) /* where the kernel has none there is nothing to see */
		return reads("/proc/modules") && !access("/proc/modules", F_OK);
	if (!strcmp(what, "attributes"))
		return listxattr("/", names, sizeof(names)) < 0 || listxattr("/dev", names, sizeof(names)) < 0;
	if (!strcmp(what, "write"))
		return writes_as_another(argv[2]);
	return strcmp(what, "nothing");
}
