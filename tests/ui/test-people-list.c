/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-people-list.h"

typedef struct
{
  HubNames *names;
  HubPeopleList *list;
  GString *log; /* what items-changed and the signals have said */
} Fixture;

#define ADA "aaaa000000000000"
#define GRACE "bbbb000000000000"
#define OWN "ffff000000000000"

static void
items_changed_cb (Fixture *fixture,
                  guint position,
                  guint removed,
                  guint added)
{
  g_string_append_printf (fixture->log, " %u-%u+%u", position, removed, added);
}

static void
joined_cb (Fixture *fixture,
           HubPerson *person)
{
  g_string_append_printf (fixture->log, " joined:%s", hub_person_get_name (person));
}

static void
left_cb (Fixture *fixture,
         HubPerson *person)
{
  g_string_append_printf (fixture->log, " left:%s", hub_person_get_name (person));
}

static void
renamed_cb (Fixture *fixture,
            HubPerson *person,
            const char *old_name)
{
  g_string_append_printf (fixture->log, " %s>%s", old_name, hub_person_get_name (person));
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->names = hub_names_new ();
  fixture->list = hub_people_list_new (fixture->names);
  fixture->log = g_string_new (NULL);
  hub_people_list_set_own_from (fixture->list, OWN);
  g_signal_connect_swapped (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  g_signal_connect_swapped (fixture->list, "joined", G_CALLBACK (joined_cb), fixture);
  g_signal_connect_swapped (fixture->list, "left", G_CALLBACK (left_cb), fixture);
  g_signal_connect_swapped (fixture->list, "renamed", G_CALLBACK (renamed_cb), fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  /* Everything that was said was looked at. */
  g_assert_cmpstr (fixture->log->str, ==, "");
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->names);
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
put_in (Fixture *fixture,
        const char *client_id,
        const char *from,
        const char *name,
        const char *room)
{
  const char *const rooms[] = { room, NULL };

  g_assert_true (hub_people_list_put (fixture->list,
                                      client_id,
                                      &(HubPersonParams){ from, name, HUB_PERSON_BROWSER, rooms }));
}

static void
put (Fixture *fixture,
     const char *client_id,
     const char *from,
     const char *name)
{
  put_in (fixture, client_id, from, name, NULL);
}

/* The names, with an apostrophe where others have the same. */
static char *
list_to_string (Fixture *fixture)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < hub_people_list_get_n_people (fixture->list); i++)
    {
      g_autoptr (HubPerson) person = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_string_append_printf (string, "%s%s%s", i > 0 ? " " : "", hub_person_get_name (person),
                              hub_person_has_shared_name (person) ? "'" : "");
    }
  return g_string_free (string, FALSE);
}

#define assert_people(fixture, expected)                    \
  G_STMT_START                                              \
  {                                                         \
    g_autofree char *list_shown = list_to_string (fixture); \
    g_assert_cmpstr (list_shown, ==, expected);             \
  }                                                         \
  G_STMT_END

static void
test_order (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Oneself stands first, the others by name; a new name moves somebody");

  put (fixture, "1", GRACE, "Grace");
  put (fixture, "2", ADA, "Ada");
  put (fixture, "3", OWN, "Zoe");
  assert_people (fixture, "Zoe Ada Grace");
  assert_log (fixture, " 0-0+1 joined:Grace 0-0+1 joined:Ada 0-0+1 joined:Zoe");

  put (fixture, "2", ADA, "Adam");
  assert_log (fixture, " Ada>Adam");
  put (fixture, "2", ADA, "Xenia");
  assert_log (fixture, " 1-1+0 2-0+1 Adam>Xenia");
  assert_people (fixture, "Zoe Grace Xenia");
  put (fixture, "2", ADA, "Xenia");
  assert_log (fixture, "");

  /* Who has no name stands where "Somebody" does. */
  put (fixture, "2", ADA, "Thomas");
  put (fixture, "4", "cccc000000000000", "");
  put (fixture, "5", "dddd000000000000", "Sam");
  assert_people (fixture, "Zoe Grace Sam  Thomas");
  hub_people_list_remove (fixture->list, "4");
  hub_people_list_remove (fixture->list, "5");
  put (fixture, "2", ADA, "Xenia");
  g_string_set_size (fixture->log, 0);

  hub_people_list_remove (fixture->list, "1");
  assert_log (fixture, " 1-1+0 left:Grace");
  hub_people_list_remove (fixture->list, "1");
  hub_people_list_remove (fixture->list, "never here");
  assert_log (fixture, "");
  assert_people (fixture, "Zoe Xenia");
}

static void
test_several_clients (Fixture *fixture,
                      gconstpointer data)
{
  HubPerson *ada;
  const char *const both[] = { "garden", "kitchen", NULL };
  const char *const one[] = { "kitchen", NULL };

  g_test_summary ("Two tabs are one person, who leaves with the last of them; what was said last counts");

  put_in (fixture, "1", ADA, "Ada", "kitchen");
  assert_log (fixture, " 0-0+1 joined:Ada");
  put_in (fixture, "2", ADA, "Ada", "garden");
  put_in (fixture, "3", ADA, "Ada", "garden");
  assert_log (fixture, "");
  ada = hub_people_list_find (fixture->list, ADA);
  g_assert_cmpstrv (hub_person_get_rooms (ada), both);
  g_assert_cmpint (hub_person_get_kind (ada), ==, HUB_PERSON_BROWSER);

  put_in (fixture, "2", ADA, "Ada L.", "garden");
  assert_log (fixture, " Ada>Ada L.");
  hub_people_list_remove (fixture->list, "3");
  hub_people_list_remove (fixture->list, "2");
  assert_log (fixture, " Ada L.>Ada");
  g_assert_cmpstrv (hub_person_get_rooms (ada), one);
  g_assert_cmpuint (hub_people_list_get_n_people (fixture->list), ==, 1);
  hub_people_list_remove (fixture->list, "1");
  assert_log (fixture, " 0-1+0 left:Ada");
  g_assert_null (hub_people_list_find (fixture->list, ADA));
}

static void
test_too_many_rooms (Fixture *fixture,
                     gconstpointer data)
{
  char *rooms[HUB_PEOPLE_LIST_ROOMS_MAX + 1] = { NULL };
  HubPerson *ada;

  g_test_summary ("Of somebody with many clients in many rooms no more is told than can be shown, the last first");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      for (guint j = 0; j < HUB_PEOPLE_LIST_ROOMS_MAX; j++)
        rooms[j] = g_strdup_printf ("%u of %u", j / (i < 10 ? 1 : 2), i);
      g_assert_true (hub_people_list_put (fixture->list,
                                          id,
                                          &(HubPersonParams){ ADA, "Ada", HUB_PERSON_OTHER, (const char *const *) rooms }));
      for (guint j = 0; j < HUB_PEOPLE_LIST_ROOMS_MAX; j++)
        g_clear_pointer (&rooms[j], g_free);
    }
  ada = hub_people_list_find (fixture->list, ADA);
  g_assert_cmpuint (g_strv_length ((char **) hub_person_get_rooms (ada)), ==, HUB_PEOPLE_LIST_ROOMS_MAX);
  g_assert_cmpstr (hub_person_get_rooms (ada)[0], ==, "0 of 19");
  g_assert_cmpstr (hub_person_get_rooms (ada)[HUB_PEOPLE_LIST_ROOMS_MAX - 1], ==, "31 of 18");
  g_string_set_size (fixture->log, 0);
}

static void
test_other_person (Fixture *fixture,
                   gconstpointer data)
{
  g_test_summary ("A client that becomes somebody else: one goes, one comes");

  put (fixture, "1", ADA, "Ada");
  put (fixture, "1", GRACE, "Grace");
  assert_log (fixture, " 0-0+1 joined:Ada 0-1+0 left:Ada 0-0+1 joined:Grace");
  assert_people (fixture, "Grace");
}

static void
test_namesakes (Fixture *fixture,
                gconstpointer data)
{
  g_test_summary ("Those of one name are told apart, as long as there are two of them");

  put (fixture, "1", ADA, "Ada");
  put (fixture, "2", ADA, "Ada");
  assert_people (fixture, "Ada");
  put (fixture, "3", GRACE, " Ada ");
  assert_people (fixture, "Ada'  Ada '");
  put (fixture, "3", GRACE, "Grace");
  assert_people (fixture, "Ada Grace");

  /* A row of somebody who has gone counts as well. */
  hub_names_add (fixture->names, "Ada", GRACE);
  assert_people (fixture, "Ada' Grace");
  put (fixture, "3", GRACE, "Ada");
  hub_names_remove (fixture->names, "Ada", GRACE);
  assert_people (fixture, "Ada' Ada'");
  hub_people_list_remove (fixture->list, "1");
  assert_people (fixture, "Ada' Ada'");
  hub_people_list_remove (fixture->list, "2");
  assert_people (fixture, "Ada");
  g_string_set_size (fixture->log, 0);
}

static void
test_clear (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("To forget everybody is one change, and nobody has left");

  hub_people_list_clear (fixture->list);
  assert_log (fixture, "");
  put (fixture, "1", ADA, "Ada");
  put (fixture, "2", GRACE, "Ada");
  g_string_set_size (fixture->log, 0);
  hub_people_list_clear (fixture->list);
  assert_log (fixture, " 0-2+0");
  put (fixture, "2", GRACE, "Ada");
  assert_people (fixture, "Ada");
  assert_log (fixture, " 0-0+1 joined:Ada");
}

static void
test_limit (Fixture *fixture,
            gconstpointer data)
{
  const char *const rooms[] = { NULL };
  const HubPersonParams one_more = { ADA, "Ada", HUB_PERSON_OTHER, rooms };

  g_test_summary ("2,000 clients are counted, and one more when one of them has gone");

  for (guint i = 0; i < HUB_PEOPLE_LIST_CLIENTS_MAX; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);
      g_autofree char *from = g_strdup_printf ("%016x", i);

      put (fixture, id, from, "crowd");
    }
  g_assert_cmpuint (hub_people_list_get_n_people (fixture->list), ==, HUB_PEOPLE_LIST_CLIENTS_MAX);
  g_assert_false (hub_people_list_put (fixture->list, "one more", &one_more));
  put (fixture, "7", "0000000000000007", "known");
  hub_people_list_remove (fixture->list, "8");
  g_assert_true (hub_people_list_put (fixture->list, "one more", &one_more));
  g_assert_cmpuint (hub_people_list_get_n_people (fixture->list), ==, HUB_PEOPLE_LIST_CLIENTS_MAX);
  g_string_set_size (fixture->log, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/ui/people-list/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("order", test_order);
  ADD ("several-clients", test_several_clients);
  ADD ("too-many-rooms", test_too_many_rooms);
  ADD ("other-person", test_other_person);
  ADD ("namesakes", test_namesakes);
  ADD ("clear", test_clear);
  ADD ("limit", test_limit);
#undef ADD
  return g_test_run ();
}
