/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-host-config.h"

/* 1883 or one of the twenty ports behind it, and 9001 likewise. */
#define PORTS_TRIED 21

/**
 * hub_host_config_update:
 * @config: the configuration of a broker of this program
 * @options: how it is to host from now on
 *
 * Takes over what can change while people are connected: all but the ports.
 */
void
hub_host_config_update (HubConfig *config, const HubHostOptions *options)
{
  config->server.lan_only = !options->allow_outside;
  config->store.record_max_messages = options->history_messages;
  config->store.record_max_age_us = options->history_days * G_TIME_SPAN_DAY;
}

/**
 * hub_host_config_new:
 * @options: how it is to host
 *
 * Returns: (transfer full): the configuration of the broker of this program
 */
HubConfig *
hub_host_config_new (const HubHostOptions *options)
{
  HubConfig *config = hub_config_new_app ();

  hub_config_add_default_listeners (config, PORTS_TRIED);
  for (guint i = 0; i < config->server.listeners->len; i++)
    {
      HubListenerOptions *listener = g_ptr_array_index (config->server.listeners, i);

      listener->port = listener->protocol == HUB_PROTOCOL_MQTT ? options->mqtt_port : options->http_port;
    }
  config->store.persistence = TRUE;
  config->store.persistence_location = g_build_filename (g_get_user_data_dir (), "hubbub", NULL);
  hub_host_config_update (config, options);
  return config;
}

/**
 * hub_host_config_is_same:
 * @options: how this computer hosts
 * @other: how it might
 *
 * Returns: whether hub_host_config_update() would change nothing
 */
gboolean
hub_host_config_is_same (const HubHostOptions *options, const HubHostOptions *other)
{
  return options->allow_outside == other->allow_outside && options->history_days == other->history_days &&
         options->history_messages == other->history_messages;
}
