// The grading sheet from the keyboard: each row is posted by itself to the form's own address.
// Without this file the sheet is one plain form; nothing here decides anything.
"use strict";
(() => {
  const form = document.getElementById("sheet-form");
  if (!form) return;
  const keys = document.getElementById("sheet-keys");
  const rows = [...form.querySelectorAll(".grade-row")];
  let here = -1;

  const score = (row) => row.querySelector("input[name$='-score']");
  const comment = (row) => row.querySelector("textarea");
  const excused = (row) => row.querySelector("input[type='checkbox']");

  function go(index) {
    if (index < 0 || index >= rows.length) return;
    here = index;
    score(rows[here]).focus();
    score(rows[here]).select();
    rows[here].scrollIntoView({ block: "nearest" });
  }

  function say(row, text, saved) {
    row.querySelector(".grade-errors").replaceChildren();
    const said = row.querySelector(".grade-said");
    said.textContent = text;
    row.classList.toggle("is-saved", saved);
    row.classList.toggle("is-refused", !saved);
  }

  async function save(row) {
    const body = new FormData();
    for (const field of row.querySelectorAll("input, textarea")) {
      if (field.type !== "checkbox" || field.checked) body.append(field.name, field.value);
    }
    for (const name of ["csrfmiddlewaretoken", "_account"]) body.append(name, form.elements[name].value);
    row.setAttribute("aria-busy", "true");
    const { response, html, why, then, isSignedOut } = await window.rostrum.post(window.location.href, body, {
      headers: { "X-Requested-With": "fetch" },
      mark: form.elements._account.value,
    });
    row.removeAttribute("aria-busy");
    const answer = response?.headers.get("Content-Type")?.startsWith("application/json") ? JSON.parse(html) : null;
    if (!answer) {
      window.rostrum.note(form);
      say(row, `Not saved, because ${why || "the server did not answer as it should"}; what you typed is here. ${then || ""}`.trim(), false);
      if (isSignedOut) row.querySelector(".grade-said").append(" ", Object.assign(document.createElement("a"), window.rostrum.signInLink(true)));
      return false;
    }
    if (answer.base) row.querySelector("input[name$='-base']").value = answer.base;
    if (answer.saved) taken(row, body);
    say(row, answer.said, answer.saved);
    return answer.saved;
  }

  // What is saved is no longer something that was typed and could be lost.
  function taken(row, sent) {
    for (const field of row.querySelectorAll("input:not([type=hidden]), textarea")) {
      if (field.type === "checkbox") field.defaultChecked = sent.has(field.name);
      else field.defaultValue = sent.get(field.name);
    }
    window.rostrum.note(form);
  }

  async function saveAndGo(row) {
    const index = rows.indexOf(row);
    if (row.getAttribute("aria-busy")) return;
    const saved = save(row);
    go(index + 1);
    // What is refused calls the grader back, unless they type elsewhere already.
    if (!(await saved) && !score(rows[Math.min(index + 1, rows.length - 1)]).value) go(index);
  }

  form.addEventListener("focusin", (event) => {
    const row = event.target.closest(".grade-row");
    if (row) here = rows.indexOf(row);
    rows.forEach((one, index) => one.classList.toggle("is-here", index === here));
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    const row = event.target.closest ? event.target.closest(".grade-row") : null;
    const writes = event.target.matches("textarea");
    if (writes) {
      if (row && event.key === "Escape") { event.preventDefault(); score(row).focus(); }
      if (row && event.key === "Enter" && event.ctrlKey) { event.preventDefault(); saveAndGo(row); }
      return;
    }
    if (event.ctrlKey) return;
    const types = event.target.matches("input[name$='-score']");
    if (event.target.matches("input:not([type='checkbox'])") && !types) return;
    switch (event.key) {
      case "Enter": if (row && (types || event.target.matches("input[type='checkbox']"))) { event.preventDefault(); saveAndGo(row); } return;
      case "j": case "ArrowDown": event.preventDefault(); go(here + 1); return;
      case "k": case "ArrowUp": event.preventDefault(); go(here - 1); return;
      case "c": if (rows[here]) { event.preventDefault(); comment(rows[here]).focus(); } return;
      case "e": if (rows[here]) { event.preventDefault(); excused(rows[here]).click(); } return;
      case "?": event.preventDefault(); keys.open = !keys.open; return;
    }
    if (!types && /^[0-9]$/.test(event.key)) go(Math.max(here, 0));
  });

  go(rows.findIndex((row) => row.querySelector(".grade-errors li")));
  if (here < 0) go(0);
})();
