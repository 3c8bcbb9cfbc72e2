/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-invite-board.h"

#include "ui/hub-qr-code.h"
#include "ui/model/hub-invite-url.h"

/* Of the height, for the address: enough to be read from the last row. */
#define TEXT_SHARE 0.22
#define LEAST_FONT_PX 12
#define LINES_MAX 2

/* Smaller than this one line is worse than two. */
#define ONE_LINE_FONT_PX 20

#define GAP_PX 12

/**
 * HubInviteBoard:
 *
 * An address for a whole room: the code, and below it the address in the largest type that has room. Without a room password
 * in what is written.
 */
struct _HubInviteBoard
{
  GtkWidget parent_instance;

  HubQrCode *code;     /* (owned) child */
  char *shown;         /* (owned) */
  PangoLayout *layout; /* (owned) (nullable): of @shown, from the allocation on */
};

G_DEFINE_FINAL_TYPE (HubInviteBoard, hub_invite_board, GTK_TYPE_WIDGET)

static void
hub_invite_board_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  HubInviteBoard *self = HUB_INVITE_BOARD (widget);
  const int text_px = orientation == GTK_ORIENTATION_VERTICAL ? GAP_PX + 2 * LINES_MAX * LEAST_FONT_PX : 0;

  gtk_widget_measure (GTK_WIDGET (self->code), orientation, -1, minimum, natural, NULL, NULL);
  *minimum += text_px;
  *natural += text_px;
}

static gboolean
fits (HubInviteBoard *self,
      int font_px,
      int n_lines,
      int height)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Monospace");
  int text_height;

  pango_font_description_set_absolute_size (font, font_px * PANGO_SCALE);
  pango_layout_set_font_description (self->layout, font);
  pango_layout_get_pixel_size (self->layout, NULL, &text_height);
  return text_height <= height && pango_layout_get_line_count (self->layout) <= n_lines;
}

/* The largest type in which the address takes no more height than it may: in one line, unless that gets too small. */
static void
fit_text (HubInviteBoard *self,
          int height)
{
  for (int font_px = height; font_px >= ONE_LINE_FONT_PX; font_px = font_px * 19 / 20)
    if (fits (self, font_px, 1, height))
      return;
  for (int font_px = height / LINES_MAX; font_px > LEAST_FONT_PX; font_px = font_px * 19 / 20)
    if (fits (self, font_px, LINES_MAX, height))
      return;
  fits (self, LEAST_FONT_PX, G_MAXINT, height);
}

static void
hub_invite_board_size_allocate (GtkWidget *widget,
                                int width,
                                int height,
                                int baseline)
{
  HubInviteBoard *self = HUB_INVITE_BOARD (widget);
  const int text_max = MAX ((int) (height * TEXT_SHARE), LINES_MAX * LEAST_FONT_PX);
  int text_height;

  g_clear_object (&self->layout);
  self->layout = gtk_widget_create_pango_layout (widget, self->shown);
  pango_layout_set_width (self->layout, width * PANGO_SCALE);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_CHAR);
  pango_layout_set_alignment (self->layout, PANGO_ALIGN_CENTER);
  fit_text (self, text_max);
  pango_layout_get_pixel_size (self->layout, NULL, &text_height);
  gtk_widget_size_allocate (GTK_WIDGET (self->code),
                            &(GtkAllocation){ 0, 0, width, MAX (height - text_height - GAP_PX, 0) }, -1);
}

static void
hub_invite_board_snapshot (GtkWidget *widget,
                           GtkSnapshot *snapshot)
{
  HubInviteBoard *self = HUB_INVITE_BOARD (widget);
  int text_height;
  GdkRGBA color;

  gtk_widget_snapshot_child (widget, GTK_WIDGET (self->code), snapshot);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  pango_layout_get_pixel_size (self->layout, NULL, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) (gtk_widget_get_height (widget) - text_height)));
  gtk_snapshot_append_layout (snapshot, self->layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
hub_invite_board_dispose (GObject *object)
{
  HubInviteBoard *self = HUB_INVITE_BOARD (object);

  if (self->code != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->code));
  self->code = NULL;
  g_clear_object (&self->layout);

  G_OBJECT_CLASS (hub_invite_board_parent_class)->dispose (object);
}

static void
hub_invite_board_finalize (GObject *object)
{
  g_free (HUB_INVITE_BOARD (object)->shown);

  G_OBJECT_CLASS (hub_invite_board_parent_class)->finalize (object);
}

static void
hub_invite_board_class_init (HubInviteBoardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hub_invite_board_dispose;
  object_class->finalize = hub_invite_board_finalize;
  widget_class->measure = hub_invite_board_measure;
  widget_class->size_allocate = hub_invite_board_size_allocate;
  widget_class->snapshot = hub_invite_board_snapshot;

  gtk_widget_class_set_css_name (widget_class, "inviteboard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
hub_invite_board_init (HubInviteBoard *self)
{
  self->shown = g_strdup ("");
  self->code = g_object_new (HUB_TYPE_QR_CODE, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->code), GTK_WIDGET (self));
}

/**
 * hub_invite_board_set_url:
 * @self: a board
 * @url: what hub_invite_url() has made
 *
 * Shows an address.
 */
void
hub_invite_board_set_url (HubInviteBoard *self,
                          const char *url)
{
  g_return_if_fail (HUB_IS_INVITE_BOARD (self));
  g_return_if_fail (url != NULL);

  g_free (self->shown);
  self->shown = hub_invite_url_dup_shown (url);
  hub_qr_code_set_text (self->code, url);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->shown, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * hub_invite_board_get_shown:
 * @self: a board
 *
 * Returns: (transfer none): what is written
 */
const char *
hub_invite_board_get_shown (HubInviteBoard *self)
{
  g_return_val_if_fail (HUB_IS_INVITE_BOARD (self), NULL);

  return self->shown;
}
