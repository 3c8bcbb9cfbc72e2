/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/inviting/hub-devices.h"
#include "app/inviting/hub-page-list.h"

#include <string.h>

/* What is decided about inviting without asking anybody. */

static const struct
{
  const char *name;
  const char *peers[6];
  guint expected;
} devices[] = {
  { "nobody", { NULL }, 0 },
  { "the-window", { "in-process" }, 0 },
  { "from-here", { "127.0.0.1:4000", "[::1]:4000", "192.168.1.20:4000", "[fd00::20]:4000", "unix:77" }, 0 },
  { "one", { "in-process", "192.168.1.31:4000" }, 1 },
  { "two-tabs", { "192.168.1.31:4000", "192.168.1.31:4001" }, 1 },
  /* All devices of a network have one prefix. */
  { "ipv6", { "[fd00::31]:4000", "[fd00::32]:4000", "[fd00:0::31]:4001" }, 2 },
  { "as-ipv6", { "[::ffff:192.168.1.31]:4000", "192.168.1.31:4001", "[::ffff:192.168.1.20]:4000" }, 1 },
  { "nonsense", { "", ":", "192.168.1.31", "office:4000", "[]:1", "]:1" }, 0 },
};

static void
test_devices (gconstpointer data)
{
  static const char *const own[] = { "192.168.1.20", "fd00::20", "127.0.0.1", NULL };
  const gsize i = GPOINTER_TO_SIZE (data);
  const char *peers[G_N_ELEMENTS (devices[i].peers) + 1] = { NULL };

  memcpy (peers, devices[i].peers, sizeof devices[i].peers);
  g_assert_cmpuint (hub_devices_count (peers, own), ==, devices[i].expected);
}

static const struct
{
  const char *name;
  const char *pages[4];
  const char *expected;
  guint n_reachable;
} for_others[] = {
  { "none", { NULL }, "", 0 },
  { "network",
    { "http://192.168.1.20:9001/", "http://[fd00::20]:9001/", "http://127.0.0.1:9001/" },
    "http://192.168.1.20:9001/ http://[fd00::20]:9001/",
    2 },
  { "no-network", { "http://127.0.0.1:9001/", "http://[::1]:9001/" }, "http://127.0.0.1:9001/", 0 },
  { "localhost", { "http://localhost:9001/", "http://office.local:9001/" }, "http://office.local:9001/", 1 },
  { "number-of-an-interface", { "http://[fe80::1%252]:9001/", "http://[fd00::20]:9001/" }, "http://[fd00::20]:9001/", 1 },
};

static void
test_for_others (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_auto (GStrv) pages = hub_page_list_for_others (for_others[i].pages);
  g_autofree char *joined = g_strjoinv (" ", pages);

  g_assert_cmpstr (joined, ==, for_others[i].expected);
  g_assert_cmpuint (hub_page_list_count_reachable (for_others[i].pages), ==, for_others[i].n_reachable);
}

static void
test_limit (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint n = 1; n <= HUB_PAGE_LIST_MAX + 1; n++)
    {
      g_autofree char *page = g_strdup_printf ("http://10.0.0.%u:9001/", n);
      g_auto (GStrv) pages = NULL;
      g_auto (GStrv) told = NULL;

      g_strv_builder_add (builder, page);
      pages = g_strv_builder_end (builder);
      told = hub_page_list_for_others ((const char *const *) pages);
      g_assert_cmpuint (g_strv_length (told), ==, MIN (n, HUB_PAGE_LIST_MAX));
      /* The builder is empty after it has ended. */
      g_strv_builder_addv (builder, (const char **) pages);
    }
}

static void
test_page (void)
{
  static const struct
  {
    const char *http_url;
    const char *expected;
  } rows[] = {
    { NULL, NULL },
    { "http://192.168.1.20:9001", "http://192.168.1.20:9001/" },
    { "http://[fd00::20]:9001", "http://[fd00::20]:9001/" },
    { "http://[fe80::1%252]:9001", "http://[fe80::1%252]:9001/" },
    { "http://hubbub:open%20sesame%40@192.168.1.20:9001", "http://192.168.1.20:9001/" },
    { "http://hubbub:a%3Ab@[fd00::20]:9001", "http://[fd00::20]:9001/" },
    { "http://hubbub:@192.168.1.20:9001", "http://192.168.1.20:9001/" },
  };

  g_test_summary ("The name and the password with which this computer has joined are not handed on");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *page = hub_page_list_dup_page (rows[i].http_url);

      g_assert_cmpstr (page, ==, rows[i].expected);
    }
}

#define PAGE "http://192.168.1.20:9001/"

static const struct
{
  const char *name;
  const char *page;
  const char *info;
  const char *expected;
} infos[] = {
  { "more-addresses",
    PAGE,
    "{\"ports\":{\"mqtt\":1883,\"http\":9001},\"addresses\":[\"10.0.0.5\",\"192.168.1.20\",\"fd00::20\",\"127.0.0.1\"]}",
    PAGE " http://10.0.0.5:9001/ http://[fd00::20]:9001/" },
  { "on-this-computer",
    "http://127.0.0.1:9001/",
    "{\"ports\":{\"http\":9002},\"addresses\":[\"192.168.1.20\",\"127.0.0.1\"]}",
    "http://192.168.1.20:9002/" },
  { "for-this-computer-alone",
    "http://127.0.0.1:9001/",
    "{\"ports\":{\"http\":9001},\"addresses\":[\"127.0.0.1\"]}",
    "http://127.0.0.1:9001/" },
  { "no-answer", PAGE, "", PAGE },
  { "no-object", PAGE, "[]", PAGE },
  { "broken", PAGE, "{\"ports\":{\"http\":9001},\"addresses\":[\"10.0.0.5\"", PAGE },
  { "no-port", PAGE, "{\"ports\":{},\"addresses\":[\"10.0.0.5\"]}", PAGE },
  { "port-0", PAGE, "{\"ports\":{\"http\":0},\"addresses\":[\"10.0.0.5\"]}", PAGE },
  { "port-1", PAGE, "{\"ports\":{\"http\":1},\"addresses\":[\"10.0.0.5\"]}", PAGE " http://10.0.0.5:1/" },
  { "port-65535", PAGE, "{\"ports\":{\"http\":65535},\"addresses\":[\"10.0.0.5\"]}", PAGE " http://10.0.0.5:65535/" },
  { "port-65536", PAGE, "{\"ports\":{\"http\":65536},\"addresses\":[\"10.0.0.5\"]}", PAGE },
  { "port-is-an-object", PAGE, "{\"ports\":{\"http\":{}},\"addresses\":[\"10.0.0.5\"]}", PAGE },
  { "port-is-a-text", PAGE, "{\"ports\":{\"http\":\"9001\"},\"addresses\":[\"10.0.0.5\"]}", PAGE },
  { "ports-are-a-list", PAGE, "{\"ports\":[9001],\"addresses\":[\"10.0.0.5\"]}", PAGE },
  { "addresses-are-an-object", PAGE, "{\"ports\":{\"http\":9001},\"addresses\":{}}", PAGE },
  { "no-addresses",
    PAGE,
    "{\"ports\":{\"http\":9001},\"addresses\":[1,null,{},[\"10.0.0.6\"],\"\",\"office\",\"10.0.0.5/#\",\"10.0.0.5\"]}",
    PAGE " http://10.0.0.5:9001/" },
};

static void
test_info (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_auto (GStrv) pages = hub_page_list_from_info (infos[i].page, infos[i].info, strlen (infos[i].info));
  g_autofree char *joined = g_strjoinv (" ", pages);

  g_assert_cmpstr (joined, ==, infos[i].expected);
}

static void
add (const char *group, const char *name, gsize i, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/app/inviting/%s/%s", group, name);

  g_test_add_data_func (path, GSIZE_TO_POINTER (i), func);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    add ("devices", devices[i].name, i, test_devices);
  for (gsize i = 0; i < G_N_ELEMENTS (for_others); i++)
    add ("for-others", for_others[i].name, i, test_for_others);
  g_test_add_func ("/app/inviting/for-others/limit", test_limit);
  g_test_add_func ("/app/inviting/page", test_page);
  for (gsize i = 0; i < G_N_ELEMENTS (infos); i++)
    add ("info", infos[i].name, i, test_info);
  return g_test_run ();
}
