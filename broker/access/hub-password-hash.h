/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-access-text.h"
#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HUB_PASSWORD_ITERATIONS:
 *
 * The iterations of PBKDF2 that our own entries have.
 */
#define HUB_PASSWORD_ITERATIONS 100000

/**
 * HUB_PASSWORD_ITERATIONS_MAX:
 *
 * The most that an entry may have: a check of it takes about a second.
 */
#define HUB_PASSWORD_ITERATIONS_MAX 1000000

/**
 * HUB_PASSWORD_SIZE_MAX:
 *
 * The longest password that MQTT can carry, bytes.
 */
#define HUB_PASSWORD_SIZE_MAX 65535

/**
 * HUB_PASSWORD_SALT_MAX:
 *
 * The longest salt that an entry may have, bytes.
 */
#define HUB_PASSWORD_SALT_MAX 64

/**
 * HUB_PASSWORD_DIGEST_SIZE:
 *
 * What SHA-512 yields, bytes.
 */
#define HUB_PASSWORD_DIGEST_SIZE 64

/**
 * HubPasswordHash:
 * @iterations: of PBKDF2; 0: one SHA-512 of password and salt
 * @salt_size: number of bytes in @salt
 * @salt: what makes equal passwords differ
 * @digest: what the password comes to
 *
 * What is known of a password.
 */
typedef struct
{
  guint iterations;
  gsize salt_size;
  guint8 salt[HUB_PASSWORD_SALT_MAX];
  guint8 digest[HUB_PASSWORD_DIGEST_SIZE];
} HubPasswordHash;

gboolean hub_password_hash_init (HubPasswordHash *self, HubSpan password, guint iterations, GError **error);
gboolean hub_password_hash_parse (HubPasswordHash *self, const char *text, GError **error);
char *hub_password_hash_to_string (const HubPasswordHash *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_password_hash_verify (const HubPasswordHash *self, HubSpan password);

G_END_DECLS
