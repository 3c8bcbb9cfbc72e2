/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HUB_QR_QUIET_MODULES:
 *
 * How much light there is around a code on each side, in modules: ISO/IEC 18004 wants four.
 */
#define HUB_QR_QUIET_MODULES 4

/**
 * HUB_QR_BYTES_MAX:
 *
 * The longest text that a code holds, whatever it consists of, bytes.
 */
#define HUB_QR_BYTES_MAX 2331

#define HUB_TYPE_QR_MATRIX (hub_qr_matrix_get_type ())
GType hub_qr_matrix_get_type (void) G_GNUC_CONST;

/**
 * HubQrMatrix:
 *
 * A text as a square of dark and light modules. It never changes.
 */
typedef struct _HubQrMatrix HubQrMatrix;

HubQrMatrix *hub_qr_matrix_new (const char *text) G_GNUC_WARN_UNUSED_RESULT;
HubQrMatrix *hub_qr_matrix_ref (HubQrMatrix *self);
void hub_qr_matrix_unref (HubQrMatrix *self);
guint hub_qr_matrix_get_size (const HubQrMatrix *self);
gboolean hub_qr_matrix_is_dark (const HubQrMatrix *self, guint x, guint y);
guint hub_qr_matrix_get_module_px (const HubQrMatrix *self, guint extent_px);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubQrMatrix, hub_qr_matrix_unref)

G_END_DECLS
