// Warns before a sign-out, covers the page after one, and keeps what was written. Forms are sent once, however often one clicks.
"use strict";
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

  const {me, idle, session} = document.body.dataset;
  if (!me) return;
  const LOOK = 15000, WARN = 120, TOUCH = 60000;
  const warning = document.getElementById("idle"), covered = document.getElementById("covered"), main = document.getElementById("main");
  let activeAt = Date.now(), touchedAt = Date.now(), title = document.title;
  for (const sign of ["keydown", "pointerdown", "input", "wheel", "touchmove"]) addEventListener(sign, () => { activeAt = Date.now(); }, {passive: true});

  const ask = async (method) => {
    const token = document.querySelector("meta[name=csrf-token]").content;
    const answer = await fetch(session, {method, cache: "no-store", headers: method === "POST" ? {"X-CSRFToken": token} : {}});
    if (answer.status === 401) return {who: null, seconds: 0};
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const cover = () => {
    if (document.body.classList.contains("is-covered")) return;
    document.body.classList.add("is-covered");
    warning.hidden = true; main.hidden = true; covered.hidden = false;
    title = document.title; document.title = "Signed out";
    document.getElementById("covered-title").focus();
  };
  const uncover = async () => {
    const {who} = await ask("GET");
    if (!who) return;
    if (who !== me) { location.reload(); return; }
    document.body.classList.remove("is-covered");
    covered.hidden = true; main.hidden = false;
    document.title = title;
    activeAt = touchedAt = Date.now();
    main.focus({preventScroll: true});
    document.dispatchEvent(new Event("uncovered"));
  };
  const stay = async () => { touchedAt = Date.now(); const {who} = await ask("POST"); if (who !== me) cover(); else warning.hidden = true; };

  const watch = async () => {
    const now = Date.now();
    if (activeAt > touchedAt && now - touchedAt > TOUCH) { await stay(); return; }
    if (now - activeAt < (Number(idle) - WARN - 60) * 1000) { warning.hidden = true; return; }
    const {who, seconds} = await ask("GET");
    if (who !== me) { cover(); return; }
    warning.hidden = seconds > WARN;
    const words = `You will be signed out in about ${Math.max(1, Math.round(seconds / 60))} minute${seconds < 90 ? "" : "s"}. What you wrote is kept.`;
    const said = warning.querySelector("p");
    if (!warning.hidden && said.textContent !== words) said.textContent = words;
  };
  const again = async () => {
    if (!document.body.classList.contains("is-covered")) try { await watch(); } catch { /* asked again soon */ }
    setTimeout(again, LOOK);
  };
  document.getElementById("stay").addEventListener("click", () => { activeAt = Date.now(); stay().catch(() => {}); });
  document.getElementById("uncover").addEventListener("click", () => { uncover().catch(() => {}); });
  addEventListener("focus", () => { if (document.body.classList.contains("is-covered")) uncover().catch(() => {}); });
  document.addEventListener("signed-out", cover);
  setTimeout(again, LOOK);
})();
