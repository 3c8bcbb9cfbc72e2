/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_QR_CODE (hub_qr_code_get_type ())
G_DECLARE_FINAL_TYPE (HubQrCode, hub_qr_code, HUB, QR_CODE, GtkWidget)

const char *hub_qr_code_get_text (HubQrCode *self);
void hub_qr_code_set_text (HubQrCode *self, const char *text);

G_END_DECLS
