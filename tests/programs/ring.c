/*
 * What only an io_uring does. usage: ring unlink|personality|leaderless|open PATH|slot PATH|bind PORT
 *
 *   unlink       a worker removes a file in a folder of another user, which the program made itself
 *   personality  the same, with credentials that were left with the ring before the program gave its capabilities up
 *   leaderless   the same, after the main thread has ended
 *   open         opens a file to read it
 *   slot         opens it into the ring's own table of files
 *   bind         binds a socket
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OP_BIND 56 /* IORING_OP_BIND, Linux 6.11 */
#define OTHER_USER 1000
#define FOLDER "/others"
#define OLD FOLDER "/old"

static int ring;
static char *submissions, *completions;
static struct io_uring_params parameters;
static struct io_uring_sqe *request;

static void check(int done, const char *what)
{
	if (done < 0) {
		perror(what);
		exit(2);
	}
}

static void *map(size_t bytes, off_t what)
{
	void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, what);

	check(mapped == MAP_FAILED ? -1 : 0, "mmap");
	return mapped;
}

static void make_ring(void)
{
	ring = syscall(SYS_io_uring_setup, 1, &parameters);
	check(ring, "io_uring_setup");
	submissions = map(parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
	completions = map(parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	request = map(parameters.sq_entries * sizeof(*request), IORING_OFF_SQES);
}

/* The result of the one request that this ring is for. */
static int result(void)
{
	((unsigned *)(submissions + parameters.sq_off.array))[0] = 0;
	__atomic_store_n((unsigned *)(submissions + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
	check(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0), "io_uring_enter");
	return ((struct io_uring_cqe *)(completions + parameters.cq_off.cqes))[0].res;
}

static void make_file(void)
{
	check(mkdir(FOLDER, 0755), "mkdir");
	check(creat(OLD, 0644), "creat");
	check(chown(FOLDER, OTHER_USER, OTHER_USER), "chown");
}

static int unlink_by_ring(int personality)
{
	request->opcode = IORING_OP_UNLINKAT;
	request->fd = AT_FDCWD;
	request->addr = (unsigned long)OLD;
	request->personality = personality;
	return result();
}

static int unlink_by_personality(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	int personality = syscall(SYS_io_uring_register, ring, IORING_REGISTER_PERSONALITY, NULL, 0);

	check(personality, "io_uring_register");
	check(syscall(SYS_capget, &header, data), "capget");
	data[0].effective = data[1].effective = 0;
	check(syscall(SYS_capset, &header, data), "capset");
	return unlink_by_ring(personality);
}

/* The state of the main thread is Z once it has ended, and its name has no parenthesis. */
static void *unlink_without_leader(void *unused)
{
	char name[64], text[256], state = 'R';

	(void)unused;
	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", getpid());
	while (state != 'Z') {
		FILE *file = fopen(name, "r");

		if (!file || !fgets(text, sizeof(text), file))
			exit(2);
		state = strrchr(text, ')')[2];
		fclose(file);
	}
	exit(unlink_by_ring(0) ? 1 : 0);
}

static int open_by_ring(const char *path, int slot)
{
	int none = -1;

	if (slot)
		check(syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &none, 1), "io_uring_register");
	request->opcode = IORING_OP_OPENAT;
	request->fd = AT_FDCWD;
	request->addr = (unsigned long)path;
	request->open_flags = O_RDONLY;
	request->file_index = slot;
	return result();
}

static int bind_by_ring(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

	request->opcode = OP_BIND;
	request->fd = socket(AF_INET, SOCK_STREAM, 0);
	check(request->fd, "socket");
	request->addr = (unsigned long)&address;
	request->off = sizeof(address);
	return result();
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *operand = argc > 2 ? argv[2] : "";
	pthread_t thread;
	int done = -EINVAL;

	make_ring();
	if (!strcmp(what, "unlink") || !strcmp(what, "personality") || !strcmp(what, "leaderless"))
		make_file();
	if (!strcmp(what, "unlink"))
		done = unlink_by_ring(0);
	else if (!strcmp(what, "personality"))
		done = unlink_by_personality();
	else if (!strcmp(what, "open"))
		done = open_by_ring(operand, 0);
	else if (!strcmp(what, "slot"))
		done = open_by_ring(operand, 1);
	else if (!strcmp(what, "bind"))
		done = bind_by_ring(atoi(operand));
	if (!strcmp(what, "leaderless") && !pthread_create(&thread, NULL, unlink_without_leader, NULL))
		pthread_exit(NULL);
	if (done >= 0)
		return 0;
	fprintf(stderr, "ring %s: %s\n", what, strerror(-done));
	return 1;
}
