/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HubChoiceWordsFunc:
 * @value: a number
 *
 * Returns: (transfer full): how the choice of @value is called
 */
typedef char *(*HubChoiceWordsFunc) (int value);

void hub_choice_row_bind (AdwComboRow *row,
                          GSettings *settings,
                          const char *key,
                          const int *values,
                          guint n_values,
                          HubChoiceWordsFunc words);

G_END_DECLS
