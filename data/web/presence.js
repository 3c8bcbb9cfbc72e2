// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Presence on the wire. Pure. tests/data/presence.json has the table for it.

import { depthLevels, isDeeperThan, parseTime, presentable } from './payload.js';
import { nameProblem } from './room-names.js';

export const presenceBytes = 16_384;
export const presenceRooms = 64;
export const presenceAddresses = 16;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const fromForm = /^[0-9a-f]{16}$/i;
const kinds = ['desktop', 'browser'];

function parseObject(bytes) {
  if (bytes.length === 0 || bytes.length > presenceBytes)
    return null;
  try {
    const text = decoder.decode(bytes);
    const value = isDeeperThan(text, depthLevels) ? null : JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function isAddress(text) {
  const parts = /^(?:((?:\d{1,3}\.){3}\d{1,3})|\[([0-9a-f:.]*:[0-9a-f:.]*)\]):(\d{1,5})$/i.exec(text);
  if (parts === null || Number(parts[3]) < 1 || Number(parts[3]) > 65_535)
    return false;
  return parts[1] === undefined || parts[1].split('.').every((part) => Number(part) <= 255);
}

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
  const value = parseObject(bytes);
  if (value === null || typeof value.from !== 'string' || !fromForm.test(value.from))
    return null;
  return {
    from: value.from.toLowerCase(),
    name: typeof value.name === 'string' ? presentable(value.name) : '',
    rooms: strings(value.rooms, (name) => nameProblem(name) === '', presenceRooms),
    http: strings(value.http, isAddress, presenceAddresses),
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
