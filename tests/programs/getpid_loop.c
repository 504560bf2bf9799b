/* How long a system call takes: 25 rounds of COUNT calls with NUMBER and two arguments, 0 if they are not given; prints
 * the fastest round in ns per call.
 *
 * The fastest, because whatever else runs on the machine can only make a round slower.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **argument)
{
	if (count != 3 && count != 5)
		return 2;
	long calls = atol(argument[1]), number = atol(argument[2]);
	long first = count == 5 ? atol(argument[3]) : 0, second = count == 5 ? atol(argument[4]) : 0;
	double fastest = 1e18;
	for (int round = 0; round < 25; round++) {
		double start = now();
		for (long i = 0; i < calls; i++)
			syscall(number, first, second);
		double each = (now() - start) / calls;
		if (each < fastest)
			fastest = each;
	}
	printf("%.2f\n", fastest);
	return 0;
}
