/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/hub-chat.h"

#include "app/discovery/hub-discovery.h"
#include "app/hosting/hub-host-desk.h"
#include "app/people/hub-guests.h"
#include "app/hosting/hub-room-password.h"
#include "app/hosting/hub-host.h"
#include "app/hub-join-desk.h"
#include "app/hub-join-secrets.h"
#include "app/link/hub-link.h"
#include "app/sending/hub-outbox.h"
#include "app/people/hub-presence.h"
#include "app/rooms/hub-rooms.h"
#include "app/rooms/hub-seeker.h"
#include "app/people/hub-typing.h"
#include "app/sending/hub-writer.h"
#include "app/inviting/hub-inviter.h"
#include "app/joining/hub-lodging.h"
#include "app/leaving/hub-follower.h"
#include "app/leaving/hub-testament.h"

G_BEGIN_DECLS

struct _HubChat
{
  GObject parent_instance;

  HubSettings *settings;     /* (owned) */
  HubChatState *state;       /* (owned) */
  HubOutbox *outbox;         /* (owned) */
  HubWriter *writer;         /* (owned) */
  HubRoomMemory *memory;     /* (owned) */
  HubRooms *rooms;           /* (owned) */
  HubSeeker *seeker;         /* (owned) */
  HubPresence *presence;     /* (owned) */
  HubTyping *typing;         /* (owned) */
  HubDiscovery *discovery;   /* (owned) */
  HubJoinDesk *join_desk;    /* (owned) */
  HubHostDesk *desk;         /* (owned) */
  HubInviter *inviter;       /* (owned) */
  HubSecrets *secrets;       /* (owned) */
  HubJoinSecrets *known;     /* (owned): the passwords of other chats */
  HubRoomPassword *password; /* (owned) */
  HubGuests *guests;         /* (owned) */
  HubTestament *testament;   /* (owned) */
  HubFollower *follower;     /* (owned) */
  char *from;                /* (owned) */
  HubJoinAddress *wanted;    /* (owned) (nullable): whom to join; NULL: to host */
  HubResident *resident;     /* (owned) (nullable): whose chat on this computer was joined instead of hosting */
  GCancellable *search;      /* (owned) (nullable): for who that may be */
  HubHost *host;             /* (owned) (nullable) */
  HubLink *link;             /* (owned) (nullable) */
  gint64 turned_away_us;     /* when it was told last that somebody was turned away; 0: never */
  gboolean is_busy;          /* the host is being started or stopped, or whoever has its port is asked */
  gboolean has_failed;       /* hosting is not possible */
  gboolean must_restart;     /* the host has to become another one */
  gboolean insists;          /* the user wants to host beside another chat on this computer */
  gboolean is_waiting;       /* the user has to say what is wanted */
  gboolean is_stopped;
};

/* hub-chat.c: how it stands */
char *hub_chat_dup_key (HubChat *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_chat_notice (HubChat *self, const char *text);
void hub_chat_hear_link (HubChat *self);
void hub_chat_hear_message (HubChat *self, const char *topic, GBytes *bytes, gboolean is_retain, const HubStamp *stamp);
void hub_chat_show_address (HubChat *self);
void hub_chat_show_page (HubChat *self, const char *url);
void hub_chat_show_problem (HubChat *self);
void hub_chat_show_title (HubChat *self);
void hub_chat_tell_turned_away (HubChat *self, const char *address);

/* hub-chat-course.c: what is wanted, and the way there */
void hub_chat_be_oneself (HubChat *self);
gboolean hub_chat_be_named (HubChat *self);
void hub_chat_drop_link (HubChat *self);
void hub_chat_follow_successor (HubChat *self, HubJoinAddress *address);
void hub_chat_pursue (HubChat *self);
void hub_chat_succeed (HubChat *self);
void hub_chat_want (HubChat *self, HubJoinAddress *address);

G_END_DECLS
