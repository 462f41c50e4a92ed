"use strict";
// All that the console can do works without this file. It adds a preview while somebody writes, a kept copy of their text,
// a word about newer revisions, a warning before text is left behind, counters, and keys. It never makes HTML of text.
(() => {
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const one = (what) => document.querySelector(what);
  const store = {
    get: (key) => { try { return localStorage.getItem("cairn:" + key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("cairn:" + key, value); } catch { /* full, or not allowed */ } },
    drop: (key) => { try { localStorage.removeItem("cairn:" + key); } catch { /* not allowed */ } },
  };
  for (const shown of all(".scripted")) shown.hidden = false;

  // The page after a save says so in its address; what was sent from is not kept any more then.
  const said = new URLSearchParams(location.search), isSaved = said.has("saved") || said.has("kept");
  const sent = store.get("sent");
  if (isSaved && sent) { store.drop(sent); store.drop("sent"); }

  const form = one("form.editor");
  if (form) edit(form);
  keys();

  function edit(form) {
    const area = form.querySelector("textarea[name=text]");
    const first = area.value, key = "text:" + form.dataset.key;
    let leaving = false, timer = 0, keeping = 0;

    // What was saved is not kept here any more; what was not, is offered, and asked about by nobody.
    if (isSaved) store.drop(key);
    const kept = store.get(key), note = one("#kept");
    if (note && kept !== null && kept !== first) {
      note.hidden = false;
      note.querySelector("[data-kept=put]").onclick = () => { area.value = kept; note.hidden = true; wrote(); area.focus(); };
      note.querySelector("[data-kept=drop]").onclick = () => { store.drop(key); note.hidden = true; area.focus(); };
    }

    // Each preview posts into a new frame, or the Back button would step through all of them.
    let shown = form.querySelector("[data-preview]");
    const preview = () => {
      const frame = one("iframe[name=preview]");
      if (!frame || !shown) return;
      const fresh = frame.cloneNode(false);
      fresh.removeAttribute("src");
      frame.replaceWith(fresh);
      form.requestSubmit(shown);
    };
    for (const button of all("[data-preview]", form)) {
      button.addEventListener("click", () => { shown = button; mark(); });
    }
    const mark = () => { for (const button of all("[data-preview]", form)) button.setAttribute("aria-pressed", button === shown); };
    mark();

    if (shown && !one("iframe[name=preview]").hasAttribute("src")) preview();

    const count = () => {
      for (const place of all("[data-count]", form)) {
        place.textContent = (document.getElementById(place.dataset.count).value.match(/\S+/g) || []).length;
      }
    };
    const changed = () => area.value !== first;
    const wrote = () => {
      count();
      clearTimeout(timer);
      timer = setTimeout(preview, 300);
      clearTimeout(keeping);
      keeping = setTimeout(() => { if (changed()) store.set(key, area.value); else store.drop(key); }, 500);
    };
    form.addEventListener("input", wrote);
    form.addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.hasAttribute("data-preview")) return;
      if (changed()) store.set(key, area.value);
      store.set("sent", key);
      leaving = true;
    });
    for (const link of all("[data-leave]", form)) {
      link.addEventListener("click", (event) => {
        if (!changed() || confirm("Leave without saving? Your text is kept in this browser.")) leaving = true;
        else event.preventDefault();
      });
    }
    addEventListener("beforeunload", (event) => {
      if (changed() && !leaving) event.preventDefault();
    });
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && form.contains(document.activeElement)) {
        form.querySelector(".bar .main").click();
      }
    });

    // Somebody who comes back to this tab hears of a newer revision, and is not interrupted.
    if (form.dataset.newest) {
      const look = async () => {
        try {
          const answer = await fetch(form.dataset.newest, { headers: { accept: "application/json" } });
          const newest = answer.ok && await answer.json();
          if (newest && newest.revision > Number(form.dataset.base)) {
            one("#newer strong").textContent = newest.said;
            one("#newer").hidden = false;
          }
        } catch { /* the next time, then */ }
      };
      addEventListener("focus", look);
      document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    }
  }

  // One key for each consequence: [data-press=e] in the card that is marked .now. They can be switched off, and never act
  // while somebody writes or holds another key.
  function keys() {
    const off = () => store.get("keys") === "off";
    const toggle = one("[data-keys]");
    const say = () => { if (toggle) toggle.textContent = off() ? "Switch keys on" : "Switch keys off"; };
    if (toggle) toggle.onclick = () => { store.set("keys", off() ? "on" : "off"); say(); };
    say();
    const take = (next, cards) => { for (const card of cards) card.classList.toggle("now", card === next); };
    // “Decide later” leads to the next card, and the keys go with it.
    addEventListener("hashchange", () => { const next = one(".desk-card:target"); if (next) take(next, all(".desk-card")); });
    addEventListener("keydown", (event) => {
      const at = event.target;
      if (off() || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
      if (at.closest && at.closest("input, textarea, select, [contenteditable], dialog")) return;
      const step = one(`[data-step="${CSS.escape(event.key)}"]`);
      const cards = all(".desk-card"), now = cards.findIndex((card) => card.classList.contains("now"));
      if (step) {
        event.preventDefault();
        step.click();
      } else if (cards.length && ["j", "k", "l"].includes(event.key)) {
        const next = cards[Math.max(0, Math.min(cards.length - 1, now + (event.key === "k" ? -1 : 1)))];
        take(next, cards);
        next.scrollIntoView({ block: "nearest" });
        (next.querySelector("button, a") || next).focus({ preventScroll: true });
      } else {
        const press = `[data-press="${CSS.escape(event.key)}"]`;
        const button = (now >= 0 && cards[now].querySelector(press)) || one(`.toast ${press}, main > ${press}, .help ${press}`);
        if (button) { event.preventDefault(); button.click(); }
      }
    });
  }
})();
