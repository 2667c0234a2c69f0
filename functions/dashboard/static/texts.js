// The page's texts in its language. The code has them in English; `make texts` writes those of the other languages.

const { lang } = document.documentElement;
export const isEnglish = !lang || lang === "en";
const texts = isEnglish ? {} : (await import(`./texts.${lang}.js`)).default;

// What is not given stays as it is, for who completes the text later.
const complete = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// Returns the text with each `{name}` replaced by `values.name`.
export const _ = (text, values = {}) => complete(texts[text] ?? text, values);

export function ngettext(one, many, number, values = {}) {
  const forms = texts[one] ?? [one, many];
  return complete(forms[number === 1 ? 0 : 1], values);
}
