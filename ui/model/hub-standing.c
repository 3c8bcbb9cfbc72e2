/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-standing.h"

/**
 * HubStanding:
 *
 * How the window stands to the chat: whose it is, whether the way there is open, and what of that is to be said. The
 * program sets the properties, and the window shows them.
 *
 * Thread: main.
 */
struct _HubStanding
{
  GObject parent_instance;

  char *title_detail; /* (owned) (nullable) */
  char *problem;      /* (owned) (nullable) */
  char *join_url;     /* (owned) (nullable) */
  guint64 limit_bytes;
  HubChatConnection connection;
  gboolean is_hosting;
};

G_DEFINE_ENUM_TYPE (HubChatConnection,
                    hub_chat_connection,
                    G_DEFINE_ENUM_VALUE (HUB_CHAT_CONNECTION_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (HUB_CHAT_CONNECTION_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (HUB_CHAT_CONNECTION_OFFLINE, "offline"))

G_DEFINE_FINAL_TYPE (HubStanding, hub_standing, G_TYPE_OBJECT)

typedef enum
{
  PROP_CONNECTION = 1,
  PROP_IS_HOSTING,
  PROP_TITLE_DETAIL,
  PROP_PROBLEM,
  PROP_JOIN_URL,
  PROP_LIMIT_BYTES,
} HubStandingProperty;

static GParamSpec *props[PROP_LIMIT_BYTES + 1];

static void
set_string (HubStanding *self,
            char **field,
            const char *value,
            HubStandingProperty property)
{
  if (g_strcmp0 (*field, value) == 0)
    return;

  g_free (*field);
  *field = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), props[property]);
}

static void
hub_standing_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  HubStanding *self = HUB_STANDING (object);

  switch ((HubStandingProperty) prop_id)
    {
    case PROP_CONNECTION:
      g_value_set_enum (value, self->connection);
      break;
    case PROP_IS_HOSTING:
      g_value_set_boolean (value, self->is_hosting);
      break;
    case PROP_TITLE_DETAIL:
      g_value_set_string (value, self->title_detail);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_JOIN_URL:
      g_value_set_string (value, self->join_url);
      break;
    case PROP_LIMIT_BYTES:
      g_value_set_uint64 (value, self->limit_bytes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_standing_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  HubStanding *self = HUB_STANDING (object);

  switch ((HubStandingProperty) prop_id)
    {
    case PROP_CONNECTION:
      hub_standing_set_connection (self, g_value_get_enum (value));
      break;
    case PROP_IS_HOSTING:
      hub_standing_set_is_hosting (self, g_value_get_boolean (value));
      break;
    case PROP_TITLE_DETAIL:
      hub_standing_set_title_detail (self, g_value_get_string (value));
      break;
    case PROP_PROBLEM:
      hub_standing_set_problem (self, g_value_get_string (value));
      break;
    case PROP_JOIN_URL:
      hub_standing_set_join_url (self, g_value_get_string (value));
      break;
    case PROP_LIMIT_BYTES:
      hub_standing_set_limit_bytes (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_standing_finalize (GObject *object)
{
  HubStanding *self = HUB_STANDING (object);

  g_free (self->title_detail);
  g_free (self->problem);
  g_free (self->join_url);

  G_OBJECT_CLASS (hub_standing_parent_class)->finalize (object);
}

static void
hub_standing_class_init (HubStandingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hub_standing_get_property;
  object_class->set_property = hub_standing_set_property;
  object_class->finalize = hub_standing_finalize;

  /**
   * HubStanding:connection:
   *
   * What the badge says.
   */
  props[PROP_CONNECTION] = g_param_spec_enum ("connection",
                                              NULL,
                                              NULL,
                                              HUB_TYPE_CHAT_CONNECTION,
                                              HUB_CHAT_CONNECTION_CONNECTING,
                                              write);
  /**
   * HubStanding:is-hosting:
   *
   * Whether this program hosts the chat; else it has joined, or is joining, somebody else's.
   */
  props[PROP_IS_HOSTING] = g_param_spec_boolean ("is-hosting", NULL, NULL, FALSE, write);
  /**
   * HubStanding:title-detail: (nullable)
   *
   * The line under the title, translated: "Hosting on office-laptop".
   */
  props[PROP_TITLE_DETAIL] = g_param_spec_string ("title-detail", NULL, NULL, NULL, write);
  /**
   * HubStanding:problem: (nullable)
   *
   * What the user should know: one plain sentence, translated. It stays until it is set to %NULL or the user
   * closes the banner.
   */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, write);
  /**
   * HubStanding:join-url: (nullable)
   *
   * The address that others type into a browser. %NULL when nobody could reach this computer.
   */
  props[PROP_JOIN_URL] = g_param_spec_string ("join-url", NULL, NULL, NULL, write);
  /**
   * HubStanding:limit-bytes:
   *
   * How long a text can be that is published now, as [func@Hub.format_sent_bytes] counts. %G_MAXUINT64: of any length.
   */
  props[PROP_LIMIT_BYTES] = g_param_spec_uint64 ("limit-bytes", NULL, NULL, 0, G_MAXUINT64, G_MAXUINT64, write);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_standing_init (HubStanding *self)
{
  self->limit_bytes = G_MAXUINT64;
}

/**
 * hub_standing_new:
 *
 * Returns: (transfer full): a standing: connecting, not hosting
 */
HubStanding *
hub_standing_new (void)
{
  return g_object_new (HUB_TYPE_STANDING, NULL);
}

/**
 * hub_standing_get_connection:
 * @self: the standing
 *
 * Returns: [property@HubStanding:connection]
 */
HubChatConnection
hub_standing_get_connection (HubStanding *self)
{
  g_return_val_if_fail (HUB_IS_STANDING (self), HUB_CHAT_CONNECTION_OFFLINE);

  return self->connection;
}

/**
 * hub_standing_set_connection:
 * @self: the standing
 * @connection: what the badge says
 *
 * Sets [property@HubStanding:connection].
 */
void
hub_standing_set_connection (HubStanding *self,
                             HubChatConnection connection)
{
  g_return_if_fail (HUB_IS_STANDING (self));

  if (self->connection == connection)
    return;

  self->connection = connection;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
}

/**
 * hub_standing_get_is_hosting:
 * @self: the standing
 *
 * Returns: [property@HubStanding:is-hosting]
 */
gboolean
hub_standing_get_is_hosting (HubStanding *self)
{
  g_return_val_if_fail (HUB_IS_STANDING (self), FALSE);

  return self->is_hosting;
}

/**
 * hub_standing_set_is_hosting:
 * @self: the standing
 * @is_hosting: whether this program hosts the chat
 *
 * Sets [property@HubStanding:is-hosting].
 */
void
hub_standing_set_is_hosting (HubStanding *self,
                             gboolean is_hosting)
{
  g_return_if_fail (HUB_IS_STANDING (self));

  if (self->is_hosting == !!is_hosting)
    return;

  self->is_hosting = !!is_hosting;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_HOSTING]);
}

/**
 * hub_standing_get_title_detail:
 * @self: the standing
 *
 * Returns: (nullable) (transfer none): [property@HubStanding:title-detail]
 */
const char *
hub_standing_get_title_detail (HubStanding *self)
{
  g_return_val_if_fail (HUB_IS_STANDING (self), NULL);

  return self->title_detail;
}

/**
 * hub_standing_set_title_detail:
 * @self: the standing
 * @title_detail: (nullable): the line under the title
 *
 * Sets [property@HubStanding:title-detail].
 */
void
hub_standing_set_title_detail (HubStanding *self,
                               const char *title_detail)
{
  g_return_if_fail (HUB_IS_STANDING (self));

  set_string (self, &self->title_detail, title_detail, PROP_TITLE_DETAIL);
}

/**
 * hub_standing_get_problem:
 * @self: the standing
 *
 * Returns: (nullable) (transfer none): [property@HubStanding:problem]
 */
const char *
hub_standing_get_problem (HubStanding *self)
{
  g_return_val_if_fail (HUB_IS_STANDING (self), NULL);

  return self->problem;
}

/**
 * hub_standing_set_problem:
 * @self: the standing
 * @problem: (nullable): one plain sentence
 *
 * Sets [property@HubStanding:problem].
 */
void
hub_standing_set_problem (HubStanding *self,
                          const char *problem)
{
  g_return_if_fail (HUB_IS_STANDING (self));

  set_string (self, &self->problem, problem, PROP_PROBLEM);
}

/**
 * hub_standing_get_join_url:
 * @self: the standing
 *
 * Returns: (nullable) (transfer none): [property@HubStanding:join-url]
 */
const char *
hub_standing_get_join_url (HubStanding *self)
{
  g_return_val_if_fail (HUB_IS_STANDING (self), NULL);

  return self->join_url;
}

/**
 * hub_standing_set_join_url:
 * @self: the standing
 * @join_url: (nullable): the address for browsers
 *
 * Sets [property@HubStanding:join-url].
 */
void
hub_standing_set_join_url (HubStanding *self,
                           const char *join_url)
{
  g_return_if_fail (HUB_IS_STANDING (self));

  set_string (self, &self->join_url, join_url, PROP_JOIN_URL);
}

/**
 * hub_standing_get_limit_bytes:
 * @self: the standing
 *
 * Returns: [property@HubStanding:limit-bytes]
 */
guint64
hub_standing_get_limit_bytes (HubStanding *self)
{
  g_return_val_if_fail (HUB_IS_STANDING (self), 0);

  return self->limit_bytes;
}

/**
 * hub_standing_set_limit_bytes:
 * @self: the standing
 * @limit_bytes: how long a text can be, bytes
 *
 * Sets [property@HubStanding:limit-bytes].
 */
void
hub_standing_set_limit_bytes (HubStanding *self,
                              guint64 limit_bytes)
{
  g_return_if_fail (HUB_IS_STANDING (self));

  if (self->limit_bytes == limit_bytes)
    return;

  self->limit_bytes = limit_bytes;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LIMIT_BYTES]);
}
