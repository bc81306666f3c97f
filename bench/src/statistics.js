/** Medians and spreads: a few slow rounds, of which a shared machine has some, do not move them. */

export function median(values) {
  return quantile(values, 0.5);
}

export function quantile(values, at) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

/** The median of what one took for each that the other took in the same round. */
export function ratio(ones, others) {
  return median(ones.map((value, i) => value / others[i]));
}
