import { boundaryErrors, readBoundaries } from './boundaries.mjs';

const read = readBoundaries();
const errors = boundaryErrors(read);
for (const error of errors) console.error(error);
if (errors.length === 0) console.log(`${read.modules} files keep their boundaries`);
process.exitCode = errors.length === 0 ? 0 : 1;
