/* The 40 calls of calls40.txt, each once, every argument -1: see calls23.c for why. None of them is one of the 23. */
#pragma once

#include "bare.h"

static inline void make_forty(void)
{
#define CALL(name) call(__NR_##name, -1, -1, -1, -1, -1, -1);
#include "calls40.inc"
#undef CALL
}
