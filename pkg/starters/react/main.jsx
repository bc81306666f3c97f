import "ink-number/element";
import { useState } from "react";
import { createRoot } from "react-dom/client";

function Form() {
  const [year, setYear] = useState("");
  return (
    <form>
      <label htmlFor="year">Year</label>
      <ink-number id="year" name="year" required maxlength="4" value={year} onInput={(event) => setYear(event.target.value)} />
      <output htmlFor="year">{year}</output>
      <button>Send</button>
    </form>
  );
}

createRoot(document.querySelector("#root")).render(<Form />);
