/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-names.h"
#include "ui/model/hub-person.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_PEOPLE_LIST_CLIENTS_MAX:
 *
 * How many clients are counted; others are passed over until one of them goes.
 */
#define HUB_PEOPLE_LIST_CLIENTS_MAX 2000

/**
 * HUB_PEOPLE_LIST_ROOMS_MAX:
 *
 * How many rooms are told of one of the people: those of the clients that have spoken last.
 */
#define HUB_PEOPLE_LIST_ROOMS_MAX 64

/**
 * HubPersonParams:
 * @from: 16 hexadecimal digits
 * @name: the name as sent; may be empty
 * @kind: how they take part
 * @rooms: (array zero-terminated=1): the rooms besides Everyone
 *
 * What a client says of itself. All strings are copied.
 */
typedef struct
{
  const char *from;
  const char *name;
  HubPersonKind kind;
  const char *const *rooms;
} HubPersonParams;

#define HUB_TYPE_PEOPLE_LIST (hub_people_list_get_type ())
G_DECLARE_FINAL_TYPE (HubPeopleList, hub_people_list, HUB, PEOPLE_LIST, GObject)

HubPeopleList *hub_people_list_new (HubNames *names) G_GNUC_WARN_UNUSED_RESULT;
void hub_people_list_set_own_from (HubPeopleList *self, const char *from);
gboolean hub_people_list_put (HubPeopleList *self, const char *client_id, const HubPersonParams *params);
void hub_people_list_remove (HubPeopleList *self, const char *client_id);
void hub_people_list_clear (HubPeopleList *self);
HubPerson *hub_people_list_find (HubPeopleList *self, const char *from);
guint hub_people_list_get_n_people (HubPeopleList *self);

G_END_DECLS
