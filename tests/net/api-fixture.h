/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-api.h"
#include "tests/support/hub-test-store.h"

G_BEGIN_DECLS

/* An API, its log, rules of access, and who asks. */

#define BASIC_ADA "Basic YWRhOnNlY3JldA==" /* ada:secret */

/* ApiRules of access that do what a test says. */
typedef struct
{
  HubReason reason;
  gboolean is_slow;
  gboolean may_subscribe;
  gboolean may_stay;
  const char *closed; /* (nullable): what topics begin with that nobody may read */
  char *user_name;    /* (owned) (nullable): who has asked to come in */
  char *password;     /* (owned) (nullable) */
  char *address;      /* (owned) (nullable) */
  HubPeer *peer;      /* (unowned) (nullable): who waits */
  HubAuthReply reply;
  guint n_forgotten;
} ApiRules;

typedef struct
{
  guint status; /* 0: there is no answer yet */
  char *body;   /* (owned) (nullable) */
  gsize size;
  char *etag; /* (owned) (nullable) */
} ApiAnswer;

typedef struct
{
  ApiRules rules;
  HubPeerPolicy policy;
  HubStore *store; /* (owned) (nullable) */
  HubApi *api;     /* (owned) */
  guint described; /* the door that was to be described */
} ApiFixture;

void api_fixture_set_up (ApiFixture *fixture, gconstpointer data);
void api_fixture_tear_down (ApiFixture *fixture, gconstpointer data);
void api_fixture_use_rules (ApiFixture *fixture);
void api_fixture_describe (guint listener, HubApiInfo *info, gpointer user_data);
void api_fixture_record (ApiFixture *fixture, const char *topic, const char *payload);

HubApiQuestion *api_fixture_begin_from (ApiFixture *fixture,
                                        ApiAnswer *answer,
                                        const char *address,
                                        const char *target,
                                        const char *authorization) G_GNUC_WARN_UNUSED_RESULT;
HubApiQuestion *api_fixture_begin (ApiFixture *fixture,
                                   ApiAnswer *answer,
                                   const char *target,
                                   const char *authorization) G_GNUC_WARN_UNUSED_RESULT;
void api_fixture_ask (ApiFixture *fixture, ApiAnswer *answer, const char *target, const char *authorization);
char *api_fixture_numbers_of (const ApiAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;
void api_fixture_expect_numbers (ApiFixture *fixture, ApiAnswer *answer, const char *target, const char *expected);
void api_fixture_expect_messages (ApiFixture *fixture, const char *query, const char *expected);
void api_fixture_expect_error (ApiFixture *fixture, const char *target, const char *authorization, guint status);
void api_answer_clear (ApiAnswer *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApiAnswer, api_answer_clear)

G_END_DECLS
