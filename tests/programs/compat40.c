/* A 64-bit program that makes the 40 calls by `int $0x80`, with the numbers of the i386 table. */
#include <asm/unistd_32.h>

static void call(int number)
{
	/* rbp, the sixth argument, is nobody's operand. */
	asm volatile("int $0x80"
		     : "+a"(number)
		     : "b"(-1), "c"(-1), "d"(-1), "S"(-1), "D"(-1)
		     : "memory", "r8", "r9", "r10", "r11");
}

void _start(void)
{
#define CALL(name) call(__NR_##name);
#include "calls40.inc"
	for (;;)
		asm volatile("int $0x80" : : "a"(__NR_exit_group), "b"(0) : "memory", "r8", "r9", "r10", "r11");
}
