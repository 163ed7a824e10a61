// Improves the chat form: answers without a page load, typing sign, drop, share. Everything works without it too.
"use strict";
(() => {
  const composer = document.getElementById("composer");
  const input = document.getElementById("text");
  const log = document.getElementById("log");
  const status = document.getElementById("status");
  const words = composer.dataset;
  const MAX_FILE_BYTES = 300000;
  let queue = Promise.resolve();
  document.documentElement.classList.add("scripted");

  const say = (text) => {
    status.textContent = "";
    // A live region speaks when its content changes: also when the same words come twice.
    requestAnimationFrame(() => { status.textContent = text; });
  };

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  const showAsked = (text, isChoice) => {
    const bubble = element("div", "asked");
    bubble.append(element("p", "sr", words.you));
    const line = element("p", isChoice ? "asked-text asked-choice" : "asked-text", text);
    line.dir = "auto";
    bubble.append(line);
    log.append(bubble);
    if (line.scrollHeight > line.clientHeight) line.tabIndex = 0; // it scrolls: the keyboard must reach it
    bubble.scrollIntoView({ block: "nearest" });
    return bubble;
  };

  const showTyping = () => {
    const sign = element("p", "typing");
    sign.setAttribute("aria-hidden", "true");
    sign.append(element("i"), element("i"), element("i"));
    log.append(sign);
    sign.scrollIntoView({ block: "nearest" });
    status.textContent = words.typing;
    return sign;
  };

  // The server escaped every string in it; the page's policy runs no inline script either.
  const parse = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content.firstElementChild;
  };

  const notice = (text) => {
    const bubble = element("p", "reply notice", text);
    bubble.tabIndex = -1;
    return bubble;
  };

  const ask = async (fields) => {
    const response = await fetch("/chat", {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    if (response.status === 413) return { tooLarge: true };
    const answer = await response.json();
    if (!response.ok) return { error: `${answer.error.title}. ${answer.error.advice} (${answer.error.id})` };
    return answer;
  };

  const deliver = async (fields, asked, pressed) => {
    const typing = showTyping();
    let answer;
    try {
      answer = await ask(fields);
    } catch {
      answer = { offline: true };
    }
    typing.remove();
    status.textContent = "";
    const replies = [];
    if (answer.replies) {
      for (const reply of answer.replies) {
        if (reply.alert) say(reply.alert);
        const bubble = parse(reply.html);
        const old = pressed && reply.replaces && replies.length === 0 ? pressed.closest(".reply") : null;
        if (old) old.remove();
        replies.push(bubble);
      }
      if (!replies.length) replies.push(notice(words.silent));
    } else {
      if (answer.offline && fields.get("text") && !input.value) input.value = fields.get("text");
      replies.push(notice(answer.tooLarge ? words.tooLarge : answer.error || words.offline));
    }
    log.append(...replies);
    // What was asked and the verdict on it belong on one screen; of a long reply the end may wait.
    asked.scrollIntoView({ block: "start" });
    if (pressed) replies[0].focus({ preventScroll: true });
  };

  const send = (fields, shown, pressed) => {
    document.querySelector(".welcome").classList.add("welcome-done");
    queue = queue.then(() => {
      return deliver(fields, showAsked(shown, Boolean(pressed)), pressed);
    });
  };

  const sendText = (text) => {
    const fields = new FormData();
    fields.set("text", text);
    send(fields, text, null);
  };

  const press = (button) => {
    const fields = new FormData(button.form);
    fields.set("action", button.value);
    send(fields, button.textContent.trim(), button);
  };

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.value.trim()) { input.focus(); return; }
    sendText(input.value);
    input.value = "";
    input.focus();
  });

  input.addEventListener("keydown", (event) => {
    // During composition (Chinese input) Enter picks a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target === composer || !button) return;
    if (button.name === "text") {
      event.preventDefault();
      sendText(button.value);
      input.focus({ preventScroll: true });
    } else if (button.name === "action") {
      event.preventDefault();
      press(button);
    }
  });

  log.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-share]");
    if (!button) return;
    event.preventDefault();
    const text = button.dataset.share;
    try {
      if (navigator.share) {
        await navigator.share({ text });
      } else {
        await navigator.clipboard.writeText(text);
        say(words.copied);
      }
    } catch (error) {
      if (error.name === "AbortError") return; // the visitor closed the share sheet
      if (button.name === "action") { press(button); return; }
      const details = button.nextElementSibling;
      details.classList.add("shown");
      details.open = true;
      details.querySelector("textarea").select();
    }
  });

  // Paste anywhere, drop anywhere.
  document.addEventListener("paste", (event) => {
    if (event.target.closest("input, textarea")) return;
    const text = event.clipboardData.getData("text/plain");
    if (text) { event.preventDefault(); put(text); }
  });

  const put = (text) => {
    input.value = input.value ? `${input.value}\n${text}` : text;
    input.focus();
    input.scrollTop = input.scrollHeight;
  };

  const accepts = (event) => [...event.dataTransfer.types].some((type) => type === "Files" || type.startsWith("text/"));
  document.addEventListener("dragover", (event) => {
    if (!accepts(event)) return;
    event.preventDefault();
    document.body.dataset.drop = words.drop;
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", async (event) => {
    document.body.classList.remove("dropping");
    if (!accepts(event)) return;
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    const text = event.dataTransfer.getData("text/plain") || event.dataTransfer.getData("text/uri-list");
    if (!file) { if (text) put(text); return; }
    if (!(file.type.startsWith("text/") || /\.(txt|md|csv)$/i.test(file.name))) { say(words.notText); return; }
    if (file.size > MAX_FILE_BYTES) { say(words.fileTooLarge); return; }
    put((await file.text()).replaceAll("\u0000", ""));
  });
})();
