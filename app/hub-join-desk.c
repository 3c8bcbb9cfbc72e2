/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-join-desk.h"

#include "app/joining/hub-trail.h"

/**
 * HubJoinDesk:
 *
 * What is remembered of joining others, and when the user is asked: for the password of a host, and once, when the program
 * starts for the first time, whether to join somebody rather than to host.
 */
struct _HubJoinDesk
{
  GObject parent_instance;

  HubSettings *settings; /* (owned) */
  HubChatState *state;   /* (owned) */
  HubLink *link;         /* (unowned) (nullable): to the host that is joined */
  HubTrail trail;        /* who that is */
  gboolean has_asked;    /* for its password */
  gboolean is_visit;     /* nobody has chosen it */
};

G_DEFINE_FINAL_TYPE (HubJoinDesk, hub_join_desk, G_TYPE_OBJECT)

static HubJoining *
joining_of (HubJoinDesk *self)
{
  return hub_chat_state_get_joining (self->state);
}

static void
set_recent (HubJoinDesk *self, char **recent)
{
  hub_settings_set_recent_joins (self->settings, (const char *const *) recent);
  hub_joining_set_recent (joining_of (self), (const char *const *) recent);
}

static void
remember (HubJoinDesk *self, const HubJoinAddress *address)
{
  g_autofree char *shown = hub_join_address_to_string (address);
  g_auto (GStrv) recent = hub_joining_remember (hub_joining_get_recent (joining_of (self)), shown);

  set_recent (self, recent);
  hub_settings_set_last_join (self->settings, shown);
  hub_chat_state_set_last_join (self->state, shown);
}

static void
forget_cb (HubJoinDesk *self, const char *address)
{
  g_auto (GStrv) rest = hub_joining_without (hub_joining_get_recent (joining_of (self)), address);

  set_recent (self, rest);
  if (g_strcmp0 (hub_chat_state_get_last_join (self->state), address) != 0)
    return;
  hub_settings_set_last_join (self->settings, "");
  hub_chat_state_set_last_join (self->state, NULL);
}

/* Asked once, for good. */
static void
choose (HubJoinDesk *self, HubStartChoice choice)
{
  hub_settings_set_start_choice (self->settings, choice);
  hub_joining_set_is_offering (joining_of (self), FALSE);
}

static void
host_cb (HubJoinDesk *self)
{
  choose (self, HUB_START_CHOICE_HOST);
}

/* Where the host is on the network, as long as it is there; and where it has gone. */
static void
follow (HubJoinDesk *self)
{
  GListModel *neighbours = hub_chat_state_get_neighbours (self->state);
  g_autoptr (HubJoinAddress) detour = NULL;

  if (self->link == NULL || neighbours == NULL)
    return;
  if (hub_link_get_state (self->link) == HUB_LINK_CONNECTED)
    hub_trail_note (&self->trail, neighbours, hub_link_get_peer (self->link));
  detour = hub_trail_find (&self->trail, neighbours, hub_link_get_address (self->link));
  /* Whoever has moved says no goodbye where it was. */
  if (hub_link_get_state (self->link) != HUB_LINK_CONNECTED)
    hub_link_set_detour (self->link, detour);
  else if (detour != NULL)
    hub_link_probe (self->link);
}

static void
begin (HubJoinDesk *self, gboolean is_visit)
{
  self->is_visit = is_visit;
  self->has_asked = FALSE;
  hub_trail_clear (&self->trail);
  hub_joining_set_asked_by (joining_of (self), NULL, NULL);
}

static void
hub_join_desk_dispose (GObject *object)
{
  HubJoinDesk *self = HUB_JOIN_DESK (object);

  g_clear_weak_pointer (&self->link);
  hub_trail_clear (&self->trail);
  g_clear_object (&self->state);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hub_join_desk_parent_class)->dispose (object);
}

static void
hub_join_desk_class_init (HubJoinDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_join_desk_dispose;
}

static void
hub_join_desk_init (HubJoinDesk *self)
{
}

/**
 * hub_join_desk_new:
 * @settings: what is remembered
 * @state: what the window shows, and asks for
 *
 * Returns: (transfer full): a desk
 */
HubJoinDesk *
hub_join_desk_new (HubSettings *settings, HubChatState *state)
{
  HubJoinDesk *self = g_object_new (HUB_TYPE_JOIN_DESK, NULL);
  g_auto (GStrv) recent = hub_settings_dup_recent_joins (settings);
  g_autofree char *last_join = hub_settings_dup_last_join (settings);

  self->settings = g_object_ref (settings);
  self->state = g_object_ref (state);
  hub_joining_set_recent (joining_of (self), (const char *const *) recent);
  hub_chat_state_set_last_join (state, last_join);
  g_signal_connect_object (joining_of (self), "forget", G_CALLBACK (forget_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (joining_of (self), "host", G_CALLBACK (host_cb), self, G_CONNECT_SWAPPED);
  if (hub_chat_state_get_neighbours (state) != NULL)
    g_signal_connect_object (hub_chat_state_get_neighbours (state), "items-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_join_desk_begin:
 * @self: a desk
 *
 * Says what to do when the program starts and nobody has said what to join. Whoever has never decided is offered those who
 * host, as soon as they are found.
 *
 * Returns: (transfer full) (nullable): an address to join; %NULL: to host
 */
char *
hub_join_desk_begin (HubJoinDesk *self)
{
  HubStartChoice choice;

  g_return_val_if_fail (HUB_IS_JOIN_DESK (self), NULL);

  choice = hub_settings_get_start_choice (self->settings);
  hub_joining_set_is_offering (joining_of (self), choice == HUB_START_CHOICE_ASK);
  return choice == HUB_START_CHOICE_JOIN ? hub_settings_dup_last_join (self->settings) : NULL;
}

/**
 * hub_join_desk_join:
 * @self: a desk
 * @address: what is joined now
 *
 * Remembers @address, without user name and password. Whoever was offered to join has done so.
 */
void
hub_join_desk_join (HubJoinDesk *self, const HubJoinAddress *address)
{
  g_return_if_fail (HUB_IS_JOIN_DESK (self));

  begin (self, FALSE);
  remember (self, address);
  if (hub_joining_get_is_offering (joining_of (self)))
    choose (self, HUB_START_CHOICE_JOIN);
}

/**
 * hub_join_desk_visit:
 * @self: a desk
 *
 * A chat is joined that nobody has chosen. Nothing of it is remembered: the next start does what was wanted this time.
 */
void
hub_join_desk_visit (HubJoinDesk *self)
{
  g_return_if_fail (HUB_IS_JOIN_DESK (self));

  begin (self, TRUE);
}

/**
 * hub_join_desk_leave:
 * @self: a desk
 *
 * The user wants to host instead of what was joined: so it will be at the next start, too.
 */
void
hub_join_desk_leave (HubJoinDesk *self)
{
  g_return_if_fail (HUB_IS_JOIN_DESK (self));

  self->has_asked = FALSE;
  hub_joining_set_asked_by (joining_of (self), NULL, NULL);
  if (hub_settings_get_start_choice (self->settings) == HUB_START_CHOICE_JOIN)
    choose (self, HUB_START_CHOICE_HOST);
}

/**
 * hub_join_desk_move:
 * @self: a desk
 * @from: where the host was that is joined
 * @to: where it is now
 *
 * Remembers the new address instead of the old one.
 */
void
hub_join_desk_move (HubJoinDesk *self, const HubJoinAddress *from, const HubJoinAddress *to)
{
  g_autofree char *old = hub_join_address_to_string (from);

  g_return_if_fail (HUB_IS_JOIN_DESK (self));

  if (self->is_visit)
    return;
  forget_cb (self, old);
  remember (self, to);
}

/**
 * hub_join_desk_get_service:
 * @self: a desk
 *
 * Returns: (transfer none) (nullable): under which name the host is found that is joined, or was joined last
 */
const char *
hub_join_desk_get_service (HubJoinDesk *self)
{
  g_return_val_if_fail (HUB_IS_JOIN_DESK (self), NULL);

  return self->trail.service;
}

/**
 * hub_join_desk_follow:
 * @self: a desk
 * @to: who hosts the chat now
 *
 * Remembers the new host beside the old one, which may be back some day.
 */
void
hub_join_desk_follow (HubJoinDesk *self, const HubJoinAddress *to)
{
  g_return_if_fail (HUB_IS_JOIN_DESK (self));

  self->has_asked = FALSE;
  remember (self, to);
  hub_joining_set_asked_by (joining_of (self), NULL, NULL);
}

/**
 * hub_join_desk_hear:
 * @self: a desk
 * @link: the link to a host that is joined
 *
 * The link has changed: the user is asked for a password when the host wants one, once for each time that it is joined; and
 * the host is looked for where it is announced while the link is down.
 */
void
hub_join_desk_hear (HubJoinDesk *self, HubLink *link)
{
  const HubJoinAddress *address = hub_link_get_address (link);
  g_autofree char *shown = hub_join_address_to_string (address);

  g_return_if_fail (HUB_IS_JOIN_DESK (self));

  g_set_weak_pointer (&self->link, link);
  if (hub_link_get_state (link) == HUB_LINK_CONNECTED)
    {
      self->has_asked = FALSE;
      hub_joining_set_asked_by (joining_of (self), NULL, NULL);
    }
  else if (hub_link_get_wants_password (link) && !self->has_asked)
    {
      self->has_asked = TRUE;
      hub_joining_set_asked_by (joining_of (self), shown, address->user_name);
    }
  follow (self);
}
