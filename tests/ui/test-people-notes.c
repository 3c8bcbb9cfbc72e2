/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-people-notes.h"
#include "ui/model/hub-typists.h"

#include <string.h>

/* Which comings and goings are noted, and who is typing: both by a clock of the test. */

#define S G_TIME_SPAN_SECOND
#define ADA "aaaa000000000000"
#define GRACE "bbbb000000000000"
#define LINUS "cccc000000000000"

typedef struct
{
  HubPeopleNotes *notes;
  GString *log;
} Fixture;

static void
note_cb (HubNoteKind kind,
         const char *name,
         const char *new_name,
         gpointer user_data)
{
  static const char marks[] = { [HUB_NOTE_JOINED] = '+', [HUB_NOTE_LEFT] = '-', [HUB_NOTE_RENAMED] = '=' };

  g_string_append_printf (user_data, "%c%s", marks[kind], name);
  if (new_name != NULL)
    g_string_append_printf (user_data, ">%s", new_name);
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->log = g_string_new (NULL);
  fixture->notes = hub_people_notes_new (note_cb, fixture->log);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_cmpstr (fixture->log->str, ==, "");
  hub_people_notes_free (fixture->notes);
  g_string_free (fixture->log, TRUE);
}

#define assert_log(fixture, expected)                    \
  G_STMT_START                                           \
  {                                                      \
    g_assert_cmpstr ((fixture)->log->str, ==, expected); \
    g_string_set_size ((fixture)->log, 0);               \
  }                                                      \
  G_STMT_END

static void
test_quiet (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("The first two seconds of a connection make no note, to the microsecond");

  hub_people_notes_begin (fixture->notes, 100 * S);
  hub_people_notes_join (fixture->notes, ADA, "Ada", 100 * S);
  hub_people_notes_rename (fixture->notes, "Ada", "Adam", 101 * S);
  hub_people_notes_join (fixture->notes, GRACE, "Grace", 102 * S - 1);
  assert_log (fixture, "");
  hub_people_notes_join (fixture->notes, LINUS, "Linus", 102 * S);
  hub_people_notes_rename (fixture->notes, "Grace", "G", 102 * S);
  assert_log (fixture, "+Linus=Grace>G");
}

static void
test_grace (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Who comes back within ten seconds was not away, to the microsecond");

  hub_people_notes_begin (fixture->notes, 0);
  g_assert_cmpint (hub_people_notes_get_deadline (fixture->notes), ==, G_MAXINT64);
  hub_people_notes_leave (fixture->notes, ADA, "Ada", 20 * S);
  hub_people_notes_leave (fixture->notes, GRACE, "Grace", 21 * S);
  g_assert_cmpint (hub_people_notes_get_deadline (fixture->notes), ==, 30 * S);
  hub_people_notes_join (fixture->notes, ADA, "Ada", 30 * S - 1);
  assert_log (fixture, "");
  g_assert_cmpint (hub_people_notes_get_deadline (fixture->notes), ==, 31 * S);
  hub_people_notes_advance (fixture->notes, 31 * S - 1);
  assert_log (fixture, "");
  hub_people_notes_advance (fixture->notes, 31 * S);
  assert_log (fixture, "-Grace");
  hub_people_notes_join (fixture->notes, GRACE, "Grace", 31 * S);
  assert_log (fixture, "+Grace");

  /* Nobody has looked at the clock meanwhile: the order is right all the same. */
  hub_people_notes_leave (fixture->notes, ADA, "Ada", 40 * S);
  hub_people_notes_join (fixture->notes, ADA, "Ada", 50 * S);
  assert_log (fixture, "-Ada+Ada");
}

static void
test_comes_back_with_another_name (Fixture *fixture,
                                   gconstpointer data)
{
  hub_people_notes_begin (fixture->notes, 0);
  hub_people_notes_leave (fixture->notes, ADA, "Ada", 20 * S);
  hub_people_notes_join (fixture->notes, ADA, "Adam", 22 * S);
  assert_log (fixture, "=Ada>Adam");
}

static void
test_gone_in_the_beginning (Fixture *fixture,
                            gconstpointer data)
{
  g_test_summary ("Who goes while nothing is noted goes without a note, and may come back so");

  hub_people_notes_begin (fixture->notes, 0);
  hub_people_notes_leave (fixture->notes, ADA, "Ada", 1 * S);
  hub_people_notes_leave (fixture->notes, GRACE, "Grace", 1 * S);
  hub_people_notes_join (fixture->notes, ADA, "Ada", 11 * S - 1);
  hub_people_notes_advance (fixture->notes, 60 * S);
  assert_log (fixture, "");
}

static void
test_connection_breaks (Fixture *fixture,
                        gconstpointer data)
{
  g_test_summary ("All who were here before a break have time to come back, after it");

  hub_people_notes_begin (fixture->notes, 0);
  hub_people_notes_leave (fixture->notes, LINUS, "Linus", 99 * S);
  hub_people_notes_end (fixture->notes);
  hub_people_notes_leave (fixture->notes, ADA, "Ada", 100 * S);
  hub_people_notes_leave (fixture->notes, GRACE, "Grace", 100 * S);
  g_assert_cmpint (hub_people_notes_get_deadline (fixture->notes), ==, G_MAXINT64);
  hub_people_notes_advance (fixture->notes, 500 * S);
  hub_people_notes_begin (fixture->notes, 1000 * S);
  hub_people_notes_join (fixture->notes, ADA, "Ada", 1009 * S);
  assert_log (fixture, "");
  hub_people_notes_advance (fixture->notes, 1010 * S);
  assert_log (fixture, "");
  hub_people_notes_join (fixture->notes, GRACE, "Grace", 1010 * S);
  assert_log (fixture, "+Grace");
}

static void
test_forget (Fixture *fixture,
             gconstpointer data)
{
  hub_people_notes_begin (fixture->notes, 0);
  hub_people_notes_leave (fixture->notes, ADA, "Ada", 20 * S);
  hub_people_notes_forget (fixture->notes);
  g_assert_cmpint (hub_people_notes_get_deadline (fixture->notes), ==, G_MAXINT64);
  hub_people_notes_begin (fixture->notes, 21 * S);
  hub_people_notes_join (fixture->notes, ADA, "Ada", 24 * S);
  assert_log (fixture, "+Ada");
}

static void
test_notes_limit (Fixture *fixture,
                  gconstpointer data)
{
  g_test_summary ("It is waited for 2,000 people; with one more the first counts as gone");

  hub_people_notes_begin (fixture->notes, 0);
  hub_people_notes_leave (fixture->notes, ADA, "Ada", 20 * S);
  for (guint i = 1; i < HUB_PEOPLE_NOTES_MAX; i++)
    {
      g_autofree char *from = g_strdup_printf ("%016x", i);

      hub_people_notes_leave (fixture->notes, from, "crowd", 20 * S);
    }
  assert_log (fixture, "");
  hub_people_notes_leave (fixture->notes, GRACE, "Grace", 20 * S);
  assert_log (fixture, "-Ada");
}

#define assert_typing(typists, room, expected)                          \
  G_STMT_START                                                          \
  {                                                                     \
    g_autofree char *typing_text = hub_typists_to_text (typists, room); \
    g_assert_cmpstr (typing_text, ==, expected);                        \
  }                                                                     \
  G_STMT_END

static void
test_typists (void)
{
  g_autoptr (HubTypists) typists = hub_typists_new ();

  g_test_summary ("Somebody types for five seconds after each sign, in one room, until the message is there");

  assert_typing (typists, "", NULL);
  hub_typists_hear (typists, "", ADA, "Ada", 0);
  hub_typists_hear (typists, "kitchen", GRACE, "Grace", 1 * S);
  assert_typing (typists, "", "\342\201\250Ada\342\201\251 is writing…");
  assert_typing (typists, "kitchen", "\342\201\250Grace\342\201\251 is writing…");
  assert_typing (typists, "garden", NULL);
  g_assert_cmpint (hub_typists_get_deadline (typists), ==, 5 * S);

  hub_typists_hear (typists, "", ADA, "Ada", 3 * S);
  g_assert_cmpint (hub_typists_get_deadline (typists), ==, 6 * S);
  hub_typists_advance (typists, 6 * S);
  assert_typing (typists, "kitchen", NULL);
  hub_typists_advance (typists, 8 * S - 1);
  assert_typing (typists, "", "\342\201\250Ada\342\201\251 is writing…");
  hub_typists_advance (typists, 8 * S);
  assert_typing (typists, "", NULL);
  g_assert_cmpint (hub_typists_get_deadline (typists), ==, G_MAXINT64);

  hub_typists_hear (typists, "", ADA, "Ada", 9 * S);
  hub_typists_hear (typists, "kitchen", ADA, "Ada", 9 * S);
  hub_typists_forget (typists, "", ADA);
  assert_typing (typists, "", NULL);
  assert_typing (typists, "kitchen", "\342\201\250Ada\342\201\251 is writing…");
  hub_typists_clear (typists);
  assert_typing (typists, "kitchen", NULL);
}

static void
test_typists_order (void)
{
  g_autoptr (HubTypists) typists = hub_typists_new ();

  g_test_summary ("The names do not change places with every sign");

  hub_typists_hear (typists, "", GRACE, "Grace", 0);
  hub_typists_hear (typists, "", ADA, "Ada", 1 * S);
  hub_typists_hear (typists, "", GRACE, "Grace", 3 * S);
  assert_typing (typists, "", "\342\201\250Ada\342\201\251 and \342\201\250Grace\342\201\251 are writing…");
  hub_typists_hear (typists, "", LINUS, "Linus", 3 * S);
  assert_typing (typists, "", "3 people are writing…");
}

static void
test_typists_limit (void)
{
  g_autoptr (HubTypists) typists = hub_typists_new ();

  for (guint i = 0; i < HUB_TYPISTS_MAX; i++)
    {
      g_autofree char *from = g_strdup_printf ("%016x", i);

      hub_typists_hear (typists, "", from, "crowd", 0);
    }
  assert_typing (typists, "", "200 people are writing…");
  hub_typists_hear (typists, "", ADA, "Ada", 1 * S);
  assert_typing (typists, "", "200 people are writing…");
  hub_typists_hear (typists, "", ADA, "Ada", 5 * S);
  assert_typing (typists, "", "\342\201\250Ada\342\201\251 is writing…");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/ui/people-notes/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("quiet", test_quiet);
  ADD ("grace", test_grace);
  ADD ("comes-back-with-another-name", test_comes_back_with_another_name);
  ADD ("gone-in-the-beginning", test_gone_in_the_beginning);
  ADD ("connection-breaks", test_connection_breaks);
  ADD ("forget", test_forget);
  ADD ("limit", test_notes_limit);
#undef ADD
  g_test_add_func ("/ui/typists/time", test_typists);
  g_test_add_func ("/ui/typists/order", test_typists_order);
  g_test_add_func ("/ui/typists/limit", test_typists_limit);
  return g_test_run ();
}
