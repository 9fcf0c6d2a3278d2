// The card of one chart: how far it is, the picture, its files and its description.

const AGAIN = ["FAILED", "CANCELLED"];
const OPEN = ["PENDING", "RUNNING"];

export class ChartCard {
  /** `change(address, body)` asks the API for a change. */
  constructor(title, words, change) {
    const template = document.getElementById("chart-template");
    this.element = template.content.firstElementChild.cloneNode(true);
    this.title = title;
    this.words = words;
    this.find("h3").textContent = title;
    this.find("progress").setAttribute("aria-label", interpolate(gettext("Progress of %s"), [title]));
    this.on(".retry", () => change(`/api/image-tasks/${this.id}/retry/`));
    this.on(".cancel", () => change(`/api/image-tasks/${this.id}/cancel/`));
    this.on(".describe", () =>
      change("/api/ai/describe/", { image_task_id: this.id, user_context: "" }),
    );
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  on(selector, action) {
    const button = this.find(selector);
    button.addEventListener("click", async () => {
      button.disabled = true;
      await action();
      button.disabled = false;
    });
    // "Describe" alone says nothing about which chart to those who hear the page
    button.setAttribute("aria-label", `${button.textContent}: ${this.title}`);
  }

  /** Show how the chart stands and the last description that was asked for, if any. */
  update(task, description, job) {
    this.id = task.id;
    const done = task.status === "SUCCESS";
    const badge = this.find(".badge");
    badge.dataset.status = task.status;
    badge.textContent = this.words[task.status];
    this.find("progress").value = task.progress;
    this.find("progress").hidden = !OPEN.includes(task.status);
    this.say(".notice", task.error_message);
    this.picture(task);
    const live = job.status !== "CANCELLED";
    this.find(".retry").hidden = !(live && AGAIN.includes(task.status));
    this.find(".cancel").hidden = !(live && OPEN.includes(task.status));
    this.find(".describe").hidden = !(live && done) || OPEN.includes(description?.status);
    if (description) this.describe(description);
  }

  picture(task) {
    const [png, svg] = [localPath(task.artifact_png_url), localPath(task.artifact_svg_url)];
    link(this.find(".png"), png);
    link(this.find(".svg"), svg);
    link(this.find(".picture"), png ?? svg);
    const image = this.find("img");
    const source = png ?? svg;
    if (source && image.getAttribute("src") !== source) image.src = source;
    image.alt = task.alt_text || this.title;
  }

  describe(description) {
    const waiting = OPEN.includes(description.status) ? gettext("Writing a description …") : "";
    this.say(".description", description.result_text || waiting);
    if (description.error_message) this.say(".notice", description.error_message);
    const writer = description.provider_used;
    const rule = gettext("Written by rule from the chart's numbers.");
    const model = interpolate(gettext("Written by %s; its numbers were checked."), [
      description.model_used || writer,
    ]);
    this.say(".written", writer && (writer === "builtin" ? rule : model));
  }

  say(selector, text) {
    this.find(selector).textContent = text ?? "";
    this.find(selector).hidden = !text;
  }
}

// the API gives absolute addresses; behind a proxy their scheme may not be the page's
function localPath(address) {
  if (!address) return null;
  const { pathname, search } = new URL(address, location.href);
  return pathname + search;
}

function link(anchor, address) {
  anchor.hidden = !address;
  if (address) anchor.href = address;
}
