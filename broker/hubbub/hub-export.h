/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * HUB_EXPORT: (skip)
 *
 * Stands before what others may call. Everything else stays inside the library.
 */
#ifndef HUB_EXPORT
#define HUB_EXPORT __attribute__ ((visibility ("default")))
#endif
