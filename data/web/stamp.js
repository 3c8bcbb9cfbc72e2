// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the host says of a message that it has recorded. Pure.

// A publisher may have set the same names: the host's come last.
function last(value) {
  return Array.isArray(value) ? value.at(-1) : value;
}

// Reads the user properties of MQTT 5.0: { log, seq, timeMs }, or null for a
// message that is not of the log.
export function readStamp(properties) {
  const [log, seq, time] = ['hub-log', 'hub-seq', 'hub-time'].map((name) => last(properties?.[name]));
  if (typeof log !== 'string' || log === '' || !/^[1-9]\d{0,15}$/.test(seq) || !/^\d{1,15}$/.test(time))
    return null;
  const stamp = { log, seq: Number(seq), timeMs: Number(time) };
  return Number.isSafeInteger(stamp.seq) ? stamp : null;
}
