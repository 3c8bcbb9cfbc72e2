// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is shown of a message that was found: the part with the first hit, and
// what is bold in it. Pure.

const shownChars = 240;
const leadChars = 60;

function escape(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

// Finds what was searched for, in any case: as a whole, else by its words. Null for nothing.
export function hitForm(query, text) {
  const whole = query.trim();
  const words = whole.split(/\s+/).filter((word) => word !== '');
  for (const wanted of [[whole], words]) {
    const form = new RegExp(wanted.map(escape).join('|'), 'giu');
    if (whole !== '' && text.search(form) >= 0)
      return form;
  }
  return null;
}

// Whether a message has what is searched for, in its text or name.
export function hasHit(query, { name, text }) {
  const wanted = query.trim();
  return wanted !== '' && new RegExp(escape(wanted), 'iu').test(`${name}\n${text}`);
}

// Returns the text in pieces, in order: { text, isHit }.
export function splitHits(text, query) {
  const form = hitForm(query, text);
  if (form === null)
    return [{ text, isHit: false }];
  const pieces = [];
  let from = 0;
  for (const { index, 0: found } of text.matchAll(form)) {
    if (index > from)
      pieces.push({ text: text.slice(from, index), isHit: false });
    pieces.push({ text: found, isHit: true });
    from = index + found.length;
  }
  if (from < text.length)
    pieces.push({ text: text.slice(from), isHit: false });
  return pieces;
}

// Cuts out of a long text what is around the first hit, never inside a character.
export function excerpt(text, query) {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= shownChars)
    return splitHits(line, query);
  const form = hitForm(query, line);
  const at = form === null ? 0 : line.search(form);
  const first = Math.max(at <= leadChars ? 0 : at - leadChars, 0);
  const last = Math.min(first + shownChars, line.length);
  const isInside = (index) => /[\ud800-\udbff]/.test(line[index - 1] ?? '') && /[\udc00-\udfff]/.test(line[index] ?? '');
  const part = line.slice(isInside(first) ? first + 1 : first, isInside(last) ? last - 1 : last);
  const pieces = splitHits(part, query);
  if (first > 0)
    pieces.unshift({ text: '…', isHit: false });
  if (last < line.length)
    pieces.push({ text: '…', isHit: false });
  return pieces;
}
