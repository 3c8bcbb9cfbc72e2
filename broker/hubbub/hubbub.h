/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What libhubbub-1 offers. The headers in this folder are installed as they are, so that they name each other without a
 * path, and nothing else of the program.
 */
#include "hub-broker.h"
#include "hub-client-status.h"
#include "hub-exchange.h"
#include "hub-local-client.h"
