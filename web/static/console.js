// Improves the console: a panel that follows what is typed, a queue that renews itself, keys. Everything works without it.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const LOOK_AFTER_MS = 350;
  const RENEW_EVERY_MS = 10000;

  const form = document.getElementById("editor");
  const panel = document.getElementById("panel");
  if (form && panel) {
    const state = document.getElementById("saved-state");
    const decide = document.getElementById("decide");
    let timer = 0;
    let asked = 0;
    let unsaved = false;

    const look = async () => {
      const mine = ++asked;
      const open = [...panel.querySelectorAll("details")].map((each) => each.open);
      try {
        const answer = await fetch(form.dataset.look, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        if (!answer.ok || mine !== asked) return;
        panel.innerHTML = await answer.text(); // our own server's page part, escaped there
        panel.querySelectorAll("details").forEach((each, at) => { if (at in open) each.open = open[at]; });
      } catch { /* offline: the panel stays as it is, the next change tries again */ }
    };

    const grow = (field) => {
      const last = field.closest("[data-repeat]");
      if (!last || !field.value) return;
      const next = last.cloneNode(true);
      for (const each of next.matches("input, textarea") ? [next] : next.querySelectorAll("input")) each.value = "";
      last.removeAttribute("data-repeat");
      last.after(next);
    };

    form.addEventListener("input", (event) => {
      grow(event.target);
      if (!("keep" in event.target.dataset)) {
        unsaved = true;
        state.textContent = form.dataset.unsaved;
        // What is approved is what is stored: not while something else stands in the form.
        if (decide) for (const each of decide.querySelectorAll("button")) each.disabled = true;
      }
      clearTimeout(timer);
      timer = setTimeout(look, LOOK_AFTER_MS);
    });
    form.addEventListener("submit", () => { unsaved = false; });
    window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        form.querySelector("button.primary[name=act]")?.click();
      }
    });
  }

  const list = document.getElementById("queue");
  if (list) {
    let current = "";
    const rumors = () => [...list.querySelectorAll("[data-rumor]")];
    const mark = () => {
      for (const each of rumors()) each.classList.toggle("current", each.dataset.rumor === current);
    };
    const move = (step) => {
      const all = rumors();
      if (!all.length) return;
      const at = all.findIndex((each) => each.dataset.rumor === current);
      const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
      current = next.dataset.rumor;
      mark();
      next.querySelector("a").focus();
      next.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", (event) => {
      if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
      const chosen = rumors().find((each) => each.dataset.rumor === current);
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "t") chosen?.querySelector("button[name=act]")?.click();
      else if (event.key === "/") { event.preventDefault(); document.getElementById("q").focus(); }
    });
    list.addEventListener("focusin", (event) => {
      current = event.target.closest("[data-rumor]")?.dataset.rumor || current;
      mark();
    });
    setInterval(async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(list.dataset.live);
        if (!answer.ok) return;
        const held = list.contains(document.activeElement) ? document.activeElement.closest("[data-rumor]")?.dataset.rumor : "";
        list.innerHTML = await answer.text(); // our own server's page part, escaped there
        if (held) list.querySelector(`[data-rumor="${CSS.escape(held)}"] a`)?.focus();
        mark();
      } catch { /* offline: the next turn tries again */ }
    }, RENEW_EVERY_MS);
  }
})();
