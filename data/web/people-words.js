// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is said of people. Pure. tests/data/people-words.json has the table for it.

const nameChars = 64;

function isolated(text) {
  return `\u2068${text}\u2069`;
}

// A name as it is shown among people: in one line, and not too long.
export function personName(name) {
  const points = Array.from(name.slice(0, 4 * nameChars).replace(/[\s\p{Cc}]+/gu, ' ').trim());
  if (!/[^\s\p{C}\p{M}]/u.test(points.join('')))
    return 'Somebody';
  return points.length > nameChars ? `${points.slice(0, nameChars).join('')}…` : points.join('');
}

export function personLabel({ name, isOwn }) {
  return isOwn ? `${personName(name)} (you)` : personName(name);
}

// How they take part, and in which rooms if not only in Everyone.
export function personDetails({ kind, rooms }) {
  return [kind, rooms.map(isolated).join(', ')].filter((part) => part).join(' · ');
}

export function hereWords(count) {
  return count === 1 ? '1 person here' : `${count} people here`;
}

export function noteWords({ kind, name, newName }) {
  const who = isolated(personName(name));
  return kind === 'renamed' ? `${who} is now ${isolated(personName(newName))}` : `${who} ${kind}`;
}

// One line for several notes: "3 joined, 2 left".
export function countsWords(counts) {
  return ['joined', 'left', 'renamed'].filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`).join(', ');
}

export function typingWords(names) {
  const [first, second] = names.map((name) => isolated(personName(name)));
  if (names.length === 0)
    return '';
  if (names.length > 2)
    return `${names.length} people are writing…`;
  return names.length === 1 ? `${first} is writing…` : `${first} and ${second} are writing…`;
}
