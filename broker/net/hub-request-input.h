/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_REQUEST_INPUT (hub_request_input_get_type ())
G_DECLARE_FINAL_TYPE (HubRequestInput, hub_request_input, HUB, REQUEST_INPUT, GFilterInputStream)

GInputStream *hub_request_input_new (GInputStream *base) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
