/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-qr-code.h"

#include "ui/model/hub-invite-url.h"
#include "ui/model/hub-qr-matrix.h"

#include <glib/gi18n-lib.h>

/* A phone in the hand reads modules of two pixels; more is better. */
#define LEAST_MODULE_PX 2
#define USUAL_PX 220

/**
 * HubQrCode:
 *
 * Shows a text as a QR code, as large as there is room: dark on white in every style, since readers want it so, with modules
 * that are whole pixels of the screen. A screen reader says what is in it, but for a room password.
 */
struct _HubQrCode
{
  GtkWidget parent_instance;

  char *text;          /* (owned) (nullable) */
  HubQrMatrix *matrix; /* (owned) (nullable): none for what is too long */
};

G_DEFINE_FINAL_TYPE (HubQrCode, hub_qr_code, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_TEXT = 1,
} HubQrCodeProperty;

static GParamSpec *props[PROP_TEXT + 1];

static guint
count_modules (HubQrCode *self)
{
  return hub_qr_matrix_get_size (self->matrix) + 2 * HUB_QR_QUIET_MODULES;
}

static void
hub_qr_code_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  HubQrCode *self = HUB_QR_CODE (widget);
  int n_modules;

  if (self->matrix == NULL)
    return;
  n_modules = (int) count_modules (self);
  *minimum = n_modules * LEAST_MODULE_PX;
  /* The next multiple, so that all of it is used. */
  *natural = MAX (*minimum, (USUAL_PX + n_modules - 1) / n_modules * n_modules);
}

/* Neighbours in a line are one rectangle. All numbers are pixels of the screen, of which a pixel of GTK may have several. */
static void
draw_line (HubQrCode *self,
           GtkSnapshot *snapshot,
           guint y,
           const graphene_point_t *origin,
           float module)
{
  const GdkRGBA black = { 0, 0, 0, 1 };
  const guint size = hub_qr_matrix_get_size (self->matrix);
  guint end;

  for (guint x = 0; x < size; x = end)
    {
      end = x + 1;
      if (!hub_qr_matrix_is_dark (self->matrix, x, y))
        continue;
      while (end < size && hub_qr_matrix_is_dark (self->matrix, end, y))
        end++;
      gtk_snapshot_append_color (snapshot, &black,
                                 &GRAPHENE_RECT_INIT (origin->x + (float) x * module, origin->y + (float) y * module,
                                                      (float) (end - x) * module, module));
    }
}

static void
hub_qr_code_snapshot (GtkWidget *widget,
                      GtkSnapshot *snapshot)
{
  HubQrCode *self = HUB_QR_CODE (widget);
  const GdkRGBA white = { 1, 1, 1, 1 };
  const int scale = gtk_widget_get_scale_factor (widget);
  const int width = gtk_widget_get_width (widget) * scale;
  const int height = gtk_widget_get_height (widget) * scale;
  guint module_px;
  int extent;
  int left;
  int top;

  if (self->matrix == NULL)
    return;
  module_px = hub_qr_matrix_get_module_px (self->matrix, (guint) MIN (width, height));
  extent = (int) (count_modules (self) * module_px);
  left = (width - extent) / 2;
  top = (height - extent) / 2;

  gtk_snapshot_append_color (snapshot, &white,
                             &GRAPHENE_RECT_INIT ((float) left / (float) scale, (float) top / (float) scale,
                                                  (float) extent / (float) scale, (float) extent / (float) scale));
  for (guint y = 0; y < hub_qr_matrix_get_size (self->matrix); y++)
    {
      const int quiet = HUB_QR_QUIET_MODULES * (int) module_px;

      draw_line (self, snapshot, y,
                 &GRAPHENE_POINT_INIT ((float) (left + quiet) / (float) scale, (float) (top + quiet) / (float) scale),
                 (float) module_px / (float) scale);
    }
}

static void
hub_qr_code_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  switch ((HubQrCodeProperty) prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, HUB_QR_CODE (object)->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_qr_code_set_property (GObject *object,
                          guint prop_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  switch ((HubQrCodeProperty) prop_id)
    {
    case PROP_TEXT:
      hub_qr_code_set_text (HUB_QR_CODE (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_qr_code_finalize (GObject *object)
{
  HubQrCode *self = HUB_QR_CODE (object);

  g_clear_pointer (&self->matrix, hub_qr_matrix_unref);
  g_free (self->text);

  G_OBJECT_CLASS (hub_qr_code_parent_class)->finalize (object);
}

static void
hub_qr_code_class_init (HubQrCodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_qr_code_get_property;
  object_class->set_property = hub_qr_code_set_property;
  object_class->finalize = hub_qr_code_finalize;
  widget_class->measure = hub_qr_code_measure;
  widget_class->snapshot = hub_qr_code_snapshot;

  /**
   * HubQrCode:text: (nullable)
   *
   * What whoever scans the code gets. What is longer than %HUB_QR_BYTES_MAX has no code, and nothing is shown.
   */
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  gtk_widget_class_set_css_name (widget_class, "qrcode");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hub_qr_code_init (HubQrCode *self)
{
}

/**
 * hub_qr_code_get_text:
 * @self: a code
 *
 * Returns: (nullable) (transfer none): [property@HubQrCode:text]
 */
const char *
hub_qr_code_get_text (HubQrCode *self)
{
  g_return_val_if_fail (HUB_IS_QR_CODE (self), NULL);

  return self->text;
}

/**
 * hub_qr_code_set_text:
 * @self: a code
 * @text: (nullable): what whoever scans it gets
 *
 * Sets [property@HubQrCode:text].
 */
void
hub_qr_code_set_text (HubQrCode *self,
                      const char *text)
{
  g_autofree char *shown = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (HUB_IS_QR_CODE (self));

  if (g_strcmp0 (self->text, text) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (text);
  g_clear_pointer (&self->matrix, hub_qr_matrix_unref);
  self->matrix = text != NULL ? hub_qr_matrix_new (text) : NULL;
  shown = text != NULL ? hub_invite_url_dup_shown (text) : g_strdup ("");
  /* Translators: %s is an address: what somebody gets who scans the code. */
  label = g_strdup_printf (_ ("QR code of %s"), shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}
