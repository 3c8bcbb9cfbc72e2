// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Rooms by name and by topic. Pure.
//
// `messages` is the room of everyone, `messages/ROOM` any other. What strangers
// publish deeper than that (`messages/a/b`) is a room that is only shown.

import { say } from './words.js';

export const everyone = 'messages';

// The longest name, and the longest that is shown at all, in bytes of UTF-8.
export const roomBytes = 64;
export const shownBytes = 256;

const visible = /[^\s\p{Cc}\p{Cf}\p{Mn}\p{Me}]/u;
const control = /\p{Cc}/u;

function sizeInBytes(text) {
  return new TextEncoder().encode(text).length;
}

// Why there can be no room of this name, in a sentence; '' if there can.
export function nameProblem(name) {
  if (!visible.test(name))
    return say('A room needs a name.');
  if (sizeInBytes(name) > roomBytes)
    return say('This name is too long for a room.');
  if (/[/+#]/.test(name))
    return say('The name of a room cannot have / + or # in it.');
  return control.test(name) ? say('The name of a room is one line of text.') : '';
}

export function topicOf(name) {
  return name === '' ? everyone : `${everyone}/${name}`;
}

// The name of a room, '' for the one of everyone; null for a topic that is no room.
export function nameOf(topic) {
  if (topic === everyone)
    return '';
  const name = topic.slice(everyone.length + 1);
  const isRoom = topic.startsWith(`${everyone}/`) && visible.test(name) && !control.test(name) &&
    sizeInBytes(name) <= shownBytes;
  return isRoom ? name : null;
}

// What the heading says.
export function titleOf(topic) {
  return nameOf(topic) || say('Messages');
}

// What a list of rooms says.
export function labelOf(topic) {
  return nameOf(topic) || say('Everyone');
}

// Whether messages of the room are shown, but none can be published.
export function isReadOnly(topic) {
  const name = nameOf(topic);
  return name !== '' && (name === null || nameProblem(name) !== '');
}

// The room that the fragment of an address names: { topic, problem }; both are
// empty when it names none.
export function readFragment(hash) {
  const name = new URLSearchParams(hash.replace(/^#/, '')).get('room');
  if (name === null)
    return { topic: null, problem: '' };
  const topic = topicOf(name);
  return nameOf(topic) === null ? { topic: null, problem: nameProblem(name) } : { topic, problem: '' };
}

// The fragment with the room in it, '' when nothing is left to say.
export function writeFragment(hash, topic) {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const name = nameOf(topic);
  if (name)
    params.set('room', name);
  else
    params.delete('room');
  const text = params.toString();
  return text === '' ? '' : `#${text}`;
}
