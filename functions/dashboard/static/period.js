// The period in the page's URL, and the API parameters that it stands for.

import * as format from "./format.js";
import { _ } from "./texts.js";

export const LONGEST_RANGE = 366;
// What a period is compared with, unless something else is chosen: a day, with that weekday.
export const usualComparison = (text) => (/^(today|yesterday|(.+)\.\.\2)$/.test(text) ? "previous-weekdays" : "previous");

const LAST = { "7d": 7, "30d": 30, "90d": 90 };

const today = (timezone) => format.localDay(Date.now(), timezone);

export function after(iso, days) {
  const date = new Date(`${iso}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

export function readPeriod(text, timezone) {
  const now = today(timezone);
  const [year, month] = now.split("-").map(Number);
  if (text === "today") return { startDate: now, endDate: now };
  if (text === "yesterday") return { startDate: after(now, -1), endDate: after(now, -1) };
  if (text in LAST) return { startDate: after(now, 1 - LAST[text]), endDate: now };
  if (text === "last") return month === 1 ? { year: year - 1, month: 12 } : { year, month: month - 1 };
  const aMonth = /^(\d{4})-(\d\d)$/.exec(text);
  if (aMonth) return { year: Number(aMonth[1]), month: Number(aMonth[2]) };
  const aRange = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(text);
  if (aRange) return { startDate: aRange[1], endDate: aRange[2] };
  // This month up to today, so that it is compared with as many days of the month before.
  return { startDate: `${now.slice(0, 8)}01`, endDate: now };
}

// Returns the value and name of each month, from the current one back to the first.
export function monthsSince(first, timezone) {
  const [year, month] = today(timezone).split("-").map(Number);
  const months = [];
  for (let at = year * 12 + month - 1; at >= first.year * 12 + first.month - 1; at -= 1) {
    const [aYear, aMonth] = [Math.floor(at / 12), (at % 12) + 1];
    months.push([`${aYear}-${String(aMonth).padStart(2, "0")}`, format.month(aYear, aMonth)]);
  }
  return months;
}

// `isRange`: the fields for a range of days are open, whether or not it is what the page shows.
export function fillPicker(picker, first, timezone, chosen, isRange) {
  const choices = [
    ["today", _("Today")], ["yesterday", _("Yesterday")], ["", _("This month")], ["last", _("Last month")], ["7d", _("Last 7 days")], ["30d", _("Last 30 days")], ["90d", _("Last 90 days")],
  ];
  if (first) choices.push(...monthsSince(first, timezone));
  if (/^\d{4}-\d\d$/.test(chosen) && !choices.some(([value]) => value === chosen)) {
    choices.push([chosen, format.month(...chosen.split("-").map(Number))]);
  }
  choices.push(["range", _("Custom range…")]);
  const key = JSON.stringify(choices);
  if (picker.dataset.choices !== key) {
    picker.dataset.choices = key;
    picker.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
  }
  picker.value = isRange ? "range" : chosen;
}
