// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Text in the form in which it is searched: as the host compares it, letters that
// people take for the same are the same. Small and capital ones, composed and
// decomposed ones, wide and narrow ones; accents stay. Pure.

// A letter with what stands on it, or a syllable of Korean in its parts.
const letters = /[\u1100-\u115f][\u1160-\u11a7]?[\u11a8-\u11ff]?\p{M}*|[^][\p{M}\uff9e\uff9f]*/gu;

const ascii = /^[\0-\x7f]*$/;

function foldLetter(letter) {
  return letter.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

export function fold(text) {
  return ascii.test(text) ? text.toLowerCase() : text.replace(letters, foldLetter);
}

// The words that are searched for, each once, in that form.
export function wordsOf(query) {
  return [...new Set(fold(query).split(/\s+/u).filter((word) => word !== ''))];
}

/*
 * That form, and where in the text it comes from: of what stands in it from `from` to
 * before `to`, sourceOf(from, to) returns the same of the text, whole letters.
 */
export function foldWithSource(text) {
  if (ascii.test(text))
    return { folded: text.toLowerCase(), sourceOf: (from, to) => [from, to] };
  const starts = [];
  const ends = [];
  let folded = '';
  for (const { index, 0: letter } of text.matchAll(letters)) {
    folded += foldLetter(letter);
    while (starts.length < folded.length) {
      starts.push(index);
      ends.push(index + letter.length);
    }
  }
  return { folded, sourceOf: (from, to) => [starts[from], ends[to - 1]] };
}
