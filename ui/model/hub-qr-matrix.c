/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-qr-matrix.h"

#include <qrencode.h>
#include <string.h>

/* The lowest bit of a module says whether it is dark; the others are of interest to libqrencode alone. */
#define DARK 1

struct _HubQrMatrix
{
  QRcode *code; /* (owned) */
};

G_DEFINE_BOXED_TYPE (HubQrMatrix, hub_qr_matrix, hub_qr_matrix_ref, hub_qr_matrix_unref)

/**
 * hub_qr_matrix_new:
 * @text: UTF-8, not empty
 *
 * Makes the smallest code that holds @text and can be read with 15 % of it spoilt (level M).
 *
 * Returns: (transfer full) (nullable): the code; %NULL when @text is empty or too long
 */
HubQrMatrix *
hub_qr_matrix_new (const char *text)
{
  const int smallest = 0;
  const int is_case_sensitive = 1;
  HubQrMatrix *self;
  QRcode *code;

  g_return_val_if_fail (text != NULL, NULL);

  if (*text == '\0' || strlen (text) > HUB_QR_BYTES_MAX)
    return NULL;
  code = QRcode_encodeString (text, smallest, QR_ECLEVEL_M, QR_MODE_8, is_case_sensitive);
  if (code == NULL)
    return NULL;
  self = g_atomic_rc_box_new0 (HubQrMatrix);
  self->code = code;
  return self;
}

static void
clear (gpointer data)
{
  QRcode_free (((HubQrMatrix *) data)->code);
}

/**
 * hub_qr_matrix_ref:
 * @self: a code
 *
 * Returns: (transfer full): @self
 */
HubQrMatrix *
hub_qr_matrix_ref (HubQrMatrix *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * hub_qr_matrix_unref:
 * @self: (transfer full): a code
 */
void
hub_qr_matrix_unref (HubQrMatrix *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * hub_qr_matrix_get_size:
 * @self: a code
 *
 * Returns: how many modules it has on each side, from 21 to 177, without the light around it
 */
guint
hub_qr_matrix_get_size (const HubQrMatrix *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return (guint) self->code->width;
}

/**
 * hub_qr_matrix_is_dark:
 * @self: a code
 * @x: from the left, less than its size
 * @y: from the top, less than its size
 *
 * Returns: whether the module there is dark
 */
gboolean
hub_qr_matrix_is_dark (const HubQrMatrix *self,
                       guint x,
                       guint y)
{
  const guint size = hub_qr_matrix_get_size (self);

  g_return_val_if_fail (x < size && y < size, FALSE);

  return (self->code->data[y * size + x] & DARK) != 0;
}

/**
 * hub_qr_matrix_get_module_px:
 * @self: a code
 * @extent_px: how many pixels there are on each side
 *
 * Returns: how many pixels each module gets, so that all have the same, and the light around the code has room; 0 when
 *   there are too few
 */
guint
hub_qr_matrix_get_module_px (const HubQrMatrix *self,
                             guint extent_px)
{
  return extent_px / (hub_qr_matrix_get_size (self) + 2 * HUB_QR_QUIET_MODULES);
}
