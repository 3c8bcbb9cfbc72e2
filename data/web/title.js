// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the tab says. Pure.

import { unreadLimit } from './room.js';
import { sayCount } from './words.js';

export function countWords(count) {
  return count > unreadLimit ? `${unreadLimit}+` : String(count);
}

export function unreadWords(count) {
  return sayCount(count, '{n} unread', '{n} unread', { n: countWords(count) });
}

export function titleWords(title, unread) {
  return unread === 0 ? title : `(${countWords(unread)}) ${title}`;
}
