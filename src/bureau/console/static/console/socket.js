// A job's events: replayed from a cursor, then live; a lost connection is taken up again.

const NOT_SIGNED_IN = 4001;
const ABSENT = 4004;
const LONGEST_WAIT = 15_000;

/** Listen to a job. `on` has event(event), connected(bool) and ended(signInNeeded). */
export function listen(jobId, on) {
  let cursor = 0;
  let wait = 1_000;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/jobs/${jobId}/?after=${cursor}`);
    socket.addEventListener("open", () => on.connected(true));
    socket.addEventListener("message", ({ data }) => {
      const event = JSON.parse(data);
      if (event.id <= cursor) return;
      cursor = event.id;
      wait = 1_000;
      on.event(event);
    });
    socket.addEventListener("close", ({ code }) => {
      on.connected(false);
      if (code === NOT_SIGNED_IN || code === ABSENT) return on.ended(code === NOT_SIGNED_IN);
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }

  open();
}
