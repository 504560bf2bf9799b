/* Makes each of the calls of arguments.txt with the arguments that stand there, and exit_group at its end.
 *
 * None does anything: a clone of a thread without CLONE_SIGHAND is no clone, descriptors and addresses are -1. What the
 * kernel does not look at is noise: the upper half of ints, the exit signal of clone, SOCK_CLOEXEC.
 */
#include "bare.h"

#define CLONE_THREAD 0x10000
#define SOCK_CLOEXEC 02000000

static const long noise = (long)0xdeadbeef00000000ULL; /* 0 in 32 bits */

static inline void socket_(long family, long type)
{
	call(__NR_socket, noise | family, noise | type | SOCK_CLOEXEC, -1, -1, -1, -1);
}

static inline void clone_(long flags)
{
	call(__NR_clone, flags | CLONE_THREAD | 17, -1, -1, -1, -1, -1);
}

static inline void prctl_(long option)
{
	call(__NR_prctl, noise | option, -1, -1, -1, -1, -1);
}

static inline void ioctl_(long request)
{
	call(__NR_ioctl, -1, noise | request, -1, -1, -1, -1);
}

void _start(void)
{
#define CALL(name, ...) name##_(__VA_ARGS__);
#include "arguments.inc"
	leave(0);
}
