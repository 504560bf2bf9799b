/* A seccomp filter that treats one native call by `action` and allows all others. */
#pragma once

#include "bare.h"

#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <stddef.h>

#define OWN_ERRNO 113 /* EHOSTUNREACH: answered to sysinfo by these programs' own filters, and by no kernel */

static inline struct sock_fprog *filter_of(unsigned int number, unsigned int action)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};

	code[1].k = number;
	code[2].k = action;
	return &program;
}

static inline long load_filter(unsigned int number, unsigned int action)
{
	return call(__NR_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)filter_of(number, action), 0, 0, 0);
}

/* The program's own: sysinfo answers OWN_ERRNO from here on. */
static inline void load_own_filter(void)
{
	if (call(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0) ||
	    load_filter(__NR_sysinfo, SECCOMP_RET_ERRNO | OWN_ERRNO))
		leave(1);
}
