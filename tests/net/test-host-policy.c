/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-host-policy.h"

#include <glib.h>

typedef struct
{
  const char *host; /* (nullable) */
  HubHostVerdict verdict;
} HostRow;

static const char *const more_names[] = { "chat.example", NULL };
static const char *const more_origins[] = { "http://pages.example:8080", NULL };

static const HostRow host_rows[] = {
  { "localhost", HUB_HOST_ACCEPTED },
  { "LOCALHOST:9001", HUB_HOST_ACCEPTED },
  { "localhost.", HUB_HOST_ACCEPTED },
  { "localhost:", HUB_HOST_ACCEPTED },
  { "localhost:65535", HUB_HOST_ACCEPTED },
  { "192.0.2.7", HUB_HOST_ACCEPTED },
  { "192.0.2.7:9001", HUB_HOST_ACCEPTED },
  { "[::1]", HUB_HOST_ACCEPTED },
  { "[fd00::2]:9001", HUB_HOST_ACCEPTED },
  { "ship", HUB_HOST_ACCEPTED },
  { "Ship.:9001", HUB_HOST_ACCEPTED },
  { "ship.local", HUB_HOST_ACCEPTED },
  { "ship.lan", HUB_HOST_ACCEPTED },
  { "ship.home", HUB_HOST_ACCEPTED },
  { "ship.internal", HUB_HOST_ACCEPTED },
  { "ship.home.arpa", HUB_HOST_ACCEPTED },
  { "anything.local", HUB_HOST_ACCEPTED },
  { "chat.example", HUB_HOST_ACCEPTED },
  { "CHAT.example.:80", HUB_HOST_ACCEPTED },

  { "evil.example", HUB_HOST_FOREIGN },
  { "chat.example.evil.example", HUB_HOST_FOREIGN },
  { "notchat.example", HUB_HOST_FOREIGN },
  { "localhost.evil.example", HUB_HOST_FOREIGN },
  { "192.0.2.7.evil.example", HUB_HOST_FOREIGN },
  { "ship.evil.example", HUB_HOST_FOREIGN },
  { "ship.local.evil.example", HUB_HOST_FOREIGN },
  { "warship", HUB_HOST_FOREIGN },
  { "ships", HUB_HOST_FOREIGN },
  { "other.lan", HUB_HOST_FOREIGN },
  { "local", HUB_HOST_FOREIGN },
  { "notlocal", HUB_HOST_FOREIGN },

  { NULL, HUB_HOST_MISSING },
  { "", HUB_HOST_MISSING },
  { ".", HUB_HOST_MISSING },
  { ":9001", HUB_HOST_MISSING },
  { "two words", HUB_HOST_MISSING },
  { "localhost:65536", HUB_HOST_MISSING },
  { "localhost:123456", HUB_HOST_MISSING },
  { "localhost:80a", HUB_HOST_MISSING },
  { "localhost:-1", HUB_HOST_MISSING },
  { "localhost@evil.example", HUB_HOST_MISSING },
  { "localhost/evil.example", HUB_HOST_MISSING },
  { "localhost;script-src", HUB_HOST_MISSING },
  { "[::1", HUB_HOST_MISSING },
  { "[::1]x", HUB_HOST_MISSING },
  { "[localhost]", HUB_HOST_MISSING },
  { "[192.0.2.7]", HUB_HOST_MISSING },
  { "[]", HUB_HOST_MISSING },
  { "fd00::2", HUB_HOST_MISSING },
};

static void
test_hosts (void)
{
  g_test_summary ("Names of this computer and of the local network are ours, and no other site's");

  for (gsize i = 0; i < G_N_ELEMENTS (host_rows); i++)
    {
      g_test_message ("%s", host_rows[i].host);
      g_assert_cmpint (hub_host_check (host_rows[i].host, "Ship", more_names), ==, host_rows[i].verdict);
    }
}

static void
test_no_own_name (void)
{
  g_assert_cmpint (hub_host_check ("ship", NULL, NULL), ==, HUB_HOST_FOREIGN);
  g_assert_cmpint (hub_host_check (".lan", "", NULL), ==, HUB_HOST_FOREIGN);
  g_assert_cmpint (hub_host_check ("chat.example", NULL, NULL), ==, HUB_HOST_FOREIGN);
}

typedef struct
{
  const char *origin; /* (nullable) */
  const char *scheme;
  const char *host;
  gboolean elsewhere; /* whether it is allowed for a client on another computer */
  gboolean here;      /* the same for one on this */
} OriginRow;

static const OriginRow origin_rows[] = {
  /* No browser. */
  { NULL, "http", "localhost:9001", TRUE, TRUE },

  /* Our own page, however it is written. */
  { "http://192.0.2.7:9001", "http", "192.0.2.7:9001", TRUE, TRUE },
  { "HTTP://Ship.local:9001", "http", "ship.LOCAL.:9001", TRUE, TRUE },
  { "http://ship", "http", "ship:80", TRUE, TRUE },
  { "https://ship:443", "https", "ship", TRUE, TRUE },
  { "http://[fd00::2]:9001", "http", "[FD00::2]:9001", TRUE, TRUE },

  /* Those that were configured, as they stand. */
  { "http://pages.example:8080", "http", "localhost:9001", TRUE, TRUE },
  { "http://pages.example", "http", "localhost:9001", FALSE, FALSE },

  /* Another port, scheme or host is another site. */
  { "http://192.0.2.7:8080", "http", "192.0.2.7:9001", FALSE, FALSE },
  { "https://192.0.2.7:9001", "http", "192.0.2.7:9001", FALSE, FALSE },
  { "http://192.0.2.8:9001", "http", "192.0.2.7:9001", FALSE, FALSE },
  { "http://evil.example", "http", "localhost:9001", FALSE, FALSE },
  { "http://localhost.evil.example", "http", "localhost:9001", FALSE, FALSE },
  { "http://evil.example#http://localhost:9001", "http", "localhost:9001", FALSE, FALSE },
  { "http://localhost:9001@evil.example", "http", "localhost:9001", FALSE, FALSE },

  /* Local web servers and files, of this computer only. */
  { "http://localhost:8080", "http", "192.0.2.7:9001", FALSE, TRUE },
  { "https://127.0.0.1", "http", "localhost:9001", FALSE, TRUE },
  { "http://[::1]:3000", "http", "localhost:9001", FALSE, TRUE },
  { "null", "http", "localhost:9001", FALSE, TRUE },

  /* None at all. */
  { "", "http", "localhost:9001", FALSE, FALSE },
  { "localhost:9001", "http", "localhost:9001", FALSE, FALSE },
  { "file://localhost", "http", "localhost:9001", FALSE, FALSE },
  { "ftp://localhost:9001", "http", "localhost:9001", FALSE, FALSE },
  { "http://", "http", "localhost:9001", FALSE, FALSE },
  { "http://localhost:90 01", "http", "localhost:9001", FALSE, FALSE },
};

static void
test_origins (void)
{
  g_test_summary ("Only our own page, configured ones and, on this computer, local ones may open a WebSocket");

  for (gsize i = 0; i < G_N_ELEMENTS (origin_rows); i++)
    {
      const OriginRow *row = &origin_rows[i];

      g_test_message ("%s to %s", row->origin, row->host);
      g_assert_cmpint (hub_origin_is_allowed (row->origin, row->scheme, row->host, FALSE, more_origins), ==, row->elsewhere);
      g_assert_cmpint (hub_origin_is_allowed (row->origin, row->scheme, row->host, TRUE, more_origins), ==, row->here);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/host-policy/hosts", test_hosts);
  g_test_add_func ("/net/host-policy/no-own-name", test_no_own_name);
  g_test_add_func ("/net/host-policy/origins", test_origins);
  return g_test_run ();
}
