/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/client.h"

/*
 * Garbage:
 * @bytes: in hexadecimal
 * @version: the version that it is wrong in; 0: in every one
 * @faults: the Reason Codes that say so
 *
 * Bytes that no client may send. They are as long as they claim to be, or wrong at their first bytes.
 */
typedef struct
{
  const char *bytes;
  guint8 version;
  const char *faults;
} Garbage;

#define MALFORMED "\x81\x82"

static const Garbage of_connected[] = {
  { "0000", 0, MALFORMED },                   /* type 0 */
  { "c100", 0, MALFORMED },                   /* flags */
  { "c00100", 0, MALFORMED },                 /* bytes behind the end */
  { "30ffffff7f", 0, "\x95" },                /* too large */
  { "3080808080", 0, MALFORMED },             /* a length of five bytes */
  { "c08000", 0, MALFORMED },                 /* a length in more bytes than it needs */
  { "360500016100010078", 0, MALFORMED },     /* QoS 3 */
  { "380500016100ff", 0, MALFORMED },         /* DUP at QoS 0 */
  { "30050001ff0078", 0, MALFORMED },         /* no UTF-8 */
  { "30050001000078", 0, MALFORMED },         /* U+0000 */
  { "30070003612b620078", 0, "\x90" },        /* a wildcard in a topic */
  { "320700016100000078", 0, MALFORMED },     /* identifier 0 */
  { "300200ff", 0, MALFORMED },               /* a topic that reaches beyond the end */
  { "40020000", 0, MALFORMED },               /* identifier 0 */
  { "400101", 0, MALFORMED },                 /* cut */
  { "60020001", 0, MALFORMED },               /* flags of PUBREL */
  { "82020001", 0, MALFORMED },               /* no filter */
  { "82050001000161", 4, MALFORMED },         /* cut */
  { "8206000100016103", 4, MALFORMED },       /* QoS 3 */
  { "8206000100016104", 4, MALFORMED },       /* reserved options */
  { "820700010000016103", 5, MALFORMED },     /* QoS 3 */
  { "8207000100000161c0", 5, MALFORMED },     /* reserved options */
  { "820700010000016130", 5, MALFORMED },     /* Retain Handling 3 */
  { "82090001020b0000016100", 5, MALFORMED }, /* Subscription Identifier 0 */
  { "a2020001", 0, MALFORMED },               /* no filter */
  { "a006000100016100", 0, MALFORMED },       /* flags of UNSUBSCRIBE */
  { "20020000", 0, MALFORMED },               /* what only a server says */
  { "900400010000", 0, MALFORMED },
  { "d000", 0, MALFORMED },
  { "e100", 0, MALFORMED },                     /* flags of DISCONNECT */
  { "e00100", 4, MALFORMED },                   /* DISCONNECT of 3.x says nothing else */
  { "e00105", 5, MALFORMED },                   /* there is no such reason */
  { "e0080005110000000100", 5, MALFORMED },     /* bytes behind the end */
  { "f000", 0, MALFORMED },                     /* AUTH without a method */
  { "4003000101", 5, MALFORMED },               /* there is no such reason */
  { "3007000161020b0178", 5, MALFORMED },       /* a Subscription Identifier from a client */
  { "3007000161027f0178", 5, MALFORMED },       /* there is no such property */
  { "3009000161040101010178", 5, MALFORMED },   /* a property twice */
  { "300a00016105110000000178", 5, MALFORMED }, /* a property that does not belong there */
  { "30080001610323000078", 5, "\x94" },        /* topic alias 0 */
  { "300700016102010278", 5, MALFORMED },       /* Payload Format Indicator 2 */
  { "3009000161040800012b78", 5, MALFORMED },   /* a wildcard in the response topic */
  { "30050001610978", 5, MALFORMED },           /* properties that reach beyond the end */
  { "300400000078", 5, "\x82" },                /* no topic, and no alias for it */
};

/* Version 4 is the one whose CONNACK says that a version is not known. */
static const Garbage of_new[] = {
  { "474554202f20485454502f312e310d0a", 4, MALFORMED }, /* GET / HTTP/1.1 */
  { "16030100c8010000c40303", 4, MALFORMED },           /* TLS */
  { "10ffffff7f", 4, "\x95" },                          /* too large */
  { "10020004", 4, MALFORMED },                         /* cut */
  { "100c00044d515454070200000000", 4, "\x01" },        /* a version that is not known */
  { "100c00044d515458040200000000", 4, MALFORMED },
  { "100c00044d515454040300000000", 4, MALFORMED },         /* the reserved flag */
  { "100e00044d5154540442000000000000", 4, MALFORMED },     /* a password without a name */
  { "100d00044d51545405030000000000", 5, MALFORMED },       /* the reserved flag */
  { "100d00044d515454051a0000000000", 5, MALFORMED },       /* a will's QoS without it */
  { "101000044d51545405020000032100000000", 5, MALFORMED }, /* receive maximum 0 */
  { "101000044d51545405020000032300010000", 5, MALFORMED }, /* a property of others */
  { "101000044d51545405020000031600000000", 5, MALFORMED }, /* data without a method */
  { "100d00044d515454050200007f0000", 5, MALFORMED },       /* properties beyond the end */
  { "100f00044d515454050200000000000000", 5, MALFORMED },   /* bytes behind the end */
};

static void
append_hex (GByteArray *out, const char *hex)
{
  for (; hex[0] != '\0'; hex += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

      g_byte_array_append (out, &byte, 1);
    }
}

static gboolean
is_wrong_for (const Garbage *garbage, guint8 version)
{
  return garbage->version == 0 || garbage->version == version || (garbage->version == 4 && version == 3);
}

/**
 * sim_client_make_garbage:
 * @world: where it lives
 * @self: (nullable): a client that has sent its CONNECT; %NULL: for a connection that nothing was sent on
 *
 * Returns: (transfer full): bytes that end the connection
 */
SimPacket *
sim_client_make_garbage (SimWorld *world, SimClient *self)
{
  SimPacket *packet = sim_packet_new (SIM_GARBAGE);
  const Garbage *garbage;

  do
    garbage = self != NULL ? &of_connected[sim_random_below (&world->random, G_N_ELEMENTS (of_connected))]
                           : &of_new[sim_random_below (&world->random, G_N_ELEMENTS (of_new))];
  while (self != NULL && !is_wrong_for (garbage, self->version));

  packet->version = garbage->version;
  packet->faults = garbage->faults;
  packet->bytes = g_byte_array_new ();
  append_hex (packet->bytes, garbage->bytes);
  return packet;
}
