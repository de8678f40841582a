// Reads {document, replies} from stdin and prints, as a list of texts, what is wrong: with the document as OpenAPI, with the
// replies as the document describes them, and which operations no reply was given of. argv[2]: the folder of node_modules.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const folder = process.argv[2] + '/';
const require = createRequire(folder);
const Ajv = require('ajv/dist/2020').default;
const { Validator } = await import(pathToFileURL(folder + 'node_modules/@seriousme/openapi-schema-validator/index.js'));
const { document, replies } = JSON.parse(readFileSync(0, 'utf8'));
const wrong = [];

const whole = await new Validator().validate(structuredClone(document));
if (!whole.valid) wrong.push(`not OpenAPI: ${JSON.stringify(whole.errors)}`);

const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false, allErrors: true, validateSchema: true });
require('ajv-formats').default(ajv);
ajv.addVocabulary(['openapi', 'info', 'servers', 'tags', 'paths', 'components']);
ajv.addSchema(document, 'api', undefined, false);
const pointer = (...keys) => 'api#/' + keys.map(key => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
const validator = (...keys) => ajv.compile({ $ref: pointer(...keys) });
const found = keys => keys.reduce((node, key) => node?.[key], document);
const follow = (keys, node = found(keys)) => node?.$ref ? node.$ref.slice(2).split('/') : keys;
const compiled = new Map();
function check(keys, value, what) {
    const key = keys.join(' ');
    if (!compiled.has(key)) compiled.set(key, validator(...keys));
    const valid = compiled.get(key);
    if (!valid(value)) wrong.push(`${what}: ${ajv.errorsText(valid.errors)}`);
}

const operations = new Map();
for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
        if (method !== 'x-oai-additionalOperations') operations.set(`${method.toUpperCase()} ${path}`, ['paths', path, method]);
        else for (const other of Object.keys(operation)) operations.set(`${other} ${path}`, ['paths', path, method, other]);
    }
}

for (const [name, keys] of operations) {
    const operation = found(keys);
    for (const [at, parameter] of operation.parameters?.entries() ?? []) {
        const schema = [...keys, 'parameters', String(at), 'schema'];
        if ('example' in parameter) check(schema, parameter.example, `${name}, example of ${parameter.name}`);
        else validator(...schema);
    }
    const body = [...keys, 'requestBody', 'content', 'application/json'];
    if (operation.requestBody) {
        validator(...body, 'schema');
        if (found(body).example) check([...body, 'schema'], found(body).example, `${name}, example of its body`);
    }
}

const answered = new Set();
for (const { operation, status, type, body, request } of replies) {
    const name = `${operation} -> ${status} ${type ?? ''}`;
    const at = operations.get(operation);
    if (!at) { wrong.push(`${name}: no such operation`); continue; }
    answered.add(operation);
    const requestSchema = [...at, 'requestBody', 'content', 'application/json', 'schema'];
    if (request && status < 300) check(requestSchema, JSON.parse(request), `${name}, what was sent`);
    const response = follow([...at, 'responses', String(status)]);
    if (!found(response)) { wrong.push(`${name}: the status is not described`); continue; }
    const described = found(response).content;
    if (!body) { if (described && status !== 304) wrong.push(`${name}: a body is described, but there is none`); continue; }
    if (!described?.[type]) { wrong.push(`${name}: the type is not described`); continue; }
    const content = [...response, 'content', type];
    if (type.endsWith('json') && type !== 'application/x-ndjson') check([...content, 'schema'], JSON.parse(body), name);
    else check([...content, 'schema'], body, name);
    if (type === 'application/x-ndjson') {
        for (const line of body.trimEnd().split('\n')) check([...content, 'x-oai-itemSchema'], JSON.parse(line), name);
    }
}
for (const operation of operations.keys()) if (!answered.has(operation)) wrong.push(`${operation}: no reply of it was given`);
console.log(JSON.stringify(wrong));
