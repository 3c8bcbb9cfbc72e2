// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Messages as the table has them. Pure but for the clock.

import { parsePayload, shownTime } from './payload.js';

/*
 * Makes an item of a message, live or of the log; null for what makes none.
 * `ownFrom` tells which ones are of this browser.
 */
export function readItem({ topic, bytes, isRetained = false, seq = null, timeMs = null }, ownFrom) {
  const parsed = parsePayload(bytes);
  if (parsed.kind === 'none')
    return null;
  const isOwn = parsed.from === ownFrom;
  return {
    kind: parsed.kind,
    topic,
    name: parsed.name,
    text: parsed.message.replace(/\r\n?/g, '\n'),
    from: parsed.from,
    id: parsed.id,
    seq,
    isOwn,
    isRetained,
    timeMs: timeMs ?? shownTime(parsed.timeMs, Date.now()),
    state: isOwn ? 'sent' : '',
  };
}

// One of the outbox.
export function pendingItem(message, state = 'waiting') {
  return {
    kind: 'chat',
    topic: message.topic,
    name: message.name,
    text: message.message,
    from: message.from,
    id: message.id,
    seq: null,
    isOwn: true,
    timeMs: message.timeMs,
    state,
  };
}
