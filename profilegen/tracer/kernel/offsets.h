// SPDX-License-Identifier: Apache-2.0
/*
 * Members of kernel structs by offset: loaded from a struct that holds nothing else, or read by a
 * helper.
 */
#pragma once

#define AT(type, name, offset)              \
	struct {                            \
		char name##_offset[offset]; \
		type name;                  \
	}

#define READ(address, offset)                                               \
	({                                                                  \
		u64 _value = 0;                                             \
		bpf_probe_read_kernel(&_value, sizeof(_value),              \
				      (void *)((u64)(address) + (offset))); \
		_value;                                                     \
	})
#define READ32(address, offset)                                             \
	({                                                                  \
		u32 _value = 0;                                             \
		bpf_probe_read_kernel(&_value, sizeof(_value),              \
				      (void *)((u64)(address) + (offset))); \
		_value;                                                     \
	})

/* 1 if both numbers are the same, without a branch: the verifier would follow both ways. */
#define SAME(a, b)                                        \
	({                                                \
		u64 _difference = (u64)(a) ^ (u64)(b);    \
		((_difference | -_difference) >> 63) ^ 1; \
	})

/*
 * An index into an array of a power of two. Where clang knows the bound it leaves the mask out, and
 * the verifier, which may not know it (6.1 and older), refuses: the barrier keeps the mask.
 */
#define BELOW(size, value)                       \
	({                                       \
		u64 _value = (value);            \
		asm volatile("" : "+r"(_value)); \
		_value &((size)-1);              \
	})

/*
 * A number that was put into a map and read back: the verifier does not follow it there, so that
 * paths which differ in it alone are one to it. A tenth of the steps for a check of a capability.
 */
#define UNFOLLOWED(room, value) (*(room) = (value), *(room))
