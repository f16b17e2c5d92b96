"use strict";
// The sum of the percentages while they are typed, in ten-thousandths so that no float drifts.
const fields = [...document.querySelectorAll(".effort-table input")];
const sum = document.getElementById("effort-sum");
const units = (text) => {
  const found = /^(\d+)(?:\.(\d{0,4}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 10000 + Number((found[2] || "").padEnd(4, "0")) : 0;
};
const show = () => {
  const total = fields.reduce((all, field) => all + units(field.value), 0);
  sum.textContent = String(total / 10000);
  sum.classList.toggle("off", total !== 1000000);
};
if (sum) {
  fields.forEach((field) => field.addEventListener("input", show));
  show();
}
