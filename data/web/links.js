// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Finds the links of a message: http and https only, everything else is text.

const linkForm = /\bhttps?:\/\/[^\s<>"\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const linksPerMessage = 100;
const triesPerMessage = 1_000;
const linkChars = 2_000;
const brackets = { ')': '(', ']': '[', '}': '{' };

function count(text, wanted) {
  let found = 0;
  for (const c of text)
    found += c === wanted ? 1 : 0;
  return found;
}

// What ends a sentence, or closes a bracket that the link did not open, is not
// part of the link.
function trimmed(link) {
  const surplus = {};
  for (const [closing, opening] of Object.entries(brackets))
    surplus[closing] = count(link, closing) - count(link, opening);

  let end = link.length;
  for (; end > 0; end -= 1) {
    const last = link[end - 1];
    if (last in brackets) {
      if (surplus[last] <= 0)
        break;
      surplus[last] -= 1;
    } else if (!'.,;:!?\'*_~…。，、！？'.includes(last)) {
      break;
    }
  }
  return link.slice(0, end);
}

function isUsable(link) {
  try {
    const url = new URL(link);
    // A user name in a link mostly pretends another host.
    return url.hostname !== '' && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}

// Returns the text in pieces, in order: { text, isLink }.
export function splitLinks(text) {
  const pieces = [];
  let from = 0;
  let links = 0;
  let tries = 0;
  for (const match of text.matchAll(linkForm)) {
    if (links === linksPerMessage || tries === triesPerMessage)
      break;
    tries += 1;
    const link = match[0].length > linkChars ? '' : trimmed(match[0]);
    if (!isUsable(link))
      continue;
    if (match.index > from)
      pieces.push({ text: text.slice(from, match.index), isLink: false });
    pieces.push({ text: link, isLink: true });
    from = match.index + link.length;
    links += 1;
  }
  if (from < text.length || pieces.length === 0)
    pieces.push({ text: text.slice(from), isLink: false });
  return pieces;
}
