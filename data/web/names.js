// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Telling people of one name apart. Pure.

// The names that more than one person has, of all that have `name` and `from`.
export function sharedNames(all) {
  const owners = new Map();
  const shared = new Set();
  for (const { name, from } of all) {
    if (from === null || name === '')
      continue;
    const owner = owners.get(name);
    if (owner === undefined)
      owners.set(name, from);
    else if (owner !== from)
      shared.add(name);
  }
  return shared;
}

// What stands behind a name that others have, too.
export function suffixOf(from) {
  return from === null ? '' : `·${from.slice(0, 4)}`;
}
