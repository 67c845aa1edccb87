import { describe, expect, it } from '@jest/globals';
import { FORMATS, MEDIA_TYPES } from './format.ts';
import { negotiateFormat } from './negotiate-format.ts';

describe('negotiateFormat', () => {
  it.each(FORMATS)('gives %s by name and by its own media type', (format) => {
    expect(negotiateFormat(format.toUpperCase(), undefined)).toBe(format);
    expect(negotiateFormat(undefined, MEDIA_TYPES[format])).toBe(format);
  });

  it('lets the name win over the header', () => {
    expect(negotiateFormat('csv', 'application/json')).toBe('csv');
    expect(negotiateFormat('xlsx', '*/*')).toBeUndefined();
    expect(negotiateFormat('', undefined)).toBeUndefined();
  });

  it.each([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['application/*', 'json'],
    ['text/*', 'csv'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
    ['application/json, text/plain, */*', 'json'],
    ['text/csv, */*', 'csv'],
    ['application/json;q=0.5, text/csv', 'csv'],
    ['application/parquet', 'parquet'],
    ['Application/X-NDJSON; charset=utf-8; Q=0.3', 'ndjson'],
    ['application/parquet, text/csv', 'parquet'],
    ['text/csv;q=0.4, application/vnd.apache.arrow.stream;q=0.6', 'arrow'],
    ['application/json;q=0, */*;q=0.1', 'ndjson'],
    ['text/csv;q=nonsense, application/json;q=0.1', 'json'],
  ])('answers Accept: %s with %s', (accept, format) => {
    expect(negotiateFormat(undefined, accept)).toBe(format);
  });

  it.each(['text/html', 'text/csv;q=0', 'application/json;q=', ';', '*'])('has nothing for Accept: %s', (accept) => {
    expect(negotiateFormat(undefined, accept)).toBeUndefined();
  });
});
