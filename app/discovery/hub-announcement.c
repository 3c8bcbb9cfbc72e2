/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-announcement.h"

/* As Avahi numbers the states of a group. */
enum
{
  GROUP_ESTABLISHED = 2,
  GROUP_COLLISION = 3,
  GROUP_FAILURE = 4,
};

#define ERROR_COLLISION "org.freedesktop.Avahi.CollisionError"

/* Others of the same name give way as well: more than this is no accident. */
#define NAMES_MAX 50

/* Avahi takes a second or two to make sure that a name is free. */
#define PATIENCE_MS 5000
#define PATIENCE_MAX_MS (5 * 60 * 1000)

/**
 * HubAnnouncement:
 *
 * Tells the network that this computer hosts: as a broker, `_mqtt._tcp`, and as a page, `_http._tcp`. Where somebody else
 * has the same name it takes another one. After a restart of Avahi it tells once more, and when Avahi does not get done,
 * as where the network goes while it is at it.
 */
struct _HubAnnouncement
{
  GObject parent_instance;

  HubAvahi *avahi;           /* (owned) */
  GCancellable *cancellable; /* (owned) (nullable): of what is under way for the present group */
  char *wanted;              /* (owned) (nullable): the name; NULL: nothing is announced */
  char *name;                /* (owned) (nullable): the name that is tried, or has come through */
  char *group;               /* (owned) (nullable): path of the object */
  guint watch_id;            /* of signals */
  guint n_names;
  guint serial;      /* of the group */
  guint overdue_id;  /* source, while Avahi is at it */
  guint patience_ms; /* how long it may be */
  guint16 mqtt_port;
  guint16 http_port;
  gboolean is_established;
};

G_DEFINE_FINAL_TYPE (HubAnnouncement, hub_announcement, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
} HubAnnouncementProperty;

static GParamSpec *props[PROP_NAME + 1];

static void add_services (HubAnnouncement *self);
static void announce_once_more (HubAnnouncement *self);

static void
set_is_established (HubAnnouncement *self, gboolean is_established)
{
  if (is_established)
    {
      g_clear_handle_id (&self->overdue_id, g_source_remove);
      self->patience_ms = PATIENCE_MS;
    }
  if (self->is_established == is_established)
    return;
  self->is_established = is_established;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

static gboolean
overdue_cb (gpointer user_data)
{
  HubAnnouncement *self = user_data;

  self->overdue_id = 0;
  g_debug ("announcing takes more than %u ms, and begins anew", self->patience_ms);
  self->patience_ms = MIN (self->patience_ms * 2, PATIENCE_MAX_MS);
  announce_once_more (self);
  return G_SOURCE_REMOVE;
}

/* Avahi has something to do until the group is established. */
static void
expect_to_be_established (HubAnnouncement *self)
{
  if (self->overdue_id != 0)
    return;
  self->overdue_id = g_timeout_add (self->patience_ms, overdue_cb, self);
  g_source_set_name_by_id (self->overdue_id, "hubbub announcement");
}

/* One that stayed would collide with the next one of the same name. */
static void
free_group (HubAnnouncement *self, const char *group)
{
  if (group != NULL && hub_avahi_get_is_there (self->avahi))
    hub_avahi_call (self->avahi, group, "EntryGroup.Free", NULL, NULL, NULL, NULL);
}

/* Nothing is left of it, neither here nor with Avahi. */
static void
drop_group (HubAnnouncement *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->watch_id != 0)
    hub_avahi_unwatch (self->avahi, self->watch_id);
  self->watch_id = 0;
  g_clear_handle_id (&self->overdue_id, g_source_remove);
  self->serial++;
  free_group (self, self->group);
  g_clear_pointer (&self->group, g_free);
  set_is_established (self, FALSE);
}

static void
give_up (HubAnnouncement *self, const char *why)
{
  g_warning ("this computer is not announced on the network: %s", why);
  drop_group (self);
}

/* What every answer begins with. Returns NULL when it is of no interest any more; else who asked. */
static HubAnnouncement *
take_answer (GObject *object, GAsyncResult *result, gpointer user_data, GVariant **reply, GError **error)
{
  g_autoptr (HubAnnouncement) self = user_data;

  *reply = hub_avahi_call_finish (HUB_AVAHI (object), result, error);
  if (*reply == NULL && (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->group == NULL))
    return NULL;
  return g_steal_pointer (&self);
}

static void
call (HubAnnouncement *self, const char *path, const char *method, GVariant *arguments, GAsyncReadyCallback callback)
{
  hub_avahi_call (self->avahi, path, method, arguments, self->cancellable, callback, g_object_ref (self));
}

static void
renamed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (HubAnnouncement) self = take_answer (object, result, user_data, &reply, &error);

  if (self == NULL)
    return;
  if (reply == NULL)
    {
      give_up (self, error->message);
      return;
    }
  g_free (self->name);
  g_variant_get (reply, "(s)", &self->name);
  add_services (self);
}

static void
reset_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (HubAnnouncement) self = take_answer (object, result, user_data, &reply, &error);

  if (self != NULL && reply != NULL)
    call (self, "/", "Server.GetAlternativeServiceName", g_variant_new ("(s)", self->name), renamed_cb);
  else if (self != NULL)
    give_up (self, error->message);
}

/* What else was said under the name that is taken fails as well, and is of no interest. */
static void
take_other_name (HubAnnouncement *self)
{
  set_is_established (self, FALSE);
  g_clear_handle_id (&self->overdue_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (++self->n_names < NAMES_MAX)
    call (self, self->group, "EntryGroup.Reset", NULL, reset_cb);
  else
    give_up (self, "its name is taken everywhere");
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (HubAnnouncement) self = take_answer (object, result, user_data, &reply, &error);

  if (self == NULL || reply != NULL)
    return;
  give_up (self, error->message);
}

static void
first_added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (HubAnnouncement) self = take_answer (object, result, user_data, &reply, &error);
  g_autofree char *remote = NULL;

  if (self == NULL || reply != NULL)
    return;
  /* Somebody else on this very computer has announced under this name. */
  remote = g_dbus_error_get_remote_error (error);
  if (g_strcmp0 (remote, ERROR_COLLISION) == 0)
    take_other_name (self);
  else
    give_up (self, error->message);
}

static void
add_text (GVariantBuilder *builder, const char *key, const char *value)
{
  g_autofree char *pair = g_strdup_printf ("%s=%s", key, value);

  /* A string of a TXT record has a byte for its length. */
  g_variant_builder_add_value (builder, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, pair, MIN (strlen (pair), 255), 1));
}

static GVariant *
service (HubAnnouncement *self, const char *type, guint16 port, GVariant *texts)
{
  const guint32 no_flags = 0;

  return g_variant_new ("(iiussssq@aay)",
                        HUB_AVAHI_ANY, HUB_AVAHI_ANY, no_flags, self->name, type, "", "", port, texts);
}

/* The calls are answered in their order, so that nothing has to wait for another. */
static void
add_services (HubAnnouncement *self)
{
  GVariantBuilder texts;
  g_autofree char *http_port = g_strdup_printf ("%u", self->http_port);

  g_variant_builder_init (&texts, G_VARIANT_TYPE ("aay"));
  add_text (&texts, "app", "hubbub");
  if (self->http_port != 0)
    add_text (&texts, "http", http_port);
  add_text (&texts, "name", self->wanted);
  call (self, self->group, "EntryGroup.AddService",
        service (self, "_mqtt._tcp", self->mqtt_port, g_variant_builder_end (&texts)), first_added_cb);
  if (self->http_port != 0)
    {
      g_variant_builder_init (&texts, G_VARIANT_TYPE ("aay"));
      add_text (&texts, "path", "/");
      call (self, self->group, "EntryGroup.AddService",
            service (self, "_http._tcp", self->http_port, g_variant_builder_end (&texts)), done_cb);
    }
  call (self, self->group, "EntryGroup.Commit", NULL, done_cb);
  expect_to_be_established (self);
}

static void
group_state_cb (GDBusConnection *bus,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer user_data)
{
  HubAnnouncement *self = user_data;
  const char *why;
  int state;

  if (g_strcmp0 (path, self->group) != 0 || !g_str_equal (signal, "StateChanged") ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    return;
  g_variant_get (parameters, "(i&s)", &state, &why);
  if (state == GROUP_COLLISION)
    take_other_name (self);
  else if (state == GROUP_FAILURE)
    give_up (self, why);
  else
    {
      set_is_established (self, state == GROUP_ESTABLISHED);
      if (!self->is_established)
        expect_to_be_established (self);
    }
}

/* A group that was asked for. */
typedef struct
{
  HubAnnouncement *self; /* (owned) */
  guint serial;
} Asked;

static void
group_made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Asked *asked = user_data;
  g_autoptr (HubAnnouncement) self = asked->self;
  g_autofree char *group = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hub_avahi_call_finish (HUB_AVAHI (object), result, &error);

  if (reply == NULL)
    {
      g_debug ("not announced: %s", error->message);
      return;
    }
  g_variant_get (reply, "(o)", &group);
  if (asked->serial != self->serial)
    {
      free_group (self, group);
      return;
    }
  self->group = g_steal_pointer (&group);
  add_services (self);
}

static void
make_group (HubAnnouncement *self)
{
  Asked *asked = g_new (Asked, 1);

  *asked = (Asked){ g_object_ref (self), self->serial };
  /* Without a cancellable: what was made unasked has to be known, to be freed. */
  hub_avahi_call (self->avahi, "/", "Server.EntryGroupNew", NULL, NULL, group_made_cb, asked);
}

static void
announce_once_more (HubAnnouncement *self)
{
  drop_group (self);
  if (self->wanted == NULL || !hub_avahi_get_is_running (self->avahi))
    return;
  g_free (self->name);
  self->name = g_strdup (self->wanted);
  self->n_names = 0;
  self->cancellable = g_cancellable_new ();
  self->watch_id = hub_avahi_watch (self->avahi, "EntryGroup", group_state_cb, self);
  make_group (self);
}

static void
announce (HubAnnouncement *self)
{
  self->patience_ms = PATIENCE_MS;
  announce_once_more (self);
}

static void
hub_announcement_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch ((HubAnnouncementProperty) prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, hub_announcement_get_name (HUB_ANNOUNCEMENT (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_announcement_dispose (GObject *object)
{
  HubAnnouncement *self = HUB_ANNOUNCEMENT (object);

  if (self->avahi != NULL)
    drop_group (self);
  g_clear_object (&self->avahi);
  G_OBJECT_CLASS (hub_announcement_parent_class)->dispose (object);
}

static void
hub_announcement_finalize (GObject *object)
{
  HubAnnouncement *self = HUB_ANNOUNCEMENT (object);

  g_free (self->wanted);
  g_free (self->name);
  G_OBJECT_CLASS (hub_announcement_parent_class)->finalize (object);
}

static void
hub_announcement_class_init (HubAnnouncementClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_announcement_get_property;
  object_class->dispose = hub_announcement_dispose;
  object_class->finalize = hub_announcement_finalize;

  /**
   * HubAnnouncement:name: (nullable)
   *
   * The name under which others find this computer; %NULL while they do not.
   */
  props[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_announcement_init (HubAnnouncement *self)
{
}

/**
 * hub_announcement_new:
 * @avahi: Avahi
 *
 * Returns: (transfer full): an announcement of nothing
 */
HubAnnouncement *
hub_announcement_new (HubAvahi *avahi)
{
  HubAnnouncement *self = g_object_new (HUB_TYPE_ANNOUNCEMENT, NULL);

  self->avahi = g_object_ref (avahi);
  g_signal_connect_object (avahi, "notify::is-running", G_CALLBACK (announce), self, G_CONNECT_SWAPPED);
  return self;
}

/* As much of it as a label of DNS holds, in whole characters. */
static char *
shorten (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  const char *end = valid;

  while (*end != '\0' && g_utf8_next_char (end) - valid <= HUB_ANNOUNCEMENT_NAME_BYTES)
    end = g_utf8_next_char (end);
  return g_strndup (valid, (gsize) (end - valid));
}

/**
 * hub_announcement_set:
 * @self: an announcement
 * @name: what this computer, or who sits at it, is called; what is too long is cut
 * @mqtt_port: where it speaks MQTT
 * @http_port: where it serves the page; 0: nowhere
 *
 * Announces this from now on, also when Avahi comes only later. What is announced like that already stays untouched.
 */
void
hub_announcement_set (HubAnnouncement *self, const char *name, guint16 mqtt_port, guint16 http_port)
{
  g_autofree char *short_name = NULL;

  g_return_if_fail (HUB_IS_ANNOUNCEMENT (self));
  g_return_if_fail (name != NULL && name[0] != '\0');
  g_return_if_fail (mqtt_port != 0);

  short_name = shorten (name);
  if (g_strcmp0 (self->wanted, short_name) == 0 && self->mqtt_port == mqtt_port && self->http_port == http_port)
    return;
  g_free (self->wanted);
  self->wanted = g_steal_pointer (&short_name);
  self->mqtt_port = mqtt_port;
  self->http_port = http_port;
  announce (self);
}

/**
 * hub_announcement_clear:
 * @self: an announcement
 *
 * Takes it back: others see this computer no more.
 */
void
hub_announcement_clear (HubAnnouncement *self)
{
  g_return_if_fail (HUB_IS_ANNOUNCEMENT (self));

  g_clear_pointer (&self->wanted, g_free);
  drop_group (self);
}

/**
 * hub_announcement_get_name:
 * @self: an announcement
 *
 * Returns: (nullable) (transfer none): [property@HubAnnouncement:name]
 */
const char *
hub_announcement_get_name (HubAnnouncement *self)
{
  g_return_val_if_fail (HUB_IS_ANNOUNCEMENT (self), NULL);

  return self->is_established ? self->name : NULL;
}
