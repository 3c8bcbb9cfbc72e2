/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* First strong isolate and its end: what stands between them cannot turn the text around it. */
#define FSI "\342\201\250"
#define PDI "\342\201\251"

/* Left-to-right isolate: two numbers with a stroke between them would change places in a line from right to left. */
#define LRI "\342\201\246"

#define ELLIPSIS "\342\200\246"

/* A screen reader reads a row in one go: more than this nobody listens to. */
#define ROW_LABEL_TEXT_CHARS 500

/* One class for each, so that the style sheet and HUB_FORMAT_NAME_CLASSES agree. The join page has the same ones. */
static const char *const name_classes[HUB_FORMAT_NAME_CLASSES] = {
  "name-0", "name-1", "name-2", "name-3", "name-4", "name-5", "name-6", "name-7", "name-8", "name-9"
};

/* Those that people write from right to left. */
static const GUnicodeScript rtl_scripts[] = {
  G_UNICODE_SCRIPT_ARABIC, G_UNICODE_SCRIPT_HEBREW, G_UNICODE_SCRIPT_SYRIAC, G_UNICODE_SCRIPT_THAANA, G_UNICODE_SCRIPT_NKO,
  G_UNICODE_SCRIPT_ADLAM, G_UNICODE_SCRIPT_HANIFI_ROHINGYA, G_UNICODE_SCRIPT_MANDAIC, G_UNICODE_SCRIPT_SAMARITAN,
  G_UNICODE_SCRIPT_MENDE_KIKAKUI, G_UNICODE_SCRIPT_YEZIDI
};

/* Embeddings, overrides and isolates: unclosed ones would reach beyond the name. */
static gboolean
is_bidi_control (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static char *
format_date_time (gint64 time_us,
                  GTimeZone *tz,
                  const char *format)
{
  g_autoptr (GTimeZone) zone = tz != NULL ? g_time_zone_ref (tz) : g_time_zone_new_local ();
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) date = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  char *text = date != NULL ? g_date_time_format (date, format) : NULL;

  return text != NULL ? text : g_strdup ("");
}

/* At most @max_chars characters of @text; longer ones end in an ellipsis. */
static char *
shorten (const char *text,
         guint max_chars)
{
  const char *end = text;

  for (guint i = 0; i < max_chars && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  if (*end == '\0')
    return g_strdup (text);

  {
    g_autofree char *start = g_strndup (text, end - text);

    return g_strconcat (start, ELLIPSIS, NULL);
  }
}

/**
 * hub_format_time:
 * @time_us: microseconds since 1970, UTC
 * @tz: (nullable): a time zone, or %NULL for the local one
 *
 * The time as it stands in a row: "09:17".
 *
 * Returns: (transfer full): the text; empty for a time that no calendar has
 */
char *
hub_format_time (gint64 time_us,
                 GTimeZone *tz)
{
  /* Translators: the time of a message, as in strftime. */
  return format_date_time (time_us, tz, _ ("%H:%M"));
}

/**
 * hub_format_time_full:
 * @time_us: microseconds since 1970, UTC
 * @tz: (nullable): a time zone, or %NULL for the local one
 *
 * The time with its date, for a tooltip.
 *
 * Returns: (transfer full): the text; empty for a time that no calendar has
 */
char *
hub_format_time_full (gint64 time_us,
                      GTimeZone *tz)
{
  /* Translators: the date and time of a message, as in strftime. */
  return format_date_time (time_us, tz, _ ("%A, %-d %B %Y, %H:%M:%S"));
}

/**
 * hub_format_counter:
 * @n_chars: how many characters were typed
 * @is_long: (out) (optional): whether these are more than %HUB_FORMAT_MESSAGE_CHARS
 *
 * The counter under the message: "34 / 120", and beyond that words which say that it warns, and forbids nothing. It
 * reads the same in a line from right to left.
 *
 * Returns: (transfer full): the text
 */
char *
hub_format_counter (guint n_chars,
                    gboolean *is_long)
{
  g_autofree char *count = NULL;
  g_autofree char *isolated = NULL;

  if (is_long != NULL)
    *is_long = n_chars > HUB_FORMAT_MESSAGE_CHARS;

  /* Translators: characters typed / characters that a short message has. */
  count = g_strdup_printf (_ ("%u / %u"), n_chars, (guint) HUB_FORMAT_MESSAGE_CHARS);
  isolated = g_strconcat (LRI, count, PDI, NULL);
  if (n_chars <= HUB_FORMAT_MESSAGE_CHARS)
    return g_steal_pointer (&isolated);
  /* Translators: beside the counter of a message that is rather long; %s is that counter: "183 / 120". */
  return g_strdup_printf (_ ("Long, but fine · %s"), isolated);
}

/**
 * hub_format_sent_bytes:
 * @text: UTF-8
 *
 * How much room @text takes in a message, which is JSON: quotes, backslashes and what steers terminals become longer.
 *
 * Returns: bytes, never less than are sent
 */
guint64
hub_format_sent_bytes (const char *text)
{
  guint64 n_bytes = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (const char *p = text; *p != '\0'; p++)
    if (strchr ("\"\\\b\f\n\r\t", *p) != NULL)
      n_bytes += 2;
    else
      n_bytes += g_ascii_iscntrl (*p) ? 6 : 1;
  return n_bytes;
}

/**
 * hub_format_excess:
 * @n_bytes: by how much a message is longer than the host takes
 *
 * What stands in place of the counter then.
 *
 * Returns: (transfer full): the text
 */
char *
hub_format_excess (guint64 n_bytes)
{
  const gulong n = (gulong) MIN (n_bytes, G_MAXULONG);

  return g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE, "%lu byte too long for this host", "%lu bytes too long for this host", n), n);
}

/**
 * hub_format_new_count:
 * @n_messages: how many messages are below what is seen
 *
 * The label of the button that leads to them: "3 new".
 *
 * Returns: (transfer full): the text
 */
char *
hub_format_new_count (guint n_messages)
{
  /* Translators: a button; so many new messages are further down. */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u new", "%u new", n_messages), n_messages);
}

/**
 * hub_format_is_for_oneself:
 * @url: (nullable): an address for browsers
 *
 * Returns: whether it means this computer on every computer, so that it is of no use to others
 */
gboolean
hub_format_is_for_oneself (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  g_autoptr (GInetAddress) address = uri != NULL ? g_inet_address_new_from_string (g_uri_get_host (uri)) : NULL;

  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * hub_format_invitation:
 * @url: (nullable): the address for browsers
 *
 * What stands above @url. An address that means this computer on every computer is of no use to others, and says so.
 *
 * Returns: the words, translated
 */
const char *
hub_format_invitation (const char *url)
{
  if (hub_format_is_for_oneself (url))
    return _ ("No network: only browsers on this computer can join");
  return _ ("Join from a browser");
}

/**
 * hub_format_connection:
 * @connection: a state of the connection
 *
 * The word in the badge.
 *
 * Returns: the word, translated
 */
const char *
hub_format_connection (HubChatConnection connection)
{
  switch (connection)
    {
    case HUB_CHAT_CONNECTION_CONNECTING:
      return _ ("connecting");
    case HUB_CHAT_CONNECTION_CONNECTED:
      return _ ("connected");
    case HUB_CHAT_CONNECTION_OFFLINE:
      return _ ("offline");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * hub_format_connection_class:
 * @connection: a state of the connection
 *
 * The CSS class of the badge.
 *
 * Returns: the class
 */
const char *
hub_format_connection_class (HubChatConnection connection)
{
  switch (connection)
    {
    case HUB_CHAT_CONNECTION_CONNECTING:
      return "connecting";
    case HUB_CHAT_CONNECTION_CONNECTED:
      return "connected";
    case HUB_CHAT_CONNECTION_OFFLINE:
      return "offline";
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * hub_format_state:
 * @state: how far a message has come
 *
 * The word for it.
 *
 * Returns: (nullable): the word, translated; %NULL for what others sent
 */
const char *
hub_format_state (HubMessageState state)
{
  switch (state)
    {
    case HUB_MESSAGE_STATE_RECEIVED:
      return NULL;
    case HUB_MESSAGE_STATE_WAITING:
      /* Translators: the message has not been sent yet. */
      return _ ("waiting");
    case HUB_MESSAGE_STATE_SENT:
      return _ ("sent");
    case HUB_MESSAGE_STATE_FAILED:
      return _ ("not sent");
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * hub_format_is_blank:
 * @text: UTF-8
 *
 * Whether nothing in @text can be seen. Of a text that can be seen only the start is looked at.
 *
 * Returns: %TRUE when there is nothing to publish
 */
gboolean
hub_format_is_blank (const char *text)
{
  g_return_val_if_fail (text != NULL, TRUE);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isspace (c) && !g_unichar_iscntrl (c) && !g_unichar_iszerowidth (c))
        return FALSE;
    }
  return TRUE;
}

/**
 * hub_format_is_rtl:
 * @text: UTF-8
 *
 * Whether @text is written from right to left, by its first letter that says so. (The function of Pango's for this is
 * deprecated, and its layouts keep what they find to themselves.)
 *
 * Returns: %TRUE from right to left; %FALSE from left to right, and where no letter says
 */
gboolean
hub_format_is_rtl (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);
      const GUnicodeScript script = g_unichar_isalpha (c) ? g_unichar_get_script (c) : G_UNICODE_SCRIPT_COMMON;

      for (gsize i = 0; i < G_N_ELEMENTS (rtl_scripts); i++)
        if (script == rtl_scripts[i])
          return TRUE;
      if (script != G_UNICODE_SCRIPT_COMMON && script != G_UNICODE_SCRIPT_INHERITED)
        return FALSE;
    }
  return FALSE;
}

/**
 * hub_format_name:
 * @name: (nullable): a name as sent, of any length
 *
 * The name as it is shown: in one line, at most %HUB_FORMAT_NAME_CHARS characters and an ellipsis, without
 * characters that could turn the text around it.
 *
 * Returns: (transfer full): the text; empty for what is not a chat message
 */
char *
hub_format_name (const char *name)
{
  g_autoptr (GString) shown = NULL;
  g_autofree char *start = NULL;

  if (name == NULL)
    return g_strdup ("");

  /* However long the name, no more of it than this can be of use. */
  start = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, HUB_FORMAT_NAME_CHARS * 16), HUB_FORMAT_NAME_CHARS * 4));
  shown = g_string_new (NULL);
  for (const char *p = g_strstrip (start); *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (is_bidi_control (c))
        continue;
      if (g_unichar_isspace (c) || g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        g_string_append_c (shown, ' ');
      else
        g_string_append_unichar (shown, c);
    }

  /* What is beyond the part that is shown does not make it visible. */
  g_free (start);
  start = g_utf8_substring (shown->str, 0, MIN (g_utf8_strlen (shown->str, -1), HUB_FORMAT_NAME_CHARS));
  if (hub_format_is_blank (start))
    /* Translators: stands for the name of somebody who gave none. */
    return g_strdup (_ ("No name"));
  return shorten (shown->str, HUB_FORMAT_NAME_CHARS);
}

/**
 * hub_format_isolated:
 * @name: (nullable): a name as sent
 *
 * The name for the middle of a sentence: as hub_format_name() makes it, and isolated, so that a name in another
 * direction leaves the order of the sentence alone.
 *
 * Returns: (transfer full): the text; empty for what is not a chat message
 */
char *
hub_format_isolated (const char *name)
{
  g_autofree char *shown = hub_format_name (name);

  if (*shown == '\0')
    return g_steal_pointer (&shown);
  return g_strconcat (FSI, shown, PDI, NULL);
}

/**
 * hub_format_suffix:
 * @from: (nullable): who somebody is, as sent
 *
 * What stands behind a name that several people have: the first digits of @from.
 *
 * Returns: (transfer full): the digits, "3f2a"; empty where there are none
 */
char *
hub_format_suffix (const char *from)
{
  gsize n = 0;

  while (from != NULL && n < HUB_FORMAT_SUFFIX_CHARS && g_ascii_isxdigit (from[n]))
    n++;
  return n == HUB_FORMAT_SUFFIX_CHARS ? g_ascii_strdown (from, HUB_FORMAT_SUFFIX_CHARS) : g_strdup ("");
}

/**
 * hub_format_name_class:
 * @name: (nullable): a name as sent
 *
 * The CSS class that colours @name: the same name has the same colour everywhere and always, on the join page too. It is
 * the 32-bit FNV-1a hash of its UTF-8, modulo %HUB_FORMAT_NAME_CLASSES.
 *
 * Returns: "name-0" to "name-9"; "no-name" for a blank name, and for what is not a chat message
 */
const char *
hub_format_name_class (const char *name)
{
  guint32 hash = 2166136261u;

  if (name == NULL || hub_format_is_blank (name))
    return "no-name";

  for (const guchar *p = (const guchar *) name; *p != '\0'; p++)
    hash = (hash ^ *p) * 16777619u;
  return name_classes[hash % HUB_FORMAT_NAME_CLASSES];
}

/**
 * hub_format_row_label:
 * @item: a message
 * @tz: (nullable): a time zone, or %NULL for the local one
 *
 * What a screen reader says for the row: "NAME: TEXT, TIME, STATE", with digits behind a name that several people have.
 * The name is said in every row, also where it is not repeated for the eye; the state only of own messages.
 *
 * Returns: (transfer full): the text
 */
char *
hub_format_row_label (HubMessageItem *item,
                      GTimeZone *tz)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *time = NULL;
  g_autofree char *said = NULL;
  const char *state;

  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (item), NULL);

  /* Not isolated: isolates order what is seen, and a voice would only stumble over them. */
  name = hub_format_name (hub_message_item_get_name (item));
  if (hub_message_item_has_shared_name (item))
    {
      g_autofree char *suffix = hub_format_suffix (hub_message_item_get_from (item));
      g_autofree char *alone = g_steal_pointer (&name);

      name = g_strdup_printf ("%s %s", alone, suffix);
    }
  text = shorten (hub_message_item_get_text (item), ROW_LABEL_TEXT_CHARS);
  time = hub_format_time (hub_message_item_get_time (item), tz);
  state = hub_format_state (hub_message_item_get_state (item));

  if (*name == '\0')
    said = g_strdup (text);
  else
    /* Translators: a row as a screen reader says it: name, text. */
    said = g_strdup_printf (_ ("%s: %s"), name, text);

  if (state == NULL)
    /* Translators: a row as a screen reader says it: name and text, time. */
    return g_strdup_printf (_ ("%s, %s"), said, time);
  /* Translators: an own row as a screen reader says it: name and text, time, how far it has come. */
  return g_strdup_printf (_ ("%s, %s, %s"), said, time, state);
}
