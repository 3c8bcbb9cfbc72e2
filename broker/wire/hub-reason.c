/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-reason.h"

G_DEFINE_QUARK (hub_mqtt_error, hub_mqtt_error)
