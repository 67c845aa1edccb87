import { NAVIGATION } from './guide-page.ts';

/** The page of Swagger UI. Its scripts are files, since the page's policy allows no inline ones. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quotefleet API</title>
<link rel="icon" type="image/png" href="/api/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/api/docs/guide.css">
</head>
<body>
${NAVIGATION}
<div id="swagger-ui"></div>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script>
<script src="/api/docs/assets/swagger-ui-standalone-preset.js"></script>
<script src="/api/docs/initializer.js"></script>
</body>
</html>
`;

export const INITIALIZER = `SwaggerUIBundle({
  urls: [
    { url: '/openapi/v1.json', name: 'v1' },
    { url: '/openapi/v2.json', name: 'v2' },
  ],
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;
