/* A 64-bit program that makes one 32-bit call: `int $0x80` enters by the i386 table, whatever the code segment says.
 *
 * Only thread_info.status & TS_COMPAT tells. Read by the x86_64 table, i386's getuid32 (199) would be fremovexattr, and
 * x86_64's getppid (110) read by the other would be iopl. Without IA32_EMULATION in the kernel the program dies by SIGSEGV.
 */
#include "bare.h"

#define I386_GETUID32 199

void _start(void)
{
	long answer = I386_GETUID32;

	call(__NR_getppid, 0, 0, 0, 0, 0, 0);
	asm volatile("int $0x80" : "+a"(answer) : : "memory", "r8", "r9", "r10", "r11");
	leave(answer < 0);
}
