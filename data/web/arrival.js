// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What goes along from the page of one host to that of the next: the room, the
// name and, to a host that was named by the one before, the password. All of it is
// behind the # of the address, which no host is told.

import { nameOf } from './room-names.js';

const nameChars = 64;

// The fragment for the page of another host, '' when nothing goes along. Pure.
export function composeFragment({ topic, name, key = '' }) {
  const params = new URLSearchParams();
  if (nameOf(topic))
    params.set('room', nameOf(topic));
  if (name.trim() !== '')
    params.set('name', name.trim());
  if (key !== '')
    params.set('key', key);
  const text = params.toString();
  return text === '' ? '' : `#${text}`;
}

// The address fragment without a name, and the name, '' when there is none. Pure.
export function splitName(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const name = (params.get('name') ?? '').trim().slice(0, nameChars);
  params.delete('name');
  const rest = params.toString();
  return { name, rest: rest === '' ? '' : `#${rest}` };
}

// Takes the name out of the address. Whoever has one here already keeps it.
export function takeName(keep) {
  if (!new URLSearchParams(location.hash.replace(/^#/, '')).has('name'))
    return;
  const { name, rest } = splitName(location.hash);
  history.replaceState(null, '', location.pathname + location.search + rest);
  if (name !== '' && (keep.get('name') ?? '').trim() === '')
    keep.set('name', name);
}
