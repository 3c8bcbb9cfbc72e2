/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-markup.h"

#include <glib/gi18n-lib.h>

/* What is longer is not followed by hand, and not looked through at every letter either. */
#define MAX_URL_BYTES 2048

#define ELLIPSIS "\342\200\246"

/* A part of the text: from the byte at @start up to, not including, the one at @end. */
typedef struct
{
  const char *start;
  const char *end;
} Span;

/* The address of a link may not hold what could hide where it leads, nor what ends one in running text. */
static gboolean
is_url_char (gunichar c)
{
  if (c <= 0x20 || c == 0x7f || c == '<' || c == '>' || c == '"' || c == '`' || c == '{' || c == '}' || c == '|' ||
      c == '\\' || c == '^')
    return FALSE;
  return c < 0x80 || g_unichar_isalnum (c) || g_unichar_ismark (c);
}

/* Full stops and the like at the end belong to the sentence, and so does a bracket that was opened before. */
static const char *
trim_url (const char *start,
          const char *end)
{
  int depth = 0;

  for (const char *p = start; p < end; p++)
    depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');

  for (; end > start; end--)
    {
      const char last = end[-1];

      if (last == ')' || last == ']')
        {
          if (depth >= 0)
            break;
          depth++;
        }
      else if (strchr (".,;:!?'*", last) == NULL)
        break;
    }
  return end;
}

/* The web address that begins exactly at @text, if one does. */
static gboolean
match_url (const char *text,
           Span *span)
{
  const char *host = NULL;
  const char *end;
  g_autofree char *url = NULL;

  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    host = text + 7;
  else if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    host = text + 8;
  else
    return FALSE;

  for (end = host; is_url_char (g_utf8_get_char (end)); end = g_utf8_next_char (end))
    if (end - text > MAX_URL_BYTES)
      return FALSE;
  end = trim_url (host, end);
  if (end == host)
    return FALSE;

  url = g_strndup (text, end - text);
  if (!g_uri_is_valid (url, G_URI_FLAGS_PARSE_RELAXED, NULL))
    return FALSE;

  *span = (Span){ text, end };
  return TRUE;
}

/* The next web address at or after @text that begins before @limit. */
static gboolean
find_url (const char *text,
          const char *limit,
          Span *span)
{
  const char *from = text;

  for (const char *p = text; p < limit; p++)
    {
      if (*p != 'h' && *p != 'H')
        continue;
      /* "xhttp://" is a word, not an address. */
      if (p > from && g_ascii_isalnum (p[-1]))
        continue;
      if (match_url (p, span))
        return TRUE;
    }
  return FALSE;
}

static void
append_escaped (GString *markup,
                const char *start,
                const char *end)
{
  g_autofree char *escaped = g_markup_escape_text (start, end - start);

  g_string_append (markup, escaped);
}

static void
append_link (GString *markup,
             const Span *url)
{
  g_autofree char *escaped = g_markup_escape_text (url->start, url->end - url->start);

  g_string_append_printf (markup, "<a href=\"%s\">%s</a>", escaped, escaped);
}

/* Where a text is folded; its end when it is short enough. */
static const char *
find_fold (const char *text)
{
  const char *p = text;
  guint n_lines = 1;

  for (guint i = 0; i < HUB_MARKUP_FOLD_CHARS && *p != '\0'; i++)
    {
      if (*p == '\n' && ++n_lines > HUB_MARKUP_FOLD_LINES)
        return p;
      p = g_utf8_next_char (p);
    }
  /* Not between a letter and its accents. */
  while (*p != '\0' && g_unichar_ismark (g_utf8_get_char (p)) && p > text)
    p = g_utf8_prev_char (p);
  return p;
}

/**
 * hub_markup_from_text:
 * @text: what somebody sent, UTF-8 of any length
 * @is_expanded: whether a long text is shown whole
 *
 * Makes Pango markup of @text: everything is escaped, web addresses (http and https only) become links. A long text
 * is folded after %HUB_MARKUP_FOLD_CHARS characters or %HUB_MARKUP_FOLD_LINES lines and ends in a link to
 * %HUB_MARKUP_URI_MORE; unfolded, in one to %HUB_MARKUP_URI_LESS. An address that the fold cuts is no link: it would
 * lead elsewhere.
 *
 * A text that hub_markup_can_expand() refuses stays folded.
 *
 * Returns: (transfer full): the markup
 */
char *
hub_markup_from_text (const char *text,
                      gboolean is_expanded)
{
  GString *markup;
  const char *p = text;
  const char *end;
  gboolean is_long;
  gboolean is_whole;
  Span url;

  g_return_val_if_fail (text != NULL, NULL);

  end = find_fold (text);
  is_long = *end != '\0';
  is_whole = !is_long || (is_expanded && hub_markup_can_expand (text));
  if (is_whole)
    end = text + strlen (text);

  markup = g_string_sized_new ((end - text) + 64);
  for (guint n_links = 0; n_links < HUB_MARKUP_MAX_LINKS && find_url (p, end, &url); n_links++)
    {
      append_escaped (markup, p, url.start);
      p = url.start;
      if (url.end > end)
        break;
      append_link (markup, &url);
      p = url.end;
    }
  append_escaped (markup, p, MAX (p, end));

  if (is_long && !is_whole)
    /* Translators: a link at the end of a long message. */
    g_string_append_printf (markup, ELLIPSIS " <a href=\"%s\">%s</a>", HUB_MARKUP_URI_MORE, _ ("Show all"));
  else if (is_long)
    /* Translators: a link at the end of a long message that is shown whole. */
    g_string_append_printf (markup, " <a href=\"%s\">%s</a>", HUB_MARKUP_URI_LESS, _ ("Show less"));

  return g_string_free (markup, FALSE);
}

/* Where what can be shown of @text ends. */
static const char *
find_expanded_end (const char *text)
{
  const char *p = text;

  for (guint i = 0; i < HUB_MARKUP_EXPAND_CHARS && *p != '\0'; i++)
    p = g_utf8_next_char (p);
  return p;
}

/**
 * hub_markup_find_link:
 * @text: UTF-8 of any length
 *
 * Returns: (transfer full) (nullable): the first web address that begins in the first %HUB_MARKUP_EXPAND_CHARS characters of
 *   @text; %NULL when there is none
 */
char *
hub_markup_find_link (const char *text)
{
  Span url;

  g_return_val_if_fail (text != NULL, NULL);

  return find_url (text, find_expanded_end (text), &url) ? g_strndup (url.start, url.end - url.start) : NULL;
}

/**
 * hub_markup_is_long:
 * @text: UTF-8
 *
 * Returns: %TRUE when @text is folded at first
 */
gboolean
hub_markup_is_long (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return *find_fold (text) != '\0';
}

/**
 * hub_markup_can_expand:
 * @text: UTF-8
 *
 * Whether @text is short enough to be shown whole in a row. To lay out more than that takes longer than a frame.
 *
 * Returns: %TRUE up to %HUB_MARKUP_EXPAND_CHARS characters
 */
gboolean
hub_markup_can_expand (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return *find_expanded_end (text) == '\0';
}
