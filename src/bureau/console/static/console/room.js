// A room: the API tells what was said, the socket that something changed.
import { send, show, showFailure, signInAgain } from "./api.js";
import { copyOf, make, say, when, written } from "./build.js";
import { listen } from "./socket.js";
import { endingOf, offerRecording } from "./voice.js";

const { id: roomId, side } = document.getElementById("room").dataset;
const languages = written("languages");
const problem = document.getElementById("problem");
const list = document.getElementById("messages");
const form = document.getElementById("say-form");
const notice = form.querySelector(".notice");
const typing = document.getElementById("typing");
const lines = new Map();
const TYPING_SHOWN = 3_000;
const TYPING_TOLD = 1_500;
const WORDS = {
  transcribing: gettext("Listening …"),
  translating: gettext("Translating …"),
  no_speech: gettext("No speech heard"),
  untranslatable: gettext("Not translated"),
  transcription_failed: gettext("Not understood"),
  translation_failed: gettext("Translation failed"),
};

function showRoom(room) {
  const [patient, doctor] = [room.patient_language, room.doctor_language].map((code) => languages[code] ?? code);
  document.getElementById("tongues").textContent = `${patient} ↔ ${doctor}`;
  document.getElementById("people").textContent = room.participants.map(({ name }) => name).join(", ");
  const mine = side === "patient" ? patient : doctor;
  document.getElementById("text-label").textContent = interpolate(gettext("Say something in %s"), [mine]);
  form.elements.text.lang = side === "patient" ? room.patient_language : room.doctor_language;
  form.hidden = !room.is_active;
  room.messages.forEach(showMessage);
  document.getElementById("silence").hidden = lines.size > 0;
}

// --- messages ---

function showMessage(message) {
  const line = lineOf(message.id);
  const find = (selector) => line.querySelector(selector);
  line.dataset.side = message.sender_type;
  find(".who-said").textContent = message.sender_type === "patient" ? gettext("Patient") : gettext("Clinician");
  find("time").dateTime = message.created_at;
  find("time").textContent = when(message.created_at);
  const badge = find(".badge");
  say(badge, WORDS[message.state]);
  badge.dataset.status = message.state.endsWith("ing") ? "RUNNING" : "FAILED";
  tell(find(".original"), message.original_text, message.original_language);
  tell(find(".translated"), message.translated_text, message.translated_language);
  play(find(".voice"), message.audio_url, gettext("Recording"));
  find(".spoken").hidden = !message.tts_audio_url;
  play(find(".spoken audio"), message.tts_audio_url, gettext("Spoken translation"));
  find(".spoken span").textContent = message.tts_note;
  warn(find(".careful"), message);
  const phrases = message.suggestions.map((one) => `${one.source} — ${one.target}`);
  find(".suggestions").hidden = !phrases.length;
  fill(find(".suggestions ul"), phrases);
  say(find(".by"), message.translated_by && interpolate(gettext("Translated by: %s"), [message.translated_by]));
}

function lineOf(id) {
  if (!lines.has(id)) {
    const line = copyOf("message-template");
    line.dataset.message = id;
    lines.set(id, line);
    const later = [...lines.keys()].filter((other) => other > id).sort((one, other) => one - other)[0];
    list.insertBefore(line, later === undefined ? null : lines.get(later));
    line.scrollIntoView({ block: "nearest" });
    document.getElementById("silence").hidden = true;
  }
  return lines.get(id);
}

function tell(element, text, language) {
  say(element, text);
  element.lang = language;
}

function play(audio, address, name) {
  const path = address ? new URL(address, location.href).pathname : "";
  audio.hidden = !path;
  audio.setAttribute("aria-label", name);
  if (path && audio.getAttribute("src") !== path) audio.src = path;
}

function warn(note, { warnings, back_translation: back, original_language: language }) {
  note.hidden = !warnings.length;
  fill(note.querySelector("ul"), warnings.map((one) => one.message));
  const text = back && interpolate(gettext("Translated back: %s"), [back]);
  tell(note.querySelector(".back"), text, language);
}

function fill(ul, texts) {
  ul.replaceChildren(...texts.map((textContent) => make("li", { textContent })));
}

// --- what changes ---

const stale = new Set();
let busy = false;

/** Many events about one message cost one request, and one request at a time is on its way. */
async function refresh(messageId) {
  stale.add(messageId);
  if (busy) return;
  busy = true;
  while (stale.size) {
    const [id] = stale;
    stale.delete(id);
    try {
      showMessage(await send("GET", `/api/messages/${id}/`));
    } catch (failure) {
      // a message may be erased while its events remain
      if (failure.status !== 404) showFailure(problem, failure);
    }
  }
  busy = false;
}

let typingOver = 0;

function showTyping(event) {
  const who = event.sender_type === "patient" ? gettext("The patient is writing …") : gettext("The clinician is writing …");
  say(typing, who);
  clearTimeout(typingOver);
  typingOver = setTimeout(() => say(typing, ""), TYPING_SHOWN);
}

function hear(event) {
  if (event.message_id) refresh(event.message_id);
  else if (event.type === "user.typing") showTyping(event);
  else if (event.type?.startsWith("user.")) say(typing, "");
}

const connection = document.getElementById("connection");
let socket = null;

try {
  const room = await send("GET", `/api/chat-rooms/${roomId}/`);
  showRoom(room);
  socket = listen(
    `/ws/chat-rooms/${roomId}/`,
    {
      event: hear,
      connected(yes) {
        connection.textContent = yes ? gettext("Live") : gettext("Reconnecting …");
      },
      ended(signInNeeded) {
        if (signInNeeded) signInAgain();
        else connection.textContent = gettext("This room is not there any more.");
      },
    },
    room.cursor,
  );
} catch (failure) {
  showFailure(problem, failure);
}

// --- saying something ---

async function utter(body) {
  show(notice, []);
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    showMessage(await send("POST", `/api/chat-rooms/${roomId}/send_message/`, body));
    return true;
  } catch (failure) {
    showFailure(notice, failure);
    return false;
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = form.elements.text.value;
  if (await utter({ sender_type: side, text })) form.reset();
  form.elements.text.focus();
});

let toldAt = 0;
form.elements.text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit();
  if (Date.now() - toldAt < TYPING_TOLD) return;
  toldAt = Date.now();
  socket?.tell({ type: "typing" });
});

offerRecording(document.getElementById("record"), notice, (recording) => {
  const body = new FormData();
  body.set("sender_type", side);
  body.set("audio", recording, `recording.${endingOf(recording)}`);
  return utter(body);
});
