// Numbers as snapshot.js has them, doubles, each with a bound on how far it may be from the number that is meant:
// what its own rounding loses, and what is cut off at the places that docs/strategies.md names.
const ULP = 2 ** -53;
const MOST_PLACES = 36;

const cut = (places) => 10 ** -places;
const rounding = (v) => Math.abs(v) * ULP;
const made = (v, e, places) => ({ v, e: e + rounding(v), places });

/** A whole number of units of 10^-decimals; `text` is what ethers makes of it. Its double is the nearest one. */
export function held(raw, decimals, text) {
  const v = parseFloat(text);
  const fine = v * 2 ** 20;
  const same = Number.isSafeInteger(fine) && BigInt(fine) * 10n ** BigInt(decimals) === BigInt(raw) * 2n ** 20n;
  return { v, e: same ? 0 : rounding(v), places: decimals, plain: true };
}

/** A number of the parameters: what its shortest decimal text says. */
export function stated(given) {
  const v = Number(given);
  const [, fraction = "", exponent = "0"] = String(given).match(/^-?[0-9]*\.?([0-9]*)(?:e([+-]?[0-9]+))?$/i) ?? [];
  const places = v === 0 ? 0 : Math.max(0, fraction.replace(/0+$/, "").length - Number(exponent));
  return { v, e: Number.isSafeInteger(v * 2 ** 20) ? 0 : rounding(v), places, plain: true };
}

/** What nobody can tell, because doubles do not tell on which side of a comparison a wallet is. */
export const unsure = (places) => ({ v: 0, e: Infinity, places });
export const zero = stated(0);

export function times(a, b) {
  const places = a.places + b.places;
  const lost = places > MOST_PLACES ? cut(MOST_PLACES) : 0;
  const e = Math.abs(a.v) * b.e + Math.abs(b.v) * a.e + a.e * b.e;
  return made(a.v * b.v, (e || 0) + lost, Math.min(MOST_PLACES, places));
}

export const plus = (a, b) => made(a.v + b.v, a.e + b.e, Math.max(a.places, b.places));
export const less = (a, b) => made(a.v - b.v, a.e + b.e, Math.max(a.places, b.places));

/** Of two, the one that `pick` picks; both have the finer places. */
export function of(pick, a, b) {
  const places = Math.max(a.places, b.places);
  const one = pick(a.v, b.v) === a.v ? a : b;
  return { v: one.v, e: Math.abs(a.v - b.v) <= a.e + b.e ? Math.max(a.e, b.e) : one.e, places };
}

export const notBelowZero = (a) => (a.v > 0 ? a : { v: 0, e: a.v + a.e > 0 ? a.e : 0, places: a.places });

/** Nothing, if the divisor may be zero, and null, if it is. */
export function divided(a, b) {
  const places = Math.min(MOST_PLACES, a.places + 18);
  if (b.v === 0 && b.e === 0) return null;
  if (Math.abs(b.v) <= b.e || a.e === Infinity) return unsure(places);
  const e = (Math.abs(a.v) * b.e + Math.abs(b.v) * a.e) / (Math.abs(b.v) * (Math.abs(b.v) - b.e));
  return made(a.v / b.v, e + cut(places), places);
}

function root(take, degree) {
  return (a) => {
    const v = take(a.v);
    const places = Math.max(18, Math.ceil(a.places / degree) + 10);
    const off = a.e ? Math.max(take(a.v + a.e) - v, v - take(degree === 2 ? Math.max(0, a.v - a.e) : a.v - a.e)) : 0;
    return made(v, off + 2 * rounding(v) + cut(places), places);
  };
}
export const squareRoot = root(Math.sqrt, 2);
export const cubeRoot = root(Math.cbrt, 3);

/** inflection x (a / inflection) ^ exponent above the threshold, in proportion below it. */
export function damped(a, { threshold, inflection, exponent }) {
  const places = Math.min(MOST_PLACES, Math.max(18, a.places) + 10);
  const slope = (inflection * (threshold / inflection) ** exponent) / threshold;
  const v = a.v > threshold ? inflection * (a.v / inflection) ** exponent : a.v * slope;
  return made(v, slope * a.e + 32 * rounding(v) + cut(places), places);
}

/** -1, 0 or 1; undefined, if the doubles cannot tell. */
export function compared(a, b) {
  const apart = a.v - b.v;
  if (a.e + b.e > 0 && Math.abs(apart) <= a.e + b.e) return undefined;
  return Math.sign(apart);
}
