// SPDX-License-Identifier: LGPL-2.1-or-later
//
// ./run and ./test, as far as they can be called without changing anything.

import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';

import { run, test } from '../support/check.js';
import { makeFolder } from '../support/command-line.js';
import { runProgram } from '../support/program.js';
import { withDisplay } from '../support/window.js';

const top = process.env.HUBBUB_SOURCES;
const options = {
  'run': ['--headless', '--help', '-- --help'],
  'test': ['--sanitize', '--suite NAME', '--help'],
};

// A PATH with these programs and nothing else: whoever wants to install or build something fails.
async function emptyPath(t, ...names) {
  const folder = await makeFolder(t);
  for (const name of ['bash', ...names]) {
    const { output } = await runProgram(t, 'sh', ['-c', 'command -v "$1"', 'sh', name]);
    await symlink(output.trim(), path.join(folder, name));
  }
  return { PATH: folder, HOME: folder };
}

for (const [script, words] of Object.entries(options)) {
  for (const option of ['--help', '-h']) {
    test(`./${script} ${option} says what it does, and does nothing`, async (t) => {
      const env = await emptyPath(t, 'cat', 'dirname');
      const { status, output, errors } = await runProgram(t, path.join(top, script), [option], { env, cwd: env.HOME });
      assert.equal(errors, '');
      assert.equal(status, 0);
      assert.match(output, new RegExp(`^Usage: \\./${script} `));
      for (const word of words)
        assert.ok(output.includes(word), word);
      for (const line of output.split('\n'))
        assert.ok(line.length <= 120, line);
    });
  }
}

test('./test --help names all suites', async (t) => {
  const { output: help } = await runProgram(t, path.join(top, 'test'), ['--help']);
  const { output: json } = await runProgram(t, 'meson', ['introspect', '--tests', process.env.HUBBUB_BUILD]);
  const suites = new Set(JSON.parse(json).flatMap((one) => one.suite.map((name) => name.replace(/^hubbub:/, ''))));
  const named = Array.from(help.matchAll(/^ {19}(\w+) +\w/gm), ([, name]) => name);
  for (const name of ['unit', 'net', 'ui', 'data', 'e2e', 'fuzz', 'lint'])
    assert.ok(named.includes(name), `${name} is explained`);
  // Some tests have a second suite, for those who work on one part.
  for (const { name, suite } of JSON.parse(json))
    assert.ok(suite.some((one) => named.includes(one.replace(/^hubbub:/, ''))), `${name} is in one of them, not in ${suite}`);
  assert.ok(suites.size > 0);
});

for (const [args, words] of [
  [['--frob'], /'--frob' is not understood; see \.\/test --help\./],
  [['unit'], /'unit' is not understood/],
  [['--suite'], /--suite needs a name/],
]) {
  test(`./test ${args}: a clear word, and nothing is done`, async (t) => {
    const env = await emptyPath(t, 'cat', 'dirname');
    const { status, output, errors } = await runProgram(t, path.join(top, 'test'), args, { env });
    assert.equal(status, 1);
    assert.match(output + errors, words);
    assert.doesNotMatch(output + errors, /[Ii]nstalling/);
  });
}

test('./run knows whether there is a display', async (t) => {
  const program = path.join(top, 'data', 'scripts', 'run-display');
  const env = { PATH: process.env.PATH };
  assert.deepEqual(await runProgram(t, program, [], { env }), { status: 1, output: '', errors: '' });
  assert.deepEqual(await runProgram(t, program, [], { env: { ...env, DISPLAY: ':nowhere' } }),
    { status: 1, output: '', errors: 'The display of DISPLAY=:nowhere does not answer.\n' });
  assert.deepEqual(await runProgram(t, withDisplay, [program]), { status: 0, output: '', errors: '' });
});

await run();
