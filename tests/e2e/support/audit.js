// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a screen reader has to say, page by page: each control has a name that tells it from the others, and no label is
// empty. That each can be reached by keys, ui-window-tour looks at.

// What is around the controls, and takes the focus only where there are none.
const frames = ['filler', 'panel', 'scroll pane'];

const spoken = ['alert', 'label', 'status bar'];

// A tab is there once more for a narrow window, a list is called like its window; and items are told apart by what they are.
const canBeTwins = ['list', 'list item', 'page tab'];

function nameProblem({ name }) {
  if (name.trim() === '')
    return 'has no name';
  // What GTK says of those that have none.
  if (/^(Gtk|Adw|Hub)[A-Z][A-Za-z]*$/.test(name))
    return 'has the name of its type';
  if (/(^|\s)_\w/.test(name))
    return 'has a name with a mnemonic in it';
  return /^(.+),? \1$/s.test(name) ? 'is called so twice' : null;
}

const told = ({ role, name }) => `${role} '${name}'`;

// What is wrong with the page that is shown now and has the focus.
export async function auditPage(window) {
  const nodes = await window.page();
  if (nodes.length === 0)
    return ['nothing has the focus'];
  const problems = [];
  const seen = new Set();
  let item = null;
  for (const node of nodes) {
    if (item !== null && node.depth <= item.depth)
      item = null;
    if (node.role === 'list item')
      item ??= node;
    const isControl = node.states.includes('focusable') && !frames.includes(node.role);
    const problem = nameProblem(node);
    if (problem !== null && (isControl || spoken.includes(node.role)))
      problems.push(`${told(node)} ${problem}`);
    // What is in an item is told apart by that.
    if (!isControl || canBeTwins.includes(node.role) || item !== null)
      continue;
    if (seen.has(told(node)))
      problems.push(`there are two of ${told(node)}`);
    seen.add(told(node));
  }
  return problems;
}
