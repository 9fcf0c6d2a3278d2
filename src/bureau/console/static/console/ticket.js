// One ticket: what was said and done, what may be done next, the machine corrected, the identity.
import { send, show, showFailure, signInAgain } from "./api.js";
import { afterPause, make, say, timeOf, when, written } from "./build.js";
import { clockOf, colourOf } from "./clock.js";
import { listen } from "./socket.js";

const { id, case: caseId, stream } = document.getElementById("ticket").dataset;
const ticketAddress = `/tickets/${id}`;
const stateWords = written("state-words");
const noteWords = written("note-words");
const threadWords = written("thread-words");
const deliveryWords = written("delivery-words");
const classificationWords = written("classification-words");
const problem = document.getElementById("problem");
const acting = document.getElementById("act-form");
const classification = document.getElementById("classification");
const revealing = document.getElementById("reveal");
// action -> what it is called, and the states it fits
const ACTIONS = {
  ACKNOWLEDGE: [gettext("Acknowledge"), ["OPEN", "ESCALATED"]],
  RESOLVE: [gettext("Resolve"), ["OPEN", "IN_PROGRESS", "ESCALATED", "GRC_HEARING_SCHEDULED"]],
  ESCALATE: [gettext("Escalate"), ["OPEN", "IN_PROGRESS", "ESCALATED", "GRC_HEARING_SCHEDULED"]],
  GRC_CONVENE: [gettext("Set a hearing"), ["IN_PROGRESS", "ESCALATED", "GRC_HEARING_SCHEDULED"]],
  REPLY: [gettext("Send the answer only"), null],
  GRC_DECIDE: [gettext("Record the hearing"), ["GRC_HEARING_SCHEDULED"]],
  CLOSE: [gettext("Close"), ["RESOLVED"]],
  REASSIGN: [gettext("Give to a colleague"), ["OPEN", "IN_PROGRESS", "ESCALATED", "GRC_HEARING_SCHEDULED"]],
  TRANSFER: [gettext("Give to another office"), ["OPEN", "IN_PROGRESS", "ESCALATED", "GRC_HEARING_SCHEDULED", "RESOLVED"]],
  NOTE: [gettext("Add the note"), null],
};
// what goes to the complainant with the action
const WITH_REPLY = ["RESOLVE", "CLOSE", "REPLY", "GRC_DECIDE"];
// what reading the page writes into the log is no news for it
const OWN_TRACES = ["grievance.opened"];
const IDENTITY = {
  full_name: gettext("Name"),
  phone: gettext("Telephone"),
  email: gettext("E-mail"),
  address: gettext("Address"),
};
const FIELDS = {
  grievance_description: gettext("What happened"),
  grievance_location: gettext("Place"),
  complainant_full_name: gettext("Name"),
  complainant_phone: gettext("Telephone"),
  complainant_email: gettext("E-mail"),
  complainant_address: gettext("Address"),
};
const DELIVERED = { sent: "RUNNING", delivered: "SUCCESS", failed: "FAILED", withheld: "FAILED" };
let version = null;
let newest = 0;

async function refresh() {
  const { data } = await send("GET", ticketAddress);
  const one = data.grievance;
  version = data.version;
  newest = Math.max(newest, ...data.log.map((event) => event.id));
  badge("state", stateWords[data.state] ?? data.state, colourOf(data.state));
  const clock = clockOf(data);
  badge("clock", clock?.text, clock?.colour);
  document.getElementById("urgent").hidden = !one.grievance_high_priority;
  document.getElementById("sensitive").hidden = !one.grievance_sensitive_issue;
  const description = document.getElementById("description");
  description.textContent = one.grievance_description || gettext("Nothing was written; listen to the files.");
  description.lang = one.language_code;
  document.getElementById("facts").replaceChildren(...listOf(factsOf(data)));
  document.getElementById("thread").replaceChildren(...data.thread.map(threadLine));
  showList("deliveries", "told", data.deliveries.map(deliveryLine));
  document.getElementById("satisfied").hidden = !data.satisfied;
  showList("recordings", "spoken", data.recordings.map(recordingLine));
  showList("translations", "in-english", data.translations.map(translationLine));
  document.getElementById("log").replaceChildren(...data.log.map(eventLine));
  showActions(data.state);
  showClassification(one);
  revealing.hidden = one.is_anonymous;
}

function badge(elementId, text, colour) {
  const element = document.getElementById(elementId);
  say(element, text);
  element.dataset.status = colour ?? "";
}

/** Fill a list; the part of the page that it is in rests while there is nothing in it. */
function showList(listId, partId, lines) {
  document.getElementById(listId).replaceChildren(...lines);
  document.getElementById(partId).hidden = !lines.length;
}

function recordingLine(one) {
  return make("li", {}, ...partsOf(one));
}

function partsOf(one) {
  const link = make("a", { href: one.url, textContent: FIELDS[one.field_name] ?? one.field_name, download: "" });
  const quote = one.transcript && make("span", { className: "quote", textContent: one.transcript, lang: one.language_heard });
  return [link, make("span", { className: "muted", textContent: ` ${understood(one)}` }), quote];
}

function understood(one) {
  if (one.status === "PROCESSING") return gettext("is being written down");
  if (!one.transcript) return gettext("could not be written down here: listen to it");
  const sure = Math.round(100 * (one.confidence ?? 0));
  const words = one.needs_person ? gettext("written down by a machine that is %s % sure: listen to it") : gettext("written down by a machine that is %s % sure");
  return interpolate(words, [sure]);
}

function translationLine(one) {
  const text = make("span", { className: "quote", textContent: one.description_en, lang: "en" });
  return make("li", {}, make("span", { className: "muted", textContent: one.method }), text);
}

async function showDuplicates() {
  const { data } = await send("GET", `${ticketAddress}/duplicates`);
  const { tickets } = document.getElementById("duplicates").dataset;
  showList("duplicates", "alike", data.map(({ score, grievance: one }) => {
    const name = one.grievance_id;
    const link = make("a", { href: `${tickets}?case=${encodeURIComponent(name)}`, textContent: name });
    const place = [one.municipality, one.ward].filter(Boolean).join(", ");
    return make("li", {}, link, make("span", { className: "muted", textContent: ` ${Math.round(score)} % · ${place}` }));
  }));
}

function factsOf({ grievance: one, place, level, office, assignee, hearing_on: hearing }) {
  const names = [one.municipality, one.ward, one.village, place.district.name_en ?? one.district];
  return [
    [gettext("Place"), names.filter(Boolean).join(", ")],
    [gettext("In their words"), one.grievance_location],
    [gettext("Claimed"), one.grievance_claimed_amount],
    [gettext("Office"), office],
    [gettext("With"), nameOf(assignee)],
    [gettext("Level"), level],
    [gettext("Hearing"), hearing && `${hearing.at} (${hearing.bs_ne ?? ""})`],
    [gettext("Question to ask"), one.follow_up_question],
    [gettext("Filed"), one.is_anonymous ? gettext("without a name") : ""],
  ];
}

/** What a colleague is called; nothing for somebody of another office. */
function nameOf(officer) {
  const { options } = acting.elements.assignee;
  return [...options].find(({ value }) => value === String(officer))?.text;
}

function listOf(facts) {
  return facts
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })]);
}

/** A line of the conversation: an answer or message, a note of the offices, or an event. */
function threadLine(entry) {
  const word = threadWords[entry.about] ?? noteWords[entry.about] ?? entry.about;
  const from = entry.kind === "reply" ? threadWords[entry.by] : entry.author;
  const who = make("span", { className: "muted", textContent: ` ${from}` });
  const words = entry.text && make("span", { className: "quote", textContent: entry.text });
  const heading = make(entry.kind === "event" ? "span" : "strong", { textContent: word });
  return make("li", { dataset: { kind: entry.kind, by: entry.by ?? "" } }, timeOf(entry.at.at), " ", heading, who, words || null);
}

function deliveryLine(one) {
  const { channels, states, about } = deliveryWords;
  const state = make("span", { className: "badge", textContent: states[one.state], dataset: { status: DELIVERED[one.state] ?? "" } });
  const what = `${channels[one.channel]}: ${about[one.about]} `;
  const again = make("button", { type: "button", className: "quiet", textContent: gettext("Send again"), hidden: one.state === "queued" });
  again.addEventListener("click", () => sendAgain(one.message_id, again));
  return make("li", {}, timeOf(one.written_at.at), ` ${what}`, state, one.reason && ` ${one.reason} `, again);
}

async function sendAgain(messageId, button) {
  button.disabled = true;
  try {
    await send("POST", `${ticketAddress}/messages/${messageId}/send-again`);
    await refresh();
  } catch (failure) {
    showFailure(problem, failure);
    button.disabled = false;
  }
}

function eventLine(event) {
  return make("li", {}, timeOf(event.at.at), make("span", { textContent: `${event.type} · ${event.actor}` }));
}

function showActions(state) {
  const fitting = Object.entries(ACTIONS).filter(([, [, states]]) => !states || states.includes(state));
  // the first is what the state asks for
  const buttons = fitting.map(([value, [textContent]], place) =>
    make("button", { type: "submit", value, textContent, className: place ? "quiet" : "" }),
  );
  document.getElementById("actions").replaceChildren(...buttons);
  const names = fitting.map(([name]) => name);
  document.getElementById("resolving").hidden = !names.includes("RESOLVE");
  document.getElementById("convening").hidden = !names.includes("GRC_CONVENE");
  document.getElementById("transferring").hidden = !names.includes("TRANSFER");
  document.getElementById("reassigning").hidden = !names.includes("REASSIGN");
}

async function showFiles() {
  const { files } = await send("GET", `/files/${encodeURIComponent(caseId)}`);
  const lines = files.map((file) => {
    const link = make("a", { href: `/download/${file.file_id}`, textContent: file.file_name, download: "" });
    return make("li", {}, link, make("span", { className: "muted", textContent: ` ${Math.ceil(file.file_size / 1024)} kB` }));
  });
  document.getElementById("files").replaceChildren(...lines);
  document.getElementById("no-files").hidden = lines.length > 0;
}

function showClassification(one) {
  const by = classificationWords[one.grievance_classification_status] ?? one.grievance_classification_status;
  document.getElementById("classified").textContent = by;
  for (const option of classification.elements.grievance_categories.options) {
    option.selected = one.grievance_categories.includes(option.value);
  }
  classification.elements.grievance_summary.value = one.grievance_summary;
}

async function offerCategories() {
  const { data } = await send("GET", "/api/categories");
  classification.elements.grievance_categories.append(
    ...data.map(({ key }) => make("option", { value: key, textContent: key })),
  );
}

/** Do what a form asks for; its buttons rest meanwhile. */
function handle(form, act) {
  const notice = form.querySelector(".notice");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(notice, []);
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    try {
      await act(event.submitter);
    } catch (failure) {
      showFailure(notice, failure);
    }
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  });
}

handle(acting, async (button) => {
  const action = button?.value ?? "NOTE";
  const { note, reply, category, assignee, hearing_on: hearing } = acting.elements;
  const body = { action, note: note.value, version };
  if (WITH_REPLY.includes(action)) body.reply = reply.value;
  if (action === "RESOLVE") body.category = category.value;
  if (action === "GRC_CONVENE") body.hearing_on = hearing.value || null;
  if (action === "TRANSFER") body.office = acting.elements.office.value;
  if (action === "REASSIGN") body.assignee = Number(assignee.value);
  await send("POST", `${ticketAddress}/actions`, body);
  acting.reset();
  // the office that gave it away does not see it any more
  if (action === "TRANSFER") return location.assign("../");
  await refresh();
});

handle(classification, async () => {
  const { grievance_categories: categories, grievance_summary: summary } = classification.elements;
  await send("PATCH", `/api/grievance/${encodeURIComponent(caseId)}/classification`, {
    grievance_classification_status: "officer_confirmed",
    grievance_categories: [...categories.selectedOptions].map(({ value }) => value),
    grievance_summary: summary.value,
  });
  await refresh();
});

handle(revealing, async () => {
  await send("POST", `${ticketAddress}/reveal`, { reason: revealing.elements.reason.value });
  const { data } = await send("GET", `${ticketAddress}/identity`);
  const facts = Object.entries(IDENTITY).map(([name, word]) => [word, data[name]]);
  facts.push([gettext("Open until"), when(data.expires_at.at)]);
  const shown = document.getElementById("identity");
  const said = data.recordings.map((one) => make("dd", {}, ...partsOf(one)));
  const heading = said.length ? [make("dt", { textContent: gettext("Said aloud") })] : [];
  shown.replaceChildren(...listOf(facts), ...heading, ...said);
  revealing.reset();
  // what is closed on the server is gone from the screen too
  setTimeout(() => shown.replaceChildren(), new Date(data.expires_at.at) - Date.now());
});

try {
  await offerCategories();
  await Promise.all([refresh(), showFiles(), showDuplicates()]);
  listenForNews();
} catch (failure) {
  showFailure(problem, failure);
}

/** Show what others write or do meanwhile; many events in a row cost one request. */
function listenForNews() {
  const update = afterPause(300, () => Promise.all([refresh(), showFiles()]).catch((failure) => showFailure(problem, failure)));
  listen(`/ws/grievances/${stream}/`, {
    event: ({ type }) => OWN_TRACES.includes(type) || update(),
    connected: () => {},
    ended: (signInNeeded) => signInNeeded && signInAgain(),
  }, newest);
}
