/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

/*
 * Each connection of each client acts at times of its own, modulo so many microseconds, and all that lasts is a multiple of
 * that: so no two deadlines of different sessions come at the same time, where nothing says which is first.
 */
#define SIM_PHASES_US 20000

/**
 * SimReading:
 * @SIM_READS_ALL: whatever there is, at once
 * @SIM_READS_SLOWLY: some bytes now and then
 * @SIM_READS_NOTHING: until it changes its mind
 *
 * How a client reads.
 */
typedef enum
{
  SIM_READS_ALL,
  SIM_READS_SLOWLY,
  SIM_READS_NOTHING,
} SimReading;

/**
 * SimOutgoing:
 * @publish: (owned): what was published
 * @waits_for: %SIM_PUBACK, %SIM_PUBREC or %SIM_PUBCOMP
 */
typedef struct
{
  SimPacket *publish;
  SimPacketType waits_for;
} SimOutgoing;

/**
 * SimClient:
 * @number: names it; has to do with when it acts
 * @turn: so has this, which is another one for each connection
 * @name: (owned): for the transcript
 * @client_id: (owned): what it calls itself; empty: it has no name yet
 * @favourite: the version it speaks as a rule
 * @laziness: how seldom it acknowledges: once in so many opportunities
 * @reading: how it reads
 * @connection: (unowned) (nullable): its connection
 * @version: of that
 * @is_accepted: whether it has read a CONNACK that lets it in
 * @incarnation: the session that what follows belongs to
 * @outgoing: (owned) (element-type SimOutgoing): what it has published and was not told the end of
 * @answers: (owned) (element-type SimPacket): acknowledgements that it has not sent
 * @received: (owned): identifiers of QoS 2 messages that it has and the broker has not released
 * @seen: (owned): deliveries at QoS 2 that it has taken for new
 * @aliases: (owned) (element-type utf8): the topics that it has set aliases for
 * @alias_max: how many it may set
 * @quota: how many QoS 1 and 2 messages it may still begin
 * @receive_max: how many at most
 *
 * A client of the simulation: what it knows itself, which is what it has read.
 */
typedef struct
{
  guint number;
  guint turn;
  char *name;
  char *client_id;
  guint8 favourite;
  guint laziness;
  SimReading reading;
  SimConnection *connection;
  guint8 version;
  gboolean is_accepted;
  guint64 incarnation;
  GArray *outgoing;
  GPtrArray *answers;
  GHashTable *received;
  GHashTable *seen;
  GPtrArray *aliases;
  guint alias_max;
  guint quota;
  guint receive_max;
} SimClient;

/* client.c */
SimClient *sim_client_new (SimWorld *world, guint number) G_GNUC_WARN_UNUSED_RESULT;
void sim_client_free (gpointer data);
gint64 sim_client_time_to_phase (const SimWorld *world, const SimClient *self);
gboolean sim_client_is_able (const SimWorld *world, const SimClient *self);
guint16 sim_client_next_id (SimWorld *world, SimClient *self);
guint16 sim_client_any_id (SimWorld *world, SimClient *self);
void sim_client_send (SimWorld *world, SimClient *self, SimPacket *packet);
void sim_client_leave (SimWorld *world, SimClient *self);
gboolean sim_client_read (SimWorld *world, SimClient *self, gsize n_bytes);
void sim_client_act (SimWorld *world, SimClient *self);

/* client-connect.c */
SimPacket *sim_client_make_connect (SimWorld *world, SimClient *self) G_GNUC_WARN_UNUSED_RESULT;
void sim_client_connect (SimWorld *world, SimClient *self);
void sim_client_disconnect (SimWorld *world, SimClient *self);
void sim_client_stray (SimWorld *world, SimClient *self);
void sim_client_take_connack (SimWorld *world, SimClient *self, const SimPacket *packet);

/* client-publish.c */
void sim_client_choose_message (SimWorld *world, SimPacket *packet, SimProperties *properties);
void sim_client_publish (SimWorld *world, SimClient *self);
void sim_client_publish_again (SimWorld *world, SimClient *self);
void sim_client_break_promise (SimWorld *world, SimClient *self);
void sim_client_resume_publishing (SimWorld *world, SimClient *self, gboolean is_present);
void sim_client_take_publish_answer (SimWorld *world, SimClient *self, const SimPacket *packet);
void sim_client_forget_publishing (SimClient *self);

/* client-subscribe.c */
void sim_client_subscribe (SimWorld *world, SimClient *self);
void sim_client_unsubscribe (SimWorld *world, SimClient *self);

/* client-answer.c */
void sim_client_take_publish (SimWorld *world, SimClient *self, const SimPacket *packet);
void sim_client_take_pubrel (SimWorld *world, SimClient *self, const SimPacket *packet);
void sim_client_add_answer (SimClient *self, SimPacketType type, guint16 id, guint64 delivery);
void sim_client_answer (SimWorld *world, SimClient *self);
gboolean sim_client_answer_all (SimWorld *world, SimClient *self);
void sim_client_answer_wrongly (SimWorld *world, SimClient *self);

/* client-garbage.c */
SimPacket *sim_client_make_garbage (SimWorld *world, SimClient *self) G_GNUC_WARN_UNUSED_RESULT;

/* vocabulary.c */
const char *sim_any_topic (SimRandom *random);
const char *sim_any_filter (SimRandom *random);
char *sim_any_payload (SimRandom *random, guint serial) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
