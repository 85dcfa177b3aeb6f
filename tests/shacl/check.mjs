// SPDX-License-Identifier: Apache-2.0
// check.mjs SHAPES DOCUMENT...: status 0 when every document (JSON-LD) fits the shapes below SHAPES
// (Turtle). Shapes in SPARQL are left out, the validator knows only SHACL Core; so are owl:imports,
// because all ontologies are at hand.
import fs from 'node:fs';
import path from 'node:path';
import rdf from '@zazuko/env';
import jsonld from 'jsonld';
import { Parser } from 'n3';
import SHACLValidator from 'rdf-validate-shacl';

const leftOut = new Set(['http://www.w3.org/2002/07/owl#imports', 'http://www.w3.org/ns/shacl#sparql']);

function turtleFiles(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    const full = path.join(folder, item.name);
    if (item.isDirectory()) return turtleFiles(full);
    return item.name.endsWith('.ttl') ? [full] : [];
  });
}

const [folder, ...documents] = process.argv.slice(2);
const shapes = rdf.dataset();
turtleFiles(folder).forEach((file, number) => {
  // Blank nodes of two files must not meet.
  const parser = new Parser({ factory: rdf, blankNodePrefix: `f${number}_` });
  for (const quad of parser.parse(fs.readFileSync(file, 'utf8')))
    if (!leftOut.has(quad.predicate.value)) shapes.add(quad);
});

let wrong = 0;
for (const document of documents) {
  const text = await jsonld.toRDF(JSON.parse(fs.readFileSync(document, 'utf8')),
                                  { format: 'application/n-quads' });
  const data = rdf.dataset(new Parser({ factory: rdf, format: 'N-Quads' }).parse(text));
  const statements = data.size;
  for (const quad of shapes) data.add(quad);
  const report = await new SHACLValidator(shapes, { factory: rdf }).validate(data);
  const own = report.results.filter((one) => one.focusNode?.value.startsWith('http://example.org/kb/'));
  console.log(`${document}: ${statements} statements, ${own.length} results`);
  for (const one of own)
    console.log(`  ${one.severity?.value} ${one.focusNode?.value} ${one.path?.value} ` +
                one.message.map((message) => message.value).join(' '));
  // Info: a hash name that the open vocabulary lacks (CRC-32).
  const counted = own.filter((one) => !one.severity.value.endsWith('Info'));
  wrong += counted.length + (statements === 0 ? 1 : 0);
}
process.exit(wrong === 0 ? 0 : 1);
