/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-qr-matrix.h"

/* That others read the codes, test-window-invite.c shows. */

#define URL "http://192.168.1.20:9001/"

/* By these squares in three of its corners a code is found. */
static const char *const finder[] = {
  "#######.",
  "#.....#.",
  "#.###.#.",
  "#.###.#.",
  "#.###.#.",
  "#.....#.",
  "#######.",
  "........",
};

static void
assert_finder (HubQrMatrix *matrix,
               gboolean is_right,
               gboolean is_low)
{
  const guint last = hub_qr_matrix_get_size (matrix) - 1;

  for (guint y = 0; y < G_N_ELEMENTS (finder); y++)
    for (guint x = 0; finder[y][x] != '\0'; x++)
      g_assert_cmpint (hub_qr_matrix_is_dark (matrix, is_right ? last - x : x, is_low ? last - y : y), ==, finder[y][x] == '#');
}

static void
test_url (void)
{
  g_autoptr (HubQrMatrix) matrix = hub_qr_matrix_new (URL);

  g_assert_cmpuint (hub_qr_matrix_get_size (matrix), ==, 25);
  assert_finder (matrix, FALSE, FALSE);
  assert_finder (matrix, TRUE, FALSE);
  assert_finder (matrix, FALSE, TRUE);
}

static gboolean
are_equal (HubQrMatrix *a,
           HubQrMatrix *b)
{
  const guint size = hub_qr_matrix_get_size (a);

  if (hub_qr_matrix_get_size (b) != size)
    return FALSE;
  for (guint i = 0; i < size * size; i++)
    if (hub_qr_matrix_is_dark (a, i % size, i / size) != hub_qr_matrix_is_dark (b, i % size, i / size))
      return FALSE;
  return TRUE;
}

static void
test_text (void)
{
  g_autoptr (HubQrMatrix) matrix = hub_qr_matrix_new (URL);
  g_autoptr (HubQrMatrix) same = hub_qr_matrix_new (URL);
  g_autoptr (HubQrMatrix) other = hub_qr_matrix_new ("http://192.168.1.21:9001/");
  g_autoptr (HubQrMatrix) large = hub_qr_matrix_new ("HTTP://192.168.1.20:9001/");

  g_test_summary ("The same text has the same code, another one another; capitals are others");

  g_assert_true (are_equal (matrix, same));
  g_assert_false (are_equal (matrix, other));
  g_assert_false (are_equal (matrix, large));
}

static void
test_limits (void)
{
  g_autofree char *at = g_strnfill (HUB_QR_BYTES_MAX, 'a');
  g_autofree char *past = g_strnfill (HUB_QR_BYTES_MAX + 1, 'a');
  g_autoptr (HubQrMatrix) shortest = hub_qr_matrix_new ("a");
  g_autoptr (HubQrMatrix) longest = hub_qr_matrix_new (at);

  g_assert_cmpuint (hub_qr_matrix_get_size (shortest), ==, 21);
  g_assert_cmpuint (hub_qr_matrix_get_size (longest), ==, 177);
  g_assert_null (hub_qr_matrix_new (past));
  g_assert_null (hub_qr_matrix_new (""));
}

static void
test_module_px (void)
{
  g_autoptr (HubQrMatrix) matrix = hub_qr_matrix_new (URL);

  g_test_summary ("All modules are of one size, and four of them around the code stay light: 33 on each side");

  g_assert_cmpuint (hub_qr_matrix_get_module_px (matrix, 0), ==, 0);
  g_assert_cmpuint (hub_qr_matrix_get_module_px (matrix, 32), ==, 0);
  g_assert_cmpuint (hub_qr_matrix_get_module_px (matrix, 33), ==, 1);
  g_assert_cmpuint (hub_qr_matrix_get_module_px (matrix, 65), ==, 1);
  g_assert_cmpuint (hub_qr_matrix_get_module_px (matrix, 66), ==, 2);
  g_assert_cmpuint (hub_qr_matrix_get_module_px (matrix, 1000), ==, 30);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/qr-matrix/url", test_url);
  g_test_add_func ("/ui/qr-matrix/text", test_text);
  g_test_add_func ("/ui/qr-matrix/limits", test_limits);
  g_test_add_func ("/ui/qr-matrix/module-px", test_module_px);

  return g_test_run ();
}
