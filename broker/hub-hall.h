/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-config.h"
#include "broker/hub-mailbox.h"
#include "broker/hub-observer.h"
#include "broker/net/hub-server.h"

G_BEGIN_DECLS

/*
 * HubRecordKind:
 * @HUB_RECORD_STARTED: every port is open
 * @HUB_RECORD_FAILED: there is no server; the last one
 * @HUB_RECORD_TURNED_AWAY: somebody was not let in
 * @HUB_RECORD_STORE_FAILED: nothing is kept any more, or nothing at all; then it comes before the first one
 * @HUB_RECORD_RELOADED: how a reload went; they are answered in their order
 * @HUB_RECORD_ANSWERED: an answer; questions are answered in their order
 * @HUB_RECORD_STOPPED: the last one
 *
 * What a #HubRecord is about.
 */
typedef enum
{
  HUB_RECORD_STARTED,
  HUB_RECORD_FAILED,
  HUB_RECORD_TURNED_AWAY,
  HUB_RECORD_STORE_FAILED,
  HUB_RECORD_RELOADED,
  HUB_RECORD_ANSWERED,
  HUB_RECORD_STOPPED,
} HubRecordKind;

/* What the broker thread has to say: posted to its mailbox. */
typedef struct
{
  HubRecordKind kind;
  GArray *ports;              /* (owned) (nullable) (element-type guint16): as the listeners */
  GError *error;              /* (owned) (nullable) */
  char *text;                 /* (owned) (nullable) */
  gpointer answer;            /* (owned) (nullable) */
  GDestroyNotify answer_free; /* for @answer */
} HubRecord;

/*
 * HubHall:
 *
 * What the broker thread has: it touches nothing else.
 */
typedef struct
{
  const HubConfig *config; /* (unowned): nobody writes to it while the thread runs */
  HubMailbox *mailbox;     /* (owned) */
  HubObserver *observer;   /* (unowned): outlives the thread */
  HubObserved observed;    /* what it wants to know when there is a server */
  GMainContext *context;   /* (owned) */
  GMainLoop *loop;         /* (owned) */
  HubServer *server;       /* (owned) (nullable) */
} HubHall;

/*
 * HubQuestionFunc:
 * @server: the server
 * @data: (nullable): what the question is about
 *
 * Answers a question on the broker's thread.
 *
 * Returns: (transfer full) (nullable): the answer
 */
typedef gpointer (*HubQuestionFunc) (HubServer *server, gpointer data);

void hub_record_free (gpointer record);

HubHall *hub_hall_new (const HubConfig *config,
                       HubMailbox *mailbox,
                       HubObserver *observer,
                       HubObserved observed) G_GNUC_WARN_UNUSED_RESULT;
void hub_hall_free (HubHall *self);
gpointer hub_hall_run (gpointer hall);

void hub_hall_send (HubHall *self, GSourceFunc func, gpointer data, GDestroyNotify data_free);
void hub_hall_stop (HubHall *self);
void hub_hall_reload (HubHall *self, const HubConfig *config, HubServerFiles *files);
void hub_hall_ask (HubHall *self,
                   HubQuestionFunc func,
                   gpointer data,
                   GDestroyNotify data_free,
                   GDestroyNotify answer_free);

G_END_DECLS
