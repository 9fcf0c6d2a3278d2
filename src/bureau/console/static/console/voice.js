// A button that records the voice; hidden where the browser or the page's address forbids it.
import { show } from "./api.js";

const SECOND = 1_000;
// Safari records MP4, Firefox Ogg or WebM; a name that says otherwise is refused
const ENDINGS = { "audio/mp4": "m4a", "audio/ogg": "ogg" };

/** The ending that a recording's file name should have. */
export const endingOf = (recording) => ENDINGS[recording.type.split(";")[0]] ?? "webm";

/** Press to begin, press again to end; `done(blob)` gets what was recorded. `words` may be the page's own. */
export function offerRecording(button, notice, done, words = {}) {
  if (!navigator.mediaDevices || !window.MediaRecorder) return;
  const titles = [button.textContent, words.stop ?? gettext("Stop and send")];
  const refused = words.refused ?? gettext("The microphone cannot be used. Allow it in the browser and try again.");
  let recorder = null;
  button.hidden = false;

  function pressed(yes) {
    button.setAttribute("aria-pressed", yes);
    button.textContent = titles[Number(yes)];
  }

  async function begin() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const parts = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", ({ data }) => {
      parts.push(data);
      if (recorder?.state === "recording") button.textContent = `${titles[1]} · ${parts.length} s`;
    });
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      done(new Blob(parts, { type: recorder.mimeType }));
      recorder = null;
    });
    recorder.start(SECOND);
    pressed(true);
  }

  button.addEventListener("click", async () => {
    if (recorder) {
      recorder.stop();
      return pressed(false);
    }
    show(notice, []);
    try {
      await begin();
    } catch {
      show(notice, [refused]);
    }
  });
}
