export { API_KEY_FILE, MASTER_KEY_FILE, RUN_FILE, type RunFile, runFileSchema } from './run-file.ts';
