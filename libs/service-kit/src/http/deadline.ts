/** Carries how many milliseconds the caller still waits for the answer; a service may give up after them. */
export const DEADLINE_HEADER = 'x-qf-deadline-ms';
