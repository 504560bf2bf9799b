/* A static 32-bit program: glibc's own start-up, then the calls of static32.txt by `int $0x80`.
 *
 * Four of these names (_llseek, getuid32, ugetrlimit, waitpid) do not exist in the x86_64 table, and of the others each
 * number means another call there: getpid (20) would be writev.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static int call(int number, long a, long b, long c, long d, long e)
{
	asm volatile("int $0x80" : "+a"(number) : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
	return number;
}

int main(void)
{
	static const char text[] = "32 bits\n";
	struct rlimit limit;
	long long where;

	if (call(SYS_getpid, 0, 0, 0, 0, 0) <= 0 || call(SYS_time, 0, 0, 0, 0, 0) <= 0)
		return 1;
	if (call(SYS_getuid32, 0, 0, 0, 0, 0) < 0 || call(SYS_ugetrlimit, RLIMIT_NOFILE, (long)&limit, 0, 0, 0))
		return 1;
	if (call(SYS__llseek, -1, 0, 0, (long)&where, 0) != -EBADF || call(SYS_waitpid, -1, 0, 0, 0, 0) != -ECHILD)
		return 1;
	return call(SYS_write, 1, (long)text, sizeof(text) - 1, 0, 0) != sizeof(text) - 1;
}
