/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-session.h"
#include "tests/support/hub-test-core.h"

G_BEGIN_DECLS

/*
 * Enhanced authentication; MQTT 5.0, section 4.12. Rules of access that know one method, `m`: the Authentication Data of a
 * step says what is to come of it. Where an exchange is over, the name that was shown is looked at once more, later when
 * it begins with "late", as passwords are.
 */
typedef struct
{
  HubTestCore *core;
  HubPeer *exchanging; /* (nullable): whose exchange is under way */
  HubPeer *asking;     /* (nullable): whose name is being looked at */
  HubAuthReply reply;
  HubAuthStage stage; /* of the latest step */
  guint n_steps;
  guint n_forgotten;
  guint n_admitted; /* how often a name was looked at that had been shown */
} EnhancedFixture;

/* The CONNECT of `id` with the method; what its data is comes next. */
#define CONNECT(data) "10 [{'MQTT'} 05 02 0000 [15 {'m'} 16 {'" data "'}] {'id'}]"
#define AUTH(code, data) "f0 [" code " [15 {'m'} 16 {'" data "'}]]"

/* The CONNACK of one that is let in. */
#define ACCEPTED(more) "CONNACK 0 0 {method=m" more " receive=20 aliases=10 size=2000000}"

void enhanced_fixture_init_options (HubCoreOptions *options, EnhancedFixture *self);
void enhanced_fixture_set_up (EnhancedFixture *self, gconstpointer data);
void enhanced_fixture_tear_down (EnhancedFixture *self, gconstpointer data);
void enhanced_fixture_restart (EnhancedFixture *self, const HubCoreOptions *options);

HubTestPeer *enhanced_fixture_begin (EnhancedFixture *self, const char *bytes);
HubTestPeer *enhanced_fixture_begin_exchange (EnhancedFixture *self);
HubTestPeer *enhanced_fixture_join (EnhancedFixture *self);

extern const HubAccessFuncs enhanced_fixture_funcs;

G_END_DECLS
