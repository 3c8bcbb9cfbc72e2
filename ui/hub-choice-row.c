/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-choice-row.h"

/* A row that offers some values of a number in the settings. */

static gboolean
get_selected (GValue *value,
              GVariant *variant,
              gpointer user_data)
{
  const GArray *values = user_data;

  for (guint i = 0; i < values->len; i++)
    if (g_array_index (values, int, i) == g_variant_get_int32 (variant))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  /* Somebody has set one that is not offered while the row is there. */
  g_value_set_uint (value, GTK_INVALID_LIST_POSITION);
  return TRUE;
}

static GVariant *
set_selected (const GValue *value,
              const GVariantType *type,
              gpointer user_data)
{
  const GArray *values = user_data;
  const guint selected = g_value_get_uint (value);

  return selected < values->len ? g_variant_new_int32 (g_array_index (values, int, selected)) : NULL;
}

static void
free_values (gpointer data)
{
  g_array_unref (data);
}

/**
 * hub_choice_row_bind:
 * @row: a row
 * @settings: the settings
 * @key: a key of them, a number
 * @values: (array length=n_values): what is offered
 * @n_values: how many that is
 * @words: says what they are called
 *
 * Offers values of a key. One that the key has, and that is not among them, is offered besides: a row does not change what
 * it shows.
 */
void
hub_choice_row_bind (AdwComboRow *row,
                     GSettings *settings,
                     const char *key,
                     const int *values,
                     guint n_values,
                     HubChoiceWordsFunc words)
{
  const int value = g_settings_get_int (settings, key);
  GArray *offered = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  gboolean is_offered = FALSE;

  g_array_append_vals (offered, values, n_values);
  for (guint i = 0; i < n_values; i++)
    is_offered = is_offered || values[i] == value;
  if (!is_offered)
    g_array_append_val (offered, value);
  for (guint i = 0; i < offered->len; i++)
    gtk_string_list_take (list, words (g_array_index (offered, int, i)));

  adw_combo_row_set_model (row, G_LIST_MODEL (list));
  g_settings_bind_with_mapping (settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, get_selected, set_selected,
                                offered, free_values);
}
