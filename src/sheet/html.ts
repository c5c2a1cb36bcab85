import { escapeHtml, writeTag } from '../picture/attributes.ts';
import { labelOf, printable } from '../report.ts';
import { GENERATOR } from './made-by.ts';
import { STYLE } from './style.ts';
import { describeDate, describeImage, describePrice, summarise, writeCommand } from './texts.ts';
import type { ContactSheet, SheetCandidate, SheetNote, SheetSection } from './types.ts';

/** The page needs nothing but itself, and is not to load or run anything that a name brings in. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Sections side by side are at most so wide. */
const MOST_TILES = 4;

/**
 * Writes a contact sheet as one page that holds all it needs, in UTF-8. Same sheet, same bytes. Section by
 * section: as one text, a hundred megabytes of thumbnails would be in memory four times.
 */
export function writeSheetHtml(sheet: ContactSheet): Buffer {
  const sections = sheet.map((section) => Buffer.from(`${writeSection(section)}\n`));
  return Buffer.concat([Buffer.from(writeHead(sheet)), ...sections, Buffer.from(FOOT)]);
}

const FOOT = `</main>
</body>
</html>
`;

function writeHead(sheet: ContactSheet): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${GENERATOR}
${writeTag('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY })}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Contact sheet</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Contact sheet</h1>
<p>${text(summarise(sheet))}. The commands are for the root of the project.</p>
</header>
<main>
`;
}

function writeSection(section: SheetSection): string {
  const { candidates, notes } = section;
  const tiles = candidates.map((one) => writeCandidate(one, section));
  const empty = candidates.length === 0;
  const width = Math.min(MOST_TILES, Math.max(1, candidates.length));
  return `${writeTag('section', { style: `--tiles:${width}` })}
<h2>${text(labelOf(section))}</h2>
${empty ? '' : notes.map(writeNote).join('\n')}
<div class="tiles">
${empty ? writeEmpty(notes) : tiles.join('\n')}
</div>
</section>`;
}

function writeCandidate(candidate: SheetCandidate, section: SheetSection): string {
  const { number, picked, problem, createdAt } = candidate;
  const badge = picked ? '<span class="badge">picked</span>' : '';
  const { pickAs } = section;
  const pick = pickAs === null ? '' : writeCommand('pick', pickAs, `${number}`);
  const command = problem === null ? pick : 'npx image-prompt verify --repair';
  return `${writeTag('figure', { class: picked ? 'tile picked' : 'tile' })}
<div class="mat">${writePicture(candidate, section)}</div>
<figcaption>
<p class="name"><b>${number}</b>${badge}</p>
<p>${text(describeImage(candidate))}</p>
<p>${writeTag('time', { datetime: createdAt })}${text(describeDate(candidate))}</time> · ${text(describePrice(candidate))}</p>
${command === '' ? '' : writeCode(command)}
</figcaption>
</figure>`;
}

function writePicture(
  { number, thumbnail, problem }: SheetCandidate,
  section: SheetSection,
): string {
  if (thumbnail === null) return `<p class="problem">${text(`broken: ${problem ?? ''}`)}</p>`;
  const { bytes, width, height } = thumbnail;
  const { alt } = section;
  const label = labelOf(section);
  return writeTag('img', {
    src: `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`,
    width,
    height,
    alt: printable(`Candidate ${number} of ${label}${alt === '' ? '' : `: ${alt}`}`),
  });
}

/** Where candidates would be. */
function writeEmpty(notes: readonly SheetNote[]): string {
  return `<div class="tile empty">
<div class="mat"><div>${notes.map(({ tone, text: note }) => writeLine(tone, note)).join('')}</div></div>
<figcaption>${notes.map(({ command }) => writeCode(command)).join('')}</figcaption>
</div>`;
}

function writeNote({ tone, text: note, command }: SheetNote): string {
  return `${writeLine(tone, note)}${writeCode(command)}`;
}

function writeLine(tone: SheetNote['tone'], note: string): string {
  return `${writeTag('p', { class: `note ${tone}` })}${text(note)}</p>`;
}

function writeCode(command: string | null): string {
  return command === null ? '' : `<code>${text(command)}</code>`;
}

function text(value: string): string {
  return escapeHtml(printable(value));
}
