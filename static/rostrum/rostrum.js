// Nothing typed is swallowed. Every form that somebody fills in is sent by fetch, so that a server
// that cannot be reached, a session that is over or a token that is too old ends in a sentence
// beside the button, with the text where it was; what the server answers is shown as the browser
// would. What is typed is kept in this tab until it is taken, for the account that typed it.
// Without this file each form is sent by the browser itself; nothing here decides anything.
"use strict";
(() => {
  const PREFIX = "rostrum:";
  const FILLED = "textarea, select, input:not([type=hidden], [type=submit], [type=button], [type=image])";
  const TEXT = "textarea, input:not([type]), input:is([type=text], [type=email], [type=url], [type=number], [type=search], [type=date], [type=time], [type=tel])";
  const AGAIN = "Press again: one click is enough.";
  const UNKNOWN = "Press again in a moment: should it have arrived after all, it counts once.";
  const KEPT = `${TEXT}, select, input:is([type=checkbox], [type=radio])`;
  const WHY = {
    400: "the server could not read it",
    404: "this page is not there any more, or is not yours",
    413: "it is larger than the server takes",
    429: "it was asked for too often: wait a few minutes",
    503: "the server has no room or no time for it just now",
  };
  // The page as it stands came as an answer to a form: its fields hold what was sent.
  const shown = window.rostrumShown;
  window.rostrumShown = null;
  const place = () => location.pathname + location.search;
  const here = place();

  // ---- what is typed, kept in the tab ----

  const controls = (form, which) => [...form.elements].filter((one) => one.name && one.matches(which));

  function storage(act) {
    try { return act(window.sessionStorage); } catch { return null; } // it may be full, or switched off
  }

  function keyOf(form) {
    const first = controls(form, TEXT)[0];
    const whose = form.querySelector("input[name=_account]")?.value;
    if (!first || !whose || form.querySelector("[type=password]")) return "";
    return [PREFIX + whose, here, form.getAttribute("action") || "", first.name].join(" ");
  }

  const isTick = (one) => one.type === "checkbox" || one.type === "radio";
  const valueOf = (one) => (isTick(one) ? String(one.checked) : one.value);
  function firstOf(one) { // what the server put there
    if (isTick(one)) return String(one.defaultChecked);
    if (one.localName !== "select") return one.defaultValue;
    return ([...one.options].find((option) => option.defaultSelected) || one.options[0] || { value: "" }).value;
  }
  function put(one, value) {
    if (isTick(one)) one.checked = value === "true";
    else one.value = value;
  }

  function named(form) { // "name 0", "name 1" for fields of one name
    const seen = {};
    return controls(form, KEPT).map((one) => {
      seen[one.name] = (seen[one.name] ?? -1) + 1;
      return [`${one.name} ${seen[one.name]}`, one];
    });
  }

  const draftOf = (key) => JSON.parse(storage((kept) => kept.getItem(key)) || "{}");

  /** Keep what differs from what the server put there. */
  function note(form) {
    const key = keyOf(form);
    if (!key) return;
    const before = draftOf(key);
    const draft = {};
    for (const [name, one] of named(form)) {
      const was = shown && before[name] ? before[name].was : firstOf(one);
      if (valueOf(one) !== was) draft[name] = { was, now: valueOf(one) };
    }
    storage((kept) => (Object.keys(draft).length ? kept.setItem(key, JSON.stringify(draft)) : kept.removeItem(key)));
  }

  /** Put back what was typed here before and not taken; what stands otherwise by now stays. */
  function putBack(form) {
    const key = keyOf(form);
    const draft = key && !shown ? draftOf(key) : {};
    const fields = Object.fromEntries(named(form));
    const left = [];
    let back = false;
    for (const [name, { was, now }] of Object.entries(draft)) {
      const one = fields[name];
      if (one && valueOf(one) === now) continue;
      if (one && firstOf(one) === was) { put(one, now); back = true; }
      else if (!["true", "false"].includes(now)) left.push(now);
    }
    if (back) say(form, `What you had typed here is back; it is not ${verbOf(form)} yet.`);
    if (left.length) {
      say(form, "This changed since you typed here. You had typed: ");
      for (const text of left) region(form).append(Object.assign(document.createElement("q"), { textContent: text }));
    }
  }

  const drop = (keys) => storage((kept) => keys.forEach((key) => kept.removeItem(key)));

  function dropOthers() { // what another account left in this tab
    const own = document.querySelector("input[name=_account]")?.value;
    if (!own) return;
    storage((kept) => drop(Object.keys(kept).filter((key) => key.startsWith(PREFIX) && !key.startsWith(`${PREFIX + own} `))));
  }

  // ---- what is said, beside the button ----

  const verbOf = (form) => form.dataset.verb || "saved";

  function region(form) {
    if (!form.rostrumSaid) {
      form.rostrumSaid = Object.assign(document.createElement("p"), { className: "said-here" });
      form.rostrumSaid.setAttribute("role", "status");
      beside(form, form.querySelector("[type=submit], button:not([type])"));
    }
    return form.rostrumSaid;
  }

  function beside(form, button) {
    const row = button?.form === form && (button.closest(".actions, .submit-row") || button);
    if (!row) form.append(region(form));
    else if (row.nextElementSibling !== region(form)) row.after(region(form));
  }

  function say(form, text, link) {
    region(form).replaceChildren(text);
    if (link) region(form).append(" ", Object.assign(document.createElement("a"), link));
  }

  // ---- sending ----

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const lines = (value) => (typeof value === "string" ? value.replace(/\r\n?|\n/g, "\r\n") : value);

  /**
   * POST `data` and tell what came of it: `{ response, html }` where the server answered in its
   * own words; `{ why, link }` where it did not take it, and the page has to say so.
   */
  async function post(address, data, { headers = {}, isMultipart = true, mark = "", wasOut = false } = {}) {
    let body = data;
    if (!isMultipart) body = new URLSearchParams([...data].map(([name, value]) => [name, lines(value)]));
    let response, html;
    try {
      response = await fetch(address, { method: "POST", body, headers: { "X-Sent-By": "script", ...headers }, credentials: "same-origin" });
      html = response.headers.has("Content-Disposition") ? await response.blob() : await response.text();
    } catch {
      return { why: "the server cannot be reached", then: UNKNOWN };
    }
    const { status } = response;
    if (!response.headers.has("X-Rostrum")) return { why: WHY[status] || "the server did not answer as it should", then: UNKNOWN };
    if (status < 400 || status === 409 || status === 422) return { response, html };
    const page = parse(html);
    if (status === 401) return { why: "you are signed out", isSignedOut: true };
    const whose = page.querySelector("input[name=_account]")?.value || "";
    if (status === 403 && whose && mark && whose !== mark) return { why: "you are signed in with another account now", then: "Copy it, or sign in as before in another tab and press again." };
    const token = status === 403 && page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    if (token) for (const one of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) one.value = token;
    if (token && wasOut && mark && whose === mark) { // signed in anew in another tab, as we asked
      data.set("csrfmiddlewaretoken", token);
      return post(address, data, { headers, isMultipart, mark });
    }
    const then = token ? AGAIN : status >= 500 ? UNKNOWN : "";
    return { then, why: page.querySelector("[data-why]")?.textContent || WHY[status] || "something broke on our side: it may have arrived all the same" };
  }

  function signInLink(isKept) {
    // Back to this page, where the text is put in again; else to what the server keeps.
    const next = isKept ? place() : "/kept/";
    return { href: `/accounts/login/?next=${encodeURIComponent(next)}`, textContent: "Sign in" };
  }

  async function send(form, button) {
    const address = new URL(button?.getAttribute("formaction") || form.getAttribute("action") || "", location.href);
    address.hash = "";
    const part = form.dataset.part && form.closest(`#${CSS.escape(form.dataset.part)}`);
    const key = keyOf(form);
    note(form);
    beside(form, button);
    const open = controls(form, TEXT).filter((one) => !one.readOnly);
    const lock = (isLocked) => open.forEach((one) => { one.readOnly = isLocked; });
    lock(true); // what is typed meanwhile would be in neither place
    form.setAttribute("aria-busy", "true");
    say(form, "Sending …");
    const answer = await post(address, new FormData(form, button), {
      headers: part ? { "X-Part": form.dataset.part } : {},
      isMultipart: form.getAttribute("enctype") === "multipart/form-data",
      mark: form.querySelector("input[name=_account]")?.value,
      wasOut: form.rostrumWasOut,
    });
    form.rostrumWasOut = answer.isSignedOut;
    form.removeAttribute("aria-busy");
    lock(false);
    if (answer.why) {
      const isKept = key && storage((kept) => kept.getItem(key));
      const what = controls(form, TEXT).length ? "your text is here" : "what you chose is here";
      const link = answer.isSignedOut && signInLink(isKept);
      if (link && form.querySelector("[type=file]")) Object.assign(link, { target: "_blank", textContent: "Sign in in another tab, and press again" });
      say(form, `Not ${verbOf(form)}, because ${answer.why}; ${what}. ${answer.then || ""}`.trim(), link);
      return;
    }
    say(form, "");
    show(answer.response, answer.html, address, part, [key, ...(shown || [])]);
  }

  // ---- showing what the server answers ----

  function show(response, html, address, part, keys) {
    const to = response.headers.get("X-Location");
    if (to) {
      drop(keys);
      go(new URL(to, address));
    } else if (html instanceof Blob) {
      drop(keys);
      save(html, response.headers.get("Content-Disposition"));
    } else if (part && !html.trimStart().toLowerCase().startsWith("<!doctype")) {
      if (response.ok) drop(keys);
      const fresh = parse(html).body.firstElementChild;
      part.replaceWith(fresh);
      fresh.querySelectorAll("form").forEach(prepare);
      fresh.querySelector("[autofocus]")?.focus();
    } else {
      if (address.pathname + address.search !== place()) history.pushState(null, "", address);
      window.rostrumShown = keys;
      document.open();
      document.write(html);
      document.close();
      window.scrollTo(0, 0);
    }
  }

  function go(to) {
    const isHere = to.origin === location.origin && to.pathname + to.search === place();
    location.assign(to);
    if (isHere && to.hash) location.reload(); // else it would only scroll
  }

  function save(blob, disposition) {
    const name = /filename="?([^";]+)/.exec(disposition)?.[1] || "download";
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // ---- the page ----

  const isOurs = (form) =>
    (form.getAttribute("method") || "").toLowerCase() === "post" && !form.target && controls(form, FILLED).length > 0;

  function prepare(form) {
    if (!isOurs(form)) return;
    region(form);
    putBack(form);
  }

  document.addEventListener("input", (event) => event.target.form && note(event.target.form));
  document.addEventListener("change", (event) => event.target.form && note(event.target.form));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("action")?.endsWith("/accounts/logout/")) {
      storage((kept) => drop(Object.keys(kept).filter((key) => key.startsWith(PREFIX))));
    }
    if (event.defaultPrevented || !isOurs(form)) return;
    event.preventDefault();
    if (!form.hasAttribute("aria-busy")) send(form, event.submitter);
  });
  // An answer was shown at its own address: Back has to fetch the page that stood there.
  window.addEventListener("popstate", () => { if (place() !== here) location.reload(); });

  window.rostrum = { post, note, signInLink };
  dropOthers();
  document.querySelectorAll("form").forEach(prepare);
  if (shown) (document.querySelector("[autofocus]") || document.querySelector("main"))?.focus();
})();
