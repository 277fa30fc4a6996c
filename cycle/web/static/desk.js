// What the pages do beyond their forms: every act works without it.
"use strict";

// A key in data-key goes to its control, outside of fields: `/` to the search.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  for (const control of document.querySelectorAll("[data-key]")) {
    if (control.dataset.key === event.key) {
      event.preventDefault();
      if (control.matches("a, button")) control.click();
      else control.focus();
      return;
    }
  }
});

// A box with data-all ticks all boxes of its group; what is ticked is counted.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.("input[data-all]")) {
    for (const one of box.closest("tbody").querySelectorAll("input[name=pick]")) one.checked = box.checked;
  }
  const form = box.closest?.("form");
  const count = form?.querySelector("[data-picked]");
  if (!count) return;
  for (const one of form.querySelectorAll("input[name=pick]")) one.closest("tr").classList.toggle("on", one.checked);
  const picked = form.querySelectorAll("input[name=pick]:checked").length;
  count.textContent = count.dataset.picked.replace("{n}", picked);
});

// On the review desk: how many parts are sent back.
document.addEventListener("change", (event) => {
  const count = event.target.closest?.("form")?.querySelector("[data-returned]");
  if (!count) return;
  const back = event.target.closest("form").querySelectorAll('input[type=radio][value="return"]:checked').length;
  count.textContent = count.dataset.returned.replace("{n}", back);
});

// A form sent when the session was over comes back to its page as it was filled in. Until the next page of whoever
// wrote it has come, what was typed is kept in this window alone.
const UNSENT = "unsent";
const whose = () => document.querySelector("[data-person]")?.dataset.person;
const actionOf = (form) => new URL(form.getAttribute("action") ?? "", location).pathname;
const typed = (form) =>
  [...form.elements].filter((one) => one.matches("input:not([type=hidden], [type=file]), select, textarea") && one.name);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !whose() || form.querySelector("[type=password]")) return;
  const fields = typed(form).map((one) => ({
    name: one.name,
    value: one.value,
    checked: one.checked,
    chosen: [...(one.selectedOptions ?? [])].map((each) => each.value),
  }));
  const kept = JSON.stringify({ person: whose(), action: actionOf(form), fields });
  if (kept.length < 2_000_000) sessionStorage.setItem(UNSENT, kept);
});
function refill({ person, action, fields }) {
  const note = document.querySelector("[data-refilled]");
  const has = (form) => fields.filter((one) => form.elements.namedItem(one.name)).length;
  const forms = [...document.querySelectorAll("main form[method=post]")].filter((form) => actionOf(form) === action);
  const form = forms.sort((one, other) => has(other) - has(one))[0];
  if (!note || !form || !has(form) || person !== whose()) return;
  for (const one of typed(form)) {
    const ticked = one.matches("[type=radio], [type=checkbox]");
    const at = fields.findIndex((each) => each.name === one.name && (!ticked || each.value === one.value));
    const [was] = at < 0 ? [] : fields.splice(at, 1);
    if (!was) continue;
    if (ticked) one.checked = was.checked;
    else if (one.multiple) for (const each of one.options) each.selected = was.chosen.includes(each.value);
    else one.value = was.value;
    for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  note.querySelector("p").append(document.documentElement.lang === "en" ? " " : "", note.dataset.refilled);
}
if (whose() && !document.querySelector("[data-code=other_page]")) {
  const unsent = sessionStorage.getItem(UNSENT);
  sessionStorage.removeItem(UNSENT);
  if (unsent) addEventListener("load", () => refill(JSON.parse(unsent)));
}

// --- The pages of a department: drafts kept while somebody types. ---
// What is not answered by a draft's own words (signed out, no connection) is said at the place of the words.
function notKept(event) {
  const word = event.target.closest?.("[data-failed]");
  if (word) word.textContent = word.dataset.failed;
}
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.dataset?.failed && !event.detail.xhr.responseText.includes("kept-word")) {
    event.detail.shouldSwap = false;
    notKept(event);
  }
});
document.addEventListener("htmx:sendError", notKept);
document.addEventListener("htmx:responseError", notKept);

// Files: how far the upload has come. Without this the form is sent as any other.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]") || !window.FormData) return;
  event.preventDefault();
  const place = form.querySelector("[data-progress]");
  const bar = place.querySelector("progress");
  const said = place.querySelector("[data-said]");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const give = (text) => { said.textContent = text; };
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (now) => {
    if (!now.lengthComputable) return;
    bar.value = Math.round((100 * now.loaded) / now.total);
    give(`${said.dataset.said} ${bar.value}%`);
  });
  request.addEventListener("load", () => {
    if (request.responseURL !== form.action && request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    if (!main) {
      failed();
      return;
    }
    document.querySelector("main").replaceWith(main);
    main.focus();
  });
  // Nothing came through: what was chosen stays chosen.
  const failed = () => {
    button.disabled = false;
    bar.hidden = true;
    give(said.dataset.failed);
  };
  request.addEventListener("error", failed);
  request.addEventListener("timeout", failed);
  place.hidden = false;
  bar.hidden = false;
  button.disabled = true;
  give(said.dataset.said);
  request.send(new FormData(form, event.submitter));
});

// A strip of stages that is wider than its place shows the stage of now.
for (const strip of document.querySelectorAll(".stages")) {
  const now = strip.querySelector(".now");
  if (now) strip.scrollLeft = now.offsetLeft - strip.offsetLeft - (strip.clientWidth - now.clientWidth) / 2;
}
// --- End of the pages of a department. ---

// Marks: Enter goes to the next one and from the last to the button, `=` gives the most.
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("input.mark[data-most]");
  if (!cell || event.isComposing) return;
  if (event.key === "=") {
    event.preventDefault();
    cell.value = cell.dataset.most;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (event.key === "Enter" || event.key === "=") {
    event.preventDefault();
    const cells = [...document.querySelectorAll("input.mark[data-most]")];
    const after = cells[cells.indexOf(cell) + 1] ?? cell.closest("form").querySelector(".actionbar button");
    after?.focus();
  }
});

// Marking: how many are written and what they come to, while they are written; saving is still the button's.
function hundredths(cell) {
  return Math.round(Number(cell.value.normalize("NFKC").trim()) * 100) || 0;
}
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form");
  const marked = form?.querySelector("[data-marked], [data-filled]");
  if (!marked) return;
  const cells = [...form.querySelectorAll("input.mark[data-most]")];
  const sum = (cells.reduce((all, one) => all + hundredths(one), 0) / 100).toFixed(2);
  if (marked.matches("[data-filled]")) {
    const whole = cells.filter((one) => one.value.trim() && one.closest("tr").querySelector("textarea").value.trim());
    marked.textContent = marked.dataset.filled.replace("{n}", whole.length).replace("{sum}", sum);
  } else {
    const written = cells.filter((one) => one.value.trim());
    marked.textContent = written.length;
    form.querySelector("[data-sum]").textContent = sum;
    form.querySelector("progress").value = written.length;
  }
  const row = event.target.closest("tr");
  row?.classList.toggle("todo", [...row.querySelectorAll("input.mark, textarea")].some((one) => !one.value.trim()));
});
