/*
 * changed HOW [USER]: executes a copy of itself, changes that copy, and executes it again, as root or as USER.
 *
 *   set       it gets a file capability, NET_RAW, effective at once
 *   replaced  another file of that name has it
 *   unused    it gets one that is not effective at once
 *   taken     it gets one, and loses it again because it is written to
 *   many N    no capability: N changes
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define COPY "/copy"

static void copy(const char *to)
{
	int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	struct stat status;

	if (in < 0 || out < 0 || fstat(in, &status) || sendfile(out, in, NULL, status.st_size) != status.st_size)
		exit(2);
	close(in);
	close(out);
}

static void set(const char *file, unsigned int flags)
{
	struct vfs_cap_data data = {.magic_etc = VFS_CAP_REVISION_2 | flags};

	data.data[0].permitted = 1 << CAP_NET_RAW;
	if (setxattr(file, "security.capability", &data, sizeof(data), 0))
		exit(3);
}

static void execute(int user)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (user && setuid(user))
			_exit(4);
		execl(COPY, COPY, (char *)NULL);
		_exit(5);
	}
	if (waitpid(child, &status, 0) != child || status)
		exit(6);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	int number = argc > 2 ? atoi(argv[2]) : 0;

	if (!*how) /* the copy */
		return 0;
	copy(COPY);
	execute(0);
	if (!strcmp(how, "many")) {
		for (int i = 0; i < number; i++) {
			if (chmod(COPY, i % 2 ? 0755 : 0750))
				return 7;
			execute(0);
		}
		return 0;
	}
	if (!strcmp(how, "replaced")) {
		copy("/other");
		set("/other", VFS_CAP_FLAGS_EFFECTIVE);
		if (rename("/other", COPY))
			return 8;
	} else {
		set(COPY, strcmp(how, "unused") ? VFS_CAP_FLAGS_EFFECTIVE : 0);
	}
	if (!strcmp(how, "taken"))
		copy(COPY);
	/* What root's file gives nobody but the file tells, while it is there: a slow machine gets longer. */
	for (int i = 0; i < (number ? 1 : 50); i++)
		execute(number);
	return 0;
}
