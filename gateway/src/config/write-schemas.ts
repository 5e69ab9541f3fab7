/** Writes config/schema/*.schema.json: `node gateway/src/config/write-schemas.ts`, after every change of a schema. */
import { mkdir, writeFile } from 'node:fs/promises';
import { jsonSchemas } from './json-schemas.ts';

const folder = new URL('../../../config/schema/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [file, text] of jsonSchemas()) await writeFile(new URL(file, folder), text);
