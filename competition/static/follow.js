// Parts of a page that change by themselves are asked for again, at a pace that the page names and that slows down while
// nothing changes. Without this script the page offers a link that loads it again.
//
//   data-follow    the address of the part; it answers 304 while the part is the same
//   data-first     seconds until the first question, and after a change that names no pace of its own
//   data-longest   seconds between questions when nothing has changed for long
//   data-public    nobody's own: asked for without cookies, so that the server needs no account to answer
//   data-pause     the words of a button that stops the questions, and data-resume of one that goes on
//
// The part may say data-final="yes" (nothing will change any more), data-again (seconds until the next question) and
// data-sentence (read out when it is another one than before).
"use strict";

const GROWTH = 1.5;
const JITTER = 0.25;
const AFTER_TROUBLE = 5;
const LONGEST_TROUBLE = 120;

class Follower {
  constructor(part) {
    this.part = part;
    this.first = Number(part.dataset.first) || 1;
    this.longest = Number(part.dataset.longest) || 30;
    this.wait = Number(this.said("again")?.dataset.again) || this.first;
    this.trouble = 0;
    this.etag = "";
    this.paused = false;
    this.ended = false;
    this.held = null;
    document.addEventListener("visibilitychange", () => this.look());
    part.addEventListener("focusout", () => setTimeout(() => this.showHeld()));
    this.addButton();
    this.plan(this.wait);
  }

  said(name) {
    return this.part.querySelector(`[data-${name}]`);
  }

  // A page that nobody looks at asks nothing; one that is looked at again asks soon, and not all of them at once.
  look() {
    if (document.hidden) clearTimeout(this.timer);
    else this.plan(Math.random());
  }

  plan(seconds) {
    clearTimeout(this.timer);
    if (this.ended || this.paused || document.hidden) return;
    const spread = 1 - JITTER + 2 * JITTER * Math.random();
    this.timer = setTimeout(() => this.ask(), 1000 * seconds * spread);
  }

  async ask() {
    let answer;
    try {
      answer = await fetch(this.part.dataset.follow, {
        headers: { "Accept-Language": document.documentElement.lang, ...(this.etag && { "If-None-Match": this.etag }) },
        credentials: "public" in this.part.dataset ? "omit" : "same-origin",
        cache: "no-store",
      });
    } catch {
      return this.backOff(0);
    }
    if (answer.status === 429 || answer.status >= 500) return this.backOff(Number(answer.headers.get("Retry-After")) || 0);
    this.trouble = 0;
    if (answer.status === 304) {
      this.wait = Math.min(this.wait * GROWTH, this.longest);
    } else if (!answer.ok || answer.redirected) {
      return this.end();
    } else {
      this.etag = answer.headers.get("ETag") || "";
      this.show(await answer.text());
    }
    this.plan(this.wait);
  }

  // Never sooner than the server asks for, and later by chance, so that those it sent away don't come back together.
  backOff(least) {
    this.trouble = Math.min(2 * this.trouble || AFTER_TROUBLE, LONGEST_TROUBLE);
    const seconds = Math.max(least, this.trouble) / (1 - JITTER);
    this.plan(seconds);
  }

  // What has the focus isn't taken away from under it.
  show(html) {
    if (this.part.contains(document.activeElement)) {
      this.held = html;
      return;
    }
    const before = this.said("sentence")?.dataset.sentence;
    this.part.innerHTML = html;
    const sentence = this.said("sentence")?.dataset.sentence;
    const announcement = document.getElementById("announcement");
    if (announcement && sentence && sentence !== before) announcement.textContent = sentence;
    this.wait = Number(this.said("again")?.dataset.again) || this.first;
    if (this.said("final")?.dataset.final === "yes") this.end();
  }

  showHeld() {
    if (this.held === null || this.part.contains(document.activeElement)) return;
    const html = this.held;
    this.held = null;
    this.show(html);
  }

  addButton() {
    const { pause, resume } = this.part.dataset;
    if (!pause) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "link-button small follow-button";
    this.button.textContent = pause;
    this.button.addEventListener("click", () => {
      this.paused = !this.paused;
      this.button.textContent = this.paused ? resume : pause;
      this.plan(this.paused ? 0 : Math.random());
    });
    (this.part.parentElement.querySelector("[data-follow-button]") || this.part).append(this.button);
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    this.button?.remove();
  }
}

document.querySelectorAll("[data-follow]").forEach((part) => new Follower(part));
