/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/hub-broker.h"
#include "broker/hub-hall.h"
#include "broker/hub-hooks.h"
#include "broker/hub-log-sink.h"

G_BEGIN_DECLS

struct _HubBroker
{
  GObject parent_instance;

  HubConfig *config;     /* (owned) */
  HubLogSink *sink;      /* (owned) (nullable): of the configuration file */
  HubHooks hooks;        /* (owned) */
  HubMailbox *mailbox;   /* (owned) */
  HubObserver *observer; /* (owned) */
  HubObserved observed;
  GThread *thread;   /* (owned) (nullable) */
  HubHall *hall;     /* (owned) (nullable): the thread's; here only to have something done there */
  GArray *ports;     /* (owned) (nullable) (element-type guint16) */
  GTask *start_task; /* (owned) (nullable) */
  GPtrArray *stops;  /* (owned) (element-type GTask): those who wait for it to have stopped */
  GQueue reloads;    /* (owned) (element-type GTask): in the order in which they are answered; each has a HubConfig */
  GQueue questions;  /* (owned) (element-type GTask): in the order in which they are answered */
  gboolean is_running;
};

/* hub-broker.c */
void hub_broker_use_config (HubBroker *self, HubConfig *config);
void hub_broker_ask (HubBroker *self,
                     GTask *task,
                     HubQuestionFunc func,
                     gpointer data,
                     GDestroyNotify data_free,
                     GDestroyNotify answer_free);

/* hub-broker-events.c */
void hub_broker_install_signals (GObjectClass *object_class);
void hub_broker_tell (const HubEvent *event, gpointer user_data);

G_END_DECLS
