/* Threads, files, sockets, time and other programs, by functions of the C library alone: compiled for another libc it makes other
 * system calls for the same work. Prints "portable: all done", or what went wrong.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "portable: %s: %s\n", #condition, strerror(errno)); \
			exit(1); \
		} \
	} while (0)

extern char **environ;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t signals;

static void count(int number)
{
	(void)number;
	signals++;
}

static void *allocate(void *argument)
{
	char *chunk = malloc(4096);

	CHECK(chunk);
	chunk = realloc(chunk, 1 << 22);
	CHECK(chunk);
	free(chunk);
	pthread_mutex_lock(&lock);
	++*(int *)argument;
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void threads(void)
{
	pthread_t all[4];
	int done = 0;

	for (int i = 0; i < 4; i++) {
		errno = pthread_create(&all[i], NULL, allocate, &done);
		CHECK(!errno);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(all[i], NULL);
	CHECK(done == 4);
}

static void files(void)
{
	char line[16];
	struct stat status;
	struct utimbuf times = {1, 2};
	FILE *file = fopen("/tmp/one", "w");
	DIR *folder;
	int entries = 0;

	CHECK(file);
	CHECK(fputs("1\n", file) >= 0);
	CHECK(!fclose(file));
	file = fopen("/tmp/one", "a");
	CHECK(file);
	CHECK(fputs("2\n", file) >= 0);
	CHECK(!fstat(fileno(file), &status));
	CHECK(!fclose(file));
	file = fopen("/tmp/one", "r");
	CHECK(file);
	while (fgets(line, sizeof line, file))
		entries++;
	CHECK(entries == 2);
	CHECK(!fclose(file));
	CHECK(!stat("/tmp/one", &status));
	CHECK(status.st_size == 4);
	CHECK(!lstat("/tmp/one", &status));
	CHECK(!chmod("/tmp/one", 0600));
	CHECK(!access("/tmp/one", R_OK));
	CHECK(!faccessat(AT_FDCWD, "/tmp/one", R_OK, AT_EACCESS));
	CHECK(!utime("/tmp/one", &times));
	CHECK(!rename("/tmp/one", "/tmp/two"));
	folder = opendir("/tmp");
	CHECK(folder);
	for (entries = 0; readdir(folder); entries++)
		;
	CHECK(entries >= 3);
	CHECK(!closedir(folder));
	CHECK(!unlink("/tmp/two"));
	CHECK(creat("/tmp/three", 0600) >= 0);
	CHECK(!unlink("/tmp/three"));
}

static void descriptors(void)
{
	int ends[2], sockets[2], event, epoll;
	struct epoll_event wanted = {.events = EPOLLIN}, got;
	struct timeval soon = {0, 1000};
	fd_set set;
	char byte = 'x';

	CHECK(!pipe(ends));
	CHECK(write(ends[1], &byte, 1) == 1);
	CHECK(dup2(ends[0], 50) == 50);
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	CHECK(select(ends[0] + 1, &set, NULL, NULL, &soon) == 1);
	CHECK(poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, 100) == 1);
	event = eventfd(1, 0);
	CHECK(event >= 0);
	epoll = epoll_create(1);
	CHECK(epoll >= 0);
	CHECK(!epoll_ctl(epoll, EPOLL_CTL_ADD, event, &wanted));
	CHECK(epoll_wait(epoll, &got, 1, 100) == 1);
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	CHECK(send(sockets[0], &byte, 1, 0) == 1);
	CHECK(recv(sockets[1], &byte, 1, 0) == 1);
}

static void times(void)
{
	struct timespec moment = {0, 1000000}, now;
	struct rlimit limit;

	CHECK(!nanosleep(&moment, NULL));
	CHECK(!usleep(1000));
	CHECK(!clock_gettime(CLOCK_MONOTONIC, &now));
	CHECK(time(NULL) > 0);
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
}

static void processes(void)
{
	char *words[] = {"portable", "child", NULL}, reply[16] = "";
	int status;
	FILE *output;
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child)
		_exit(3);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WEXITSTATUS(status) == 3);
	errno = posix_spawn(&child, "/portable", NULL, NULL, words, environ);
	CHECK(!errno);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(!status);
	signal(SIGUSR1, count);
	CHECK(!raise(SIGUSR1));
	CHECK(signals == 1);
	CHECK(!system("/portable child"));
	output = popen("/portable child", "r");
	CHECK(output);
	CHECK(fgets(reply, sizeof reply, output));
	CHECK(!pclose(output));
	CHECK(!strcmp(reply, "child\n"));
}

int main(int count, char **words)
{
	(void)words;
	if (count > 1) {
		puts("child");
		return 0;
	}
	threads();
	files();
	descriptors();
	times();
	processes();
	puts("portable: all done");
	return 0;
}
