// One case: what was said, what was done, what may be done next, and the machine corrected.
import { send, show, showFailure } from "./api.js";
import { make, say, timeOf, written } from "./build.js";
import { clockOf, colourOf } from "./clock.js";

const { id } = document.getElementById("case").dataset;
const address = `/api/grievance/${encodeURIComponent(id)}`;
const statusWords = written("status-words");
const classificationWords = written("classification-words");
const problem = document.getElementById("problem");
const statusForm = document.getElementById("status-form");
const classification = document.getElementById("classification");
const MOVES = {
  UNDER_EVALUATION: gettext("Acknowledge"),
  ESCALATED: gettext("Escalate"),
  RESOLVED: gettext("Resolve"),
  DENIED: gettext("Deny"),
  CLOSED: gettext("Close"),
};
let version = null;

async function refresh() {
  const { data } = await send("GET", address);
  const { grievance, current_status: status } = data;
  version = grievance.version;
  badge("status", statusWords[grievance.status] ?? grievance.status, colourOf(grievance.status));
  const clock = clockOf(status.due_at, grievance.status);
  badge("clock", clock?.text, clock?.colour);
  document.getElementById("urgent").hidden = !grievance.grievance_high_priority;
  document.getElementById("sensitive").hidden = !grievance.grievance_sensitive_issue;
  const description = document.getElementById("description");
  description.textContent = grievance.grievance_description || gettext("Nothing was written; listen to the files.");
  description.lang = grievance.language_code;
  document.getElementById("facts").replaceChildren(...factsOf(grievance));
  showFiles(data.files);
  document.getElementById("history").replaceChildren(...data.status_history.map(lineOf));
  showMoves(data.next_statuses);
  showClassification(grievance);
}

function badge(elementId, text, colour) {
  const element = document.getElementById(elementId);
  say(element, text);
  element.dataset.status = colour ?? "";
}

function factsOf(one) {
  const place = [one.municipality, one.ward, one.village, one.district, one.province].filter(Boolean).join(", ");
  const facts = [
    [gettext("Place"), place],
    [gettext("In their words"), one.grievance_location],
    [gettext("Claimed"), one.grievance_claimed_amount],
    [gettext("Office"), one.office],
    [gettext("Question to ask"), one.follow_up_question],
    [gettext("Filed"), one.is_anonymous ? gettext("without a name") : ""],
  ];
  return facts
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })]);
}

function showFiles(files) {
  const lines = files.map((file) => {
    const link = make("a", { href: file.url, textContent: file.file_name, download: "" });
    return make("li", {}, link, make("span", { className: "muted", textContent: ` ${Math.ceil(file.file_size / 1024)} kB` }));
  });
  document.getElementById("files").replaceChildren(...lines);
  document.getElementById("no-files").hidden = lines.length > 0;
}

function lineOf(change) {
  const title = change.status_code ? statusWords[change.status_code] : changedFields(change);
  const note = change.notes ? make("span", { className: "quote", textContent: change.notes }) : null;
  const who = make("span", { className: "muted", textContent: ` ${change.created_by}` });
  return make("li", {}, timeOf(change.created_at), " ", make("strong", { textContent: title }), who, note);
}

function changedFields({ field_changes: changes }) {
  const fields = Object.keys(changes?.updated_fields ?? {});
  return fields.length ? interpolate(gettext("Changed: %s"), [fields.join(", ")]) : gettext("Changed");
}

function showMoves(next) {
  const buttons = next
    .filter((code) => MOVES[code])
    .map((code) => make("button", { type: "submit", value: code, name: "status_code", textContent: MOVES[code], className: code === "RESOLVED" ? "" : "quiet" }));
  document.getElementById("moves").replaceChildren(...buttons);
  document.getElementById("no-moves").hidden = buttons.length > 0;
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

/** Ask for a change, then show how the case stands. */
async function change(form, method, path, body) {
  const notice = form.querySelector(".notice");
  show(notice, []);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  try {
    await send(method, path, body);
    form.reset();
    await refresh();
  } catch (failure) {
    showFailure(notice, failure);
  }
  for (const button of form.querySelectorAll("button")) button.disabled = false;
}

statusForm.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!event.submitter) return;
  const body = { status_code: event.submitter.value, notes: statusForm.elements.notes.value, version };
  change(statusForm, "POST", `${address}/status`, body);
});

classification.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = [...classification.elements.grievance_categories.selectedOptions].map(({ value }) => value);
  const body = {
    grievance_classification_status: "officer_confirmed",
    grievance_categories: chosen,
    grievance_summary: classification.elements.grievance_summary.value,
  };
  change(classification, "PATCH", `${address}/classification`, body);
});

try {
  await offerCategories();
  await refresh();
} catch (failure) {
  showFailure(problem, failure);
}
