/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-request-scan.h"

#include <string.h>

/* What is said of the body of a request, and whether it can be answered. */

#define GET "GET / HTTP/1.1\r\n"
#define END "\r\n"

typedef struct
{
  const char *head;
  gboolean is_right;
} Row;

static const Row rows[] = {
  { GET END, TRUE },
  { "GET /\n\n", TRUE },
  { "HEAD / HTTP/1.1\r\n" END, TRUE },
  { "OPTIONS * HTTP/1.1\r\n" END, TRUE },
  { GET "Host: a\r\nX: y\r\n folded\r\n" END, TRUE },
  { GET "Content-Length: 0\r\n" END, TRUE },
  { GET "content-length:123456789012345678\r\n" END, TRUE },
  { GET "CONTENT-LENGTH: \t 5 \t\r\n" END, TRUE },
  { GET "Transfer-Encoding: chunked\r\n" END, TRUE },
  { GET "transfer-encoding:CHUNKED \n\n", TRUE },
  /* No header at all, or another one. */
  { GET "Content-Length : x\r\nContent-Lengthy: x\r\nX-Content-Length: x\r\n Content-Length: x\r\nContent-Length\r\n" END, TRUE },
  { "GET /Content-Length:x HTTP/1.1\r\n" END, TRUE },
  /* The end of the head is the end of what is looked at. */
  { GET END "Content-Length: x\r\n", TRUE },

  { "get / HTTP/1.1\r\n" END, FALSE },
  { "GETS / HTTP/1.1\r\n" END, FALSE },
  { "GET\t/ HTTP/1.1\r\n" END, FALSE },
  { "GET\r\n" END, FALSE },
  { "\r\n" GET END, FALSE },
  { "\rGET / HTTP/1.1\r\n" END, FALSE },
  { " GET / HTTP/1.1\r\n" END, FALSE },
  { "GETGETGETGETGETGETGETGET / HTTP/1.1\r\n" END, FALSE },
  { GET "Content-Length: 1234567890123456789\r\n" END, FALSE },
  { GET "Content-Length:\r\n" END, FALSE },
  { GET "Content-Length: -1\r\n" END, FALSE },
  { GET "Content-Length: +1\r\n" END, FALSE },
  { GET "Content-Length: 1a\r\n" END, FALSE },
  { GET "Content-Length: 0x1\r\n" END, FALSE },
  { GET "Content-Length: 1 1\r\n" END, FALSE },
  { GET "Content-Length: 1\r1\r\n" END, FALSE },
  { GET "X: a\rb\r\n" END, FALSE },
  { GET "X: a\r\r\n" END, FALSE },
  { GET "\rX: a\r\n" END, FALSE },
  { GET "Content-Length: 1, 1\r\n" END, FALSE },
  { GET "Content-Length: 1                                  1\r\n" END, FALSE },
  { GET "Content-Length: 1\r\n 1\r\n" END, FALSE },
  { GET "Content-Length: 1\n\t\n" END, FALSE },
  { GET "Content-Length: 1\r\nContent-Length: 1\r\n" END, FALSE },
  { GET "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n" END, FALSE },
  { GET "Transfer-Encoding: gzip\r\n" END, FALSE },
  { GET "Transfer-Encoding: chunked, chunked\r\n" END, FALSE },
  { GET "Transfer-Encoding: chunke\r\n" END, FALSE },
  { GET "Transfer-Encoding: identity\r\n" END, FALSE },
  { GET "Transfer-Encoding:\r\n" END, FALSE },
  { GET "Transfer-Encoding: chunked                                   x\r\n" END, FALSE },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const guint8 *bytes = (const guint8 *) rows[i].head;
      gsize size = strlen (rows[i].head);
      HubRequestScan whole = { 0 };
      HubRequestScan bytewise = { 0 };
      gboolean is_right = TRUE;

      g_test_message ("%s", rows[i].head);
      g_assert_cmpint (hub_request_scan_feed (&whole, bytes, size), ==, rows[i].is_right);
      for (gsize at = 0; at < size && is_right; at++)
        is_right = hub_request_scan_feed (&bytewise, bytes + at, 1);
      g_assert_cmpint (is_right, ==, rows[i].is_right);
      if (is_right)
        g_assert_true (hub_request_scan_is_whole (&whole) && hub_request_scan_is_whole (&bytewise));
    }
}

/* A NUL is nowhere right, since not everybody reads on behind it. */
static void
test_nul (void)
{
  static const char head[] = GET "Host: a\r\n" END;

  for (gsize i = 0; i < strlen (head); i++)
    {
      g_autofree guint8 *copy = g_memdup2 (head, sizeof head);
      HubRequestScan scan = { 0 };

      copy[i] = '\0';
      g_assert_false (hub_request_scan_feed (&scan, copy, strlen (head)));
    }
}

/* Cut anywhere, it is no head yet. */
static void
test_cut (void)
{
  static const char head[] = GET "Host: a\r\nContent-Length: 5\r\n" END;

  for (gsize size = 0; size <= strlen (head); size++)
    {
      HubRequestScan scan = { 0 };

      g_assert_true (hub_request_scan_feed (&scan, (const guint8 *) head, size));
      g_assert_cmpint (hub_request_scan_is_whole (&scan), ==, size == strlen (head));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/request-scan/rows", test_rows);
  g_test_add_func ("/net/request-scan/nul", test_nul);
  g_test_add_func ("/net/request-scan/cut", test_cut);
  return g_test_run ();
}
