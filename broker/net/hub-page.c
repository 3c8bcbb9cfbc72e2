/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-page.h"

#include "hub-web.h"

#define PREFIX "/io/github/hubbub_chat/Hubbub/web/"

struct _HubPage
{
  GHashTable *files; /* (owned) (element-type utf8 HubPageFile): by path */
};

static const char *
content_type (const char *name)
{
  static const char *const types[][2] = {
    { ".html", "text/html; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".svg", "image/svg+xml" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (name, types[i][0]))
      return types[i][1];
  return "application/octet-stream";
}

static void
file_free (gpointer data)
{
  HubPageFile *file = data;

  g_free (file->etag);
  g_bytes_unref (file->plain);
  g_clear_pointer (&file->gzip, g_bytes_unref);
  g_free (file);
}

static GBytes *
lookup (const char *name, const char *suffix)
{
  g_autofree char *path = g_strconcat (PREFIX, name, suffix, NULL);

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static HubPageFile *
file_new (const char *name)
{
  HubPageFile *file = g_new0 (HubPageFile, 1);
  g_autofree char *sum = NULL;

  file->content_type = content_type (name);
  file->plain = lookup (name, "");
  file->gzip = lookup (name, ".gz");
  g_assert (file->plain != NULL);
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file->plain);
  file->etag = g_strdup_printf ("\"%.32s\"", sum);
  return file;
}

/**
 * hub_page_new:
 *
 * Returns: (transfer full): the files of the join page
 */
HubPage *
hub_page_new (void)
{
  HubPage *self = g_new0 (HubPage, 1);
  g_auto (GStrv) names = NULL;

  /* Named here, so that the linker keeps them. What it returns does not count: it is NULL for as long as another thread
   * registers the resources of the program. Who looks among all of them waits for that. */
  hub_web_get_resource ();
  names = g_resources_enumerate_children (PREFIX, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_assert (names != NULL);

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
  for (char **name = names; *name != NULL; name++)
    if (!g_str_has_suffix (*name, ".gz"))
      g_hash_table_insert (self->files, g_strconcat ("/", *name, NULL), file_new (*name));
  return self;
}

/**
 * hub_page_free:
 * @self: (transfer full): the page
 */
void
hub_page_free (HubPage *self)
{
  g_hash_table_unref (self->files);
  g_free (self);
}

/**
 * hub_page_lookup:
 * @self: the page
 * @path: the path of a URL; `/` is the page itself
 *
 * Returns: (transfer none) (nullable): the file, or %NULL when there is none of that name
 */
const HubPageFile *
hub_page_lookup (const HubPage *self, const char *path)
{
  return g_hash_table_lookup (self->files, g_str_equal (path, "/") ? "/index.html" : path);
}
