// On the local stack alone: exchanges a token, pasted or from the link that `make demo` prints, for a cookie that
// scripts can't read. The token stays neither in the URL nor in the page.

import { ask, explain } from "./api.js";
import { $ } from "./dom.js";
import { _ } from "./texts.js";

const said = document.querySelector(".said");

async function signIn(token) {
  said.textContent = _("Signing in…");
  try {
    await ask("/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  } catch (error) {
    said.textContent = error.status === 401 ? _("This token is not valid or has expired.") : explain(error);
    return;
  }
  location.replace($("signin").dataset.next);
}

$("signin").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = $("token").value.trim();
  $("token").value = "";
  signIn(token);
});

function signInFromLink() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!given) return;
  history.replaceState(null, "", location.pathname + location.search);
  signIn(given);
}

// A link with a token that is opened on this page changes the hash alone.
addEventListener("hashchange", signInFromLink);
signInFromLink();
