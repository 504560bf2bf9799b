/*
 * pairs WHAT: asks for what the kernel grants to one of two capabilities, asked for in turn.
 *
 * perf: counts on a CPU (PERFMON, SYS_ADMIN). bpf: a map of a kind that is not for everybody (BPF, SYS_ADMIN).
 * read, write: a file that nobody may open, for reading (DAC_READ_SEARCH, DAC_OVERRIDE) or writing (DAC_OVERRIDE
 * alone). transparent: IP_TRANSPARENT (NET_RAW, NET_ADMIN). priority: real time for input and output (SYS_ADMIN,
 * SYS_NICE). own: a file of its own, for which nothing is needed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef IP_TRANSPARENT
#define IP_TRANSPARENT 19
#endif
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_REAL_TIME (1 << 13) /* include/uapi/linux/ioprio.h: class RT, level 0 */

static int perf(void)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(event), .config = PERF_COUNT_SW_CPU_CLOCK
	};

	return syscall(SYS_perf_event_open, &event, -1, 0, -1, 0) >= 0;
}

static int map(void)
{
	union bpf_attr map;

	memset(&map, 0, sizeof(map));
	map.map_type = BPF_MAP_TYPE_LPM_TRIE;
	map.key_size = 8;
	map.value_size = 8;
	map.max_entries = 1;
	map.map_flags = BPF_F_NO_PREALLOC;
	return syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)) >= 0;
}

static int file(mode_t mode, int how)
{
	int made = open("/file", O_CREAT | O_WRONLY | O_CLOEXEC, mode);

	return made >= 0 && open("/file", how | O_CLOEXEC) >= 0;
}

static int transparent(void)
{
	int one = 1, at = socket(AF_INET, SOCK_STREAM, 0);

	return at >= 0 && !setsockopt(at, IPPROTO_IP, IP_TRANSPARENT, &one, sizeof(one));
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "perf"))
		return !perf();
	if (!strcmp(what, "bpf"))
		return !map();
	if (!strcmp(what, "read"))
		return !file(0, O_RDONLY);
	if (!strcmp(what, "write"))
		return !file(0, O_WRONLY);
	if (!strcmp(what, "own"))
		return !file(0600, O_RDONLY);
	if (!strcmp(what, "transparent"))
		return !transparent();
	if (!strcmp(what, "priority"))
		return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_REAL_TIME) != 0;
	return 2;
}
