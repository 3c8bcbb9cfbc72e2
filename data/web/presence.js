// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Presence on the wire. Pure. tests/data/presence.json has the table for it.

import { isEndpoint } from './endpoint.js';
import { parseTime, presentable } from './payload.js';
import { nameProblem } from './room-names.js';
import { parseSmallObject } from './small-object.js';

export const presenceBytes = 16_384;
export const presenceRooms = 64;
export const presenceAddresses = 16;

const fromForm = /^[0-9a-f]{16}$/i;
const kinds = ['desktop', 'browser'];

// The strings among the values that are `usable`, each once, `limit` at most.
function strings(values, usable, limit) {
  const texts = (Array.isArray(values) ? values : []).filter((one) => typeof one === 'string').map(presentable);
  return [...new Set(texts.filter(usable))].slice(0, limit);
}

/*
 * Who is here, or who writes: { from, name, rooms, http, kind, sinceMs }, of which
 * `kind` and `sinceMs` may be null; null for what tells of nobody.
 */
export function parsePresence(bytes) {
  const value = parseSmallObject(bytes, presenceBytes);
  if (value === null || typeof value.from !== 'string' || !fromForm.test(value.from))
    return null;
  return {
    from: value.from.toLowerCase(),
    name: typeof value.name === 'string' ? presentable(value.name) : '',
    rooms: strings(value.rooms, (name) => nameProblem(name) === '', presenceRooms),
    http: strings(value.http, isEndpoint, presenceAddresses),
    kind: kinds.includes(value.kind) ? value.kind : null,
    sinceMs: parseTime(value.since),
  };
}

export function composePresence({ from, name, sinceMs, rooms }) {
  return JSON.stringify({
    name: presentable(name.trim()),
    from,
    kind: 'browser',
    since: new Date(sinceMs).toISOString(),
    rooms: rooms.slice(0, presenceRooms),
  });
}

export function composeTyping({ from, name }) {
  return JSON.stringify({ from, name: presentable(name.trim()) });
}
