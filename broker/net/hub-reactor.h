/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-deadlines.h"

#include <sys/epoll.h>

G_BEGIN_DECLS

typedef struct _HubWatch HubWatch;

/**
 * HubWatchFunc:
 * @watch: whose descriptor is ready
 * @events: `EPOLLIN`, `EPOLLOUT`, `EPOLLRDHUP`, `EPOLLHUP`, `EPOLLERR`
 *
 * Of those that have ended (`EPOLLRDHUP`, `EPOLLHUP`, `EPOLLERR`) only a few are served in a turn, so that many that end at
 * once keep nobody waiting.
 *
 * May remove this and other watches. A watch that was removed is not called any more, not in this turn either.
 */
typedef void (*HubWatchFunc) (HubWatch *watch, guint32 events);

/**
 * HubWatch:
 * @func: what to call
 * @fd: the descriptor
 * @events: what is waited for; without `EPOLLET` when there is @effort
 * @effort: 0, or how much there is to do for somebody who comes, or at a door, at most 8: those who are there already are
 *   served before, and in one turn no more is done than what one connection of MQTT takes, eight times; the next turn goes on
 *   with the others
 *
 * Interest in a descriptor, embedded in what waits for it. It does not own the descriptor.
 */
struct _HubWatch
{
  HubWatchFunc func;
  int fd;
  guint32 events;
  guint effort;
  /*< private >*/
  GQueue *queue; /* (unowned) (nullable): where it is to be served, out of the epoll set meanwhile */
  GList link;    /* there */
  guint32 queued_events;
};

/**
 * HubReactor:
 *
 * The event loop of the broker thread: all its descriptors in one epoll set, which is itself one #GSource. What
 * happens between two waits is a turn; at its end everything that the turn has produced is written.
 */
typedef struct _HubReactor HubReactor;

/**
 * HubTurnEndFunc:
 * @now_us: the time of the turn, microseconds
 * @user_data: as given to [ctor@Hub.Reactor.new]
 *
 * Called once in each turn, behind all events.
 *
 * Returns: when there must be a further turn, microseconds; %G_MAXINT64 when only events bring one
 */
typedef gint64 (*HubTurnEndFunc) (gint64 now_us, gpointer user_data);

HubReactor *hub_reactor_new (GMainContext *context,
                             HubTurnEndFunc turn_end,
                             gpointer user_data,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_reactor_free (HubReactor *self);

gboolean hub_reactor_add (HubReactor *self, HubWatch *watch, GError **error);
void hub_reactor_set_events (HubReactor *self, HubWatch *watch, guint32 events);
void hub_reactor_remove (HubReactor *self, HubWatch *watch);

gint64 hub_reactor_get_now (const HubReactor *self);
HubDeadlines *hub_reactor_get_deadlines (HubReactor *self);
void hub_reactor_need_turn (HubReactor *self);
void hub_reactor_assert_thread (const HubReactor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubReactor, hub_reactor_free)

G_END_DECLS
