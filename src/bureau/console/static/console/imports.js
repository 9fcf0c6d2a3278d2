// Bringing records in: look at a file, say what its columns mean, import, see what became of it, undo.
import { send, show, showFailure } from "./api.js";
import { copyOf, make, say, when, written } from "./build.js";

const API = "/api/v1/import";
const LOOK_AGAIN = 1000; // milliseconds
const WORDS = {
  pending: [gettext("Waiting"), "PENDING"],
  processing: [gettext("Running"), "RUNNING"],
  completed: [gettext("Done"), "SUCCESS"],
  failed: [gettext("Failed"), "FAILED"],
  cancelled: [gettext("Cancelled"), "CANCELLED"],
};
const words = written("column-words");
const find = (id) => document.getElementById(id);
const form = find("upload");
const notice = form.querySelector(".notice");
let page = 1;

// --- a new import ---------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});

function look() {
  during(find("look"), notice, async () => {
    const asked = new FormData();
    asked.append("file", form.elements.file.files[0]);
    asked.append("target", form.elements.target.value);
    asked.append("encoding", form.elements.encoding.value);
    showColumns(await send("POST", `${API}/preview`, asked));
  });
}

form.elements.encoding.addEventListener("change", look);

// another file, or another kind of record, is looked at anew
for (const name of ["file", "target"]) form.elements[name].addEventListener("change", forgetColumns);

function forgetColumns() {
  find("looked").hidden = find("import").hidden = true;
  form.elements.encoding.replaceChildren();
  find("look").hidden = false;
  show(notice, []);
}

function showColumns(seen) {
  find("columns").replaceChildren(...seen.columns.map((column) => lineOfColumn(column, seen.target_fields)));
  say(find("notes"), seen.notes.join(" "));
  const missing = seen.missing_required.map((name) => words[name] ?? name).join(", ");
  const said = form.elements.encoding.value;
  const unclear = !seen.encoding_is_clear && !said;
  showEncodings(seen, said);
  const problems = missing ? [interpolate(gettext("Say above which column means: %s."), [missing])] : [];
  if (unclear) problems.push(gettext("The text has several readings. Choose above what the file is written in, so that the names are right."));
  show(notice, problems);
  find("looked").hidden = false;
  find("import").hidden = unclear;
  find("look").hidden = true;
  find("looked").focus();
}

/** The likeliest first; an empty choice leaves it to what was found. */
function showEncodings(seen, said) {
  find("written-in").hidden = !seen.encoding;
  if (said || !seen.encoding) return;
  const found = interpolate(gettext("%s (as found)"), [seen.encoding]);
  const likely = [seen.encoding, ...seen.other_encodings];
  const names = [...likely, ...seen.encodings.filter((name) => !likely.includes(name))];
  const first = make("option", { value: "", textContent: seen.encoding_is_clear ? found : gettext("Choose one") });
  form.elements.encoding.replaceChildren(first, ...names.map((name) => make("option", { value: name, textContent: name })));
}

function lineOfColumn(column, fields) {
  const options = fields.map((name) => make("option", { value: name, textContent: words[name] ?? name }));
  const choice = make("select", { "aria-label": column.name }, make("option", { value: "", textContent: gettext("is left out") }), ...options);
  choice.value = column.suggested_field ?? "";
  choice.dataset.suggested = choice.value;
  choice.dataset.column = column.name;
  return make(
    "tr",
    {},
    make("th", { scope: "row", textContent: column.name }),
    make("td", { textContent: column.sample_values.join(" · ") }),
    make("td", {}, choice),
  );
}

/** Only what a person decided otherwise: the rest is found by the headers. */
function mapping() {
  const chosen = [...find("columns").querySelectorAll("select")].filter((one) => one.value !== one.dataset.suggested);
  return JSON.stringify(Object.fromEntries(chosen.map((one) => [one.dataset.column, one.value])));
}

find("import").addEventListener("click", () =>
  during(find("import"), notice, async () => {
    const asked = new FormData(form);
    const kind = asked.get("target") === "report" ? "reports" : "studies";
    asked.delete("target");
    asked.append("mapping", mapping());
    showImport(await send("POST", `${API}/${kind}`, asked), { first: true });
    form.reset();
    forgetColumns();
    find("all-imports").focus();
  }),
);

// --- what became of it ----------------------------------------------------------------------

async function showImports() {
  try {
    const answer = await send("GET", `${API}/tasks?page=${page}`);
    answer.data.forEach((one) => showImport(one));
    find("more").hidden = answer.page * answer.page_size >= answer.total;
  } catch (failure) {
    showFailure(find("problem"), failure);
  }
  find("empty").hidden = find("imports").children.length > 0;
}

function showImport(one, { first = false } = {}) {
  const id = `import-${one.import_id}`;
  const line = find(id) ?? newLine(id, one, first);
  const part = (selector) => line.querySelector(selector);
  const [word, colour] = one.undone ? [gettext("Undone"), "CANCELLED"] : WORDS[one.status];
  const open = ["pending", "processing"].includes(one.status);
  part(".badge").textContent = word;
  part(".badge").dataset.status = colour;
  part("progress").hidden = !open;
  part("progress").value = one.progress;
  const failed = one.status === "failed";
  say(part(".outcome"), failed ? "" : one.message);
  say(part(".notice"), failed ? one.message || gettext("It could not be imported. Look at the file again.") : "");
  const refused = one.counts.rejected;
  part(".refused").hidden = !refused;
  part("summary").textContent = interpolate(ngettext("%s refused row", "%s refused rows", refused), [refused]);
  part(".undo").hidden = one.status !== "completed" || one.undone || one.dry_run;
  find("empty").hidden = true;
  if (open) setTimeout(() => refresh(one.import_id), LOOK_AGAIN);
}

async function refresh(number) {
  try {
    showImport(await send("GET", `${API}/tasks/${number}`));
  } catch (failure) {
    showFailure(find("problem"), failure);
  }
}

function newLine(id, one, first) {
  const line = copyOf("import-template");
  line.id = id;
  line.querySelector(".name").textContent = one.filename;
  const dry = one.dry_run ? gettext("report only") : "";
  const kind = one.target === "report" ? gettext("Reports") : gettext("Studies");
  line.querySelector(".about").textContent = [kind, dry, when(one.created_at)].filter(Boolean).join(" · ");
  line.querySelector("progress").setAttribute("aria-label", interpolate(gettext("Progress of %s"), [one.filename]));
  const undo = line.querySelector(".undo");
  undo.setAttribute("aria-label", `${undo.textContent}: ${one.filename}`);
  undo.addEventListener("click", () => takeBack(undo, one));
  listRefused(line, one.import_id);
  if (first) find("imports").prepend(line);
  else find("imports").append(line);
  return line;
}

function takeBack(button, one) {
  if (!confirm(interpolate(gettext("Take back everything that “%s” brought and changed?"), [one.filename]))) return;
  during(button, find("problem"), async () => {
    showImport(await send("POST", `${API}/tasks/${one.import_id}/undo`));
  });
}

function listRefused(line, number) {
  const details = line.querySelector(".refused");
  const further = line.querySelector(".further");
  let next = 1;
  const load = () =>
    during(further, find("problem"), async () => {
      const answer = await send("GET", `${API}/tasks/${number}/problems?page=${next}&page_size=50`);
      const told = answer.data.map(({ row, reason }) =>
        make("li", { textContent: interpolate(gettext("Row %s: %s"), [row, reason]) }),
      );
      details.querySelector("ul").append(...told);
      further.hidden = next * answer.page_size >= answer.total;
      next += 1;
    });
  details.addEventListener("toggle", () => details.open && next === 1 && load());
  further.addEventListener("click", load);
}

async function during(button, place, work) {
  button.disabled = true;
  show(place, []);
  try {
    await work();
  } catch (failure) {
    showFailure(place, failure);
  }
  button.disabled = false;
}

find("more").addEventListener("click", () => {
  page += 1;
  showImports();
});

showImports();
