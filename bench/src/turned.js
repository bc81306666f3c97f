/** The same in the same order, another one first each time. */
export function turned(all, by) {
  const from = ((by % all.length) + all.length) % all.length;
  return [...all.slice(from), ...all.slice(0, from)];
}
