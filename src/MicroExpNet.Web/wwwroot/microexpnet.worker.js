// Runs the .NET library in a worker. Each message is a call { id, method, parameters }; the answer is { id, result } or { id, error }.
import { files } from './microexpnet.files.js';

const library = start();
let canvas, context, gray = new Uint8Array(0), planes = new Uint8Array(0);
let last = Promise.resolve();

// What luma values are as grey ones. Video of limited range has black at 16 and white at 235.
const limitedRange = Uint8ClampedArray.from({ length: 256 }, (_, luma) => (luma - 16) * 255 / 219);
const fullRange = Uint8ClampedArray.from({ length: 256 }, (_, luma) => luma);

// The range of frames that do not state theirs, as many cameras' do not: null if it is neither, undefined until it is known.
let unstatedRange;

const methods = {
  async start(model) {
    const { exports } = await library;
    if (model) exports.UseModel(model);
    const [version, instructionSet] = exports.Describe().split('\t');
    return { version, instructionSet, expressions: exports.Expressions() };
  },

  async configure({ minFace, minScore, smoothing, prior }) {
    (await library).exports.Configure(minFace, minScore, smoothing, prior);
  },

  async recognize(source, maxSize, time, still) {
    const { exports } = await library;
    const begin = performance.now();
    const { pixels, width, height, scale } = await readGray(source, maxSize);
    if (still) exports.Reset();
    const records = exports.Recognize(pixels, width, height, time);
    if (still) exports.Reset();
    return { records, scale, milliseconds: performance.now() - begin };
  },

  async recognizeFace(source) {
    const { exports } = await library;
    const { pixels, width, height } = await readGray(source, Infinity);
    return exports.RecognizeFace(pixels, width, height);
  },

  async reset() {
    unstatedRange = undefined;
    (await library).exports.Reset();
  },
};

// Not onmessage: the runtime would take the worker for one of its own threads, and wait for their messages.
// Calls run in their order, one at a time.
addEventListener('message', ({ data }) => last = last.then(() => answer(data)));

async function answer({ id, method, parameters }) {
  try {
    postMessage({ id, result: await methods[method](...parameters) });
  } catch (error) {
    // An exception of .NET has its stack after the message.
    postMessage({ id, error: String(error.message ?? error).split('\n')[0] });
  }
}

async function start() {
  // Not a static import: bundlers must leave the runtime as it is.
  const { dotnet } = await import(/* @vite-ignore */ /* webpackIgnore: true */ String(files['dotnet.js'] ?? new URL('_framework/dotnet.js', import.meta.url)));
  if (files['dotnet.js']) dotnet.withResourceLoader((type, name, url) => String(files[name] ?? url));
  const { getAssemblyExports, getConfig } = await dotnet.create();
  const assembly = await getAssemblyExports(getConfig().mainAssemblyName);
  return { exports: assembly.MicroExpNet.Web.Exports };
}

// The grey values of an image, at most maxSize pixels along its longer side, with OpenCV's weights as everywhere in the library.
// The image ends here.
async function readGray(source, maxSize) {
  const sourceWidth = source.displayWidth ?? source.width, sourceHeight = source.displayHeight ?? source.height;
  const scale = Math.min(1, maxSize / Math.max(sourceWidth, sourceHeight));
  const width = Math.max(1, Math.round(sourceWidth * scale)), height = Math.max(1, Math.round(sourceHeight * scale));
  try {
    if (scale === 1 && await readLuma(source, width, height)) return { pixels: gray, width, height, scale };
    readColors(source instanceof ImageData && scale === 1 && isOpaque(source) ? source : draw(source, width, height));
    return { pixels: gray, width, height, scale: width / sourceWidth };
  } finally {
    source.close?.();
  }
}

function readColors({ data, width, height }) {
  resizeGray(width * height);
  const colors = new Uint32Array(data.buffer, data.byteOffset, gray.length);
  for (let i = 0; i < gray.length; i++) {
    const color = colors[i];
    gray[i] = ((color & 255) * 9798 + (color >>> 8 & 255) * 19235 + (color >>> 16 & 255) * 3735 + 16384) >>> 15;
  }
}

// The fourth byte of each pixel, the highest of its number, is its opacity.
function isOpaque({ data }) {
  return new Uint32Array(data.buffer, data.byteOffset, data.length / 4).every(color => color >= 0xff000000);
}

function resizeGray(length) {
  if (gray.length !== length) gray = new Uint8Array(length);
}

// The luma plane of a camera's or film's frame, which has the same weights as grey: this spares the conversion to colours and back.
async function readLuma(frame, width, height) {
  if (!globalThis.VideoFrame || !(frame instanceof VideoFrame) || !['I420', 'NV12'].includes(frame.format)) return false;
  const { visibleRect, colorSpace } = frame;
  if (visibleRect.width !== width || visibleRect.height !== height || frame.rotation || frame.flip) return false;
  const isStated = ['smpte170m', 'bt470bg'].includes(colorSpace.matrix);
  if (!isStated && (colorSpace.matrix !== null || unstatedRange === null)) return false;
  const size = frame.allocationSize();
  if (planes.length !== size) planes = new Uint8Array(size);
  const [{ offset, stride }] = await frame.copyTo(planes);
  if (isStated) {
    readPlane(offset, stride, width, height, colorSpace.fullRange ? fullRange : limitedRange);
  } else {
    unstatedRange ??= findRange(draw(frame, width, height), offset, stride);
    if (!unstatedRange) return false;
    readPlane(offset, stride, width, height, unstatedRange);
  }

  return true;
}

function readPlane(offset, stride, width, height, range) {
  resizeGray(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const start = offset + y * stride, end = start + width;
    if (range === fullRange) gray.set(planes.subarray(start, end), y * width);
    else for (let from = start; from < end; from++, i++) gray[i] = range[planes[from]];
  }
}

// The range with which the luma plane is what the browser draws; null if it is neither, undefined if this frame does not tell.
function findRange(drawn, offset, stride) {
  const { width, height } = drawn;
  let limited = 0, full = 0;
  readColors(drawn);
  for (let y = 0, i = 0; y < height; y++) {
    for (let from = offset + y * stride, end = from + width; from < end; from++, i++) {
      limited += Math.abs(gray[i] - limitedRange[planes[from]]);
      full += Math.abs(gray[i] - planes[from]);
    }
  }

  const least = Math.min(limited, full) / gray.length, difference = Math.abs(limited - full) / gray.length;
  if (least > 2) return null;
  return difference < 2 ? undefined : limited < full ? limitedRange : fullRange;
}

// What shines through is white, as everywhere in the library.
function draw(source, width, height) {
  if (!canvas) {
    canvas = new OffscreenCanvas(width, height);
    context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  }

  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  if (source instanceof ImageData) {
    const whole = new OffscreenCanvas(source.width, source.height);
    whole.getContext('2d').putImageData(source, 0, 0);
    source = whole;
  }

  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'medium';
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
