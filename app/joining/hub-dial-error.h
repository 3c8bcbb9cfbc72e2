/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubDialError:
 * @HUB_DIAL_ERROR_UNTRUSTED: nobody that is trusted has signed the certificate
 * @HUB_DIAL_ERROR_EXPIRED: the certificate is not valid any more
 * @HUB_DIAL_ERROR_NOT_YET_VALID: it is not valid yet, or the clock of this computer is wrong
 * @HUB_DIAL_ERROR_OTHER_NAME: it is for another computer
 * @HUB_DIAL_ERROR_REVOKED: whoever has signed it has taken it back
 * @HUB_DIAL_ERROR_BAD_CERTIFICATE: something else is wrong with it
 * @HUB_DIAL_ERROR_NO_TLS: what answers does not encrypt, or in no way that is known here
 * @HUB_DIAL_ERROR_NOT_HTTP: where WebSocket was expected, no web server answers
 * @HUB_DIAL_ERROR_NO_WEBSOCKET: a web server answers, which has no MQTT there
 * @HUB_DIAL_ERROR_FORBIDDEN: a web server answers, which lets nobody in this way
 * @HUB_DIAL_ERROR_NOT_NOW: a web server answers, which can let nobody in at the moment
 *
 * Why a host cannot be spoken to, though it is there.
 */
typedef enum
{
  HUB_DIAL_ERROR_UNTRUSTED,
  HUB_DIAL_ERROR_EXPIRED,
  HUB_DIAL_ERROR_NOT_YET_VALID,
  HUB_DIAL_ERROR_OTHER_NAME,
  HUB_DIAL_ERROR_REVOKED,
  HUB_DIAL_ERROR_BAD_CERTIFICATE,
  HUB_DIAL_ERROR_NO_TLS,
  HUB_DIAL_ERROR_NOT_HTTP,
  HUB_DIAL_ERROR_NO_WEBSOCKET,
  HUB_DIAL_ERROR_FORBIDDEN,
  HUB_DIAL_ERROR_NOT_NOW,
} HubDialError;

#define HUB_DIAL_ERROR (hub_dial_error_quark ())
GQuark hub_dial_error_quark (void);

G_END_DECLS
