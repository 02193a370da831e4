// A submission's page follows its state until it is final. Without this script the page offers a link that loads it again.
"use strict";

const FIRST_WAIT = 700;
const LONGEST_WAIT = 10000;

async function follow(part) {
  let wait = FIRST_WAIT;
  let etag = "";
  for (;;) {
    await new Promise((wake) => setTimeout(wake, wait));
    wait = Math.min(wait * 1.4, LONGEST_WAIT);
    if (document.hidden) continue;
    let answer;
    try {
      answer = await fetch(part.dataset.follow, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
    } catch {
      continue;
    }
    if (answer.status === 304 || answer.status >= 500) continue;
    if (!answer.ok || answer.redirected) return;
    etag = answer.headers.get("ETag") || "";
    if (update(part, await answer.text())) return;
    wait = FIRST_WAIT;
  }
}

// Shows the new state, says it in a sentence, and tells whether it is the last.
function update(part, html) {
  const sentenceBefore = part.querySelector("[data-sentence]")?.dataset.sentence;
  part.innerHTML = html;
  const sentence = part.querySelector("[data-sentence]")?.dataset.sentence;
  if (sentence && sentence !== sentenceBefore) document.getElementById("announcement").textContent = sentence;
  return part.querySelector("[data-final]").dataset.final === "yes";
}

const part = document.querySelector("[data-follow]");
if (part) follow(part);
