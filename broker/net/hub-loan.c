/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-loan.h"

#include "broker/net/hub-request-input.h"

/**
 * HubLoan:
 *
 * A stream that is lent to somebody who reads a request from it and will keep it, close it, or have it taken back. That the loan is finalized says
 * that they are through with the stream. The stream itself cannot say that: a connection with TLS may be held a moment
 * longer by the thread that did its handshake, and would then be finalized there.
 */
struct _HubLoan
{
  GIOStream parent_instance;

  GIOStream *stream;   /* (owned) (nullable): until the loan ends */
  GInputStream *input; /* (owned): what is read of it */
};

G_DEFINE_FINAL_TYPE (HubLoan, hub_loan, G_TYPE_IO_STREAM)

static GInputStream *
hub_loan_get_input_stream (GIOStream *stream)
{
  HubLoan *self = HUB_LOAN (stream);

  return self->stream != NULL ? self->input : NULL;
}

static GOutputStream *
hub_loan_get_output_stream (GIOStream *stream)
{
  HubLoan *self = HUB_LOAN (stream);

  return self->stream != NULL ? g_io_stream_get_output_stream (self->stream) : NULL;
}

static gboolean
hub_loan_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  HubLoan *self = HUB_LOAN (stream);

  return self->stream == NULL || g_io_stream_close (self->stream, cancellable, error);
}

static void
hub_loan_finalize (GObject *object)
{
  HubLoan *self = HUB_LOAN (object);

  g_clear_object (&self->input);
  g_clear_object (&self->stream);
  G_OBJECT_CLASS (hub_loan_parent_class)->finalize (object);
}

static void
hub_loan_class_init (HubLoanClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hub_loan_finalize;
  stream_class->get_input_stream = hub_loan_get_input_stream;
  stream_class->get_output_stream = hub_loan_get_output_stream;
  stream_class->close_fn = hub_loan_close;
}

static void
hub_loan_init (HubLoan *self)
{
}

/**
 * hub_loan_new:
 * @stream: what is lent; whoever closes the loan closes it
 *
 * Returns: (transfer full): a loan
 */
HubLoan *
hub_loan_new (GIOStream *stream)
{
  HubLoan *self = g_object_new (HUB_TYPE_LOAN, NULL);

  self->stream = g_object_ref (stream);
  self->input = hub_request_input_new (g_io_stream_get_input_stream (stream));
  return self;
}

/**
 * hub_loan_end:
 * @self: a loan that has not ended
 *
 * Takes the stream back: whoever closes the loan afterwards closes nothing.
 *
 * Returns: (transfer full): what was lent
 */
GIOStream *
hub_loan_end (HubLoan *self)
{
  return g_steal_pointer (&self->stream);
}
