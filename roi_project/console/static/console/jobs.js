// While a job on this page waits or runs, ask how far it is every two seconds, and show it.
(() => {
  "use strict";
  const PAUSE = 2000;
  const ENDED = ["done", "failed", "cancelled"];

  const open = () => [...document.querySelectorAll("[data-job]")].filter((badge) => !ENDED.includes(badge.dataset.state));

  const progressOf = (badge) => {
    const row = badge.closest("tr, li") || document;
    return row.querySelector(".console-progress");
  };

  const show = (badge, job) => {
    badge.dataset.state = job.state;
    badge.textContent = job.state[0].toUpperCase() + job.state.slice(1);
    const cell = progressOf(badge);
    if (!cell) return;
    const bar = cell.querySelector("progress");
    const { done, total, text } = job.progress;
    if (!bar) {
      // words alone
    } else if (job.state === "done") {
      bar.max = bar.value = 1;
    } else if (total) {
      bar.max = total;
      bar.value = done;
    } else if (job.state === "running") {
      bar.removeAttribute("value");
    }
    cell.querySelector("span").textContent = job.error || text;
    const log = document.querySelector(".console-log");
    if (log && job.log) {
      log.replaceChildren(...job.log.map((line) => {
        const item = document.createElement("li");
        const time = document.createElement("time");
        time.textContent = line.at.slice(11, 19);
        item.append(time, line.text);
        return item;
      }));
    }
  };

  // What can be done with a job that has ended stands on the page as it is now; what is being filled in stays.
  const renew = async () => {
    const answer = await fetch(window.location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-jobs]");
    if (answer.ok && now) document.querySelector("[data-jobs]").replaceWith(now);
  };

  const ask = async () => {
    const badges = open();
    await Promise.all(badges.map(async (badge) => {
      try {
        const answer = await fetch(badge.dataset.job, { headers: { Accept: "application/json" } });
        if (answer.ok) show(badge, await answer.json());
      } catch {
        // the service is away for a moment; the next round asks again
      }
    }));
    if (document.querySelector("[data-jobs]") && badges.length > open().length) await renew().catch(() => {});
    if (open().length) window.setTimeout(ask, PAUSE);
  };

  window.addEventListener("load", () => { if (open().length) window.setTimeout(ask, PAUSE); });
})();
