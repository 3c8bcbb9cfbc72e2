/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubStoreError:
 * @HUB_STORE_ERROR_FOREIGN: the file is not one of ours; it was not touched
 * @HUB_STORE_ERROR_NEWER: the file was written by a newer version; it was not touched
 * @HUB_STORE_ERROR_IN_USE: somebody else has it open
 * @HUB_STORE_ERROR_ACCESS: the file or its folder may not be read or written
 * @HUB_STORE_ERROR_FULL: there is no room left
 * @HUB_STORE_ERROR_IO: the system reports a failure
 * @HUB_STORE_ERROR_DAMAGED: what is in the file cannot have been written like that
 * @HUB_STORE_ERROR_BUSY: more is being asked than can be answered in time
 *
 * Why a store does not open, write or answer.
 */
typedef enum
{
  HUB_STORE_ERROR_FOREIGN,
  HUB_STORE_ERROR_NEWER,
  HUB_STORE_ERROR_IN_USE,
  HUB_STORE_ERROR_ACCESS,
  HUB_STORE_ERROR_FULL,
  HUB_STORE_ERROR_IO,
  HUB_STORE_ERROR_DAMAGED,
  HUB_STORE_ERROR_BUSY,
} HubStoreError;

#define HUB_STORE_ERROR (hub_store_error_quark ())

GQuark hub_store_error_quark (void);

G_END_DECLS
