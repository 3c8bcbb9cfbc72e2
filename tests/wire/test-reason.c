/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-packet.h"
#include "broker/wire/hub-reason.h"

/* MQTT 5.0, table 2-6, turned round: the Reason Codes of each packet. */
static const struct
{
  HubPacketType type;
  const char *codes; /* in ascending order */
} tables[] = {
  { HUB_PACKET_CONNACK, "00 80 81 82 83 84 85 86 87 88 89 8a 8c 90 95 97 99 9a 9b 9c 9d 9f" },
  { HUB_PACKET_PUBACK, "00 10 80 83 87 90 91 97 99" },
  { HUB_PACKET_PUBREC, "00 10 80 83 87 90 91 97 99" },
  { HUB_PACKET_PUBREL, "00 92" },
  { HUB_PACKET_PUBCOMP, "00 92" },
  { HUB_PACKET_SUBACK, "00 01 02 80 83 87 8f 91 97 9e a1 a2" },
  { HUB_PACKET_UNSUBACK, "00 11 80 83 87 8f 91" },
  { HUB_PACKET_DISCONNECT, "00 04 80 81 82 83 87 89 8b 8c 8d 8e 8f 90 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f a0 a1 a2" },
  { HUB_PACKET_AUTH, "00 18 19" },
};

static const char *
codes_of (guint type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (tables[i].type == type)
      return tables[i].codes;
  return "";
}

static void
test_belongs (void)
{
  for (guint type = 0; type < 16; type++)
    {
      g_autoptr (GString) codes = g_string_new (NULL);

      for (guint code = 0; code < 256; code++)
        if (hub_reason_belongs_to ((guint8) code, type))
          g_string_append_printf (codes, "%s%02x", codes->len > 0 ? " " : "", code);
      g_test_message ("type %u", type);
      g_assert_cmpstr (codes->str, ==, codes_of (type));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/reason/5.0/2.4/belongs", test_belongs);
  return g_test_run ();
}
