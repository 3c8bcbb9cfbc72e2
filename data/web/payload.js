// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a payload says, and how one of ours is written. Pure: no page, no clock.
// tests/data/payloads.json holds the table that this file and the desktop
// program's parser are both tested against.

import { sayCount } from './words.js';

// Brackets nested deeper than this are shown as text and never parsed.
export const depthLevels = 16;

// The room in a packet that the topic and the packet's own head need.
export const headBytes = 256;

// What no host takes in one packet. Longer JSON is shown as text, and never published.
export const payloadBytes = 2_000_000 - headBytes;

const dayMs = 24 * 60 * 60 * 1000;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const fromForm = /^[0-9a-f]{16}$/i;
const timeForm = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

// Text as it may be shown: no half surrogate pair and no NUL, each becomes U+FFFD.
export function presentable(text) {
  return text.replace(/\p{Surrogate}|\0/gu, '\uFFFD');
}

export function sizeInBytes(text) {
  return encoder.encode(text).length;
}

// Whether the brackets outside strings nest deeper than `levels`.
export function isDeeperThan(text, levels) {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (isInString) {
      if (c === 0x5c)
        i += 1;
      else if (c === 0x22)
        isInString = false;
    } else if (c === 0x22) {
      isInString = true;
    } else if (c === 0x7b || c === 0x5b) {
      depth += 1;
      if (depth > levels)
        return true;
    } else if (c === 0x7d || c === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

function parseObject(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

// Milliseconds since the epoch, or null for what is no RFC 3339 date and time.
export function parseTime(value) {
  const parts = typeof value === 'string' ? timeForm.exec(value) : null;
  if (parts === null)
    return null;

  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const fractionMs = Number(`${parts[7] ?? ''}000`.slice(0, 3));
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, fractionMs);
  // A date that does not exist (30 February, 25:00) rolls over: it is refused.
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day ||
      hour > 23 || minute > 59 || second > 59)
    return null;

  const offsetHours = Number(parts[9] ?? 0);
  const offsetMinutes = Number(parts[10] ?? 0);
  if (offsetHours > 23 || offsetMinutes > 59)
    return null;
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  return local.getTime() - (parts[8] === '-' ? -offsetMs : offsetMs);
}

function plain(kind, message) {
  return { kind, name: '', message, from: null, id: null, timeMs: null };
}

/*
 * Reads the bytes of one message. `kind` is 'chat' for a message of the chat,
 * 'text' for any other text (shown whole, without a name), 'bytes' for what is
 * not UTF-8, and 'none' for an empty payload, which makes no row.
 */
export function parsePayload(bytes) {
  if (bytes.length === 0)
    return plain('none', '');

  let text;
  try {
    text = decoder.decode(bytes);
  } catch {
    return plain('bytes', sayCount(bytes.length, '({n} byte)', '({n} bytes)'));
  }

  const value = bytes.length <= payloadBytes + headBytes && !isDeeperThan(text, depthLevels)
    ? parseObject(text) : null;
  if (value === null || typeof value.message !== 'string')
    return plain('text', presentable(text));

  const { name, from, id } = value;
  return {
    kind: 'chat',
    name: typeof name === 'string' ? presentable(name) : '',
    message: presentable(value.message),
    from: typeof from === 'string' && fromForm.test(from) ? from.toLowerCase() : null,
    id: typeof id === 'string' && idForm.test(id) ? id.toLowerCase() : null,
    timeMs: parseTime(value.time),
  };
}

// Writes a message of ours; the order of the members is the one everybody sees.
export function composePayload({ name, message, from, id, timeMs }) {
  return JSON.stringify({
    name: presentable(name),
    message: presentable(message),
    from,
    id,
    time: new Date(timeMs).toISOString(),
  });
}

// What is said of a message that is so much longer than the host takes.
export function excessWords(bytes) {
  return sayCount(bytes, '{n} byte too long for this host', '{n} bytes too long for this host');
}

// A clock that is off by more than a day is not believed.
export function shownTime(payloadMs, arrivalMs) {
  return payloadMs !== null && Math.abs(payloadMs - arrivalMs) <= dayMs ? payloadMs : arrivalMs;
}
