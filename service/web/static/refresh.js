// Keeps the page fresh by fetching its changing part every 3 seconds. Without this script the page reloads or stays as it is.
"use strict";
(() => {
  const part = document.getElementById("part");
  const address = part && part.dataset.part;
  if (!address) return;
  const EVERY = 3000, STALE = 30000, PATIENCE = 8000;
  const stale = document.getElementById("stale");
  let tag = part.dataset.tag ? `"${part.dataset.tag}"` : "", heardAt = Date.now();

  // Words that are being written stay, also where their form is gone: somebody else may have taken the conversation.
  const drafts = (root) => new Map([...root.querySelectorAll("textarea[name]")].filter((e) => e.value).map((e) => [e.name, e]));
  const keepDrafts = (before, after) => {
    for (const [name, old] of before) {
      const now = after.querySelector(`textarea[name="${name}"]`);
      if (now) { now.value = old.value; continue; }
      old.removeAttribute("name"); old.readOnly = true; old.required = false; old.id = `unsent-${name}`;
      const label = document.createElement("label");
      label.htmlFor = old.id;
      label.textContent = "What you wrote. It was not sent; copy it if you still need it.";
      after.append(label, old);
    }
  };

  const swap = (fresh) => {
    const focused = document.activeElement && document.activeElement.id, top = scrollY;
    const kept = new Map([...part.querySelectorAll("[data-keep='actions']")].map((e) => [e.dataset.version, e]));
    const old = part.querySelector("[data-keep='actions']"), now = fresh.querySelector("[data-keep='actions']");
    if (old && now) {
      if (kept.has(now.dataset.version)) now.replaceWith(old);
      else keepDrafts(drafts(old), now);
    }
    part.replaceChildren(...fresh.childNodes);
    const again = focused && document.getElementById(focused);
    if (again && again !== document.activeElement) again.focus({preventScroll: true});
    scrollTo({top, behavior: "instant"});
  };

  const ids = (root, selector) => new Set([...root.querySelectorAll(selector)].map((e) => e.id));
  const announce = (before, after) => {
    const fresh = (selector) => [...ids(after, selector)].filter((id) => !before.get(selector).has(id)).length;
    const urgent = fresh("[data-list='urgent'] > li.open"), soon = fresh("[data-list='soon'] > li.open");
    const words = fresh("li.bubble.in");
    const say = (where, what) => { document.getElementById(`news-${where}`).textContent = what; };
    if (urgent) say("urgent", urgent === 1 ? "Urgent: one more person is waiting." : `Urgent: ${urgent} more people are waiting.`);
    if (soon) say("soon", soon === 1 ? "Soon: one more person is waiting." : `Soon: ${soon} more people are waiting.`);
    if (words) say("soon", "They wrote again.");
  };
  const seen = () => new Map(["[data-list='urgent'] > li.open", "[data-list='soon'] > li.open", "li.bubble.in"].map((s) => [s, ids(part, s)]));

  const look = async () => {
    if (document.body.classList.contains("is-covered")) return;
    const answer = await fetch(address, {
      headers: tag ? {"If-None-Match": tag} : {}, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 401) { document.dispatchEvent(new Event("signed-out")); return; }
    if (answer.status === 403 || answer.status === 404) { location.reload(); return; }
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    heardAt = Date.now();
    stale.hidden = true;
    if (answer.status === 304) return;
    tag = answer.headers.get("ETag") || "";
    const fresh = document.createElement("div"), before = seen();
    fresh.innerHTML = await answer.text();  // our own page's markup, escaped by the server; the policy runs no script in it
    const title = fresh.querySelector("[data-title]");
    if (title) document.title = document.title.replace(/^.*(?= · )/, title.dataset.title);
    announce(before, fresh);
    swap(fresh);
  };

  const tell = () => {
    if (Date.now() - heardAt < STALE || !stale.hidden) return;
    stale.querySelector("span").textContent = new Date(heardAt).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
    stale.hidden = false;
  };
  const again = async () => {
    try { await look(); } catch { /* tried again in three seconds; said after thirty */ }
    tell();
    setTimeout(again, EVERY);
  };
  document.addEventListener("uncovered", () => { tag = ""; look().catch(() => {}); });
  setTimeout(again, EVERY);
})();
