// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a host says before it leaves: who goes on. Pure. tests/data/host.json has
// the table for it.

import { isForOthers } from './endpoint.js';
import { presentable } from './payload.js';
import { parseSmallObject } from './small-object.js';

export const hostTopic = 'hubbub/host';
export const hostBytes = 4_096;
export const nextLimit = 8;
const clientBytes = 256;

function readClient(client) {
  const size = typeof client === 'string' ? new TextEncoder().encode(presentable(client)).length : 0;
  return size > 0 && size <= clientBytes ? presentable(client) : null;
}

// { next, client }: addresses, the best first, and a client identifier that may be null; null when nobody is named.
export function parseHost(bytes) {
  const value = parseSmallObject(bytes, hostBytes);
  const texts = (Array.isArray(value?.next) ? value.next : []).filter((one) => typeof one === 'string');
  const next = [...new Set(texts.filter(isForOthers))].slice(0, nextLimit);
  return next.length > 0 ? { next, client: readClient(value.client) } : null;
}
