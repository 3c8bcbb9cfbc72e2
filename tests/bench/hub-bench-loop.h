/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

/**
 * HUB_BENCH_STALL_US:
 *
 * How long the broker may be silent before what is still missing counts as lost.
 */
#define HUB_BENCH_STALL_US (5 * G_TIME_SPAN_SECOND)

typedef struct _HubBenchWatch HubBenchWatch;

/**
 * HubBenchWatch:
 * @ready: called when @fd has input, room that was asked for, or has failed
 * @flush: called at the end of a turn in which [method@HubBench.Loop.mark] was
 * @fd: the descriptor; stays the owner's
 *
 * What waits for a descriptor, embedded in its owner.
 */
struct _HubBenchWatch
{
  void (*ready) (HubBenchWatch *watch, guint32 events);
  void (*flush) (HubBenchWatch *watch);
  int fd;
  /*< private >*/
  HubBenchWatch *next_marked;
  bool is_marked;
};

/**
 * HubBenchLoop:
 *
 * The event loop of the load generator. Like the broker's, it reads first and writes at the end of a turn, with one
 * system call for each connection, so that the broker and not the generator is the bottleneck.
 */
typedef struct _HubBenchLoop HubBenchLoop;

HubBenchLoop *hub_bench_loop_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_bench_loop_free (HubBenchLoop *self);

void hub_bench_loop_add (HubBenchLoop *self, HubBenchWatch *watch);
void hub_bench_loop_remove (HubBenchLoop *self, HubBenchWatch *watch);
void hub_bench_loop_set_wants_room (HubBenchLoop *self, HubBenchWatch *watch, gboolean wants_room);
void hub_bench_loop_mark (HubBenchLoop *self, HubBenchWatch *watch);
void hub_bench_loop_unmark (HubBenchLoop *self, HubBenchWatch *watch);
guint hub_bench_loop_turn (HubBenchLoop *self, gint64 timeout_us);

void hub_bench_loop_fail (HubBenchLoop *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean hub_bench_loop_has_failed (const HubBenchLoop *self);
gboolean hub_bench_loop_check (HubBenchLoop *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubBenchLoop, hub_bench_loop_free)

G_END_DECLS
