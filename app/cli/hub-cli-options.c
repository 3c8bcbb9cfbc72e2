/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-options.h"

#include "broker/wire/hub-topic.h"
#include "ui/model/hub-join-address.h"

#include <glib/gi18n-lib.h>

/* What mosquitto_pub and mosquitto_sub take. */
#define KEEP_ALIVE_MIN_S 5

typedef struct
{
  const char *name;
  HubVersion version;
} Version;

static const Version versions[] = {
  { "mqttv31", HUB_VERSION_3_1 },
  { "31", HUB_VERSION_3_1 },
  { "3", HUB_VERSION_3_1 },
  { "mqttv311", HUB_VERSION_3_1_1 },
  { "311", HUB_VERSION_3_1_1 },
  { "4", HUB_VERSION_3_1_1 },
  { "mqttv5", HUB_VERSION_5_0 },
  { "5", HUB_VERSION_5_0 },
};

/**
 * hub_cli_fail:
 * @error: return location
 * @format: a sentence for people, translated
 * @...: what it needs
 *
 * Says what is wrong with a command line.
 *
 * Returns: %FALSE
 */
gboolean
hub_cli_fail (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list values;

  va_start (values, format);
  message = g_strdup_vprintf (format, values);
  va_end (values);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);
  return FALSE;
}

/**
 * hub_cli_options_init:
 * @self: (out caller-allocates): the options of a command to which nothing was said
 */
void
hub_cli_options_init (HubCliOptions *self)
{
  *self = (HubCliOptions){ .keep_alive_s = 60, .version = HUB_VERSION_3_1_1 };
}

/**
 * hub_cli_options_init_chat:
 * @self: (out caller-allocates): those of a command that takes part in the chat, to which nothing was said
 */
void
hub_cli_options_init_chat (HubCliOptions *self)
{
  hub_cli_options_init (self);
  self->version = HUB_VERSION_5_0;
  self->may_fall_back = TRUE;
}

/**
 * hub_cli_options_clear:
 * @self: options
 *
 * Frees what was said.
 */
void
hub_cli_options_clear (HubCliOptions *self)
{
  g_free (self->join);
  g_free (self->host);
  g_free (self->port_name);
  g_free (self->unix_path);
  g_free (self->bind_address);
  g_free (self->user);
  g_free (self->password);
  g_free (self->client_id);
  g_free (self->id_prefix);
  g_free (self->version_name);
  g_free (self->expiry_name);
  g_free (self->will_topic);
  g_free (self->will_payload);
  g_free (self->url_text);
  hub_cli_url_clear (&self->url);
  hub_cli_tls_clear (&self->tls);
  hub_cli_properties_clear (&self->properties);
}

/**
 * hub_cli_options_add_who:
 * @self: options that outlive @context
 * @context: what reads the command line
 *
 * Adds the options that say which broker, and as whom: those of every command.
 */
void
hub_cli_options_add_who (HubCliOptions *self, GOptionContext *context)
{
  const GOptionEntry entries[] = {
    { "join", 'j', 0, G_OPTION_ARG_STRING, &self->join, N_ ("The chat of another computer"), N_ ("ADDRESS") },
    { "host", 'h', 0, G_OPTION_ARG_STRING, &self->host, N_ ("The computer on which the broker is"), N_ ("HOST") },
    { "port", 'p', 0, G_OPTION_ARG_STRING, &self->port_name, N_ ("Its port; 1883 unless it is given"), N_ ("PORT") },
    { "unix", 0, 0, G_OPTION_ARG_FILENAME, &self->unix_path, N_ ("The Unix socket of the broker"), N_ ("PATH") },
    { "username", 'u', 0, G_OPTION_ARG_STRING, &self->user, N_ ("A user name"), N_ ("NAME") },
    { "pw", 'P', 0, G_OPTION_ARG_STRING, &self->password, N_ ("A password"), N_ ("PASSWORD") },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &self->is_quiet, N_ ("Do not say what is wrong"), NULL },
    { "help", 0, 0, G_OPTION_ARG_NONE, &self->wants_help, N_ ("Print this text"), NULL },
    { NULL },
  };

  /* -h is the host, as it is for mosquitto_pub. */
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

/* What hub_cli_properties_take() has left is not on its own. */
static gboolean
property_cb (const char *name, const char *value, gpointer data, GError **error)
{
  return hub_cli_fail (error, _ ("-D stands on its own"));
}

/**
 * hub_cli_options_add_terms:
 * @self: options that outlive @context
 * @context: what reads the command line
 *
 * Adds the options of mosquitto_pub and mosquitto_sub that are about the connection.
 */
void
hub_cli_options_add_terms (HubCliOptions *self, GOptionContext *context)
{
  const GOptionEntry entries[] = {
    { "bind", 'A', 0, G_OPTION_ARG_STRING, &self->bind_address, N_ ("The own address to connect from"), N_ ("ADDRESS") },
    { "disable-clean-session", 'c', 0, G_OPTION_ARG_NONE, &self->is_lasting, N_ ("Keep the session, and what waits in it"), NULL },
    { "id", 'i', 0, G_OPTION_ARG_STRING, &self->client_id, N_ ("The client identifier"), N_ ("ID") },
    { "id-prefix", 'I', 0, G_OPTION_ARG_STRING, &self->id_prefix, N_ ("What the client identifier begins with"), N_ ("PREFIX") },
    { "keepalive", 'k', 0, G_OPTION_ARG_INT, &self->keep_alive_s, N_ ("The keep-alive; 60 seconds unless it is given"), N_ ("SECONDS") },
    { "protocol-version",
      'V',
      0,
      G_OPTION_ARG_STRING,
      &self->version_name,
      N_ ("mqttv31, mqttv311 or mqttv5; mqttv311 unless it is given"),
      N_ ("VERSION") },
    { "session-expiry-interval",
      'x',
      0,
      G_OPTION_ARG_STRING,
      &self->expiry_name,
      N_ ("How long the session outlives the connection; -1: for ever"),
      N_ ("SECONDS") },
    { "will-topic", 0, 0, G_OPTION_ARG_STRING, &self->will_topic, N_ ("The topic of the will"), N_ ("TOPIC") },
    { "will-payload", 0, 0, G_OPTION_ARG_FILENAME, &self->will_payload, N_ ("What the will says"), N_ ("TEXT") },
    { "will-qos", 0, 0, G_OPTION_ARG_INT, &self->will_qos, N_ ("The QoS of the will"), N_ ("QOS") },
    { "will-retain", 0, 0, G_OPTION_ARG_NONE, &self->will_retain, N_ ("Retain the will"), NULL },
    { "property",
      'D',
      0,
      G_OPTION_ARG_CALLBACK,
      (gpointer) property_cb,
      N_ ("A property of MQTT 5.0: connect, publish, subscribe or will, its name and its value"),
      N_ ("PLACE NAME VALUE") },
    { "url", 'L', 0, G_OPTION_ARG_STRING, &self->url_text, N_ ("The broker, as whom, and the topic, in one"), N_ ("URL") },
    { "nodelay", 0, 0, G_OPTION_ARG_NONE, &self->wants_no_delay, N_ ("Send small packets at once, which is always so"), NULL },
    { "debug", 'd', 0, G_OPTION_ARG_NONE, &self->is_debug, N_ ("Tell of each packet"), NULL },
    { NULL },
  };

  self->takes_properties = TRUE;
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  hub_cli_tls_add_options (&self->tls, context);
}

/* It takes the place of others. */
static gboolean
check_url (HubCliOptions *self, GError **error)
{
  if (self->url_text == NULL)
    return TRUE;
  if (self->join != NULL || self->host != NULL || self->port_name != NULL || self->unix_path != NULL)
    return hub_cli_fail (error, _ ("-L says which broker: another option that does so is too much"));
  if (!hub_cli_url_read (&self->url, self->url_text, error))
    return FALSE;
  if (self->url.user != NULL && (self->user != NULL || self->password != NULL))
    return hub_cli_fail (error, _ ("-L says as whom: another option that does so is too much"));
  self->host = g_strdup (self->url.host);
  self->port_name = g_strdup (self->url.port);
  if (self->url.user != NULL)
    {
      self->user = g_strdup (self->url.user);
      self->password = g_strdup (self->url.password);
    }
  return TRUE;
}

static gboolean
check_bind (HubCliOptions *self, GError **error)
{
  if (self->bind_address == NULL)
    return TRUE;
  if (self->unix_path != NULL)
    return hub_cli_fail (error, _ ("-A is for a network, and --unix is none"));
  self->tls.terms.own_address = g_inet_socket_address_new_from_string (self->bind_address, 0);
  return self->tls.terms.own_address != NULL || hub_cli_fail (error, _ ("“%s” is no IP address"), self->bind_address);
}

/* @address is that of --join. */
static gboolean
check_tls (HubCliOptions *self, const HubJoinAddress *address, GError **error)
{
  const gboolean is_join_encrypted = address != NULL && hub_join_address_is_tls (address);

  self->is_encrypted = self->join == NULL && (self->url.is_tls || hub_cli_tls_is_asked_for (&self->tls));
  if (hub_cli_tls_has_details (&self->tls) && !self->is_encrypted && !is_join_encrypted)
    return hub_cli_fail (error, _ ("these options of TLS need one that encrypts: --cafile, --tls-use-os-certs, mqtts:// or wss://"));
  if (self->is_encrypted && self->unix_path != NULL)
    return hub_cli_fail (error, _ ("nothing is encrypted over a Unix socket"));
  return hub_cli_tls_load (&self->tls, error);
}

static gboolean
check_where (HubCliOptions *self, GError **error)
{
  guint n_places =
    (self->join != NULL) + (self->host != NULL || self->port_name != NULL) + (self->unix_path != NULL);
  g_autoptr (HubJoinAddress) address = NULL;
  guint64 port = 0;

  if (n_places > 1)
    return hub_cli_fail (error, _ ("--join, -h with -p, and --unix say three different things: one of them is enough"));
  if (self->port_name != NULL && !g_ascii_string_to_unsigned (self->port_name, 10, 1, G_MAXUINT16, &port, NULL))
    return hub_cli_fail (error, _ ("the port is a number from 1 to 65535"));
  self->port = (guint16) port;
  if (!check_bind (self, error))
    return FALSE;
  if (self->join != NULL)
    address = hub_join_address_parse (self->join, error);
  if (self->join != NULL && address == NULL)
    return FALSE;
  return check_tls (self, address, error);
}

/* There are none but in MQTT 5.0. */
static gboolean
check_properties (HubCliOptions *self, GError **error)
{
  if (!hub_cli_properties_are_any (&self->properties))
    return TRUE;
  if (self->version_name != NULL && self->version != HUB_VERSION_5_0)
    return hub_cli_fail (error, _ ("-D needs MQTT 5.0, and -V says something else"));
  self->version = HUB_VERSION_5_0;
  if (hub_cli_properties_are_given (&self->properties.will) && self->will_topic == NULL)
    return hub_cli_fail (error, _ ("a will needs a topic (--will-topic)"));
  if (hub_properties_have (&self->properties.connect, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL) && self->has_expiry)
    return hub_cli_fail (error, _ ("-c, -x and session-expiry-interval say two different things: one of them is enough"));
  return TRUE;
}

static gboolean
check_version (HubCliOptions *self, GError **error)
{
  if (self->version_name == NULL)
    return TRUE;
  self->may_fall_back = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    if (g_str_equal (versions[i].name, self->version_name))
      {
        self->version = versions[i].version;
        return TRUE;
      }
  return hub_cli_fail (error, _ ("the version is mqttv31, mqttv311 or mqttv5, not “%s”"), self->version_name);
}

/* As mosquitto_sub does: -c alone means for ever. */
static gboolean
check_session (HubCliOptions *self, GError **error)
{
  guint64 expiry_s;

  if (self->is_lasting && self->client_id == NULL && self->id_prefix == NULL)
    return hub_cli_fail (error, _ ("a session that stays (-c) needs a client identifier (-i)"));
  self->has_expiry = self->is_lasting || self->expiry_name != NULL;
  self->expiry_s = G_MAXUINT32;
  if (self->expiry_name == NULL || g_str_equal (self->expiry_name, "-1") || g_str_equal (self->expiry_name, "∞"))
    return TRUE;
  if (!g_ascii_string_to_unsigned (self->expiry_name, 10, 0, G_MAXUINT32, &expiry_s, NULL))
    return hub_cli_fail (error, _ ("a session expires after a number of seconds up to 4294967295, or never with -1, not “%s”"), self->expiry_name);
  self->expiry_s = (guint32) expiry_s;
  return TRUE;
}

static gboolean
check_will (HubCliOptions *self, GError **error)
{
  if (self->will_topic == NULL)
    return (self->will_payload == NULL && self->will_qos == 0 && !self->will_retain) ||
           hub_cli_fail (error, _ ("a will needs a topic (--will-topic)"));
  if (!hub_topic_name_is_valid (hub_span_from_string (self->will_topic)))
    return hub_cli_fail (error, _ ("“%s” is no topic to publish to"), self->will_topic);
  if (self->will_payload != NULL && strlen (self->will_payload) > G_MAXUINT16)
    return hub_cli_fail (error, _ ("a will has at most 65535 bytes"));
  return hub_cli_check_qos (self->will_qos, error);
}

/**
 * hub_cli_check_qos:
 * @qos: what was given
 * @error: return location
 *
 * Returns: %FALSE with @error set when it is none
 */
gboolean
hub_cli_check_qos (int qos, GError **error)
{
  return (qos >= 0 && qos <= 2) || hub_cli_fail (error, _ ("the QoS is 0, 1 or 2, not %d"), qos);
}

/**
 * hub_cli_options_check:
 * @self: options that were read
 * @error: return location
 *
 * Checks them, and works out what they mean together.
 *
 * Returns: %FALSE with @error set when something is wrong with them; its message is a sentence for people
 */
gboolean
hub_cli_options_check (HubCliOptions *self, GError **error)
{
  if (!check_url (self, error) || !check_where (self, error) || !check_version (self, error) || !check_session (self, error) ||
      !check_properties (self, error))
    return FALSE;
  if (self->client_id != NULL && self->id_prefix != NULL)
    return hub_cli_fail (error, _ ("-i and -I say two different things: one of them is enough"));
  if (self->keep_alive_s < KEEP_ALIVE_MIN_S || self->keep_alive_s > G_MAXUINT16)
    return hub_cli_fail (error, _ ("the keep-alive is from 5 to 65535 seconds"));
  return check_will (self, error);
}

/**
 * hub_cli_options_read:
 * @self: the options that were added to @context
 * @context: what reads the command line
 * @argc: (inout): how many arguments
 * @argv: (inout): the command line, from the command on; what is no option is left
 * @status: (out): the exit status, where there is nothing more to do
 * @error: return location
 *
 * Reads and checks them, and prints the help if that is asked for.
 *
 * Returns: %FALSE when there is nothing more to do, with @error set when something is wrong
 */
gboolean
hub_cli_options_read (HubCliOptions *self, GOptionContext *context, int *argc, char ***argv, int *status, GError **error)
{
  *status = EXIT_FAILURE;
  if (self->takes_properties && !hub_cli_properties_take (&self->properties, argc, *argv, error))
    return FALSE;
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (self->wants_help)
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

      g_print ("%s", help);
      *status = EXIT_SUCCESS;
      return FALSE;
    }
  return hub_cli_options_check (self, error);
}
