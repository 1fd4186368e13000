// The words of this page, which the server wrote into it in its language.

const words = JSON.parse(document.querySelector("[data-words]").dataset.words);
const kinds = new Intl.PluralRules(document.documentElement.lang);

/** Return a sentence by its name. */
function written(name, { number } = {}) {
  const told = words[name];
  return typeof told === "string" ? told : (told[kinds.select(number)] ?? told.other);
}

/** Return a sentence by its name, its facts filled in; `number` decides on its form where it has several. */
export function told(name, facts = {}) {
  return written(name, facts).replace(/\{(\w+)\}/g, (_, fact) => String(facts[fact]));
}

/** Return the parts of a sentence in order: its texts, and the elements that are its facts. */
export function parts(name, elements) {
  return written(name).split(/\{(\w+)\}/).map((part, at) => (at % 2 ? elements[part] : part));
}
