/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_LOAN (hub_loan_get_type ())
G_DECLARE_FINAL_TYPE (HubLoan, hub_loan, HUB, LOAN, GIOStream)

HubLoan *hub_loan_new (GIOStream *stream) G_GNUC_WARN_UNUSED_RESULT;
GIOStream *hub_loan_end (HubLoan *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
