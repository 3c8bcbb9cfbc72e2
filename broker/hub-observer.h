/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-observe.h"
#include "broker/hubbub/hub-broker.h"

G_BEGIN_DECLS

/**
 * HUB_OBSERVER_EVENTS_MAX:
 *
 * How many events may wait for the owner's context. What happens beyond is counted and left out: who looks on never holds
 * up the broker, nor fills the memory.
 */
#define HUB_OBSERVER_EVENTS_MAX 4096

/**
 * HUB_OBSERVER_BYTES_MAX:
 *
 * How many bytes may wait with them: of messages, their topics and names.
 */
#define HUB_OBSERVER_BYTES_MAX (8 * 1024 * 1024)

/**
 * HubEvent:
 * @kind: what has happened: one of the flags
 * @is_connected: of a client: whether it has come
 * @client_id: the client; of a message that was dropped, who does not get it
 * @user_name: (nullable): its user name
 * @address: (nullable): where a client has come from
 * @topic: (nullable): of a message
 * @payload: (nullable): of a message that was published
 * @qos: of a message
 * @is_retain: of a message
 * @size: what it takes of the memory, bytes
 *
 * Something that somebody wants to know.
 */
typedef struct
{
  HubObserved kind;
  gboolean is_connected;
  char *client_id;
  char *user_name;
  char *address;
  char *topic;
  GBytes *payload;
  guint8 qos;
  gboolean is_retain;
  int size;
} HubEvent;

/**
 * HubEventFunc:
 * @event: what has happened
 * @user_data: as given
 *
 * Called on the thread of the observer's context.
 */
typedef void (*HubEventFunc) (const HubEvent *event, gpointer user_data);

/**
 * HubObserver:
 *
 * From the core to somebody on another thread who looks on: bounded, and never waiting.
 */
typedef struct _HubObserver HubObserver;

/**
 * hub_observer_funcs:
 *
 * How the core reaches a [struct@Hub.Observer].
 */
extern const HubObserveFuncs hub_observer_funcs;

HubObserver *hub_observer_new (GMainContext *context, HubEventFunc func, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_observer_free (HubObserver *self);
void hub_observer_set (HubObserver *self, HubObserved what);
void hub_observer_close (HubObserver *self);
guint hub_observer_get_n_missed (HubObserver *self);

G_END_DECLS
