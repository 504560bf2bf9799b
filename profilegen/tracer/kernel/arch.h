// SPDX-License-Identifier: Apache-2.0
/*
 * The header of one architecture: ARCH_HEADER is "arch_x86_64.h" or "arch_arm64.h"
 * (load/source.py).
 */
#pragma once

#include ARCH_HEADER
