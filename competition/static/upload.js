// The upload form with a progress bar. Without this script the browser sends the form itself.
"use strict";

function enhance(form) {
  const file = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const line = form.querySelector(".progress");

  // The key in the address makes one submission of a form that is sent twice; another file is another submission.
  file.addEventListener("change", () => {
    const words = crypto.getRandomValues(new Uint32Array(4));
    const address = new URL(form.action);
    address.searchParams.set("key", Array.from(words, (word) => word.toString(16).padStart(8, "0")).join(""));
    form.action = address.href;
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.disabled) return;
    const request = new XMLHttpRequest();
    const bar = line.querySelector("progress");
    const words = line.querySelector("span");
    const ready = () => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    };
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    line.hidden = false;
    words.textContent = form.dataset.uploading;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total ? (100 * loaded) / total : 0;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      words.textContent = form.dataset.checking;
    });
    request.addEventListener("load", () => show(request));
    request.addEventListener("error", () => {
      ready();
      bar.value = 0;
      words.textContent = form.dataset.broken;
    });
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
}

// An accepted file has led to its own page; anything else is this page again, with what is wrong.
function show(request) {
  const here = new URL(location.href);
  const there = new URL(request.responseURL);
  if (request.status < 300 || there.pathname !== here.pathname) {
    location.assign(there.href);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  document.getElementById("content").replaceWith(document.adoptNode(page.getElementById("content")));
  document.querySelectorAll("form[data-upload]").forEach(enhance);
  const first = document.querySelector("[data-focus]") || document.getElementById("content");
  first.focus();
  first.scrollIntoView();
}

document.querySelectorAll("form[data-upload]").forEach(enhance);
