/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_RESIDENT_TIMEOUT_MS:
 *
 * How long a search may take, milliseconds. On one computer an answer takes none, unless somebody does not want to give one.
 */
#define HUB_RESIDENT_TIMEOUT_MS 5000

/**
 * HUB_RESIDENT_BYTES_MAX:
 *
 * The longest answer that is one, bytes, its headers included.
 */
#define HUB_RESIDENT_BYTES_MAX (64 * 1024)

/**
 * HubResident:
 * @person: (nullable): the name of who hosts, as it was told; %NULL: nobody has said so
 * @mqtt_port: where MQTT is spoken on the loopback; 0: nowhere
 * @http_port: where HTTP and WebSocket are
 * @url: what is typed into a browser, also on other computers if there is such an address
 *
 * Who hosts a chat on this computer already. It does not change.
 */
typedef struct
{
  char *person;
  guint16 mqtt_port;
  guint16 http_port;
  char *url;
} HubResident;

HubResident *hub_resident_parse (guint16 http_port, const char *answer, gsize size) G_GNUC_WARN_UNUSED_RESULT;
void hub_resident_free (HubResident *self);

void hub_resident_find_async (guint16 first_port,
                              guint n_ports,
                              guint timeout_ms,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
HubResident *hub_resident_find_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubResident, hub_resident_free)

G_END_DECLS
