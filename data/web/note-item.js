// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who has come and gone, as one item between the messages. Pure.

import { countsWords, noteWords } from './people-words.js';

// The newest that are told one by one; all are counted.
export const noteLines = 100;

export function makeNoteItem(timeMs) {
  return {
    kind: 'note', topic: '', name: '', text: '', from: null, id: null, seq: null, isOwn: false, isRetained: false,
    timeMs, state: '', lines: [], counts: { joined: 0, left: 0, renamed: 0 },
  };
}

// Adds { kind, name, newName }.
export function addToNote(item, note) {
  item.counts[note.kind] += 1;
  item.lines.push(noteWords(note));
  if (item.lines.length > noteLines)
    item.lines.shift();
}

export function noteText({ lines, counts }) {
  const count = counts.joined + counts.left + counts.renamed;
  return count === 1 ? lines[0] : countsWords(counts);
}
