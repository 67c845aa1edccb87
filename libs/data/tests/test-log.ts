export interface LogLine {
  level: 'info' | 'warn';
  message: string;
  fields: object;
}

/** A log that a test reads. */
export function logOf() {
  const lines: LogLine[] = [];
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  return { lines, info: write('info'), warn: write('warn'), clear: () => lines.splice(0) };
}
