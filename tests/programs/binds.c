/*
 * Binds a socket, of 32 bits too. usage: binds tcp|tcp6|udp|udp6|raw|ping|unix|socketcall PORT
 *
 * A raw socket has its protocol where others have a port, a ping socket an identifier.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKETCALL_BIND 2

static const struct {
	const char *name;
	int family, type, protocol;
} kinds[] = {
	{"tcp", AF_INET, SOCK_STREAM, 0},
	{"tcp6", AF_INET6, SOCK_STREAM, 0},
	{"udp", AF_INET, SOCK_DGRAM, 0},
	{"udp6", AF_INET6, SOCK_DGRAM, 0},
	{"raw", AF_INET, SOCK_RAW, IPPROTO_ICMP},
	{"ping", AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
	{"unix", AF_UNIX, SOCK_STREAM, 0},
	{"socketcall", AF_INET, SOCK_STREAM, 0},
};

int main(int argc, char **argv)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ip;
		struct sockaddr_in6 ip6;
		struct sockaddr_un path;
	} address;
	unsigned kind = 0;
	long bound;

	while (kind < sizeof(kinds) / sizeof(*kinds) && argc > 2 && strcmp(kinds[kind].name, argv[1]))
		kind++;
	if (argc < 3 || kind == sizeof(kinds) / sizeof(*kinds))
		return 2;
	memset(&address, 0, sizeof(address));
	address.any.sa_family = kinds[kind].family;
	if (kinds[kind].family == AF_UNIX)
		strcpy(address.path.sun_path, "/socket");
	else
		address.ip.sin_port = htons(atoi(argv[2])); /* at the same place in both */

	int fd = socket(kinds[kind].family, kinds[kind].type, kinds[kind].protocol);
	socklen_t size = kinds[kind].family == AF_INET6 ? sizeof(address.ip6) :
			 kinds[kind].family == AF_UNIX	? sizeof(address.path) :
							  sizeof(address.ip);
#ifdef __i386__
	unsigned long arguments[] = {fd, (unsigned long)&address, size};

	if (!strcmp(argv[1], "socketcall"))
		bound = syscall(SYS_socketcall, SOCKETCALL_BIND, arguments);
	else
		bound = syscall(SYS_bind, fd, &address, size);
#else
	bound = syscall(SYS_bind, fd, &address, size);
#endif
	if (fd < 0 || bound < 0) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
