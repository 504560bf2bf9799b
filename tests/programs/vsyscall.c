/* Asks for the time through the vsyscall page, as programs linked against a glibc before 2.14 do: 0 if there is an answer.
 *
 * The kernel emulates it in the page fault (arch/x86/entry/vsyscall/vsyscall_64.c): no tracepoint, but the filter is asked.
 */
#include "bare.h"

#define VSYSCALL_TIME 0xffffffffff600400

void _start(void)
{
	long (*vsyscall_time)(long *) = (long (*)(long *))VSYSCALL_TIME;

	leave(vsyscall_time(0) <= 0);
}
