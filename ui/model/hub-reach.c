/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-reach.h"

#include <glib/gi18n-lib.h>

/* Of the discovery: multicast DNS. */
#define MDNS_PORT 5353

static void
finding_free (gpointer data)
{
  HubFinding *finding = data;

  g_free (finding->words);
  g_free (finding);
}

static void
add (GPtrArray *findings,
     HubFindingKind kind,
     char *words)
{
  HubFinding *finding = g_new0 (HubFinding, 1);

  finding->kind = kind;
  finding->words = words;
  g_ptr_array_add (findings, finding);
}

static void
add_addresses (GPtrArray *findings,
               const HubReach *reach)
{
  if (reach->n_addresses == 0)
    add (findings, HUB_FINDING_BAD, g_strdup (_ ("This computer is on no network: nobody else can reach it.")));
  else
    add (findings, HUB_FINDING_GOOD,
         g_strdup_printf (ngettext ("This computer is on the network, with %u address.",
                                    "This computer is on the network, with %u addresses.", reach->n_addresses),
                          reach->n_addresses));
}

static char *
http_words (const HubReach *reach)
{
  switch (reach->is_http_open)
    {
    case HUB_REACH_YES:
      /* Translators: %u is a port number. */
      return g_strdup_printf (_ ("Port %u is open, for browsers."), reach->http_port);
    case HUB_REACH_NO:
      /* Translators: %u is a port number. */
      return g_strdup_printf (_ ("Port %u does not answer: browsers cannot join."), reach->http_port);
    case HUB_REACH_UNKNOWN:
    default:
      /* Translators: %u is a port number. */
      return g_strdup_printf (_ ("Trying port %u, for browsers."), reach->http_port);
    }
}

static char *
mqtt_words (const HubReach *reach)
{
  switch (reach->is_mqtt_open)
    {
    case HUB_REACH_YES:
      /* Translators: %u is a port number. */
      return g_strdup_printf (_ ("Port %u is open, for Hubbub and MQTT clients."), reach->mqtt_port);
    case HUB_REACH_NO:
      /* Translators: %u is a port number. */
      return g_strdup_printf (_ ("Port %u does not answer: Hubbub and MQTT clients cannot join."), reach->mqtt_port);
    case HUB_REACH_UNKNOWN:
    default:
      /* Translators: %u is a port number. */
      return g_strdup_printf (_ ("Trying port %u, for Hubbub and MQTT clients."), reach->mqtt_port);
    }
}

static void
add_ports (GPtrArray *findings,
           const HubReach *reach)
{
  static const HubFindingKind kinds[] = {
    [HUB_REACH_UNKNOWN] = HUB_FINDING_WAITING,
    [HUB_REACH_YES] = HUB_FINDING_GOOD,
    [HUB_REACH_NO] = HUB_FINDING_BAD,
  };

  add (findings, kinds[reach->is_http_open], http_words (reach));
  add (findings, kinds[reach->is_mqtt_open], mqtt_words (reach));
}

static void
add_discovery (GPtrArray *findings,
               const HubReach *reach)
{
  if (!reach->is_discovery_running)
    add (findings, HUB_FINDING_NOTE,
         g_strdup (_ ("Other desktops do not find this chat by themselves, because Avahi is not running here: they have to type the address.")));
  else if (!reach->is_announced)
    add (findings, HUB_FINDING_WAITING, g_strdup (_ ("This chat is being announced to other desktops.")));
  else
    add (findings, HUB_FINDING_GOOD, g_strdup (_ ("Other desktops find this chat by themselves.")));
}

static void
add_devices (GPtrArray *findings,
             const HubReach *reach)
{
  if (reach->n_devices > 0)
    add (findings, HUB_FINDING_GOOD,
         g_strdup_printf (ngettext ("%u other device is in the chat.", "%u other devices are in the chat.", reach->n_devices),
                          reach->n_devices));
  else if (reach->had_devices)
    add (findings, HUB_FINDING_GOOD, g_strdup (_ ("No other device is in the chat now, but one was: the way is open.")));
  else
    add (findings, HUB_FINDING_NOTE, g_strdup (_ ("Nobody has joined from another device yet.")));
}

/**
 * hub_reach_list_findings:
 * @reach: what is known
 *
 * Says in words whether others can join.
 *
 * Returns: (transfer full) (element-type HubFinding): the sentences, in the order in which one asks oneself
 */
GPtrArray *
hub_reach_list_findings (const HubReach *reach)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (finding_free);

  add_addresses (findings, reach);
  add_ports (findings, reach);
  add_discovery (findings, reach);
  add_devices (findings, reach);
  return findings;
}

/**
 * hub_reach_kind_word:
 * @kind: what a finding means
 *
 * Returns: (transfer none): one word for it, translated: what a sign before the sentence says to those who do not see it
 */
const char *
hub_reach_kind_word (HubFindingKind kind)
{
  switch (kind)
    {
    case HUB_FINDING_WAITING:
      return _ ("Waiting");
    case HUB_FINDING_GOOD:
      return _ ("Good");
    case HUB_FINDING_NOTE:
      return _ ("Note");
    case HUB_FINDING_BAD:
    default:
      return _ ("Problem");
    }
}

/**
 * hub_reach_may_be_walled:
 * @reach: what is known
 *
 * Returns: whether a firewall may be what keeps others away: nothing else is in their way, and nobody has come yet
 */
gboolean
hub_reach_may_be_walled (const HubReach *reach)
{
  return reach->n_addresses > 0 && !reach->had_devices && reach->n_devices == 0;
}

/**
 * hub_reach_dup_ufw:
 * @reach: what is known
 *
 * Returns: (transfer full): what opens the ports where ufw is the firewall, as on Ubuntu
 */
char *
hub_reach_dup_ufw (const HubReach *reach)
{
  return g_strdup_printf ("sudo ufw allow %u,%u/tcp && sudo ufw allow %u/udp",
                          reach->mqtt_port, reach->http_port, MDNS_PORT);
}

/**
 * hub_reach_dup_firewalld:
 * @reach: what is known
 *
 * Returns: (transfer full): what opens the ports where firewalld is the firewall, as on Fedora; now and for later
 */
char *
hub_reach_dup_firewalld (const HubReach *reach)
{
  return g_strdup_printf ("sudo firewall-cmd --permanent --add-port=%u/tcp --add-port=%u/tcp --add-port=%u/udp && sudo firewall-cmd --reload",
                          reach->mqtt_port, reach->http_port, MDNS_PORT);
}
