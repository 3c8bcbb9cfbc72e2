/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-guest.h"

#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/**
 * HubGuest:
 *
 * Somebody who is connected to the own broker, or was sent away from it: one program at one address, with or without a
 * person who is in the chat. It does not change.
 */
struct _HubGuest
{
  GObject parent_instance;

  char *client_id; /* (owned) */
  char *from;      /* (owned) (nullable) */
  char *name;      /* (owned) (nullable): not empty */
  char *address;   /* (owned) (nullable): without the port */
  HubPersonKind kind;
  gint64 time_us;
  gboolean is_browser;
};

G_DEFINE_FINAL_TYPE (HubGuest, hub_guest, G_TYPE_OBJECT)

static void
hub_guest_finalize (GObject *object)
{
  HubGuest *self = HUB_GUEST (object);

  g_free (self->client_id);
  g_free (self->from);
  g_free (self->name);
  g_free (self->address);
  G_OBJECT_CLASS (hub_guest_parent_class)->finalize (object);
}

static void
hub_guest_class_init (HubGuestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_guest_finalize;
}

static void
hub_guest_init (HubGuest *self)
{
}

/* "192.0.2.1:1234" and "[2001:db8::1]:1234": of the port nobody can make anything. */
static char *
without_port (const char *address)
{
  const char *colon = strchr (address, ':');
  const char *bracket = address[0] == '[' ? strchr (address, ']') : NULL;

  if (bracket != NULL)
    return g_strndup (address + 1, (gsize) (bracket - address) - 1);
  if (colon != NULL && strchr (colon + 1, ':') == NULL)
    return g_strndup (address, (gsize) (colon - address));
  return g_strdup (address);
}

/**
 * hub_guest_new:
 * @params: what is known of them
 *
 * Returns: (transfer full): a guest
 */
HubGuest *
hub_guest_new (const HubGuestParams *params)
{
  HubGuest *self = g_object_new (HUB_TYPE_GUEST, NULL);

  self->client_id = g_utf8_make_valid (params->client_id, -1);
  self->from = g_strdup (params->from);
  self->name = params->name != NULL && params->name[0] != '\0' ? g_utf8_make_valid (params->name, -1) : NULL;
  self->kind = params->kind;
  self->address = params->address != NULL ? without_port (params->address) : NULL;
  self->time_us = params->time_us;
  self->is_browser = params->is_browser;
  return self;
}

/**
 * hub_guest_get_client_id:
 * @self: a guest
 *
 * Returns: (transfer none): the Client Identifier
 */
const char *
hub_guest_get_client_id (HubGuest *self)
{
  g_return_val_if_fail (HUB_IS_GUEST (self), NULL);

  return self->client_id;
}

/**
 * hub_guest_get_from:
 * @self: a guest
 *
 * Returns: (transfer none) (nullable): 16 hexadecimal digits, if it has said who it is
 */
const char *
hub_guest_get_from (HubGuest *self)
{
  g_return_val_if_fail (HUB_IS_GUEST (self), NULL);

  return self->from;
}

/**
 * hub_guest_get_address:
 * @self: a guest
 *
 * Returns: (transfer none) (nullable): the IP address; %NULL: it is inside the program
 */
const char *
hub_guest_get_address (HubGuest *self)
{
  g_return_val_if_fail (HUB_IS_GUEST (self), NULL);

  return self->address;
}

/**
 * hub_guest_get_time_us:
 * @self: a guest
 *
 * Returns: since when it is connected, or until when it is kept out, microseconds since 1970, UTC
 */
gint64
hub_guest_get_time_us (HubGuest *self)
{
  g_return_val_if_fail (HUB_IS_GUEST (self), 0);

  return self->time_us;
}

/**
 * hub_guest_get_is_own:
 * @self: a guest
 *
 * Returns: whether it is this window, which cannot be sent away
 */
gboolean
hub_guest_get_is_own (HubGuest *self)
{
  g_return_val_if_fail (HUB_IS_GUEST (self), FALSE);

  return self->address == NULL;
}

/**
 * hub_guest_equal:
 * @self: a guest
 * @other: another one
 *
 * Returns: whether both say the same. Where two clocks have told since when, they differ by a little
 */
gboolean
hub_guest_equal (HubGuest *self, HubGuest *other)
{
  g_return_val_if_fail (HUB_IS_GUEST (self) && HUB_IS_GUEST (other), FALSE);

  return g_str_equal (self->client_id, other->client_id) && g_strcmp0 (self->from, other->from) == 0 &&
         g_strcmp0 (self->name, other->name) == 0 && g_strcmp0 (self->address, other->address) == 0 &&
         self->kind == other->kind && ABS (self->time_us - other->time_us) < G_TIME_SPAN_SECOND;
}

/**
 * hub_guest_dup_sent_away:
 * @self: a guest
 * @until_us: until when it is kept out, microseconds since 1970, UTC
 *
 * Returns: (transfer full): the same, sent away
 */
HubGuest *
hub_guest_dup_sent_away (HubGuest *self, gint64 until_us)
{
  HubGuestParams params = {
    .client_id = self->client_id,
    .from = self->from,
    .name = self->name,
    .kind = self->kind,
    .time_us = until_us,
    .is_browser = self->is_browser,
  };
  HubGuest *copy;

  g_return_val_if_fail (HUB_IS_GUEST (self), NULL);

  copy = hub_guest_new (&params);
  copy->address = g_strdup (self->address);
  return copy;
}

/**
 * hub_guest_dup_title:
 * @self: a guest
 *
 * Returns: (transfer full): how it is called: by its name, else by its Client Identifier
 */
char *
hub_guest_dup_title (HubGuest *self)
{
  g_return_val_if_fail (HUB_IS_GUEST (self), NULL);

  return hub_format_name (self->name != NULL ? self->name : self->client_id);
}

static const char *
kind_words (HubGuest *self)
{
  if (self->address == NULL)
    return _ ("This window");
  switch (self->kind)
    {
    case HUB_PERSON_DESKTOP:
      return _ ("Hubbub");
    case HUB_PERSON_BROWSER:
      return _ ("Browser");
    case HUB_PERSON_OTHER:
    default:
      return self->is_browser ? _ ("MQTT over WebSocket") : _ ("MQTT client");
    }
}

static char *
time_words (gint64 time_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_TIME_SPAN_SECOND);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  const gboolean is_today = g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (now) &&
                            g_date_time_get_year (local) == g_date_time_get_year (now);

  /* Translators: a time of today, and a day with a time; see strftime(3). */
  return g_date_time_format (local, is_today ? _ ("%H:%M") : _ ("%x %H:%M"));
}

/**
 * hub_guest_dup_detail:
 * @self: a guest who is connected
 * @zone: where the user is
 *
 * Returns: (transfer full): what it is, from where, and since when, in one line
 */
char *
hub_guest_dup_detail (HubGuest *self, GTimeZone *zone)
{
  g_autofree char *time = NULL;

  g_return_val_if_fail (HUB_IS_GUEST (self), NULL);

  time = time_words (self->time_us, zone);
  if (self->address == NULL)
    /* Translators: %s is “This window”, and a time. */
    return g_strdup_printf (_ ("%s, since %s"), kind_words (self), time);
  /* Translators: %s is a kind of program, an IP address, and a time. */
  return g_strdup_printf (_ ("%s at %s, since %s"), kind_words (self), self->address, time);
}

/**
 * hub_guest_dup_sent_away_detail:
 * @self: a guest who was sent away
 * @zone: where the user is
 *
 * Returns: (transfer full): who it was, and until when it is kept out, in one line
 */
char *
hub_guest_dup_sent_away_detail (HubGuest *self, GTimeZone *zone)
{
  g_autofree char *time = NULL;

  g_return_val_if_fail (HUB_IS_GUEST (self), NULL);

  time = time_words (self->time_us, zone);
  /* Translators: %s is an IP address, and a time. */
  return g_strdup_printf (_ ("%s, kept out until %s"), self->address, time);
}
