/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-names.h"

G_BEGIN_DECLS

/**
 * HubPersonKind:
 * @HUB_PERSON_OTHER: with something that does not say what it is
 * @HUB_PERSON_DESKTOP: with the desktop program
 * @HUB_PERSON_BROWSER: with the page
 *
 * How somebody takes part.
 */
typedef enum
{
  HUB_PERSON_OTHER,
  HUB_PERSON_DESKTOP,
  HUB_PERSON_BROWSER,
} HubPersonKind;

#define HUB_TYPE_PERSON_KIND (hub_person_kind_get_type ())
GType hub_person_kind_get_type (void);

#define HUB_TYPE_PERSON (hub_person_get_type ())
G_DECLARE_FINAL_TYPE (HubPerson, hub_person, HUB, PERSON, GObject)

HubPerson *hub_person_new (const char *from, gboolean is_own) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_person_get_from (HubPerson *self);
const char *hub_person_get_name (HubPerson *self);
void hub_person_set_name (HubPerson *self, const char *name);
HubPersonKind hub_person_get_kind (HubPerson *self);
void hub_person_set_kind (HubPerson *self, HubPersonKind kind);
const char *const *hub_person_get_rooms (HubPerson *self);
void hub_person_set_rooms (HubPerson *self, const char *const *rooms);
gboolean hub_person_get_is_own (HubPerson *self);
HubName *hub_person_get_who (HubPerson *self);
void hub_person_set_who (HubPerson *self, HubName *who);
gboolean hub_person_has_shared_name (HubPerson *self);
int hub_person_compare (HubPerson *self, HubPerson *other);

G_END_DECLS
