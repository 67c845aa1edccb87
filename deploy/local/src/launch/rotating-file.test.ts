import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RotatingFile } from './rotating-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'qf-log-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('RotatingFile', () => {
  it('keeps the newest lines within its bound, and one file before them', () => {
    const path = join(dir, 'logs', 'a.log');
    const file = new RotatingFile(path, 20);
    for (let line = 1; line <= 9; line++) file.write(`line ${line} ....\n`);
    expect(readFileSync(path, 'utf8')).toBe('line 9 ....\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('line 7 ....\nline 8 ....\n');
    expect(readdirSync(join(dir, 'logs')).sort()).toEqual(['a.log', 'a.log.1']);
  });

  it('goes on in the file of the run before', () => {
    const path = join(dir, 'a.log');
    new RotatingFile(path).write('before\n');
    new RotatingFile(path).write('after\n');
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  });
});
