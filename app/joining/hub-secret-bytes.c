/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-secret-bytes.h"

#include <sys/random.h>

/**
 * hub_secret_bytes:
 * @bytes: (out caller-allocates) (array length=size): where they go
 * @size: at most 256, which the kernel gives without an end in between
 *
 * Fills @bytes with what nobody can guess.
 */
void
hub_secret_bytes (guint8 *bytes, gsize size)
{
  gssize n;

  g_return_if_fail (size <= 256);

  n = getrandom (bytes, size, 0);
  g_assert (n == (gssize) size);
}
