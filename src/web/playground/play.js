"use strict";
// The playground works without this file. It spares the reloads, offers commands while one types, and waits for what comes.
// It never makes HTML of text: the browser reads the pages of the server, and parts of them are moved here.
(() => {
  const one = (what, within = document) => within.querySelector(what);
  const stage = one("#stage");
  if (!stage) return;
  const say = one("#say"), line = one("#line"), offered = one("#offered");
  const here = (more) => "/playground?" + new URLSearchParams({ as: stage.dataset.as, in: stage.dataset.in, ...more });
  const parts = ["side", "head", "feed", "popup", "refused"];
  let waiting = null, asking = null, busy = false, sent = "", queued = false, pause = 0;

  // A page, read by the browser. Its scripts do not run.
  function read(method, address, body, done, failed) {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = "document";
    if (body) request.setRequestHeader("content-type", "application/x-www-form-urlencoded");
    request.onload = () => (request.response && request.response.body ? done(request.response) : failed());
    request.onerror = request.ontimeout = failed;
    request.send(body);
    return request;
  }

  // Puts what is new in its place; whether the page was one of ours.
  function put(page) {
    const fresh = one("#stage", page);
    if (!fresh) return false;
    const feed = one("#feed"), last = feed.lastElementChild && feed.lastElementChild.dataset.id;
    const low = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 80;
    for (const id of parts) {
      const now = document.getElementById(id), next = page.getElementById(id);
      if (now && next && now.outerHTML !== next.outerHTML && !(id === "popup" && same(now, next))) {
        const held = now.contains(document.activeElement), scroll = now.scrollTop;
        now.replaceWith(document.adoptNode(next));
        next.scrollTop = scroll;
        if (held && id !== "popup") say.focus({ preventScroll: true });
      }
    }
    stage.dataset.seen = fresh.dataset.seen;
    const grown = one("#feed").lastElementChild;
    if (low || (grown && grown.dataset.id !== last)) bottom();
    popup();
    return true;
  }
  // A form that somebody fills in stays as they have it.
  const key = (part) => { const form = one("dialog", part); return form ? form.dataset.key : ""; };
  const same = (now, next) => key(now) === key(next);
  const bottom = () => { const feed = one("#feed"); feed.scrollTop = feed.scrollHeight; };
  function popup() {
    const form = one("#popup dialog");
    if (!form || form.dataset.shown) return;
    form.dataset.shown = "yes";
    form.removeAttribute("open");
    form.showModal();
    form.addEventListener("cancel", (event) => { event.preventDefault(); one("[name=close]", form).click(); });
  }

  function wait() {
    if (document.hidden || busy || waiting) return;
    waiting = read("GET", here({ seen: stage.dataset.seen }), null,
      (page) => { waiting = null; if (!busy) put(page); setTimeout(wait, 150); },
      () => { waiting = null; setTimeout(wait, 3000); });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) wait(); });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!stage.contains(form) || form.method !== "post" || form.hasAttribute("data-plain")) return;
    event.preventDefault();
    if (busy) {
      // A line that is written meanwhile is sent after it.
      queued = form === line && say.value !== sent;
      return;
    }
    busy = true;
    stage.setAttribute("aria-busy", "true");
    if (waiting) { waiting.abort(); waiting = null; }
    hide();
    const filled = new URLSearchParams(new FormData(form, event.submitter));
    sent = say.value;
    const over = () => {
      busy = false;
      stage.removeAttribute("aria-busy");
      const next = queued && say.value;
      queued = false;
      if (next) line.requestSubmit(); else wait();
    };
    read("POST", form.getAttribute("action"), filled,
      (page) => {
        if (put(page)) { if (form === line) { if (say.value === sent) say.value = one("#say", page).value; say.focus(); bottom(); } }
        else one("#refused").replaceChildren(told(page));
        over();
      },
      () => { one("#refused").textContent = "That did not arrive. Is Cairn still running?"; over(); });
  });
  function told(page) {
    const paragraph = document.createElement("p"), said = one("main p", page);
    paragraph.className = "refused";
    paragraph.textContent = said ? said.textContent : "That did not work. Load the page again.";
    return paragraph;
  }
  document.addEventListener("change", (event) => {
    const form = event.target.matches("form.pick select") && event.target.form;
    if (form && event.target.value) form.requestSubmit();
  });

  // Commands, their options and their values, below the line that is being typed.
  const choices = () => [...offered.querySelectorAll("[role=option]")];
  const chosen = () => choices().find((choice) => choice.getAttribute("aria-selected") === "true");
  function hide() {
    clearTimeout(pause);
    if (asking) { asking.abort(); asking = null; }
    offered.hidden = true;
    offered.replaceChildren();
    say.setAttribute("aria-expanded", "false");
    say.removeAttribute("aria-activedescendant");
  }
  function mark(choice) {
    for (const other of choices()) other.setAttribute("aria-selected", other === choice);
    say.setAttribute("aria-activedescendant", choice.id);
    choice.scrollIntoView({ block: "nearest" });
  }
  function offer() {
    if (busy || !say.value.startsWith("/")) return hide();
    if (asking) asking.abort();
    const typed = say.value;
    const address = "/playground/offers?" + new URLSearchParams({ as: stage.dataset.as, in: stage.dataset.in, say: typed });
    asking = read("GET", address, null, (page) => {
      asking = null;
      const list = one("#offers", page);
      if (!list || say.value !== typed) return;
      if (!list.children.length) return hide();
      offered.replaceChildren(document.adoptNode(list));
      offered.hidden = false;
      say.setAttribute("aria-expanded", "true");
      mark(choices()[0]);
    }, () => { asking = null; });
  }
  function take(choice) {
    say.value = choice.dataset.line;
    say.focus();
    say.setSelectionRange(say.value.length, say.value.length);
    offer();
  }
  say.setAttribute("role", "combobox");
  say.setAttribute("aria-controls", "offers");
  say.setAttribute("aria-expanded", "false");
  say.setAttribute("aria-autocomplete", "list");
  say.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(offer, 80); });
  say.addEventListener("keydown", (event) => {
    if (offered.hidden || event.isComposing) return;
    const all = choices(), at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      hide();
    } else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(all[at]);
    } else if (event.key === "Enter" && at >= 0 && isUnfinished(all[at].dataset.line)) {
      event.preventDefault();
      take(all[at]);
    }
  });
  // Enter takes what is offered as long as that finishes a name or a value; then it sends.
  const isUnfinished = (next) => { const typed = say.value.trimEnd(); return next.startsWith(typed) && next.trimEnd() !== typed && !typed.endsWith(":") && !/:\S/.test(typed.split(" ").pop()) && !/^\S*:$/.test(next.slice(typed.length).trim()); };
  offered.addEventListener("pointerdown", (event) => {
    const choice = event.target.closest("[role=option]");
    if (choice) { event.preventDefault(); take(choice); }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-say]");
    if (link) {
      event.preventDefault();
      const all = link.closest("details");
      if (all) all.open = false;
      say.value = link.dataset.say;
      say.focus();
      offer();
    } else if (!offered.hidden && !event.target.closest(".composer")) hide();
  });

  popup();
  // A link to a message leads to it, not to the newest.
  if (!/^#m\d/.test(location.hash)) bottom();
  if (say.value) { say.focus(); offer(); }
  wait();
})();
