/* What is live changes in its place: parts of the page are fetched anew when something has happened to what
   the page shows. What somebody types into is left alone, and nothing that is the same is touched. */
(() => {
  "use strict";
  const main = document.getElementById("main");
  const told = document.getElementById("told");
  const WORDS = {
    "session.proposed": "Times were offered.",
    "session.accepted": "A time was accepted.",
    "session.booked": "Booked. It is in every calendar.",
    "session.moved": "It was moved.",
    "session.reopened": "A new time is looked for.",
    "session.cancelled": "It was called off.",
    "session.failed": "No time was found.",
    "connector.state": "A calendar's state has changed.",
  };
  let again = false, busy = false, shown = 0;
  const SHOWN_FOR = 6000;

  /* said to those who listen, and shown at the foot to those who look */
  const say = (words) => {
    told.textContent = words;
    told.className = "toast";
    window.clearTimeout(shown);
    shown = window.setTimeout(() => { told.className = "unseen"; }, SHOWN_FOR);
  };

  const mine = (event) => {
    const of = main.dataset.stream;
    return of === "all" || event.sessionId === of;
  };

  const FIELDS = "input[id]:not([type=hidden]), textarea[id], select[id]";
  const kept = (part) => ({
    open: [...part.querySelectorAll("details[open][id]")].map((each) => each.id),
    typed: [...part.querySelectorAll(FIELDS)].map((each) => [each.id, each.value, each.defaultValue]).filter(([, now, first]) => now !== first),
    focus: part.contains(document.activeElement) ? document.activeElement.id : "",
  });
  const restore = (was) => {
    was.open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    was.typed.forEach(([id, value]) => { const field = document.getElementById(id); if (field) field.value = value; });
    if (was.focus) document.getElementById(was.focus)?.focus({ preventScroll: true });
  };

  const plain = (part) => part.innerHTML.replace(/name="csrf" value="[^"]*"/g, "");
  const exchange = (fresh, whole) => {
    const names = whole ? ["head", "body"] : main.dataset.parts.split(" ");
    for (const name of names) {
      const old = document.getElementById(name), next = fresh.getElementById(name);
      if (!old || !next || plain(old) === plain(next)) continue;
      const was = kept(old);
      old.replaceWith(next);
      restore(was);
      if (window.htmx) window.htmx.process(next);
    }
  };

  const look = async (words) => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { "X-Live": "1" }, redirect: "error" });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const needed = fresh.getElementById("main");
        const whole = needed && needed.dataset.shape !== main.dataset.shape;
        exchange(fresh, whole);
        if (whole) { main.dataset.shape = needed.dataset.shape; main.dataset.parts = needed.dataset.parts; }
        if (words) say(words);
      }
    } catch { /* the next event, or the next visit, shows it */ }
    busy = false;
    if (again) { again = false; look(words); }
  };

  if (main && main.dataset.stream && window.EventSource) {
    const stream = new EventSource("/v1/stream");
    stream.addEventListener("open", () => look(""));
    for (const name of Object.keys(WORDS)) {
      stream.addEventListener(name, (event) => {
        const what = JSON.parse(event.data);
        if (mine(what)) look(WORDS[name]);
      });
    }
    /* answers, and what is said, come by no event; nor does each calendar's turn */
    let turns = 0;
    window.setInterval(() => {
      turns += 1;
      const due = main.dataset.shape === "booking" || turns % 4 === 0;
      if (due && document.visibilityState === "visible") look("");
    }, 3000);
    window.addEventListener("pagehide", () => stream.close());
  }

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.target.hasAttribute("hx-post")) return;
    window.setTimeout(() => { button.disabled = true; button.classList.add("busy"); }, 0);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("button.busy").forEach((button) => { button.disabled = false; button.classList.remove("busy"); });
  });
})();
