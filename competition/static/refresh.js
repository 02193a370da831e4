// A part of the page is loaded anew every few seconds while it is looked at. Without this script the page offers a link.
"use strict";

const EVERY = 5000;

async function refresh(part) {
  for (;;) {
    await new Promise((wake) => setTimeout(wake, EVERY));
    if (document.hidden || part.contains(document.activeElement)) continue;
    try {
      const answer = await fetch(part.dataset.refresh, { cache: "no-store" });
      if (answer.redirected || answer.status === 404) return;
      if (answer.ok) part.innerHTML = await answer.text();
    } catch {
      continue;
    }
  }
}

document.querySelectorAll("[data-refresh]").forEach(refresh);
