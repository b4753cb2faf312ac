"use strict";

// The page is the same without this script. It only fetches the page again when something happened, and takes
// over what is new, so that the words somebody is typing and the place they are reading stay as they are.

const body = document.body;
let seen = Number(body.dataset.seq);

function merge(thread, fresh) {
  const list = thread.querySelector("ol");
  const known = new Map([...list.children].map((item) => [item.dataset.sid, item]));
  for (const item of fresh.querySelectorAll("li")) {
    const old = known.get(item.dataset.sid);
    if (!old) list.append(item);
    else if (old.outerHTML !== item.outerHTML) old.replaceWith(item);
  }
}

function takeOver(page) {
  for (const phone of page.querySelectorAll(".phone")) {
    const here = document.getElementById(phone.id);
    if (!here) {
      document.querySelector(".none-yet")?.remove();
      document.getElementById("phones").append(phone);
      prepare(phone);
      continue;
    }
    merge(here.querySelector(".thread"), phone.querySelector(".thread"));
    const state = here.querySelector(".state");
    const fresh = phone.querySelector(".state");
    if (state.innerHTML !== fresh.innerHTML) state.innerHTML = fresh.innerHTML;
  }
  const now = document.getElementById("now");
  if (!now.contains(document.activeElement)) now.replaceWith(page.getElementById("now"));
}

async function look() {
  const { seq } = await (await fetch("/changes")).json();
  if (seq === seen) return;
  const text = await (await fetch("/")).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  takeOver(page);
  seen = Number(page.body.dataset.seq);
}

let looking = false;
async function lookOnce() {
  if (looking) return;
  looking = true;
  try {
    await look();
  } catch {
    // The simulator is restarting; the next look finds it again.
  } finally {
    looking = false;
  }
}

function prepare(phone) {
  phone.querySelector(".composer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const field = form.elements.body;
    const sent = new URLSearchParams(new FormData(form));
    field.value = "";
    try {
      await fetch(form.action, { method: "POST", body: sent, redirect: "manual" });
    } catch {
      field.value = sent.get("body");
    }
    await lookOnce();
  });
}

for (const phone of document.querySelectorAll(".phone")) prepare(phone);
setInterval(() => { if (!document.hidden) lookOnce(); }, 1000);
document.addEventListener("visibilitychange", lookOnce);
