/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"
#include "app/joining/hub-backoff.h"
#include "app/joining/hub-route.h"
#include "broker/client/hub-client.h"

G_BEGIN_DECLS

/* What is subscribed to, one after the other: an answer does not say what it is about. Where all rooms are refused, that of
 * everybody is asked for alone; without the others the chat goes on. */
typedef enum
{
  HUB_LINK_WISH_ROOMS,
  HUB_LINK_WISH_EVERYONE,
  HUB_LINK_WISH_PRESENCE,
  HUB_LINK_WISH_HOST,
  HUB_LINK_WISH_TYPING,
  HUB_LINK_N_WISHES
} HubLinkWish;

struct _HubLink
{
  GObject parent_instance;

  HubHost *host;   /* (owned) (nullable): the way inside the program */
  HubRoute route;  /* or to the other host */
  char *client_id; /* (owned): new for each start of the program */
  HubLinkState state;
  char *problem;             /* (owned) (nullable) */
  HubClient *client;         /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable): of the attempt under way */
  guint retry_id;            /* source */
  HubBackoff backoff;
  HubVersion version;        /* the next attempt speaks this */
  HubLinkWish wish;          /* what was asked for last */
  gboolean is_refusing_will; /* the broker does not take us with a will */
  gboolean is_accepted;      /* it has taken us in on this connection */
  gboolean has_rooms;        /* the broker lets us into all rooms, not only that of everybody */
  gboolean wants_password;   /* it wants to know who we are */
  gboolean is_hubbub;        /* what was reached last was a Hubbub */
  gboolean has_stopped;      /* it has said goodbye, and was not there since */
  gboolean is_closed;
};

/* hub-link.c */
void hub_link_set_state (HubLink *self, HubLinkState state, const char *problem);
void hub_link_retry_later (HubLink *self, const GError *error);

/* hub-link-hear.c */
void hub_link_install_signals (GObjectClass *object_class);
void hub_link_hear (HubLink *self);
void hub_link_emit_state_changed (HubLink *self);
guint16 hub_link_find_http_port (HubLink *self);

G_END_DECLS
