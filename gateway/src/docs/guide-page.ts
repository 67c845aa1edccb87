import { type Block, toHtml } from '@quotefleet/contracts';

export const NAVIGATION = `<nav class="guides">
<a href="/api/docs">Reference</a>
<a href="/api/docs/sockets">Sockets</a>
<a href="/api/docs/errors">Errors</a>
<a href="/api/docs/migration">v1 to v2</a>
<a href="/openapi/v1.json">v1.json</a>
<a href="/openapi/v2.json">v2.json</a>
<a href="/asyncapi.json">asyncapi.json</a>
</nav>`;

export const GUIDE_STYLE = `.guides { display: flex; flex-wrap: wrap; gap: 1.5rem; padding: .75rem 1.25rem; background: #1b1f24;
  font: 14px/1.5 system-ui, sans-serif; }
.guides a { color: #e6edf3; text-decoration: none; }
.guides a:hover { text-decoration: underline; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; font: 15px/1.6 system-ui, sans-serif; color: #1f2328; }
main table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: 14px; }
main th, main td { border: 1px solid #d0d7de; padding: .35rem .6rem; text-align: left; vertical-align: top; }
main th { background: #f6f8fa; }
main code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
main pre { background: #f6f8fa; padding: .8rem 1rem; overflow-x: auto; }
main pre code { overflow-wrap: normal; }
body { margin: 0; }
`;

/** A guide as a page that needs nothing but its style sheet: no script, nothing from elsewhere. */
export function guidePage(title: string, blocks: readonly Block[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Quotefleet API</title>
<link rel="icon" type="image/png" href="/api/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/guide.css">
</head>
<body>
${NAVIGATION}
<main>
${toHtml(blocks)}
</main>
</body>
</html>
`;
}
