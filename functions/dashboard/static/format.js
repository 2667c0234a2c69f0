// Formats numbers, money and times in the page's language, as in the viewer's region, in the store's time zone.

const made = new Map();
const { language } = new Intl.Locale(document.documentElement.lang || "en");
const viewer = new Intl.Locale(navigator.language);
const LOCALE = viewer.region ? `${language}-${viewer.region}` : language;
// Who reads English for want of their own language still reads their own numbers.
const NUMBERS = ["en", "es", "pt"].includes(viewer.language) ? LOCALE : navigator.language;

function formatter(kind, options) {
  const key = kind.name + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new kind(kind === Intl.NumberFormat && options.style !== "unit" ? NUMBERS : LOCALE, options));
  return made.get(key);
}

export function money(amount, currency, { compact = false } = {}) {
  const short = compact ? { notation: "compact", maximumFractionDigits: 1 } : {};
  if (!currency) return formatter(Intl.NumberFormat, short).format(amount);
  return formatter(Intl.NumberFormat, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...short }).format(amount);
}

export const count = (number) => formatter(Intl.NumberFormat, {}).format(number);

export const signed = (number) => formatter(Intl.NumberFormat, { signDisplay: "exceptZero" }).format(number);

export function signedMoney(amount, currency) {
  if (!currency) return signed(amount);
  return formatter(Intl.NumberFormat, { style: "currency", currency, currencyDisplay: "narrowSymbol", signDisplay: "exceptZero" }).format(amount);
}

export function percent(number, { sign = false, digits = 1 } = {}) {
  const options = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return formatter(Intl.NumberFormat, sign ? { ...options, signDisplay: "exceptZero" } : options).format(number / 100);
}

// A calendar day has no time zone, so it is formatted as it stands.
export function day(iso, options = { day: "numeric", month: "short", year: "numeric" }) {
  return formatter(Intl.DateTimeFormat, { timeZone: "UTC", ...options }).format(new Date(`${iso}T00:00:00Z`));
}

// The day in the time zone, as the API writes days.
export function localDay(instant, timeZone) {
  const options = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("en-CA", options).format(new Date(instant));
}

export function days(start, end) {
  const format = formatter(Intl.DateTimeFormat, { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
  return format.formatRange(new Date(`${start}T00:00:00Z`), new Date(`${end}T00:00:00Z`));
}

export const month = (year, number) =>
  formatter(Intl.DateTimeFormat, { timeZone: "UTC", month: "long", year: "numeric" }).format(new Date(Date.UTC(year, number - 1)));

export function instant(iso, timeZone, options = { dateStyle: "medium", timeStyle: "medium" }) {
  return formatter(Intl.DateTimeFormat, { timeZone, ...options }).format(new Date(iso));
}

const largest = (seconds) => [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, size]) => seconds >= size) ?? ["second", 1];

// "3 hours", in the largest unit that fits at least once.
export function age(seconds) {
  const [unit, size] = largest(seconds);
  return formatter(Intl.NumberFormat, { style: "unit", unit, unitDisplay: "long" }).format(Math.floor(seconds / size));
}

// "3 hours ago"
export function ago(seconds) {
  const [unit, size] = largest(seconds);
  return formatter(Intl.RelativeTimeFormat, { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
}

export function zoneName(timeZone) {
  const parts = formatter(Intl.DateTimeFormat, { timeZone, timeZoneName: "shortOffset" }).formatToParts(new Date());
  return `${timeZone.replaceAll("_", " ")} (${parts.find((part) => part.type === "timeZoneName").value})`;
}
