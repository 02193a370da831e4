// Checks labels without leaving the form, so that the chosen files stay chosen. Without this script the page is loaded
// anew with the outcome, and the files are chosen again.
"use strict";

const form = document.querySelector("form[data-labels]");

form?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.value !== "check") return;
  event.preventDefault();
  const body = new FormData(form, button);
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const outcome = page.querySelector("[data-outcome]");
    if (!outcome) {
      location.reload();
      return;
    }
    document.title = page.title;
    document.querySelector("[data-outcome]").replaceWith(document.adoptNode(outcome));
    offer(page);
    const first = document.querySelector("[data-focus]");
    first?.focus();
    first?.scrollIntoView();
  } catch {
    document.querySelector("[data-outcome]").textContent = form.dataset.broken;
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});

// Of an export with several reviews the answer has those to choose from in place of the empty field.
function offer(page) {
  const choices = page.querySelector("form[data-labels] fieldset");
  const field = form.querySelector("#review");
  if (!choices || !field) return;
  form.querySelector("label[for=review]").remove();
  form.querySelector("#review-hint").remove();
  field.replaceWith(document.adoptNode(choices));
}
