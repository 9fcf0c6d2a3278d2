// A stream of events: replayed from a cursor, then live; a lost connection is taken up again.

const NOT_SIGNED_IN = 4001;
const ABSENT = [4003, 4004];
const LONGEST_WAIT = 15_000;

/**
 * Listen to the socket at a path. `on` has event(event), connected(bool) and ended(signInNeeded).
 * Events that have an `id` come once each, from the cursor on; the others come as they come.
 * What is returned tells the server something, if it is connected.
 */
export function listen(path, on, cursor = 0) {
  let wait = 1_000;
  let socket;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}${path}?after=${cursor}`);
    socket.addEventListener("open", () => on.connected(true));
    socket.addEventListener("message", ({ data }) => {
      const event = JSON.parse(data);
      if (event.id !== undefined) {
        if (event.id <= cursor) return;
        cursor = event.id;
      }
      wait = 1_000;
      on.event(event);
    });
    socket.addEventListener("close", ({ code }) => {
      on.connected(false);
      if (code === NOT_SIGNED_IN || ABSENT.includes(code)) return on.ended(code === NOT_SIGNED_IN);
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }

  open();
  return {
    tell(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
  };
}
