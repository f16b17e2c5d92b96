// What the theme opens by a click alone, as the menu of the account, opens by the keyboard too.
addEventListener("DOMContentLoaded", () => {
  "use strict";
  const NAMES = { unfold_more: "My account", dock_to_right: "Show or hide the menu", close: "Close the menu" };
  const UNTIL_SHOWN = 50;

  const nameOf = (opener) => {
    const icons = [opener, ...opener.querySelectorAll(".material-symbols-outlined")];
    const named = icons.map((icon) => NAMES[icon.textContent.trim()]).find(Boolean);
    return named || opener.textContent.replace(/\s*\w+_\w+\s*/, " ").trim();
  };

  const enter = (menu) => {
    if (menu && menu.tagName === "NAV") setTimeout(() => menu.querySelector("a, [tabindex]")?.focus(), UNTIL_SHOWN);
  };

  for (const opener of document.querySelectorAll(":is(div, span)[x-on\\:click]:not([tabindex])")) {
    if (opener.querySelector("a, button, input")) continue; // that is reached by itself
    opener.tabIndex = 0;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-label", nameOf(opener));
    opener.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      opener.click();
      enter(opener.previousElementSibling);
    });
  }
});
