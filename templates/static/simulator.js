// The page asks for itself again whenever the simulator says that something changed.
const live = () => document.getElementById("live");
const stale = (yes) => { document.getElementById("stale").hidden = !yes; };
let asking = false;
let again = false;

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const held = live().contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    live().replaceWith(fresh.getElementById("live"));
    if (held) live().querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
  } catch {
    stale(true);
  }
  asking = false;
  if (again) { again = false; refresh(); }
}

const events = new EventSource("/_sim/live");
events.onmessage = refresh;
events.onerror = () => stale(true);
events.onopen = refresh;
