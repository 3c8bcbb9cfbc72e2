/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-async.h"

/**
 * hub_test_keep_result:
 * @object: what was asked
 * @result: the result
 * @place: (type gpointer): a `GAsyncResult *` that is %NULL; gets a reference to @result
 *
 * A #GAsyncReadyCallback, for a test that waits until it has been called; it fails when that happens twice.
 */
void
hub_test_keep_result (GObject *object, GAsyncResult *result, gpointer place)
{
  GAsyncResult **kept = place;

  g_assert_null (*kept);
  *kept = g_object_ref (result);
}
