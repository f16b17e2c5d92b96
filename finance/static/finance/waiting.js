"use strict";
// One box ticks all that may be decided on.
const all = document.getElementById("waiting-all");
if (all) {
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll('input[name="benefit"]')) box.checked = all.checked;
  });
}
