// SPDX-License-Identifier: Apache-2.0
/*
 * The header of one architecture: ARCH_HEADER is "arch/x86_64.h" or "arch/arm64.h"
 * (load/source.py).
 */
#pragma once

#include ARCH_HEADER
