import { escapeHtml } from './escape.ts';

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 28;
const TOP = 12;
const BOTTOM = 40;
const TICKS = 4;

export interface Line {
  name: string;
  /** x and y, in order of x. */
  points: readonly (readonly [number, number])[];
}

export interface ChartOptions {
  title: string;
  xLabel: string;
  yLabel: string;
  lines: readonly Line[];
  /** What stands under the axis, instead of round numbers. */
  xTicks?: readonly (readonly [number, string])[];
}

/** A picture of lines over one axis, from nothing upwards, as SVG of its own; colours come from the page. */
export function svgChart({ title, xLabel, yLabel, lines, xTicks }: ChartOptions): string {
  const points = lines.flatMap((line) => line.points);
  const xs = [...points.map(([x]) => x), ...(xTicks ?? []).map(([x]) => x)];
  const [xMin, xMax] = [
    Math.min(0, ...xs),
    xTicks ? Math.max(1e-9, ...xs) : Math.ceil(Math.max(1, ...xs) / TICKS) * TICKS,
  ];
  const yMax = roundUp(Math.max(0, ...points.map(([, y]) => y)));
  const toX = (x: number) => LEFT + ((x - xMin) / (xMax - xMin)) * (WIDTH - LEFT - RIGHT);
  const toY = (y: number) => HEIGHT - BOTTOM - (y / yMax) * (HEIGHT - TOP - BOTTOM);
  const under = xTicks ?? steps(xMin, xMax).map((x): [number, string] => [x, short(x)]);
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  return [
    `<figure><figcaption>${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">`,
    ...steps(0, yMax).map(
      (y) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(toY(y))}" y2="${fixed(toY(y))}"/>` +
        `<text x="${LEFT - 6}" y="${fixed(toY(y) + 4)}" text-anchor="end">${escapeHtml(short(y))}</text>`,
    ),
    ...under.map(
      ([x, text]) =>
        `<text x="${fixed(toX(x))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${escapeHtml(text)}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(xLabel)}</text>`,
    `<text transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle">${escapeHtml(yLabel)}</text>`,
    ...lines.map((line, index) => polyline(line, index, toX, toY)),
    '</svg>',
    `<p class="legend">${lines.map(({ name }, index) => `<span class="line${index}">${escapeHtml(name)}</span>`).join(' ')}</p>`,
    '</figure>',
  ].join('\n');
}

function polyline(line: Line, index: number, toX: (x: number) => number, toY: (y: number) => number): string {
  const points = line.points.map(([x, y]) => `${fixed(toX(x))},${fixed(toY(y))}`).join(' ');
  return `<polyline class="line${index}" points="${points}"><title>${escapeHtml(line.name)}</title></polyline>`;
}

function steps(from: number, to: number): number[] {
  return Array.from({ length: TICKS + 1 }, (_, index) => from + ((to - from) * index) / TICKS);
}

/** To 1, 2, 4, 5 or 8 times a power of ten, so that the quarters are round as well. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 4, 8, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
}

function short(value: number): string {
  return value >= 10_000 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(3)));
}

function fixed(value: number): string {
  return value.toFixed(1);
}
