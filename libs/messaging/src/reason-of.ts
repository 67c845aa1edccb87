/** What a thrown value says, for dead letters, troubles and error messages. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
