/*
 * What happens to a task's own sets of capabilities, and nobody checks. One of:
 *   ambient  raise an ambient capability, execute itself as nobody, who must have it
 *   list     keep two capabilities, whatever it had
 *   chosen   keep those of two that it had, as libcap does it: an empty set is filled from the one it has
 *   less     give one capability up
 *   user     become nobody, as entrypoints do, and execute itself
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534
#define BIT(capability) (1u << (capability))
#define LIST (BIT(CAP_CHOWN) | BIT(CAP_SYS_CHROOT))

typedef struct __user_cap_data_struct sets[2];

static struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

static void need(int wrong)
{
	if (wrong)
		_exit(1);
}

static void get(sets data)
{
	need(syscall(SYS_capget, &header, data));
}

static void set(sets data)
{
	need(syscall(SYS_capset, &header, data));
}

static void become_nobody(void)
{
	need(setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY));
}

static void execute(char *name, char *what)
{
	execv(name, (char *[]){name, what, NULL});
	_exit(1);
}

static void ambient(char *name)
{
	sets data;

	need(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));
	become_nobody();
	get(data);
	data[0].inheritable |= BIT(CAP_NET_BIND_SERVICE);
	set(data);
	need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0));
	execute(name, "has");
}

static void keep(uint32_t which)
{
	sets data = {{.effective = which, .permitted = which}};

	set(data);
}

static void choose(void)
{
	sets data;

	need(syscall(SYS_capget, &header, NULL));
	need(syscall(SYS_capget, &header, NULL));
	get(data);
	keep(data[0].permitted & LIST);
}

static void give_up(uint32_t which)
{
	sets data;

	get(data);
	data[0].effective &= ~which;
	data[0].permitted &= ~which;
	set(data);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	sets data;

	if (!strcmp(what, "ambient")) {
		ambient(argv[0]);
	} else if (!strcmp(what, "list")) {
		keep(LIST);
	} else if (!strcmp(what, "chosen")) {
		choose();
	} else if (!strcmp(what, "less")) {
		give_up(BIT(CAP_MKNOD));
	} else if (!strcmp(what, "user")) {
		become_nobody();
		execute(argv[0], "nothing");
	} else if (!strcmp(what, "has")) {
		get(data);
		need(data[0].effective != BIT(CAP_NET_BIND_SERVICE));
	} else {
		need(strcmp(what, "nothing"));
	}
	return 0;
}
