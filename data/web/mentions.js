// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Whether a text mentions somebody: names them as a whole word, in whatever
// case, or as @name. Pure. tests/data/mentions.json has the table for it.

const word = /[\p{L}\p{M}\p{N}_]/u;

// Written without spaces: a word may end anywhere.
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー]/u;

function pointBefore(text, at) {
  const low = text.charCodeAt(at - 1);
  return at <= 0 ? '' : text.slice(low >= 0xdc00 && low <= 0xdfff ? at - 2 : at - 1, at);
}

function pointAt(text, at) {
  return at >= text.length ? '' : String.fromCodePoint(text.codePointAt(at));
}

// Whether a word may end between these two characters.
function isEdge(one, other) {
  return !word.test(one) || !word.test(other) || unspaced.test(one) || unspaced.test(other);
}

// It is mostly the same name that is looked for.
let last = { name: null, form: null, isLetter: false };

function formOf(name) {
  if (last.name !== name) {
    const form = new RegExp(name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
    last = { name, form, isLetter: Array.from(name).length === 1 };
  }
  return last;
}

export function mentions(text, name) {
  const wanted = name.trim();
  if (!word.test(wanted))
    return false;
  const { form, isLetter } = formOf(wanted);
  for (const { index, 0: found } of text.matchAll(form)) {
    const end = index + found.length;
    const before = pointBefore(text, index);
    const isAt = before === '@';
    if (!isEdge(before, pointAt(text, index)) || !isEdge(pointBefore(text, end), pointAt(text, end)))
      continue;
    let at = index;
    while (text[at - 1] === '@')
      at -= 1;
    // With a word in front of its @ it is an address.
    if (isAt ? isEdge(pointBefore(text, at), 'x') : !isLetter)
      return true;
  }
  return false;
}
