// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the browser tells of the network, of the page coming and going, of other
// tabs, and of the room that there is.

export function watchBrowser({ connection, log, rooms, here, outbox }) {
  // A frozen page (a phone in the pocket) hears nothing until it is shown again.
  const wakeIfVisible = () => {
    if (document.visibilityState !== 'visible')
      return;
    log.noticeLook();
    connection.wake();
  };
  document.addEventListener('visibilitychange', wakeIfVisible);
  document.addEventListener('resume', wakeIfVisible);
  addEventListener('pageshow', (event) => {
    if (event.persisted)
      connection.wake();
  });
  addEventListener('pagehide', () => here.leave());
  addEventListener('online', () => connection.wake());
  addEventListener('offline', () => connection.cut());

  addEventListener('beforeunload', (event) => {
    if (!outbox.wouldLose)
      return;
    event.preventDefault();
    // Older browsers want this.
    event.returnValue = true;
  });

  // What another tab of this browser has kept.
  addEventListener('storage', () => rooms.followMarks());

  // Where a keyboard on the screen covers the page instead of shrinking it.
  const { visualViewport } = window;
  visualViewport?.addEventListener('resize', () => {
    const isPinched = visualViewport.scale > 1.01;
    document.documentElement.style.setProperty(
      '--page-height', isPinched ? '' : `${visualViewport.height}px`);
  });
}
