/* Starts four threads and joins them.
 *
 * glibc >= 2.34 creates a thread by clone3 and falls back to clone when that answers ENOSYS, and only then: a profile that
 * answers EPERM makes pthread_create fail.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define THREADS 4

static void *work(void *argument)
{
	++*(int *)argument;
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	int counts[THREADS] = {0};
	int sum = 0;

	for (int i = 0; i < THREADS; i++) {
		int error = pthread_create(&threads[i], NULL, work, &counts[i]);

		if (error) {
			fprintf(stderr, "pthread_create: %s\n", strerror(error));
			return 1;
		}
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += counts[i];
	}
	printf("threads %d\n", sum);
	return sum != THREADS;
}
