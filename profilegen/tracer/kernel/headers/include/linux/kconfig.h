#pragma once
#define CONFIG_BPF_SYSCALL 1 /* BCC's helper table is empty without it */
#include <linux/types.h>
