// Recognises the expressions of faces in the browser, in a worker. The types and their explanations are in microexpnet.d.ts.

// A million days, as everywhere in the library.
const longestTime = 86_400_000_000_000;
const largestFace = 65_535;
const defaults = { minFace: 40, minScore: 0.65, smoothing: 0, prior: 'natural' };

/** Starts the library. */
export async function createRecognizer(options = {}) {
  const { model, ...rest } = options;
  const settings = merge(defaults, rest);
  checkModel(model);
  const calls = new Calls(startWorker());
  try {
    const bytes = model instanceof ArrayBuffer ? new Uint8Array(model) : model;
    const about = await calls.send('start', [bytes]);
    await calls.send('configure', [settings]);
    return new Recognizer(calls, about, settings);
  } catch (error) {
    calls.close();
    throw error;
  }
}

// A server that renders pages imports the module, too, and has no location.
const isOwnOrigin = () => new URL(import.meta.url).origin === location.origin;

// Bundlers know a worker by this very expression.
function startWorker() {
  if (isOwnOrigin()) return new Worker(new URL('./microexpnet.worker.js', import.meta.url), { type: 'module' });

  // A worker's own script must be of the page's origin, but may import others.
  const script = `import ${JSON.stringify(import.meta.url.replace(/[^/]*$/, 'microexpnet.worker.js'))};`;
  return new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
}

class Recognizer {
  #calls;
  #settings;
  #configured = Promise.resolve();

  constructor(calls, about, settings) {
    this.#calls = calls;
    this.#settings = settings;
    this.version = about.version;
    this.instructionSet = about.instructionSet;
    this.expressions = Object.freeze(about.expressions);
  }

  get options() {
    return { ...this.#settings };
  }

  // One after another: each keeps what those before it have set.
  configure(options) {
    const configured = this.#configured.then(async () => {
      const settings = merge(this.#settings, options);
      await this.#calls.send('configure', [settings]);
      this.#settings = settings;
    });
    this.#configured = configured.catch(() => {});
    return configured;
  }

  async recognize(source, { time = performance.now(), still = false, maxSize = 640 } = {}) {
    checkNumber('time', time, value => Math.abs(value) <= longestTime, `a number of milliseconds, -${longestTime} to ${longestTime}`);
    checkNumber('maxSize', maxSize, value => value >= 32, 'a number of pixels, 32 or more');
    const answer = await this.#calls.sendPicture('recognize', source, maxSize, time, still);
    return { faces: this.#faces(answer.records, answer.scale), milliseconds: answer.milliseconds };
  }

  async recognizeFace(source) {
    return this.#scores(await this.#calls.sendPicture('recognizeFace', source));
  }

  reset() {
    return this.#calls.send('reset', []);
  }

  close() {
    this.#calls.close();
  }

  // FaceRecord.cs says how the numbers lie.
  #faces(records, scale) {
    const length = 10 + this.expressions.length, faces = [];
    for (let start = 0; start < records.length; start += length) {
      const record = records.slice(start, start + length), [track, x, y, width, height, score, ...eyes] = record;
      const scores = this.#scores(record.slice(10));
      faces.push({
        track,
        box: { x: x / scale, y: y / scale, width: width / scale, height: height / scale },
        eyes: Number.isNaN(eyes[0]) ? null
          : { left: { x: eyes[0] / scale, y: eyes[1] / scale }, right: { x: eyes[2] / scale, y: eyes[3] / scale } },
        score,
        ...scores,
      });
    }

    return faces;
  }

  #scores(values) {
    let top = 0;
    for (let i = 1; i < values.length; i++) if (values[i] > values[top]) top = i;
    return {
      expression: this.expressions[top],
      probability: values[top],
      probabilities: Object.fromEntries(this.expressions.map((name, i) => [name, values[i]])),
    };
  }
}

const explainNotLoaded = () => 'microexpnet.worker.js could not be loaded'
  + (isOwnOrigin() ? '' : `; the server at ${new URL(import.meta.url).origin} must send Access-Control-Allow-Origin, and a`
    + ` content security policy of the page allow worker-src blob: ${new URL(import.meta.url).origin}`);

// The calls of a worker that have no answer yet.
class Calls {
  #worker;
  #waiting = new Map();
  #next = 0;
  #failure = null;

  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data: { id, result, error } }) => {
      const call = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) call?.resolve(result);
      else call?.reject(new Error(error));
    };
    worker.onmessageerror = () => this.#fail('an answer of the worker could not be read');
    // A script that cannot be loaded has no message.
    worker.onerror = ({ message }) => this.#fail(
      message ? `the worker failed: ${message}` : `the worker did not start: ${explainNotLoaded()}`);
  }

  async send(method, parameters, transfer = []) {
    const id = this.#next++;
    try {
      this.#checkOpen();
      this.#worker.postMessage({ id, method, parameters }, transfer);
    } catch (error) {
      // What did not go to the worker is this page's to close: a camera stops when too many of its frames are open.
      for (const image of transfer) image.close();
      throw error;
    }

    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async sendPicture(method, source, ...parameters) {
    this.#checkOpen();
    const { image, transfer } = await capture(source);
    return this.send(method, [image, ...parameters], transfer);
  }

  close() {
    this.#fail('the recogniser is closed');
  }

  #checkOpen() {
    if (this.#failure) throw new Error(this.#failure);
  }

  #fail(message) {
    this.#worker.terminate();
    this.#failure ??= message;
    for (const { reject } of this.#waiting.values()) reject(new Error(message));
    this.#waiting.clear();
  }
}

// Something that can go to the worker; pixels that belong to the page are copied, frames are moved.
async function capture(source) {
  if (source instanceof ImageData) return { image: source, transfer: [] };
  // In a worker there are no elements.
  if (globalThis.HTMLVideoElement && source instanceof HTMLVideoElement) {
    if (source.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) throw new Error('the video has no frame yet; wait for its event loadeddata');
    if (globalThis.VideoFrame) {
      const frame = new VideoFrame(source);
      return { image: frame, transfer: [frame] };
    }
  }

  const bitmap = await createImageBitmap(source);
  return { image: bitmap, transfer: [bitmap] };
}

// The types let an option be undefined: then it is as if it were left out.
function merge(settings, options) {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return check({ ...settings, ...Object.fromEntries(given) });
}

function check(settings) {
  const { minFace, minScore, smoothing, prior } = settings;
  const unknown = Object.keys(settings).find(name => !(name in defaults));
  if (unknown) throw new RangeError(`no option '${unknown}'; expected model, ${Object.keys(defaults).join(', ')}`);
  checkNumber('minFace', minFace, value => Number.isInteger(value) && value >= 14 && value <= largestFace,
    `a whole number of pixels, 14 to ${largestFace}`);

  // The library has it in single precision.
  checkNumber('minScore', minScore, value => Math.fround(value) > 0 && Math.fround(value) < 1, 'a number between 0 and 1');
  checkNumber('smoothing', smoothing, value => value >= 0 && value <= 10_000, '0 to 10000 milliseconds');
  if (prior !== 'natural' && prior !== 'uniform') throw new RangeError(`prior '${prior}'; expected 'natural' or 'uniform'`);
  return settings;
}

function checkNumber(name, value, isRight, expected) {
  if (typeof value !== 'number') throw new TypeError(`${name} is of type ${typeOf(value)}; expected ${expected}`);
  if (!isRight(value)) throw new RangeError(`${name} ${value}; expected ${expected}`);
}

function checkModel(model) {
  if (model === undefined || model === null || model instanceof ArrayBuffer || model instanceof Uint8Array) return;
  throw new TypeError(`model is of type ${typeOf(model)}; expected the bytes of an ONNX file, an ArrayBuffer or Uint8Array`);
}

const typeOf = value => value?.constructor?.name ?? typeof value;
