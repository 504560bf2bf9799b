#pragma once
#define PAGE_SIZE 4096 /* BCC multiplies ring buffer pages with it; the kernel asks for a multiple of its own */
