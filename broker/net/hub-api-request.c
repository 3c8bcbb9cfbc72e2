/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api-request.h"

#include "broker/wire/hub-topic.h"

#define PREFIX "/api/"

/* As SQLite counts. */
#define SEQ_MAX G_MAXINT64

/* The end of the year 9999, milliseconds since 1970. */
#define TIME_MAX_MS G_GUINT64_CONSTANT (253402300799999)

/* The parameters that there are. Each may be given once. */
typedef enum
{
  PARAMETER_TOPIC,
  PARAMETER_FILTER,
  PARAMETER_LIMIT,
  PARAMETER_BEFORE,
  PARAMETER_AFTER,
  PARAMETER_SINCE,
  PARAMETER_Q,
  N_PARAMETERS,
} Parameter;

static const char *const parameter_names[N_PARAMETERS] = { "topic", "filter", "limit", "before", "after", "since", "q" };

typedef struct
{
  const char *path;
  HubApiResource resource;
  guint parameters;  /* a bit for each that it takes */
  const char *known; /* the same for people */
  const char *default_filter;
  guint default_limit;
} Resource;

static const Resource resources[] = {
  { PREFIX "info", HUB_API_INFO, 0, "there are none", NULL, 1 },
  { PREFIX "messages",
    HUB_API_MESSAGES,
    1 << PARAMETER_TOPIC | 1 << PARAMETER_LIMIT | 1 << PARAMETER_BEFORE | 1 << PARAMETER_AFTER | 1 << PARAMETER_SINCE,
    "there are topic, limit, before, after and since",
    "messages",
    HUB_API_LIMIT_DEFAULT },
  { PREFIX "search",
    HUB_API_SEARCH,
    1 << PARAMETER_Q | 1 << PARAMETER_TOPIC | 1 << PARAMETER_LIMIT | 1 << PARAMETER_BEFORE,
    "there are q, topic, limit and before",
    "messages",
    HUB_API_LIMIT_DEFAULT },
  { PREFIX "topics", HUB_API_TOPICS, 1 << PARAMETER_FILTER, "there is filter", "#", HUB_STORE_LIMIT_MAX },
};

G_DEFINE_QUARK (hub_api_error, hub_api_error)

G_GNUC_PRINTF (2, 3)
static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (HUB_API_ERROR, HUB_API_ERROR_BAD_REQUEST, format, arguments);
  va_end (arguments);
  return FALSE;
}

static const Resource *
find_resource (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (resources); i++)
    if (g_str_equal (resources[i].path, path))
      return &resources[i];
  return NULL;
}

/* Names and values are encoded as those of a form: a blank is a plus sign. */
static char *
decode (const char *text, gsize size)
{
  g_autofree char *copy = g_strndup (text, size);
  g_autofree char *decoded = NULL;

  g_strdelimit (copy, "+", ' ');
  decoded = g_uri_unescape_string (copy, NULL);
  return decoded != NULL && g_utf8_validate (decoded, -1, NULL) ? g_steal_pointer (&decoded) : NULL;
}

static gboolean
parse_number (const char *name, const char *text, guint64 min, guint64 max, guint64 *number, GError **error)
{
  if (g_ascii_string_to_unsigned (text, 10, min, max, number, NULL))
    return TRUE;
  return fail (error, "%s must be a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, name, min, max);
}

static gboolean
set_filter (HubApiRequest *self, const char *name, const char *text, GError **error)
{
  if (!hub_topic_filter_is_valid (hub_span_from_string (text)))
    return fail (error,
                 "%s must be a topic filter of 1 to %u bytes, with at most %d levels",
                 name,
                 G_MAXUINT16,
                 HUB_TOPIC_LEVELS_MAX);
  g_free (self->filter);
  self->filter = g_strdup (text);
  return TRUE;
}

static gboolean
set_text (HubApiRequest *self, const char *name, const char *text, GError **error)
{
  gboolean is_blank = TRUE;

  for (const char *at = text; *at != '\0' && is_blank; at = g_utf8_next_char (at))
    is_blank = g_unichar_isspace (g_utf8_get_char (at));
  if (is_blank || strlen (text) > HUB_STORE_WORDS_BYTES)
    return fail (error, "%s must be 1 to %d bytes, and not only blanks", name, HUB_STORE_WORDS_BYTES);
  g_free (self->text);
  self->text = g_strdup (text);
  return TRUE;
}

static gboolean
set_parameter (HubApiRequest *self, Parameter parameter, const char *text, GError **error)
{
  const char *name = parameter_names[parameter];
  guint64 number = 0;

  switch (parameter)
    {
    case PARAMETER_LIMIT:
      if (!parse_number (name, text, 1, HUB_STORE_LIMIT_MAX, &number, error))
        return FALSE;
      self->range.limit = (guint) number;
      return TRUE;
    case PARAMETER_BEFORE:
      if (!parse_number (name, text, 0, SEQ_MAX, &number, error))
        return FALSE;
      /* No message has the number 0, and to the store it means all of them. */
      self->range.before = MAX (number, 1);
      return TRUE;
    case PARAMETER_AFTER:
      if (!parse_number (name, text, 0, SEQ_MAX, &number, error))
        return FALSE;
      self->range.after = number;
      self->range.is_oldest_first = TRUE;
      return TRUE;
    case PARAMETER_SINCE:
      if (!parse_number (name, text, 0, TIME_MAX_MS, &number, error))
        return FALSE;
      self->range.since_ms = (gint64) number;
      self->range.is_oldest_first = TRUE;
      return TRUE;
    case PARAMETER_Q:
      return set_text (self, name, text, error);
    case PARAMETER_TOPIC:
    case PARAMETER_FILTER:
    case N_PARAMETERS:
    default:
      return set_filter (self, name, text, error);
    }
}

static Parameter
find_parameter (const Resource *resource, const char *name)
{
  for (guint i = 0; i < N_PARAMETERS; i++)
    if ((resource->parameters & 1u << i) != 0 && g_str_equal (parameter_names[i], name))
      return (Parameter) i;
  return N_PARAMETERS;
}

static gboolean
parse_pair (HubApiRequest *self, const Resource *resource, const char *pair, guint *seen, GError **error)
{
  gsize name_size = strcspn (pair, "=");
  g_autofree char *name = decode (pair, name_size);
  g_autofree char *text = NULL;
  Parameter parameter;

  if (pair[0] == '\0')
    return TRUE;
  parameter = name != NULL ? find_parameter (resource, name) : N_PARAMETERS;
  if (parameter == N_PARAMETERS)
    return fail (error, "there is no such parameter: %s", resource->known);
  if ((*seen & 1u << parameter) != 0)
    return fail (error, "%s is given twice", parameter_names[parameter]);
  *seen |= 1u << parameter;
  if (pair[name_size] == '=')
    text = decode (pair + name_size + 1, strlen (pair + name_size + 1));
  if (text == NULL)
    return fail (error, "%s must have a value, UTF-8 with percent signs as in a form", parameter_names[parameter]);
  return set_parameter (self, parameter, text, error);
}

static gboolean
parse_query (HubApiRequest *self, const Resource *resource, const char *query, GError **error)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);
  guint seen = 0;

  for (char **pair = pairs; *pair != NULL; pair++)
    if (!parse_pair (self, resource, *pair, &seen, error))
      return FALSE;
  if (__builtin_popcount (seen & (1u << PARAMETER_BEFORE | 1u << PARAMETER_AFTER | 1u << PARAMETER_SINCE)) > 1)
    return fail (error, "there can be one of before, after and since");
  return TRUE;
}

static gboolean
check_text (const HubApiRequest *self, GError **error)
{
  return self->resource != HUB_API_SEARCH || self->text != NULL || fail (error, "q is missing: what to search for");
}

/**
 * hub_api_request_is_for:
 * @path: the path of a URL
 *
 * Returns: whether it is one of the API, whether there is something of that name or not
 */
gboolean
hub_api_request_is_for (const char *path)
{
  return g_str_has_prefix (path, PREFIX);
}

/**
 * hub_api_request_parse:
 * @self: (out caller-allocates): the request; nothing when it is not understood
 * @path: the path of a URL
 * @query: (nullable): its query, as it was sent
 * @error: return location
 *
 * Reads what is asked for. Every parameter is checked, and none is ignored.
 *
 * Returns: %FALSE with @error set to a #HubApiError, a sentence for people
 */
gboolean
hub_api_request_parse (HubApiRequest *self, const char *path, const char *query, GError **error)
{
  const Resource *resource = find_resource (path);

  *self = (HubApiRequest){ 0 };
  if (resource == NULL)
    {
      g_set_error_literal (error, HUB_API_ERROR, HUB_API_ERROR_NOT_FOUND, "there is nothing of that name");
      return FALSE;
    }
  self->resource = resource->resource;
  self->filter = g_strdup (resource->default_filter);
  self->range.limit = resource->default_limit;
  if ((query == NULL || parse_query (self, resource, query, error)) && check_text (self, error))
    return TRUE;
  hub_api_request_clear (self);
  return FALSE;
}

/**
 * hub_api_request_clear:
 * @self: a request
 */
void
hub_api_request_clear (HubApiRequest *self)
{
  g_free (self->filter);
  g_free (self->text);
  *self = (HubApiRequest){ 0 };
}
