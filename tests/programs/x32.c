/* A 64-bit program that makes x32 calls: bit 30 of the number is all that tells them from those of x86_64.
 *
 * A kernel without CONFIG_X86_X32_ABI answers ENOSYS, but only after the filter has let the call through. Without the bit
 * 514 (x32's ioctl) would be nobody's, and 600 is nobody's in either table.
 */
#include "bare.h"

#define X32 0x40000000
#define X32_IOCTL 514
#define NOBODYS 600

void _start(void)
{
	call(X32 + __NR_getppid, 0, 0, 0, 0, 0, 0);
	call(X32 + X32_IOCTL, -1, 0, 0, 0, 0, 0);
	call(X32 + NOBODYS, 0, 0, 0, 0, 0, 0);
	call(-1, 0, 0, 0, 0, 0, 0);
	leave(0);
}
