/** The style sheet of a contact sheet that is a page. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f4ef; --card: #fff; --line: #dcd8cf; --mat: #ebe8e1;
  --ink: #211f1c; --dim: #68635b; --picked: #0b6a59; --on-picked: #fff; --problem: #a3262b;
  --check: #0001;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171614; --card: #22201d; --line: #3a3733; --mat: #2c2a26;
    --ink: #efece6; --dim: #a8a298; --picked: #59c7b1; --on-picked: #10201d; --problem: #ff9a94;
    --check: #fff2;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  padding: clamp(1rem, 4vw, 3rem); background: var(--paper); color: var(--ink);
  font: 0.9375rem/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; line-height: 1.2; }
header p { color: var(--dim); }
main { display: flex; flex-wrap: wrap; gap: 2.5rem 1.25rem; margin-top: 2rem; }
section { width: calc(var(--tiles) * 18rem + (var(--tiles) - 1) * 1.25rem); max-width: 100%; }
h2 { font-size: 1rem; overflow-wrap: anywhere; }
.note { color: var(--dim); overflow-wrap: anywhere; }
.problem { color: var(--problem); }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
  gap: 1.25rem; align-items: start; margin-top: 0.75rem;
}
.tile {
  overflow: hidden; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.75rem;
}
.tile.picked { border-color: var(--picked); box-shadow: 0 0 0 2px var(--picked); }
.tile.empty { border: 2px dashed var(--line); background: none; }
.tile.empty .mat { background: none; }
.note + code { width: fit-content; max-width: 100%; }
.mat { display: grid; place-items: center; min-height: 8rem; background: var(--mat); }
.mat p { padding: 1rem; text-align: center; overflow-wrap: anywhere; }
img {
  display: block; max-width: 100%; height: auto;
  background: repeating-conic-gradient(var(--check) 0 25%, transparent 0 50%) 0 0 / 1.25rem 1.25rem;
}
figcaption { padding: 0.625rem 0.875rem 0.875rem; color: var(--dim); font-size: 0.8125rem; }
.name { display: flex; align-items: center; gap: 0.5rem; color: var(--ink); font-size: 1rem; }
.badge {
  padding: 0 0.5rem; border-radius: 1rem; background: var(--picked); color: var(--on-picked);
  font-size: 0.75rem; font-weight: 600;
}
code {
  display: block; margin-top: 0.5rem; padding: 0.375rem 0.5rem; border-radius: 0.375rem;
  background: var(--mat); color: var(--ink); font: 0.75rem/1.5 ui-monospace, monospace;
  overflow-wrap: anywhere; unicode-bidi: isolate; user-select: all;
}
@media (max-width: 40rem) { section { width: 100%; } }
@media print { .tile, section { break-inside: avoid; } }
`;
