/* Makes the 40 calls and ends at once. */
#include "forty.h"

void _start(void)
{
	make_forty();
	leave(0);
}
