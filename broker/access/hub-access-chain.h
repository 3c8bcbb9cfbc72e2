/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-access-funcs.h"

G_BEGIN_DECLS

/**
 * HubAccessChain:
 * @first: rules that always answer at once
 * @first_data: (unowned): their first argument
 * @second: further rules
 * @second_data: (unowned): their first argument
 *
 * Two sets of rules, of which both have to allow. Who somebody is, the second one says.
 */
typedef struct
{
  const HubAccessFuncs *first;
  gpointer first_data;
  const HubAccessFuncs *second;
  gpointer second_data;
} HubAccessChain;

/**
 * hub_access_chain_funcs:
 *
 * How the core reaches a [struct@Hub.AccessChain].
 */
extern const HubAccessFuncs hub_access_chain_funcs;

G_END_DECLS
