import { createRecognizer } from '../microexpnet.js';
import { isAllowed, listCameras, openCamera } from './camera.js';
import { FaceList } from './faces.js';
import { Recording } from './recording.js';
import { Settings } from './settings.js';
import { Stage } from './stage.js';
import { Timelines } from './timeline.js';

const element = id => document.getElementById(id);
const stage = new Stage(), faceList = new FaceList(), timelines = new Timelines(), settings = new Settings();
const { video } = stage;
const stillSize = 1280, mostShown = 4096;
const sampleName = 'Sample: a portrait of Eileen Collins by NASA';

let recognizer, samplePicture;

// What is shown: { kind: 'camera' | 'film' | 'picture', name, mirrored, … }. A new one ends the old one.
let source = null;
let facing = 'user';
let recording = null;

// Counts what was chosen to be shown: what opens late gives way to what was chosen after it.
let choices = 0;
const choose = () => ++choices;
const isLast = choice => choice === choices;

// A frame may wait while another is recognised, so that a search of the whole frame, which takes longer than a frame's time, loses none.
const mostPending = 2;
let pending = 0;
let times = [];

// Cameras that are being opened, and whether one was closed, or not opened, since the page was hidden.
let openings = 0;
let isAsleep = false;

start();

async function start() {
  registerServiceWorker();
  const begin = performance.now();
  try {
    // The sample is loaded with the page, so that nothing is asked for later.
    [recognizer, samplePicture] = await Promise.all([createRecognizer(settings.options), fetch('sample.jpg').then(answer => answer.blob())]);
  } catch (error) {
    say(`The recogniser did not start: ${error.message}`);
    element('status').textContent = '';
    return;
  }

  // A setting may have been changed meanwhile.
  await recognizer.configure(settings.options);
  element('about').textContent = `MicroExpNet ${recognizer.version}, ${recognizer.instructionSet}, started in ${Math.round(performance.now() - begin)} ms.`;
  const first = choose();
  for (const id of ['camera', 'open', 'sample']) element(id).disabled = false;
  await showCameras();
  if (await isAllowed() && isLast(first)) await startCamera(first);
  if (!source && isLast(first)) await showPicture(samplePicture, sampleName, first);
  document.documentElement.dataset.ready = '';
}

function registerServiceWorker() {
  // The list of files is that of the new version, though the browser may have kept the one before.
  navigator.serviceWorker?.register('service-worker.js', { updateViaCache: 'none' }).catch(() => {
    // Without it the page works, but not offline.
  });
}

// Sources

async function startCamera(choice = choose()) {
  const device = settings.get('device');
  say('');
  if (document.hidden) {
    isAsleep = true;
    return;
  }

  let stream;
  openings++;
  try {
    stream = await openCamera(device, facing);
  } catch (error) {
    if (isLast(choice)) say(error.message);
    return;
  } finally {
    openings--;
  }

  if (!isLast(choice)) {
    stopTracks(stream);
    return;
  }

  const track = stream.getVideoTracks()[0], isBack = track.getSettings().facingMode === 'environment';
  if (!await setSource({ kind: 'camera', name: 'camera', stream, mirrored: !isBack && settings.get('mirror') })) return;
  track.addEventListener('ended', () => {
    if (source?.stream !== stream) return;
    endSource();
    say('The camera was disconnected. Connect it and press Start camera again, or open a file instead.');
  });
  video.srcObject = stream;
  await playVideo();
  await showCameras();
}

// Many phones open one camera at a time.
function changeCamera() {
  endSource();
  startCamera();
}

async function showFile(file) {
  say('');
  if (isFilm(file)) await startFilm(file);
  else await showPicture(file, file.name);
}

// Not every system knows the type of every file.
const isFilm = ({ type, name }) => type ? type.startsWith('video/') : /\.(mp4|m4v|mov|webm|mkv|ogv)$/i.test(name);

async function startFilm(file) {
  const url = URL.createObjectURL(file);
  choose();
  if (!await setSource({ kind: 'film', name: file.name, url, mirrored: false })) return;
  const film = source;
  video.src = url;
  video.onerror = () => {
    if (source !== film) return;
    endSource();
    say(`${file.name}: the browser cannot play it. Films: MP4 (H.264) or WebM; pictures: JPEG, PNG, WebP, GIF or AVIF.`);
  };

  // Of a film whose pictures it cannot decode, a browser plays the sound.
  video.onloadedmetadata = () => {
    if (!video.videoWidth) video.onerror?.();
  };
  await playVideo();
}

async function showPicture(file, name, choice = choose()) {
  let bitmap, size;
  try {
    bitmap = await createImageBitmap(file);
    size = sizeOf(bitmap);
    const side = bitmap.width > bitmap.height ? 'resizeWidth' : 'resizeHeight';
    if (Math.max(bitmap.width, bitmap.height) > mostShown) bitmap = await createImageBitmap(bitmap, { [side]: mostShown });
  } catch {
    if (isLast(choice)) say(`${name}: the browser cannot read it. Pictures: JPEG, PNG, WebP, GIF or AVIF; films: MP4 (H.264) or WebM.`);
    return;
  }

  if (!isLast(choice) || !await setSource({ kind: 'picture', name, size, mirrored: false })) return;
  stage.showPicture(bitmap, name);
  await recognizePicture();
}

const sizeOf = ({ width, height }) => `${width}×${height}`;

const stopTracks = stream => stream.getTracks().forEach(track => track.stop());

/** Ends the old source and begins with a new one. Returns false if another one came meanwhile. */
async function setSource(next) {
  endSource();
  source = next;
  stage.mirrored = next.mirrored;
  element('mirror').setAttribute('aria-pressed', String(next.mirrored));
  timelines.clear();
  times = [];
  await recognizer.reset();
  if (source !== next) return false;
  if (next.kind !== 'picture') stage.showVideo();
  showControls();
  return true;
}

function endSource() {
  if (!source) return;
  stopRecording();
  if (source.stream) stopTracks(source.stream);
  video.onerror = null;
  video.onloadedmetadata = null;
  video.srcObject = null;
  video.removeAttribute('src');
  if (source.url) URL.revokeObjectURL(source.url);
  source = null;
  stage.show([]);
  faceList.show([], true);
  element('status').textContent = '';
  showControls();
}

// Frames

async function playVideo() {
  const current = source;
  try {
    await video.play();
  } catch (error) {
    // Another source came first, or onerror says why. A camera would stay on.
    if (source !== current || current.kind !== 'camera') return;
    endSource();
    say(`The camera did not start: ${error.message}`);
    return;
  }

  if (source === current) awaitFrame(current);
}

function awaitFrame(current) {
  const next = (now, frame) => {
    if (source !== current) return;
    awaitFrame(current);

    // While a film seeks, it has no frame.
    if (pending >= mostPending || video.readyState < video.HAVE_CURRENT_DATA) return;
    recognizeFrame(current, current.kind === 'film' ? (frame?.mediaTime ?? video.currentTime) * 1000 : now);
  };
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(next);
  else requestAnimationFrame(next);
}

async function recognizeFrame(current, time) {
  pending++;
  try {
    const { faces, milliseconds } = await recognizer.recognize(video, { time });
    if (source !== current) return;
    stage.show(faces);
    faceList.show(faces);
    timelines.add(faces, time);
    recording?.add(faces, time);
    showStatus(faces, milliseconds);
    if (current.kind === 'film') element('seek').value = String(video.currentTime / (video.duration || 1));
  } catch (error) {
    if (source === current) say(error.message);
  } finally {
    pending--;
  }
}

async function recognizePicture() {
  const current = source;
  const { faces, milliseconds } = await recognizer.recognize(stage.picture, { still: true, maxSize: stillSize });
  if (source !== current) return;
  stage.show(faces);
  faceList.show(faces, true);
  showStatus(faces, milliseconds);
}

function showStatus(faces, milliseconds) {
  const now = performance.now(), count = `${faces.length} ${faces.length === 1 ? 'face' : 'faces'}`;
  const size = source.size ?? sizeOf(stage);
  if (source.kind === 'picture') {
    element('status').textContent = `${count} · ${milliseconds.toFixed(0)} ms · ${size}`;
    return;
  }

  times.push({ now, milliseconds });
  while (times[0].now < now - 1000) times.shift();
  if (now - (source.shown ?? 0) < 500) return;
  source.shown = now;
  const mean = times.reduce((sum, { milliseconds: each }) => sum + each, 0) / times.length;
  const rate = times.length > 1 ? (times.length - 1) * 1000 / (now - times[0].now) : 0;
  element('status').textContent = `${count} · ${rate.toFixed(0)} frames/s · ${mean.toFixed(1)} ms a frame · ${size}`
    + (recording ? ` · ${recording.count} rows recorded` : '');
}

// Controls

function showControls() {
  const isVideo = source?.kind === 'camera' || source?.kind === 'film';
  element('pause').disabled = !isVideo;
  element('pause').textContent = !isVideo || !video.paused ? 'Pause' : video.ended ? 'Play again' : 'Go on';
  element('record').disabled = !isVideo;
  element('record').textContent = recording ? 'Stop and save CSV' : 'Record CSV';
  element('record').setAttribute('aria-pressed', String(recording !== null));
  element('picture').disabled = !source;
  element('camera').textContent = source?.kind === 'camera' ? 'Stop camera' : 'Start camera';
  element('seek-row').hidden = source?.kind !== 'film';
}

async function showCameras() {
  const cameras = await listCameras(), list = element('device');
  list.replaceChildren(new Option('Default', ''), ...cameras.map((camera, i) => new Option(camera.label || `Camera ${i + 1}`, camera.deviceId)));
  list.value = settings.get('device');
  if (list.selectedIndex < 0) list.value = '';
  element('facing').hidden = source?.kind !== 'camera' || cameras.length < 2;
}

function stopRecording() {
  if (!recording) return;
  download(recording.toBlob(), `${fileName()}.csv`);
  recording = null;
}

const fileName = () => `microexpnet-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`;

function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function say(message) {
  element('notice').textContent = message;
  element('notice').hidden = !message;
}

element('camera').addEventListener('click', () => {
  if (source?.kind !== 'camera') {
    startCamera();
    return;
  }

  // Another camera may be opening.
  choose();
  endSource();
});
element('open').addEventListener('click', () => element('file').click());
element('file').addEventListener('change', () => {
  const [file] = element('file').files;
  element('file').value = '';
  if (file) showFile(file);
});
element('sample').addEventListener('click', () => showFile(new File([samplePicture], sampleName, { type: 'image/jpeg' })));
element('pause').addEventListener('click', () => video.paused ? video.play() : video.pause());
for (const event of ['play', 'pause', 'ended']) video.addEventListener(event, showControls);

element('record').addEventListener('click', () => {
  if (recording) stopRecording();
  else recording = new Recording(source.name, source.kind === 'camera' ? performance.now() : 0);
  showControls();
});

element('picture').addEventListener('click', async () => download(await stage.toBlob(), `${fileName()}.png`));

element('mirror').addEventListener('click', () => {
  if (!source) return;
  source.mirrored = !source.mirrored;
  stage.mirrored = source.mirrored;
  element('mirror').setAttribute('aria-pressed', String(source.mirrored));
  if (source.kind === 'camera') settings.set('mirror', source.mirrored);
});

// On a phone the front and back camera; elsewhere the next of the list.
element('facing').addEventListener('click', () => {
  const list = element('device');
  facing = facing === 'user' ? 'environment' : 'user';
  if (matchMedia('(pointer: coarse)').matches) settings.set('device', '');
  else settings.set('device', list.options[1 + Math.max(0, list.selectedIndex) % (list.options.length - 1)].value);
  list.value = settings.get('device');
  changeCamera();
});

element('seek').addEventListener('input', () => {
  if (source?.kind === 'film' && Number.isFinite(video.duration)) video.currentTime = element('seek').value * video.duration;
});

settings.addEventListener('change', async ({ detail: name }) => {
  if (name === 'mirror') return;
  if (name === 'device') {
    if (source?.kind === 'camera') changeCamera();
    return;
  }

  if (!recognizer) return;
  await recognizer.configure(settings.options);
  if (source?.kind === 'picture') await recognizePicture();
});

// A tab in the background stops the camera, so that its light goes out; a film pauses.
document.addEventListener('visibilitychange', () => {
  if (document.hidden && (source?.kind === 'camera' || openings > 0)) {
    isAsleep = true;
    choose();
    if (source?.kind === 'camera') endSource();
  } else if (document.hidden) {
    video.pause();
  } else if (isAsleep) {
    isAsleep = false;
    startCamera();
  }
});

navigator.mediaDevices?.addEventListener?.('devicechange', showCameras);

let depth = 0;
addEventListener('dragenter', () => {
  depth++;
  document.body.classList.add('dropping');
});
addEventListener('dragleave', () => {
  if (--depth <= 0) document.body.classList.remove('dropping');
});
addEventListener('dragover', event => event.preventDefault());
addEventListener('drop', event => {
  event.preventDefault();
  depth = 0;
  document.body.classList.remove('dropping');
  const [file] = event.dataTransfer.files;
  if (!file) say('Drop a picture or a film as a file: JPEG, PNG, WebP, GIF or AVIF; MP4 or WebM.');
  else if (recognizer) showFile(file);
});
addEventListener('paste', event => {
  const [file] = event.clipboardData.files;
  if (file && recognizer) showFile(file);
});
