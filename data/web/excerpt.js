// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is shown of a message that was found: the part with the first hit, and
// what is bold in it. Pure.

import { fold, foldWithSource, wordsOf } from './fold.js';

const shownChars = 240;
const leadChars = 60;

// The host looks no further into a message.
const searchedChars = 16_384;

function escape(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

// Where in the text is what was searched for: as a whole, else by its words. Pairs of a beginning and an end, in order.
function findHits(text, query) {
  const words = wordsOf(query);
  if (words.length === 0)
    return [];
  const { folded, sourceOf } = foldWithSource(text);
  const whole = words.length > 1 ? [fold(query).trim().split(/\s+/u).join(' ')] : [];
  for (const wanted of [whole, words.sort((a, b) => b.length - a.length)]) {
    const form = new RegExp(wanted.map(escape).join('|'), 'gu');
    const found = wanted.length === 0 ? [] : [...folded.matchAll(form)];
    if (found.length > 0)
      return found.map(({ index, 0: { length } }) => sourceOf(index, index + length));
  }
  return [];
}

// Whether a message has all words that are searched for, in its name or its text.
export function hasHit(query, { name, text }) {
  const words = wordsOf(query);
  const folded = fold(`${name}\n${text.slice(0, searchedChars)}`);
  return words.length > 0 && words.every((word) => folded.includes(word));
}

function split(text, hits) {
  const pieces = [];
  let from = 0;
  for (const [start, end] of hits) {
    // Two hits in one letter
    if (start < from)
      continue;
    if (start > from)
      pieces.push({ text: text.slice(from, start), isHit: false });
    pieces.push({ text: text.slice(start, end), isHit: true });
    from = end;
  }
  if (from < text.length || pieces.length === 0)
    pieces.push({ text: text.slice(from), isHit: false });
  return pieces;
}

// Returns the text in pieces, in order: { text, isHit }.
export function splitHits(text, query) {
  return split(text, findHits(text, query));
}

// Cuts out of a long text what is around the first hit, never inside a character.
export function excerpt(text, query) {
  const line = text.slice(0, searchedChars).replace(/\s+/gu, ' ').trim();
  const isWhole = text.length <= searchedChars;
  if (line.length <= shownChars && isWhole)
    return splitHits(line, query);
  const [at] = findHits(line, query)[0] ?? [0];
  const first = Math.max(at <= leadChars ? 0 : at - leadChars, 0);
  const last = Math.min(first + shownChars, line.length);
  const isInside = (index) => /[\ud800-\udbff]/.test(line[index - 1] ?? '') && /[\udc00-\udfff]/.test(line[index] ?? '');
  const part = line.slice(isInside(first) ? first + 1 : first, isInside(last) ? last - 1 : last);
  const pieces = splitHits(part, query);
  if (first > 0)
    pieces.unshift({ text: '…', isHit: false });
  if (last < line.length || !isWhole)
    pieces.push({ text: '…', isHit: false });
  return pieces;
}
