/* Probes arguments, as a fuzzer does: 230 pairs of socket, AF_ALG's first, and 100,000 values of personality.
 *
 * None does anything: the kernel has no socket types from 11 on, and a filter refuses the personalities.
 */
#include "bare.h"

#define FAMILIES 46
#define AF_ALG 38
#define FIRST_TYPE 11
#define TYPES 5
#define VALUES 100000
#define FIRST_VALUE 0x1000000

void _start(void)
{
	for (long pair = 0; pair < FAMILIES * TYPES; pair++)
		call(__NR_socket, (AF_ALG + pair / TYPES) % FAMILIES, FIRST_TYPE + pair % TYPES, 0, 0, 0, 0);
	for (long value = 0; value < VALUES; value++)
		call(__NR_personality, FIRST_VALUE + value, 0, 0, 0, 0, 0);
	leave(0);
}
