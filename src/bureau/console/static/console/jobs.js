// The form that starts a chart job.
import { send, show, showFailure } from "./api.js";

const form = document.getElementById("job-form");
const notice = form.querySelector(".notice");
const button = form.querySelector("button[type=submit]");

document.getElementById("use-sample").addEventListener("click", async () => {
  const answer = await fetch(form.dataset.sample);
  if (!answer.ok) return show(notice, [gettext("The sample workbook could not be fetched. Try again.")]);
  const chosen = new DataTransfer();
  chosen.items.add(new File([await answer.blob()], "sample-filters.xlsx"));
  form.elements.source_data.files = chosen.files;
  button.focus();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const images = chosenCharts();
  if (!images.length) return show(notice, [gettext("Choose at least one chart.")]);
  show(notice, []);
  button.disabled = true;
  try {
    const made = await send("POST", "/api/jobs/", requestOf(images));
    location.assign(`${form.dataset.jobs}${made.job_id}/`);
  } catch (failure) {
    button.disabled = false;
    showFailure(notice, failure);
  }
});

function chosenCharts() {
  return [...form.querySelectorAll("[name=chart]:checked")].map(({ value }) => {
    const count = form.querySelector(`[data-count-of="${value}"]`);
    const params = count ? { [count.name]: count.valueAsNumber } : {};
    return { algorithm_key: value, params, output_format: form.elements.output_format.value };
  });
}

function requestOf(images) {
  const request = new FormData();
  request.set("source_type", "espacenet_excel");
  request.set("source_data", form.elements.source_data.files[0]);
  request.set("images", JSON.stringify(images));
  const custom = { language: form.elements.language.value };
  request.set("visualization_config", JSON.stringify({ custom_params: custom }));
  return request;
}
