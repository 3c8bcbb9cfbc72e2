// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A small JSON object in a message. Pure.

import { depthLevels, isDeeperThan } from './payload.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Null for what is none, or has more than `limit` bytes.
export function parseSmallObject(bytes, limit) {
  if (bytes.length === 0 || bytes.length > limit)
    return null;
  try {
    const text = decoder.decode(bytes);
    const value = isDeeperThan(text, depthLevels) ? null : JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
