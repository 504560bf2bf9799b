/* What an attacker asks for and the recorded program never did: the ways out of its family, namespaces and W^X.
 *
 * None does anything where it is let through: a clone of a thread without CLONE_SIGHAND is no clone. The status is how
 * many were answered ENOSYS, which no kernel does; where an engine makes EPERM of it, a recorder tells who answered.
 */
#include "bare.h"

#include <asm/errno.h>
#include <linux/sched.h>

#define AF_ALG 38
#define AF_VSOCK 40
#define SOCK_STREAM 1
#define SOCK_SEQPACKET 5
#define READ_IMPLIES_EXEC 0x0400000

static inline int refused(long number, long a, long b)
{
	return call(number, a, b, 0, 0, 0, 0) == -ENOSYS;
}

void _start(void)
{
	leave(refused(__NR_socket, AF_ALG, SOCK_SEQPACKET) + refused(__NR_socket, AF_VSOCK, SOCK_STREAM) +
	      refused(__NR_clone, CLONE_NEWUSER | CLONE_THREAD, 0) + refused(__NR_unshare, -1, 0) +
	      refused(__NR_personality, READ_IMPLIES_EXEC, 0));
}
