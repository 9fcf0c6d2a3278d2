// Searching studies: the address holds what is asked, the newest answer wins.
import { send, show, showFailure } from "./api.js";
import { afterPause, make, newestOnly, when, written } from "./build.js";

const API = "/api/v1/studies/";
const PAUSE = 120;
const PAGE_SIZE = 20;
const MOST_CHOICES = 12;
// columns that a row shows
const SHOWN = ["patient_name", "exam_item", "exam_description"];
const columns = written("column-words");
// parameter -> how it is called, and the name of its options in answers
const facetWords = written("facet-words");
const form = document.getElementById("search");
const problem = document.getElementById("problem");
const [table, rows] = [document.getElementById("table"), document.getElementById("rows")];
const detail = document.getElementById("detail");
const number = new Intl.NumberFormat();
const chosen = new Map(Object.keys(facetWords).map((name) => [name, new Set()]));
let page = 1;
let pages = 1;

/** What is asked for, as parameters of search and export alike. */
function filters() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) asked.append(name, value);
  for (const [name, values] of chosen) for (const value of values) asked.append(name, value);
  return asked;
}

function readAddress() {
  const asked = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (!field.name || !asked.has(field.name)) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = asked.get(field.name);
  }
  for (const [name, values] of chosen) for (const value of asked.getAll(name)) values.add(value);
  page = Math.max(1, Number.parseInt(asked.get("page"), 10) || 1);
}

const search = newestOnly(
  (signal) => {
    const asked = filters();
    writeAddress(asked);
    asked.set("page", page);
    asked.set("page_size", PAGE_SIZE);
    asked.set("facets", "1");
    asked.set("why", "1");
    table.setAttribute("aria-busy", "true");
    return send("GET", `${API}search?${asked}`, undefined, { signal });
  },
  (answer) => {
    table.removeAttribute("aria-busy");
    show(problem, []);
    showStudies(answer);
    for (const [name, { options }] of Object.entries(facetWords)) {
      showFacet(name, answer.facets?.[options] ?? []);
    }
  },
  (failure) => {
    table.removeAttribute("aria-busy");
    showFailure(problem, failure);
  },
);

function writeAddress(asked) {
  for (const kind of ["csv", "xlsx"]) {
    document.getElementById(`export-${kind}`).href = `${API}export?${withValue(asked, "format", kind)}`;
  }
  const filtered = [...asked.keys()].some((name) => name !== "sort");
  document.getElementById("clear").hidden = !filtered;
  const shown = page > 1 ? withValue(asked, "page", page) : asked;
  history.replaceState(null, "", `${location.pathname}?${shown}`);
}

function withValue(asked, name, value) {
  const copy = new URLSearchParams(asked);
  copy.set(name, value);
  return copy;
}

function showStudies({ data, total }) {
  pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const text = ngettext("%s study", "%s studies", total);
  document.getElementById("total").textContent = interpolate(text, [number.format(total)]);
  rows.replaceChildren(...data.map(rowOf));
  table.hidden = !data.length;
  document.getElementById("empty").hidden = total > 0;
  document.getElementById("pages").hidden = pages < 2;
  document.getElementById("page-number").textContent = interpolate(gettext("Page %s of %s"), [
    number.format(page),
    number.format(pages),
  ]);
  document.getElementById("previous").disabled = page <= 1;
  document.getElementById("next").disabled = page >= pages;
  if (wantsRow !== null) rows.children[Math.min(wantsRow, data.length - 1)]?.focus();
  wantsRow = null;
}

function rowOf(study) {
  const age = study.patient_age === null ? "" : ` ${study.patient_age}`;
  const person = `${study.patient_gender ?? ""}${age}`;
  const item = make("td", {}, study.exam_item, make("small", { textContent: study.exam_description ?? "" }), reasonOf(study));
  return make(
    "tr",
    { tabIndex: 0, dataset: { id: study.exam_id } },
    make("td", {}, study.patient_name, make("small", { textContent: person })),
    item,
    ...["equipment_type", "exam_source", "exam_status"].map((name) => make("td", { textContent: study[name] })),
    make("td", { textContent: when(study.order_datetime) }),
  );
}

// how a column that does not hold the term as it was typed made its study a hit
const HOW = {
  resembles: () => gettext("%s resembles it"),
  spelled: () => gettext("%s in another spelling"),
};

/** Why a study was found, where its row does not show it. */
function reasonOf({ matched = [] }) {
  const told = matched
    .filter(({ field, how }) => how !== "contains" || !SHOWN.includes(field))
    .map(({ field, how }) => (how in HOW ? interpolate(HOW[how](), [columns[field]]) : columns[field]));
  if (!told.length) return null;
  return make("small", { textContent: interpolate(gettext("Found by: %s"), [told.join(", ")]) });
}

// --- facets ---

const opened = new Set(Object.keys(facetWords).slice(0, 2));

function showFacet(name, options) {
  const values = chosen.get(name);
  const seen = new Set(options.map(({ value }) => value));
  // a chosen value stays on the page even where nothing is left of it
  const gone = [...values].filter((value) => !seen.has(value)).map((value) => ({ value, count: 0 }));
  const first = options.filter(({ value }, place) => place < MOST_CHOICES || values.has(value));
  const list = make("ul", { className: "facet" }, ...[...first, ...gone].map((one) => choiceOf(name, one)));
  const group = facetGroup(name);
  const focused = group.contains(document.activeElement) ? document.activeElement.value : null;
  group.querySelector("ul").replaceWith(list);
  group.hidden = !first.length && !gone.length;
  if (focused !== null) [...list.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
}

function choiceOf(name, { value, count }) {
  const box = make("input", { type: "checkbox", value, checked: chosen.get(name).has(value) });
  box.addEventListener("change", () => {
    if (box.checked) chosen.get(name).add(value);
    else chosen.get(name).delete(value);
    searchAnew();
  });
  const label = make("label", { className: "check" }, box, make("span", { textContent: value }));
  return make("li", {}, label, make("span", { className: "muted", textContent: number.format(count) }));
}

function facetGroup(name) {
  const known = document.querySelector(`[data-facet="${name}"]`);
  if (known) return known;
  const summary = make("summary", { textContent: facetWords[name].title });
  const group = make("details", { dataset: { facet: name }, open: opened.has(name) }, summary, make("ul"));
  document.getElementById("facets").append(group);
  return group;
}

// --- moving ---

// the row to stand on when the next page has come; null: stay where the visitor is
let wantsRow = null;

function searchAnew() {
  page = 1;
  search();
}

function turn(step) {
  const wanted = page + step;
  if (wanted < 1 || wanted > pages) return false;
  page = wanted;
  search();
  return true;
}

const typed = afterPause(PAUSE, searchAnew);
form.addEventListener("input", (event) => (event.target.type === "search" ? typed() : searchAnew()));
document.getElementById("sort").addEventListener("input", searchAnew);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  searchAnew();
});
document.getElementById("previous").addEventListener("click", () => turn(-1));
document.getElementById("next").addEventListener("click", () => turn(1));
document.getElementById("clear").addEventListener("click", () => {
  form.reset();
  for (const values of chosen.values()) values.clear();
  form.elements.q.focus();
  searchAnew();
});
form.elements.q.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || !rows.children.length) return;
  event.preventDefault();
  rows.firstElementChild.focus();
});

const KEYS = {
  ArrowDown: (row) => row.nextElementSibling?.focus(),
  ArrowUp: (row) => (row.previousElementSibling ?? form.elements.q).focus(),
  ArrowRight: () => turnFromList(1),
  ArrowLeft: () => turnFromList(-1),
  Enter: (row) => open(row.dataset.id),
};

function turnFromList(step) {
  if (turn(step)) wantsRow = 0;
}

rows.addEventListener("keydown", (event) => {
  const act = event.target.matches("tr") && !event.altKey && !event.ctrlKey && KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act(event.target);
});
rows.addEventListener("click", ({ target }) => open(target.closest("tr").dataset.id));
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, select, textarea") || detail.open) return;
  event.preventDefault();
  form.elements.q.select();
});

// --- one study ---

const fetchStudy = newestOnly(
  (signal, id) => send("GET", `${API}${encodeURIComponent(id)}`, undefined, { signal }),
  (study) => {
    const told = Object.entries(columns).filter(([name]) => study[name] !== null && study[name] !== "");
    const list = told.flatMap(([name, word]) => {
      const value = name.endsWith("_datetime") || name === "data_load_time" ? when(study[name]) : study[name];
      return [make("dt", { textContent: word }), make("dd", { textContent: value })];
    });
    detail.querySelector("dl").replaceChildren(...list);
  },
  (failure) => showFailure(detail.querySelector(".notice"), failure),
);

function open(id) {
  detail.querySelector("h2").textContent = interpolate(gettext("Study %s"), [id]);
  detail.querySelector("dl").replaceChildren();
  show(detail.querySelector(".notice"), []);
  detail.showModal();
  fetchStudy(id);
}

readAddress();
search();
