// Sums of amounts as the API writes them: exact, where adding them as they are would not be.

// The smallest unit of any currency is a ten-thousandth of its major unit (ISO 4217).
const UNITS = 10000;

const units = (amount) => Math.round(amount * UNITS);

export const sum = (amounts) => amounts.reduce((total, amount) => total + units(amount), 0) / UNITS;

// Whether `one / other` is exactly `that / another`.
export const isSameRatio = (one, other, that, another) =>
  BigInt(units(one)) * BigInt(units(another)) === BigInt(units(that)) * BigInt(units(other));

export const minus = (amount, other) => (units(amount) - units(other)) / UNITS;
