/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <hubbub/hubbub.h>

G_BEGIN_DECLS

/**
 * Fixture:
 * @broker: (nullable): a broker, with a listener for MQTT on a free port of 127.0.0.1
 * @thread: the thread of the test
 * @n_fds: the descriptors that were open before
 *
 * A broker in a program that knows nothing of it but its public headers.
 */
typedef struct
{
  HubBroker *broker;
  GThread *thread;
  guint n_fds;
} Fixture;

/**
 * Stranger:
 *
 * A client from outside, byte by byte. It blocks: the broker has a thread of its own.
 */
typedef struct
{
  GIOStream *stream;
  guint version;
} Stranger;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
void fixture_start (Fixture *self);
void fixture_stop (Fixture *self);

gboolean start_broker (HubBroker *broker, GError **error);
void stop_broker (HubBroker *broker);
HubBroker *new_broker (void) G_GNUC_WARN_UNUSED_RESULT;
HubLocalClient *open_client (HubBroker *broker, const char *client_id) G_GNUC_WARN_UNUSED_RESULT;
void subscribe (HubLocalClient *client, const char *filter, guint qos);
void publish (HubLocalClient *client, const char *topic, const char *payload, guint qos);
GPtrArray *list_clients (HubBroker *broker) G_GNUC_WARN_UNUSED_RESULT;
HubClientStatus *find_client (GPtrArray *list, const char *client_id);
gboolean kick (HubBroker *broker, const char *client_id, GError **error);

Stranger *stranger_new (GIOStream *stream, guint version) G_GNUC_WARN_UNUSED_RESULT;
Stranger *stranger_come (guint16 port, guint version) G_GNUC_WARN_UNUSED_RESULT;
Stranger *stranger_join (HubBroker *broker, const char *client_id) G_GNUC_WARN_UNUSED_RESULT;
void stranger_free (Stranger *self);
guint stranger_connect (Stranger *self, const char *client_id, const char *user_name, const char *password);
void stranger_send_exchange (Stranger *self,
                             const char *client_id,
                             const char *user_name,
                             const char *password,
                             const char *method,
                             GBytes *data);
void stranger_send_auth (Stranger *self, guint8 code, const char *method, GBytes *data);
guint stranger_subscribe (Stranger *self, const char *filter);
void stranger_send_publish (Stranger *self, const char *topic, const char *payload);
guint stranger_publish (Stranger *self, const char *topic, const char *payload);
void stranger_leave (Stranger *self);
GBytes *stranger_take (Stranger *self) G_GNUC_WARN_UNUSED_RESULT;
void stranger_expect_end (Stranger *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stranger, stranger_free)

G_END_DECLS
