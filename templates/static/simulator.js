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
    const held = live().contains(document.activeElement) ? document.activeElement : null;
    const below = innerHeight + scrollY > document.body.scrollHeight - 80;
    live().replaceWith(fresh.getElementById("live"));
    if (held?.id) document.getElementById(held.id)?.focus();
    else if (held) live().querySelector(`a[href="${CSS.escape(held.getAttribute("href") ?? "")}"]`)?.focus();
    if (below && document.querySelector(".screen")) scrollTo(0, document.body.scrollHeight);
  } catch {
    stale(true);
  }
  asking = false;
  if (again) { again = false; refresh(); }
}

function listen() {
  const events = new EventSource("/_sim/live");
  events.onmessage = refresh;
  events.onerror = () => stale(true);
  events.onopen = refresh;
}

if (document.querySelector(".screen")) scrollTo(0, document.body.scrollHeight);
if (live()) listen();
