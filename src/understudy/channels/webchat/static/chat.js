/* The web chat in the browser. Messages carry ids made here and are sent again, with the same id, until the server says
   that they are stored, so that a lost connection loses nothing and repeats nothing. All text is set as text, never as HTML. */
"use strict";
(function () {
  const slug = document.body.dataset.slug;
  if (!slug) return;
  const KEY = `understudy-visitor-${slug}`;
  const FIRST_WAIT = 500, LONGEST_WAIT = 15000, PING_EVERY = 25000, SILENT_FOR = 60000, RETRY_AFTER = 5000, MOST_KEPT = 500;
  const PERSON = "waiting_for_person", CLOSED = "closed";
  const by = (id) => document.getElementById(id);
  const list = by("messages"), log = by("log"), field = by("text"), button = by("send");
  const shown = new Map();    /* id → its element */
  const unstored = new Map(); /* id → text, in the order of writing */
  let visitor = read(), socket = null, wait = FIRST_WAIT, heardAt = 0, state = "open", personName = "", isIn = false;

  function read() { try { return localStorage.getItem(KEY); } catch { return null; } }
  function keep(value) { visitor = value; try { localStorage.setItem(KEY, value); } catch { /* it then lasts for this page */ } }
  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  function put(parent, tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  }
  function clock(at) { return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }); }
  function isAtEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight < 80; }
  function toEnd() { log.scrollTop = log.scrollHeight; }

  function show(message) {
    const known = shown.get(message.id);
    if (known) { if (message.from === "visitor") settled(message.id, message.at); return; }
    const stay = !isAtEnd() && message.from !== "visitor";
    const item = put(list, "li", `message ${message.from}`);
    const who = message.from === "visitor" ? "You" : message.name || (message.from === "person" ? "A person" : "");
    put(item, "span", "visually-hidden", `${who || document.title}: `);
    put(item, "div", "bubble", message.text).dir = "auto";
    const meta = put(item, "div", "meta");
    if (message.from === "person") { personName = message.name || personName; put(meta, "b", "", who); meta.append(" · "); }
    put(meta, "span", "state", message.at ? clock(message.at) : "sending");
    if (message.feedback) thumbs(meta, message.feedback);
    shown.set(message.id, item);
    if (shown.size > MOST_KEPT) { const [id, old] = shown.entries().next().value; old.remove(); shown.delete(id); }
    if (!stay) toEnd();
  }

  /* Thumbs under an answer: two buttons, of which one may be pressed, and a way to be asked no more. */
  const UP = "M7 11v9H4v-9zM7 11l4-8a2.5 2.5 0 0 1 2.5 2.5V9H19a2 2 0 0 1 2 2.3l-1.2 7A2 2 0 0 1 17.8 20H7";
  function thumbs(meta, feedback) {
    const group = put(meta, "span", "thumbs");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Was this helpful?");
    group.dataset.token = feedback.token;
    for (const [name, label, helpful] of [["up", "Helpful", true], ["down", "Not helpful", false]]) {
      const thumb = put(group, "button", `thumb ${name}`);
      thumb.type = "button";
      thumb.title = label;
      thumb.setAttribute("aria-label", label);
      thumb.append(drawn(UP));
      thumb.addEventListener("click", () => {
        const taken = thumb.getAttribute("aria-pressed") === "true" ? null : helpful;
        press(group, taken);
        send({ type: "rate", token: feedback.token, helpful: taken });
      });
    }
    const less = put(group, "button", "less", "Don’t ask");
    less.type = "button";
    less.addEventListener("click", () => send({ type: "do_not_ask", token: feedback.token }));
    const said = put(group, "span", "said");
    said.setAttribute("role", "status");
    press(group, feedback.helpful);
  }
  function drawn(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }
  function press(group, helpful) {
    group.querySelector(".up").setAttribute("aria-pressed", String(helpful === true));
    group.querySelector(".down").setAttribute("aria-pressed", String(helpful === false));
    group.classList.toggle("rated", helpful === true || helpful === false);
  }
  function rated(frame) {
    const group = shown.get(frame.id)?.querySelector(".thumbs");
    if (!group) return;
    press(group, frame.helpful);
    group.querySelector(".said").textContent = frame.helpful === null ? "" : "Thank you";
  }
  function asksNoMore() {
    for (const group of list.querySelectorAll(".thumbs:not(.rated)")) group.remove();
    field.focus();
  }

  function settled(id, at) {
    unstored.delete(id);
    const item = shown.get(id);
    if (!item) return;
    item.classList.remove("waiting", "failed");
    item.querySelector(".state").textContent = at ? clock(at) : "";
  }

  function refused(frame) {
    notice(frame.text);
    if (frame.again) { setTimeout(() => resend(frame.id), RETRY_AFTER); return; }
    const item = shown.get(frame.id);
    unstored.delete(frame.id);
    if (item) { item.classList.add("failed"); item.querySelector(".state").textContent = "not sent"; }
  }

  function notice(text) { by("notice").textContent = text || ""; by("notice").hidden = !text; }

  function presence() {
    const line = by("presence");
    const person = state === PERSON;
    line.dataset.state = isIn ? (person ? "person" : "open") : "away";
    if (!isIn) line.textContent = "Connecting";
    else if (person) line.textContent = personName ? `${personName} is with you` : "A person will answer you here";
    else if (state === CLOSED) line.textContent = "This conversation has ended. Write to begin a new one";
    else line.textContent = "Online";
  }

  function send(frame) { if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame)); }
  function resend(id) { if (isIn && unstored.has(id)) send({ type: "say", id, text: unstored.get(id) }); }

  function say(text) {
    const id = newId();
    unstored.set(id, text);
    show({ id, from: "visitor", text });
    shown.get(id).classList.add("waiting");
    notice("");
    resend(id);
  }

  function welcomed(frame) {
    isIn = true;
    wait = FIRST_WAIT;
    keep(frame.visitor);
    notice("");
    state = frame.state;
    if (frame.greeting && !frame.messages.length) show({ id: "greeting", from: "understudy", text: frame.greeting, at: Date.now() });
    for (const message of frame.messages) show(message);
    for (const id of [...unstored.keys()]) resend(id);
    toEnd();
    presence();
  }

  function heard(event) {
    heardAt = Date.now();
    const frame = JSON.parse(event.data);
    if (frame.type === "welcome") welcomed(frame);
    else if (frame.type === "message") show(frame);
    else if (frame.type === "stored") { notice(""); settled(frame.id, frame.at); }
    else if (frame.type === "refused") refused(frame);
    else if (frame.type === "full") notice("Many people are writing just now. You are connected as soon as there is room.");
    else if (frame.type === "rated") rated(frame);
    else if (frame.type === "not_rated") notice(frame.text);
    else if (frame.type === "asks_no_more") asksNoMore();
    else if (frame.type === "typing") { const stay = !isAtEnd(); by("typing").hidden = !frame.on; if (!stay) toEnd(); }
    else if (frame.type === "state") { if (frame.state !== PERSON) personName = ""; state = frame.state; presence(); }
  }

  function connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/chat/${encodeURIComponent(slug)}/socket`);
    socket.onopen = () => { heardAt = Date.now(); send({ type: "hello", visitor }); };
    socket.onmessage = heard;
    socket.onclose = () => {
      isIn = false;
      by("typing").hidden = true;
      presence();
      setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  }

  function submit() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    grown();
    say(text);
    field.focus();
  }
  function grown() { button.disabled = !field.value.trim(); }

  by("write").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  field.addEventListener("input", grown);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  });
  setInterval(() => {
    if (!isIn) return;
    if (Date.now() - heardAt > SILENT_FOR) socket.close();
    else send({ type: "ping" });
  }, PING_EVERY);
  grown();
  presence();
  connect();
})();
