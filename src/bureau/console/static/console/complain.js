// Filing a complaint: what is written or recorded, once more where it is sensitive, then the receipt.
import { send, show, showFailure } from "./api.js";
import { make, written } from "./build.js";
import { endingOf, offerRecording } from "./voice.js";

const words = written("words");
const form = document.getElementById("complaint");
const notice = form.querySelector(".notice.bad");
const sensitive = document.getElementById("sensitive");
const button = form.querySelector("[type=submit]");
const anonymous = document.getElementById("anonymous");
let recording = null;
let warnedOf = null;

anonymous.addEventListener("change", () => {
  for (const field of document.querySelectorAll("#identity input")) field.disabled = anonymous.checked;
});

// --- places: what is chosen narrows what comes next; all of it may stay blank ---

const { province, district, municipality } = form.elements;
const towns = document.getElementById("municipalities");

async function placesIn(parent) {
  const { data } = await send("GET", `/places?parent=${encodeURIComponent(parent)}`);
  return data.map(({ code, name_en: english, name_ne: nepali }) => {
    return { code, english, name: (form.dataset.language === "ne" && nepali) || english };
  });
}

async function offerPlaces(select, parent) {
  const places = parent === null ? [] : await placesIn(parent);
  select.replaceChildren(new Option("", ""), ...places.map(({ name, code }) => new Option(name, code)));
}

async function offerTowns(parent) {
  municipality.value = "";
  const places = parent ? await placesIn(parent) : [];
  towns.replaceChildren(...places.map(({ english, name }) => make("option", { value: english, label: name })));
}

const tell = (failure) => showFailure(notice, failure);
offerPlaces(province, "").catch(tell);
province.addEventListener("change", () => {
  offerPlaces(district, province.value || null).catch(tell);
  offerTowns("").catch(tell);
});
district.addEventListener("change", () => offerTowns(district.value).catch(tell));

offerRecording(
  document.getElementById("record"),
  notice,
  (blob) => {
    recording = blob;
    document.getElementById("recording").textContent = words.recorded;
  },
  { stop: words.stop, refused: words.microphone },
);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show(notice, []);
  const text = form.elements.grievance_description.value.trim();
  if (!text && !recording) return show(notice, [words.nothing]);
  button.disabled = true;
  try {
    if (!(await mustWarn(text))) showReceipt(await send("POST", "/submit-grievance", complaint()));
  } catch (failure) {
    showFailure(notice, failure);
  }
  button.disabled = false;
});

/** Whether the text was not warned of yet and should be; nothing of it is stored. */
async function mustWarn(text) {
  if (!text || warnedOf === text) return false;
  const { data } = await send("POST", "/sensitive-check", { text });
  if (!data.action_required) return false;
  warnedOf = text;
  sensitive.hidden = false;
  button.textContent = words.send_anyway;
  return true;
}

function complaint() {
  const body = new FormData(form);
  // an empty file field would be sent as a file without name
  const files = body.getAll("files[]").filter((file) => file.size);
  body.delete("files[]");
  for (const file of files) body.append("files[]", file);
  if (recording) body.append("grievance_description", recording, `grievance_description.${endingOf(recording)}`);
  body.set("language_code", form.dataset.language);
  return body;
}

function showReceipt(answer) {
  form.hidden = true;
  document.getElementById("lead").hidden = true;
  document.getElementById("number").textContent = answer.grievance_id;
  document.getElementById("code").textContent = answer.receipt;
  document.getElementById("hash").textContent = answer.content_hash;
  const names = [...answer.oversized_files, ...answer.wrong_extensions_list].map((one) => one.file_name ?? one);
  const refused = document.getElementById("refused");
  if (names.length) show(refused, [`${words.refused} ${names.join(", ")}`]);
  const link = document.getElementById("to-status");
  const address = new URL(link.href);
  address.searchParams.set("id", answer.grievance_id);
  link.replaceWith(make("a", { id: link.id, className: link.className, href: address.href, textContent: link.textContent }));
  document.getElementById("receipt").hidden = false;
  const title = document.getElementById("title");
  title.textContent = words.received;
  title.focus();
}

document.getElementById("print").addEventListener("click", () => print());
