/** A line for the person or script that reads the answer. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line about trouble, kept out of what a script reads. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
