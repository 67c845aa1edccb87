import { escapeHtml } from './escape.ts';
import { type ChartOptions, svgChart } from './svg-chart.ts';

export interface Section {
  heading: string;
  rows: readonly (readonly [string, string | number])[];
}

export interface PageOptions {
  title: string;
  /** One sentence, and whether it is a good one. */
  verdict: { isGood: boolean; text: string };
  sections: readonly Section[];
  charts: readonly ChartOptions[];
  /** Lines as they were found. */
  findings: readonly string[];
}

const STYLE = `
:root { color-scheme: light dark; --text: #1c2024; --dim: #60646c; --back: #fff; --rule: #d9d9e0;
  --line0: #0b68cb; --line1: #c2410c; --line2: #15803d; --good: #15803d; --bad: #c81e1e; }
@media (prefers-color-scheme: dark) { :root { --text: #edeef0; --dim: #b0b4ba; --back: #111113; --rule: #363a3f;
  --line0: #70b8ff; --line1: #ff9f6b; --line2: #71d083; --good: #71d083; --bad: #ff8f8f; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 1340px;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 0 0 .4rem; }
.verdict { border-left: 4px solid; padding-left: .8rem; } .good { border-color: var(--good); } .bad { border-color: var(--bad); }
.grid2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 1.6rem; margin-top: 1.6rem; }
table { border-collapse: collapse; width: 100%; } td { border-top: 1px solid var(--rule); padding: .2rem .4rem; }
td:last-child { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
svg text { font-size: 13px; fill: var(--dim); } .grid { stroke: var(--rule); }
polyline { fill: none; stroke-width: 1.6; } polyline.line0 { stroke: var(--line0); } polyline.line1 { stroke: var(--line1); }
polyline.line2 { stroke: var(--line2); }
.legend { margin: 0; color: var(--dim); font-size: 13px; } .legend span::before { content: ""; display: inline-block;
  width: 1.2em; height: 3px; margin-right: .4em; vertical-align: middle; background: currentColor; }
.legend .line0 { color: var(--line0); } .legend .line1 { color: var(--line1); } .legend .line2 { color: var(--line2); }
pre { overflow-x: auto; }
`;

/** A report as one HTML file that needs no other. */
export function htmlPage({ title, verdict, sections, charts, findings }: PageOptions): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="verdict ${verdict.isGood ? 'good' : 'bad'}">${escapeHtml(verdict.text)}</p>`,
    '<div class="grid2">',
    ...charts.map(svgChart),
    '</div>',
    '<div class="grid2">',
    ...sections.map(toTable),
    '</div>',
    ...(findings.length > 0 ? ['<h2>Findings</h2>', `<pre>${escapeHtml(findings.join('\n'))}</pre>`] : []),
    '</html>',
    '',
  ].join('\n');
}

function toTable({ heading, rows }: Section): string {
  const cells = rows.map(
    ([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(toText(value))}</td></tr>`,
  );
  return `<section><h2>${escapeHtml(heading)}</h2><table>${cells.join('')}</table></section>`;
}

function toText(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 2 }) : value;
}
