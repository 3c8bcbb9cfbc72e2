// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the tab says. Pure.

import { unreadLimit } from './room.js';

export function countWords(count) {
  return count > unreadLimit ? `${unreadLimit}+` : String(count);
}

export function unreadWords(count) {
  return `${countWords(count)} unread`;
}

export function titleWords(title, unread) {
  return unread === 0 ? title : `(${countWords(unread)}) ${title}`;
}
