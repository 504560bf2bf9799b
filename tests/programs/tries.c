/* Makes the calls that stdin names and writes what each returned, negative errno included, to stdout.
 *
 * A call is eight 64-bit words: 1 for a 32-bit call (`int $0x80`), else 0; the number; six arguments as registers. The answer
 * is one word. A 32-bit call has five arguments here: the sixth is in ebp.
 */
#include "bare.h"

static long compat(const long *words)
{
#if defined(__x86_64__)
	long answer = words[1];

	asm volatile("int $0x80"
		     : "+a"(answer)
		     : "b"(words[2]), "c"(words[3]), "d"(words[4]), "S"(words[5]), "D"(words[6])
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)answer;
#else
	(void)words;
	return -38; /* ENOSYS */
#endif
}

void _start(void)
{
	long words[8], answer;

	while (call(__NR_read, 0, (long)words, sizeof(words), 0, 0, 0) == sizeof(words)) {
		answer = words[0] ? compat(words)
				  : call(words[1], words[2], words[3], words[4], words[5], words[6], words[7]);
		call(__NR_write, 1, (long)&answer, sizeof(answer), 0, 0, 0);
	}
	leave(0);
}
