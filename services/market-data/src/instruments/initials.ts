import { pinyin } from 'pinyin-pro';

/** The initials of a name as people type them: 贵州茅台 is gzmt, *ST 信通 is stxt. */
export function initials(name: string): string {
  return pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
    .join('')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}
