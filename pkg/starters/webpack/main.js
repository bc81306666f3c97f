import "ink-number/element";

document.querySelector("ink-number").addEventListener("ink-reading", ({ detail: { reading } }) => {
  const [best] = reading.hypotheses;
  document.querySelector("output").textContent = best ? `${best.text}, ${Math.round(100 * best.probability)} % sure` : reading.reason;
});
